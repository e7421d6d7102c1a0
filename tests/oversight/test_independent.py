"""57 units by 12 months and the year: the product's figures equal a statement written from practice 3 alone."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from documents.states import HandlingKind, State
from oversight import rates
from oversight.models import BaselineDue, GoLive, SampleCheck, YearNote
from oversight.periods import Period
from oversight.states import GRACE_DAYS, TIMELY_DAYS, Standing
from tests.scenarios.owner import unwatched
from units.models import Unit

from .world import World, at

pytestmark = pytest.mark.django_db
YEAR = 2025
SQL = Path(__file__).with_name("independent.sql").read_text(encoding="utf-8")
READ = HandlingKind.FOR_READING


@pytest.fixture
def district(units, people):
    """All 57 units with documents of every direction in every condition, from a seed."""
    Unit.objects.bulk_create(
        Unit(
            code=f"X{n:02d}", name=f"第{n}单位", short_name=f"单位{n}", document_prefix=f"单{n}", category="government"
        )
        for n in range(52)
    )
    everybody = list(Unit.objects.order_by("code"))
    by, inspector = people["D07:archivist"], people["D30:inspector"]
    world, chance, found = World(by), Random(7), []
    for unit in everybody:
        for month in range(1, 13):
            found += [one_of_a_kind(world, unit, chance, date(YEAR, month, chance.randint(1, 28))) for _ in range(4)]
    asked(world, everybody)
    for n in range(30):
        world.backfile(everybody[0], date(YEAR, 1 + n % 3, 9), date(YEAR, 5, 5))
    world.write()
    ntf = [one for one in found if one.not_to_file]
    SampleCheck.objects.create(
        document=ntf[0], is_refused=True, reason="应归档", checked_on=date(YEAR, 12, 1), checked_by=inspector
    )
    idle = [one for one in found if one.state == State.NUMBERED]
    YearNote.objects.create(document=idle[0], year=YEAR, reason="续办", noted_on=date(YEAR, 12, 30), noted_by=by)
    GoLive.objects.create(unit=everybody[0], day=date(YEAR, 4, 1), entered_by=inspector)
    for months, count in (([1, 2], 25), ([3], 8)):
        BaselineDue.objects.create(
            unit=everybody[0], year=YEAR, months=months, count=count, entered_by=by, accepted_by=inspector,
            accepted_at=at(date(YEAR, 6, 1)),
        )  # fmt: skip
    return [unit.pk for unit in everybody]


def one_of_a_kind(world: World, unit: Unit, chance: Random, day: date):
    later = day + timedelta(chance.randint(0, 40))
    filed = later + timedelta(chance.choice((0, 0, 1, 2, 20, 300)))
    kind = chance.randint(0, 11)
    match kind:
        case 0 | 1 | 2:
            return world.outgoing(unit, day, completed=later, filed=filed)
        case 3:
            return world.outgoing(unit, day, completed=chance.choice((None, later)))
        case 4:
            decided = later + timedelta(chance.choice((0, 30)))
            after_all = chance.choice((None, None, decided + timedelta(60)))
            return world.outgoing(unit, day, completed=later, not_to_file=decided, filed=after_all)
        case 5:
            return world.outgoing(unit, None, numbered=day, changed=chance.choice((day, day, date(YEAR + 2, 1, 5))))
        case 6:
            made = world.outgoing(unit, day, completed=later, filed=later)
            world.repair(made, later + timedelta(3), later + timedelta(chance.randint(3, 20)))
            world.repair(made, later + timedelta(40), chance.choice((None, later + timedelta(90))))
            return made
        case 7:
            return world.incoming(unit, day, proposed=day, reported=later, completed=filed, filed=filed)
        case 8:
            return world.incoming(unit, day, proposed=day, reported=chance.choice((None, later)), changed=day)
        case 9:
            made = world.incoming(unit, day, kind=READ, proposed=chance.choice((None, day)), changed=day)
            world.circulate(made, later)
            return made
        case 10:
            return world.internal(unit, day, instructed=later, completed=chance.choice((None, filed)), changed=day)
        case _:
            return world.incoming(unit, day, state=State.RETURNED_TO_SENDER)


def asked(world: World, everybody: list[Unit]) -> None:
    """A 请示 that has its 批复, one whose 批复 lies unregistered, one that nobody answers."""
    asker, answerer = everybody[2:4]
    for n, registered in enumerate((date(YEAR, 8, 8), None, None)):
        request = world.outgoing(asker, date(YEAR, 7, 7), doc_type="request_for_instruction", changed=date(YEAR, 7, 7))
        if n < 2:
            reply = world.outgoing(answerer, date(YEAR, 8, 4), doc_type="reply_to_request", replies_to=request)
            world.incoming(asker, registered, issued=reply, doc_type="reply_to_request")


ORDER = (
    Standing.UNDECIDED, Standing.NOT_COMPLETED, Standing.RETURNED, Standing.OVERLONG, Standing.NO_BACKFILE,
)  # fmt: skip


def shown(figures: rates.Figures) -> tuple:
    causes = tuple(figures.missing_by_cause.get(cause, 0) for cause in ORDER)
    return (figures.due, figures.filed, figures.not_to_file, figures.not_yet_due, *causes, figures.timely)


def test_57_units_by_12_months_and_the_year_equal_the_independent_statement(district):
    assert len(district) == 57
    with unwatched(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a site that has run for a while
    for as_of in (date(YEAR, 8, 20), date(YEAR, 12, 31), date(YEAR + 1, 3, 31), date(YEAR + 1, 6, 30)):
        with connection.cursor() as cursor:
            cursor.execute(SQL, {"year": YEAR, "as_of": as_of, "grace": GRACE_DAYS, "timely": TIMELY_DAYS})
            expected = {(unit, month): tuple(map(int, rest)) for unit, month, *rest in cursor.fetchall()}
        counted = rates.by_month(Period(YEAR), as_of, district)
        found = {(unit, 0): shown(rates.total(months.values())) for unit, months in counted.items()}
        for unit, months in counted.items():
            alone = unit == district[0]  # its baseline of March stands in March; the statement knows the year alone
            found |= {(unit, n): shown(months.get(n, rates.Figures())) for n in range(1, 13) if not (alone and n == 3)}
        assert {key: (row, expected[key]) for key, row in found.items() if row != expected[key]} == {}
        assert sum(row[0] for (_, month), row in found.items() if not month) > (500 if as_of.month == 8 else 1000)
    assert rates.recount() == 0  # the facts are what the documents say
    figures = rates.total(rates.by_unit(Period(YEAR), date(YEAR + 1, 3, 31), district).values())
    assert all(figures.missing_by_cause.get(cause, 0) for cause in ORDER) and figures.not_to_file and figures.timely
    half = rates.total(rates.by_unit(Period(YEAR), date(YEAR, 8, 20), district).values())
    assert half.not_yet_due > 0  # every condition occurs in this district
