"""After 退文: the sender sends it once more to whoever gave it back; who gave it back by mistake asks for that.

重发 is 补发 to an addressee (docs/rules/exchange.md), at once; 请求重发 is an item of the sender's clerk like the 退文 itself.
"""

from dataclasses import dataclass

from django.db import transaction

from units import audit
from units.access import may
from units.models import Task
from units.workflow import Refused

from . import exchange, hanging, routing
from .actions import locked
from .set_back import told
from .states import GONE, State, StepKind

AGAIN = "again"  # the parameter of the sender's page that fills 补发 with one unit, by its code


def may_ask_again(document) -> str:
    """By whoever gave it back, once at a time, while it is out and his unit has no other copy."""
    if document.state != State.RETURNED_TO_SENDER:
        return "只有已退文的公文可以请求重发。"
    if document.issued_id is None:
        return "区外来文已退回的，请与来文单位联系。"
    if document.issued.state not in exchange.ISSUED:
        return f"原件{document.issued.get_state_display()}，不能请求重发，请与发文单位联系。"
    if _has_another(document):
        return "发文单位已经重发，请在收文中办理。"
    return "已请求重发，请等发文单位处理。" if _asked(document).exists() else ""


def _has_another(document) -> bool:
    rows = exchange.deliveries_of(document.issued).filter(unit=document.unit)
    return rows.exclude(state__in=sorted(GONE)).exists()


def _asked(document):
    return Task.objects.filter(
        subject_uid=document.issued.uid, step_uid=document.uid, kind=StepKind.TAKE_BACK, closed_at=None
    )


@transaction.atomic
def ask_again(document, *, by, note: str, given=None) -> str:
    """请求重发: an item of the sender's clerk with unit, person and reason."""
    row = locked(document)
    if reason := may_ask_again(row):
        raise Refused(reason)
    if not may(by, "receive", row):
        raise Refused("您没有此项权限，或者该事项已由他人办理。")
    remark = told(f"{row.unit.short_name} {by.name}请求重发", "", note)
    task = routing.assign(row.issued, StepKind.TAKE_BACK, unit=row.sender_unit, post="clerk", remark=remark)
    Task.objects.filter(pk=task.pk).update(step_uid=row.uid)
    audit.record(
        "ask_again", "请求重发", row, by=by, through="receive", before=row.state, after=row.state, opinion=note,
        issued=str(row.issued.uid),
    )  # fmt: skip
    return f"已请求{row.sender_unit.short_name}重发，由其文书处理"


@dataclass(frozen=True)
class Returned:
    """One 退文 on the sender's page; `again`: the address that fills 补发 for this unit, "" where it has it again."""

    unit: str
    why: str
    again: str


def returned(rows: list["exchange.Receiver"], *, may_send: bool) -> list[Returned]:
    """Of the table's rows those that came back, with what can be done."""
    have = {row.unit.pk for row in rows if not row.is_gone}
    return [
        Returned(
            row.unit.short_name,
            told("", row.delivery.ended_by.name if row.delivery.ended_by else "", row.delivery.ended_note,
                 row.delivery.ended_at),
            f"?{AGAIN}={row.unit.code}#act-send_more" if may_send and row.unit.pk not in have else "",
        )
        for row in rows
        if row.delivery.state == State.RETURNED_TO_SENDER
    ]  # fmt: skip


def begin_with(form, code: str) -> None:
    """补发 as the link beside a 退文 opens it: that unit is chosen, and why it goes again is said."""
    if form.is_bound or form.draft.restored_at or not code:
        return
    found = [one for one in form.fields["units"].offer.candidates if one.code == code]
    if not found:
        return
    back = [one for one in hanging.deliveries(form.document) if one.unit.code == code]
    if any(one.state == State.RETURNED_TO_SENDER for one in back):
        form.initial |= {"units": [str(found[0].key)], "note": "退文后重发"}
        form.is_begun = True
