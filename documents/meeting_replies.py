"""会议通知回执: asked by the issuer, answered by each receiving unit, changed until the limit, counted, urged, filed."""

from django.db import transaction
from django.utils import timezone

from units import audit
from units.tasks import close_tasks
from units.texts import too_long
from units.workflow import Refused

from . import exchange, routing
from . import reply_calls as calls
from . import reply_questions as asking
from .actions import locked, still_open
from .deadlines import shown
from .models import Document, MeetingReply, ReplyCall
from .reply_inputs import AnswerInput, AskInput
from .states import GONE, State, StepKind


@transaction.atomic
def ask(document: Document, *, by, note: str = "", given: AskInput) -> str:
    """要求回执, or change what was asked: the open items follow; who has answered need not answer again."""
    row = locked(document)
    still_open("ask_replies", calls.may_be_asked(row), row, by)
    reasons = [too_long(note, 200, "回执要求")]
    if given.due_at is None or given.due_at <= timezone.now():
        reasons.append("回执截止时间应晚于现在。")
    if given.most is not None and not 1 <= given.most <= calls.MOST:
        reasons.append(f"每单位名额应为 1 至 {calls.MOST} 人，不限的请留空。")
    reasons += _faults_of_questions(row, given)
    if any(reasons):
        raise Refused(*reasons)
    values = {"due_at": given.due_at, "most": given.most, "note": note}
    if given.questions is not None:
        values["questions"] = asking.stored(given.questions)
    call, is_new = ReplyCall.objects.update_or_create(
        document=row, defaults=values, create_defaults={**values, "asked_by": by}
    )
    told = calls.told_of(call)
    if is_new and row.state == State.DISPATCHED:
        for delivery in exchange.deliveries_of(row).exclude(state__in=sorted(GONE | {State.COMPLETED})):
            calls.ask(call, delivery)
    elif not is_new:
        calls.waiting_for(row).update(due_at=call.due_at, remark=told[:300])
    audit.record(
        "ask_replies", "要求回执" if is_new else "修改回执要求", row, by=by, through="ask_replies", before=row.state,
        after=row.state, opinion=told,
    )  # fmt: skip
    return "已要求各收文单位填报回执" if is_new else "回执要求已修改"


def _faults_of_questions(row: Document, given: AskInput) -> list[str]:
    """They belong to the paper as it went out: who has answered has answered these."""
    if given.questions is None:
        return []
    if row.dispatched_at is not None:
        return ["所问事项随文发出，分发后不能再改。"]
    return asking.faults_of(given.questions)


@transaction.atomic
def ask_no_more(document: Document, *, by) -> None:
    """The draft asks no 回执 any more: nobody was sent it yet."""
    row = locked(document)
    still_open("ask_replies", "" if row.state == State.DRAFTING else calls.may_be_closed(row), row, by)
    ReplyCall.objects.filter(document=row).delete()
    audit.record("ask_no_replies", "不再要求回执", row, by=by, through="ask_replies", before=row.state, after=row.state)


@transaction.atomic
def close(document: Document, *, by, note: str = "", given=None) -> str:
    """截止回执: the limit is now; nobody changes his answer any more."""
    row = locked(document)
    still_open("ask_replies", calls.may_be_closed(row), row, by)
    now = timezone.now()
    was = ReplyCall.objects.get(document=row).due_at
    ReplyCall.objects.filter(document=row).update(due_at=now)
    calls.waiting_for(row).update(due_at=now)
    audit.record(
        "close_replies", "截止回执", row, by=by, through="ask_replies", before=row.state, after=row.state,
        opinion=f"原定{shown(was)}截止",
    )  # fmt: skip
    return "回执已截止"


@transaction.atomic
def answer(document: Document, *, by, note: str = "", given: AnswerInput) -> str:
    """填报回执, or write it anew: every answer stays, the last one counts, and each stands on 文件处理单."""
    row = locked(document)
    still_open("answer_call", calls.bars_answer(row), row, by)
    call = ReplyCall.objects.select_for_update().get(document=row.issued_id)
    reasons = [sentence for _, sentence in calls.faults_of(given, call.most, call.questions)]
    reasons += [too_long(given.reason, 200, "请假原因"), too_long(given.remark, 200, "备注")]
    if any(reasons):
        raise Refused(*reasons)
    last = calls.reply_of(row)
    if last is not None and calls.in_words(last) == calls.in_words(given):
        return "回执没有变化"  # sent twice
    is_first = last is None
    act = routing.acting(row, by, "answer_call", calls.in_words(given))
    made = MeetingReply.objects.create(
        call=call, delivery=row, attends=given.attends, people=[list(one) for one in given.people],
        reason=given.reason, remark=given.remark, answers=[list(one) for one in given.answers],
        by=by, name=by.name, post=act.seat_name[:60],
        is_late=calls.is_over(call),
    )  # fmt: skip
    routing.give_opinion(row, StepKind.ANSWER, act, label="会议回执" if is_first else "会议回执（修改）")
    principal = act.seat.principal if act.seat else None
    close_tasks(row, by=by, kinds=(StepKind.ANSWER,), on_behalf_of=principal)
    routing.did(row, act)
    audit.record(
        "answer", "填报回执" if is_first else "修改回执", row, by=by, seat=act.seat, before=row.state, after=row.state,
        opinion=act.note, attends=made.attends, people=made.people,
        answers=made.answers,
    )  # fmt: skip
    return "回执已报送发文单位" if is_first else "回执已修改"
