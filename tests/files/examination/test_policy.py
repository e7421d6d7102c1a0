"""What people really have: each awkward file gets the verdict that docs/files.md promises, neither more nor less."""

from functools import partial

import pytest
from django.core.management import CommandError, call_command

from changning_egov import file_policy
from files.examination import examine
from files.examination.foreign import FOREIGN
from files.examination.policy import RULES
from files.probing.programs import EICAR
from tests import awkward, awkward_media
from tests import awkward_documents as made
from tests.cases import Case
from units.findings import REFUSE


def case(kind, given, name, make, refused=(), warned=(), why=""):
    expected = "；".join(
        [f"拒收：{RULES[one].kind}" for one in refused] + [f"提示：{RULES[one].kind}" for one in warned]
    )
    return Case(kind, given, expected or "接收", why, value=(name, make), wanted=(list(refused), list(warned)))


NOT_A, OLD = "pdf-not-pdfa", "old-format"
PHONES = [
    case("手机文件", f"{given}（{brand}）", name, partial(awkward_media.boxed, brand, *more), ["foreign-format"])
    for given, name, brand, *more in (
        ("苹果手机照片", "IMG_0001.HEIC", "heic", "mif1", "heic"), ("HEIF 通用品牌", "a.heic", "mif1", "heic"),
        ("改了扩展名的 HEIC", "照片.jpg", "heic", "mif1"), ("连拍 HEIC", "a.heics", "msf1", "hevc"),
        ("AVIF", "a.avif", "avif", "mif1"), ("AVIF 通用品牌", "a.avif", "mif1", "avif"), ("苹果手机视频", "IMG_2.MOV", "qt  "),
        ("录音", "新录音.m4a", "M4A ", "isom", "mp42"), ("旧手机视频", "a.3gp", "3gp4", "isom"),
        ("改了扩展名的 3GP", "a.mp4", "3gp5", "isom"), ("M4V", "a.m4v", "M4V ", "mp42"),
    )
]  # fmt: skip
MEDIA = [
    case("图像与音视频", "MP4（isom）", "a.mp4", partial(awkward_media.boxed, "isom", "mp42")),
    case("图像与音视频", "没有品牌的 QuickTime", "a.mov", awkward_media.mov_old, ["foreign-format"]),
    case("图像与音视频", "WebP", "a.webp", partial(awkward.picture, "WEBP"), ["foreign-format"]),
    case("图像与音视频", "GIF", "a.gif", partial(awkward.picture, "GIF"), ["foreign-format"]),
    case("图像与音视频", "BMP", "a.bmp", partial(awkward.picture, "BMP"), ["foreign-format"]),
    case("图像与音视频", "完整的 JPEG 2000", "a.jp2", awkward_media.jp2),
    case("图像与音视频", "截断的 JPEG 2000", "a.jp2", lambda: awkward_media.jp2()[:-300], ["truncated"]),
    case("图像与音视频", "末尾不定长、截断的 JPEG 2000", "a.jp2", awkward_media.jp2_open_ended, ["truncated"]),
    case("图像与音视频", "缺后一半的 JPEG", "a.jpg", awkward_media.jpeg_half, ["truncated"]),
    case("图像与音视频", "截断的多页 TIFF", "a.tif", awkward_media.tiff_cut, ["truncated"]),
    case("图像与音视频", "传真压缩的多页 TIFF", "a.tif",
         partial(awkward.picture, "TIFF", pages=3, mode="1", compression="group4")),
    case("图像与音视频", "36 亿像素的 PNG", "a.png", awkward_media.png_bomb, ["image-too-large"]),
    case("图像与音视频", "PNG 末尾有多余数据", "a.png", lambda: awkward.png() + b"more", [], ["trailing-data"]),
    case("图像与音视频", "手机横拍照片（Exif）", "a.jpg", awkward_media.exif_photo),
    case("图像与音视频", "MP3", "a.mp3", awkward_media.mp3),
]  # fmt: skip
HIDDEN = [
    case("看不见的文字", "修订痕迹", "a.docx", made.docx_revisions, [], ["revisions"]),
    case("看不见的文字", "已删除的密级标志", "a.docx", made.docx_deleted_secret, ["secret-concealed"], ["revisions"]),
    case("看不见的文字", "隐藏文字", "a.docx", made.docx_hidden, [], ["hidden-text"]),
    case("看不见的文字", "隐藏的密级标志", "a.docx", partial(made.docx_hidden, "秘密★"), ["secret-concealed"], ["hidden-text"]),
    case("看不见的文字", "明示不隐藏的文字", "a.docx", made.docx_not_hidden),
    case("看不见的文字", "批注", "a.docx", made.docx_comment, [], ["comments"]),
    case("看不见的文字", "批注中的密级标志", "a.docx", partial(made.docx_comment, "原为 机密★3年"), ["secret-concealed"], ["comments"]),
    case("看不见的文字", "页眉中的密级标志", "a.docx", partial(made.docx_header, "秘密★1年"), ["secret-concealed"]),
    case("看不见的文字", "拆开写的密级标志", "a.docx", made.docx_split_mark, ["secret-mark"]),
    case("看不见的文字", "第一页以后提到密级标志", "a.docx", partial(made.docx_long, "标注“秘密★”的文件另行管理"), [], ["secret-mention"]),
    case("看不见的文字", "隐藏的工作表", "a.xlsx", made.xlsx_hidden_sheet, [], ["hidden-sheets"]),
    case("看不见的文字", "隐藏工作表中的密级标志", "a.xlsx", partial(made.xlsx_hidden_sheet, "机密★"), ["secret-mark"], ["hidden-sheets"]),
    case("看不见的文字", "OpenDocument 修订中删去的密级标志", "a.odt",
         partial(made.odt_deleted, "绝密★"), ["secret-concealed"], ["revisions"]),
    case("看不见的文字", "PDF 第一页的密级标志", "a.pdf", partial(made.pdf_with_text, "秘密★1年"), ["secret-mark"]),
    case("看不见的文字", "PDF 第二页的密级标志", "a.pdf", partial(made.pdf_with_text, "通知", "机密★"), [], ["secret-mention"]),
    case("看不见的文字", "没有文字层的扫描件", "a.pdf", made.pdf_scan, [], [NOT_A, "no-text"]),
    case("看不见的文字", "RTF 的密级标志（GBK 字节）", "a.rtf",
         partial(made.rtf, rb"\'c3\'d8\'c3\'dc\'a1\'ef"), ["secret-mark"], [OLD]),
    case("看不见的文字", "RTF 的密级标志（Unicode）", "a.rtf",
         partial(made.rtf, rb"\u31192?\u23494?\u9733?"), ["secret-mark"], [OLD]),
    case("看不见的文字", "旧版 Word 的密级标志", "a.doc", partial(made.doc, "机密★\r通知"), ["secret-mark"], [OLD]),
]  # fmt: skip
ACTIVE = [
    case("会动的内容", "Word 的 DDE 域", "a.docx", partial(made.docx_field, " DDEAUTO c:\\x.exe "), ["dde"]),
    case("会动的内容", "拆成几段的 DDE 域", "a.docx", partial(made.docx_field, " DD", "EAU", "TO cmd"), ["dde"]),
    case("会动的内容", "写在一处的 DDE 域", "a.docx", partial(made.docx_simple_field, "DDE cmd"), ["dde"]),
    case("会动的内容", "页码域", "a.docx", partial(made.docx_field, " PAGE ")),
    case("会动的内容", "取网上图片的域", "a.docx",
         partial(made.docx_field, ' INCLUDEPICTURE "http://x.invalid/a" '), ["remote-content"]),
    case("会动的内容", "链接到 Excel 的域", "a.docx",
         partial(made.docx_field, " LINK Excel.Sheet.12 C:\\表.xlsx "), [], ["external-links"]),
    case("会动的内容", "altChunk", "a.docx", made.docx_alt_chunk, ["alt-chunk"]),
    case("会动的内容", "外部图片", "a.docx", lambda: made.docx("", relations=made.relation("image")), ["remote-content"]),
    case("会动的内容", "超链接", "a.docx", lambda: made.docx("", relations=made.relation("hyperlink"))),
    case("会动的内容", "ActiveX", "a.docx", made.docx_activex, ["activex"]),
    case("会动的内容", "内嵌的程序（包装对象）", "a.docx", partial(made.docx_package, "开票.exe", b"MZ\0"), ["embedded-program"]),
    case("会动的内容", "内嵌程序改名为 .txt", "a.docx", partial(made.docx_package, "说明.txt", awkward.exe()), ["embedded-program"]),
    case("会动的内容", "内嵌的表格", "a.docx", partial(made.docx_package, "附表.csv", b"a,b"), [], ["embedded-files"]),
    case("会动的内容", "旧版 Word 内嵌程序", "a.doc",
         lambda: made.doc("通知", **{"\x01Ole10Native": made.package("a.bat", b"echo")}), ["embedded-program"], [OLD]),
    case("会动的内容", "旧版 Word 的 DDE 域", "a.doc", partial(made.doc, "通知\x13 DDEAUTO cmd \x14x\x15"), ["dde"], [OLD]),
    case("会动的内容", "外部工作簿链接", "a.xlsx", made.xlsx_external_book, [], ["external-links"]),
    case("会动的内容", "Excel 的 DDE 公式", "a.xlsx", made.xlsx_dde, ["dde"]),
    case("会动的内容", "Excel 的 DDE 链接", "a.xlsx", made.xlsx_dde_link, ["dde"]),
    case("会动的内容", "打开时刷新的数据连接", "a.xlsx", partial(made.xlsx_connection, 1), ["remote-content"]),
    case("会动的内容", "不刷新的数据连接", "a.xlsx", partial(made.xlsx_connection, 0), [], ["external-links"]),
    case("会动的内容", "Excel 4 宏表", "a.xlsx", made.xlsx_macro_sheet, ["macros"]),
    case("会动的内容", "CSV 的 DDE 公式", "a.csv", lambda: "题名\n=cmd|' /C calc'!A0\n".encode(), ["dde"]),
    case("会动的内容", "CSV 的负数和加号", "a.csv", lambda: "题名,数\n增减,-5\n电话,+86\n".encode()),
    case("会动的内容", "RTF 的 DDE 域", "a.rtf",
         partial(made.rtf, rb"{\field{\*\fldinst DDEAUTO cmd}{\fldrslt x}}"), ["dde"], [OLD]),
    case("会动的内容", "RTF 拆开的 DDE 域", "a.rtf",
         partial(made.rtf, rb"{\field{\*\fldinst {D}{DE}{\b AUTO} cmd}}"), ["dde"], [OLD]),
    case("会动的内容", "RTF 内嵌对象", "a.rtf", partial(made.rtf, rb"{\object\objemb{\*\objdata 0105}}"), ["rtf-object"], [OLD]),
    case("会动的内容", "OpenDocument 的 DDE", "a.odt",
         partial(made.odt, '<text:dde-connection text:connection-name="x"/><text:p>通知</text:p>'), ["dde"]),
    case("会动的内容", "OpenDocument 的宏", "a.odt", lambda: made.odt("", ("Basic/x.xml", "<x/>")), ["macros"]),
    case("会动的内容", "旧版 Excel 的宏表", "a.xls", made.xls_macro_sheet, ["macros"], [OLD]),
]  # fmt: skip
PARTS = [
    case("部件", "正文部件另有名称", "a.docx", partial(made.docx_named, "document2.xml"), ["secret-mark"]),
    case("部件", "正文不是 XML", "a.docx", partial(made.docx_named, "document.xml", "<w:document"), ["package-part"]),
    case("部件", "正文带文档类型声明", "a.docx",
         partial(made.docx_named, "document.xml", "<!DOCTYPE d [<!ENTITY e 'e'>]><d>&e;</d>"), ["package-part"]),
    case("部件", "没有正文部件", "a.docx",
         lambda: awkward.zip_of(awkward._docx_parts()[:1]), ["package-part"]),
]  # fmt: skip
PDFS = [
    case("PDF", "提交数据的动作", "a.pdf", made.pdf_submit, ["pdf-submit"], [NOT_A]),
    case("PDF", "打开网络共享文件", "a.pdf", partial(made.pdf_go_to, "\\\\h.invalid\\a.pdf"), ["pdf-remote"], [NOT_A]),
    case("PDF", "跳转到旁边的文件", "a.pdf", partial(made.pdf_go_to, "附件.pdf"), [], [NOT_A, "pdf-other-file"]),
    case("PDF", "内容在别处的流", "a.pdf", made.pdf_external_stream, ["pdf-remote"], [NOT_A]),
    case("PDF", "富媒体", "a.pdf", made.pdf_rich_media, [], [NOT_A, "pdf-media"]),
    case("PDF", "内嵌程序", "a.pdf", made.pdf_program, ["embedded-program"], [NOT_A]),
    case("PDF", "自称 PDF/A 而字体未嵌入", "a.pdf",
         partial(made.pdf_declaring, "2", font=True), [], ["pdf-false-pdfa", "pdf-fonts"]),
    case("PDF", "自称 PDF/A-2 而内嵌文件", "a.pdf",
         partial(made.pdf_declaring, "2", file=True), [], ["pdf-false-pdfa", "embedded-files"]),
    case("PDF", "自称不存在的 PDF/A-9", "a.pdf", partial(made.pdf_declaring, "9"), [], ["pdf-false-pdfa"]),
    case("PDF", "真的 PDF/A-2", "a.pdf", partial(made.pdf_with_text, "通知")),
    case("PDF", "开头之前有邮件头", "a.pdf", made.pdf_leading, [], [NOT_A, "pdf-leading"]),
]  # fmt: skip
TWO = [
    case("两种格式", "PDF 末尾接压缩包", "a.pdf", made.pdf_and_zip, ["polyglot"], [NOT_A]),
    case("两种格式", "网页之后接 PDF", "a.pdf", made.pdf_after_html, ["polyglot"], [NOT_A]),
    case("两种格式", "JPEG 末尾接压缩包", "a.jpg", awkward_media.jpeg_and_zip, ["polyglot"]),
    case("两种格式", "JPEG 末尾接 PHP", "a.jpg", awkward_media.jpeg_with_script, ["polyglot"]),
    case("两种格式", "JPEG 注释中藏 PDF", "a.jpg", awkward_media.jpeg_with_pdf, ["polyglot"]),
    case("病毒", "EICAR 测试文件", "eicar.txt", lambda: EICAR, ["eicar"]),
    case("病毒", "EICAR 改名", "通知.pdf", lambda: EICAR + b"\r\n", ["wrong-content", "eicar"]),
    case("病毒", "Word 里夹带 EICAR", "a.docx", lambda: made.docx("", ("word/media/a.txt", EICAR)), ["eicar"]),
    case("病毒", "讲到 EICAR 的文字", "a.txt", lambda: b"The test file is " + EICAR),
]  # fmt: skip
OFDS = [
    case("OFD", "从根写起的路径", "a.ofd", made.ofd_rooted, why="was said to lack parts"),
    case("OFD", "反斜杠路径", "a.ofd", made.ofd_backslashes),
    case("OFD", "从根写起的路径、标有密级", "a.ofd", partial(made.ofd_rooted, "秘密★1年"), ["secret-mark"]),
]
CASES: list[Case] = [*PHONES, *MEDIA, *HIDDEN, *ACTIVE, *PARTS, *PDFS, *TWO, *OFDS]


def verdict(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return examine(path, name)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_people_have_gets_the_verdict_of_the_policy(tmp_path, case):
    """Shows: 16-12, 16-13, E-01"""
    name, make = case.value
    found = verdict(tmp_path, name, make())
    refused, warned = ([one.code for one in part] for part in (found.refusals, found.warnings))
    assert (sorted(refused), sorted(warned)) == (sorted(case.wanted[0]), sorted(case.wanted[1]))
    assert all(one.message.endswith("。") for one in found.findings)


@pytest.mark.parametrize("case", PHONES, ids=str)
def test_a_file_of_a_phone_is_named_with_what_would_be_right(tmp_path, case):
    name, make = case.value
    (told,) = verdict(tmp_path, name, make()).refusals
    assert any(one.label in told.message and one.advice in told.message for one in FOREIGN)
    assert "MP4 视频不完整" not in told.message


@pytest.mark.parametrize(
    ("name", "make", "format_id"),
    [
        ("a.jpg", awkward_media.exif_photo, "x-fmt/391"),
        ("a.jpg", awkward.jpeg, "fmt/43"),
        ("a.jp2", awkward_media.jp2, "x-fmt/392"),
        ("a.mp3", awkward_media.mp3, "fmt/134"),
        ("a.mp3", lambda: b"\xff\xfb\x90\x00" + b"x" * 400, ""),
        ("a.doc", made.doc, "fmt/40"),
        ("a.odt", partial(made.odt, ""), "fmt/291"),
        ("a.pdf", partial(made.pdf_declaring, "2"), "fmt/477"),
        ("a.pdf", partial(made.pdf_declaring, "2", font=True), "fmt/18"),
    ],
)
def test_an_identifier_is_given_only_where_the_version_was_identified(tmp_path, name, make, format_id):
    assert verdict(tmp_path, name, make()).format_id == format_id


@pytest.mark.parametrize(
    "text", ["The free world, 公告", "abcdftypheic", "BM 会议", "AC1018 图纸目录", "OTTO 说", "CWS 通知"]
)
def test_a_text_that_begins_with_the_letters_of_a_format_is_a_text(tmp_path, text):
    assert verdict(tmp_path, "a.txt", text.encode()).findings == ()


def test_every_case_promises_a_rule_and_every_foreign_format_has_its_sentence():
    codes = {code for one in CASES for part in one.wanted for code in part}
    assert codes <= set(RULES) and len(CASES) >= 40
    assert all(one.label and one.advice for one in FOREIGN)
    assert RULES["foreign-format"].verdict == REFUSE


def test_the_policy_in_the_docs_is_current():
    call_command("draw_files", "--check")


def test_a_policy_that_is_not_current_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(file_policy, "PLACE", tmp_path / "files.md")
    with pytest.raises(CommandError, match="draw_files"):
        call_command("draw_files", "--check")
    call_command("draw_files")
    text = file_policy.PLACE.read_text(encoding="utf-8")
    assert all(one.kind in text for one in RULES.values())
    file_policy.PLACE.write_text(text.replace("拒收", "接收", 1), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("draw_files", "--check")
