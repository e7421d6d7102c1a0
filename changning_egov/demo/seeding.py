"""The two halves of the demo: what the site is first shown with, and the job that fills in the rest."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from archive.fonds import ensure_fonds
from archive.retention import load_sample_schedule
from documents import seal_book
from documents.models import Document
from documents.routes import ensure_routes
from paper import authority
from units import jobs, loading
from units.actions import ensure_administrators, system_user
from units.models import Job, Unit
from units.workflow import Refused

from . import cast, holdings, lagging, years
from .plan import District, carry_out, planned

SMALL = ("D01", "D07", "D09", "D11", "D15", "D30")  # EGOV_DEMO=small: what can write to each other, and the archive
UNITS_CSV = Path(settings.BASE_DIR) / "units" / "data" / "units.csv"
KIND = "demo"
TITLE = "演示数据：补充其余公文、归档和移交"
LOCK = 4702113  # pg_advisory_lock: one seeding at a time


def refuse_outside_demo() -> None:
    if settings.EGOV_ENV != "demo":
        raise Refused("演示数据只能在演示环境（EGOV_ENV=demo）中建立，正式环境不得载入虚构的单位人员和公文。")


def seed_first(progress: Callable[[str], None] = lambda line: None) -> dict[str, int]:
    """Units, people, the first documents; then the job for the rest is queued. Quick when all that is there.

    Returns counts `units`, `people`, `documents` of what there is now. Raises Refused outside the demo.
    """
    refuse_outside_demo()
    with _alone():
        if not Job.objects.filter(kind=KIND).exists():
            progress("单位和全宗")
            ensure_units()
            progress("人员和岗位")
            people = ensure_people()
            district = District()
            work = planned(district, first=True)
            for number, one in enumerate(work, start=1):
                progress(f"公文 {number}/{len(work)} {district.fill(one, one.written.title)}")
                carry_out(one, district)
            with transaction.atomic():
                jobs.start(KIND, TITLE, by=system_user())
            progress(f"人员 {people}")
        else:
            _take_up_failed()
    return counts()


def _take_up_failed() -> None:
    """Every `make run` gives a demo that was given up another chance."""
    failed = Job.objects.filter(kind=KIND, state=Job.State.FAILED).order_by("-pk").first()
    if failed is not None:
        jobs.retry(failed, by=system_user())


def counts() -> dict[str, int]:
    return {
        "units": Unit.objects.count(),
        "people": sum(1 for _ in cast.accounts(everybody=True)),
        "documents": Document.objects.unguarded("a count of the whole district").count(),
    }


def ensure_units() -> None:
    rows = loading.read_rows(UNITS_CSV)
    if settings.EGOV_DEMO == "small":
        rows = [row for row in rows if row["code"] in SMALL]
    loading.load(rows)
    ensure_fonds(rows)
    load_sample_schedule()
    ensure_administrators(Unit.objects.get(code=cast.SEAT))
    with transaction.atomic():
        for unit in Unit.objects.exclude(routes__isnull=False):
            ensure_routes(unit)
    cast.ensure_departments()


def ensure_people() -> int:
    system = system_user()
    since = date(District().birthday.year - 1, 1, 1)
    units = enumerate(Unit.objects.order_by("code"))
    return sum(cast.ensure_people(unit, place, by=system, since=since) for place, unit in units)


@contextmanager
def _alone():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@jobs.handler(KIND)
def seed_rest(job) -> None:
    """Everything that is not there yet; a second run looks at each item and goes on where the first stopped."""
    refuse_outside_demo()
    district = District()
    work = steps_of_rest(district)
    for done, (label, step) in enumerate(work):
        job.advance(done, len(work), label)
        jobs.let_pass(job)
        step()
    job.advance(len(work), len(work), "演示数据已补齐")


Step = tuple[str, Callable[[], object]]  # (what the job's page says, what is done)


def steps_of_rest(district: District) -> list[Step]:
    """First a few units' archive, so that the portal has something; then this year's work; then everybody's archive."""
    pioneers = [code for one in holdings.FIRST for code in district.codes(one.units)]
    others = [code for code in district.units if code not in pioneers]
    return [
        *_seals(district),
        *_years(pioneers, district),
        *holdings.steps(holdings.FIRST, district),
        *_documents(district),
        *_years(others, district),
        *holdings.steps(holdings.LATER, district),
        *_old_years(district),
        *holdings.steps(holdings.OLD_ONES, district),
        *lagging.steps(district),
    ]


def _seals(district: District) -> list[Step]:
    """A 样章 and a practice certificate for every unit, before its keeper needs them."""
    return [(f"样章和证书：{unit.short_name}", lambda unit=unit: _seal(unit)) for unit in district.units.values()]


def _seal(unit: Unit) -> None:
    seal_book.usable(unit)
    authority.identity_of(unit.code, unit.name)


def _years(codes: list[str], district: District) -> list[Step]:
    units = [district.units[code] for code in codes]
    return [(f"历年档案：{unit.short_name}", lambda unit=unit: years.bring_in(unit, district)) for unit in units]


def _old_years(district: District) -> list[Step]:
    units = [district.units[code] for code in district.codes(years.OLD_UNITS)]
    return [
        (
            f"馆藏旧档：{unit.short_name}",
            lambda unit=unit: years.bring_in(unit, district, years.old_stock(unit, district)),
        )
        for unit in units
    ]


def _documents(district: District) -> list[Step]:
    """Requests come a second time, when their replies are there."""
    everything = [*planned(district, first=True), *planned(district, first=False)]
    waiting = [one for one in everything if one.written.doc_type == "request_for_instruction"]
    return [
        (district.fill(one, one.written.title), lambda one=one: carry_out(one, district))
        for one in [*everything, *waiting]
    ]


def run_rest(progress: Callable[[str], None]) -> dict[str, int]:
    """The rest here and now, for somebody who runs no worker."""
    job = Job.objects.filter(kind=KIND).order_by("-pk").first()
    if job is not None and job.state != Job.State.DONE:
        advance = job.advance

        def told(done: int, total: int, note: str = "") -> None:
            progress(f"{done}/{total} {note}")
            advance(done, total, note)

        job.advance = told
        jobs.run_now(job)
    return counts()
