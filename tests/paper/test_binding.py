"""Issue 13, 2: attachments that are A4 PDFs are bound between text and imprint, and the page stays PDF/A."""

import hashlib
import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

import paper
from paper.checking import check_seals
from paper.pdfa_check import check_pdfa
from tests.paper import sealed as made
from tests.paper import test_preflight

A4 = (0, 0, 595.276, 841.89)


def written(folder, data: bytes, name: str = "附件.pdf") -> tuple[str, str]:
    path = folder / f"{len(list(folder.iterdir()))}-{name}"
    path.write_bytes(data)
    return str(path), hashlib.sha256(data).hexdigest()


def pages_of(count: int, *, standard: str = "a-2b") -> bytes:
    """A finished A4 PDF of `count` pages with numbers of its own."""
    given = replace(
        made.bare(), body="\n".join(["附件的内容，逐字照录。" * 5] * (1 + 6 * (count - 1))), printing_agency="",
        cc_recipients="", main_recipients="", note="", issuer_signature="", document_date=None,
        attachments=(), enclosures=(),
    )  # fmt: skip
    return paper.render_document(given, moment=made.MOMENT, standard=standard).pdf


def crafted(content: bytes = b"", box=A4, **keys) -> bytes:
    """A page of a tool that is not ours."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(box[2], box[3]))
    page.Contents = pdf.make_stream(content)
    for name, value in keys.items():
        page[f"/{name}"] = value
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def with_form(drawn: bytes) -> bytes:
    """A page that draws all it has through a form, as converters do."""
    pdf = pikepdf.open(io.BytesIO(crafted(b"/F Do")))
    form = pdf.make_stream(drawn, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=list(A4))
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


CMYK_FORM = with_form(b"0.1 0.2 0.3 0 K 0 0 10 10 re S")


def bound(*files: tuple[str, str], **fields):
    """The page of a document with these attachments."""
    several = len(files) > 1
    found = tuple(
        paper.Enclosure(f"附件材料{n}", "", n if several else 0, paper.bindable(*one)) for n, one in enumerate(files, 1)
    )
    given = replace(made.bare(), enclosures=found, attachments=tuple(one.title for one in found), **fields)
    return paper.render_document(given, moment=made.MOMENT), given


def words(pdf: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in opened]
    finally:
        opened.close()


def test_two_pdfs_are_bound_under_their_numbers_before_the_imprint_on_the_last_even_page(tmp_path):
    files = [written(tmp_path, pages_of(2)), written(tmp_path, pages_of(1))]
    assert [len(paper.bindable(*one)) for one in files] == [2, 1]
    made_page, _ = bound(*files)
    text = [page.replace("\r\n", "") for page in words(made_page.pdf)]
    first = next(n for n, page in enumerate(text) if "附件1" in page)
    assert "附件的内容" in text[first] and "附件的内容" in text[first + 1] and "附件2" in text[first + 2]
    assert len(text) % 2 == 0 and "印发" in text[-1] and "印发" not in "".join(text[:-1])
    assert "附件材料1" in "".join(text[:first]) and "附件材料2" in "".join(text[:first])
    assert check_pdfa(made_page.pdf) == []


def test_the_same_input_gives_the_same_bytes_and_a_sealed_one_is_valid(tmp_path):
    file = written(tmp_path, pages_of(2))
    one, given = bound(file)
    assert one.pdf == bound(file)[0].pdf
    places = [made.signing.Spot("Seal1", at, spot.x, spot.y, 45) for at, spot in paper.seal_places(given)]
    identity = made.authority.identity_of("D07", "甲")
    sealed = made.signing.seal_page(one.pdf, places, places[0], made.ink(), identity)
    assert sealed.startswith(one.pdf) and check_seals(sealed).is_valid and check_pdfa(sealed) == []


def test_a_page_keeps_its_size_unless_it_has_something_where_label_or_number_stand(tmp_path):
    (free,) = paper.bindable(*written(tmp_path, crafted(b"0 g 100 400 50 50 re f")))
    assert free.matrix == (1, 0, 0)
    for marked in (pages_of(1), crafted(b"0 g 85 730 20 10 re f")):  # a page number; words in the first row
        (sheet,) = paper.bindable(*written(tmp_path, marked))
        scale, x, y = sheet.matrix
        assert scale == pytest.approx(212 / 297) and x / made.signing.POINTS == pytest.approx(106 - 105 * scale)
        assert y / made.signing.POINTS == pytest.approx(297 - 262)


REASONS = {
    "text": "读不出来", "broken": "读不出来", "landscape": "竖排的 A4", "short": "竖排的 A4", "cmyk": "印刷四色", "turned": "竖排的 A4",
    "cmyk form": "印刷四色", "stamped": "批注", "unembedded": "字体没有嵌入", "drawn": "画成了图形",
}  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"no pdf", b"%PDF-1.7 broken", crafted(box=(0, 0, 841.89, 595.276)), crafted(box=(0, 0, 595, 600)),
        crafted(b"0 0 0 1 k 0 0 10 10 re f"), crafted(Rotate=90), CMYK_FORM,
        crafted(Annots=pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp)])),
        crafted(b"BT /F 12 Tf (x) Tj ET", Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)))),
        crafted(b"BT /F 12 Tf (x) Tj ET", Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type3, FontDescriptor=pikepdf.Dictionary(
                Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name.Drawn))))),
    ],
    ids=["text", "broken", "landscape", "short", "cmyk", "turned", "cmyk form", "stamped", "unembedded", "drawn"],
)  # fmt: skip
def test_what_would_break_the_page_travels_beside_and_the_reason_is_told(tmp_path, data, request):
    assert paper.bindable(*written(tmp_path, data)) == ()
    assert REASONS[request.node.callspec.id] in paper.why_not_bound(*written(tmp_path, data))


def test_a_plain_page_of_another_tool_is_bound_and_a_file_that_is_gone_is_not(tmp_path):
    path, digest = written(tmp_path, crafted(b"1 0 0 rg 100 400 50 50 re f"))
    (tmp_path / "gone").mkdir()
    assert paper.bindable(str(tmp_path / "gone" / "x.pdf"), "0" * 64) == ()
    assert len(paper.bindable(path, digest)) == 1 and paper.why_not_bound(path, digest) == ""


@pytest.mark.skipif(
    test_preflight.shutil.which("java") is None or not (test_preflight.FOLDER / "preflight.jar").exists(),
    reason="no PDFBox Preflight here",
)
def test_preflight_finds_the_twin_with_a_bound_attachment_valid(tmp_path):
    _, given = bound(written(tmp_path, pages_of(2, standard="a-1b")))
    path = tmp_path / "twin.pdf"
    path.write_bytes(paper.render_document(given, moment=made.MOMENT, standard="a-1b").pdf)
    assert test_preflight.valid(path)
