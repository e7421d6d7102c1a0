"""Every position of practice 4 within 0.2 mm, read from the PDF's own objects; pages that a newcomer would try."""

import io
import json
import threading
import time
from dataclasses import replace

import pikepdf
import pytest
from django.core.management import CommandError, call_command

import paper as layout
from paper.grid import CELL, LINES
from paper.page import set_document
from paper.pdfa_check import check_pdfa
from paper.specs import page_of_spec
from paper.words import title_lines
from tests.paper import measured
from tests.paper.descriptions import LAYOUTS, PARAGRAPH, specs
from tests.paper.reading import sheets
from tests.paper.test_layout import GIVEN, MOMENT

TOLERANCE = 0.2  # mm; the standard's own are 1 mm
THREE = ("长宁区信息化委员会", "长宁区档案局", "长宁区财政局")


def test_every_position_of_the_standard_within_a_fifth_of_a_millimetre():
    """GB/T 9704—2012, chapters 5, 7 and 10; each of the 60 documents passes the structural PDF/A check too."""
    found = measured.measure()
    assert {key: worst for key, worst in found.worst.items() if worst > TOLERANCE} == {}
    assert len(found.worst) > 150 and {layout for layout, _ in found.worst} == set(LAYOUTS)


@pytest.mark.parametrize("rows", range(1, 60, 2))
@pytest.mark.parametrize("sealed", [True, False])
def test_a_signature_never_stands_without_text(rows, sealed):
    """7.3.5.4, for every length: text stands on the page of 署名, and page 1 shows text."""
    given = replace(GIVEN, body="字" * 28 * rows, sealed=sealed, attachments=("归档范围",) * (rows % 4))
    pages = set_document(given)
    with_date = next(page for page in pages if any(run.text == "2026年11月24日" for run in page.runs))
    for page in (pages[0], with_date):
        assert any(set(run.text) == {"字"} for run in page.runs)


@pytest.mark.parametrize("rows", range(1, 14))
@pytest.mark.parametrize("note", ["", "此件公开发布"])
def test_no_seal_stands_alone_however_附件说明_fills_the_page(rows, note):
    """7.3.5.4: text on the page of 署名; of a text of one row, which page 1 must show, at least a name of 附件说明."""
    words = ("字",) if rows > 1 else ("字", "附件名称")
    for count in range(14):
        body = "\n".join(["字" * 20] * rows)
        given = replace(GIVEN, body=body, attachments=tuple(f"附件名称{n}" for n in range(count)), note=note)
        pages = set_document(given)
        with_date = next(page for page in pages if any(run.text == "2026年11月24日" for run in page.runs))
        assert any(run.text.startswith(words) for run in with_date.runs), (rows, count)
        assert any(set(run.text) == {"字"} for run in pages[0].runs), (rows, count)
        names = [run.text for page in pages for run in page.runs if run.text.startswith("附件名称")]
        assert names == [f"附件名称{n}" for n in range(count)]


def test_a_list_of_names_that_leaves_the_text_no_room_goes_with_the_signature():
    for count in range(14, 60):
        pages = set_document(replace(GIVEN, body="字" * 20, attachments=tuple(f"附件名称{n}" for n in range(count))))
        with_date = next(page for page in pages if any(run.text == "2026年11月24日" for run in page.runs))
        assert any(run.text.startswith(("附件名称", "字")) for run in with_date.runs), count


HEADED = ("一、培训对象", "（一）范围")


@pytest.mark.parametrize("headings", [HEADED[:1], HEADED[1:], HEADED])
def test_a_heading_is_never_the_last_row_of_a_page(headings):
    """Before a paragraph and before a table, with and without 署名 that draws rows over."""
    for under in ("全区各单位。" * 9, "单位\t件数\n区档案局\t12"):
        for rows in range(1, 50):
            for tail in (1, 3):
                body = "\n".join(["字" * 20] * rows + [*headings, under] + ["字" * 20] * tail)
                pages = set_document(replace(GIVEN, body=body, attachments=()))
                for page in pages:
                    last = max((run.line for run in page.runs), default=0)
                    ends = [run.text for run in page.runs if run.line == last]
                    assert not set(ends) & set(headings), (rows, tail, under)


def test_items_of_a_list_are_no_headings_and_leave_no_hole():
    body = "\n".join(["字" * 20] * 6 + [f"{n}、培训" for n in "一二三四五六七八九十"])
    pages = set_document(replace(GIVEN, body=body, attachments=(), issuer_signature="", document_date=None))
    assert max(run.line for run in pages[0].runs if run.font in ("hei", "body")) > LINES - 2


def test_a_table_at_the_end_gives_its_last_rows_to_the_signature():
    for count in range(3, 40):
        body = "如下：\n名称\t数目\n" + "\n".join(f"第{n}项\t{n}" for n in range(count))
        pages = set_document(replace(GIVEN, body=body, attachments=()))
        with_date = next(page for page in pages if any(run.text == "2026年11月24日" for run in page.runs))
        assert any(run.text.endswith("项") for run in with_date.runs), count
        texts = [run.text for page in pages for run in page.runs if run.text.endswith("项")]
        assert texts == [f"第{n}项" for n in range(count)]


def test_blank_and_imprint_page_bear_no_number():
    """7.5: where the text fills an even page, a blank one comes before the imprint's."""
    lengths = range(400, 1300, 28)
    found = [set_document(replace(GIVEN, body="字" * length)) for length in lengths]
    blank = [pages for pages in found if not pages[-2].runs and len(pages) > 2]
    assert blank
    for pages in found:
        assert [page.numbered for page in pages[-2:]] == [bool(pages[-2].runs)] * 2
        assert all(page.numbered for page in pages[:-2]) and len(pages) % 2 == 0


NAMES = frozenset({"长宁区信息化委员会", "北新泾街道办事处", "上海市长宁区住房保障和房屋管理局"})
TITLES = [
    ("长宁区信息化委员会关于做好2026年冬季北新泾地区电子公文归档与移交工作的通知", ("冬季", "北新泾", "2026年")),
    ("北新泾街道办事处关于开展今冬明春火灾防控工作的请示", ("北新泾街道办事处", "今冬明春")),
    ("上海市长宁区住房保障和房屋管理局关于进一步加强冬季房屋使用安全检查工作的通知", ("上海市长宁区住房保障和房屋管理局", "冬季", "工作的")),
    ("长宁区人民政府办公室关于转发区发展改革委《长宁区国民经济和社会发展第十五个五年规划》的通知", ("区发展改革委", "》的通知")),
    ("上海市长宁区信息化委员会关于做好二〇二六年度电子公文归档和移交工作的通知", ("二〇二六年度", "电子公文")),
    ("长宁区信息化委员会关于贯彻落实市第十二届人民代表大会第二十三次会议精神的通知", ("第十二届", "第二十三次")),
    ("关于同意设立长宁区北新泾社区文化活动中心的批复", ("北新泾", "批复")),
    ("字" * 80, ("字",)),
]  # fmt: skip


@pytest.mark.parametrize(("title", "whole"), TITLES)
def test_a_title_is_broken_between_words(title, whole):
    lines = title_lines(title, 38, NAMES)
    assert "".join(lines) == title and max(map(len, lines)) <= 20
    assert not any(line.startswith("的") for line in lines)
    assert all(any(word in line for line in lines) for word in whole)


def test_one_black_and_one_red_everywhere():
    """Practice 1: black is K alone, one red for mark, rules and seal."""
    given = replace(GIVEN, seals=(layout.Seal("长宁区信息化委员会"),), copy_number="000001")
    with pikepdf.open(io.BytesIO(layout.render_document(given, moment=MOMENT).pdf)) as opened:
        colours = {
            (str(one.operator).lower(), tuple(map(float, one.operands)))
            for page in opened.pages
            for one in pikepdf.parse_content_stream(page)
            if str(one.operator).lower() in ("sc", "scn", "g", "rg", "k")
        }
    assert {values for _, values in colours} == {(0.0,), (1.0, 0.0, 0.0)}
    svg = "".join(layout.preview(given)[0])
    assert set(part[:7] for part in svg.split('fill="')[1:] if part[0] == "#") == {"#ffffff", "#000000", "#ff0000"}


def test_a_hundred_and_twenty_pages_let_other_threads_work():
    given = replace(GIVEN, body=(PARAGRAPH + "\n") * 1310)
    made, beats = [], 0
    worker = threading.Thread(target=lambda: made.append(layout.render_document(given, moment=MOMENT)))
    worker.start()
    longest, last = 0.0, time.monotonic()
    while worker.is_alive():
        time.sleep(0.005)
        beats, now = beats + 1, time.monotonic()
        longest, last = max(longest, now - last), now
    assert made[0].pages >= 120 and beats > 20
    assert longest < 1.0, "the web process stood still"


@pytest.mark.parametrize(
    ("form", "label"), [("order", "分送：各有关单位、区档案局。"), ("minutes", "分送：各有关单位。")]
)
def test_orders_and_minutes_name_who_gets_them_in_the_imprint(form, label):
    """Domain 1.2: no 主送机关 on 令 and 纪要."""
    pages = set_document(replace(GIVEN, form=form, attachments=()))
    assert not any(run.text == "各有关单位：" for page in pages for run in page.runs)
    assert any(run.text == label for run in pages[-1].runs)


@pytest.mark.parametrize("mark", ["上海市长宁区住房保障和房屋管理局文件", "区委办文件", "字" * 40])
def test_a_mark_of_any_length_is_one_row_within_the_type_area(mark):
    sheet = sheets(layout.render_document(replace(GIVEN, issuing_mark=mark), moment=MOMENT).pdf)[0]
    found = sheet.find(mark)
    left, top, right, _ = sheet.red_ink(60, 100)
    assert len({round(char.top, 2) for char in found}) == 1
    assert left >= 28 and right <= 184 and top == pytest.approx(72, abs=0.1)


def test_a_table_at_the_top_of_a_page_does_not_touch_its_rule():
    body = "\n".join(f"第{n}项\t{n}" for n in range(60))
    made = layout.render_document(replace(GIVEN, body="如下：\n名称\t数目\n" + body + "\n以上。"), moment=MOMENT)
    for sheet in sheets(made.pdf)[1:4]:
        above = min(line.bottom for line in sheet.lines)
        first = min(char.top for char in sheet.chars if char.char == "名")
        assert first - above > 2 and above >= 36.8
        for line in sheet.lines:
            assert not any(char.top + 0.3 < line.middle < char.base for char in sheet.chars if char.size == 16)


def test_the_seal_places_are_known_before_sealing():
    given = replace(GIVEN, co_signatures=THREE[1:])
    places = layout.seal_places(given)
    assert [place.shown for _, place in places] == [False] * 3
    drawn = layout.render_document(replace(given, seals=tuple(map(layout.Seal, THREE))), moment=MOMENT)
    circles = [circle for sheet in sheets(drawn.pdf) for circle in sheet.circles]
    assert [pytest.approx((place.x, place.y, 45), abs=0.1) for _, place in places] == circles


def test_a_seal_of_the_site_is_drawn_as_it_is_and_stays_pdfa():
    circle = '<circle cx="21" cy="21" r="20" fill="none" stroke="#f00"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42">{circle}</svg>'
    given = replace(GIVEN, seals=(layout.Seal("区信息委", 42.0, svg),))
    made = layout.render_document(given, moment=MOMENT)
    assert check_pdfa(made.pdf) == [] and "样章" not in "".join(sheet.text for sheet in sheets(made.pdf))
    assert "data:image/svg+xml" in layout.preview(given)[0][-1]


SPEC = {"layout": "文件", "issuing_mark": "长宁区信息化委员会文件", "title": "关于归档的通知", "body": "现通知如下。"}
FAULTS = [
    ({"doc_number": "长信[2026]012号"}, "doc_number"),
    ({"doc_number": "长信〔2026〕012号"}, "虚位"),
    ({"document_date": "2026/3/2"}, "document_date"),
    ({"layout": "公报"}, "layout"),
    ({"copy_number": "12"}, "copy_number"),
    ({"security_class": "秘密"}, "security_class"),
    ({"secrecy_period": "秘密★1年"}, "security_class"),
    ({"title": ""}, "title"),
    ({"body": 3}, "body"),
    ({"body": "你好😀"}, "😀"),
    ({"seals": 3, "issuer_signature": "甲局"}, "seals"),
    ({"seals": [{"diameter": 60}], "issuer_signature": "甲局"}, "seals"),
    ({"colour": "red"}, "colour"),
    ({"attachments": [{"title": "一"}], "attachment_note": ["一", "二"]}, "attachment_note"),
    ({"attachments": "一"}, "attachments"),
    ({"title": "字" * 300}, "title"),
    ({"main_recipients": ["", 1]}, "main_recipients"),
    ({"routing_direction": "left"}, "routing_direction"),
    ({"attendance": 3}, "attendance"),
    ({"document_date": 20260302}, "document_date"),
    ({"issuing_mark": None}, "issuing_mark"),
    ({"title": "甲\n乙"}, "title"),
    ({"urgency": "很急"}, "urgency"),
    ({"layout": ["文件"]}, "layout"),
    ({"urgency": {}}, "urgency"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "named"), FAULTS)
def test_a_bad_description_gets_a_sentence(change, named):
    given, faults = page_of_spec(SPEC | change)
    assert (given is None) == bool(faults)
    assert (any(named in one.message for one in faults)) or change == {"urgency": {}}


@pytest.mark.parametrize("spec", [[], "文件", 3, None, {}, {"seals": {}}, {"body": "字\n" * 3}])
def test_what_is_no_description_is_refused_too(spec):
    given, faults = page_of_spec(spec)
    assert given is None and faults and all(one.message for one in faults)


def test_all_faults_are_told_at_once_and_no_file_is_made(tmp_path):
    spec, out = tmp_path / "a.json", tmp_path / "a.pdf"
    spec.write_text(json.dumps(SPEC | {"copy_number": "1", "document_date": "x", "title": ""}))
    with pytest.raises(CommandError) as refused:
        call_command("render_layout", spec, out)
    assert all(name in str(refused.value) for name in ("copy_number", "document_date", "title"))
    spec.write_text("{")
    with pytest.raises(CommandError, match="JSON"):
        call_command("render_layout", spec, out)
    with pytest.raises(CommandError, match="读不到"):
        call_command("render_layout", tmp_path / "b.json", out)
    assert not out.exists()


def test_a_description_becomes_a_pdf_without_a_row(tmp_path, capsys):
    spec, out = tmp_path / "a.json", tmp_path / "a.pdf"
    for _, one in list(specs())[::17]:
        spec.write_text(json.dumps(one), encoding="utf-8")
        call_command("render_layout", spec, out)
        assert check_pdfa(out.read_bytes()) == []
    with pytest.raises(CommandError, match="写不了"):
        call_command("render_layout", spec, tmp_path / "none" / "a.pdf")


@pytest.mark.parametrize(
    ("names", "date_right", "name_right"),
    [
        (("区法院",), 172.857, None),
        (("长宁区信息化委员会办公室",), None, 172.857),
        (("长宁区信息化委员会", "区法院"), 172.857, None),
    ],
)
def test_without_a_seal_the_longer_of_name_and_date_ends_two_characters_in(names, date_right, name_right):
    """7.3.5.2: the date begins two characters right of the name above; of several the first ends two characters in."""
    given = replace(GIVEN, sealed=False, issuer_signature=names[0], co_signatures=names[1:])
    runs = [run for page in set_document(given) for run in page.runs]
    date = next(run for run in runs if run.text == "2026年11月24日")
    last = next(run for run in runs if run.text == names[-1] and run.size == 16 and run.line == date.line - 1)
    assert date.left == pytest.approx(last.left + 2 * CELL)
    if date_right:
        assert date.left + date.width * CELL / 2 == pytest.approx(date_right, abs=0.01)
        assert date.left + date.width * CELL / 2 > last.left + last.width * CELL / 2
    else:
        assert last.left + last.width * CELL / 2 == pytest.approx(name_right, abs=0.01)
    if len(names) > 1:
        first = next(run for run in runs if run.text == names[0] and run.line == last.line - 1)
        assert first.left + first.width * CELL / 2 == pytest.approx(172.857, abs=0.01)
