"""开放审核表, 开放目录, 延期开放清单 of a round, on paper and as a workbook, from rows that stay for ever."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils import timezone

import paper
from units.models import AuditEvent

from .. import pages, paper_since
from ..models import OpeningItem, OpeningRound
from ..notices import earlier_opinions
from ..states import Proposal, RoundState
from .actions import persons_of
from .advice import as_sent
from .conditions import OPENS, PASSES, SPEAKS

KINDS = {"review": "档案开放审核表", "catalogue": "开放档案目录", "postponed": "延期开放档案清单"}
HEAD = (("序号", 12), ("档号", 46), ("题名", 62), ("责任者", 30), ("文号", 32), ("日期", 20))  # mm
MORE = {
    "review": (("形成单位", 24), ("移交时意见", 26), ("形成单位意见", 40), ("审核意见", 44)),
    "catalogue": (("年度", 14), ("开放方式", 22), ("页数", 12)),
    "postponed": (("形成单位", 24), ("延期至", 22), ("理由", 40), ("区档案局同意", 36)),
}


QUEUE_COLUMNS = ("序号", "档号", "题名", "责任者", "文号", "日期", "年度", "形成单位", "开放状态", "延期至")


def queue_rows(records) -> Iterable[tuple[str, ...]]:
    """The cells of QUEUE_COLUMNS, by forming unit and year; read row by row."""
    rows = records.select_related("unit").order_by("unit__code", "year", "archival_code", "pk")
    for number, one in enumerate(rows.iterator(chunk_size=1000), start=1):
        until = str(one.postponed_until or "")
        yield (
            str(number), one.archival_code, one.title, one.author, one.doc_number, one.date_text, str(one.year),
            one.unit.short_name, one.get_access_status_display(), until,
        )  # fmt: skip


def items_of(row: OpeningRound, kind: str):
    """Rows of one paper; of an ended round what was decided, before that what is proposed."""
    rows = row.items.filter(left_because="").select_related("record", "unit").prefetch_related(as_sent())
    if kind == "catalogue":
        rows = rows.filter(proposal__in=OPENS)
    elif kind == "postponed":
        rows = rows.filter(proposal=Proposal.POSTPONE)
    return rows.order_by("position")


def columns_of(kind: str) -> tuple[tuple[str, int], ...]:
    return HEAD + MORE[kind]


def rows_of(items: Iterable[OpeningItem], kind: str) -> Iterable[tuple[str, ...]]:
    """The cells of `columns_of`, on paper and in the workbook."""
    items = list(items)
    if kind == "catalogue":  # the one with pages
        paper_since.tell(one.record for one in items)
    earlier = earlier_opinions([one.record_id for one in items]) if kind == "review" else {}
    for number, item in enumerate(items, start=1):
        record = item.record
        head = (
            str(number), record.archival_code, record.title, record.author, record.doc_number, record.date_text
        )  # fmt: skip
        yield head + _more(item, kind, earlier)


def _more(item: OpeningItem, kind: str, earlier: dict[int, str]) -> tuple[str, ...]:
    record, unit = item.record, item.unit.short_name
    if kind == "catalogue":
        return str(record.year), item.get_proposal_display(), pages.listed(record)
    if kind == "postponed":
        return unit, str(item.until), item.why, f"{item.consent_no} {item.consent_on or ''}".strip()
    return unit, earlier.get(item.record_id, ""), opinion_shown(item), proposal_shown(item)


def opinion_shown(item: OpeningItem) -> str:
    """What the unit said last, with the person and the day; "未答复" is no consent."""
    said = next(iter(item.opinions.all()), None)
    if said is None:
        return "未征求" if item.consultation_id is None else "未答复"
    ground = f"（{said.get_ground_display()}）" if said.ground else ""
    return f"{said.get_opinion_display()}{ground} {said.by.name} {timezone.localdate(said.at)}"


def proposal_shown(item: OpeningItem) -> str:
    if not item.proposal:
        return "未定"
    until = f"至 {item.until}" if item.until else ""
    why = f"（{item.why}）" if item.why else ""
    return f"{item.get_proposal_display()}{until}{why}{'：' if item.note else ''}{item.note}"


def unopened_at(row: OpeningRound) -> dict[str, str]:
    """Stage → how many records whoever passed it on had not opened, as the step's event says."""
    return unopened_in(AuditEvent.objects.of(row).filter(verb__in=PASSES).order_by("pk"), PASSES)


def unopened_in(events: Iterable[AuditEvent], names: Mapping[str, str]) -> dict[str, str]:
    """Step by its name in `names` → how many records were not opened, of the last time that it was taken."""
    in_order = sorted((one for one in events if one.verb in names), key=lambda one: one.pk)
    found = {names[one.verb]: one.detail.get("unopened", 0) for one in in_order}
    return {stage: f"（{count} 件未打开）" for stage, count in found.items() if count}


def units_unopened(row: OpeningRound) -> str:
    """Whose opinion was given on records that nobody there had opened, for the paper of the review."""
    units = dict(row.consultations.values_list("uid", "unit__short_name"))
    events: dict[UUID, list[AuditEvent]] = {}
    for one in AuditEvent.objects.filter(object_uid__in=units, verb__in=SPEAKS):
        events.setdefault(one.object_uid, []).append(one)
    return "".join(
        f"，{units[uid]}{step}{told}" for uid, own in events.items() for step, told in unopened_in(own, SPEAKS).items()
    )


def ledger_of(row: OpeningRound, kind: str) -> paper.Ledger:
    """`kind` is a key of KINDS; who reviewed stands on every page."""
    unopened = unopened_at(row) if kind == "review" else {}
    persons = "，".join(
        f"{stage} {person.name} {timezone.localdate(moment)}{unopened.get(stage, '')}"
        for stage, person, moment in persons_of(row)
    )
    made = row.release_no if row.state == RoundState.PUBLISHED else f"未公布（{row.get_state_display()}）"
    persons += units_unopened(row) if kind == "review" else ""
    return paper.Ledger(
        f"{row.unit.name}{KINDS[kind]}", f"{row} · {made}", persons.lstrip("，") or "尚未审核", columns_of(kind),
        tuple(paper.LedgerLine(cells) for cells in rows_of(items_of(row, kind), kind)), empty="没有档案",
    )  # fmt: skip


def pdf_of(row: OpeningRound, kind: str) -> bytes:
    return paper.render_ledger(ledger_of(row, kind), moment=timezone.now()).pdf
