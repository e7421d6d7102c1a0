"""The pages of 纸质档案: one clear act each, sentences for wrong input, nothing half done."""

import html
import io
import re
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

import paper
from archive import custody
from archive.models import Box, Record, StockCheck
from archive.twins import boxes, lending, owing
from tests.archive.paper_year import year_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(people):
    return year_of(people, 9)


@pytest.fixture
def archivist(people) -> Client:
    client = Client()
    client.force_login(people["D07:archivist"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client, name: str, *args, **query) -> str:
    answer = client.get(reverse(f"archive:{name}", args=args), query)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_paper_is_registered_boxed_noted_checked_and_printed_from_the_pages(archivist, made):
    owed = page(archivist, "owed")
    assert owed.count('name="records"') == 6 and made[2].title not in owed  # 10年 owes none
    answer = archivist.post(
        reverse("archive:owed"), {"records": [one.uid for one in made if one.retention_code != "D10"]}
    )
    assert answer.status_code == 302 and "没有欠纸质件的文件" in page(archivist, "owed")
    assert "待装盒 6 件" in page(archivist, "boxes", year=2016)
    pack = {"sheet_mm": "0.1", "sides": "1", "widest": "40"}
    assert archivist.post(f"{reverse('archive:boxes')}?year=2016", pack).status_code == 302
    box = Box.objects.order_by("pk").first()
    assert str(box) in page(archivist, "boxes", year=2016)
    note = {
        "note": "齐全。",
        "shelf": "2库3架",
        "arranged_by": "甲",
        "arranged_on": "2026-03-02",
        "version": box.version,
    }
    assert archivist.post(reverse("archive:edit_box", args=[box.uid]), note).status_code == 302
    shown = page(archivist, "box", box.uid)
    assert "2库3架" in shown and "本盒共" in shown
    codes = "\n".join(
        Record.objects.unguarded("a test looks").filter(boxed__box=box).values_list("archival_code", flat=True)
    )
    answer = archivist.post(reverse("archive:check_box", args=[box.uid]), {"codes": codes})
    assert "账物相符" in page(archivist, "stock_check", StockCheck.objects.get().uid)
    assert answer.status_code == 302


@pytest.mark.parametrize("what", ["catalogue", "stamps", "owed"])
def test_every_paper_is_a_pdf_and_a_workbook(archivist, made, what):
    address, asked = reverse("archive:paper_print"), {"what": what, "year": 2016, "ahead": "on"}
    pdf = archivist.get(address, asked | {"as": "pdf"})
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
    book = archivist.get(address, asked | {"as": "xlsx"})
    sheets = load_workbook(io.BytesIO(b"".join(book.streaming_content))).worksheets
    rows = [row for one in sheets if "封面" not in one.title for row in one.iter_rows(min_row=2, values_only=True)]
    assert len(rows) == {"catalogue": 9, "stamps": 9, "owed": 6}[what]


def test_labels_are_printed_for_what_is_on_paper_unless_asked_for_ahead(archivist, made, people):
    """Fault: a label for each electronic record as well, which had nothing to be stuck on."""
    address, asked = reverse("archive:paper_print"), {"what": "stamps", "year": 2016, "as": "xlsx"}
    refused = archivist.get(address, asked)
    assert refused.status_code == 422 and "没有登记纸质件的文件，没有打印标签" in refused.content.decode()
    owing.register_paper([made[0].uid, made[3].uid], by=people["D07:archivist"])
    for more, count in (({}, 2), ({"ahead": "on"}, 9)):
        book = archivist.get(address, asked | more)
        assert len(list(load_workbook(io.BytesIO(b"".join(book.streaming_content))).worksheets[0].values)) == 1 + count


def test_what_owes_paper_here_stands_first_and_by_its_code(archivist, people):
    """Fault: what had gone to the archive came first, the rest by the day of filing."""
    later, earlier = (year_of(people, 2, year=year, periods=("Y",)) for year in (2016, 2012))
    with transaction.atomic():
        custody.freeze([earlier[0].pk], by=people["D07:archivist"])
    codes = [one.archival_code for one in (earlier[1], *later, earlier[0])]
    shown = page(archivist, "owed")
    assert sorted(codes, key=shown.index) == codes


def test_a_box_says_what_is_lent_to_whom_and_until_when(archivist, made, people, units):
    by = people["D07:archivist"]
    owing.register_paper([made[0].uid, made[3].uid], by=by)
    boxes.pack(units["D07"], 2016, by=by, packing=boxes.Packing())
    box = made[0].boxed.box
    assert "应还" not in page(archivist, "box", box.uid)
    given = lending.Lending("王五", "区审计局", "审计", "主任（纸质签字）", timezone.localdate())
    lending.lend(units["D07"], made[0].archival_code, given, by=by)
    shown = " ".join(page(archivist, "box", box.uid).split())
    assert f"区审计局 王五，{timezone.localdate()} 应还" in shown and shown.count("应还") == 1


@pytest.mark.parametrize("what", ["spines", "notes"])
def test_no_blank_page_is_printed_of_no_boxes(archivist, made, what):
    for form in ("pdf", "xlsx"):
        answer = archivist.get(reverse("archive:paper_print"), {"what": what, "year": 2016, "as": form})
        assert answer.status_code == 422 and "没有档案盒" in answer.content.decode()


def test_ticks_stay_over_a_refusal(archivist, made):
    chosen = [str(one.uid) for one in made if one.retention_code != "D10"][:2]
    answer = archivist.post(reverse("archive:owed"), {"records": chosen, "pages": "0"})
    assert answer.status_code == 422 and ticked_of(answer) == set(chosen)
    assert ticked_of(archivist.get(reverse("archive:owed"))) == set()


def ticked_of(answer) -> set[str]:
    boxes = re.findall(r'<input type="checkbox"[^>]*name="records"[^>]*>', answer.content.decode())
    return {re.search(r'value="([^"]+)"', one)[1] for one in boxes if " checked" in one}


@pytest.mark.parametrize("name", ["owed", "boxes"])
def test_the_print_form_has_ids_of_its_own(archivist, made, name):
    ids = re.findall(r'\sid="([^"]+)"', page(archivist, name, year=2016))
    assert len(ids) == len(set(ids))


def test_every_tick_over_many_rows_stays_over_a_refusal():
    """The kind: a table of ticks that does not ask `ticked` loses a selection to the first wrong field."""
    own = {
        "_bulk_bar.html",
        "records.html",
        "_starts.html",
        "hand_over.html",
        "end_unit.html",
    }  # no row, or kept by its own view
    silent = {
        str(path)
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for box in re.findall(r'<input\s+type="checkbox"[^>]*>', path.read_text())
        if 'value="{{' in box and "{% ticked" not in box and path.name not in own and "parts" not in path.parts
    }
    assert silent == set()


@pytest.mark.parametrize(
    ("name", "sent", "told"),
    [
        ("owed", {}, "请先勾选"),
        ("owed", {"records": "x", "pages": "0"}, "应不小于 1"),
        ("stock", {"codes": ""}, "不能为空"),
        ("stock", {"codes": "Z407-WS·2016-Y-0001", "year": "2016"}, "没有登记纸质件"),
        ("boxes", {"sheet_mm": "9", "sides": "3", "widest": "25"}, "不在列表中"),
        ("boxes", {"sheet_mm": "0.1", "sides": "1", "widest": "40"}, "没有待装盒"),
        ("paper_alone", {"year": "2016", "pages": "0", "class_code": "办公室", "date": "2999-01-01"}, "不能为空"),
    ],
)
def test_wrong_input_gets_a_sentence_and_nothing_is_done(archivist, made, name, sent, told):
    answer = archivist.post(reverse(f"archive:{name}"), sent)
    assert answer.status_code == 422 and told in answer.content.decode()
    assert not Box.objects.exists() and not StockCheck.objects.exists()


def test_a_record_without_a_pdf_or_with_a_locked_one_is_told_to_use_a_label(archivist, made):
    address = reverse("archive:stamped", args=[made[0].uid])
    assert archivist.get(address).status_code == 422
    locked = io.BytesIO()
    with pikepdf.new() as new:
        new.add_blank_page()
        new.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    sample = paper.Stamp(("Z407", "2016", "0001", "", "永久", "1"), "Z407-WS·2016-Y-0001", "http://x/")
    for data in (locked.getvalue(), b"%PDF-1.7 torn"):
        with pytest.raises(paper.LayoutRefused, match="归档章标签"):
            paper.stamped(data, sample, moment=timezone.now())


def test_a_print_of_a_wrong_choice_is_refused_with_every_reason(archivist, made):
    answer = archivist.get(reverse("archive:paper_print"), {"what": "x", "year": "20", "first": 9, "last": 3})
    text = answer.content.decode()
    assert answer.status_code == 422 and "不在列表中" in text and "年度应为" in text


def test_paper_alone_is_registered_from_its_form(archivist, people):
    sent = {
        "title": "旧档",
        "author": "区计委",
        "year": "1998",
        "retention_code": "Y",
        "class_code": "bgs",
        "pages": "3",
    }
    answer = archivist.post(reverse("archive:paper_alone"), sent)
    record = Record.objects.unguarded("a test looks").get(title="旧档")
    assert answer.status_code == 302 and answer["Location"] == record.get_absolute_url()
    assert record.archival_code == "Z407-WS·1998-Y-BGS-0001"


def test_prints_are_asked_for_the_years_that_owe_below_the_list_and_beside_the_page(archivist, made):
    page = " ".join(archivist.get(reverse("archive:owed")).content.decode().split())
    year = made[0].year
    assert "欠纸质件的年度（含已移交的）" in page and f'<a href="?year={year}">{year} 年' in page
    assert page.index("欠纸质件的年度") < page.index("登记纸质件") < page.index("打印 PDF")
    assert f'value="{year}"' in page[page.index("print_year") - 200 :] and 'target="_blank"' in page
    whole = archivist.get(reverse("archive:paper_print"), {"what": "owed", "as": "pdf"})
    assert whole.status_code == 200 and whole.content.startswith(b"%PDF")
    bare = archivist.get(reverse("archive:paper_print"), {"what": "catalogue", "as": "pdf"})
    assert bare.status_code == 422 and "请填写年度" in bare.content.decode()


def test_a_lent_piece_is_told_before_it_is_boxed_when_it_is_and_in_its_box(archivist, made, people, units):
    """Fault: a piece that was lent was boxed without a word."""
    by, day = people["D07:archivist"], timezone.localdate()
    owing.register_paper([made[0].uid, made[3].uid], by=by)
    lending.lend(
        units["D07"], made[0].archival_code, lending.Lending("王五", "区审计局", "审计", "主任（纸质签字）", day), by=by
    )
    before = " ".join(page(archivist, "boxes", year=2016).split())
    assert "待装盒 2 件" in before and "其中 1 件借出在外" in before and f"区审计局 王五，{day} 应还" in before
    assert made[0].title in before and made[3].archival_code not in before
    pack = {"sheet_mm": "0.1", "sides": "1", "widest": "40"}
    answer = archivist.post(f"{reverse('archive:boxes')}?year=2016", pack, follow=True)
    told = f"其中 1 件借出在外：“{made[0]}”（区审计局 王五，{day} 应还，归还后放入第1盒）。"
    assert told in html.unescape(answer.content.decode()) and "（借出 1）" in answer.content.decode()
    box = Box.objects.get()
    shown = page(archivist, "box", box.uid)
    assert "其中借出在外 1 件" in shown and "应还" in shown


def test_the_list_of_boxes_and_the_box_say_of_the_note_what_is_missing(archivist, made, people, units):
    """Fault: 未填, though the system had written what is in the box."""
    owing.register_paper([made[0].uid], by=people["D07:archivist"])
    boxes.pack(units["D07"], 2016, by=people["D07:archivist"], packing=boxes.Packing())
    box = Box.objects.get()
    for given, told in (
        ({}, "情况说明已写，待填整理人、检查人"),
        ({"arranged_by": "甲", "checked_by": "乙", "checked_on": "2026-03-02"}, "情况说明已写，待填整理日期"),
        ({"arranged_by": "甲", "arranged_on": "2026-03-01", "checked_by": "乙", "checked_on": "2026-03-02"}, "已填"),
    ):
        box.refresh_from_db()
        answer = archivist.post(reverse("archive:edit_box", args=[box.uid]), given | {"version": box.version})
        assert answer.status_code == 302
        shown = page(archivist, "boxes", year=2016)
        assert f'<td data-label="备考表">{told}</td>' in shown
        assert f"备考表：{told}" in page(archivist, "box", box.uid)
