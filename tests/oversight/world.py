"""Documents of any day, put there in bulk as an owner would: what happened when is what the filing rate is about."""

from datetime import date, datetime, time, timedelta
from itertools import count

from django.utils import timezone

from archive.models import Fonds, Record
from documents.models import Document, RouteRun, StepRun
from documents.states import Direction, HandlingKind, State
from tests.scenarios.owner import unwatched
from units.models import Task, Unit, User

NUMBERS = count(1)


def at(day: date | None, hour: int = 10) -> datetime | None:
    return day and timezone.make_aware(datetime.combine(day, time(hour)))


class World:
    """Collects documents with what hangs on them, and writes all of them at once."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.documents: list[Document] = []
        self.steps: list[tuple[Document, str, str, date | None]] = []
        self.filed: list[tuple[Document | None, Unit, date, date, str]] = []
        self.repairs: list[tuple[Document, date, date | None]] = []
        self.changed: list[tuple[Document, date]] = []
        self.circulated: list[tuple[Document, date]] = []

    def outgoing(self, unit: Unit, dispatched: date | None, *, completed=None, filed=None, state="", numbered=None,
                 **fields) -> Document:  # fmt: skip
        number, begun = next(NUMBERS), numbered or dispatched or completed or date(2026, 1, 5)
        state = state or (State.COMPLETED if completed else State.DISPATCHED if dispatched else State.NUMBERED)
        return self._add(
            unit, Direction.OUTGOING, state, begun, completed, filed, dispatched_at=at(dispatched),
            doc_number=f"试〔2026〕{number}号", numbered_at=at(begun), **fields,
        )  # fmt: skip

    def incoming(
        self, unit: Unit, registered: date | None, *, kind=HandlingKind.FOR_ACTION, proposed=None, reported=None,
        completed=None, filed=None, state="", **fields,
    ) -> Document:  # fmt: skip
        """`proposed` is the day of 拟办, `reported` that of the last handling step; what has no day is still ahead."""
        state = state or (State.COMPLETED if completed else State.IN_HANDLING if registered else State.DELIVERED)
        made = self._add(
            unit, Direction.INCOMING, state, registered or date(2026, 1, 5), completed, filed,
            registered_at=at(registered), handling_kind=kind if registered else "",
            receipt_number=f"收{next(NUMBERS)}" if registered else "", **fields,
        )  # fmt: skip
        self.steps += [(made, "sign_for", "", registered), (made, "register", "", registered)]
        self.steps += [(made, "propose", "", proposed), (made, "report", completed and "dropped", reported)]
        self.steps += [(made, "complete", completed and "dropped", completed)]
        return made

    def internal(
        self, unit: Unit, submitted: date, *, instructed=None, completed=None, filed=None, **fields
    ) -> Document:
        state = State.COMPLETED if completed else State.INSTRUCTED if instructed else State.IN_REVIEW
        made = self._add(unit, Direction.INTERNAL, state, submitted, completed, filed, **fields)
        self.steps += [(made, "check", "", submitted), (made, "instruct", "", instructed)]
        return made

    def _add(
        self, unit, direction, state, day, completed, filed, *, not_to_file=None, changed=None, **fields
    ) -> Document:
        made = Document(
            unit=unit, direction=direction, state=state, title=f"第{next(NUMBERS)}件", created_at=at(day, 8),
            completed_at=at(completed), not_to_file="NF-2" if not_to_file and not filed else "",
            not_to_file_at=at(not_to_file),
            **fields,
        )  # fmt: skip
        self.documents.append(made)
        if filed:
            self.filed.append((made, unit, filed, filed, "day"))
        self.changed.append((made, changed or completed or day))
        return made

    def backfile(self, unit: Unit, dated: date, filed: date, precision: str = "day") -> None:
        """A record that came without a document of the platform."""
        self.filed.append((None, unit, dated, filed, precision))

    def repair(self, document: Document, since: date, until: date | None = None) -> None:
        self.repairs.append((document, since, until))

    def circulate(self, document: Document, day: date) -> None:
        self.circulated.append((document, day))

    def write(self) -> None:
        with unwatched():
            for depth in (0, 1, 2):  # a 批复 names the 请示, a delivery the issued one
                rows = [one for one in self.documents if (2 if one.issued else 1 if one.replies_to else 0) == depth]
                Document.objects.bulk_create(rows, batch_size=2000)
            Document._base_manager.bulk_update(self._with_changed(), ["changed_at"], batch_size=2000)
            self._write_steps()
            records = self._write_records()
            self._write_tasks(records)

    def _with_changed(self) -> list[Document]:
        for document, day in self.changed:
            document.changed_at = at(day)
        return [document for document, _ in self.changed]

    def _write_steps(self) -> None:
        runs = {id(one): RouteRun(document=one, name="试", ended_at=one.completed_at) for one, *_ in self.steps}
        RouteRun.objects.bulk_create(runs.values(), batch_size=2000)
        StepRun.objects.bulk_create(
            [
                StepRun(
                    run=runs[id(document)], position=place, kind=kind, unit=document.unit, closed_at=at(day),
                    state="done" if day else left or "ahead",
                )
                for place, (document, kind, left, day) in enumerate(self.steps, 1)
            ],
            batch_size=2000,
        )  # fmt: skip

    def _write_records(self) -> dict[int | None, Record]:
        fonds = Fonds.objects.order_by("pk").first()
        rows = [
            Record(
                document=document, unit=unit, custodian=unit, fonds=fonds, year=dated.year, retention_code="D30",
                retention_as_filed="30年", item_no=next(NUMBERS), archival_code=f"试-{next(NUMBERS)}", title="试",
                date=dated,
                date_precision=precision, filed_at=at(filed), filed_by=self.by,
            )
            for document, unit, dated, filed, precision in self.filed
        ]  # fmt: skip
        Record.objects.bulk_create(rows, batch_size=2000)
        return {row.document_id: row for row in rows}

    def _write_tasks(self, records) -> None:
        mending = [
            Task(
                kind="mend", label="补正", subject_type="record", subject_uid=records[document.pk].uid, title="试",
                unit=document.unit, assignee=self.by, opened_at=at(since), closed_at=at(until),
            )
            for document, since, until in self.repairs
        ]  # fmt: skip
        reading = [
            Task(
                kind="read", label="传阅", subject_type="document", subject_uid=document.uid, title="试",
                unit=document.unit, assignee=self.by, opened_at=at(day),
            )
            for document, day in self.circulated
        ]  # fmt: skip
        Task.objects.bulk_create([*mending, *reading])


def days(start: date, number: int) -> date:
    return start + timedelta(days=number)
