"""利用范围 and 利用申请: who consults without asking, who asks, and that a grant ends by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import use_acts as acts
from archive.correction import correct
from archive.models import Record, RecordGrant, RecordText, UseRequest
from archive.schedule_inputs import GrantInput
from archive.search import search
from archive.use_workflow import LONGEST, USE
from tests.forms import send_form
from tests.made import accessioned, brought_to, closed, decided, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.fitting import NOTICE
from units.models import AuditEvent, Department, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
WIDE, NARROW = "关于召开业务会议的通知", "关于某公司重大处罚案件的决定"


def filed(people, title: str, **fields) -> Record:
    document = brought_to("dispatch", people, title=title, to=("D01",), **fields)
    return take(document, "complete", people["D07:clerk"]).record


def scoped(record: Record, scope: str, people) -> Record:
    return correct(
        record,
        changes={"use_scope": scope},
        reason="按利用范围调整",
        by=people["D07:archivist"],
        version=record.version,
    )


def asked(people, units, record: Record, *, days: int = 30, **changed) -> UseRequest:
    given = {"unit": units["D07"], "wanted": record.archival_code, "purpose": "编史",
             "until": timezone.localdate() + timedelta(days=days), "by": people["D09:officer"],
             "asked_for": units["D09"]}  # fmt: skip
    return acts.ask(**{**given, **changed})


def sees(person, record: Record) -> bool:
    return browser(person).get(record.get_absolute_url()).status_code == 200


def test_the_row_proposes_the_scope_and_secrecy_narrows_it(people):
    assert filed(people, WIDE).use_scope == "district"
    assert filed(people, NARROW).use_scope == "unit"
    assert filed(people, WIDE, security_class="internal").use_scope == "unit"
    assert filed(people, "关于重要信访事项处理结果的报告").use_scope == "department"


@pytest.mark.parametrize(
    ("scope", "seen_by"),
    [
        ("public", {"D07:seal_keeper", "D09:officer", "D30:seal_keeper"}),
        ("district", {"D07:seal_keeper", "D09:officer", "D30:seal_keeper"}),
        ("unit", {"D07:seal_keeper"}),
        ("department", set()),
    ],
)
def test_who_consults_without_asking(people, scope, seen_by):
    """Staff on the government network by the scope, transferred or not; administrators never; searches alike."""
    record = scoped(filed(people, WIDE), scope, people)
    outsiders = ("D09:officer", "D30:seal_keeper", "D07:sysadmin", "D07:secadmin", "D07:auditor")
    assert {who for who in outsiders if sees(people[who], record)} == seen_by - {"D07:seal_keeper"}
    texts = RecordText.objects
    for who in (*outsiders, "D09:archivist"):
        found = texts.allowing("view", people[who]).filter(pk=record.pk).exists()
        assert found == Record.objects.allowing("view", people[who]).filter(pk=record.pk).exists()
        assert (search(people[who], "业务会议").total == 1) == found


def test_what_one_may_read_already_is_answered_so_and_not_sent(people, units):
    record = scoped(filed(people, WIDE), "district", people)
    typed = {"unit": units["D07"].pk, "purpose": "编史", "until": timezone.localdate() + timedelta(days=9),
             "asked_for": units["D09"].pk}  # fmt: skip
    for wanted in (record.archival_code.replace("·", "."), record.title):
        answer = send_form(browser(people["D09:officer"]), reverse("archive:uses"), typed | {"wanted": wanted})
        assert answer.status_code == 422 and "您已可查阅" in answer.content.decode()
    assert not UseRequest.objects.exists()


def test_a_secret_record_is_not_told_by_asking(people, units):
    record = scoped(filed(people, NARROW), "unit", people)
    typed = {"unit": units["D07"].pk, "purpose": "编史", "until": timezone.localdate() + timedelta(days=9),
             "asked_for": units["D09"].pk, "wanted": record.title}  # fmt: skip
    assert send_form(browser(people["D09:officer"]), reverse("archive:uses"), typed).status_code == 302
    assert not sees(people["D09:officer"], record)
    found = browser(people["D09:officer"]).get(reverse("archive:search"), {"q": "某公司重大处罚"}).content.decode()
    assert "没有找到" in found and "提出利用申请" in found


def test_who_decides_sees_what_may_be_meant_and_types_no_code(people, units):
    record = scoped(filed(people, NARROW), "unit", people)
    request = asked(people, units, record, wanted="某公司重大处罚")
    page = browser(people["D07:archivist"]).get(request.get_absolute_url())
    text = page.content.decode()
    assert record.title in text and record.get_absolute_url() in text
    assert page.context["form"].initial["code"] == record.archival_code


def test_the_list_of_readers_says_that_one_reads_by_a_grant_and_until_when(people, units):
    record = scoped(filed(people, NARROW), "unit", people)
    request = asked(people, units, record)
    until = timezone.localdate() + timedelta(days=20)
    USE.perform("grant", request, by=people["D07:archivist"], given=GrantInput(record, until))
    shown = browser(people["D07:archivist"]).get(reverse("archive:readers", args=[record.uid])).content.decode()
    assert f"{people['D09:officer'].name}（利用申请，至 {until}）" in shown


def test_the_departments_people_consult_what_is_theirs(people, rooms, units):
    record = scoped(filed(people, WIDE), "department", people)
    department = Department.objects.create(unit=units["D07"], name="网络科", class_code="WL")
    appointment = people["D09:officer"].appointments.get()
    appointment.department = department
    appointment.save()
    assert not sees(people["D09:officer"], record)
    with unwatched():
        record.responsible_department = department
        record.save()
    assert sees(people["D09:officer"], record)


def test_whom_the_scope_lets_in_reads_the_paper_and_not_the_sheets_of_its_handling(people):
    record = filed(people, WIDE)
    page = browser(people["D09:officer"]).get(record.get_absolute_url())
    roles = {one.role for one in page.context["components"]}
    assert roles == {"original"} and list(page.context["events"]) == [] and "申请利用" in page.content.decode()
    sheet = record.components.get(role="draft_sheet")
    for who, status in (("D09:officer", 404), ("D07:archivist", 200)):
        assert (
            browser(people[who]).get(reverse("archive:component", args=[record.uid, sheet.uid])).status_code == status
        )


def test_the_list_of_what_a_unit_keeps_is_not_filled_with_others(people):
    record = filed(people, WIDE)
    assert record.pk in [
        one.pk for one in browser(people["D07:archivist"]).get(reverse("archive:filed")).context["page"]
    ]
    assert len(browser(people["D09:archivist"]).get(reverse("archive:filed")).context["page"]) == 0


def test_asked_granted_and_ended_by_itself(people, units):
    """Shows: F-17"""
    record = filed(people, NARROW)
    request = asked(people, units, record)
    assert not sees(people["D09:officer"], record)
    assert [one.label for one in Task.objects.of(request).open()] == ["审批利用申请"]
    USE.perform("grant", request, by=people["D07:archivist"], given=GrantInput(record), note="同意。")
    grant = RecordGrant.objects.get(request=request)
    assert (grant.user, grant.ends_on, grant.reason) == (people["D09:officer"], request.until, "编史")
    assert sees(people["D09:officer"], record) and not sees(people["D09:reviewer"], record)
    assert search(people["D09:officer"], "重大处罚").total == 1
    assert AuditEvent.objects.of(request).last().detail["record"] == str(record.uid)
    page = browser(people["D09:officer"]).get(request.get_absolute_url()).content.decode()
    assert record.title in page
    today = timezone.localdate()
    RecordGrant.objects.filter(pk=grant.pk).update(starts_on=today - timedelta(9), ends_on=today - timedelta(1))
    assert not sees(people["D09:officer"], record)
    page = browser(people["D09:officer"]).get(request.get_absolute_url()).content.decode()
    assert record.title not in page and "利用期限已满" in page


def test_who_decides_is_who_keeps(people, units):
    """The unit's archivist before the transfer, 区档案馆's 开放审核 after it."""
    own, held = filed(people, NARROW), accessioned(people, NARROW)
    for record, decider, others in (
        (own, "D07:archivist", ("D07:clerk", "D09:archivist", "D30:appraiser", "D09:officer")),
        (held, "D30:appraiser", ("D07:archivist", "D30:inspector", "D09:officer")),
    ):
        request = asked(people, units, record)
        for who in others:
            with pytest.raises(Refused):
                USE.perform("grant", request, by=people[who], given=GrantInput(record))
        USE.perform("grant", request, by=people[decider], given=GrantInput(record))
        assert request.state == "granted"


@pytest.mark.parametrize("by", ["archival_code", "title", "year"])
def test_what_the_archive_holds_is_asked_of_the_archive_whatever_the_asker_calls_it(people, units, by):
    """By its code, even with the wrong unit; by its title or number; by the year, when all of that year is there."""
    held = accessioned(people, NARROW)
    wanted = f"{held.year}年的有关档案" if by == "year" else getattr(held, by)
    named = [
        units["D07"],
        *([units["D30"]] if by != "year" else []),
        *([units["D15"]] if by == "archival_code" else []),
    ]
    for unit in named:
        request = asked(people, units, held, wanted=wanted, unit=unit)
        assert (request.unit, request.keeper) == (units["D07"], units["D30"])
        assert [str(one.post) for one in Task.objects.of(request).open()] == ["区档案局 开放审核"]


def test_a_request_that_came_to_who_has_it_no_longer_goes_on_to_who_has_it(people, units):
    own, held = filed(people, NARROW), accessioned(people, "关于历史遗留问题的意见")
    request = asked(people, units, held, wanted="历史遗留的那件事")
    assert request.keeper == units["D07"]
    address = reverse("archive:use_act", args=[request.uid, "grant"])
    decider = browser(people["D07:archivist"])
    sent = {"code": held.archival_code, "until": request.until, "version": request.version}
    assert "转保管单位" in send_form(decider, address, sent).content.decode()
    on = reverse("archive:use_act", args=[request.uid, "pass_on"])
    assert send_form(decider, on, sent | {"note": "已移交进馆。"}).status_code == 302
    request.refresh_from_db()
    assert request.keeper == units["D30"] and request.state == "asked"
    (task,) = Task.objects.of(request).open()
    assert str(task.post) == "区档案局 开放审核"
    seen = browser(people["D09:officer"]).get(request.get_absolute_url()).content.decode()
    assert "转区档案局审批" in seen and "已移交进馆。" in seen
    USE.perform("grant", request, by=people["D30:appraiser"], given=GrantInput(held))
    assert sees(people["D09:officer"], held) and not sees(people["D09:officer"], own)


def test_nothing_is_passed_on_where_nobody_else_keeps_anything(people, units):
    request = asked(people, units, filed(people, NARROW))
    page = browser(people["D07:archivist"]).get(request.get_absolute_url()).content.decode()
    assert "转保管单位" not in page
    with pytest.raises(Refused, match="没有由其他单位保管"):
        USE.perform("pass_on", request, by=people["D07:archivist"])


def test_what_is_open_is_consulted_by_all_staff_whatever_its_scope(people, units):
    """Found, read and never asked for while the portal shows it; closed again, its scope holds again."""
    record = decided(accessioned(people, NARROW), "open", people)
    assert record.use_scope == "unit"
    typed = {"unit": units["D07"].pk, "purpose": "编史", "until": timezone.localdate() + timedelta(days=9),
             "asked_for": units["D09"].pk, "wanted": record.title}  # fmt: skip
    clerk = people["D09:clerk"]
    assert sees(clerk, record) and search(clerk, "重大处罚").total == 1
    answer = send_form(browser(clerk), reverse("archive:uses"), typed).content.decode()
    assert "已开放，可直接查阅" in answer and record.get_absolute_url() in answer and not UseRequest.objects.exists()
    closed(record, people)
    assert not sees(clerk, record) and search(clerk, "重大处罚").total == 0


def test_a_request_is_refused_with_a_reason_or_withdrawn(people, units):
    record = filed(people, NARROW)
    first, second = asked(people, units, record), asked(people, units, record)
    with pytest.raises(Refused, match="理由"):
        USE.perform("refuse", first, by=people["D07:archivist"])
    USE.perform("refuse", first, by=people["D07:archivist"], note="涉及个人信息。")
    with pytest.raises(Refused):
        USE.perform("withdraw", second, by=people["D09:clerk"])
    USE.perform("withdraw", second, by=people["D09:officer"])
    assert (first.state, first.decision, second.state) == ("refused", "涉及个人信息。", "withdrawn")
    assert not sees(people["D09:officer"], record) and not Task.objects.of(first).open().exclude(kind=NOTICE).exists()


def test_the_days_are_bounded(people, units):
    record = filed(people, NARROW)
    for days in (-1, LONGEST.days + 1):
        with pytest.raises(Refused, match="利用截止日期应在"):
            asked(people, units, record, days=days)
    with pytest.raises(Refused, match="任职的单位"):
        asked(people, units, record, asked_for=units["D15"])
    request = asked(people, units, record)
    with pytest.raises(Refused, match="利用截止日期应在"):
        late = timezone.localdate() + LONGEST + timedelta(1)
        USE.perform("grant", request, by=people["D07:archivist"], given=GrantInput(record, late))
    with pytest.raises(Refused, match="请填写同意利用的档号"):
        USE.perform("grant", request, by=people["D07:archivist"])


def test_on_the_screen_from_asking_to_reading(people, units):
    record = filed(people, NARROW)
    asker, decider = browser(people["D09:officer"]), browser(people["D07:archivist"])
    until = timezone.localdate() + timedelta(days=7)
    typed = {"unit": units["D07"].pk, "wanted": "重大处罚案件的决定", "purpose": "办案参考", "until": until,
             "asked_for": units["D09"].pk}  # fmt: skip
    address = reverse("archive:uses")
    assert send_form(asker, address, {**typed, "until": "明天"}).status_code == 422
    assert send_form(asker, address, typed).status_code == 302
    request = UseRequest.objects.get()
    assert request.keeper == units["D07"] and NARROW not in asker.get(request.get_absolute_url()).content.decode()
    assert request in decider.get(address).context["waiting"]
    grant = reverse("archive:use_act", args=[request.uid, "grant"])
    assert send_form(asker, grant, {"code": record.archival_code}).status_code == 404
    for code in ("", "Z409-WS·2026-Y-BGS-0001"):
        wrong = send_form(decider, grant, {"code": code, "until": until, "version": 1})
        assert wrong.status_code == 422 and "没有您可以查阅的这一档号" in wrong.content.decode()
    sent = {"code": record.archival_code, "until": until, "version": 1}
    assert send_form(decider, grant, sent).status_code == 302
    assert send_form(decider, grant, sent).status_code == 409  # decided already
    assert sees(people["D09:officer"], record)


@pytest.fixture
def given(people, units) -> UseRequest:
    """A record of D07 that D09's officer may read for thirty days."""
    record = filed(people, NARROW)
    request = asked(people, units, record)
    USE.perform("grant", request, by=people["D07:archivist"], given=GrantInput(record), note="同意。")
    return request


def news(request) -> list[tuple]:
    rows = Task.objects.of(request).open().filter(kind=NOTICE)
    return [(one.label, one.assignee, one.remark) for one in rows]


def package(person, record: Record) -> int:
    return browser(person).get(reverse("archive:package", args=[record.uid])).status_code


def test_who_gave_it_ends_it_with_a_reason_at_once_everywhere(people, given):
    """The trial: a grant made by mistake could only be waited out."""
    record, officer, by = given.grant.record, people["D09:officer"], people["D07:archivist"]
    assert sees(officer, record) and package(officer, record) == 200
    address = reverse("archive:use_act", args=[given.uid, "end"])
    assert send_form(browser(officer), address, {"note": "x"}).status_code == 404
    assert "终止利用" in browser(by).get(given.get_absolute_url()).content.decode()
    empty = send_form(browser(by), address, {"version": given.version})
    assert empty.status_code == 422 and "请填写终止理由" in empty.content.decode()
    assert send_form(browser(by), address, {"version": given.version, "note": "所查事项已办结。"}).status_code == 302
    given.refresh_from_db()
    assert given.state == "ended" and given.grant.revoked_at is not None
    assert not sees(officer, record) and package(officer, record) == 404 and search(officer, "重大处罚").total == 0
    file = record.components.get(role="original")
    assert browser(officer).get(reverse("archive:component", args=[record.uid, file.uid])).status_code == 404
    assert "（利用申请，至" not in browser(by).get(reverse("archive:readers", args=[record.uid])).content.decode()
    page = browser(officer).get(given.get_absolute_url()).content.decode()
    assert "利用已终止" in page and "所查事项已办结。" in page and by.name in page
    with pytest.raises(Refused):
        USE.perform("end", given, by=by, note="再终止")


def test_who_has_it_gives_it_back_when_it_is_needed_no_longer(people, given):
    officer, address = people["D09:officer"], reverse("archive:use_act", args=[given.uid, "give_back"])
    assert "不再需要，归还" in browser(officer).get(given.get_absolute_url()).content.decode()
    assert send_form(browser(people["D07:archivist"]), address, {}).status_code == 404
    assert send_form(browser(officer), address, {"version": given.version}).status_code == 302
    given.refresh_from_db()
    assert given.state == "given_back" and not sees(officer, given.grant.record) and news(given) == []


def test_who_has_the_record_since_ends_it_too(people, units):
    record = accessioned(people, NARROW)
    request = asked(people, units, record)
    with pytest.raises(Refused):
        USE.perform("end", request, by=people["D30:appraiser"], note="x")
    USE.perform("grant", request, by=people["D30:appraiser"], given=GrantInput(record))
    with pytest.raises(Refused):
        USE.perform("end", request, by=people["D07:archivist"], note="x")  # it did not consent
    USE.perform("end", request, by=people["D30:appraiser"], note="核实后不宜提供。")
    assert not sees(people["D09:officer"], record)


def test_the_applicant_is_told_of_the_decision_and_of_the_end(people, units, given):
    officer, by = people["D09:officer"], people["D07:archivist"]
    assert news(given) == [("利用申请已同意", officer, "同意。")]
    assert given.get_absolute_url() in browser(officer).get(reverse("documents:waiting")).content.decode()
    know = reverse("archive:use_act", args=[given.uid, "know"])
    assert send_form(browser(officer), know, {"version": given.version}).status_code == 302
    given.refresh_from_db()
    assert news(given) == [] and given.state == "granted" and sees(officer, given.grant.record)
    USE.perform("end", given, by=by, note="已办结。")
    assert news(given) == [("利用已终止", officer, "已办结。")]
    refused = asked(people, units, given.grant.record)
    USE.perform("refuse", refused, by=by, note="涉及个人信息。")
    assert news(refused) == [("利用申请未获同意", officer, "涉及个人信息。")]


def test_while_it_waits_the_post_that_decides_is_named(people, units):
    """The trial: “区档案局（区档案馆）” has a dozen posts."""
    own, held = filed(people, NARROW), accessioned(people, "关于历史遗留问题的意见")
    for record, told in ((own, f"{units['D07'].short_name}档案员"), (held, f"{units['D30'].short_name}开放审核")):
        request = asked(people, units, record)
        page = browser(people["D09:officer"])
        assert told in page.get(request.get_absolute_url()).content.decode()
        assert f"待{told}审批" in page.get(reverse("archive:uses")).content.decode()
