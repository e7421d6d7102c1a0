"""The three worked examples of practice 3, to the decimal."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from documents.states import HandlingKind, State
from oversight import freezing, rates
from oversight.models import BaselineDue, GoLive
from oversight.periods import Period
from oversight.states import Stage
from units.actions import system_user
from units.models import Unit

from .world import World, at

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 31)


def asked(**options) -> list[dict]:
    out = StringIO()
    call_command("filing_rate", json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def of_unit(code: str, **options) -> dict:
    return asked(unit=code, **options)[0]


def march(unit: Unit, by) -> dict:
    """Example A: completed 20, two dispatched and not completed, one number voided, one returned to its sender."""
    world = World(by)
    for _ in range(15):
        world.outgoing(unit, date(2026, 3, 9), completed=date(2026, 3, 12), filed=date(2026, 3, 12))
    found = {
        "repair": world.outgoing(unit, date(2026, 3, 9), completed=date(2026, 3, 12), filed=date(2026, 3, 12)),
        "undecided": world.outgoing(unit, date(2026, 3, 9), completed=date(2026, 3, 12)),
        "sixteenth": world.outgoing(unit, date(2026, 3, 16)),
        "seventeenth": world.outgoing(unit, date(2026, 3, 17)),
    }
    for _ in range(3):
        world.outgoing(unit, date(2026, 3, 9), completed=date(2026, 3, 12), not_to_file=date(2026, 3, 12))
    world.outgoing(unit, None, state=State.VOIDED)
    world.incoming(unit, date(2026, 3, 10), state=State.RETURNED_TO_SENDER)
    world.repair(found["repair"], date(2026, 3, 20), date(2026, 4, 8))
    world.write()
    return found


def april(unit: Unit, by, found: dict) -> None:
    """After it: repaired and filed, the undecided one NF-2, both dispatched ones completed and filed."""
    from tests.scenarios.owner import unwatched

    world = World(by)
    for name in ("sixteenth", "seventeenth"):
        world.filed.append((found[name], unit, date(2026, 4, 9), date(2026, 4, 9), "day"))
    with unwatched():
        rows = type(found["undecided"])._base_manager
        rows.filter(pk=found["undecided"].pk).update(not_to_file="NF-2", not_to_file_at=at(date(2026, 4, 7)))
        rows.filter(pk__in=[found["sixteenth"].pk, found["seventeenth"].pk]).update(completed_at=at(date(2026, 4, 9)))
        world._write_records()


def test_example_a_one_unit_in_march_and_again_at_the_end_of_april(units, people):
    """Shows: 16-4, F-19"""
    found = march(units["D07"], people["D07:archivist"])
    first = of_unit("D07", year=2026, month=3, as_of="2026-03-31")
    assert first == {
        "unit": "D07", "due": 18, "filed": 15, "not_to_file": 3, "not_yet_due": 1, "missing": 3, "rate": 83.3,
        "missing_by_cause": {"未定": 1, "已办未结": 1, "退回待补": 1}, "as_of": "2026-03-31", "frozen_rate": None,
    }  # fmt: skip
    counted = rates.by_unit(Period(2026, 3), MARCH, [units["D07"].pk])[units["D07"].pk]
    assert str(counted.share_not_to_file) == "14.3"
    freezing.freeze(Period(2026, 3), Stage.MONTH, by=system_user())
    april(units["D07"], people["D07:archivist"], found)
    later = of_unit("D07", year=2026, month=3, as_of="2026-04-30")
    assert later == {
        "unit": "D07", "due": 18, "filed": 18, "not_to_file": 4, "not_yet_due": 0, "missing": 0, "rate": 100.0,
        "missing_by_cause": {"未定": 0, "已办未结": 0, "退回待补": 0}, "as_of": "2026-04-30", "frozen_rate": 83.3,
    }  # fmt: skip
    assert of_unit("D07", year=2026, month=3, as_of="2026-03-31")["rate"] == 83.3  # asked for again, as it was
    assert of_unit("D07", year=2026, month=4, as_of="2026-04-30")["due"] == 0  # late filing stays in its month
    assert of_unit("D09", year=2026, month=3)["rate"] is None


def test_example_b_one_notice_an_issuer_and_fifty_six_receivers(units, people):
    """Shows: NF-1"""
    day, later = date(2026, 5, 6), date(2026, 5, 12)
    made = [
        Unit(
            code=f"X{n:02d}", name=f"第{n}单位", short_name=f"单位{n}", document_prefix=f"单{n}", category="government"
        )
        for n in range(52)
    ]
    Unit.objects.bulk_create(made)
    issuer, *receivers = [units["D07"], *(one for code, one in units.items() if code != "D07"), *made]
    assert len(receivers) == 56
    world = World(people["D07:archivist"])
    issued = world.outgoing(issuer, day, completed=later, filed=later)
    for n, unit in enumerate(receivers):
        common = {"issued": issued}
        if n < 36:
            world.incoming(unit, day, proposed=day, reported=later, completed=later, filed=later, **common)
        elif n < 38:
            world.incoming(unit, day, proposed=day, reported=later, completed=later, **common)
        elif n < 52:
            read = world.incoming(
                unit, day, kind=HandlingKind.FOR_READING, proposed=day, completed=later, not_to_file=later, **common
            )
            read.not_to_file = "NF-1"
        else:
            world.incoming(unit, None, state=State.RETURNED_TO_SENDER if n > 53 else State.DELIVERED, **common)
    for _ in range(12):
        world.circulate(read, day)  # twelve readers make no twelve items
    world.write()
    rows = asked(year=2026, month=5, as_of="2026-05-31")
    counted = {name: sum(row[name] for row in rows) for name in ("due", "filed", "not_to_file", "missing")}
    assert counted == {"due": 39, "filed": 37, "not_to_file": 14, "missing": 2}
    district = rates.total(
        rates.by_unit(Period(2026, 5), date(2026, 5, 31), [one.pk for one in (issuer, *receivers)]).values()
    )
    assert (district.due, district.filed, str(district.rate)) == (39, 37, "94.9")


def year_2003(units, by, inspector) -> None:
    """Example C: live since 1 September, a baseline for the months before, and a second small unit."""
    unit, small = units["D07"], units["D09"]
    world = World(by)
    GoLive.objects.create(unit=unit, day=date(2003, 9, 1), entered_by=inspector)
    BaselineDue.objects.create(
        unit=unit, year=2003, months=list(range(1, 9)), count=120, entered_by=by, accepted_by=inspector,
        accepted_at=at(date(2004, 1, 5)),
    )  # fmt: skip
    for n in range(110):
        world.backfile(unit, date(2003, 1 + n % 8, 10), date(2003, 12, 1))
    live = date(2003, 10, 8)
    for n in range(78):
        filed = date(2004, 2, 2) if n < 5 else live
        world.outgoing(unit, live, completed=live, filed=filed)
    world.outgoing(unit, live, completed=live)
    world.outgoing(unit, live, completed=live, filed=date(2004, 7, 2))
    for _ in range(20):
        world.outgoing(unit, live, completed=live, not_to_file=live)
    world.outgoing(
        unit, date(2003, 8, 20), completed=date(2003, 8, 21), filed=date(2003, 8, 21)
    )  # tried before go-live
    for n in range(20):
        world.outgoing(small, live, completed=live, filed=live if n < 9 else None)
    world.write()


def test_example_c_a_year_with_a_baseline_before_go_live(units, people):
    """Shows: F-19"""
    year_2003(units, people["D07:archivist"], people["D30:inspector"])
    found = of_unit("D07", year=2003, as_of="2004-03-31")
    assert (found["due"], found["filed"], found["not_to_file"], found["missing"], found["rate"]) == (
        200,
        188,
        20,
        12,
        94.0,
    )
    assert found["missing_by_cause"] == {"未定": 2, "已办未结": 0, "退回待补": 0, "历史未补录": 10}
    assert rates.percent(110, 120) == rates.Decimal("91.7") and rates.percent(78, 80) == rates.Decimal("97.5")
    freezing.freeze(Period(2003), Stage.FIRST, by=system_user())
    later = of_unit("D07", year=2003, as_of="2004-07-31")
    assert (later["due"], later["filed"], later["rate"], later["frozen_rate"]) == (200, 189, 94.5, 94.0)
    keys = [units[code].pk for code in ("D07", "D09", "D15")]
    by_unit = rates.by_unit(Period(2003), date(2004, 3, 31), keys)
    district = rates.total(by_unit.values())
    assert (district.filed, district.due, str(district.rate)) == (197, 220, "89.5")
    assert [str(by_unit[key].rate) for key in keys] == ["94.0", "45.0", "None"]


def test_a_baseline_counts_from_its_acceptance_and_more_records_than_it_says_are_told_not_cut(units, people):
    by, inspector = people["D07:archivist"], people["D30:inspector"]
    row = BaselineDue.objects.create(unit=units["D07"], year=2003, months=[3], count=2, entered_by=by)
    world = World(by)
    for _ in range(3):
        world.backfile(units["D07"], date(2003, 3, 3), date(2003, 5, 5))
    world.backfile(units["D07"], date(2003, 1, 1), date(2003, 5, 5), "year")  # its month is not known
    world.write()
    assert of_unit("D07", year=2003)["due"] == 0
    row.accepted_by, row.accepted_at = inspector, at(date(2004, 1, 5))
    row.save()
    found = of_unit("D07", year=2003, month=3)
    assert (found["due"], found["filed"], found["missing"], found["rate"]) == (2, 3, 0, 150.0)
    figures = rates.by_unit(Period(2003), timezone.localdate(), [units["D07"].pk])[units["D07"].pk]
    assert figures.excess == 1
    assert of_unit("D07", year=2003, month=4)["due"] == 0 and of_unit("D07", year=2003, as_of="2004-01-04")["due"] == 0


@pytest.mark.parametrize(
    "options",
    [{"year": 26}, {"year": 2026, "month": 13}, {"year": 2026, "as_of": "31.3."}, {"year": 2026, "unit": "?"}],
)
def test_what_the_command_cannot_read_it_refuses_with_a_sentence(units, options):
    with pytest.raises(CommandError, match=r"应|没有代码为"):
        asked(**options)
