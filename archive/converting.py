"""格式转换: a file made from a record's own stands beside it as 转换件; the original is never touched (domain 12.5)."""

from collections.abc import Collection
from pathlib import PurePath

from files.store import Landed, keep
from units import audit
from units.access import Seat
from units.models import Unit
from units.workflow import Refused

from .models import Component, Record
from .states import Role, State

AT_REST = (State.FILED, State.ACCESSIONED)  # what is in a batch under way is as it was packed


def add_conversion(
    source: Component,
    landed: Landed,
    *,
    extension: str,
    keeper: Unit,
    by,
    seat: Seat | None,
    reason: str,
    made_with: dict,
) -> Component:
    """`landed` becomes a component of the record that `source` belongs to, in the caller's transaction.

    What it says about pages stays: it is the same page once more. Raises Refused when `keeper` has it no longer.
    """
    row, present = _locked(source, keeper)
    if any(one.derived_from_id == source.pk and PurePath(one.filename).suffix == extension for one in present):
        raise Refused("文件已转换过，没有再转。")  # by another undertaking, since this one took it
    stored = keep(landed)
    made = Component.objects.create(
        record=row, role=Role.CONVERTED, seq=max(one.seq for one in present) + 1, stored_file=stored,
        filename=_free_name(source.filename, extension, {one.filename.casefold() for one in present}),
        pages=stored.pages, is_original=False, derived_from=source, made_with=made_with,
        came_with_id=source.came_with_id,
    )  # fmt: skip
    row.component_count += 1
    row.version += 1
    row._change_reason, row._history_user = reason[:200], by
    row.save()
    told = [f"{one.get_role_display()} {one.filename}" for one in (source, made)]
    audit.record(
        "convert_file", "格式转换", row, by=by, seat=seat, opinion=reason, files=[stored.sha256],
        changes={"components": told},
    )  # fmt: skip
    return made


def _locked(source: Component, keeper: Unit) -> tuple[Record, list[Component]]:
    row = (
        Record.objects.unguarded("whoever converts was asked by the undertaking")
        .select_for_update(of=("self",))
        .get(pk=source.record_id)
    )
    if row.state not in AT_REST or row.custodian_id != keeper.pk:
        raise Refused("档案已销毁、正在移交，或者不再由本馆保管，没有转换。")
    present = list(row.components.all())
    if source.pk not in {one.pk for one in present}:
        raise Refused("文件已被更换，没有转换。")
    return row, present


def _free_name(name: str, extension: str, taken: Collection[str]) -> str:
    """The name with its new ending; a number where the item has such a file already."""
    stem = PurePath(name).stem[:200]
    found, number = f"{stem}{extension}", 2
    while found.casefold() in taken:
        found, number = f"{stem}（转换件{number}）{extension}", number + 1
    return found
