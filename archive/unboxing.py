"""A box holds one year, period and class (domain 3.9): what gets another class leaves its box, and both say so."""

from collections.abc import Iterable

from units import audit
from units.workflow import Refused

from .models import Box, BoxItem, Record

LONGEST = Box._meta.get_field("note").max_length


def box_of(record: Record) -> Box | None:
    """The box in which its paper lies."""
    boxed = getattr(record, "boxed", None)
    return boxed.box if boxed is not None else None


def write_note(box: Box, told: str) -> None:
    """Behind what the 备考表 says already; Refused when it is full."""
    if len(box.note) + len(told) > LONGEST:
        raise Refused(f"“{box}”备考表的情况说明已满 {LONGEST} 字，请先缩短后再办理。")
    box.note, box.version = f"{box.note}{told}", box.version + 1
    box.save(update_fields=["note", "version"])


def leave_wrong_boxes(records: Iterable[Record], *, by, reason: str) -> dict[Box, list[Record]]:
    """Take those of `records` (re-classified, locked and saved) out of boxes of another class, with a trace on both.

    Returns box → what left it; inside the caller's transaction, which has asked the rule.
    """
    rows = {record.pk: record for record in records}
    lying = BoxItem.objects.filter(record__in=rows, box__isnull=False).select_related("box__unit").select_for_update(
        of=("self",)
    )  # fmt: skip
    left: dict[Box, list[Record]] = {}
    for item in lying.order_by("pk"):
        record, box = rows[item.record_id], item.box
        if _belongs(record, box):
            continue
        left.setdefault(box, []).append(record)
        item.box = None
        item.save(update_fields=["box"])
    for box, gone in left.items():
        was = "、".join(f"{_number_in(one, box)} 改为 {one.archival_code}" for one in gone)
        write_note(box, f"{was}，已取出：{reason.strip()}。")
        Record.objects.unguarded("locked by the caller's act").filter(pk__in=[one.pk for one in gone]).update(box="")
        for one in gone:
            one.box = ""
        audit.record(
            "note_box", "改类取出", box, by=by, through="arrange", opinion=reason,
            records=[one.archival_code for one in gone],
        )  # fmt: skip
    return left


def _belongs(record: Record, box: Box) -> bool:
    return (record.year, record.retention_code, record.class_code) == (box.year, box.retention_code, box.class_code)


def _number_in(record: Record, box: Box) -> str:
    """件号 it had while it lay there: that of its last former code."""
    former = record.former_codes[-1]["code"] if record.former_codes else ""
    return f"件号 {former.rpartition('-')[2]}" if former else str(record)
