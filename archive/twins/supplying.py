"""补交纸质件: the paper of what went over as files and still owed it has come to the archive (Order 6 of 2003, art. 7).

The record is the archive's by then and stays as it was received: the unit says beside it how its paper came, when and
who took it, and whoever sees the whole record sees that; who receives at the archive is told. While a batch is on its
way its records may come back, and the paper is registered as ever (owing.register_paper).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may, seat_for
from units.models import Unit
from units.reading import READ
from units.roles import PostKind
from units.tasks import open_task
from units.texts import too_long
from units.workflow import Refused

from ..code_runs import runs_of
from ..models import Record, SuppliedPaper
from ..states import State
from .owing import pages_told, unpapered

LONGEST_NAME, LONGEST_REMARK = 60, 200


@dataclass(frozen=True)
class Supply:
    how: str
    handed_on: date
    received_by: str
    remark: str = ""
    pages: int | None = None  # where it has other pages than the files


@transaction.atomic
def supply(uids: Iterable[UUID], given: Supply, *, by) -> int:
    """The paper of these accessioned items was handed over; all or none. Returns how many."""
    rows = _locked(uids, by)
    reasons = [*_wrong(given), pages_told(given.pages, rows)]
    for row in rows:
        if given.handed_on and row.accessioned_on and given.handed_on < row.accessioned_on:
            reasons.append(f"“{row}”{row.accessioned_on}进馆，此前的纸质件应在移交前登记，请核对移交日期。")
    still = set(unpapered(_these(rows)).values_list("pk", flat=True))
    reasons += [f"“{row}”不欠纸质件，或者已登记补交，无须再登。" for row in rows if row.pk not in still]
    if reasons := [one for one in reasons if one]:
        raise Refused(*reasons[:20])
    SuppliedPaper.objects.bulk_create(SuppliedPaper(record=row, made_by=by, **asdict(given)) for row in rows)
    audit.record_many(
        "supply_paper", "登记补交纸质件", rows, by=by, seat=seat_for(by, rows[0], "supply"), opinion=given.remark,
        how=SuppliedPaper.How(given.how).label, handed_on=str(given.handed_on), received_by=given.received_by,
        **({"pages": given.pages} if given.pages else {}),
    )  # fmt: skip
    _tell(
        rows,
        "补交纸质件",
        f"{given.handed_on} {SuppliedPaper.How(given.how).label}，接收人（档案员填写）：{given.received_by}",
    )
    return len(rows)


def _tell(rows: list[Record], label: str, told: str) -> None:
    """One item to be read a custodian, for whoever receives there: the paper has to be found with what it took over."""
    of: dict[Unit, list[Record]] = {}
    for row in rows:
        of.setdefault(row.custodian, []).append(row)
    for custodian, held in of.items():
        counted = f"{len(held)} 件，{told}：{'；'.join(runs_of(held))}" if len(held) > 1 else told
        open_task(READ, label, held[0], unit=custodian, post=PostKind.ACCESSIONER, remark=counted)


def _wrong(given: Supply) -> list[str]:
    found = [
        "" if given.how in SuppliedPaper.How.values else "请选择补交方式。",
        "" if given.handed_on else "请填写移交日期。",
        "移交日期不能晚于今天。" if given.handed_on and given.handed_on > timezone.localdate() else "",
        "" if given.received_by.strip() else "请填写接收人。",
        too_long(given.received_by, LONGEST_NAME, "接收人"),
        too_long(given.remark, LONGEST_REMARK, "备注"),
    ]
    return [one for one in found if one]


def _these(rows: Iterable[Record]):
    return Record.objects.unguarded("locked by this act").filter(pk__in=[row.pk for row in rows])


def _locked(uids: Iterable[UUID], by) -> list[Record]:
    wanted = set(uids)
    if not wanted:
        raise Refused("请先勾选已移交、纸质件已补交的文件。")
    found = Record.objects.allowing("supply", by).filter(uid__in=wanted, state=State.ACCESSIONED)
    rows = list(found.select_for_update(of=("self",)).select_related("unit", "custodian").order_by("pk"))
    if len(rows) != len(wanted):
        others = len(wanted) - len(rows)
        raise Refused(
            f"所选 {len(wanted)} 件中有 {others} 件尚未进馆或不归您整理：未进馆的用“登记纸质件”，移交中的待进馆后再登记补交。"
        )
    return rows


@transaction.atomic
def withdraw(record: Record, *, by, reason: str) -> None:
    """The row was a mistake: the paper is owed again."""
    rows = Record.objects.unguarded("the act asks its own rule under this lock").select_for_update(of=("self",))
    row, reason = rows.select_related("unit", "custodian").get(pk=record.pk), reason.strip()
    open_rows = row.supplied.filter(withdrawn_at=None)
    found = [
        "" if may(by, "supply", row) else "只有立档单位的档案员可以撤销补交登记。",
        "" if open_rows.exists() else f"“{row}”没有补交纸质件的登记。",
        "" if reason else "请填写撤销理由。",
        too_long(reason, LONGEST_REMARK, "撤销理由"),
    ]
    if found := [one for one in found if one]:
        raise Refused(*found)
    open_rows.update(withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_because=reason)
    audit.record("withdraw_supply", "撤销补交登记", row, by=by, through="supply", opinion=reason)
    _tell([row], "撤销补交登记", reason)
