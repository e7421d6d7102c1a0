"""检索: one box over documents in progress, filed records and holdings; what narrows it; the whole result as a table."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import load_workbook

from archive import search_export
from archive.backfile.importing import run
from archive.models import EmptySearch, Record, RecordText
from archive.search import Narrow, exact, search
from archive.views import searching
from tests.archive.test_backfile import catalogue, text
from tests.cases import Case
from tests.made import accessioned, brought_to, draft, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.models import AccessLog

pytestmark = pytest.mark.django_db

WORD = "梧桐雨巷"


def asked(person, address: str = "archive:search", **query):
    return browser(person).get(reverse(address), query)


def tabs(answer) -> dict[str, str]:
    return {label: count for label, _, count, _ in answer.context["tabs"]}


def titles(answer) -> tuple[list[str], list[str]]:
    return [one.title for one in answer.context["documents"]], [one.title for one in answer.context["records"]]


@pytest.fixture
def world(people, units):
    """D07: one document in progress, one filed, one in the archive's custody; all speak of WORD in their text."""
    body = f"各单位：\n请清理{WORD}沿线。"
    draft(people, title="关于在办事项的通知", body=body)
    filed = brought_to("dispatch", people, title="关于归档事项的通知", body=body)
    take(filed, "complete", people["D07:clerk"], retention_code="D30")
    accessioned(people, title="关于进馆事项的报告", body=body, doc_type="report", routing_direction="up")
    return people["D07:clerk"]


@pytest.fixture
def imported(units, people, tmp_path):
    """Seven records of D07, of years 2001 to 2007, whose texts hold WORD."""
    lines = [
        {
            "title": f"关于第{n}项工作的{'通知' if n % 2 else '报告'}",
            "date": f"200{n}0301",
            "doc_type": "通知" if n % 2 else "报告",
            "retention": "永久" if n < 3 else "30年",
            "author": "长宁区信息办",
            "doc_number": f"长信〔200{n}〕{n}号",
            "file": text(tmp_path, f"{n}.txt", f"清理{WORD}沿线{n}"),
        }
        for n in range(1, 8)
    ]
    assert run(catalogue(tmp_path, lines), units["D07"], by=people["D07:archivist"]).filed == 7
    return people["D07:archivist"]


def test_one_box_finds_what_is_in_progress_filed_and_held(world):
    answer = asked(world, q=WORD)
    assert tabs(answer) == {"全部": "3", "在办公文": "1", "归档文件": "1", "馆藏": "1"}
    documents, records = titles(answer)
    assert documents == ["关于在办事项的通知"]
    assert sorted(records) == ["关于归档事项的通知", "关于进馆事项的报告"]
    assert titles(asked(world, q=WORD, place="documents")) == (documents, [])
    assert titles(asked(world, q=WORD, place="filed")) == ([], ["关于归档事项的通知"])
    assert titles(asked(world, q=WORD, place="holdings")) == ([], ["关于进馆事项的报告"])
    assert f"<mark>{WORD}</mark>" in answer.content.decode()


def narrowed_to_the_unit() -> None:
    with unwatched():
        Record._base_manager.update(use_scope="unit")


def test_a_stranger_finds_what_all_staff_may_consult_and_nothing_under_way(world, people):
    assert tabs(asked(people["D15:clerk"], q=WORD)) == {"全部": "2", "在办公文": "0", "归档文件": "1", "馆藏": "1"}
    narrowed_to_the_unit()
    assert tabs(asked(people["D15:clerk"], q=WORD)) == {"全部": "0", "在办公文": "0", "归档文件": "0", "馆藏": "0"}


def test_counts_of_places_stay_when_one_is_chosen(world):
    assert tabs(asked(world, q=WORD, place="holdings", order="date")) == tabs(asked(world, q=WORD))


NARROWED = [
    Case("narrowing", "first=2003&last=2005", "第5项 第4项 第3项", value={"first": "2003", "last": "2005"}),
    Case("narrowing", "first=2006", "第7项 第6项", "an open end", value={"first": "2006"}),
    Case("narrowing", "last=2002", "第2项 第1项", "an open beginning", value={"last": "2002"}),
    Case("narrowing", "year=2004", "第4项", "the address of before goes on", value={"year": "2004"}),
    Case("narrowing", "year=２００４", "第4项", "full width digits", value={"year": "２００４"}),
    Case("narrowing", "retention=Y", "第2项 第1项", value={"retention": "Y"}),
    Case("narrowing", "kind=report", "第6项 第4项 第2项", value={"kind": "report"}),
    Case("narrowing", "kind=report retention=D30", "第6项 第4项", value={"kind": "report", "retention": "D30"}),
    Case("narrowing", "kind=internal", "nothing: none is a 签报", value={"kind": "internal"}),
    Case("narrowing", "unit=D07 first=2007", "第7项", value={"unit": "D07", "first": "2007"}),
    Case("narrowing", "unit=D09", "nothing: another unit's", value={"unit": "D09"}),
    Case("narrowing", "opening=open", "nothing: none is open", value={"opening": "open"}),
    Case("narrowing", "order=code last=2003", "第1项 第2项 第3项", value={"order": "code", "last": "2003"}),
    Case("narrowing", "order=date first=2006", "第7项 第6项", value={"order": "date", "first": "2006"}),
    Case("narrowing", "place=holdings", "nothing: all are with the unit", value={"place": "holdings"}),
    Case("narrowing", "more=第3项", "第3项", "within the result", value={"more": "第3项"}),
    Case("narrowing", "q of blanks around the word", "all seven", value={"q": f"\u3000 {WORD} "}),
]


NUMBERS = [
    Case("number in the box", "长信[2003]3号", "the record first"),
    Case("number in the box", "长信（2003）03号", "the record first", "round brackets, a leading zero"),
    Case("number in the box", "长信２００３第３号", "nothing", "no brackets at all is another text"),
    Case("number in the box", "長信〔2003〕第3号", "the record first", "traditional, 第"),
    Case("number in the box", "z407-ws·2003-d30-bgs-0001", "the record first", "an archival code in lower case"),
    Case("number in the box", "Ｚ４０７－ＷＳ·２００３－Ｄ３０－ＢＧＳ－０００１", "the record first", "full width"),
]


@pytest.mark.parametrize("case", NUMBERS, ids=str)
def test_a_number_finds_its_record_and_the_filed_list_too(imported, case):
    expected = [] if case.expected == "nothing" else ["关于第3项工作的通知"]
    assert titles(asked(imported, q=case.given))[1][:1] == expected
    page = asked(imported, "archive:filed", q=case.given).context["page"]
    assert [one.title for one in page] == expected


@pytest.mark.parametrize("case", NARROWED, ids=str)
def test_a_result_is_narrowed(imported, case):
    answer = asked(imported, **{"q": WORD, **case.value})
    if answer.status_code == 302:
        answer = Client.get(answer.client, answer["Location"])
    shown = [title[2:5] for title in titles(answer)[1]]
    expected = case.expected.split() if case.expected[0] == "第" else []
    assert shown == (expected if case.expected != "all seven" else [f"第{n}项" for n in range(7, 0, -1)])
    assert answer.context["found"].total == len(shown)


REFUSED = [
    Case("search form", "first=2005&last=2003", "终止年度不能早于起始年度", value={"first": "2005", "last": "2003"}),
    Case("search form", "year=03", "年度应为四位数字", value={"year": "03"}),
    Case("search form", "year=二〇〇三", "年度应为四位数字", value={"year": "二〇〇三"}),
    Case("search form", "year=2003.5", "年度应为四位数字", value={"year": "2003.5"}),
    Case("search form", "unit=X99", "所选单位不在列表中", value={"unit": "X99"}),
    Case("search form", "unit=NUL", "所选单位不在列表中", value={"unit": "D07\x00"}),
    Case("search form", "retention=forever", "所选内容不在列表中", value={"retention": "forever"}),
    Case("search form", "kind=通知", "所选内容不在列表中", "the label is not the code", value={"kind": "通知"}),
    Case("search form", "opening=全部", "所选内容不在列表中", value={"opening": "全部"}),
    Case("search form", "order=random", "所选内容不在列表中", value={"order": "random"}),
    Case("search form", "page=0", "页码应为正整数", value={"page": "0"}),
    Case("search form", "page=-1", "页码应为正整数", value={"page": "-1"}),
    Case("search form", "page=last", "页码应为正整数", value={"page": "last"}),
    Case("search form", "page=99999999999999999999", "页码应为正整数", value={"page": "9" * 20}),
    Case("search form", "401 characters", "最多 400 个字", value={"q": "长" * 401}),
    Case("search form", "eleven words", "一次最多检索 10 个词", value={"q": " ".join(f"词{n}" for n in range(11))}),
    Case("search form", "NUL", "控制字符", value={"q": "长\x00宁"}),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_cannot_be_asked_is_told_and_nothing_is_shown(imported, case):
    for address in ("archive:search", "archive:export", "archive:export_workbook"):
        if "page" in case.value and address != "archive:search":
            continue
        answer = asked(imported, address, **{"q": WORD, **case.value})
        assert answer.status_code == 422 and case.expected in answer.content.decode()
    assert not AccessLog.objects.filter(act="export", user_id=imported.pk).exists()


def test_chips_remove_one_condition_each(imported):
    answer = asked(imported, q=f"{WORD} 清理", first="2003", last="2005", retention="D30", unit="D07", order="date")
    chips = dict(answer.context["chips"])
    assert list(chips) == [
        f"“{WORD}”",
        "“清理”",
        "2003—2005年",
        "30年",
        answer.context["form"].cleaned_data["unit"].short_name,
    ]
    without = Client.get(answer.client, reverse("archive:search") + chips["2003—2005年"])
    assert [label for label, _ in without.context["chips"]] == [label for label in chips if label != "2003—2005年"]
    assert without.context["found"].total == 5
    assert asked(imported, q=WORD).context["chips"] == []


def test_facets_count_what_they_lead_to(imported):
    answer = asked(imported, q=WORD)
    facets = {heading: {label: (address, count) for label, address, count in rows}
              for heading, rows in answer.context["facets"]}  # fmt: skip
    assert {label: count for label, (_, count) in facets["文种"].items()} == {"通知": 4, "报告": 3}
    assert {label: count for label, (_, count) in facets["保管期限"].items()} == {"永久": 2, "30年": 5}
    assert [label for label in facets["年度"]] == [str(year) for year in range(2007, 2000, -1)]
    assert set(facets) == {"文种", "保管期限", "年度"}  # one unit, one opening state: nothing to choose
    for rows in facets.values():
        for address, count in rows.values():
            found = Client.get(answer.client, reverse("archive:search") + address).context["found"]
            assert found.total == count


PAGES = [
    Case("page", "page=1", "第 1 / 4 页", value="1"),
    Case("page", "page=4", "第 4 / 4 页", "the last one holds one", value="4"),
    Case("page", "page=5", "没有第 5 页", "the address is of a page that is not", value="5"),
    Case("page", "page=1000", "没有第 1,000 页", value="1000"),
    Case("page", "page=999999", "没有第 999,999 页", value="999999"),
]


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_pages_go_to_the_end_and_no_further(imported, monkeypatch, case):
    monkeypatch.setattr(exact, "SIZE", 2)
    monkeypatch.setattr("archive.views.searching.SIZE", 2)
    answer = asked(imported, q=WORD, page=case.value)
    page = answer.content.decode()
    assert case.expected in page
    if case.expected.startswith("没有"):
        assert answer.status_code == 404 and "到最后一页" in page and not answer.context["records"]
    else:
        assert answer.status_code == 200 and len(answer.context["records"]) == (1 if case.value == "4" else 2)


@pytest.mark.parametrize("order", ["fit", "date", "code"])
def test_a_result_too_large_to_count_is_read_to_its_end_and_back(imported, monkeypatch, order):
    for name, value in (("SIZE", 2), ("CAP", 4)):
        monkeypatch.setattr(exact, name, value)
        monkeypatch.setattr(f"archive.views.searching.{name}", value)
    client = Client()
    client.force_login(imported, backend="django.contrib.auth.backends.ModelBackend")
    at = f"{reverse('archive:search')}?q={WORD}&order={'' if order == 'fit' else order}"
    pages = []
    while at:
        answer = client.get(at)
        pages.append([record.title[2:5] for record in answer.context["records"]])
        at = (forward := answer.context["pager"])["next"] and reverse("archive:search") + forward["next"]
    expected = [f"第{n}项" for n in (range(1, 8) if order == "code" else range(7, 0, -1))]
    assert [title for page in pages for title in page] == expected
    assert tabs(answer)["全部"] == "4+" and "命中超过" in answer.content.decode()
    back = client.get(reverse("archive:search") + forward["previous"])
    assert [record.title[2:5] for record in back.context["records"]] == pages[-2]
    last = client.get(reverse("archive:search") + back.context["pager"]["last"])
    assert [record.title[2:5] for record in last.context["records"]] == expected[-2:]
    by_number = client.get(f"{reverse('archive:search')}?q={WORD}&order={'' if order == 'fit' else order}&page=2")
    assert [record.title[2:5] for record in by_number.context["records"]] == pages[1]


def test_what_is_cut_off_is_counted_anew_in_the_place_asked_for(imported, people, monkeypatch):
    accessioned(people, title="关于进馆事项的通知", body=f"{WORD}。")
    for module in (exact, searching):
        monkeypatch.setattr(module, "CAP", 4)
    held = asked(imported, q=WORD, place="holdings")
    assert titles(held) == ([], ["关于进馆事项的通知"])
    assert tabs(held) == {"全部": "4+", "在办公文": "0", "归档文件": "", "馆藏": "1"} and held.context["total"] == "1"
    assert tabs(asked(imported, q=WORD, place="filed"))["归档文件"] == "4+"


def test_a_search_that_found_a_document_only_was_not_in_vain(people):
    draft(people, title="关于在办事项的通知", body=f"{WORD}。")
    asked(people["D07:clerk"], q=WORD)
    assert not EmptySearch.objects.exists()
    asked(people["D07:clerk"], q="无此词语")
    assert EmptySearch.objects.count() == 1


def test_what_a_record_is_narrowed_by_follows_the_record(imported):
    record = Record.objects.unguarded("a test looks").order_by("year").first()
    changed = {"retention_code": "D10", "year": 2011, "doc_type": "letter", "access_status": "controlled"}
    with connection.cursor() as cursor:  # as any writer would, now or later
        cursor.execute(
            "UPDATE archive_record SET retention_code = 'D10', year = 2011, doc_type = 'letter', date = '2011-05-06', "
            "access_status = 'controlled' WHERE id = %s",
            [record.pk],
        )
    row = RecordText.objects.unguarded("a test looks").get(record=record)
    assert (row.retention_code, row.year, row.kind, row.access_status, f"{row.sorted_on}") == (
        changed["retention_code"], 2011, "letter", "controlled", "2011-05-06",
    )  # fmt: skip
    narrow = Narrow(years=(2011, 2011), retention="D10", kind="letter", opening="controlled")
    assert search(imported, WORD, narrow=narrow).records == [record]


HEAD = [
    "序号",
    "档号",
    "文号",
    "责任者",
    "题名",
    "日期",
    "密级",
    "页数",
    "备注",
    "年度",
    "保管期限",
    "立档单位",
    "开放状态",
]


def of_csv(answer) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode("utf-8")
    assert content[0] == "\ufeff"
    return list(csv.reader(io.StringIO(content[1:])))


def of_workbook(answer) -> list[list[str]]:
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return book.get_sheet_by_index(0).to_python()


def test_the_export_is_the_whole_result_in_the_columns_of_the_catalogue(imported, monkeypatch):
    monkeypatch.setattr(search_export, "AT_ONCE", 3)
    table = of_csv(asked(imported, "archive:export", q=WORD, first="2002", order="code"))
    assert table == of_workbook(asked(imported, "archive:export_workbook", q=WORD, first="2002", order="code"))
    assert table[0] == HEAD
    assert [row[4][2:5] for row in table[1:]] == [f"第{n}项" for n in range(2, 8)]
    assert table[1] == [
        "1", "Z407-WS·2002-Y-BGS-0001", "长信〔2002〕2号", "长宁区信息办", "关于第2项工作的报告", "20020301", "", table[1][7], "",
        "2002", "永久", table[1][11], "未审核",
    ]  # fmt: skip
    assert AccessLog.objects.filter(object_type="search", act="export").count() == 2


def test_the_export_has_what_the_place_has_and_no_more(world, people):
    def rows(**query):
        return [row[4] for row in of_csv(asked(world, "archive:export", q=WORD, **query))[1:]]

    assert rows()[0] == "关于在办事项的通知" and len(rows()) == 3
    assert rows(place="documents") == ["关于在办事项的通知"]
    assert rows(place="filed") == ["关于归档事项的通知"]
    assert rows(place="holdings") == ["关于进馆事项的报告"]
    narrowed_to_the_unit()
    stranger = of_csv(asked(people["D15:clerk"], "archive:export", q=WORD))
    assert stranger == [HEAD]
    [line] = of_csv(asked(world, "archive:export", q=WORD, place="documents"))[1:]
    assert line[1] == "" and line[8] == "在办公文（拟稿中）"


def test_a_cell_that_would_be_a_formula_is_text(units, people, tmp_path):
    lines = [{"title": "关于链接的通知", "date": "20030301", "file": text(tmp_path, "a.txt", WORD)}]
    assert run(catalogue(tmp_path, lines), units["D07"], by=people["D07:archivist"]).filed == 1
    person = people["D07:archivist"]
    with unwatched():  # an import refuses it; who knows what comes from elsewhere
        Record._base_manager.update(title='=HYPERLINK("x")')
    assert of_csv(asked(person, "archive:export", q=WORD))[1][4] == '\'=HYPERLINK("x")'
    assert of_workbook(asked(person, "archive:export_workbook", q=WORD))[1][4] == '=HYPERLINK("x")'


def test_a_workbook_too_large_is_refused_with_the_other_way(imported, monkeypatch):
    monkeypatch.setattr(search_export, "MOST_IN_WORKBOOK", 6)
    answer = asked(imported, "archive:export_workbook", q=WORD)
    assert answer.status_code == 422 and "请改用“导出 CSV”" in answer.content.decode()
    assert not AccessLog.objects.filter(act="export", user_id=imported.pk).exists()
    assert len(of_csv(asked(imported, "archive:export", q=WORD))) == 8


def test_a_search_of_documents_costs_no_more_for_more_of_them(people):
    client, address = Client(), f"{reverse('archive:search')}?q={WORD}&place=documents"
    client.force_login(people["D07:clerk"], backend="django.contrib.auth.backends.ModelBackend")
    costs = []
    for number in range(3):
        draft(people, title=f"关于第{number}项的通知", body=f"{WORD}。")
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(address).context["documents"]) == number + 1
        costs.append(len(captured))
    assert costs[1] == costs[2]


def test_the_empty_page_says_what_can_be_asked(people):
    answer = asked(people["D07:clerk"])
    assert answer.status_code == 200 and "在办公文、归档文件和馆藏一并检索" in answer.content.decode()
    assert asked(people["D07:clerk"], q="  ").status_code == 200


def test_a_document_of_the_year_before_is_found_by_its_date(people):
    begun = draft(people, title="关于在办事项的通知", body=f"{WORD}。")
    last_year = timezone.localdate().year - 1
    type(begun)._base_manager.filter(pk=begun.pk).update(created_at=timezone.now() - timedelta(days=366))
    clerk = people["D07:clerk"]
    assert titles(asked(clerk, q=WORD, year=str(last_year)))[0] == [begun.title]
    assert titles(asked(clerk, q=WORD, first=str(last_year + 1)))[0] == []
