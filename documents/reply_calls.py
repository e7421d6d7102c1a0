"""会议通知回执: what the issuer asked of the receiving units, and what they answered (practice 2.1 item 6)."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from units.models import Task, Unit
from units.texts import some_of

from . import exchange, hanging, routing
from . import reply_questions as asking
from .deadlines import shown
from .models import Document, MeetingReply, ReplyCall
from .reply_inputs import AnswerInput
from .states import ENDED, GONE, Direction, DocType, State, StepKind

ASKED_OF = frozenset({DocType.NOTICE, DocType.LETTER, DocType.INFORMAL_LETTER})
NAMED = 5
ENDED_BY = {State.RECALLED: "发文单位", State.REPLACED: "本件", State.VOIDED: "本件"}  # others end at the receiver
MOST = 10  # persons of one unit where no number is set
PHONE = re.compile(r"[0-9+()（） 转\-—－]{5,40}")
COLUMNS = (
    ("序号", 12), ("单位", 38), ("回执", 16), ("姓名", 26), ("职务", 36), ("电话", 34), ("请假原因", 38), ("备注", 32),
    ("填报", 35),
)  # fmt: skip


def call_of(document: Document) -> ReplyCall | None:
    """What its issuer asks, of an issued document and of each of its deliveries alike."""
    if document.doc_type not in ASKED_OF or document.direction == Direction.INTERNAL:
        return None
    key = document.issued_id if document.is_incoming else document.pk
    rows = ReplyCall.objects.filter(document=key).select_related("asked_by")
    call = hanging.once(document, "call", rows.first) if key else None
    if call is not None:
        call.document = document.content
    return call


def is_over(call: ReplyCall) -> bool:
    return call.due_at <= timezone.now()


def open_for(document: Document, deliveries: list[Document]) -> None:
    """Each new receiver has the answer among what waits for its clerk. A 更正件 asks as what it replaces did."""
    call = call_of(document)
    if call is None and document.corrects_id and (asked := call_of(document.corrects)):
        call = ReplyCall.objects.create(
            document=document, due_at=asked.due_at, most=asked.most, note=asked.note, questions=asked.questions,
            asked_by=asked.asked_by,
        )  # fmt: skip
    if call is not None:
        for delivery in deliveries:
            ask(call, delivery)


def ask(call: ReplyCall, delivery: Document) -> None:
    routing.assign(delivery, StepKind.ANSWER, post="clerk", due_at=call.due_at, remark=told_of(call))


def told_of(call: ReplyCall) -> str:
    """What is asked, in one line."""
    places = f"每单位不超过 {call.most} 人" if call.most else ""
    questions = "、".join(one.told for one in asking.loaded(call.questions))
    parts = (f"{shown(call.due_at)} 前填报回执", places, call.note, f"另请填写：{questions}" if questions else "")
    return "，".join(part for part in parts if part)


def waiting_for(document: Document):
    """Open items of the receivers who have not answered."""
    deliveries = exchange.deliveries_of(document).exclude(state__in=sorted(GONE)).values("uid")
    return Task.objects.open().filter(kind=StepKind.ANSWER, subject_uid__in=deliveries)


def end_for(document: Document) -> None:
    """The issuer has completed it: what was not answered is waited for no more."""
    if call_of(document) is not None and not document.is_incoming:
        waiting_for(document).update(closed_at=timezone.now(), outcome="dropped")


def may_be_asked(document: Document) -> str:
    if document.direction != Direction.OUTGOING or document.doc_type not in ASKED_OF:
        return "只有通知、函和便函可以要求回执。"
    return f"“{document}”{document.get_state_display()}，不能再要求回执。" if document.state in ENDED else ""


def may_be_closed(document: Document) -> str:
    if reason := may_be_asked(document):
        return reason
    call = call_of(document)
    if call is None or document.state != State.DISPATCHED:
        return "没有发出的回执要求。"
    return "回执已经截止。" if is_over(call) else ""


def bars_answer(document: Document) -> str:
    """Why the unit cannot answer (any more)."""
    if document.joint_copy:
        return "联合发文单位不填报回执。"
    if not document.is_incoming or document.issued_id is None or (call := call_of(document)) is None:
        return "发文单位没有要求回执。"
    if document.state == State.DELIVERED:
        return "请先签收，再填报回执。"
    if document.state in ENDED:
        return f"{ENDED_BY.get(State(document.state), '本单位')}{document.get_state_display()}，回执不能再改；确需变更的，请与发文单位电话联系。"
    if document.issued.state != State.DISPATCHED:
        return "发文单位已办结，回执不能再改；确需变更的，请与发文单位电话联系。"
    if is_over(call) and reply_of(document) is not None:
        return "回执已截止，不能再改；确需变更的，请与发文单位电话联系。"
    return ""


def reply_of(delivery: Document) -> MeetingReply | None:
    """The answer that counts."""
    rows = MeetingReply.objects.filter(delivery=delivery).order_by("-pk")
    return hanging.once(delivery, "reply", rows.first)


def replies_are_in(document: Document, act) -> str:
    """Check of 办结 at the issuer: until the limit every unit may still change what it answered."""
    call = call_of(document)
    if call is None or is_over(call):
        return ""
    still = f"（{told}）" if (told := silent_of(call)) else ""
    return f"回执 {shown(call.due_at)} 截止，此前各单位还可修改{still}；现在就要办结的，请先“截止回执”。"


def silent_of(call: ReplyCall) -> str:
    """How many have answered, and who has not; "" when all have."""
    answers = answers_to(call)
    names = [row.unit.short_name for row in answers.rows if row.reply is None and not row.is_gone]
    if not names:
        return ""
    return f"回执 {answers.counts['answered']}/{answers.counts['all']}，{some_of(names, NAMED, '个单位')}未报"


def told_before(step: str, document: Document) -> str:
    """Beside the button of 办结 at the issuer: who has not answered; "" where all have, and for other steps."""
    if step != "complete" or document.is_incoming or document.dispatched_at is None:
        return ""
    told = silent_of(call) if (call := call_of(document)) is not None else ""
    return f"{told}。办结后不能再报。" if told else ""


def reply_is_given(document: Document, act) -> str:
    """Check of 办结 at a receiver: who does not come says so."""
    if bars_answer(document) or reply_of(document) is not None:
        return ""
    return "会议通知回执还没有填报，请先填报；不参加的，也请填写原因。"


def faults_of(given: AnswerInput, most: int | None, asked: Sequence = ()) -> list[tuple[str, str]]:
    """(field, sentence) of everything that is wrong with an answer; `asked` are the notice's own questions, as kept."""
    if not given.attends:
        found = [("reason", "不参加的，请填写原因。")] if not given.reason else []
        if given.answers:
            found.append(("attends", "不参加的，不回答所问事项。"))
        return found + ([("attends", "已填写参会人员：请改选“参加”，或删去参会人员。")] if given.people else [])
    return _faults_of_people(given, most) + asking.faults_of_answers(asking.loaded(asked), given.answers)


def _faults_of_people(given: AnswerInput, most: int | None) -> list[tuple[str, str]]:
    found = [("attends", "参加的不填请假原因：请改选“不参加”，或删去原因。")] if given.reason else []
    if not given.people:
        return [*found, ("name_1", "请填写参会人员。")]
    if most and len(given.people) > most:
        found.append((f"name_{most + 1}", f"发文单位限每单位 {most} 人，现填 {len(given.people)} 人，请减少。"))
    for place, (name, post, phone) in enumerate(given.people, start=1):
        if not name:
            found.append((f"name_{place}", f"第{place}人没有姓名，请补填，或清空这一行。"))
        if not post:
            found.append((f"post_{place}", f"第{place}人没有职务，请补填。"))
        if phone and not PHONE.fullmatch(phone):
            found.append((f"phone_{place}", f"第{place}人的电话应为数字，如 62510000 或 13800000000。"))
    if not any(phone for _, _, phone in given.people):
        found.append(("phone_1", "请至少填写一人的电话，以便联系。"))
    twice = [name for name, count in Counter(name for name, _, _ in given.people).items() if name and count > 1]
    return found + [("name_1", f"{name}填写了两次，请删去一行。") for name in twice]


def in_words(given: AnswerInput | MeetingReply) -> str:
    """An answer as opinion, event and list show it."""
    people = "、".join(f"{name}（{'，'.join(filter(None, (post, phone)))}）" for name, post, phone in given.people)
    said = f"参加：{people}" if given.attends else f"不参加：{given.reason}"
    said = f"{said}。{asking.in_words(given.answers)}"
    return f"{said}备注：{given.remark}" if given.remark else said


@dataclass
class Answered:
    """One unit's line of the issuer's table; `times` is how often it wrote."""

    unit: Unit
    state: str
    is_gone: bool
    reply: MeetingReply | None = None
    times: int = 0

    @property
    def word(self) -> str:
        return "未报" if self.reply is None else "参加" if self.reply.attends else "请假"


@dataclass
class Answers:
    """What the issuer sees; units that returned it, or from which it was recalled, count no more."""

    call: ReplyCall
    rows: list[Answered]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return is_over(self.call)

    @property
    def questions(self) -> tuple[asking.Question, ...]:
        return asking.loaded(self.call.questions)

    @property
    def totals(self) -> list[tuple[str, str | int]]:
        """(question, total) of the units that come; "" where words are asked for."""
        live = (row.reply.answers for row in self.rows if row.reply is not None and not row.is_gone)
        return asking.totals_of(self.questions, live)

    @property
    def counted(self) -> list[tuple[str, str | int]]:
        """`totals` but for those of words."""
        return [(label, total) for label, total in self.totals if total != ""]

    @property
    def columns(self) -> tuple[tuple[str, int], ...]:
        """COLUMNS, and one a question before who answered."""
        return (*COLUMNS[:-1], *((one.label, one.width) for one in self.questions), COLUMNS[-1])


def answers_to(call: ReplyCall, *, waiting_first: bool = False) -> Answers:
    """Two statements, however many receivers."""
    replies: dict[int, list[MeetingReply]] = {}
    for one in call.replies.order_by("pk"):
        replies.setdefault(one.delivery_id, []).append(one)
    rows = [
        Answered(one.unit, one.get_state_display(), one.state in GONE, said[-1] if said else None, len(said))
        for one in hanging.deliveries(call.document)
        if (said := replies.get(one.pk, [])) or one.state not in GONE
    ]
    if waiting_first:
        rows.sort(key=lambda row: row.reply is not None)
    return Answers(call, rows, _counts(rows))


def _counts(rows: list[Answered]) -> dict[str, int]:
    live = [row for row in rows if not row.is_gone]
    given = [row.reply for row in live if row.reply is not None]
    coming = [one for one in given if one.attends]
    return {
        "all": len(live),
        "answered": len(given),
        "coming": len(coming),
        "people": sum(len(one.people) for one in coming),
        "excused": len(given) - len(coming),
        "waiting": len(live) - len(given),
    }


def lines_of(answers: Answers) -> list[tuple[tuple, bool]]:
    """(cells of `columns`, is it struck through): a line a person, one for a unit that sends nobody or is silent.

    The answers to questions are the unit's: on its first line only, so that a column can be summed. Their totals are
    the last line.
    """
    found: list[tuple[tuple, bool]] = []
    questions = answers.questions
    for number, row in enumerate(answers.rows, start=1):  # the unit's number, on each of its lines
        said = row.reply
        by = f"{said.name} {_moment(said.at)}{'（逾期）' if said.is_late else ''}" if said else ""
        people = said.people if said and said.people else [("", "", "")]
        told = dict(said.answers) if said else {}
        for place, person in enumerate(people):
            remark = row.state if row.is_gone else said.remark if said else ""
            own = tuple(asking.cell_of(one, "" if place else told.get(one.label, "")) for one in questions)
            cells = (number, row.unit.name, row.word, *person, said.reason if said else "", remark, *own, by)
            found.append((cells, row.is_gone))
    if questions:
        blank = ("",) * (len(COLUMNS) - 3)
        found.append((("", "合计", *blank, *(total for _, total in answers.totals), ""), False))
    return found


def summary_of(answers: Answers) -> str:
    n = answers.counts
    return (
        f"应报 {n['all']} 个单位，已报 {n['answered']}，未报 {n['waiting']}；参加 {n['coming']} 个单位 {n['people']} 人，"
        f"请假 {n['excused']} 个单位"
    )


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
