"""What 鉴定 made of a record, as every other room tells it: gone by which 销毁清册 and when, or listed to go.

One rule for catalogue, box, labels, year and page: what is destroyed keeps its code and its line, and lies nowhere.
"""

from collections.abc import Iterable

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from documents.models import Document
from documents.states import GONE

from .models import Appraisal, AppraisalItem, Record
from .states import AppraisalState, Opinion, State

APPROVED = (AppraisalState.APPROVED, AppraisalState.NOTED)  # the leader has said yes, nothing is destroyed yet
ELSEWHERE = {
    State.IN_TRANSFER: "正在移交", State.ACCESSIONED: "已移交进馆", State.SENT_HOME: "已退还原平台",
    State.DESTROYED: "已依法销毁，只保留目录和元数据", State.JOINED: "已并入复文",
}  # fmt: skip

# a record that was destroyed, or a 来文 that was one item with it
DESTROYED = Q(state=State.DESTROYED) | Q(joined_to__state=State.DESTROYED)


def not_here(record: Record) -> str:
    """Why the unit can do nothing with it, each state by its own name; "" while it lies there as filed."""
    return ELSEWHERE.get(State(record.state), "")


def with_destruction(rows: QuerySet) -> QuerySet:
    """`rows` of records as `destroyed_told` reads them in a list, without a query for each; only the gone are asked."""
    ended = AppraisalItem.objects.filter(
        record=OuterRef("pk"), opinion=Opinion.DESTROY, appraisal__state=AppraisalState.DESTROYED
    )
    number, moment = (Subquery(ended.values(f"appraisal__{name}")[:1]) for name in ("number", "finished_at"))
    return rows.annotate(
        destroyed_by=Case(When(state=State.DESTROYED, then=number)),
        destroyed_at=Case(When(state=State.DESTROYED, then=moment)),
    )


def destroyed_told(record: Record) -> str:
    """已销毁（2026-1号档案销毁清册，2026-11-27）; "" of everything that was not destroyed."""
    if record.state != State.DESTROYED:
        return ""
    if not hasattr(record, "destroyed_at"):
        rows = Record.objects.unguarded("a fact of a record in hand").filter(pk=record.pk)
        record = with_destruction(rows).get()
    if not record.destroyed_at:
        return "已销毁"
    return f"已销毁（{record.destroyed_by}号档案销毁清册，{timezone.localdate(record.destroyed_at)}）"


def destroyed(document: Document) -> str:
    """Of a document (documents/filing_port.py): by which 销毁清册 its unit's item was destroyed; "" while it is kept.

    What was returned, recalled or replaced has no record: it ends with the document it was, or with its 更正件.
    """
    rows = Record.objects.unguarded("whether the visitor's own document is kept")
    if document.state in GONE:
        base = document.issued_id or document.pk
        own = (
            Document.objects.unguarded("keys of the papers whose record decides")
            .filter(Q(pk=base) | Q(corrects=base))
            .values("pk")
        )
        rows = rows.filter(document__in=own)
    else:
        rows = rows.filter(document=document.pk)
    record = rows.filter(DESTROYED).select_related("joined_to").first()
    if record is None:
        return ""
    gone = Record.objects.unguarded("a fact of a record in hand").filter(pk=record.joined_to_id or record.pk)
    row = with_destruction(gone).get()
    if not row.destroyed_at:
        return "已依法销毁，正文和附件不再提供。"
    day = timezone.localdate(row.destroyed_at)
    return f"已按{row.destroyed_by}号档案销毁清册销毁（{day}），正文和附件不再提供。"


def destroyed_papers() -> QuerySet[Document]:
    """Documents whose text nobody opens any more: destroyed where they were made, and wherever they went to.

    The same rule as `destroyed`, of all at once; a delivery that still stands, filed or not, keeps what it reads.
    """
    documents = Document.objects.unguarded("keys alone, to tell whose bytes go")
    gone = (
        Record.objects.unguarded("keys of what was destroyed, to tell whose bytes go")
        .filter(DESTROYED, document__isnull=False)
        .values("document")
    )
    replaced = documents.filter(pk__in=gone, corrects__isnull=False).values("corrects")
    over = Q(pk__in=gone) | Q(pk__in=replaced) | Q(issued__in=gone) | Q(issued__in=replaced)
    standing = documents.filter(issued=OuterRef("pk")).exclude(state__in=sorted(GONE)).exclude(pk__in=gone)
    return documents.filter(Q(pk__in=gone) | (Q(state__in=sorted(GONE)) & over)).filter(~Exists(standing))


def remark_of(record: Record) -> str:
    """备注 of a catalogue's line: what was written, and that it was destroyed."""
    return "；".join(filter(None, (record.remark, destroyed_told(record))))


def _listed(**of: object) -> QuerySet[AppraisalItem]:
    """What stands on an approved 销毁清册 that was not carried out yet."""
    return AppraisalItem.objects.filter(is_open=True, opinion=Opinion.DESTROY, appraisal__state__in=APPROVED, **of)


def listed_in(record: Record) -> Appraisal | None:
    """The approved 销毁清册 on which it stands and that was not carried out yet."""
    found = _listed(record=record.pk).select_related("appraisal__unit").first()
    return found.appraisal if found is not None else None


def is_listed() -> Q:
    """The record stands on an approved 销毁清册; they are few, and read once."""
    return Q(pk__in=_listed().values("record"))


def listed_among(keys: Iterable[int]) -> dict[int, str]:
    """record → the appraisal by name, of those that stand on an approved 销毁清册; one query."""
    items = _listed(record__in=list(keys))
    return {one.record_id: str(one.appraisal) for one in items.select_related("appraisal")}


def barred(record: Record, act: str) -> str:
    """Why the unit may not do `act` (更正, 退档) with it now: where it is, or what was decided of it; "" when it may."""
    if gone := not_here(record):
        return f"“{record}”{gone}，不能{act}。"
    appraisal = listed_in(record)
    return f"“{record}”{listed_told(appraisal, act)}" if appraisal is not None else ""


def listed_told(appraisal: object, act: str) -> str:
    """Why nothing else is done with it: the list that was approved is carried out as it was approved."""
    return f"已列入经批准的销毁清册（{appraisal}），不能{act}；确需{act}的，先撤销该鉴定。"
