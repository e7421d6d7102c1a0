"""The words of documents, as search takes them: whole, in order, bounded in memory."""

import tracemalloc
from functools import partial

import pytest

from files.examination import KINDS
from files.text import has_text, text_blocks, text_of
from tests import awkward
from tests import awkward_documents as made
from tests.cases import Case


def case(given, name, make, expected, why=""):
    return Case("取文字", given, expected, why, value=(name, make))


def _table(book):
    book.add_worksheet("甲").write_row(0, 0, ["题名", "防汛", 2021])
    book.add_worksheet("乙").write(0, 0, "末页")


CASES: list[Case] = [
    case("PDF 两页", "a.pdf", partial(made.pdf_with_text, "first page", "second page"), "first page\fsecond page\f"),
    case("Word 段落", "a.docx", lambda: made.docx(made.paragraph("一") + made.paragraph("二")), "一\n二\n"),
    case("Word 删去的、隐藏的不检索", "a.docx",
         lambda: made.docx(
             made._deleted("旧") + made.paragraph("隐", "<w:rPr><w:vanish/></w:rPr>") + made.paragraph("新")),
         "\n\n新\n"),
    case("Word 分页", "a.docx",
         lambda: made.docx('<w:p><w:r><w:t>上</w:t><w:br w:type="page"/><w:t>下</w:t></w:r></w:p>'), "上\f下\n"),
    case("Word 域的指令不检索", "a.docx", partial(made.docx_field, " PAGE "), "\n"),
    case("Word 生僻字", "a.docx", lambda: made.docx(made.paragraph("𲎯同志")), "𲎯同志\n"),
    case("Excel 两张表", "a.xlsx", lambda: made.xlsx(_table), "甲\n题名\t防汛\t2021\n\f乙\n末页\n\f"),
    case("OFD 两页，路径从根写起", "a.ofd", made.ofd_rooted, "通知\n\f通知\n\f"),
    case("OpenDocument", "a.odt", partial(made.odt, "<text:p>甲<text:tab/>乙</text:p>"), "甲\t乙\n"),
    case("RTF 的 GBK 字节", "a.rtf", partial(made.rtf, rb"\'cd\'a8\'d6\'aa\par x"), "通知\nx"),
    case("RTF 的 Unicode 与替代字", "a.rtf", partial(made.rtf, rb"\uc1\u-28647?\u30693?"), "這知"),
    case("RTF 的生僻字（代理对）", "a.rtf", partial(made.rtf, rb"\uc0\u-10176\u-9216"), "\U00020000"),
    case("旧版 Word", "a.doc", partial(made.doc, "题名\r正文\r"), "题名\n正文\n\f"),
    case("GBK 文本", "a.txt", awkward.txt_gbk, "长宁区人民政府关于印发工作要点的通知\r\n各街道："),
    case("损坏的 Word", "a.docx", lambda: awkward.docx_plain()[:200], ""),
]  # fmt: skip
MIMES = {extension: kind.mime for kind in KINDS.values() for extension in kind.extensions}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_words_are_taken_as_they_stand(tmp_path, case):
    name, make = case.value
    path = tmp_path / name
    path.write_bytes(make())
    assert text_of(path, MIMES[path.suffix]) == case.expected


def test_pictures_sound_and_film_have_no_words(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(awkward.png())
    assert text_of(path, "image/png") == ""
    assert not has_text("video/mp4") and has_text("application/pdf")


def test_a_long_document_is_read_whole_and_little_of_it_is_in_memory(tmp_path):
    path = tmp_path / "long.docx"
    sentence = "各有关单位要认真贯彻执行。" * 8
    path.write_bytes(made.docx(made.paragraph(sentence) * 60_000))
    tracemalloc.start()
    length = sum(len(block) for block in text_blocks(path, MIMES[".docx"]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert length == 60_000 * (len(sentence) + 1)
    assert peak < 4_000_000
