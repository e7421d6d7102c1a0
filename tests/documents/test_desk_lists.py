"""Work lists: which list a thing stands on, who has it and since when, filters, saved filters, 下一件, overdue."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.side_acts import SIDE_ACTS
from tests.cases import Case
from tests.made import brought_to, draft, registered, take
from units import saved_filters
from units.models import SavedFilter, Task

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(person, route: str, **asked) -> list[str]:
    return [one.title for one in browser(person).get(reverse(f"documents:{route}"), asked).context["page"]]


def limit(document, **hours) -> None:
    """The open item is due so long from now."""
    Task.objects.of(document).open().update(due_at=timezone.now() + timedelta(**hours))


def test_drafts_readings_and_work_stand_on_lists_of_their_own(people):
    officer = people["D09:officer"]
    drafted = draft(people, unit="D09", to=("D07",), title="关于草稿的通知")
    delivery = registered(people, kind="for_action")
    SIDE_ACTS.perform(
        "circulate", delivery, by=people["D09:clerk"], given=SIDE_ACTS.get("circulate").input(readers=(officer,))
    )
    assert listed(officer, "drafts") == [drafted.title]
    assert listed(officer, "reading") == [delivery.title]
    assert listed(officer, "waiting") == []
    assert listed(people["D09:reviewer"], "waiting") == [delivery.title]
    take(drafted, "submit", officer)
    take(drafted, "send_back", people["D09:reviewer"], note="请补充依据。")
    assert listed(officer, "drafts") == [] and listed(officer, "waiting") == [drafted.title]  # returned: to be done


def test_a_row_says_who_has_it_since_when_and_till_when(people):
    document = brought_to("submit", people)
    limit(document, days=-9)
    page = browser(people["D07:officer"]).get(reverse("documents:handled"))
    work = page.context["page"].items[0].work
    assert work.holders == ["区信息委 核稿人（核稿）"] and work.deadline.tone == "overdue"
    content = page.content.decode()
    assert "区信息委 核稿人（核稿）" in content and "个工作日" in content and "起</span>" in content
    take(document, "send_back", people["D07:reviewer"], note="请补充依据。")
    assert "被退回" in browser(people["D07:clerk"]).get(reverse("documents:under_way")).content.decode()


def test_a_dispatched_one_is_with_its_receivers(people):
    brought_to("dispatch", people)
    page = browser(people["D07:clerk"]).get(reverse("documents:under_way"))
    assert page.context["page"].items[0].work.held_by == "收文单位签收、办理中"


@pytest.fixture
def five(people):
    """Five of D07 under review: late, due today, due later, urgent, and one without a limit."""
    made = {
        name: brought_to("submit", people, title=f"关于{name}事项的通知", **fields)
        for name, fields in (("逾期", {}), ("明天", {}), ("下月", {}), ("加急", {"urgency": "urgent"}), ("无限", {}))
    }
    limit(made["逾期"], days=-3)
    limit(made["明天"], hours=26)
    limit(made["下月"], days=40)
    return made


FILTERS = [
    Case("list filter", "limit=overdue", "逾期", value={"limit": "overdue"}),
    Case("list filter", "limit=any", "逾期 明天 下月", "the most pressing first", value={"limit": "any"}),
    Case("list filter", "limit=soon", "明天", "what is late already is no longer soon", value={"limit": "soon"}),
    Case("list filter", "urgency=urgent", "加急", value={"urgency": "urgent"}),
    Case("list filter", "unit=D07 q=无限", "无限", value={"unit": "D07", "q": "无限"}),
    Case("list filter", "unit=D09", "", value={"unit": "D09"}),
    Case("list filter", "doc_type=letter", "", value={"doc_type": "letter"}),
    Case("list filter", "since=tomorrow", "", value={"since": f"{timezone.localdate() + timedelta(days=1)}"}),
    Case("list filter", "until=yesterday", "", value={"until": f"{timezone.localdate() - timedelta(days=1)}"}),
]


@pytest.mark.parametrize("case", FILTERS, ids=str)
def test_a_filter_narrows_tasks_and_documents_alike(people, five, case):
    expected = [five[name].title for name in case.expected.split()]
    assert listed(people["D07:reviewer"], "waiting", **case.value) == expected
    assert listed(people["D07:clerk"], "under_way", **case.value) == expected


def test_a_holder_is_found_by_name_and_by_post(people, five):
    take(five["逾期"], "check", people["D07:reviewer"])
    assert listed(people["D07:clerk"], "under_way", holder="领导") == [five["逾期"].title]
    assert len(listed(people["D07:clerk"], "under_way", holder="核稿人")) == 4
    assert listed(people["D07:clerk"], "under_way", holder="%") == []


BAD = [
    Case("list filter", "until before since", "截止日期不能早于", value={"since": "2026-05-02", "until": "2026-05-01"}),
    Case("list filter", "since=yesterday in words", "2026-11-24 的样式", value={"since": "昨天"}),
    Case("list filter", "limit=forever", "", value={"limit": "forever"}),
    Case("list filter", "unit=X99", "所选内容不在列表中", value={"unit": "X99"}),
    Case("list filter", "unit with NUL", "", value={"unit": "D\x0007"}),
    Case("list filter", "holder of 41 characters", "", value={"holder": "字" * 41}),
]


@pytest.mark.parametrize("case", BAD, ids=str)
def test_a_filter_that_means_nothing_is_told(people, case):
    answer = browser(people["D07:clerk"]).get(reverse("documents:under_way"), case.value)
    assert answer.status_code == 422 and case.expected in answer.content.decode()


def test_pages_of_a_list_sorted_by_limit_hold_every_row_once(people, five, monkeypatch):
    monkeypatch.setattr("documents.views.lists.SIZE", 1)
    for person, route in ((people["D07:reviewer"], "waiting"), (people["D07:clerk"], "under_way")):
        client, address, seen = browser(person), reverse(f"documents:{route}"), []
        query = "?limit=any"
        while query:
            page = client.get(address + query).context["page"]
            seen += [one.title for one in page]
            query = page.next_url
        assert seen == [five[name].title for name in ("逾期", "明天", "下月")]


def test_the_overdue_of_a_unit_are_its_clerks_and_its_leaders(people, five):
    for who in ("D07:clerk", "D07:leader"):
        page = browser(people[who]).get(reverse("documents:overdue"))
        assert [one.title for one in page.context["page"]] == [five["逾期"].title]
        counts = {item["label"]: item["count"] for group in page.context["nav"] for item in group["items"]}
        assert counts["逾期"] == "1" == page.context["page"].count_label
    for who in ("D07:officer", "D07:reviewer"):
        assert browser(people[who]).get(reverse("documents:overdue")).status_code == 404
    assert listed(people["D09:clerk"], "overdue") == []


# saved filters


def test_a_filter_is_kept_under_a_name_shown_as_a_chip_and_given_up(people):
    client, address = browser(people["D07:clerk"]), reverse("documents:under_way")
    data = {"page": "documents:under_way", "name": "急件", "query": "urgency=urgent&after=x&strange=1"}
    assert client.post(reverse("units:save_filter"), data)["Location"] == f"{address}?urgency=urgent"
    row = SavedFilter.objects.get()
    assert (row.name, row.query) == ("急件", "urgency=urgent")
    page = client.get(address, {"urgency": "urgent"}).content.decode()
    assert 'aria-current="true">急件</a>' in page
    assert "急件" not in client.get(reverse("documents:handled")).content.decode()
    assert "急件" not in browser(people["D07:leader"]).get(address).content.decode()
    assert browser(people["D07:leader"]).post(reverse("units:remove_filter", args=[row.uid])).status_code == 404
    assert client.post(reverse("units:remove_filter", args=[row.uid])).status_code == 302
    assert not SavedFilter.objects.exists()


NOT_KEPT = [
    Case("saved filter", "no name", "请填写常用筛选的名称", value=("", "q=a")),
    Case("saved filter", "a name of 21 characters", "最多 20 个字", value=("字" * 21, "q=a")),
    Case("saved filter", "nothing chosen", "还没有选择筛选条件", value=("空", "after=x&select=1")),
    Case("saved filter", "a condition of 2,000 characters", "筛选条件过长", value=("长", "q=" + "a" * 2000)),
]


@pytest.mark.parametrize("case", NOT_KEPT, ids=str)
def test_a_filter_that_cannot_be_kept_is_told(people, case):
    name, query = case.value
    data = {"page": "documents:waiting", "name": name, "query": query}
    answer = browser(people["D07:clerk"]).post(reverse("units:save_filter"), data, follow=True)
    assert case.expected in answer.content.decode() and not SavedFilter.objects.exists()


def test_a_name_used_again_is_overwritten_and_no_more_than_twelve_are_kept(people):
    clerk = people["D07:clerk"]
    for number in range(saved_filters.MOST):
        saved_filters.save(clerk, "documents:waiting", f"第{number}个", "q=a")
    saved_filters.save(clerk, "documents:waiting", "第0个", "q=b")
    with pytest.raises(saved_filters.Refused, match="最多保存 12 个"):
        saved_filters.save(clerk, "documents:waiting", "又一个", "q=a")
    assert [one.query for one in saved_filters.of(clerk, "documents:waiting")].count("q=b") == 1


# 下一件


def offered(answer) -> str:
    """The address of the button, "" without one."""
    found = [str(one) for one in answer.context["messages"] if "next" in (one.extra_tags or "")]
    return found[0].split('href="')[1].split('"')[0].replace("&amp;", "&") if found else ""


def check(client, document, origin: str = ""):
    """核稿 from the document's page, which was opened from the list `origin`."""
    page = f"http://testserver{document.get_absolute_url()}" + (f"?from={origin}" if origin else "")
    address = reverse("documents:act", args=[document.uid, "check"])
    return client.post(address, {"check-note": "拟同意。"}, HTTP_REFERER=page, follow=True)


def test_after_an_act_the_next_open_item_is_offered_and_after_the_last_none(people):
    first, second, third = (brought_to("submit", people, title=f"关于第{n}项的通知") for n in range(3))
    client = browser(people["D07:reviewer"])
    assert offered(check(client, second)) == first.get_absolute_url()  # the list runs from new to old
    assert offered(check(client, first)) == third.get_absolute_url()  # at its end from the top
    answer = check(client, third)
    assert offered(answer) == "" and "下一件" not in answer.content.decode()


def test_the_next_one_is_that_of_the_list_one_came_from(people):
    plain, oldest, other, newest = (
        brought_to("submit", people, title=f"关于第{n}项的通知", urgency=urgency)
        for n, urgency in enumerate(("", "urgent", "", "urgent"))
    )
    client = browser(people["D07:reviewer"])
    origin = "/waiting/%3Furgency%3Durgent"
    assert offered(check(client, newest, origin)).startswith(f"{oldest.get_absolute_url()}?from=")  # not the plain one
    assert offered(check(client, oldest, origin)) == plain.get_absolute_url()  # nothing urgent is left: 待办
    assert other.state == "in_review"


@pytest.mark.parametrize("origin", ["//evil.example/waiting/", "/records/", "http://evil.example/", "/nowhere/", "%00"])
def test_a_list_that_is_none_of_ours_is_not_followed(people, origin):
    first, second = (brought_to("submit", people, title=f"关于第{n}项的通知") for n in range(2))
    answer = check(browser(people["D07:reviewer"]), second, origin)
    assert answer.status_code == 200 and offered(answer) == first.get_absolute_url()


# the search box


def test_a_document_in_progress_that_the_top_box_finds_says_who_has_it(people):
    client, address = browser(people["D07:clerk"]), f"{reverse('archive:search')}?q=电子公文归档&place=documents"
    costs = []
    for number in range(3):
        brought_to("submit", people, title=f"关于第{number}项电子公文归档工作的通知")
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        costs.append(len(captured))
    assert answer.content.decode().count("区信息委 核稿人（核稿）") == 3
    assert costs[1] == costs[2]


def test_a_row_says_the_unit_and_the_day_once(people):
    document = brought_to("submit", people)
    told = f"{document.get_doc_type_display()} · {document.unit.short_name}"
    assert document.list_detail() == told
    page = browser(people["D07:clerk"]).get(reverse("documents:under_way")).text
    assert '<span class="second">' + told.replace(" · ", "\u00a0· ") + "</span>" in page
