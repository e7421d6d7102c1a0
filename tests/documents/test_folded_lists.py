"""待办 已办 在办 办结 归档文件 开放审核: what is typed into a list's box is folded as the columns are."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from documents.models import DocumentWords
from documents.search import in_progress, ordered
from tests.cases import Case
from tests.made import accessioned, brought_to, draft, take
from units.models import Task

pytestmark = pytest.mark.django_db

TITLE = "关于印发《长宁区ＯＡ系统 电子公文归档办法》（长信〔2003〕5号）的通知"
FOUND, NOTHING = "the document is listed", "no row"
CASES = [
    Case("list filter", "电子公文归档", FOUND),
    Case("list filter", "ＯＡ系统", FOUND, "full width as typed"),
    Case("list filter", "oa系统", FOUND, "half width and lower case"),
    Case("list filter", "OA系统电子公文", FOUND, "the title has a blank where the words have none"),
    Case("list filter", "长 宁 区", FOUND, "blanks between characters, as a scan gives them"),
    Case("list filter", "归档办法 长宁区", FOUND, "two words in another order"),
    Case("list filter", "归档\u3000办法", FOUND, "an ideographic blank"),
    Case("list filter", "電子公文歸檔辦法", FOUND, "traditional"),
    Case("list filter", "电\u2f26公文", FOUND, "a radical of U+2F00 in place of the character"),
    Case("list filter", "电子\u200b公文\u00ad归档", FOUND, "invisible signs of a copied text"),
    Case("list filter", "长信[2003]5号", FOUND, "square brackets"),
    Case("list filter", "长信（２００３）第05号", FOUND, "round brackets, full width, 第, a leading zero"),
    Case("list filter", "长信〔2003〕50号", NOTHING, "another number"),
    Case("list filter", "%", NOTHING, "a sign of LIKE is a sign like any other"),
    Case("list filter", "归档_法", NOTHING, "so is an underscore"),
    Case("list filter", "归档\\办法", NOTHING, "and a backslash"),
    Case("list filter", "归档办法 徐汇区", NOTHING, "every word must occur"),
]


def titles(person, route: str, **asked) -> list[str]:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse(route), asked)
    assert answer.status_code == 200
    return [str(getattr(one, "title", one)) for one in answer.context["page"]]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_list_folds_what_is_typed(people, case):
    waits = draft(people, title=TITLE)
    led = brought_to("dispatch", people, title=TITLE)
    take(brought_to("dispatch", people, title=TITLE), "complete", people["D07:clerk"], retention_code="Y")
    expected = [TITLE] if case.expected == FOUND else []
    assert set(titles(people["D07:officer"], "documents:drafts", q=case.given)) == set(expected)
    assert set(titles(people["D07:clerk"], "documents:handled", q=case.given)) == set(expected)
    assert set(titles(people["D07:clerk"], "documents:under_way", q=case.given)) == set(expected)
    assert titles(people["D07:clerk"], "documents:completed", q=case.given) == expected
    assert titles(people["D07:archivist"], "archive:filed", q=case.given) == expected
    assert {waits.title, led.title} == {TITLE}


def test_the_opening_review_folds_too(people):
    accessioned(people, title=TITLE)
    assert titles(people["D30:appraiser"], "archive:opening", q="oa系统", list="early") == [TITLE]
    assert titles(people["D30:appraiser"], "archive:opening", q="徐汇", list="early") == []


def test_no_list_or_form_asks_the_raw_columns():

    raw = [
        str(path.relative_to(settings.BASE_DIR))
        for app in ("units", "files", "documents", "archive", "transfer", "portal", "oversight")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "__icontains" in path.read_text(encoding="utf-8")
    ]
    assert raw == []


def test_the_words_follow_the_document_and_rest_when_nobody_has_it_in_hand(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"), title="关于防汛的通知", body="各单位：\n准备沙袋三百只。")
    words = DocumentWords.objects.get(document=sent)
    assert words.is_open and "准备沙袋三百只" in words.text_n and sent.doc_number[:2] in words.head_n
    take(sent, "complete", people["D07:clerk"], retention_code="Y")
    words.refresh_from_db()
    assert words.is_open  # both receivers read this text
    for delivery in sent.deliveries.unguarded("a test looks").order_by("unit__code"):
        clerk = people[f"{delivery.unit.code}:clerk"]
        assert list(in_progress(clerk, "沙袋三百只")) == [delivery]
        take(delivery, "sign_for", clerk)
        take(delivery, "register", clerk, handling_kind="for_reading")
        take(delivery, "complete", clerk, retention_code="D10")
        assert list(in_progress(clerk, "沙袋三百只")) == []
    words.refresh_from_db()
    assert not words.is_open and words.text_n == "" and "防汛" in words.head_n


def test_the_words_of_a_task_follow_its_title(people):
    begun = draft(people, title="关于旧题目的通知")
    task = Task.objects.of(begun).open().get()
    assert "旧题目" in task.head_n
    Task.objects.of(begun).update(title="关于新 题目的通知")
    task.refresh_from_db()
    assert "新题目" in task.head_n and "旧题目" not in task.head_n


TEXT_CASES = [
    Case("text of a document in progress", "沙袋 三百", "found: each word somewhere"),
    Case("text of a document in progress", "准备沙袋", "found: over a line break", value="准备\n沙袋三百只"),
    Case("text of a document in progress", "防汛 沙袋", "found: one word in the title, one in the text"),
    Case("text of a document in progress", "袋", "found: one character"),
    Case("text of a document in progress", "雨衣", "not found"),
    Case("text of a document in progress", "\x00", "everything that is open: nothing was asked"),
]


@pytest.mark.parametrize("case", TEXT_CASES, ids=str)
def test_the_text_of_what_is_in_progress_is_found(people, case):
    begun = draft(people, title="关于防汛的通知", body=f"各单位：\n{case.value or '准备沙袋三百只'}。")
    found = list(ordered(in_progress(people["D07:clerk"], case.given), case.given, "fit"))
    assert found == ([] if case.expected == "not found" else [begun])


def test_nobody_finds_the_text_of_others(people):
    draft(people, title="关于防汛的通知", body="各单位：\n准备沙袋三百只。")
    assert list(in_progress(people["D15:clerk"], "沙袋三百只")) == []


def test_title_hits_come_first_then_the_newest_and_years_and_kinds_narrow(people):
    first = draft(people, title="关于沙袋的通知", body="各单位：\n见附件。")
    second = draft(people, title="关于防汛的通知", body="各单位：\n准备沙袋。")
    third = draft(people, title="关于防台的报告", body="各单位：\n沙袋已备。", doc_type="report")
    clerk = people["D07:clerk"]
    assert list(ordered(in_progress(clerk, "沙袋"), "沙袋", "fit")) == [first, third, second]
    assert list(ordered(in_progress(clerk, "沙袋"), "沙袋", "date")) == [third, second, first]
    assert list(in_progress(clerk, "沙袋", kind="report")) == [third]
    year = first.created_at.year
    assert set(in_progress(clerk, "沙袋", years=(year - 1, None))) == {first, second, third}
    assert list(in_progress(clerk, "沙袋", years=(None, year - 2))) == []


def test_the_words_are_found_by_the_index(people):
    draft(people, title="关于防汛的通知")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "documentwords_bigrams" in in_progress(people["D07:clerk"], "防汛").explain()
