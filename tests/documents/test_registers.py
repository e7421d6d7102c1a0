"""发文, 收文 and 用印登记簿 of a year: screen, workbook and paper hold the same rows as the database (issue 12, "Must show").

The oracle is SQL of its own; some rows are written by hand. Voided, changed, returned, doubled (imported) numbers are
in it, joint issues with the unit as host and beside another, and a replaced one (更正重发).
"""

import html
import io
import re
from datetime import date, datetime

import openpyxl
import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.models import Record
from documents.models import NumberEntry
from documents.registers.columns import ISSUED, RECEIVED, SEALS
from documents.registers.numbers import in_runs
from paper.pdfa_check import check_pdfa
from tests.documents.register_oracle import ORACLE, as_on_screen, issued_by_sql
from tests.documents.register_year import year_of_registers
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.models import Appointment

pytestmark = pytest.mark.django_db
YEAR = {"first": "2027-01-01", "last": "2027-12-31"}
KEYS = {"issued": ISSUED, "received": RECEIVED, "seals": SEALS}


@pytest.fixture
def year(people, units, monkeypatch):
    return year_of_registers(people, units, monkeypatch)


def cells_of(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1], re.S)
    return [[shown(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)] for row in rows]


def shown(cell: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()


def on_screen(client, which: str, **query) -> list[list[str]]:
    """Every page of it, by the links a person follows."""
    address, found = reverse("documents:register", args=[which]), []
    page = client.get(address, {**YEAR, **query})
    while True:
        assert page.status_code == 200
        found += cells_of(page.content.decode()) if page.context["lines"] else []
        if not page.context["page"].next_url:
            return found
        page = client.get(address + page.context["page"].next_url)


def taken(client, route: str, which: str, **query) -> bytes:
    answer = client.get(reverse(route, args=[which]), {**YEAR, **query})
    assert answer.status_code == 200, answer.content.decode()
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def in_workbook(data: bytes) -> list[list]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(min_row=3)]


def as_text(value) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if (value.hour, value.minute) == (0, 0) else f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def words_of(pdf: bytes) -> list[str]:
    """The text of each page without blanks and line ends."""
    with pypdfium2.PdfDocument(pdf) as opened:
        texts = [page.get_textpage().get_text_range() for page in opened]
    return ["".join(text.replace("\ufffe", "-").split()) for text in texts]


def on_paper(pdf: bytes, which: str) -> str:
    """What stands in the lines, without the heads and feet of the pages."""
    columns = "".join(column.label for column in KEYS[which])
    pages = words_of(pdf)
    body = ""
    for number, text in enumerate(pages, start=1):
        foot = f"第{number}页，共{len(pages)}页"
        assert foot in text and columns in text and "登记范围：2027-01-01至2027-12-31" in text
        body += text.replace(foot, "").split(columns)[1]
    return body


def test_the_registers_of_a_year(year, people, units):
    """One year, made once: it is the dear part."""
    screen_workbook_and_paper_are_the_database_row_by_row(people)
    the_rows_that_matter_read_as_a_clerk_would_write_them(year, people)
    the_workbook_holds_days_as_days_numbers_as_text_and_voided_ones_struck(people)
    a_register_is_narrowed_alike_everywhere(people)
    without_a_choice_it_is_this_month_and_last_month_is_one_click(people)
    the_number_register_names_doubles_voided_and_gaps(people)
    a_register_costs_the_same_for_one_row_and_for_many(people)
    who_has_posts_in_two_units_chooses(people, units)
    a_line_longer_than_a_page_is_not_lost(people)


def screen_workbook_and_paper_are_the_database_row_by_row(people):
    client = browser(people["D07:clerk"])
    for which, oracle in ORACLE.items():
        expected = oracle()
        assert len(expected) >= 3
        assert on_screen(client, which) == (as_on_screen(expected) if which == "issued" else expected), which
        rows = in_workbook(taken(client, "documents:register_workbook", which))
        assert [[as_text(cell.value) for cell in row] for row in rows] == expected, which
        pdf = taken(client, "documents:register_pdf", which)
        assert on_paper(pdf, which) == "".join("".join("".join(row).split()) for row in expected), which
        assert check_pdfa(pdf) == []


def the_rows_that_matter_read_as_a_clerk_would_write_them(year, people):
    rows = {row[2]: row for row in on_screen(browser(people["D07:clerk"]), "issued")}
    code = Record.objects.unguarded("a test").get(document=year["changed"]).archival_code
    assert rows["长信〔2026〕2号"][1:] == [
        "2027-01-04", "长信〔2026〕2号", "关于年末签发的通知", "", "一般", "1", "区民政局、区卫生局", "", "区信息委承办人",
        "区信息委领导 2026-12-31", "2027-01-04", "1/2", "未归档", "",
    ]  # fmt: skip
    assert rows["长信〔2027〕3号"][-1] == "作废：编错字号" and rows["长信〔2027〕3号"][1] == ""
    assert rows["长信〔2027〕4号"][1] == "2027-03-01"  # half past midnight here, February in UTC
    assert rows["长信〔2027〕4号"][5:7] == ["加急", "30"] and rows["长信〔2027〕4号"][-2] == code
    assert rows["长信〔2027〕2号"][-1] == "作废：=重复<发文>；重号：另有补录档案1件"
    assert rows["长信〔2027〕6号"][10:12] == ["区信息委领导 2027-03-01", "2027-03-01"]  # voided after sealing
    (anew,) = [row for row in rows.values() if row[3] == "关于有误的通知"]
    assert (anew[1], anew[12], anew[-1]) == ("2027-03-10", "0/2", "更正重发：新印发日期2027-03-12，原件作废")
    (host,) = [row for row in rows.values() if row[3] == "关于联合开展检查的通知"]
    assert host[-1] == "联合发文，会同：区民政局" and host[12] == "0/1"
    (other,) = [row for row in rows.values() if row[3] == "关于联合开展宣传的通知"]
    assert other[-1] == "联合发文（协办），主办：区民政局" and other[2].startswith("长民〔2027〕")
    assert other[10].startswith("区信息委领导 ") and other[12:14] == ["", "未归档"]
    letter = rows["长信函〔2027〕1号"]
    assert letter[7].endswith("、第5街道办事处等8个单位") and letter[8] == "区卫生局" and letter[4] == "1"
    assert letter[9] == "办公室/区信息委承办人"
    book = in_workbook(taken(browser(people["D07:clerk"]), "documents:register_workbook", "issued"))
    (whole,) = [row for row in book if row[2].value == "长信函〔2027〕1号"]
    assert len(whole[7].value.split("、")) == 8 and "等" not in whole[7].value  # paper and file hold every name
    assert "长信〔2026〕1号" not in rows  # taken in 2026, whatever became of it
    received = {row[5]: row for row in on_screen(browser(people["D07:clerk"]), "received")}
    asked_for = received["关于审批方案的请示"]
    assert asked_for[1] == "2027-03-01" and asked_for[11] == "2027-03-09" and asked_for[14].startswith("长信〔2027〕")
    assert (
        received["关于错发的通知"][-1] == "已退文：不属本单位职权"
        and received["关于外来文件的意见"][3] == "沪信〔2027〕3号"
    )


def the_workbook_holds_days_as_days_numbers_as_text_and_voided_ones_struck(people):
    rows = in_workbook(taken(browser(people["D07:clerk"]), "documents:register_workbook", "issued"))
    by_number = {row[2].value: row for row in rows}
    sent, void = by_number["长信〔2026〕2号"], by_number["长信〔2027〕2号"]
    assert sent[1].value == datetime(2027, 1, 4) and sent[1].number_format == "yyyy-mm-dd" and sent[6].value == 1
    assert [cell.font.strike for cell in void[:-1]] == [True] * 14 and not void[-1].font.strike
    assert not any(cell.font.strike for cell in sent)
    formulas = [cell.coordinate for row in rows for cell in row if cell.data_type == "f"]
    assert formulas == []
    page = browser(people["D07:clerk"]).get(reverse("documents:register", args=["issued"]), YEAR).content.decode()
    assert '<s>长信〔2027〕<span class="when">2号</span></s>' in page and "<s>作废" not in page


NARROWED = (
    ("issued", {"state": "voided"}, 27), ("issued", {"prefix": "长信函"}, 1), ("issued", {"kind": "letter"}, 1),
    ("issued", {"first": "2027-03-01", "last": "2027-03-01"}, 5),
    ("issued", {"state": "dispatched", "prefix": "长信"}, 3), ("issued", {"prefix": "长民"}, 1),
    ("received", {"kind": "for_reading"}, 2), ("received", {"state": "returned_to_sender"}, 1),
    ("received", {"prefix": "沪信"}, 1), ("seals", {"state": "voided"}, 1), ("seals", {"prefix": "长信函"}, 1),
    ("issued", {"first": "2026-12-31", "last": "2026-12-31"}, 1),
)  # fmt: skip


def a_register_is_narrowed_alike_everywhere(people):
    client = browser(people["D07:clerk"])
    for which, query, count in NARROWED:
        assert len(on_screen(client, which, **query)) == count, query
        assert len(in_workbook(taken(client, "documents:register_workbook", which, **query))) == count, query


@pytest.mark.parametrize("query", [
    {"first": "2027-05-01", "last": "2027-04-30"}, {"first": "昨天"}, {"last": "9999-12-31"}, {"kind": "x"},
    {"state": "x"},
    {"unit": "D09"}, {"unit": "\0"}, {"prefix": "长" * 21},
])  # fmt: skip
def test_a_choice_that_makes_no_sense_gets_a_sentence(people, query):
    client = browser(people["D07:clerk"])
    for route in ("documents:register", "documents:register_pdf", "documents:register_workbook"):
        assert client.get(reverse(route, args=["issued"]), query).status_code == 422, query
    assert client.get(reverse("documents:register", args=["nothing"])).status_code == 404


def without_a_choice_it_is_this_month_and_last_month_is_one_click(people):
    client = browser(people["D07:clerk"])
    page = client.get(reverse("documents:register", args=["issued"]))
    assert (page.context["choice"].first, page.context["choice"].last) == (date(2027, 3, 1), date(2027, 3, 31))
    (last,) = [one for one in page.context["months"] if one["label"] == "上月"]
    assert last["query"] == "unit=D07&first=2027-02-01&last=2027-02-28"


def test_an_empty_register_is_printed_as_one(people):
    text = words_of(taken(browser(people["D07:clerk"]), "documents:register_pdf", "seals"))
    assert len(text) == 1 and "本期无登记" in text[0] and "第1页，共1页" in text[0]


def a_line_longer_than_a_page_is_not_lost(people):
    with unwatched():
        NumberEntry.objects.unguarded("a test").filter(prefix="旧信", seq=1).update(void_reason="长" * 498 + "完毕")
    pages = words_of(taken(browser(people["D07:clerk"]), "documents:register_pdf", "issued", prefix="旧信"))
    assert "".join(pages).count("长") >= 498 and "完毕" in "".join(pages)


def who_has_posts_in_two_units_chooses(people, units):
    """Nobody opens the register of a unit in which he may not view documents."""
    other, address = people["D15:clerk"], reverse("documents:register", args=["issued"])
    assert browser(other).get(address, {"unit": "D07"}).status_code == 422
    post = people["D07:leader"].appointments.get().post
    Appointment.objects.create(user=other, post=post, starts_on="2020-01-01")
    assert on_screen(browser(other), "issued", unit="D07") == as_on_screen(issued_by_sql())
    assert browser(other).get(address).status_code == 200


def the_number_register_names_doubles_voided_and_gaps(people):
    page = browser(people["D07:clerk"]).get(reverse("documents:number_register"), {"year": "2027"})
    found = page.context["found"]
    assert {(one.number, one.in_book, len(one.imported)) for one in found.doubles} == {
        ("长信〔2027〕1号", 1, 1), ("长信〔2027〕2号", 1, 1), ("长信〔2027〕40号", 0, 2),
    }  # fmt: skip
    assert {(one.prefix, one.gaps) for one in found.series} == {("长信", ""), ("长信函", ""), ("旧信", "")}
    assert {one.number for one in found.voided if one.prefix == "长信"} == {
        "长信〔2027〕2号", "长信〔2027〕3号", "长信〔2027〕6号",
    }  # fmt: skip
    keeper = browser(people["D07:seal_keeper"]).get(reverse("documents:number_register"), {"year": "2027"})
    assert "长信〔2027〕40号" in keeper.content.decode() and not keeper.context["sees_records"]


def test_each_finds_the_register_of_his_post(people):
    for who, which in (("seal_keeper", "seals"), ("clerk", "issued"), ("archivist", "issued"), ("leader", "issued")):
        answer = browser(people[f"D07:{who}"]).get(reverse("documents:registers"))
        assert answer["Location"] == reverse("documents:register", args=[which])


def test_runs_of_numbers_are_short():
    assert in_runs([]) == "" and in_runs([3, 5, 6, 7, 9]) == "3、5–7、9"


def a_register_costs_the_same_for_one_row_and_for_many(people):
    """Slices, not rows: tests/test_query_counts.py has the literals."""
    client, counts = browser(people["D07:clerk"]), []
    # the first warms what lives longer than a request; what was issued together is read apart, and is in neither
    for query in ({}, {"prefix": "长信", "kind": "notice", "last": "2027-03-11"}, {"prefix": "长信函"}):
        with CaptureQueriesContext(connection) as captured:
            taken(client, "documents:register_workbook", "issued", **query)
        counts.append(len(captured))
    assert counts[1] == counts[2]
