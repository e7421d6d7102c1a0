"""归档工作台: what waits for a unit's archivist. A tab's counter is the count of its list: one queryset each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from documents.filing_after_all import TASK as FILE_AFTER_ALL
from documents.models import Document
from documents.states import ENDED, Direction, DocType, StepKind
from documents.states import State as DocumentState
from units.models import Task, Unit

from .appraisal.listing import due_records
from .checking import imported_unchecked, unchecked
from .mending import under_repair
from .models import PaperLoan, Record, RecordGrant
from .states import LOOK, MEND, Retention, State, place_of
from .twins.lending import with_loans

CAUSES = ("已办结未定", "已办未结", "退回待补")


@dataclass(frozen=True)
class Tab:
    """One list of the desk: `rows` cuts the unit's records; the due list is of documents and records (`due_of`)."""

    key: str
    label: str
    empty: str
    rows: Callable[[QuerySet], QuerySet] | None = None


def _lent(rows: QuerySet) -> QuerySet:
    """Paper in somebody's hands, and what a dated grant lets somebody read."""
    grants = RecordGrant.objects.in_force().filter(record=OuterRef("pk"))
    paper = PaperLoan.objects.filter(record=OuterRef("pk"), returned_on=None)
    return rows.filter(Exists(grants) | Exists(paper))


TABS = (
    Tab("due", "待归档", "没有待归档的文件"),
    Tab("unchecked", "已归档未核", "自动归档的文件都已核对", unchecked),
    Tab("imported", "导入未核", "导入的文件都已核对", imported_unchecked),
    Tab(
        "returned", "被退回", "没有退回待补的文件",
        # once answered it is the archivist's to check, and stands among the unchecked alone
        lambda rows: rows.filter(under_repair(), state=State.FILED),
    ),
    Tab(
        "checked", "已核对", "还没有核对过的文件",
        lambda rows: rows.filter(state=State.FILED, checked_at__isnull=False).exclude(under_repair()),
    ),
    Tab(
        "transferred", "已移交", "没有移交的档案",
        lambda rows: rows.filter(state__in=(State.IN_TRANSFER, State.ACCESSIONED)),
    ),
    Tab("expired", "到期待鉴定", "没有保管期满的文件", lambda rows: due_records(rows, timezone.localdate())),
    Tab("lent", "借出", "没有借出的文件", _lent),
)  # fmt: skip
BY_KEY = {tab.key: tab for tab in TABS}


def records_of(tab: Tab, unit: Unit, rows: QuerySet) -> QuerySet:
    """`rows` are the records that the visitor may see."""
    cut = rows.filter(unit=unit)
    return tab.rows(cut) if tab.rows is not None else cut.none()


def counters(unit: Unit, rows: QuerySet, documents: QuerySet) -> dict[str, int]:
    found = {tab.key: records_of(tab, unit, rows).count() for tab in TABS if tab.rows is not None}
    return {"due": sum(one.count() for one in due_of(unit, rows, documents)), **found}


def due_of(unit: Unit, rows: QuerySet, documents: QuerySet) -> tuple[QuerySet, QuerySet, QuerySet]:
    """(completed and undecided, handled and not completed: documents; returned for repair: records); practice 3."""
    own = documents.filter(unit=unit)
    asked = Task.objects.open().filter(subject_uid=OuterRef("uid"), kind=FILE_AFTER_ALL)  # 抽查 did not accept 不归档
    undecided = own.filter(Q(not_to_file="") | Q(Exists(asked)), state=DocumentState.COMPLETED, record=None)
    closing = Task.objects.open().filter(subject_uid=OuterRef("uid"), kind=StepKind.COMPLETE)
    sent = Q(direction=Direction.OUTGOING, state=DocumentState.DISPATCHED)
    waits = sent & Q(doc_type=DocType.REQUEST, reply_waived="") & ~Q(Exists(_replied()))
    handled = own.exclude(state__in=sorted(ENDED)).filter(sent | Q(Exists(closing))).exclude(waits)
    mending = rows.filter(under_repair(), unit=unit, state=State.FILED)
    return undecided, handled, mending


def _replied() -> QuerySet:
    """A 批复 to the 请示 has been registered by its unit (practice 3, handled_on)."""
    return Document.objects.filter(
        issued__replies_to=OuterRef("pk"), doc_type=DocType.REPLY, unit=OuterRef("unit"), registered_at__isnull=False
    )


@dataclass
class Due:
    """One line of 待归档: the document or record, why it is due, who has it, and for how many days."""

    obj: Any
    cause: str
    owner: str
    since: datetime

    @property
    def days(self) -> int:
        return max(0, (timezone.localdate() - timezone.localdate(self.since)).days)


def due_lines(unit: Unit, rows: QuerySet, documents: QuerySet, most: int) -> list[Due]:
    """The oldest first; at most `most` of each cause."""
    found: list[Due] = []
    parts = due_of(unit, rows, documents)
    for cause, part in zip(CAUSES, parts, strict=True):
        order = "filed_at" if part.model is Record else "changed_at"
        related = ("fonds",) if part.model is Record else ("drafted_by", "lead_officer", "held_by")
        chosen = list(part.select_related("unit", *related).order_by(order, "pk")[:most])
        tasks = _tasks([one.uid for one in chosen], MEND if part.model is Record else StepKind.COMPLETE)
        found += [_due(one, cause, tasks.get(one.uid)) for one in chosen]
    return sorted(found, key=lambda one: one.since)


def tell_reasons(records: list) -> None:
    """Why each was sent back and who has it, or the answer that waits to be looked at; one query."""
    tasks = _tasks([one.uid for one in records], MEND, LOOK)
    for one in records:
        told = tasks.get(one.uid)
        one.sent_back = told if told is not None and told.kind == MEND else None
        one.answered = told if told is not None and told.kind == LOOK else None


def tell_lent(records: list) -> None:
    """In whose hands the paper is and until when, and who reads it by a grant; two queries."""
    with_loans(records)
    grants: dict[int, list[RecordGrant]] = {}
    for one in (
        RecordGrant.objects.in_force().filter(record__in=records).select_related("user").order_by("ends_on", "pk")
    ):
        grants.setdefault(one.record_id, []).append(one)
    for record in records:
        record.open_grants = grants.get(record.pk, [])


def _tasks(uids: list, *kinds: str) -> dict:
    rows = Task.objects.open().filter(subject_uid__in=uids, kind__in=kinds).select_related("assignee", "post__unit")
    return {one.subject_uid: one for one in rows}


def _due(obj, cause: str, task: Task | None) -> Due:
    if task is not None:
        return Due(obj, cause, task.assignee.name if task.assignee else str(task.post), task.opened_at)
    person = obj.lead_officer or obj.in_hands_of
    since = obj.completed_at or obj.dispatched_at or obj.changed_at
    return Due(obj, cause, person.name if person else f"{obj.unit.short_name}文书", since)


@dataclass
class Branch:
    """One line of the tree: 全宗, 年度, 保管期限 or 机构, with how many records lie under it."""

    label: str
    query: str
    count: int = 0
    is_current: bool = False
    branches: list["Branch"] = field(default_factory=list)


def tree(rows: QuerySet, chosen: dict) -> list[Branch]:
    """全宗 → 年度 → 保管期限 → 机构 over `rows`, newest year first; `chosen` is what the list is narrowed to."""
    groups = rows.order_by().values_list("fonds__code", "year", "retention_code", "class_code").annotate(n=Count("pk"))
    found: dict[tuple, Branch] = {}
    roots: list[Branch] = []
    for *path, count in sorted(groups, key=lambda one: (one[0], -one[1], place_of(one[2]), one[3])):
        for depth in range(1, 5):
            key = tuple(path[:depth])
            if key not in found:
                found[key] = _branch(key, chosen)
                (found[key[:-1]].branches if depth > 1 else roots).append(found[key])
            found[key].count += count
    return roots


NAMES = ("fonds", "year", "retention", "class")


def _branch(key: tuple, chosen: dict) -> Branch:
    depth, last = len(key), key[-1]
    label = {2: f"{last}年", 3: dict(Retention.choices).get(last, last)}.get(depth, last or "不分机构")
    named = dict(zip(NAMES, map(str, key), strict=False))
    query = "&".join(f"{name}={value or '-'}" for name, value in named.items())
    return Branch(str(label), query, is_current={name: value or "-" for name, value in named.items()} == chosen)


def narrowed(rows: QuerySet, given: dict) -> tuple[QuerySet, dict]:
    """`rows` cut to what the tree's address asks for, and that part of the address; what is no value is left out."""
    columns = {"fonds": "fonds__code", "retention": "retention_code", "class": "class_code"}
    chosen: dict = {}
    for name in NAMES:
        value = str(given.get(name, ""))[:10]
        if not value or (name == "year" and not (value.isascii() and value.isdigit() and len(value) == 4)):
            break
        chosen[name] = value
        rows = rows.filter(**{columns.get(name, name): "" if value == "-" else value})
    return rows, chosen
