"""What a deputy never does, and how both names are told (issue 12, point 3; practice 1; 条例 22)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.packing import packed
from documents import pages
from documents.actions import create_draft
from documents.models import Document
from documents.states import AddresseeKind, Direction, RoutingDirection
from tests.made import BODY, brought_to, take
from tests.transfer.stock import browser
from units import delegations, handover
from units.access import forget_standing, signed_as
from units.actions import system_user
from units.models import AuditEvent, Delegation, Post, Task, Unit, User
from units.people import appoint
from units.workflow import Refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def post(kind: str, code: str = "D07") -> Post:
    return Post.objects.select_related("unit", "group").get(unit__code=code, kind=kind)


def same(person: User) -> User:
    return User.objects.get(pk=person.pk)


def deputed(people, kind="leader", deputy="D07:archivist", by="D07:clerk", code="D07", **more) -> Delegation:
    return delegations.delegate(
        people[f"{code}:{kind}"], people[deputy], post(kind, code), by=same(people[by]), starts_on=TODAY,
        ends_on=TODAY + timedelta(7), reason="出差", **more,
    )  # fmt: skip


@pytest.mark.parametrize(("by", "flag", "may_sign"), [
    ("D07:leader", False, False), ("D07:clerk", False, False), ("D07:clerk", True, True),
])  # fmt: skip
def test_upward_is_signed_only_by_a_deputy_appointed_for_that(people, by, flag, may_sign):
    deputed(people, by=by, signs_upward=flag)
    document = brought_to("check", people, to=("D01",), routing_direction=RoutingDirection.UP)
    if may_sign:
        take(document, "approve", same(people["D07:archivist"]), note="同意。")
        assert document.signed_by == f"{people['D07:archivist'].name}（代{people['D07:leader'].name}）"
        return
    with pytest.raises(Refused, match="可代行签发上行文"):
        take(document, "approve", same(people["D07:archivist"]), note="同意。")


def test_nobody_gives_that_by_himself_and_only_a_leaders_post_has_it(people):
    with pytest.raises(Refused, match="不能由本人委托"):
        deputed(people, by="D07:leader", signs_upward=True)
    with pytest.raises(Refused, match="只有领导岗位"):
        deputed(people, kind="reviewer", signs_upward=True)
    assert not Delegation.objects.exists()
    assert 'name="signs_upward"' not in browser(people["D07:leader"]).get(reverse("units:delegations")).text
    assert 'name="signs_upward"' in browser(people["D07:clerk"]).get(reverse("units:delegations")).text


def test_a_downward_document_needs_no_such_appointment(people):
    deputed(people, by="D07:leader")
    take(brought_to("check", people), "approve", same(people["D07:archivist"]), note="同意。")


def report_of(people) -> Document:
    """D07's officer's 签报, checked, before the leader."""
    made = create_draft(
        {"title": "关于购置设备的签报", "body": BODY}, unit=post("officer").unit, by=people["D07:officer"],
        direction=Direction.INTERNAL,
    )  # fmt: skip
    take(made, "submit", people["D07:officer"])
    return take(made, "check", people["D07:reviewer"], note="同意。")


def test_a_deputy_decides_on_no_report_of_his_own(people):
    """The bound stood at 签发 alone: as deputy one could 批示 one's own 签报."""
    deputed(people, deputy="D07:officer")
    with pytest.raises(Refused, match="代理人不得代为决定本人拟制"):
        take(report_of(people), "instruct", same(people["D07:officer"]), note="同意。")


def test_a_deputy_countersigns_nothing_of_his_own_for_another_unit(people, units):
    appoint(people["D07:officer"], post("officer", "D09"), by=system_user())
    deputed(people, code="D09", deputy="D07:officer", by="D09:clerk")
    forget_standing(people["D07:officer"])
    made = create_draft(
        {"title": "关于会签事项的通知", "body": BODY}, unit=units["D07"], by=people["D07:officer"],
        addressees=[(AddresseeKind.MAIN, units["D15"], units["D15"].name)], countersigners=[units["D09"]],
    )  # fmt: skip
    take(made, "submit", people["D07:officer"])
    take(made, "check", people["D07:reviewer"], note="同意。")
    with pytest.raises(Refused, match="代理人不得代为决定本人拟制"):
        take(made, "countersign", same(people["D07:officer"]), note="同意。")
    take(made, "countersign", people["D09:leader"], note="同意。")


def proofread_by(people, drafter: User) -> Document:
    """A notice that `drafter` wrote in D07, brought to the seal."""
    unit = post("officer").unit
    to = Unit.objects.get(code="D15")
    made = create_draft(
        {"title": "关于用印事项的通知", "body": BODY},
        unit=unit,
        by=drafter,
        addressees=[(AddresseeKind.MAIN, to, to.name)],
    )
    take(made, "submit", drafter)
    for step, kind in (("check", "reviewer"), ("approve", "leader"), ("number", "clerk"), ("proofread", "clerk")):
        take(made, step, people[f"D07:{kind}"], note="同意。")
    return made


def test_a_post_given_later_opens_no_way_to_seal_ones_own_draft(people):
    deputed(people, kind="seal_keeper", deputy="D07:archivist", by="D07:seal_keeper")
    appoint(people["D07:archivist"], post("officer"), by=system_user())
    document = proofread_by(people, same(people["D07:archivist"]))
    with pytest.raises(Refused, match="监印不得由拟稿人代行"):
        take(document, "seal", same(people["D07:archivist"]))
    take(document, "seal", people["D07:seal_keeper"])


def test_sealing_is_never_handed_over_to_the_drafter(people):
    appoint(people["D07:officer"], post("seal_keeper"), by=system_user())
    document = proofread_by(people, same(people["D07:officer"]))
    task = Task.objects.of(document).open().get(kind="seal")
    with pytest.raises(Refused, match="监印不得转给拟稿人"):
        handover.hand_over([task], same(people["D07:officer"]), unit=task.unit, by=people["D07:clerk"], reason="休假")
    assert Task.objects.get(pk=task.pk).assignee is None


@pytest.mark.parametrize(("post_told", "wanted"), [
    ("领导（代乙）", ("甲（代乙）", "领导")), ("区信息委 领导（代乙）", ("甲（代乙）", "区信息委 领导")),
    ("领导", ("甲", "领导")), ("", ("甲", "")),
])  # fmt: skip
def test_whoever_acted_for_whom_is_named_in_one_way(post_told, wanted):
    assert signed_as("甲", post_told) == wanted


def test_both_names_stand_in_opinion_sheet_route_and_metadata(people):
    deputed(people)
    document = brought_to("check", people)
    take(document, "approve", same(people["D07:archivist"]), note="同意发文。")
    said = f"{people['D07:archivist'].name}（代{people['D07:leader'].name}）"
    assert said in [one.name for one in pages.opinions_of(document)]
    shown = browser(people["D07:clerk"]).get(document.get_absolute_url()).text
    assert f"{said} · 区信息委 领导 ·" in shown
    for step, kind in (("number", "clerk"), ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):
        take(document, step, people[f"D07:{kind}"])
    take(document, "complete", people["D07:clerk"], retention_code="Y")
    events = next(packed([document.record.pk], "")).events
    assert [(one.agent_name, one.post) for one in events if one.activity == "签发"] == [(said, "领导")]


def test_handing_several_over_names_both_in_the_trail_of_each(people):
    documents = [brought_to("submit", people, title=f"关于第{number}件事项的通知") for number in range(3)]
    appoint(people["D07:archivist"], post("reviewer"), by=system_user())
    tasks = [Task.objects.of(one).open().get(kind="check") for one in documents]
    handover.hand_over(
        tasks[:2], same(people["D07:archivist"]), unit=tasks[0].unit, by=people["D07:clerk"], reason="休假"
    )
    events = AuditEvent.objects.filter(verb="hand_over")
    assert {(one.detail["given_by"], one.detail["given_to"]) for one in events} == {
        ("区信息委 核稿人", people["D07:archivist"].name)
    }
    assert events.count() == 2 and Task.objects.get(pk=tasks[2].pk).assignee is None


def test_usual_absences_are_filled_in_with_one_tap(people):
    page = browser(people["D07:leader"]).get(reverse("units:delegations"))
    assert [one["label"] for one in page.context["periods"]] == ["今天", "明天", "本周", "下周"]
    monday = TODAY + timedelta(7 - TODAY.weekday())
    assert page.context["periods"][3]["fill"] == f"starts_on={monday}&ends_on={monday + timedelta(6)}"
    assert page.context["form"].fields["appointment"].initial is not None  # his one post is chosen already
