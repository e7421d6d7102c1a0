"""Awkward files, made by code: what people and attackers upload. Each writer puts one file below `folder`.

`FILES` names them all with the verdict that the examination must give; sizes are a few kilobytes.
"""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
from PIL import Image

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_WORD_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFD = "http://www.ofdspec.org/2016"


def _pdf(change=None, **save):
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    if change:
        change(pdf)
    out = io.BytesIO()
    pdf.save(out, **(save or {"force_version": "1.4"}))
    return out.getvalue()


def pdf_plain():
    return _pdf()


def pdf_two_pages():
    return _pdf(lambda pdf: pdf.add_blank_page(page_size=(595, 842)))


def pdf_cut():
    """The second half is missing: no page can be recovered."""
    return pdf_plain()[:60]


def pdf_encrypted():
    return _pdf(encryption=pikepdf.Encryption(owner="owner", user="secret"))


def pdf_copy_forbidden():
    return _pdf(encryption=pikepdf.Encryption(owner="owner", user="", allow=pikepdf.Permissions(extract=False)))


def pdf_javascript():
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    return _pdf(lambda pdf: pdf.Root.__setattr__("OpenAction", action))


def pdf_launch():
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    return _pdf(lambda pdf: pdf.pages[0].obj.__setattr__("AA", pikepdf.Dictionary(O=action)))


def pdf_embedded_file():
    return _pdf(lambda pdf: pdf.attachments.__setitem__("附件.bin", b"anything"))


def pdf_page_loop():
    """A page tree whose child is itself."""

    def loop(pdf):
        pdf.Root.Pages.Kids = pikepdf.Array([pdf.Root.Pages])

    return _pdf(loop)


def _zeros_packed(megabytes):
    """A zlib stream of so many MB of zeros, put together from one packed MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 2**20 % 65521) << 16 | 1  # Adler-32 of zeros
    return b"\x78\xda" + block * megabytes + b"\x03\x00" + struct.pack(">I", checksum)


def pdf_bomb():
    """A page whose content unpacks, through two filters, to 4 GB."""
    twice = zlib.compress(_zeros_packed(4000), 9)
    content = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(twice), twice)
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj" + content + b"endobj\n"
        b"trailer<</Root 1 0 R/Size 5>>\n%%EOF\n"
    )


def zip_of(members, **options):
    """A ZIP of (name, content) pairs, duplicates allowed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _docx_parts(text="通知", main=_WORD):
    types = f'<Types xmlns="{_TYPES}"><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    body = f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    return [("[Content_Types].xml", types), ("word/document.xml", body)]


def docx_plain():
    return zip_of(_docx_parts())


def docx_secret():
    return zip_of(_docx_parts("机密★10年"))


def docx_macros():
    return zip_of([*_docx_parts(main=_WORD_MACROS), ("word/vbaProject.bin", b"\0" * 100)])


def docx_remote_template():
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    relation = f'<Relationship Id="r1" Type="{kind}" Target="http://example.invalid/t.dotm" TargetMode="External"/>'
    relations = f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>'
    return zip_of([*_docx_parts(), ("word/_rels/settings.xml.rels", relations)])


def docx_climbing():
    return zip_of([*_docx_parts(), ("../../etc/cron.d/job", b"* * * * *")])


def docx_duplicate():
    """Two entries of one name: an office program shows one of them, a scanner may read the other."""
    raw = zip_of([*_docx_parts(), ("word/documenX.xml", "<other/>")])
    return raw.replace(b"word/documenX.xml", b"word/document.xml")


def docx_bomb():
    return zip_of([*_docx_parts(), ("word/media/image.bmp", b"\0" * 8_000_000)])


def docx_encrypted_flag():
    """Every header says that its content is encrypted (flag bit 0)."""
    raw = bytearray(docx_plain())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.find(mark)
        while place >= 0:
            raw[place + at] |= 1
            place = raw.find(mark, place + 1)
    return bytes(raw)


def docx_hidden_content():
    """Bytes between the entries and the directory that no entry names."""
    raw = docx_plain()
    at, end = raw.find(b"PK\x01\x02"), raw.rfind(b"PK\x05\x06")
    start = struct.pack("<I", at + 6)
    return raw[:at] + b"hidden" + raw[at : end + 16] + start + raw[end + 20 :]


def docx_wrong_checksum():
    """One byte of the packed content is changed."""
    raw = bytearray(zip_of([*_docx_parts(), ("word/note.txt", b"abcdefgh" * 50)]))
    at = raw.rfind(b"PK\x01\x02", 0, raw.find(b"PK\x01\x02") + 1) - 3
    raw[at] ^= 0xFF
    return bytes(raw)


def zip_plain():
    return zip_of([("通知.txt", "内容")])


def zip_gbk_names():
    """Names in GBK without the UTF-8 flag, as Chinese Windows writes them."""
    name = "通知.txt".encode("gbk")
    return zip_of([("n" * len(name), b"x")]).replace(b"n" * len(name), name)


def _ofd_parts(pages=1, text="通知", namespace=_OFD):
    entry = f'<o:OFD xmlns:o="{namespace}"><o:DocBody><o:DocRoot>Doc_0/Document.xml</o:DocRoot></o:DocBody></o:OFD>'
    listed = "".join(f'<o:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    document = f'<o:Document xmlns:o="{namespace}"><o:Pages>{listed}</o:Pages></o:Document>'
    page = f'<o:Page xmlns:o="{namespace}"><o:TextObject><o:TextCode>{text}</o:TextCode></o:TextObject></o:Page>'
    contents = [(f"Doc_0/Pages/Page_{n}/Content.xml", page) for n in range(pages)]
    return [("OFD.xml", entry), ("Doc_0/Document.xml", document), *contents]


def ofd_plain():
    return zip_of(_ofd_parts(pages=2))


def ofd_page_missing():
    return zip_of(_ofd_parts(pages=2)[:-1])


def ofd_secret():
    return zip_of(_ofd_parts(text="秘密★1年"))


def ofd_broken_xml():
    return zip_of([("OFD.xml", "<o:OFD xmlns:o='http://www.ofdspec.org/2016'>")])


def ole_cut():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 200


def exe():
    return b"MZ\x90\x00" + b"\0" * 60 + b"PE\0\0"


def html():
    return "<!-- 通知 --><html><script>alert(1)</script></html>".encode()


def svg():
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def xml_entities():
    return b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


def xml_plain_gb18030():
    return '<?xml version="1.0" encoding="GB18030"?><件><题名>通知</题名></件>'.encode("gb18030")


def txt_gbk():
    return "长宁区人民政府关于印发工作要点的通知\r\n各街道：".encode("gbk")


def txt_nul():
    return b"notice\0notice"


def txt_controls():
    return "通知\x1b[31m正文".encode()


def txt_secret():
    return "000001\n秘密★1年\n特急\n关于某事的通知".encode()


def picture(kind, size=(40, 30), pages=1, **options):
    """A grey picture as Pillow writes it: PNG, JPEG, TIFF, JPEG2000, GIF, BMP, WEBP, AVIF."""
    out = io.BytesIO()
    mode = options.pop("mode", "L")
    sheets = [Image.effect_noise(size, 40 + number).convert(mode) for number in range(pages)]
    more = {"save_all": True, "append_images": sheets[1:]} if pages > 1 else {}
    sheets[0].save(out, kind, **more, **options)
    return out.getvalue()


def png():
    return picture("PNG")


def tiff(pages=1):
    return picture("TIFF", pages=pages)


def jpeg():
    return picture("JPEG")


# name → (content, codes that refuse, codes that warn)
FILES = {
    "普通.pdf": (pdf_plain, [], ["pdf-not-pdfa"]),
    "截断.pdf": (pdf_cut, ["pdf-damaged"], []),
    "加密.pdf": (pdf_encrypted, ["encrypted"], []),
    "禁止复制.pdf": (pdf_copy_forbidden, ["encrypted"], ["pdf-not-pdfa"]),
    "脚本.pdf": (pdf_javascript, ["pdf-javascript"], ["pdf-not-pdfa"]),
    "启动.pdf": (pdf_launch, ["pdf-launch"], ["pdf-not-pdfa"]),
    "内嵌.pdf": (pdf_embedded_file, [], ["pdf-not-pdfa", "embedded-files"]),
    "循环.pdf": (pdf_page_loop, ["pdf-damaged"], []),
    "程序.pdf": (exe, ["executable"], []),
    "文字.pdf": (txt_gbk, ["wrong-content"], []),
    "其实是PDF.docx": (pdf_plain, ["wrong-extension"], ["pdf-not-pdfa"]),
    "无扩展名": (pdf_plain, ["no-extension"], ["pdf-not-pdfa"]),
    "普通.docx": (docx_plain, [], []),
    "密级.docx": (docx_secret, ["secret-mark"], []),
    "宏.docm": (docx_macros, ["macros", "wrong-extension"], []),
    "宏.docx": (docx_macros, ["macros"], []),
    "远程模板.docx": (docx_remote_template, ["remote-content"], []),
    "越界.docx": (docx_climbing, ["zip-path"], []),
    "重名.docx": (docx_duplicate, ["zip-duplicate"], []),
    "炸弹.docx": (docx_bomb, ["zip-bomb"], []),
    "加密.docx": (docx_encrypted_flag, ["encrypted"], []),
    "夹带.docx": (docx_hidden_content, ["zip-structure"], []),
    "坏字节.docx": (docx_wrong_checksum, ["zip-structure"], []),
    "普通.zip": (zip_plain, ["compressed"], []),
    "国标名.zip": (zip_gbk_names, ["compressed"], []),
    "其实是压缩.docx": (zip_plain, ["compressed"], []),
    "普通.ofd": (ofd_plain, [], []),
    "缺页.ofd": (ofd_page_missing, ["package-part"], []),
    "密级.ofd": (ofd_secret, ["secret-mark"], []),
    "坏入口.ofd": (ofd_broken_xml, ["package-part"], []),
    "截断.doc": (ole_cut, ["ole-damaged"], []),
    "空.txt": (bytes, ["empty"], []),
    "网页.txt": (html, ["active-content"], []),
    "矢量图.xml": (svg, ["active-content"], []),
    "实体.xml": (xml_entities, ["xml-active"], []),
    "国标.xml": (xml_plain_gb18030, [], []),
    "国标.txt": (txt_gbk, [], []),
    "空字符.txt": (txt_nul, ["wrong-content"], []),
    "控制符.txt": (txt_controls, [], ["text-control"]),
    "密级.txt": (txt_secret, ["secret-mark"], []),
    "一点.png": (png, [], []),
    "截断.png": (lambda: png()[:-6], ["truncated"], []),
    "一点.tif": (tiff, [], []),
    "截断.tif": (lambda: tiff()[:-20], ["truncated"], []),
    "一点.jpg": (jpeg, [], []),
    "截断.jpg": (lambda: jpeg()[:-2], ["truncated"], []),
}


def write(folder: Path, name: str) -> Path:
    """Write the file `name` of FILES below `folder` and give its path."""
    path = folder / name
    path.write_bytes(FILES[name][0]())
    return path
