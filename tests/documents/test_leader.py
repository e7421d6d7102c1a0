"""The leader's five minutes (issue 12, point 9): one page, its counters equal its lists; text before buttons."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import leader
from documents.actions import create_draft
from documents.circulation import circulate
from documents.inputs import CirculateInput, UrgeInput
from documents.reading import MOST, reading_of_text
from documents.states import Direction
from documents.urging import urge
from tests.cast import PASSWORD
from tests.forms import send_form
from tests.made import BODY, brought_to, registered, take
from units.delegations import delegate
from units.models import Task

pytestmark = pytest.mark.django_db


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(person) -> dict[str, list[str]]:
    page = client_of(person).get(reverse("documents:leader"))
    return {one["part"].name: [task.title for task in one["rows"]] for one in page.context["parts"]}


def late(document) -> None:
    Task.objects.of(document).open().update(due_at=timezone.now() - timedelta(days=2))


def test_the_page_tells_apart_what_is_to_sign_late_urged_and_to_read(people):
    signing = brought_to("check", people, title="关于待签发事项的通知")
    behind = brought_to("submit", people, title="关于久未核稿事项的通知")
    late(behind)
    assert shown(people["D07:leader"]) == {
        "sign": [signing.title], "overdue": [behind.title], "urged": [], "read": []
    }  # fmt: skip
    urge(signing, by=people["D07:reviewer"], note="请尽快签发。", given=UrgeInput())
    assert shown(people["D07:leader"])["urged"] == [signing.title]
    assert shown(people["D09:leader"]) == {"sign": [], "overdue": [], "urged": [], "read": []}


def test_what_waits_for_his_hand_stands_urged_first_then_by_limit_then_the_oldest(people):
    old, new, limited, urged = (brought_to("check", people, title=f"关于{name}的通知") for name in "旧新限催")
    for document in (old, new, urged):
        Task.objects.of(document).open().update(due_at=None)
    Task.objects.of(limited).open().update(due_at=timezone.now() + timedelta(days=3))
    urge(urged, by=people["D07:reviewer"], note="请尽快签发。", given=UrgeInput())
    assert shown(people["D07:leader"])["sign"] == [one.title for one in (urged, limited, old, new)]
    page = client_of(people["D07:leader"]).get(reverse("documents:leader")).text
    assert f"{people['D07:reviewer'].name}：请尽快签发。" in page


def next_of(answer) -> str:
    return next(str(one) for one in answer.context["messages"] if "next" in (one.extra_tags or ""))


def test_after_an_act_from_the_desk_comes_the_next_to_sign_and_after_reading_the_next_to_read(people):
    letters = [registered(people, unit="D07", title=f"关于第{number}封来信的通知") for number in range(2)]
    for letter in letters:
        circulate(letter, by=people["D07:clerk"], given=CirculateInput((people["D07:leader"],)))
    first, second = (brought_to("check", people, title=f"关于{name}的通知") for name in "甲乙")
    client = client_of(people["D07:leader"])

    def act(route, document, what, **given):
        page = f"http://testserver{document.get_absolute_url()}?from=/leader/"
        address = reverse(route, args=[document.uid, what])
        return client.post(address, {f"{what}-note": "同意。", **given}, HTTP_REFERER=page, follow=True)

    assert second.title in next_of(act("documents:act", first, "approve"))
    assert letters[0].title in next_of(act("documents:side_act", letters[1], "read"))
    assert second.title in next_of(act("documents:side_act", letters[0], "read"))


def test_what_was_urged_before_it_came_to_him_is_not_urged_of_him(people):
    document = brought_to("submit", people)
    urge(document, by=people["D07:reviewer"], note="请尽快核稿。", given=UrgeInput())
    take(document, "check", people["D07:reviewer"], note="同意。")
    assert shown(people["D07:leader"])["urged"] == []


def test_a_salutation_stands_apart_and_the_day_is_written_as_it_is_printed(people):
    told = reading_of_text("局领导：\n现将有关情况报告如下：\n一、略。")
    assert (told.main_recipients, told.paragraphs[0]) == ("局领导", "现将有关情况报告如下：")
    signed, today = brought_to("approve", people), timezone.localdate()
    page = client_of(people["D07:leader"]).get(signed.get_absolute_url()).content.decode()
    assert f"{today.year}年{today.month}月{today.day}日" in page[page.index('"reading"') : page.index('id="layout"')]


def test_on_a_small_screen_opinions_stand_before_the_act_and_the_bar_only_leads_to_it(people):
    document = brought_to("check", people)
    page = client_of(people["D07:leader"]).get(document.get_absolute_url()).content.decode()
    bar = page[page.index('<nav class="bar"') :]
    assert '<section class="opinions">' in page
    assert 'href="#act-approve">去签发</a>' in bar and "button" not in bar[: bar.index("</nav>")]


def test_a_circulated_letter_is_to_read_and_not_to_sign(people):
    letter = registered(people, unit="D09")
    circulate(letter, by=people["D09:clerk"], given=CirculateInput((people["D09:leader"],)))
    assert shown(people["D09:leader"]) == {"sign": [], "overdue": [], "urged": [], "read": [letter.title]}


def test_counters_equal_their_lists_however_many_there_are(people):
    for number in range(8):
        late(brought_to("check", people, title=f"关于第{number}件事项的通知"))
    client = client_of(people["D07:leader"])
    page = client.get(reverse("documents:leader"))
    for one in page.context["parts"]:
        whole = client.get(reverse("documents:leader"), {"part": one["part"].name})
        assert len(whole.context["page"].items) == one["count"], one["part"].name
        assert [task.pk for task in one["rows"]] == [task.pk for task in whole.context["page"]][:6]
    assert page.context["parts"][0]["count"] == 8 == leader.to_sign(people["D07:leader"]).count()


def test_what_a_leader_may_not_see_is_not_named_as_late(people):
    """A task of his unit on a document of another unit, in which neither he nor his post takes part."""
    other = brought_to("submit", people, unit="D09", to=("D07",), title="关于别处事项的通知")
    Task.objects.of(other).open().update(
        unit=people["D07:leader"].appointments.get().post.unit, due_at=timezone.now() - timedelta(1)
    )
    assert shown(people["D07:leader"])["overdue"] == []


def test_there_is_no_such_part(people):
    assert client_of(people["D07:leader"]).get(reverse("documents:leader"), {"part": "x\x00"}).status_code == 404


@pytest.mark.parametrize(("who", "where"), [("D07:leader", "documents:leader"), ("D07:clerk", "documents:waiting")])
def test_a_leader_lands_on_his_page_and_everybody_else_on_his_list(people, who, where):
    client = Client()
    given = {"username": people[who].username, "password": PASSWORD}
    assert send_form(client, reverse("units:sign_in"), given)["Location"] == reverse(where)
    assert client.get("/")["Location"] == reverse(where)


def test_the_deputy_of_a_leader_lands_on_his_page_too(people):
    leader, today = people["D07:leader"], timezone.localdate()
    post = leader.appointments.get().post
    delegate(leader, people["D07:reviewer"], post, by=leader, starts_on=today, ends_on=today, reason="出差")
    assert client_of(people["D07:reviewer"]).get("/")["Location"] == reverse("documents:leader")
    told = f"今日由{people['D07:reviewer'].name}（领导，至 {today.month}月{today.day}日）代您办理"
    assert told in client_of(leader).get(reverse("documents:leader")).text
    assert "代您办理" not in client_of(people["D07:reviewer"]).get(reverse("documents:leader")).text


def test_large_type_is_kept_in_the_browser_and_goes_again(people):
    client = client_of(people["D07:leader"])
    assert '<html lang="zh-Hans">' in client.get(reverse("documents:leader")).text
    answer = send_form(client, reverse("units:large_type"), {"large": "1", "next": reverse("documents:handled")})
    assert answer["Location"] == reverse("documents:handled")
    assert '<html lang="zh-Hans" class="large">' in client.get(reverse("documents:leader")).text
    strange = send_form(client, reverse("units:large_type"), {"large": "0", "next": "https://example.invalid/"})
    assert strange["Location"] == reverse("documents:leader")
    assert '<html lang="zh-Hans">' in client.get(reverse("documents:leader")).text


def test_the_text_stands_before_the_acts_and_says_what_the_page_says(people):
    document = brought_to("check", people)
    page = client_of(people["D07:leader"]).get(document.get_absolute_url())
    text = page.text
    assert 'id="keys"' in text and "js/lists.js" in text and "<kbd>j</kbd>" not in text  # ? explains here as well
    assert text.index('class="reading"') < text.index('id="layout"') < text.index('id="act-approve"')
    assert page.context["reading"].main_recipients == "长宁区民政局"
    assert list(page.context["reading"].paragraphs) == BODY.split("\n")
    assert [(one["label"], one["anchor"]) for one in page.context["bar"]] == [
        ("去签发", "act-approve"), ("去退回", "act-send_back"),
    ]  # fmt: skip
    assert text.index('class="bar"') > text.index('id="act-send_back"')


def test_a_return_offers_usual_reasons(people):
    document = brought_to("check", people)
    page = client_of(people["D07:leader"]).get(document.get_absolute_url()).text
    assert 'data-phrase="请补充依据材料后再报。"' in page


def test_a_long_text_is_cut_and_says_so():
    found = reading_of_text("\n".join(f"第{number}段" for number in range(MOST + 1)))
    assert found is not None and len(found.paragraphs) == MOST and found.is_cut
    assert reading_of_text(" \n ") is None


def test_an_internal_report_is_returned_by_the_leader_with_his_reason(people):
    unit = people["D07:officer"].appointments.get().post.unit
    report = create_draft(
        {"title": "关于购置设备的签报", "body": BODY}, unit=unit, by=people["D07:officer"], direction=Direction.INTERNAL
    )
    take(report, "submit", people["D07:officer"])
    take(report, "check", people["D07:reviewer"], note="同意。")
    page = client_of(people["D07:leader"]).get(report.get_absolute_url())
    assert [one["label"] for one in page.context["bar"]] == ["去批示", "去退回"]
    take(report, "send_back", people["D07:leader"], note="请补充依据材料后再报。")
    assert (report.state, report.was_returned) == ("drafting", True)
