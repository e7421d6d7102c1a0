"""What the fonts can show is known before a page is painted; a page made before 8 o'clock bears that day."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pypdfium2 as pdfium
import pytest

import paper as layout
from paper.errors import MissingGlyph
from paper.pdfa_check import check_pdfa
from tests.cases import Case
from tests.paper.test_layout import GIVEN

KIND = "字形"
CASES = [
    Case(KIND, "😀", "没有字形", value="😀", wanted=False),
    Case(KIND, "👨‍👩‍👧", "没有字形", value="👨\u200d👩\u200d👧", wanted=False),
    Case(KIND, "🈲", "没有字形", value="🈲", wanted=False),
    Case(KIND, "自造字 U+E000", "没有字形", value="\ue000", wanted=False),
    Case(KIND, "𲎯（U+323AF）", "没有字形", value="\U000323af", wanted=False),
    Case(KIND, "泰文", "没有字形", value="ก", wanted=False),
    Case(KIND, "镕喆堃祎珺旸", "有字形", value="镕喆堃祎珺旸", wanted=True),
    Case(KIND, "①⑩㈠℃‰№", "有字形", value="①⑩㈠℃‰№", wanted=True),
    Case(KIND, "é（e 加组合符）", "有字形", value="é", wanted=True),
    Case(KIND, "窄空格 U+202F", "有字形", value="甲\u202f乙", wanted=True),
    Case(KIND, "异体选择符 U+FE0F", "有字形", value="甲\ufe0f", wanted=True),
    Case(KIND, "兼容字 U+F900", "有字形", value="\uf900", wanted=True),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_of_glyphs_agrees_with_the_painter(case):
    assert (layout.missing_glyphs(case.value) == "") is case.wanted
    given = replace(GIVEN, body=f"正文{case.value}正文。")
    if case.wanted:
        layout.render_document(given, moment=datetime(2026, 1, 1, tzinfo=UTC))
    else:
        with pytest.raises(MissingGlyph):
            layout.render_document(given, moment=datetime(2026, 1, 1, tzinfo=UTC))


DAYS = [
    Case("日期", "2026-11-24 23:59 UTC", "本地 11月25日 7:59", value=datetime(2026, 11, 24, 23, 59, tzinfo=UTC),
         wanted="D:20261125075900+08'00'"),
    Case("日期", "2026-12-31 16:00 UTC", "本地 1月1日 0:00，已是下一年", value=datetime(2026, 12, 31, 16, tzinfo=UTC),
         wanted="D:20270101000000+08'00'"),
    Case("日期", "2026-12-31 15:59 UTC", "本地 12月31日 23:59", value=datetime(2026, 12, 31, 15, 59, tzinfo=UTC),
         wanted="D:20261231235900+08'00'"),
]  # fmt: skip


@pytest.mark.parametrize("case", DAYS, ids=str)
def test_the_metadata_of_a_pdf_tell_the_local_day(case):
    sheet = layout.DraftSheet(unit_name="区信息委", title="标题")
    for made in (
        layout.render_document(GIVEN, moment=case.value),
        layout.render_draft_sheet(sheet, moment=case.value),
        layout.render_plain("标题", "正文", moment=case.value),
    ):
        assert check_pdfa(made.pdf) == []
        with pikepdf.open(io.BytesIO(made.pdf)) as opened:
            assert str(opened.docinfo["/CreationDate"]) == str(opened.docinfo["/ModDate"]) == case.wanted
            dates = set(re.findall(rb">(\d{4}-\d\d-\d\dT[^<]+)<", opened.Root.Metadata.read_bytes()))
        day = case.wanted[2:10]
        assert dates == {f"{day[:4]}-{day[4:6]}-{day[6:]}T{case.wanted[10:12]}:{case.wanted[12:14]}:00+08:00".encode()}


def test_an_opinion_on_a_sheet_bears_the_local_time():
    opinion = layout.SheetOpinion("签发", "同意。", "某", datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    sheet = layout.HandlingSheet(
        unit_name="区信息委", title="标题", opinions=(opinion,), due_at=datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    )
    assert "2027-01-01 00:30" in layout.render_handling_sheet(sheet, moment=datetime(2026, 11, 25, tzinfo=UTC)).text


def test_a_form_shows_a_rare_name_by_its_code_and_is_made():
    """人名 without a glyph in 发文稿纸, 文件处理单, a register and a receipt: filing and transfer go on."""
    name, made = "李𲎯", datetime(2026, 11, 25, tzinfo=UTC)
    opinion = layout.SheetOpinion("签发", "同意。", name, made, f"主任{name}")
    ledger = layout.Ledger("收文登记簿", "", "", (("来文单位", 1),), (layout.LedgerLine((name,)),))
    for rendition in (
        layout.render_draft_sheet(layout.DraftSheet("某局", f"{name}任职", opinions=(opinion,)), moment=made),
        layout.render_handling_sheet(layout.HandlingSheet("某局", "通知", sender=name), moment=made),
        layout.render_ledger(ledger, moment=made),
        layout.render_plain(f"{name}档案移交", f"{name}的请示", moment=made),
    ):
        assert check_pdfa(rendition.pdf) == []
        with pdfium.PdfDocument(rendition.pdf) as opened:
            shown = "".join(page.get_textpage().get_text_bounded() for page in opened)
        assert "李〓（U+323AF）" in re.sub(r"\s", "", shown)
