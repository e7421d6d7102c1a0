"""督办 of a received document (docs/rules/exchange.md): what is asked, by when feedback is due, what was fed back.

Each word is an opinion on the document, so 文件处理单 holds them; what waits is an item with the feedback's limit, so
lists, reminders and 逾期 have it like any other.
"""

from django.db import transaction
from django.utils import timezone

from units import audit
from units.models import Task
from units.tasks import close_tasks, shortened
from units.texts import too_long
from units.workflow import Refused

from . import routing
from .actions import locked, still_open
from .deadlines import shown
from .models import Document, Supervision
from .reply_inputs import FeedBackInput, SuperviseInput
from .states import StepKind
from .supervised import bars_feedback, may_be_supervised, open_of


@transaction.atomic
def supervise(document: Document, *, by, note: str, given: SuperviseInput) -> str:
    """Set it, or change what is asked and until when; whoever handles the document has the item, else the clerk."""
    row = locked(document)
    still_open("supervise", may_be_supervised(row), row, by)
    reasons = [too_long(note, 500, "督办要求")]
    if given.due_at is None or given.due_at <= timezone.now():
        reasons.append("反馈时限应晚于现在。")
    if any(reasons):
        raise Refused(*reasons)
    now = open_of(row)
    if now is not None and (now.demand, now.due_at) == (note, given.due_at):
        return "督办事项没有变化"  # sent twice
    act = routing.acting(row, by, "supervise", note)
    told = f"{note}（{shown(given.due_at)} 前反馈）"
    if now is None:
        Supervision.objects.create(document=row, demand=note, due_at=given.due_at, set_by=by)
        _ask(row, told, given.due_at)
    else:
        Supervision.objects.filter(pk=now.pk).update(demand=note, due_at=given.due_at)
        items = Task.objects.of(row).open().filter(kind=StepKind.FEED_BACK)
        items.update(due_at=given.due_at, remark=shortened(told, 300))
    label = "督办" if now is None else "督办（调整）"
    act.note = told
    routing.give_opinion(row, StepKind.FEED_BACK, act, label=label)
    audit.record(
        "supervise", label, row, by=by, seat=act.seat, before=row.state, after=row.state, opinion=told,
        was=shown(now.due_at) if now else "",
    )  # fmt: skip
    return "已列入督办" if now is None else "督办事项已调整"


def _ask(row: Document, told: str, due_at) -> None:
    person = row.lead_officer
    routing.assign(row, StepKind.FEED_BACK, person=person, post="clerk" if person is None else None, due_at=due_at,
                   remark=told)  # fmt: skip


@transaction.atomic
def feed_back(document: Document, *, by, note: str, given: FeedBackInput) -> str:
    """督办反馈: how it stands; the last one is the 办结反馈, which ends it, and who set it is told."""
    row = locked(document)
    still_open("feed_back", bars_feedback(row), row, by)
    if refused := too_long(note, 2000, "反馈"):
        raise Refused(refused)
    act = routing.acting(row, by, "feed_back", note)
    label = "办结反馈" if given.is_last else "督办反馈"
    routing.give_opinion(row, StepKind.FEED_BACK, act, label=label)
    routing.did(row, act)
    if given.is_last:
        _end(row, act)
    audit.record(
        "feed_back", label, row, by=by, seat=act.seat, before=row.state, after=row.state, opinion=note
    )  # fmt: skip
    return "督办已办结" if given.is_last else "反馈已记录"


def _end(row: Document, act) -> None:
    one = Supervision.objects.select_for_update().get(document=row, ended_at=None)
    Supervision.objects.filter(pk=one.pk).update(ended_at=timezone.now(), ended_by=act.by)
    principal = act.seat.principal if act.seat else None
    close_tasks(row, by=act.by, kinds=(StepKind.FEED_BACK,), on_behalf_of=principal)
    if one.set_by_id != act.by.pk:
        told = shortened(f"您督办的事项已办结反馈：{act.note}", 300)
        routing.assign(row, StepKind.NOTICE, person=one.set_by, remark=told)
