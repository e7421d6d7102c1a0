"""Acts on documents that move no state (design section 4): who may, when they make sense, what they do."""

from dataclasses import asdict

from units.workflow import SideAct, SideActs

from . import (
    actions,
    circulation,
    current,
    meeting_replies,
    number_acts,
    number_book,
    paper_opinions,
    registering,
    reply_calls,
    resending,
    slip_objections,
    slips,
    supervised,
    supervision,
    urging,
    withdrawing,
)
from . import conditions as when
from . import exchange_actions as exchanging
from . import exchange_conditions as sending
from .exchange_inputs import (
    AmendInput,
    DisposeInput,
    NoteSendingInput,
    RecallDeliveriesInput,
    SendInput,
    TasksInput,
    WithdrawRequestInput,
)
from .inputs import AttachInput, CirculateInput, PublishInput, RecallInput, UrgeInput
from .reply_inputs import AnswerInput, AskInput, EnterInput, FeedBackInput, NotedInput, ObjectInput, SuperviseInput


def _publish(document, *, by, note: str, given: PublishInput):
    return current.publish(document, by=by, **asdict(given))


def _always(document) -> str:
    """The open task that the permission asks for is the moment."""
    return ""


def _may_be_published(document) -> str:
    return "".join(current.barred_first(document))


SIDE_ACTS = SideActs(
    SideAct("read", "阅毕", "read", _always, actions.read, note="传阅意见", denied="没有待您传阅的事项，或者已经阅毕。"),
    SideAct("take_back", "退文已处理", "take_back", _always, exchanging.take_back, TasksInput, denied="没有待处理的退文。"),
    SideAct("take_note", "阅知", "take_note", _always, actions.take_note, NotedInput, past="已阅知", denied="没有待您阅知的事项。"),
    SideAct("consent", "同意补发", "consent", _always, exchanging.consent, denied="没有待您同意的补发。"),
    SideAct("decline", "不同意补发", "consent", _always, exchanging.decline, needs_note=True, denied="没有待您同意的补发。"),
    SideAct("dispose", "原件退回或销毁确认", "dispose", _always, exchanging.dispose, DisposeInput, denied="没有待确认的原件。"),
    SideAct("attach", "添加附件", "edit", when.is_editable, actions.attach_uploads, AttachInput),
    SideAct(
        "circulate", "传阅", "circulate", when.may_be_circulated, circulation.circulate, CirculateInput,
        past="所选人员都已在传阅，没有重复传阅",
    ),
    SideAct("recall_circulation", "撤销传阅", "circulate", when.is_circulating, circulation.recall, RecallInput),
    SideAct("urge", "催办", "urge", when.may_be_urged, urging.urge, UrgeInput, needs_note=True, note="催办内容"),
    SideAct("ask_replies", "要求回执", "ask_replies", reply_calls.may_be_asked, meeting_replies.ask, AskInput),
    SideAct("close_replies", "截止回执", "ask_replies", reply_calls.may_be_closed, meeting_replies.close, danger=True),
    SideAct("answer", "填报回执", "answer_call", reply_calls.bars_answer, meeting_replies.answer, AnswerInput),
    SideAct(
        "enter_opinion", "补录意见", "enter_opinion", paper_opinions.may_be_entered, paper_opinions.enter, EnterInput,
        needs_note=True, note="意见",
    ),
    SideAct(
        "object", "提出异议", "object", paper_opinions.may_be_objected_to, paper_opinions.object_to, ObjectInput,
        needs_note=True, note="异议", danger=True,
    ),
    SideAct(
        "withdraw_objection", "撤回异议", "withdraw_objection", paper_opinions.may_be_withdrawn,
        paper_opinions.withdraw_objection, ObjectInput, needs_note=True, note="撤回说明",
    ),
    SideAct(
        "object_to_slip", "对文字改正提出异议", "object_to_slip", slips.may_be_objected_to,
        slip_objections.object_to_slip, needs_note=True, note="异议", danger=True,
    ),
    SideAct(
        "supervise", "督办", "supervise", supervised.may_be_supervised, supervision.supervise, SuperviseInput,
        needs_note=True, note="督办要求",
    ),
    SideAct(
        "feed_back", "督办反馈", "feed_back", supervised.bars_feedback, supervision.feed_back, FeedBackInput,
        needs_note=True, note="进展或结果",
    ),
    SideAct("waive_reply", "免予批复", "complete", when.awaits_a_reply, actions.waive_reply, needs_note=True),
    SideAct("send_more", "补发", "exchange", sending.may_be_sent_on, exchanging.send_more, SendInput, needs_note=True),
    SideAct(
        "withdraw_request", "撤销请求", "withdraw_request", withdrawing.bars_withdrawal, withdrawing.withdraw_request,
        WithdrawRequestInput, note="撤销理由", denied=withdrawing.NONE_LEFT,
    ),
    SideAct(
        "recall", "收回", "exchange", sending.may_be_recalled, exchanging.recall, RecallDeliveriesInput,
        needs_note=True, danger=True,
    ),
    SideAct("correct", "更正重发", "exchange", sending.may_be_corrected, exchanging.correct, needs_note=True),
    SideAct(
        "note_sending", "登记寄送", "exchange", sending.has_outside_receivers, exchanging.note_sending, NoteSendingInput,
    ),
    SideAct("ask_again", "请求重发", "receive", resending.may_ask_again, resending.ask_again, needs_note=True),
    SideAct(
        "amend", "更正登记", "amend", sending.registration_may_be_amended, registering.amend, AmendInput, needs_note=True,
    ),
    SideAct("void_number", "作废字号", "number", number_book.may_be_voided, number_acts.void_number, needs_note=True,
            danger=True, past="字号已作废"),
    SideAct("publish", "报送现行文件", "publish", _may_be_published, _publish, PublishInput, past="已报送现行文件"),
)  # fmt: skip
