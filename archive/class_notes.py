"""盒内文件情况说明: what the 备考表 tells of a class's numbers: void ones, late papers, what
was destroyed, files that were replaced."""

from django.db.models import Q

from .disposed import destroyed_told, with_destruction
from .entered import approver_told
from .models import CodeAssignment, Component, Fonds, Record
from .states import BACK, INTO, State

# lies in another record since 来文 and 复文 were joined or parted: nothing was put in its place
MOVED = Q(superseded_reason__startswith=INTO) | Q(superseded_reason__startswith=BACK)

Facts = list[tuple[int, str]]  # 件号 and what is to be said of it


def facts_of(fonds: Fonds, year: int, retention_code: str, class_code: str) -> Facts:
    """In the order of the numbers; four queries."""
    found = []
    of_class = Q(fonds=fonds, year=year, retention_code=retention_code, class_code=class_code)
    for one in CodeAssignment.objects.filter(of_class, voided_at__isnull=False).order_by("item_no"):
        found.append((one.item_no, f"{one.item_no:04d} 作废：{one.void_reason}"))
    records = Record.objects.unguarded("facts of a class for its 备考表").items().filter(of_class).order_by("item_no")
    for one in records.exclude(late_reason=""):
        day = f"{one.late_found_on} 发现，" if one.late_found_on else ""
        by = f"，{approver_told(one.late_approved_by)}" if one.late_approved_by else ""
        found.append((one.item_no, f"{one.item_no:04d} 补充归档：{day}{one.late_reason}{by}"))
    for one in with_destruction(records.filter(state=State.DESTROYED)):
        found.append((one.item_no, f"{one.item_no:04d} {destroyed_told(one)}"))
    changed = Component.versions.filter(record__in=records, superseded_at__isnull=False).exclude(MOVED)
    for number, name, why in changed.order_by("record__item_no", "pk").values_list(
        "record__item_no", "filename", "superseded_reason"
    ):
        found.append((number, f"{number:04d} 更换文件“{name}”：{why}"))
    return found


def notes_of(fonds: Fonds, year: int, retention_code: str, class_code: str) -> list[str]:
    return [line for _, line in facts_of(fonds, year, retention_code, class_code)]
