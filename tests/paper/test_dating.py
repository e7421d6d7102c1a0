"""The moment is written into the painter's bytes: nothing else changes, and what is not the painter's is refused."""

import io
from datetime import UTC, datetime

import pikepdf
import pytest

import paper as layout
from paper.dating import dated
from paper.fonts import resolve
from paper.pdfa_check import check_pdfa

SOURCE = """
#set document(title: sys.inputs.title, date: datetime(year: 2026, month: 3, day: 2))
#set text(font: sys.inputs.font, lang: "zh")
#sys.inputs.title
"""
MOMENT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


def painted(fonts_dir, title: str, standard: str) -> bytes:
    fonts = resolve(str(fonts_dir))
    return fonts.compiler.compile(
        input=SOURCE.encode(), format="pdf", sys_inputs={"title": title, "font": fonts.families["body"][0]},
        pdf_standards=[standard], timestamp=int(MOMENT.timestamp()),
    )  # fmt: skip


@pytest.mark.parametrize("standard", ["a-2b", "a-1b"])
@pytest.mark.parametrize("title", ["通知", "a)>>\nendobj\n(", "/CreationDate(D:20200101000000Z)>>", "/Metadata 1 0 R"])
def test_only_the_moment_and_the_identifier_change(settings, title, standard):
    raw = painted(settings.EGOV_FONTS_DIR, title, standard)
    made = dated(raw, MOMENT)
    assert made == dated(raw, MOMENT)
    with pikepdf.open(io.BytesIO(raw)) as before, pikepdf.open(io.BytesIO(made)) as after:
        assert after.get_warnings() == after.check_pdf_syntax() == []
        assert str(after.docinfo["/CreationDate"]) == str(after.docinfo["/ModDate"]) == "D:20260302073000+08'00'"
        assert after.docinfo["/Title"] == before.docinfo["/Title"]
        assert after.trailer.ID[0] == before.trailer.ID[0] != after.trailer.ID[1]
        changed = {before.trailer.Info.objgen, before.Root.Metadata.objgen}
        for old, new in zip(before.objects, after.objects, strict=True):
            if old.objgen not in changed:
                assert (old.objgen, _bytes_of(old)) == (new.objgen, _bytes_of(new))
        said = after.Root.Metadata.read_bytes().replace(b"2026-03-02T07:30:00+08:00", b"2026-03-02T00:00:00Z")
        assert said == before.Root.Metadata.read_bytes()


def _bytes_of(one) -> bytes:
    if isinstance(one, pikepdf.Stream):
        return one.stream_dict.unparse(resolved=True) + one.read_raw_bytes()
    return one.unparse(resolved=True) if isinstance(one, pikepdf.Object) else repr(one).encode()


def test_two_moments_of_one_day_are_two_files(settings):
    raw = painted(settings.EGOV_FONTS_DIR, "通知", "a-2b")
    first, second = (dated(raw, MOMENT.replace(minute=minute)) for minute in (30, 31))
    with pikepdf.open(io.BytesIO(first)) as one, pikepdf.open(io.BytesIO(second)) as two:
        assert one.trailer.ID[1] != two.trailer.ID[1]


def test_the_places_of_a_long_file_are_right():
    made = layout.render_plain("目录", "一行字。\n" * 3000, moment=MOMENT)
    assert made.pages > 100
    assert check_pdfa(made.pdf) == []
    with pikepdf.open(io.BytesIO(made.pdf)) as opened:
        assert len(opened.pages) == made.pages
        assert opened.get_warnings() == opened.check_pdf_syntax() == []


def test_a_pdf_of_another_form_is_refused(settings):
    raw = painted(settings.EGOV_FONTS_DIR, "通知", "a-2b")
    resaved = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as opened:
        opened.save(resaved)
    for other in (resaved.getvalue(), raw[:-3], raw.replace(b"/ModDate(D:", b"/ModDate (")):
        with pytest.raises(ValueError, match="another form"):
            dated(other, MOMENT)
