"""现行文件: validity by dates, reasons the public reads, withdrawing and offering again."""

import itertools
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import current
from documents.current import OFFER, VALIDITY, Abolition, Amendment, Dates
from documents.models import CurrentDocument
from documents.states import Disclosure, Offer, Validity
from documents.validity import validity_on
from files.models import Publication
from tests.made import brought_to
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db
OFFERED_ACTS = ["withdraw", "abolish", "amend", "correct_dates"]


@pytest.fixture
def sent(people):
    return brought_to("dispatch", people, title="关于规范公文办理的通知", disclosure_attr=Disclosure.PROACTIVE)


@pytest.fixture
def offered(people, sent) -> CurrentDocument:
    return current.publish(sent, by=people["D07:clerk"], topic="综合政务", summary="规范电子公文办理")


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown_to_the_public(row: CurrentDocument) -> str:
    page = Client().get(reverse("portal:document", args=[row.uid]))
    return page.context["document"].get_validity_display()


def dated(row: CurrentDocument, person, begins, ends) -> CurrentDocument:
    VALIDITY.perform("correct_dates", row, by=person, note="更正", given=Dates(begins, ends))
    row.refresh_from_db()
    return row


def test_an_expiry_date_in_the_past_reads_expired(people, offered):
    dated(offered, people["D07:clerk"], date(2020, 1, 1), date(2021, 1, 1))
    assert offered.validity == Validity.EXPIRED and shown_to_the_public(offered) == "已失效"


def test_an_effective_date_in_the_future_reads_not_yet_in_force(people, offered):
    dated(offered, people["D07:clerk"], date(2099, 1, 1), None)
    assert offered.validity == Validity.NOT_YET and shown_to_the_public(offered) == "尚未施行"


def test_sql_and_python_agree_on_validity():
    day = date(2026, 11, 25)
    near = (None, day - timedelta(days=1), day, day + timedelta(days=1))
    with connection.cursor() as cursor:
        for begins, ends, abolished, amended in itertools.product(near, repeat=4):
            cursor.execute("SELECT document_validity(%s, %s, %s, %s, %s)", [begins, ends, abolished, amended, day])
            assert cursor.fetchone()[0] == validity_on(
                day, effective_from=begins, expires_on=ends, abolished_on=abolished, amended_on=amended
            ), (begins, ends, abolished, amended)


def test_the_view_and_the_staff_page_read_the_same_day(people, offered):
    today = timezone.localdate()
    for begins, ends in ((today, None), (today + timedelta(days=1), None), (None, today), (None, today + timedelta(1))):
        dated(offered, people["D07:clerk"], begins, ends)
        assert shown_to_the_public(offered) == offered.validity.label


def test_dates_that_were_never_in_force_are_refused(people, sent, offered):
    with pytest.raises(Refused, match="失效日期"):
        dated(offered, people["D07:clerk"], date(2026, 1, 1), date(2026, 1, 1))
    other = brought_to("dispatch", people, title="关于另一事项的通知", disclosure_attr=Disclosure.PROACTIVE)
    with pytest.raises(Refused, match="失效日期"):
        current.publish(
            other,
            by=people["D07:clerk"],
            topic="综合",
            summary="试",
            effective_from=date(2026, 2, 1),
            expires_on=date(2026, 1, 1),
        )
    assert not CurrentDocument.objects.unguarded("a test looks").filter(document=other).exists()


def test_an_abolished_document_stays_readable_with_what_abolished_it_and_why(people, offered):
    given = Abolition(timezone.localdate(), "长信〔2026〕9号")
    VALIDITY.perform("abolish", offered, by=people["D07:clerk"], note="已有新规定", given=given)
    page = Client().get(reverse("portal:document", args=[offered.uid]))
    text = page.content.decode()
    assert page.status_code == 200 and all(one in text for one in ("已废止", "长信〔2026〕9号", "已有新规定"))
    event = AuditEvent.objects.of(offered).get(verb="abolish")
    assert (event.before, event.after, event.opinion) == ("in_force", "abolished", "已有新规定")
    assert event.post == "文书"


def test_an_amended_document_names_what_amended_it(people, offered):
    given = Amendment(timezone.localdate(), "长信〔2026〕10号")
    VALIDITY.perform("amend", offered, by=people["D07:clerk"], given=given)
    text = Client().get(reverse("portal:document", args=[offered.uid])).content.decode()
    assert "已修改" in text and "长信〔2026〕10号" in text
    VALIDITY.perform("clear_marks", offered, by=people["D07:clerk"], note="标注有误")
    offered.refresh_from_db()
    assert offered.validity == Validity.IN_FORCE and offered.amended_by == ""


def test_an_abolition_before_its_beginning_is_refused_with_a_sentence(people, offered):
    with pytest.raises(Refused, match="不能早于生效日期"):
        given = Abolition(offered.effective_from - timedelta(days=1))
        VALIDITY.perform("abolish", offered, by=people["D07:clerk"], note="试", given=given)


@pytest.mark.parametrize("name", ["withdraw", "abolish"])
@pytest.mark.parametrize("reason", ["", "  ", "\u3000"])
def test_a_blank_reason_is_refused_with_a_sentence_at_its_field(people, offered, name, reason):
    url = reverse("documents:offer_act", args=[offered.uid, name])
    answer = browser(people["D07:clerk"]).post(url, {f"{name}-note": reason, f"{name}-abolished_on": "2026-11-24"})
    assert answer.status_code == 422
    assert "不能为空" in answer.context["failed"].errors["note"][0]
    assert f'id="id_{name}-note_error"' in answer.content.decode()
    offered.refresh_from_db()
    assert offered.state == Offer.OFFERED and offered.abolished_on is None and offered.version == 1
    assert not AuditEvent.objects.of(offered).exists()


@pytest.mark.parametrize("name", ["withdraw", "abolish"])
def test_a_blank_reason_is_refused_by_the_act_itself(people, offered, name):
    table = OFFER if name == "withdraw" else VALIDITY
    with pytest.raises(Refused, match="须填写理由"):
        table.perform(
            name,
            offered,
            by=people["D07:clerk"],
            note=" ",
            given=table.get(name).input(*[date.today()][: name == "abolish"]),
        )


def test_bad_dates_get_a_sentence_at_their_field(people, offered):
    client = browser(people["D07:clerk"])
    for name, data, field in (
        ("abolish", {"abolish-abolished_on": "昨天", "abolish-note": "试"}, "abolished_on"),
        ("abolish", {"abolish-abolished_on": "", "abolish-note": "试"}, "abolished_on"),
        ("amend", {"amend-amended_on": "2026-13-01", "amend-amended_by": "甲"}, "amended_on"),
        ("amend", {"amend-amended_on": "2026-11-01", "amend-amended_by": " "}, "amended_by"),
        ("correct_dates", {"correct_dates-effective_from": "2026-02-01", "correct_dates-expires_on": "2026-01-01",
                           "correct_dates-note": "试"}, "expires_on"),
        ("withdraw", {"withdraw-note": "长" * 201}, "note"),
    ):  # fmt: skip
        answer = client.post(reverse("documents:offer_act", args=[offered.uid, name]), data)
        assert answer.status_code == 422 and field in answer.context["failed"].errors, (name, data)
    assert client.post(reverse("documents:offer_act", args=[offered.uid, "nothing"])).status_code == 404


def test_withdrawn_and_offered_again_from_its_page(people, offered):
    client = browser(people["D07:clerk"])
    page = client.get(offered.get_absolute_url())
    assert [form.act.name for form in page.context["forms"]] == [*OFFERED_ACTS, "correct_words"]
    client.post(reverse("documents:offer_act", args=[offered.uid, "withdraw"]), {"withdraw-note": "内容有误"})
    page = client.get(offered.get_absolute_url())
    assert [form.act.name for form in page.context["forms"]] == ["offer_again", *OFFERED_ACTS[1:], "correct_words"]
    assert "内容有误" in page.content.decode()
    client.post(reverse("documents:offer_act", args=[offered.uid, "offer_again"]), {"offer_again-note": "经复核无误"})
    offered.refresh_from_db()
    assert offered.state == Offer.OFFERED
    assert [one.reason for one in Publication.objects.of(offered.uid)] == ["经复核无误", current.FIRST_REASON]
    verbs = list(AuditEvent.objects.of(offered).values_list("verb", "before", "after", "post"))
    assert verbs == [("withdraw", "offered", "withdrawn", "文书"), ("offer_again", "withdrawn", "offered", "文书")]


def test_what_is_withdrawn_is_not_withdrawn_twice(people, offered):
    current.withdraw(offered, by=people["D07:clerk"], reason="内容有误")
    with pytest.raises(Refused, match="已撤下"):
        current.withdraw(offered, by=people["D07:clerk"], reason="再撤")
    assert Publication.objects.of(offered.uid).count() == 1


def test_a_document_no_longer_for_the_public_is_not_offered_again(people, offered):
    current.withdraw(offered, by=people["D07:clerk"], reason="改为依申请公开")
    type(offered.document)._base_manager.filter(pk=offered.document_id).update(disclosure_attr=Disclosure.ON_REQUEST)
    with pytest.raises(Refused, match="不是主动公开"):
        OFFER.perform("offer_again", offered, by=people["D07:clerk"], note="试")


def test_nobody_else_withdraws_or_marks(people, offered):
    for visitor in ("D07:officer", "D07:leader", "D09:clerk", "D30:appraiser"):
        with pytest.raises(Refused, match="权限"):
            current.withdraw(offered, by=people[visitor], reason="试")
        with pytest.raises(Refused, match="权限"):
            VALIDITY.perform("abolish", offered, by=people[visitor], note="试", given=Abolition(date.today()))


def test_a_document_is_offered_the_first_time_once(people, sent, offered):
    with pytest.raises(Refused, match="重新公开"):
        current.publish(sent, by=people["D07:clerk"], topic="综合", summary="试")


def test_the_state_changes_through_its_workflow_only(offered):
    offered.state = Offer.WITHDRAWN
    with pytest.raises(TypeError):
        offered.save()
    with pytest.raises(TypeError):
        CurrentDocument.objects.unguarded("a test looks").update(state=Offer.WITHDRAWN)


def test_the_page_answers_whether_it_was_public_on_a_day(people, offered):
    client = browser(people["D07:clerk"])
    today = timezone.localdate()
    asked = {day: client.get(offered.get_absolute_url(), {"on": day}) for day in (today, today - timedelta(days=1))}
    assert "当日公开" in asked[today].content.decode()
    assert "当日未公开" in asked[today - timedelta(days=1)].content.decode()
    for wrong in ("", "昨天", "0000-00-00", (today + timedelta(days=1)).isoformat()):
        page = client.get(offered.get_absolute_url(), {"on": wrong})
        assert page.status_code == 200 and page.context["public_on_form"].errors["on"], wrong
