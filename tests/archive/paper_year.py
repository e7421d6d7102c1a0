"""A year of filed records in bulk, without files: for catalogues, boxes, labels and appraisal."""

from datetime import date, timedelta

from archive.filing import assignment_of
from archive.models import CodeAssignment, FondsCreator, Record
from archive.retention import render_code
from archive.states import Retention
from tests.scenarios.owner import unwatched

CLASSES = ("BGS", "YWK", "")
MARKS = ("", "（试行）", "<附表>", "=1+1", "“引号”")


@unwatched()
def year_of(
    people, count: int, *, unit: str = "D07", year: int = 2016, periods=tuple(Retention.values), title: str = ""
) -> list[Record]:
    """`count` records spread over `periods` and three classes, 1 to 60 pages, awkward titles among them."""
    by = people[f"{unit}:archivist"]
    home = by.appointments.get().post.unit
    fonds = FondsCreator.objects.select_related("fonds").get(unit=home).fonds
    last: dict[tuple[str, str], int] = {}
    made = []
    for place in range(count):
        period, klass = periods[place % len(periods)], CLASSES[place // 7 % len(CLASSES)]
        number = last[period, klass] = last.get((period, klass), 0) + 1
        called = f"关于{'进一步加强' * (place % 5)}第{place}号电子公文归档事项的通知{MARKS[place % len(MARKS)]}"
        made.append(
            Record(
                unit=home, custodian=home, fonds=fonds, year=year, retention_code=period, class_code=klass,
                retention_as_filed=Retention(period).label, item_no=number, page_count=1 + place * 7 % 60,
                archival_code=render_code(fonds.code, year, period, klass, number), title=title or called,
                author=home.name,
                doc_number=f"长信〔{year}〕{place + 1}号", date=date(year, 1, 1) + timedelta(place % 365), filed_by=by,
            )
        )  # fmt: skip
    Record.objects.bulk_create(made)
    CodeAssignment.objects.bulk_create(assignment_of(record) for record in made)
    return made
