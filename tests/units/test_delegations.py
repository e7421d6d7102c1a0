"""Deputies act for their principal in that post of that unit only, within bounds (issue 10, B4)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.states import HandlingKind
from documents.workflow import workflow_of
from tests.made import brought_to, draft, registered, take
from tests.transfer.stock import browser
from units import delegations
from units import people as actions
from units.access import may
from units.actions import system_user
from units.models import Appointment, AuditEvent, Delegation, Post, Task, User
from units.workflow import Refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def post(kind: str, code: str = "D07") -> Post:
    return Post.objects.select_related("unit", "group").get(unit__code=code, kind=kind)


def same(person: User) -> User:
    return User.objects.get(pk=person.pk)


def given(people, principal="D07:leader", deputy="D07:archivist", by=None, days=(0, 5), reason="出差") -> Delegation:
    code, kind = principal.split(":")
    return delegations.delegate(
        people[principal], people[deputy], post(kind, code), by=same(people[by or principal]),
        starts_on=TODAY + timedelta(days[0]), ends_on=TODAY + timedelta(days[1]), reason=reason,
    )  # fmt: skip


def test_a_deputy_acts_in_that_post_of_that_unit_only(people, units):
    """A deputy acted for his principal in every unit."""
    actions.appoint(people["D07:leader"], post("leader", "D09"), by=system_user())
    actions.appoint(people["D07:archivist"], post("officer", "D09"), by=system_user())
    given(people)
    deputy = same(people["D07:archivist"])
    here = brought_to("check", people)
    there = draft(people, unit="D09", to=("D07",))
    take(there, "submit", people["D09:officer"], note="请审")
    take(there, "check", people["D09:reviewer"], note="同意")
    assert may(deputy, "approve", here) and not may(deputy, "approve", there)
    workflow_of(here).perform("approve", here, by=deputy, note="同意。")
    event = AuditEvent.objects.get(object_uid=here.uid, verb="approve")
    assert (event.actor, event.post) == (deputy, f"领导（代{people['D07:leader'].name}）")
    assert here.opinions.latest("pk").post == f"区信息委 领导（代{people['D07:leader'].name}）"


def test_a_deputy_in_one_post_has_nothing_of_the_principals_other_post(people):
    """What waits for the principal himself is done by the deputy in the post that it suits, not in any of his."""
    actions.appoint(people["D07:leader"], post("seal_keeper"), by=system_user())
    document = brought_to("check", people)
    Task.objects.of(document).open().filter(kind="approve").update(assignee=people["D07:leader"], post=None)
    row = given(people, principal="D07:leader", deputy="D07:archivist")
    Delegation.objects.filter(pk=row.pk).update(post=post("seal_keeper"))
    deputy = same(people["D07:archivist"])
    assert not may(deputy, "approve", document) and not Task.objects.waiting_for(deputy).exists()
    Delegation.objects.filter(pk=row.pk).update(post=post("leader"))
    deputy = same(deputy)
    assert may(deputy, "approve", document) and Task.objects.waiting_for(deputy).count() == 1


def test_what_waits_for_the_principal_himself_is_open_to_the_deputy_while_it_waits(people):
    delivery = registered(people, kind=HandlingKind.FOR_ACTION)
    take(delivery, "propose", people["D09:clerk"], note="请承办", lead_officer=people["D09:officer"])
    take(delivery, "instruct", people["D09:leader"], note="同意", lead_officer=people["D09:officer"])
    deputy = people["D09:reviewer"]
    seal_keeper = people["D09:seal_keeper"]
    given(people, principal="D09:officer", deputy="D09:reviewer", days=(0, 0))
    given(people, principal="D09:officer", deputy="D09:archivist", days=(1, 5))
    assert browser(same(deputy)).get(delivery.get_absolute_url()).status_code == 200
    assert may(same(deputy), "handle", delivery)
    assert not may(same(seal_keeper), "handle", delivery) and not may(same(people["D09:archivist"]), "handle", delivery)


def test_a_draft_and_a_circulation_are_the_principals_own(people):
    document = draft(people)
    given(people, principal="D07:officer", deputy="D07:archivist")
    deputy = same(people["D07:archivist"])
    assert not may(deputy, "edit", document) and not Task.objects.waiting_for(deputy).exists()


@pytest.mark.parametrize("who", ["principal", "deputy"])
def test_a_deputyship_ends_with_either_ones_appointment(people, who):
    document = brought_to("check", people)
    row = given(people)
    assert may(same(row.deputy), "approve", document)
    Appointment.objects.filter(user=getattr(row, who)).update(ends_on=TODAY - timedelta(1), starts_on="2020-01-01")
    assert not may(same(row.deputy), "approve", document)


@pytest.mark.parametrize(
    ("principal", "deputy", "days", "words"),
    [
        ("D07:leader", "D07:leader", (0, 5), "本人代理本人"),
        ("D07:leader", "D09:leader", (0, 5), "本单位人员"),
        ("D07:leader", "D07:sysadmin", (0, 5), "三员分立"),
        ("D07:seal_keeper", "D07:officer", (0, 5), "监印不得交由拟稿人"),
        ("D07:seal_keeper", "D07:clerk", (0, 5), "监印不得交由拟稿人"),
        ("D07:leader", "D07:archivist", (-1, 5), "不能早于今天"),
        ("D07:leader", "D07:archivist", (5, 4), "止日不能早于起日"),
        ("D07:sysadmin", "D07:archivist", (0, 5), "管理员岗位不得代理"),
    ],
)
def test_the_bounds_of_a_deputyship(people, principal, deputy, days, words):
    with pytest.raises(Refused, match=words):
        given(people, principal, deputy, days=days)
    assert not Delegation.objects.exists()


def test_not_beyond_the_principals_own_period(people):
    Appointment.objects.filter(user=people["D07:leader"]).update(ends_on=TODAY + timedelta(3))
    with pytest.raises(Refused, match="并未一直担任"):
        given(people)
    given(people, days=(0, 3))


def test_not_passed_on(people):
    given(people)
    with pytest.raises(Refused, match="只有本人或本单位文书"):
        delegations.delegate(
            people["D07:archivist"], people["D07:officer"], post("leader"), by=same(people["D07:archivist"]),
            starts_on=TODAY, ends_on=TODAY, reason="转托",
        )  # fmt: skip
    with pytest.raises(Refused, match="不得再转代理"):
        delegations.delegate(
            people["D07:archivist"], people["D07:officer"], post("leader"), by=people["D07:clerk"],
            starts_on=TODAY, ends_on=TODAY, reason="转托",
        )  # fmt: skip


def test_given_by_the_principal_or_the_clerk_only(people):
    for who in ("D07:officer", "D07:archivist", "D09:clerk", "D07:secadmin"):
        with pytest.raises(Refused, match="只有本人或本单位文书"):
            given(people, by=who)
    given(people, by="D07:clerk")
    event = AuditEvent.objects.get(verb="delegate")
    assert (event.post, event.opinion, event.detail["deputy"]) == ("文书", "出差", people["D07:archivist"].name)
    with pytest.raises(Refused, match="已代理"):
        given(people)


@pytest.mark.parametrize(
    ("who", "may_end"), [("leader", True), ("clerk", True), ("archivist", False), ("officer", False)]
)
def test_ended_early_and_at_once(people, who, may_end):
    document, row = brought_to("check", people), given(people)
    if not may_end:
        with pytest.raises(Refused, match="只有本人或本单位文书"):
            delegations.end(row, by=same(people[f"D07:{who}"]))
        return
    delegations.end(row, by=same(people[f"D07:{who}"]), reason="已返回")
    assert not may(same(row.deputy), "approve", document)
    assert AuditEvent.objects.get(verb="end_delegation").opinion == "已返回"
    with pytest.raises(Refused, match="已经结束"):
        delegations.end(row, by=same(people[f"D07:{who}"]))


def test_through_the_page(people):
    pages, address = browser(people["D07:leader"]), reverse("units:delegations")
    own = Appointment.objects.get(user=people["D07:leader"])
    data = {"appointment": own.pk, "deputy": people["D07:archivist"].pk, "starts_on": TODAY, "ends_on": TODAY}
    assert pages.post(address, data).status_code == 422
    assert pages.post(address, data | {"reason": "出差", "sure": "on"}).status_code == 302
    row = Delegation.objects.get()
    for person, ends in ((row.deputy, False), (row.principal, True)):
        shown = browser(person).get(address).content.decode()
        assert row.principal.name in shown and ("结束代理" in shown) is ends
    assert row.principal.name + "</td>" not in browser(people["D09:clerk"]).get(address).content.decode()
    other = Appointment.objects.get(user=people["D07:reviewer"])
    foreign = pages.post(address, data | {"appointment": other.pk, "reason": "出差"})
    assert foreign.status_code == 422  # not in his list
    assert pages.post(reverse("units:end_delegation", args=[row.uid])).status_code == 302
