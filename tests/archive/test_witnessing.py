"""安排监销 and 监销签字 (practice 1): witnesses sign for a place, a day and a way that are settled, and for nothing else."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from archive.appraisal import actions, papers
from archive.appraisal_workflow import APPRAISAL
from archive.models import Appraisal, PaperLoan
from archive.states import AppraisalState, State
from archive.twins import lending, owing
from tests.archive import test_appraisal as shared
from tests.archive.test_appraisal import WAY, _forced, all_records, arranged, noted
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.access import forget_standing
from units.models import Appointment, Post, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
by, appraisal = shared.by, shared.appraisal  # fixtures


@pytest.mark.parametrize(
    ("signers", "operator", "told"),
    [
        ((), "archivist", "两名监销人"),
        (("officer",), "archivist", "现有 1 名"),
        (("officer", "clerk"), "clerk", "权限"),
    ],
)
def test_destruction_without_two_others_is_refused(appraisal, people, signers, operator, told):
    arranged(noted(appraisal, people), people)
    for post in signers:
        actions.supervise(appraisal, by=people[f"D07:{post}"])
    with pytest.raises(Refused, match=told):
        APPRAISAL.perform("destroy", appraisal, by=people[f"D07:{operator}"])
    assert not all_records().filter(state=State.DESTROYED).exists()
    assert Appraisal.objects.get().state == AppraisalState.NOTED


def test_place_day_and_way_come_before_any_signature_and_a_change_makes_signatures_void(appraisal, people, by):
    """机关档案管理规定 art. 44, practice 1: a witness signs for where and how, not for what is entered afterwards."""
    noted(appraisal, people)
    with pytest.raises(Refused, match="还没有安排监销"):
        actions.supervise(appraisal, by=people["D07:officer"])
    with pytest.raises(Refused, match="请先安排监销"):
        APPRAISAL.perform("destroy", appraisal, by=by)
    arranged(appraisal, people)
    shown = browser(people["D07:officer"]).get(appraisal.get_absolute_url()).content.decode()
    assert "监销签字</button>" in shown and "机房" in shown and "从异地备份删除" in shown
    seen = appraisal.arranged_digest
    for post in ("officer", "clerk"):
        actions.supervise(appraisal, by=people[f"D07:{post}"], seen=seen)
    assert arranged(appraisal, people).detail.get("voided") is None  # nothing changed: the signatures stand
    page = browser(by)
    given = {
        "first": people["D07:officer"].pk, "second": people["D07:clerk"].pk, "place": "造纸厂",
        "planned_on": f"{timezone.localdate()}", "online_note": WAY[0], "offsite_note": WAY[1], "offline_note": WAY[2],
    }  # fmt: skip
    place = reverse("archive:appraisal_act", args=[appraisal.uid, "arrange_supervision"])
    told = page.post(place, {f"arrange_supervision-{name}": value for name, value in given.items()}, follow=True)
    names = "、".join(people[f"D07:{post}"].name for post in ("officer", "clerk"))
    assert f"安排已更改，{names}的监销签字作废" in told.content.decode()
    with pytest.raises(Refused, match="现有 0 名"):
        APPRAISAL.perform("destroy", appraisal, by=by)
    sign = reverse("archive:supervise", args=[appraisal.uid])
    stale = browser(people["D07:officer"]).post(sign, {"digest": seen})
    assert stale.status_code == 422 and "监销安排已经更改" in stale.content.decode()
    waiting = Task.objects.of(appraisal).open().filter(kind="supervise_disposal")
    assert {one.assignee for one in waiting} == {people["D07:officer"], people["D07:clerk"]}
    appraisal.refresh_from_db()
    for post in ("officer", "clerk"):
        answer = browser(people[f"D07:{post}"]).post(sign, {"digest": appraisal.arranged_digest})
        assert answer.status_code == 302
    APPRAISAL.perform("destroy", appraisal, by=by)
    assert dict(cell[:2] for cell in papers.register_cells(appraisal))["监销地点"] == "造纸厂"


def test_signatures_under_another_arrangement_destroy_nothing_in_the_database_either(appraisal, people):
    arranged(noted(appraisal, people), people)
    for post in ("officer", "clerk"):
        actions.supervise(appraisal, by=people[f"D07:{post}"])
    with unwatched():
        Appraisal.objects.filter(pk=appraisal.pk).update(place="别处", arranged_digest="0" * 64)
    record = all_records().filter(appraised__appraisal=appraisal).order_by("item_no")[0]
    with pytest.raises(DatabaseError, match="two supervisors"), transaction.atomic():
        _forced(record)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"witnesses": ("officer", "officer")}, "两名不同的监销人"),
        ({"witnesses": ("officer", "leader")}, "不能监销这批档案"),
        ({"witnesses": ("officer", "archivist")}, "不能监销这批档案"),
        ({"place": " "}, "请填写监销地点"),
        ({"way": ("", "", "")}, "在线存储内容销毁说明.*异地容灾备份内容销毁说明.*离线存储介质销毁说明"),
        ({"on": date(2020, 1, 1)}, "不能早于今天"),
    ],
)
def test_an_arrangement_is_whole_or_refused(appraisal, people, changed, told):
    noted(appraisal, people)
    with pytest.raises(Refused, match=told):
        arranged(appraisal, people, **changed)
    assert Appraisal.objects.get().arranged_digest == ""


def test_nothing_is_destroyed_nor_signed_for_before_its_day(appraisal, people, by):
    """A witness signs on the spot, with the 清册 in his hand: the trial signed days before."""
    day = timezone.localdate() + timedelta(days=3)
    arranged(noted(appraisal, people), people, on=day)
    for post in ("officer", "clerk"):
        with pytest.raises(Refused, match=f"计划销毁日是 {day}，监销人当日到场核对后签字"):
            actions.supervise(appraisal, by=people[f"D07:{post}"])
    shown = browser(people["D07:officer"]).get(appraisal.get_absolute_url()).content.decode()
    assert "监销签字</button>" not in shown and "当日到场核对后签字" in shown
    with pytest.raises(Refused, match="提前销毁的请先更改监销安排"):
        APPRAISAL.perform("destroy", appraisal, by=by)


def test_nobody_signs_for_paper_that_is_lent(appraisal, people, by):
    first = all_records().filter(appraised__appraisal=appraisal).order_by("item_no")[0]
    owing.register_paper([first.uid], by=by)
    given = lending.Lending("甲", "乙局", "查考", "主任（纸质签字）", timezone.localdate())
    (loan,) = lending.lend(appraisal.unit, first.archival_code, given, by=by)
    arranged(noted_with_loan(appraisal, people, loan, by), people, paper="化浆")
    actions.supervise(appraisal, by=people["D07:officer"])
    with unwatched():
        PaperLoan.objects.filter(pk=loan.pk).update(returned_on=None, returned_to=None)  # as it was before the rule
    with pytest.raises(Refused, match="已借给甲，归还后再销毁"):
        actions.supervise(appraisal, by=people["D07:clerk"])


def noted_with_loan(appraisal, people, loan, by):
    """The approval asks that the paper is there."""
    lending.take_back(loan, by=by)
    return noted(appraisal, people)


def test_paper_is_destroyed_before_the_act_is_entered_and_the_form_bears_those_hours(appraisal, people, by):
    """Table A.4 asks from when to when: the trial's form had the second of the click."""
    first = all_records().filter(appraised__appraisal=appraisal).order_by("item_no")[0]
    owing.register_paper([first.uid], by=by)
    arranged(noted(appraisal, people), people, paper="化浆")
    for post in ("officer", "clerk"):
        actions.supervise(appraisal, by=people[f"D07:{post}"])
    page, now = browser(by), timezone.localtime()
    assert "纸质件销毁开始" in page.get(appraisal.get_absolute_url()).content.decode()
    place = reverse("archive:appraisal_act", args=[appraisal.uid, "destroy"])
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for begun, ended, told in (
        ("", "", "请填写纸质件销毁开始时间"),
        (now, midnight - timedelta(minutes=1), "不能早于开始时间"),
        (midnight, now + timedelta(hours=2), "不能晚于现在"),
        (midnight - timedelta(days=1), midnight, "不能早于计划销毁日"),
    ):
        typed = {"destroy-count": "3", "destroy-started_at": _typed(begun), "destroy-finished_at": _typed(ended)}
        answer = page.post(place, typed)
        assert answer.status_code == 422 and told in answer.content.decode()
    with pytest.raises(Refused, match="请填写纸质件的销毁起止时间"):
        APPRAISAL.perform("destroy", appraisal, by=by)
    typed = {"destroy-count": "3", "destroy-started_at": _typed(midnight), "destroy-finished_at": _typed(now)}
    assert page.post(place, typed).status_code == 302
    appraisal.refresh_from_db()
    span = dict(cell[:2] for cell in papers.register_cells(appraisal))["销毁起止时间"]
    assert span == f"{midnight:%Y-%m-%d %H:%M} 至 {now:%Y-%m-%d %H:%M}"


def _typed(moment) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}" if moment else ""


def test_the_only_one_who_can_destroy_is_not_offered_as_a_witness(appraisal, people, by):
    """The trial's dead end: her 监销签字 barred her from 执行销毁, and nobody else had the button."""
    noted(appraisal, people)
    page = browser(by).get(appraisal.get_absolute_url())
    form = next(act["form"] for act in page.context["acts"] if act["step"].name == "arrange_supervision")
    offered = set(form.fields["first"].queryset)
    assert by not in offered and people["D07:leader"] not in offered and people["D07:clerk"] in offered
    assert f"{people['D07:clerk'].name}（文书" in page.content.decode()  # with his post
    arranged(appraisal, people)
    actions.supervise(appraisal, by=people["D07:officer"])
    shown = browser(people["D07:clerk"]).get(appraisal.get_absolute_url()).content.decode()
    told = f"已签字：{people['D07:officer'].name}；待监销签字：{people['D07:clerk'].name}"
    assert "监销签字</button>" in shown and told in shown


def test_of_two_archivists_one_signs_and_the_other_destroys(appraisal, people, by):
    noted(appraisal, people)
    second = people["D07:officer"]
    post = Post.objects.get(unit__code="D07", kind="archivist")
    Appointment.objects.create(user=second, post=post, starts_on=date(2020, 1, 1))
    forget_standing(second)
    with pytest.raises(Refused, match="将无人执行销毁"):
        arranged(appraisal, people, witnesses=(second, by))
    arranged(appraisal, people)
    actions.supervise(appraisal, by=second)
    actions.supervise(appraisal, by=people["D07:clerk"])
    with pytest.raises(Refused, match="监销人不能同时是销毁操作者"):
        APPRAISAL.perform("destroy", appraisal, by=second)
    APPRAISAL.perform("destroy", appraisal, by=by)


def test_destroying_is_confirmed_by_the_number_that_is_typed(appraisal, people, by):
    """One click ended it; what is destroyed, where, how and before whom is said again, without JavaScript."""
    arranged(noted(appraisal, people), people)
    for post in ("officer", "clerk"):
        actions.supervise(appraisal, by=people[f"D07:{post}"])
    page, total = browser(by), appraisal.items.filter(opinion="destroy").count()
    shown = page.get(appraisal.get_absolute_url()).content.decode()
    assert "销毁后电子文件不能恢复" in shown and f"{total} 件" in shown and "机房" in shown
    place = reverse("archive:appraisal_act", args=[appraisal.uid, "destroy"])
    for typed in ({}, {"destroy-count": "0"}, {"destroy-count": f"{total + 1}"}):
        assert page.post(place, typed).status_code == 422
        assert not all_records().filter(state=State.DESTROYED).exists()
    assert page.post(place, {"destroy-count": f"{total}"}).status_code == 302
    assert all_records().filter(state=State.DESTROYED).count() == total
