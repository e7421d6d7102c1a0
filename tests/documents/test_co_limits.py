"""Issue 12: 协办时限 is a day as 主办时限 is, with the working days counted beside it; what was typed before is understood."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from documents.limit_fields import end_of_day
from documents.shared_out import handlers
from documents.states import State, StepState
from tests.documents.test_co_handling import ACTION, act, registered_urgent, shown_act, steps_of, workday
from tests.documents.test_whose_act import browser
from tests.made import registered
from units.calendar import WorkingCalendar

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["0", "251", "x", "9" * 9, "2026-02-30", "20261203"])
def test_a_limit_that_is_none_is_said_at_its_field(people, rooms, typed):
    document = registered(people, kind=ACTION)
    key = f"d{rooms['救助科'].pk}"
    for name in ("co_limit", f"co_limits-{key}"):
        chosen = {"lead_officer": rooms["甲"].pk, "co_handlers": [key], name: typed}
        answer = act(document, people["D09:reviewer"], "propose", note="拟。", **chosen)
        assert answer.status_code == 422, typed
        said = answer.content.decode()
        assert f"协办时限“{typed}”不能识别" in said and "1 至 250 的整数" in said
        assert ("救助科的协办时限" in said) == (name != "co_limit")
    assert document.state == State.REGISTERED


LIMITS = {  # what is typed → the working day on which 协办 ends; a number as it was typed before dates were offered
    "a day": (lambda: workday(4).isoformat(), 4), "a number": (lambda: "4", 4), "full width": (lambda: "４", 4),
    "as it is written": (lambda: f"{workday(4):%Y/%m/%d}", 4),
}  # fmt: skip


@pytest.mark.parametrize("one", LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("name", ["co_limit", "co_limits"])
def test_a_limit_of_协办_is_a_day_as_that_of_主办_is(people, rooms, name, one):
    write, ends = one
    document, key = registered(people, kind=ACTION), f"d{rooms['救助科'].pk}"
    box = name if name == "co_limit" else f"co_limits-{key}"
    chosen = {"lead_officer": rooms["甲"].pk, "co_handlers": [key], box: write()}
    assert act(document, people["D09:reviewer"], "propose", note="拟。", **chosen).status_code == 302
    assert steps_of(document).get().due_at == end_of_day(workday(ends))
    assert f"拟限 {workday(ends):%m-%d} 23:59" in dict(handlers(document))["协办"]
    form = shown_act(people["D09:leader"], document, "instruct")
    assert f'name="instruct-co_limits-{key}" value="{workday(ends)}"' in str(form["co_limits"])


def a_day_off():
    day = timezone.localdate() + timedelta(days=1)
    while WorkingCalendar().is_working(day):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("name", ["co_limit", "co_limits"])
def test_a_limit_of_协办_on_a_day_off_is_asked_about_as_that_of_主办_is(people, rooms, name):
    document, key, off = registered(people, kind=ACTION), f"d{rooms['救助科'].pk}", a_day_off()
    later = WorkingCalendar().after(off, 1).day
    box = name if name == "co_limit" else f"co_limits-{key}"
    chosen = {"note": "拟。", "lead_officer": rooms["甲"].pk, "co_handlers": [key], box: off.isoformat()}
    asked = act(document, people["D09:reviewer"], "propose", **chosen)
    assert asked.status_code == 422 and f"{off}（周" in asked.content.decode()
    assert "是休息日：请选择顺延，或仍用该日。" in asked.content.decode()
    for answer, day in (("keep", off), ("move", later)):
        one = document if answer == "keep" else registered(people, kind=ACTION)
        assert act(one, people["D09:reviewer"], "propose", **chosen, co_day_off=answer).status_code == 302
        assert steps_of(one).get().due_at == end_of_day(day)
    form = shown_act(people["D09:leader"], document, "instruct")
    assert "co_day_off" not in form.fields  # what stands is not asked about again
    same = {**chosen, "note": "同意。", f"co_limits-{key}": off.isoformat()}
    same.pop("co_limit", None)
    assert act(document, people["D09:leader"], "instruct", **same).status_code == 302
    assert steps_of(document).filter(state=StepState.OPEN).get().due_at == end_of_day(off)


def test_a_day_that_is_over_and_a_limit_in_two_boxes_are_said_at_their_fields(people, rooms):
    document, key = registered_urgent(people), f"d{rooms['救助科'].pk}"
    yesterday, today = (timezone.localdate() - timedelta(days=days) for days in (1, 0))
    chosen = {"note": "拟。", "lead_officer": rooms["甲"].pk, "co_handlers": [key]}
    wrong = {
        "协办时限不能早于今天。": {"co_limit": yesterday.isoformat()},
        "救助科的协办时限不能早于今天。": {f"co_limits-{key}": yesterday.isoformat()},
        "协办时限只填一处：日期，或者小时数。": {"co_limit": today.isoformat(), "co_hours": "2"},
        "救助科的时限只填一处：日期，或者小时数。": {
            f"co_limits-{key}": today.isoformat(), f"co_limits-{key}-hours": "2",
        },
    }  # fmt: skip
    for sentence, typed in wrong.items():
        answer = act(document, people["D09:reviewer"], "propose", **chosen, **typed)
        assert answer.status_code == 422 and sentence in answer.content.decode()
    right = {f"co_limits-{key}-hours": "2", "co_hours": "3"}
    assert act(document, people["D09:reviewer"], "propose", **chosen, **right).status_code == 302
    assert abs(steps_of(document).get().due_at - timezone.now() - timedelta(hours=2)) < timedelta(seconds=30)


def test_the_working_days_are_counted_beside_every_limit(people, rooms):
    document = registered(people, kind=ACTION)
    page = browser(people["D09:reviewer"]).get(document.get_absolute_url()).content.decode()
    for name in ("propose-due_on", "propose-co_limit", f"propose-co_limits-d{rooms['救助科'].pk}"):
        assert "data-limit-day" in re.search(f'<input type="date" name="{name}"[^>]*>', page)[0]
    told = json.loads(unescape(re.search(r'data-days="([^"]+)"', page)[1]))
    today, calendar = timezone.localdate(), WorkingCalendar()
    assert told["today"] == today.isoformat() and today.year in told["published"]
    days = [today + timedelta(days=days) for days in range(300) if (today + timedelta(days=days)).year == today.year]
    counted = [told["exceptions"].get(day.isoformat(), day.weekday() < 5) for day in days]
    assert counted == [calendar.is_working(day) for day in days]
