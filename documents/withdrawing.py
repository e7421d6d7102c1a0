"""撤销请求: whoever asked for a 补发 beyond the approved scope takes the request back before it is answered."""

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.models import Task
from units.tasks import close_tasks, shortened
from units.workflow import Refused

from . import hanging, retracing
from .exchange_inputs import WithdrawRequestInput
from .models import DispatchRequest, Document
from .states import StepKind

NONE_LEFT = "没有您可撤销的补发请求，或者已经答复。"


def bars_withdrawal(document: Document) -> str:
    """撤销请求: while the signer has not answered"""
    waits = any(task.kind == StepKind.CONSENT for task in hanging.open_items(document))
    return "" if waits else "没有待原签批人同意的补发请求。"


def requests_of(document: Document, by=None):
    """Open ones in the order of asking: the person's own, or without `by` everybody's."""
    rows = DispatchRequest.objects.filter(document=document, decided_at=None, withdrawn_at=None)
    waiting = Task.objects.of(document).open().filter(kind=StepKind.CONSENT).values("step_uid")
    rows = rows.filter(uid__in=waiting).order_by("pk").prefetch_related("units")
    return rows.filter(asked_by=by) if by is not None else rows


@transaction.atomic
def withdraw_request(document: Document, *, by, note: str = "", given: WithdrawRequestInput) -> str:
    """The signer's item ends and says who withdrew; who had opened it finds that in his list. Nothing goes out."""
    rows = Document.objects.unguarded("the act asks its own rule under this lock").select_for_update(
        of=("self",), no_key=True
    )
    row = rows.select_related("unit").get(pk=document.pk)
    own = list(requests_of(row, by).select_for_update(of=("self",)))
    if not own or not may(by, "withdraw_request", row):
        raise Refused(NONE_LEFT)
    chosen = [one for one in own if one.pk in given.requests] if given.requests else own
    if given.requests and len(chosen) != len(set(given.requests)):
        raise Refused("所选请求有的已经答复或者撤销，请重新选择。")
    wanted, why = "、".join(one.wanted for one in chosen), f"：{note}" if note else ""
    _end(row, chosen, by, why)
    DispatchRequest.objects.filter(pk__in=[one.pk for one in chosen]).update(withdrawn_at=timezone.now(), answer=note)
    audit.record(
        "withdraw_request", "撤销请求", row, by=by, through="withdraw_request", before=row.state, after=row.state,
        opinion=f"撤销补发{wanted}的请求{why}", requests=[str(one.uid) for one in chosen],
    )  # fmt: skip
    return f"已撤销补发{wanted}的请求"


def _end(row: Document, chosen: list[DispatchRequest], by, why: str) -> None:
    asked = Task.objects.of(row).open().filter(kind=StepKind.CONSENT, step_uid__in=[one.uid for one in chosen])
    tasks = list(asked.select_related("post__unit", "assignee", "unit").order_by("pk"))
    for task in tasks:
        told = shortened(f"{by.name}已撤销请求{why}（{task.remark}）", retracing.LONGEST_REMARK)
        Task.objects.filter(pk=task.pk).update(remark=told)
    close_tasks(row, by=by, outcome="taken_back", only=[task.pk for task in tasks])
    retracing.tell(row, tasks, f"不必再办：{by.name}已撤销请求{why}", by=by)
