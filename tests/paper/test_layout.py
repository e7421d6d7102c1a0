"""The page on the standard's grid: lines, places, PDF/A, the same bytes for the same input."""

import io
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

import pikepdf
import pytest

import paper as layout
from paper import errors, fonts
from paper.grid import COLUMNS, LINES, break_lines, half_cells
from paper.page import set_document
from paper.pdfa_check import check_pdfa
from paper.words import title_lines

MOMENT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
GIVEN = layout.PageInput(
    form="standard", issuing_mark="长宁区信息化委员会文件", doc_number="长信〔2026〕12号", title="关于做好电子公文归档工作的通知",
    body="为规范办理，现通知如下。\n一、统一思想\n（一）明确职责\n各单位要“应归尽归”（详见附件1）。\n二、按期办结。\n特此通知。", main_recipients="各有关单位",
    attachments=("归档范围", "目录格式"), issuer_signature="长宁区信息化委员会", document_date=date(2026, 11, 24),
    cc_recipients="区档案局", printing_agency="长宁区信息化委员会", printing_date=date(2026, 11, 25),
)  # fmt: skip


def test_the_same_input_gives_the_same_pdfa():
    """Shows: 16-12"""
    one, other = (layout.render_document(GIVEN, moment=MOMENT) for _ in range(2))
    assert one.pdf == other.pdf
    assert check_pdfa(one.pdf) == []
    assert one.pages == 2 and set(one.fonts) == {"body", "title", "kai", "hei", "song"}
    with pikepdf.open(io.BytesIO(one.pdf)) as opened:
        assert [round(float(side)) for side in opened.pages[0].mediabox[2:]] == [595, 842]


def test_a_changed_byte_of_the_declaration_is_a_finding():
    pdf = layout.render_document(GIVEN, moment=MOMENT).pdf
    assert check_pdfa(pdf.replace(b"<pdfaid:part>2<", b"<pdfaid:part>3<")) != []


def test_a_full_body_page_has_twenty_two_lines_of_twenty_eight_characters():
    pages = set_document(replace(GIVEN, body="字" * 28 * 60))
    body = [run for run in pages[1].runs if run.font == "body"]
    assert len({run.line for run in body}) == LINES
    assert max(half_cells(run.text) for run in body) == COLUMNS
    assert max(run.line for page in pages for run in page.runs) < LINES


@pytest.mark.parametrize(
    "text", ["字" * 27 + "，" + "字" * 27 + "（字）", "第2026〔12〕号" * 20, "a" * 200, "——" * 40, "“字”" * 40]
)
def test_no_mark_stands_where_it_must_not(text):
    lines = break_lines(text)
    assert "".join(lines) == text
    assert all(half_cells(line) <= COLUMNS + 6 for line in lines)
    assert not any(line[0] in "，。）”" for line in lines[1:])
    assert not any(line[-1] in "（“〔" for line in lines[:-1])


def test_a_title_is_set_in_even_lines():
    lines = title_lines("长宁区信息化委员会关于进一步做好全区电子公文归档与移交工作的通知", 38)
    assert len(lines) == 2 and abs(half_cells(lines[0]) - half_cells(lines[1])) <= 4


def test_the_imprint_stands_on_the_last_even_page():
    for length in (1, 900, 2000):
        pages = set_document(replace(GIVEN, body="字" * length))
        assert len(pages) % 2 == 0 and pages[-1].rules


def test_a_missing_glyph_names_the_character():
    with pytest.raises(errors.MissingGlyph, match="😀"):
        layout.render_document(replace(GIVEN, body="你好😀"), moment=MOMENT)


def test_rare_names_have_a_glyph():
    assert layout.render_document(replace(GIVEN, body="镕喆堃祎珺旸"), moment=MOMENT).pages == 2


def test_without_fonts_the_person_reads_why(tmp_path):
    with pytest.raises(errors.FontsMissing, match="字体"):
        fonts.resolve(str(tmp_path))


def test_the_preview_breaks_lines_alike_and_needs_no_inline_style():
    svgs, total = layout.preview(GIVEN)
    assert len(svgs) == total == 2
    assert not any(" style=" in one or "<script" in one for one in svgs)
    assert "&lt;b&gt;" in layout.preview(replace(GIVEN, title="<b>加粗</b>"))[0][0]
    assert layout.preview(GIVEN, first=2, count=1) == (svgs[1:], 2)


def test_sheets_and_plain_text_are_pdfa_too():
    opinion = layout.SheetOpinion("签发", "同意发文。", "某人", datetime(2026, 11, 24, 9, 30))
    draft = layout.render_draft_sheet(
        layout.DraftSheet(unit_name="区信息委", title="标题", opinions=(opinion,) * 30), moment=MOMENT
    )
    handling = layout.render_handling_sheet(
        layout.HandlingSheet(unit_name="区信息委", title="标题", opinions=(opinion,)), moment=MOMENT
    )
    plain = layout.render_plain("标题", "第一行\n第二行\n" * 40, moment=MOMENT)
    assert [check_pdfa(one.pdf) for one in (draft, handling, plain)] == [[], [], []]
    assert (handling.pages, plain.pages) == (1, 4) and draft.pages > 1


def test_text_comes_out_in_reading_order(tmp_path):
    from shutil import which

    if which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "a.pdf").write_bytes(layout.render_document(GIVEN, moment=MOMENT).pdf)
    text = subprocess.run(["pdftotext", "-raw", tmp_path / "a.pdf", "-"], capture_output=True, text=True).stdout
    tidy = "".join(text.split())
    places = [
        tidy.find(words)
        for words in (
            "长宁区信息化委员会文件",
            "长信",
            "关于做好电子公文归档工作的通知",
            "各有关单位",
            "现通知如下",
            "特此通知",
            "2026年11月24日",
        )
    ]
    assert -1 not in places and places == sorted(places)


def test_a_joint_title_does_not_end_a_line_with_the_mark_between_two_bodies_where_it_need_not():
    bodies = frozenset(["长宁区卫生局", "长宁区教育局"])
    lines = title_lines("长宁区卫生局、长宁区教育局关于做好儿童青少年近视防控工作的通知", 38, bodies)
    assert lines == ["长宁区卫生局、长宁区教育局", "关于做好儿童青少年近视防控工作的通知"]
    for title in (
        "关于进一步加强全区中小学校儿童青少年近视综合防控工作的实施意见",
        "关于开展第三十八个爱国卫生月活动暨加强全区爱国卫生运动的通知",
    ):
        joined = "".join("／".join(title_lines(title, width)) for width in (30, 34, 38))
        assert not any(one in joined for one in ("爱国／", "儿童／", "青／少年", "青少／年"))
