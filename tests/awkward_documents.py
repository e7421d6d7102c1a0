"""Awkward documents, made by code: Word and Excel with what is not on the page, RTF, old binary files, OFD, PDF."""

import io
import struct
import zipfile

import typst
import xlsxwriter
from django.conf import settings
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests import awkward
from tests.awkward import zip_of

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = awkward._W


def docx(body="", *parts, relations="", tail=""):
    """A Word document with `body` (XML of paragraphs), more (name, content) parts, and its relationships."""
    main = f'<Override PartName="/word/document.xml" ContentType="{awkward._WORD}"/>'
    types = f'<Types xmlns="{awkward._TYPES}">{main}</Types>'
    document = f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}{tail}</w:body></w:document>'
    rels = f'<Relationships xmlns="{awkward._RELATIONS}">{relations}</Relationships>'
    return zip_of([
        ("[Content_Types].xml", types), ("word/document.xml", document), ("word/_rels/document.xml.rels", rels), *parts,
    ])  # fmt: skip


def paragraph(text, properties=""):
    return f"<w:p><w:r>{properties}<w:t>{text}</w:t></w:r></w:p>"


def relation(kind, target="http://example.invalid/x"):
    return f'<Relationship Id="r9" Type="{_R}/{kind}" Target="{target}" TargetMode="External"/>'


def docx_revisions():
    inserted = '<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>新增</w:t></w:r></w:ins></w:p>'
    return docx(paragraph("通知") + inserted + _deleted("旧文"))


def _deleted(text):
    return f'<w:p><w:del w:id="2" w:author="x"><w:r><w:delText>{text}</w:delText></w:r></w:del></w:p>'


def docx_deleted_secret():
    return docx(paragraph("通知") + _deleted("机密★10年"))


def docx_hidden(text="看不见的话"):
    return docx(paragraph("通知") + paragraph(text, "<w:rPr><w:vanish/></w:rPr>"))


def docx_not_hidden():
    return docx(paragraph("通知", '<w:rPr><w:vanish w:val="0"/></w:rPr>'))


def docx_comment(text="请核"):
    comment = f'<w:comments xmlns:w="{_W}"><w:comment w:id="0">{paragraph(text)}</w:comment></w:comments>'
    return docx(paragraph("通知"), ("word/comments.xml", comment))


def docx_header(text):
    return docx(paragraph("通知"), ("word/header1.xml", f'<w:hdr xmlns:w="{_W}">{paragraph(text)}</w:hdr>'))


def docx_long(at_end):
    return docx("".join(paragraph("各有关单位要认真贯彻执行。" * 4) for _ in range(40)) + paragraph(at_end))


def docx_split_mark():
    return docx("<w:p><w:r><w:t>机</w:t></w:r><w:r><w:t> 密</w:t></w:r><w:r><w:t>★ 5年</w:t></w:r></w:p>")


def docx_field(*instruction):
    """A field whose instruction stands in as many runs as it has parts."""
    runs = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in instruction)
    begin, end = ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    return docx(f"<w:p>{begin}{runs}{end}</w:p>")


def docx_simple_field(instruction):
    return docx(f'<w:p><w:fldSimple w:instr="{instruction}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>')


def docx_alt_chunk():
    chunk = f'<Relationship Id="r9" Type="{_R}/aFChunk" Target="chunk.mht"/>'
    return docx('<w:altChunk r:id="r9"/>', ("word/chunk.mht", "MIME-Version: 1.0"), relations=chunk)


def docx_named(name, body=None):
    """The body in a part of another name, or its XML as given."""
    parts = dict(awkward._docx_parts("秘密★"))
    text = body or parts["word/document.xml"]
    types = parts["[Content_Types].xml"].replace("document.xml", name)
    return zip_of([("[Content_Types].xml", types), (f"word/{name}", text)])


def docx_activex():
    return docx(paragraph("通知"), ("word/activeX/activeX1.xml", "<ax/>"))


def compound(streams):
    """A compound file (MS-CFB) of streams below its root; each is padded to 4,096 bytes: no small sectors."""
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    names, sectors, chains, at = list(padded), [], [], 2
    for content in padded.values():
        count = -(-len(content) // 512)
        chains.append((at, count))
        at += count
        sectors.append(content.ljust(count * 512, b"\0"))
    directory_sectors = -(-(len(names) + 1) // 4)
    shift = directory_sectors - 1  # the directory takes more than the one sector counted above
    table = [0xFFFFFFFD] + [*range(2, 1 + directory_sectors), 0xFFFFFFFE]
    for start, count in chains:
        table += [*range(start + shift + 1, start + shift + count), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    assert len(table) == 128, "one sector of the allocation table is enough for a test"
    entries = [_entry("Root Entry", 5, child=1, start=0xFFFFFFFE, size=0)]
    for number, (name, (start, _)) in enumerate(zip(names, chains, strict=True), start=1):
        right = number + 1 if number < len(names) else 0xFFFFFFFF
        entries.append(_entry(name, 2, right=right, start=start + shift, size=len(padded[name])))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = b"".join(entries).ljust(directory_sectors * 512, b"\0")
    return header + struct.pack("<128I", *table) + directory + b"".join(sectors)


def _entry(name, kind, child=0xFFFFFFFF, right=0xFFFFFFFF, start=0, size=0):
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw), kind, 1, 0xFFFFFFFF, right, child)
    return head + bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)


def package(name, content):
    """The stream of an embedded file (MS-OLEDS 2.3.6)."""
    raw = name.encode("gbk")
    place = b"C:\\" + raw + b"\0"
    inner = struct.pack("<H", 2) + raw + b"\0" + place + struct.pack("<2HI", 0, 3, len(place)) + place
    inner += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(inner)) + inner


def docx_package(name, content):
    return docx(
        paragraph("通知"), ("word/embeddings/oleObject1.bin", compound({"\x01Ole10Native": package(name, content)}))
    )


def doc(text="通知", **more):
    """A Word 97 document of one piece (MS-DOC 2.9.38)."""
    raw = text.encode("utf-16-le")
    stream = bytearray(0x800) + raw
    struct.pack_into("<2H", stream, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", stream, 0x0A, 0x0200)
    clx = b"\x02" + struct.pack("<I", 16) + struct.pack("<2I", 0, len(text)) + struct.pack("<HIH", 0, 0x800, 0)
    struct.pack_into("<2I", stream, 0x01A2, 0, len(clx))
    return compound({"WordDocument": bytes(stream), "1Table": clx, **more})


def xls_macro_sheet():
    begin = struct.pack("<2H", 0x0809, 16) + struct.pack("<4H2I", 0x0600, 5, 0x0DBB, 1996, 0, 0)
    sheet = struct.pack("<2H", 0x0085, 12) + struct.pack("<I2B2B4s", 0x400, 0, 1, 4, 0, b"Mac1")
    return compound({"Workbook": begin + sheet + struct.pack("<2H", 0x000A, 0)})


def xlsx(fill, **change):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(book)
    book.close()
    raw = out.getvalue()
    for old, new in change.values():
        raw = _changed(raw, old, new)
    return raw


def _changed(raw, old, new):
    """The workbook with `old` replaced by `new` in its parts."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return zip_of([(one, archive.read(one).replace(old, new)) for one in archive.namelist()])


def xlsx_plain():
    return xlsx(lambda book: book.add_worksheet("目录").write_row(0, 0, ["题名", "关于做好防汛工作的通知", 2021]))


def xlsx_hidden_sheet(text="底稿"):
    def fill(book):
        book.add_worksheet("目录").write(0, 0, "题名")
        hidden = book.add_worksheet("底稿")
        hidden.write(0, 0, text)
        hidden.hide()

    return xlsx(fill)


def xlsx_dde():
    return xlsx(lambda book: book.add_worksheet().write_formula(0, 0, "=cmd|'/C calc'!A0"))


def _xlsx_with(name, content):
    with zipfile.ZipFile(io.BytesIO(xlsx_plain())) as archive:
        return zip_of([(one, archive.read(one)) for one in archive.namelist()] + [(name, content)])


def xlsx_external_book():
    kind = (
        f'<Relationship Id="r1" Type="{_R}/externalLinkPath" Target="file:///D:/2020/预算.xlsx" TargetMode="External"/>'
    )
    return _xlsx_with(
        "xl/externalLinks/_rels/externalLink1.xml.rels",
        f'<Relationships xmlns="{awkward._RELATIONS}">{kind}</Relationships>',
    )


def xlsx_dde_link():
    return _xlsx_with(
        "xl/externalLinks/externalLink1.xml", '<externalLink xmlns="x"><ddeLink ddeService="cmd"/></externalLink>'
    )


def xlsx_connection(refreshes):
    return _xlsx_with(
        "xl/connections.xml",
        f'<connections xmlns="x"><connection name="库" refreshOnLoad="{refreshes}"/></connections>',
    )


def xlsx_macro_sheet():
    return _xlsx_with("xl/macrosheets/sheet1.xml", "<x/>")


def odt(body, *parts):
    """An OpenDocument text of version 1.2."""
    office, text = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:text="{text}" office:version="1.2">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return zip_of([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content), *parts])


def odt_deleted(text):
    deleted = f"<text:tracked-changes><text:changed-region><text:deletion><text:p>{text}</text:p></text:deletion>"
    return odt(deleted + "</text:changed-region></text:tracked-changes><text:p>通知</text:p>")


def rtf(body):
    return b"{\\rtf1\\ansi\\ansicpg936 " + body + b"}"


def ofd_rooted(text="通知"):
    """Every path from the package's root, as several makers write them."""
    parts = dict(awkward._ofd_parts(pages=2, text=text))
    parts["OFD.xml"] = parts["OFD.xml"].replace("Doc_0/Document.xml", "/Doc_0/Document.xml")
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace('BaseLoc="', 'BaseLoc="/Doc_0/')
    return zip_of(parts.items())


def ofd_backslashes():
    parts = dict(awkward._ofd_parts(pages=1))
    parts["OFD.xml"] = parts["OFD.xml"].replace("Doc_0/Document.xml", "Doc_0\\Document.xml")
    return zip_of(parts.items())


def pdf_action(**action):
    """A page that acts when it is opened."""
    return awkward._pdf(lambda pdf: setattr(pdf.pages[0].obj, "AA", Dictionary(O=Dictionary(**action))))


def pdf_submit():
    return pdf_action(S=Name.SubmitForm, F="http://example.invalid/")


def pdf_go_to(target):
    return pdf_action(S=Name.GoToR, F=target, D=Array([0, Name.Fit]))


def pdf_rich_media():
    note = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))
    return awkward._pdf(lambda pdf: setattr(pdf.pages[0].obj, "Annots", Array([note])))


def pdf_program():
    return awkward._pdf(lambda pdf: pdf.attachments.__setitem__("说明.txt", awkward.exe()))


def pdf_external_stream():
    def change(pdf):
        stream = pdf.make_stream(b"")
        stream.F = "\\\\example.invalid\\share\\page"
        pdf.pages[0].obj.Contents = stream

    return awkward._pdf(change)


def pdf_declaring(part, level="B", **change):
    """A PDF that says of itself that it is PDF/A, and has a font that does not travel with it."""

    def declare(pdf):
        with pdf.open_metadata() as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = part, level
        if change.get("font"):
            font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
        if change.get("file"):
            pdf.attachments["表.csv"] = b"a,b"

    return awkward._pdf(declare)


def pdf_with_text(*pages):
    """Typeset Chinese, one string a page, as our own painter makes it: with the project's fonts, not the machine's."""
    source = "#pagebreak()".join(f"{page}" for page in pages)
    return typst.compile(
        source.encode(), font_paths=[str(settings.EGOV_FONTS_DIR)], ignore_system_fonts=True, pdf_standards=["a-2b"]
    )


def pdf_scan(pages=1):
    """Pictures only, as a scanner writes them."""
    out = io.BytesIO()
    sheets = [Image.effect_noise((300, 420), 60) for _ in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def pdf_leading():
    return b"X-Mailer: scanner\r\n\r\n" + awkward.pdf_plain()


def pdf_and_zip():
    return awkward.pdf_plain() + awkward.zip_plain()


def pdf_after_html():
    return b"<html><script>alert(1)</script>" + awkward.pdf_plain()
