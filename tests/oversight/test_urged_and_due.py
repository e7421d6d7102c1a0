"""Due for transfer is what the archive takes; 督办 has the day asked for; freezing says by whom and from when."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from archive.models import Record
from oversight import actions, freezing, others, outstanding
from oversight.inputs import Asked
from oversight.models import Urging
from oversight.periods import Period
from oversight.rates import Figures
from oversight.states import Stage
from tests.forms import send_form
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked
from transfer import plans
from units import jobs
from units.actions import system_user
from units.models import Job, Task

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def inspector(people, client):
    client.force_login(people["D30:inspector"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def counts(unit) -> tuple[int, int, int]:
    found = others.by_unit(TODAY.year, TODAY, [unit.pk])[unit.pk]
    return found.due_for_transfer, found.not_transferred, found.overdue


def test_what_is_not_transferred_at_all_is_not_overdue_and_a_plan_extends(people, units):
    year = TODAY.year - 13
    kept = stocked(people, 3, year=year)
    with unwatched():
        rows = Record._base_manager
        rows.filter(pk=kept[0].pk).update(retention_code="D10")
        rows.filter(pk=kept[1].pk).update(retention_code="Y", component_count=0)
        rows.filter(pk=kept[2].pk).update(retention_code="Y", component_count=1)
    assert counts(units["D07"]) == (1, 1, 1)
    plan = plans.publish(
        units["D30"], by=people["D30:accessioner"], units=[units["D07"]], name="接收计划", scope="永久", first_year=year,
        last_year=year, retentions=["Y"], formats="PDF", due_on=TODAY + timedelta(30),
    )  # fmt: skip
    assert counts(units["D07"]) == (1, 1, 0)
    plans.withdraw(plan, by=people["D30:accessioner"], reason="改期", knows=True)
    assert counts(units["D07"]) == (1, 1, 1)


def test_the_day_that_the_form_asks_for_is_the_tasks_limit(people, units, inspector):
    stocked(people, 1, year=TODAY.year - 13)  # overdue for transfer
    address = reverse("oversight:urge", args=[units["D07"].uid])
    data = {"year": TODAY.year, "text": "请补齐"}
    for wrong in ("", str(TODAY), str(TODAY + timedelta(400)), "明天"):
        assert send_form(inspector, address, data | {"due_on": wrong}).status_code == 422
    day = TODAY + timedelta(9)
    assert send_form(inspector, address, data | {"due_on": str(day)}).status_code == 302
    row = Urging.objects.get()
    assert row.due_on == day and timezone.localdate(Task.objects.of(row).open().get().due_at) == day
    done = inspector.get(reverse("documents:others_done")).content.decode()
    assert "督办已发出" in done and row.get_absolute_url() in done  # fault: it left no trace with whoever sent it


def test_who_owes_nothing_is_not_urged_and_who_has_not_transferred_is(people, units, inspector):
    rows = reverse("oversight:rows", args=[units["D07"].uid])
    page = inspector.get(rows, {"year": TODAY.year})
    assert page.context["urge_form"] is None and "不需要督办" in page.content.decode()
    sent = {"year": TODAY.year, "text": "请补齐", "due_on": str(TODAY + timedelta(9))}
    refused = inspector.post(reverse("oversight:urge", args=[units["D07"].uid]), sent)
    assert refused.status_code == 422 and "不需要督办" in refused.content.decode() and not Urging.objects.exists()
    stocked(people, 2, year=TODAY.year - 13)
    words = inspector.get(rows, {"year": TODAY.year}).context["urge_form"].initial["text"]
    assert words.startswith("满十年应移交的档案有 2 件逾期未移交")


def test_in_time_is_a_dash_where_the_archive_held_nothing_when_the_term_fell(people, units, inspector):
    """A 0.0 % would say that somebody was late."""
    found = others.Others(due_for_opening=3, opening_decided=1)
    assert found.opening_timeliness is None
    html = render_to_string("oversight/_others_cells.html", {"others": found, "records_url": "/x/", "query": ""})
    assert "—</td>" in html and "0.0%" not in html


def test_freezing_says_by_whom_and_the_running_month_from_when(people, inspector):
    running = Period(TODAY.year, TODAY.month)
    address = reverse("oversight:district")
    page = inspector.get(address, {"year": running.year, "month": running.month}).content.decode()
    assert f"自 {running.due_for(Stage.MONTH)} 起冻结" in page and "冻结{running}归档率" not in page
    frozen = Period(2026, 3)
    assert "归档率（" in inspector.get(address, {"year": 2026, "month": 3}).content.decode()
    freezing.freeze(frozen, Stage.MONTH, by=system_user())
    page = inspector.get(address, {"year": 2026, "month": 3}).content.decode()
    assert "由系统冻结" in page and "起冻结" not in page
    head = send_form(inspector, reverse("oversight:freeze"), {"year": 2026, "month": 4})
    jobs.run_now(Job.objects.get())
    page = inspector.get(address, {"year": 2026, "month": 4}).content.decode()
    assert head.status_code == 302 and f"{people['D30:inspector'].name} 冻结" in page


def test_the_words_of_an_urging_count_what_can_be_listed_apart_from_the_baseline(units):
    """The unit was asked for 29 items and found 3 in its list."""
    asked = Asked(Period(TODAY.year), TODAY, TODAY)
    for causes, told in (
        ({"undecided": 2, "returned": 1, "no_backfile": 26}, "尚有 3 件未归档，另有上线前基数 26 件尚未补录"),
        ({"undecided": 3}, "尚有 3 件未归档，请于"),
        ({"no_backfile": 26}, "%，上线前基数 26 件尚未补录"),
    ):
        assert told in outstanding.words(units["D07"], asked, Figures(filed=1, missing_by_cause=causes))


def test_an_urging_stands_once_among_what_is_done_and_with_its_answer(people, units, inspector):
    """Fault: what was sent and what was answered stood there one below the other, with the same words."""
    words = "请于本周内补归档。"
    row = actions.urge(units["D07"], Period(2026, 3), by=people["D30:inspector"], text=words)
    address, mine = reverse("documents:others_done"), row.get_absolute_url()

    def shown() -> tuple[int, int, bool]:
        page = inspector.get(address).content.decode()
        return page.count(f'href="{mine}"'), page.count(words), "已全部补齐" in page

    assert shown() == (1, 1, False)
    actions.answer(row, by=people["D07:archivist"], text="已全部补齐。")
    assert shown() == (1, 1, True)
    assert inspector.post(mine).status_code == 302
    assert shown() == (1, 1, True)
    assert mine in inspector.get(reverse("documents:reading"), {"done": "1"}).content.decode()


def test_what_freezing_is_stands_on_the_page_that_freezes(inspector):
    page = " ".join(inspector.get(reverse("oversight:district"), {"year": 2026, "month": 3}).content.decode().split())
    for told in (
        "自次月 10 日起可以冻结",
        "没有按的由系统冻结",
        "不影响任何公文、档案的办理",
        "任何人都不能更改、解除或重新冻结",
    ):
        assert told in page, told
