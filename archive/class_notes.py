"""盒内文件情况说明: what the 备考表 tells of a class's numbers: void ones, late papers, what
was destroyed, files that were replaced."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from .disposed import destroyed_told, with_destruction
from .entered import approver_told
from .models import CodeAssignment, Component, Fonds, Record
from .states import State

Facts = list[tuple[int, str]]  # 件号 and what is to be said of it


def with_place(codes: QuerySet[CodeAssignment]) -> QuerySet[CodeAssignment]:
    """Each with the state and the 档号 of its item today, with that of the item which this was joined to, and whether
    the item got another code after it."""
    after = CodeAssignment.objects.filter(record=OuterRef("record"), pk__gt=OuterRef("pk"))
    place = {"record_state": F("record__state"), "present_code": F("record__archival_code")}
    return codes.annotate(**place, host_code=F("record__joined_to__archival_code"), has_later=Exists(after))


def void_told(code: CodeAssignment) -> str:
    """Why a code (of `with_place`) is void, and under which one its item is found now."""
    if code.host_code is None:
        return f"{code.void_reason}；现档号 {code.present_code}"
    if not code.has_later and code.host_code in code.void_reason:  # the joining itself names it
        return code.void_reason
    return f"{code.void_reason}；现并入 {code.host_code}"


def facts_of(fonds: Fonds, year: int, retention_code: str, class_code: str) -> Facts:
    """In the order of the numbers; four queries."""
    found = []
    of_class = Q(fonds=fonds, year=year, retention_code=retention_code, class_code=class_code)
    for one in with_place(CodeAssignment.objects.filter(of_class, voided_at__isnull=False)).order_by("item_no"):
        found.append((one.item_no, f"{one.item_no:04d} 作废：{void_told(one)}"))
    records = Record.objects.unguarded("facts of a class for its 备考表").items().filter(of_class).order_by("item_no")
    for one in records.exclude(late_reason=""):
        day = f"{one.late_found_on} 发现，" if one.late_found_on else ""
        by = f"，{approver_told(one.late_approved_by)}" if one.late_approved_by else ""
        found.append((one.item_no, f"{one.item_no:04d} 补充归档：{day}{one.late_reason}{by}"))
    for one in with_destruction(records.filter(state=State.DESTROYED)):
        found.append((one.item_no, f"{one.item_no:04d} {destroyed_told(one)}"))
    # what moved to another record when 来文 and 复文 were joined or parted was not replaced
    changed = Component.versions.filter(record__in=records, superseded_at__isnull=False, moved_to=None)
    for number, name, why in changed.order_by("record__item_no", "pk").values_list(
        "record__item_no", "filename", "superseded_reason"
    ):
        found.append((number, f"{number:04d} 更换文件“{name}”：{why}"))
    return found


def notes_of(fonds: Fonds, year: int, retention_code: str, class_code: str) -> list[str]:
    return [line for _, line in facts_of(fonds, year, retention_code, class_code)]
