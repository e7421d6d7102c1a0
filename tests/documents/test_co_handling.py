"""Issue 12, 协办: a letter goes to 主办 and 协办, each within a limit; who helps answers, 主办 reports for all."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import registering, routing, rows, urging
from documents.exchange_inputs import AmendInput
from documents.inputs import CoHandler
from documents.limit_fields import end_of_day
from documents.models import StepRun
from documents.shared_out import handlers
from documents.states import HandlingKind, State, StepState
from documents.way_shown import route_of
from documents.workflow import workflow_of
from tests.documents.test_whose_act import browser, events
from tests.documents.way import waiting
from tests.made import brought_to, registered, take
from units.access import forget_standing
from units.calendar import WorkingCalendar
from units.fitting import fits
from units.models import Department, Task
from units.templatetags.egov import due
from units.workflow import Refused

pytestmark = pytest.mark.django_db
ACTION = HandlingKind.FOR_ACTION


def act(document, person, step: str, **fields):
    version = fields.pop("version", document.version)
    data = {"version": version, **{f"{step}-{name}": value for name, value in fields.items()}}
    answer = browser(person).post(reverse("documents:act", args=[document.uid, step]), data)
    document.refresh_from_db()
    return answer


def shared(people, rooms, **kwargs):
    """By the pages: 综合科 leads, 救助科 until its own day, the third working day, the archivist within the common five."""
    document = registered(people, kind=ACTION, **kwargs)
    archivist = people["D09:archivist"]
    chosen = {
        "lead_officer": f"d{rooms['综合科'].pk}", "co_handlers": [f"d{rooms['救助科'].pk}", archivist.pk],
        "co_limit": "5", f"co_limits-d{rooms['救助科'].pk}": workday(3).isoformat(),
    }  # fmt: skip
    answer = act(document, people["D09:reviewer"], "propose", note="拟请综合科主办。", **chosen)
    assert answer.status_code == 302, answer.content.decode()
    return document


def instructed(people, rooms, **kwargs):
    document = shared(people, rooms, **kwargs)
    page = browser(people["D09:leader"]).get(document.get_absolute_url())
    form = next(one["form"] for one in page.context["acts"] if one["step"].name == "instruct")
    fields = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    limits = dict(one.split("=") for one in fields.pop("co_limits"))
    data = {name: value for name, value in fields.items() if value} | {f"co_limits-{k}": v for k, v in limits.items()}
    assert act(document, people["D09:leader"], "instruct", **{**data, "note": "同意拟办意见。"}).status_code == 302
    return document


def steps_of(document, kind="assist"):
    return StepRun.objects.filter(run__document=document, kind=kind).order_by("pk")


def offered(person, document) -> set[str]:
    forget_standing(person)
    document.refresh_from_db()
    return {step.name for step in workflow_of(document).open_to(person, document)}


def test_a_letter_goes_to_a_lead_and_two_who_help_each_within_a_limit_of_its_own(people, rooms):
    proposed = shared(people, rooms)
    ahead = [(one["label"], str(one["who"])) for one in route_of(proposed) if one["state"] == "ahead"]
    assert ahead[:3] == [
        ("接办", "综合科"),
        ("协办", "救助科"),
        ("协办", people["D09:archivist"].name),
    ]
    limits = [one["due_at"] for one in route_of(proposed) if one["label"] == "协办"]
    assert limits == [end_of_day(workday(3)), end_of_day(workday(5))]
    page = browser(people["D09:leader"]).get(proposed.get_absolute_url()).content.decode()
    assert f"拟限 {due(end_of_day(workday(3)))}" in " ".join(re.sub("<[^>]+>", "", page).split())
    document = instructed(people, rooms)
    assert document.state == State.INSTRUCTED and document.department == rooms["综合科"]
    assert waiting(document) == {
        ("handle", "D09", "甲"), ("assist", "D09", "乙"), ("assist", "D09", "丙"),
        ("assist", "D09", people["D09:archivist"].name),
    }  # fmt: skip
    today, calendar = timezone.localdate(), WorkingCalendar()
    assert [timezone.localdate(one.due_at) for one in steps_of(document).filter(state=StepState.OPEN)] == [
        calendar.after(today, 3).day,
        calendar.after(today, 5).day,
    ]
    assert events(document, "propose").get().detail["co_handlers"][0] == f"救助科（限 {workday(3)}）"
    now = [(one["label"], one["who"]) for one in route_of(document) if one["state"] == "current"]
    assert now == [("接办", "综合科"), ("协办", "救助科"), ("协办", people["D09:archivist"].name)]
    rows.add_work([document])
    assert document.work.holders == ["综合科（接办）", "救助科（协办）", f"{people['D09:archivist'].name}（协办）"]
    asked = {one.who for one in urging.targets(document)}
    assert {"甲", "乙", "丙", people["D09:archivist"].name} <= asked


def test_one_of_a_department_answers_for_it_and_the_lead_is_told(people, rooms):
    document = instructed(people, rooms)
    take(document, "handle", rooms["甲"])
    assert document.lead_officer == rooms["甲"] and document.state == State.IN_HANDLING
    assert ("report", "D09", "甲") in waiting(document)  # the main line goes on beside
    assert act(document, rooms["乙"], "assist", note="").status_code == 422  # an opinion is asked for
    assert act(document, rooms["乙"], "assist", note="救助名单已核对。").status_code == 302
    assert document.state == State.IN_HANDLING
    assert {row for row in waiting(document) if row[0] == "assist"} == {("assist", "D09", people["D09:archivist"].name)}
    assert "assist" not in offered(rooms["丙"], document)  # it is done for all of the department
    told = Task.objects.of(document).open().get(kind="notice", assignee=rooms["甲"])
    assert told.remark == "救助科协办意见：救助名单已核对。"
    page = browser(rooms["甲"]).get(document.get_absolute_url()).content.decode()
    assert "救助名单已核对。" in page and "救助科（乙已反馈）" in page
    assert ("协办", "救助科 乙") in [(one["label"], one["who"]) for one in route_of(document)]
    assert dict(handlers(document))["主办"] == "综合科 甲"


def test_a_report_and_办结_while_协办_is_open_ask_why_and_urge_by_name(people, rooms):
    document = instructed(people, rooms)
    take(document, "handle", rooms["甲"])
    with pytest.raises(Refused, match="尚未反馈意见，可先催办"):
        take(document, "report", rooms["甲"], note="办理完毕。")
    take(document, "assist", rooms["丙"], note="已核对。")
    page = browser(rooms["甲"]).get(document.get_absolute_url()).content.decode()
    assert "综合协办意见" in page and "协办未反馈即办结的理由" in page
    take(document, "report", rooms["甲"], note="综合协办意见，办理完毕。", unassisted_reason="已电话征得意见。")
    assert document.unassisted_reason == "已电话征得意见。"
    assert events(document, "report").get().detail["unassisted"] == [people["D09:archivist"].name]
    take(document, "complete", people["D09:clerk"], retention_code="D10")  # the reason was given once
    assert document.state == State.COMPLETED
    assert [one.state for one in steps_of(document).order_by("position", "pk")][-2:] == ["done", "dropped"]
    assert "（未反馈）" in dict(handlers(document))["协办"]


def test_办结_of_a_paper_for_reading_waits_for_协办_as_well(people, rooms):
    document = registered(people)
    take(document, "propose", people["D09:reviewer"], note="请阅。", lead_officer=rooms["甲"],
         co_handlers=(CoHandler(person=rooms["乙"]),))  # fmt: skip
    take(document, "instruct", people["D09:leader"], note="阅。")
    with pytest.raises(Refused, match="协办乙尚未反馈意见"):
        take(document, "complete", people["D09:clerk"], retention_code="D10")


def test_hours_of_the_clock_for_pressing_papers_for_lead_and_help(people, rooms):
    document = registered_urgent(people)
    was_due = document.due_at
    chosen = {"lead_officer": rooms["甲"].pk, "due_hours": "6", "co_handlers": [rooms["乙"].pk], "co_limit": "2"}
    assert act(document, people["D09:reviewer"], "propose", note="特急。", **chosen).status_code == 302
    assert document.due_at == was_due  # 办理时限 of the whole letter stays
    take(document, "instruct", people["D09:leader"], note="速办。")
    lead = steps_of(document, "handle").get()
    assert abs(lead.due_at - timezone.now() - timedelta(hours=6)) < timedelta(minutes=1)
    step = steps_of(document).get()
    assert abs(step.due_at - step.opened_at - timedelta(hours=2)) < timedelta(seconds=30)


def registered_urgent(people):
    sent = brought_to("dispatch", people, urgency="extra_urgent")
    delivery = sent.deliveries.unguarded("a test looks").get()
    take(delivery, "sign_for", people["D09:clerk"])
    due = timezone.now() + timedelta(days=1)
    return take(delivery, "register", people["D09:clerk"], handling_kind=ACTION, due_at=due)


def test_the_leader_changes_what_was_proposed(people, rooms):
    document = shared(people, rooms)
    chosen = {"lead_officer": rooms["乙"].pk, "co_handlers": [rooms["甲"].pk], "co_limit": "2"}
    assert act(document, people["D09:leader"], "instruct", note="改由乙主办。", **chosen).status_code == 302
    assert waiting(document) == {("handle", "D09", "乙"), ("assist", "D09", "甲")}
    assert document.department is None
    assert act(shared(people, rooms), people["D09:leader"], "instruct", note="阅。").status_code == 302


def test_an_instruction_is_taken_back_with_all_that_it_opened(people, rooms):
    document = instructed(people, rooms)
    take(document, "retrieve", people["D09:leader"])
    assert waiting(document) == {("instruct", "D09", "leader")}
    take(document, "instruct", people["D09:leader"], note="同意。")
    assert [one.due_at for one in steps_of(document).filter(state=StepState.OPEN)] == [
        end_of_day(workday(3)),
        end_of_day(workday(5)),
    ]
    assert ("assist", "D09", "乙") in waiting(document) and ("handle", "D09", "甲") in waiting(document)


def test_a_return_by_the_lead_ends_协办_and_a_new_instruction_opens_it_again(people, rooms):
    document = instructed(people, rooms)
    take(document, "handle", rooms["甲"])
    target = StepRun.objects.get(run__document=document, kind="instruct")
    take(document, "send_back", rooms["甲"], note="不属我科职责。", to=target.uid)
    assert waiting(document) == {("instruct", "D09", "leader")}
    take(document, "instruct", people["D09:leader"], note="仍请综合科办。")
    assert {row[0] for row in waiting(document)} == {"handle", "assist"}
    assert len([row for row in waiting(document) if row[0] == "assist"]) == 3
    assert {one.due_at for one in steps_of(document).filter(state=StepState.OPEN)} == {
        end_of_day(workday(3)),
        end_of_day(workday(5)),
    }


FAULTS = (
    ("help without a lead", {}, "有协办的，须先确定主办处室或主办人。"),
    ("the lead helps himself", {"lead": "乙", "help": "乙"}, "乙是主办，不能同时作为协办，请从协办中去掉。"),
    ("nobody is there", {"lead": "乙", "help": "办公室"}, "目前无人，请改选其他处室或人员。"),
    ("somebody of another unit", {"lead": "乙", "help": "D07"}, "不在本单位任职，请改选。"),
    ("no time at all", {"lead": "乙", "due_at": timezone.now()}, "的协办时限 .* 已过，请改为今天或以后的日期"),
)


@pytest.mark.parametrize(("given", "sentence"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_what_cannot_be_shared_out_is_refused_with_its_reason(people, rooms, units, given, sentence):
    document = registered(people, kind=ACTION)
    helps = {"办公室": CoHandler(department=Department.objects.get(unit=units["D09"], name="办公室")),
             "D07": CoHandler(person=people["D07:officer"])}  # fmt: skip
    name = given.get("help", "甲")
    one = helps.get(name) or CoHandler(person=rooms[name], due_at=given.get("due_at"))
    lead = {"lead_officer": rooms[given["lead"]]} if "lead" in given else {}
    with pytest.raises(Refused, match=sentence):
        take(document, "propose", people["D09:reviewer"], note="拟。", co_handlers=(one,), **lead)
    assert not steps_of(document).exists()


OPEN = {  # by hand: who may give an opinion of 协办, while 甲 leads and 乙's department helps
    "甲": False, "乙": True, "丙": True, "D09:archivist": True, "D09:officer": False, "D09:clerk": False,
    "D09:leader": False, "D09:reviewer": False, "D07:officer": False, "D15:leader": False,
}  # fmt: skip


def test_exactly_those_asked_give_an_opinion(people, rooms):
    document = instructed(people, rooms)
    found = {name: "assist" in offered(rooms.get(name) or people[name], document) for name in OPEN}
    assert found == OPEN


def test_an_item_of_协办_can_be_handed_over_to_a_colleague(people, rooms):
    """转办 suits whoever may be made 承办人; the step goes with it."""
    document = instructed(people, rooms)
    task = Task.objects.of(document).open().get(kind="assist", assignee=people["D09:archivist"])
    task.assignee = people["D09:officer"]
    task.save(update_fields=["assignee"])
    routing.readdress(task)
    assert "officer" in fits("assist").posts and "assist" in offered(people["D09:officer"], document)
    take(document, "assist", people["D09:officer"], note="已办。")
    assert steps_of(document).get(person=people["D09:officer"]).state == StepState.DONE


def workday(after: int):
    return WorkingCalendar().after(timezone.localdate(), after).day


def due_in(people, days: int):
    """A registered letter whose 办理时限 is the working day so many days on."""
    delivery = brought_to("dispatch", people).deliveries.unguarded("a test looks").get()
    take(delivery, "sign_for", people["D09:clerk"])
    due = end_of_day(workday(days))
    return take(delivery, "register", people["D09:clerk"], handling_kind=ACTION, due_at=due)


def shown_act(person, document, name: str):
    page = browser(person).get(document.get_absolute_url())
    return next(one["form"] for one in page.context["acts"] if one["step"].name == name)


def test_主办时限_ends_with_办理时限_and_leaves_it_as_it_is(people, rooms):
    document = due_in(people, 5)
    whole, reviewer, leader = document.due_at, people["D09:reviewer"], people["D09:leader"]
    chosen = {"note": "拟。", "lead_officer": rooms["甲"].pk, "co_handlers": [rooms["乙"].pk]}
    late = act(document, reviewer, "propose", **chosen, due_on=workday(6).isoformat())
    assert late.status_code == 422 and document.due_at == whole
    assert f"晚于本件办理时限 {workday(5)} 23:59" in late.content.decode()
    assert act(document, reviewer, "propose", **chosen, due_on=workday(3).isoformat()).status_code == 302
    assert document.due_at == whole
    detail = events(document, "propose").get().detail
    assert (detail["lead"], detail["co_handlers"]) == ("甲", ["乙"])
    assert detail["lead_limit"] == [f"{workday(5)} 23:59", f"{workday(3)} 23:59"] and "due_at" not in detail
    form = shown_act(leader, document, "instruct")
    assert form["due_on"].value() == workday(3) and f"拟办提出 {workday(3)} 23:59" in form["due_on"].help_text
    same = {**chosen, "note": "同意。", "due_on": workday(3).isoformat()}
    assert act(document, leader, "instruct", **same).status_code == 302
    task = Task.objects.of(document).open().get(kind="handle")
    assert (timezone.localdate(task.due_at), document.due_at) == (workday(3), whole)
    take(document, "retrieve", leader)  # what was laid down stands when the step is asked for again
    take(document, "instruct", leader, note="同意。")
    assert Task.objects.of(document).open().get(kind="handle").due_at == end_of_day(workday(3))
    trail = browser(leader).get(reverse("documents:trail", args=[document.uid])).content.decode()
    assert f"主办：甲；协办：乙；主办时限由 {workday(5)} 23:59 改为 {workday(3)} 23:59" in trail


def test_where_no_limit_was_registered_批示_may_move_what_拟办_proposed(people, rooms):
    document, chosen = registered(people, kind=ACTION), {"lead_officer": rooms["甲"].pk}
    first = {**chosen, "note": "拟。", "due_on": workday(3).isoformat()}
    assert act(document, people["D09:reviewer"], "propose", **first).status_code == 302
    assert timezone.localdate(document.due_at) == workday(3)
    emptied = act(document, people["D09:leader"], "instruct", **chosen, note="同意。")
    assert emptied.status_code == 422 and "不能清空" in emptied.content.decode()
    later = {**chosen, "note": "同意。", "due_on": workday(6).isoformat()}
    assert act(document, people["D09:leader"], "instruct", **later).status_code == 302
    assert timezone.localdate(document.due_at) == workday(6)
    assert events(document, "instruct").get().detail["due_at"] == [f"{workday(3)} 23:59", f"{workday(6)} 23:59"]


def test_协办时限_ends_with_办理时限(people, rooms):
    document = due_in(people, 3)
    chosen = {"note": "拟。", "lead_officer": rooms["甲"].pk, "co_handlers": [rooms["乙"].pk]}
    late = act(document, people["D09:reviewer"], "propose", **chosen, co_limit="4")
    said = f"乙的协办时限 {workday(4)} 23:59 晚于本件办理时限 {workday(3)} 23:59"
    assert late.status_code == 422 and said in late.content.decode()
    assert act(document, people["D09:reviewer"], "propose", **chosen, co_limit="3").status_code == 302
    pressing = registered_urgent(people)  # due within a day
    long = CoHandler(person=rooms["乙"], due_at=timezone.now() + timedelta(hours=30))
    with pytest.raises(Refused, match=r"乙的协办时限 .* 晚于本件办理时限"):
        take(pressing, "propose", people["D09:reviewer"], note="拟。", lead_officer=rooms["甲"], co_handlers=(long,))


def test_who_helps_and_who_leads_do_not_collide(people, rooms):
    document = instructed(people, rooms)
    seen = document.version
    assert act(document, rooms["甲"], "handle").status_code == 302
    assert act(document, rooms["乙"], "assist", note="名单已核对。", version=seen).status_code == 302
    late = act(document, rooms["丙"], "assist", note="也已核对。", version=seen)
    assert late.status_code in (403, 404, 409)  # the department has answered
    seen = document.version
    assert act(document, people["D09:archivist"], "assist", note="档案已查。").status_code == 302
    assert act(document, rooms["甲"], "report", note="综合协办意见，办毕。", version=seen).status_code == 302


def test_a_conflict_names_who_did_what_meanwhile(people, rooms):
    document = instructed(people, rooms)
    seen = document.version
    amended = AmendInput(due_at=end_of_day(workday(9)), has_limit=True)
    registering.amend(document, by=people["D09:clerk"], note="漏登。", given=amended)
    document.refresh_from_db()
    answer = act(document, rooms["甲"], "handle", version=seen)
    name = people["D09:clerk"].name
    assert answer.status_code == 409 and f"{name} 更正登记。" in answer.content.decode()
    returned = document.version
    take(document, "handle", rooms["甲"])
    target = StepRun.objects.get(run__document=document, kind="instruct")
    take(document, "send_back", rooms["甲"], note="请再明确。", to=target.uid)
    take(document, "instruct", people["D09:leader"], note="请按此办。")
    anew = act(document, rooms["乙"], "assist", note="名单已核对。", version=returned)
    assert anew.status_code == 409  # his item is another one than his page showed
