"""Forms of 要求回执, 填报回执, 补录意见 and 异议; they register themselves in forms.SIDE_FORMS."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from units.tasks import shortened
from units.typed_days import DayField
from units.workflow import Act

from . import conclusions, hanging, on_paper, revoking, said_before
from . import forms as base
from .asking_twice import AsksTwice
from .fields import PrintedLine, PrintedText, refuse_name
from .limit_fields import CountedDay, DayOffMixin
from .models import PaperOpinion
from .reply_calls import MOST, call_of, faults_of, in_words, reply_of
from .reply_inputs import AnswerInput, OnPaperInput
from .reply_questions import DIGITS, NO, TEXT, YES, Question, loaded
from .scan_fields import ProofField
from .states import AnswerKind, OpinionWay, StepKind

AFTERNOON = time(17, 0)
CLOCK = {"invalid": "时间应写成 17:00 的样式。", "required": "请填写时间。"}
DAY = {**base.LATER, "required": "请填写日期。"}
BLANK = ("", "请选择")
# what is true of one opinion on paper and of no other
OF_ONE = ("result", "given_on", "given_clock")
SHOWN = 3  # rows of people that stand there; more are unfolded


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs):
        super().__init__(format="%H:%M", **kwargs)


def moment_of(day, clock) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def clock_field(label: str, **kwargs) -> forms.TimeField:
    return forms.TimeField(label=label, widget=TimeInput, error_messages=CLOCK, **kwargs)


def day_field(label: str, **kwargs) -> forms.DateField:
    return DayField(label=label, widget=CountedDay, error_messages=DAY, **kwargs)


class AskForm(DayOffMixin, base.SideForm):
    due_on = day_field("截止日期")
    due_clock = clock_field("截止时间", initial=AFTERNOON)
    most = forms.IntegerField(
        min_value=1, max_value=MOST, required=False, label="每单位名额", help_text="不限的不填",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), f"名额应为 1 至 {MOST} 的整数。"),
    )  # fmt: skip
    note = PrintedLine(max_length=200, required=False, label="回执要求", help_text="如：请分管领导参加")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.call is not None:
            due = timezone.localtime(self.call.due_at)
            for name, value in {"due_clock": due.time(), "most": self.call.most, "note": self.call.note}.items():
                self.fields[name].initial = value

    @cached_property
    def call(self):
        return call_of(self.document)

    def standing_day(self):
        return timezone.localdate(self.call.due_at) if self.call is not None else None

    def clean(self):
        data = super().clean()
        if (
            data.get("due_on")
            and data.get("due_clock")
            and moment_of(data["due_on"], data["due_clock"]) <= timezone.now()
        ):
            self.add_error("due_on", "回执截止时间应晚于现在。")
        return data

    def values(self) -> dict:
        data = self.cleaned_data
        return {"due_at": moment_of(data["due_on"], data["due_clock"]), "most": data["most"]}


def field_of(question: Question) -> forms.Field:
    """The box in which a receiver answers; that it must be answered is said of who comes only."""
    if question.kind == AnswerKind.NUMBER:
        most = 10**DIGITS - 1
        told = dict.fromkeys(("invalid", "min_value", "max_value"), f"应为 0 至 {most} 的整数。")
        return forms.IntegerField(
            min_value=0, max_value=most, required=False, label=question.label, error_messages=told
        )
    if question.kind == AnswerKind.TEXT:
        return PrintedLine(max_length=TEXT, required=False, label=question.label)
    choices = [(one, one) for one in (YES, NO)] + ([] if question.must else [("", "不填")])
    return forms.ChoiceField(
        choices=choices, required=False, widget=forms.RadioSelect, label=question.label, error_messages=base.CHOICE
    )


class AnswerForm(base.SideForm):
    """Rows of 姓名, 职务, 电话; what was answered before stands in them."""

    attends = forms.ChoiceField(
        choices=[("yes", "参加"), ("no", "不参加")], widget=forms.RadioSelect, label="是否参加",
        error_messages=base.CHOICE,
    )  # fmt: skip
    reason = PrintedLine(max_length=200, required=False, label="不参加的原因", help_text="不参加的须填写")
    remark = PrintedLine(max_length=200, required=False, label="备注", help_text="如：车牌号、随行人员")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        call, said = call_of(self.document), reply_of(self.document)
        self.most, self.asked = (call.most, call.questions) if call else (None, [])
        self.fields["reason"].depends = True  # who does not come gives it
        people = said.people if said else []
        for place in range(1, max(self.most or MOST, len(people)) + 1):
            for name, label, most in (("name", "姓名", 40), ("post", "职务", 60), ("phone", "电话", 40)):
                one = PrintedLine(max_length=most, required=False, label=f"第{place}人{label}")
                one.depends = True  # "选填" on each cell would say nothing
                self.fields[f"{name}_{place}"] = one
        for place, row in enumerate(people, start=1):
            for name, value in zip(("name", "post", "phone"), row, strict=True):
                self.fields[f"{name}_{place}"].initial = value
        if said:
            self.fields["attends"].initial = "yes" if said.attends else "no"
            self.fields["reason"].initial, self.fields["remark"].initial = said.reason, said.remark
        answered = dict(said.answers) if said else {}
        for place, one in enumerate(loaded(self.asked), start=1):
            self.fields[f"said_{place}"] = field = field_of(one)
            field.depends = one.must  # who comes answers it: reply_calls.faults_of
            field.initial = answered.get(one.label, "")

    @property
    def questions(self) -> list:
        return [self[name] for name in self.fields if name.startswith("said_")]

    @property
    def rows(self) -> list:
        """Bound fields of each person: those that stand there, and those that are unfolded."""
        count = sum(name.startswith("name_") for name in self.fields)
        return [[self[f"{name}_{place}"] for name in ("name", "post", "phone")] for place in range(1, count + 1)]

    @property
    def first_rows(self) -> list:
        return self.rows[:SHOWN]

    @property
    def more_rows(self) -> list:
        return self.rows[SHOWN:]

    @property
    def is_unfolded(self) -> bool:
        return any(cell.value() or cell.errors for row in self.more_rows for cell in row)

    @property
    def phrase(self) -> str:
        return in_words(self.given())

    def clean(self):
        data = super().clean()
        if not self.errors:
            for name, sentence in faults_of(AnswerInput(**self.values()), self.most, self.asked):
                self.add_error(name if name in self.fields else "name_1", sentence)
        return data

    def values(self) -> dict:
        data = self.cleaned_data
        cells = [[data.get(one.name, "") for one in row] for row in self.rows]
        said = zip(loaded(self.asked), self.questions, strict=True)
        answers = [(question.label, data.get(field.name)) for question, field in said]
        comes = data.get("attends") == "yes"  # a chosen 是 cannot be unchosen: of who does not come it is left out
        return {
            "attends": comes,
            "answers": tuple((label, str(one)) for label, one in answers if one not in (None, "")) if comes else (),
            "people": tuple(tuple(row) for row in cells if any(row)),
            "reason": data.get("reason", ""),
            "remark": data.get("remark", ""),
        }


class CloseForm(base.SideForm):
    told = "截止后，各单位不能再改已报的回执；未报的仍可补报，并注明逾期。"


class EnterForm(AsksTwice, base.SideForm):
    """补录意见: which step of whom, by what, when, in which words, and the scan."""

    about = "proof"

    whose = forms.ChoiceField(
        label="谁的意见",
        error_messages=base.CHOICE | {"invalid_choice": "所选环节已经办理，请重新选择，并按原件重新填写结论和时间。"},
    )
    way = forms.ChoiceField(
        choices=OpinionWay, widget=forms.RadioSelect, label="方式", error_messages=base.CHOICE,
        help_text="纸质签批办结该环节；电话意见只作记录，该环节仍待本人办理",
    )  # fmt: skip
    result = forms.ChoiceField(
        required=False, widget=forms.RadioSelect, label="结论", error_messages=base.CHOICE,
        help_text="照原件所写；退回的，文稿退拟稿人修改",
    )  # fmt: skip
    early = forms.BooleanField(required=False, label="确系先签批、后登记或送审，日期和时间无误")
    given_on = day_field("签批日期")
    given_clock = clock_field("签批时间")
    note = PrintedText(
        max_length=2000, label="意见", help_text="照录原文", widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请照录签批意见。"},
    )  # fmt: skip
    proof = ProofField(
        required=False, label="签批件扫描件", help_text="纸质签批必须上传；PDF、JPG、PNG 或 TIFF",
        error_messages={"empty": "文件是空的（0 字节），请重新扫描后上传。", "missing": "没有收到文件，请重新选择。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_be_asked("照此补录")
        if not self.is_bound:
            del self.fields["early"]
        self.people = {}
        choices = []
        items = list(on_paper.items_of(self.document))
        leaders = on_paper.leaders_of_each(items)
        for task in items:
            for one in leaders[task.pk]:
                self.people[f"{task.pk}:{one.user_id}"] = (task, one.user)
                unit = "" if task.unit_id == self.document.unit_id else f"{one.post.unit.short_name} "
                choices.append((f"{task.pk}:{one.user_id}", f"{unit}{one.user.name}（{task.label}）"))
        self.fields["result"].depends = True
        self._ask_the_conclusion()
        self.fields["whose"].choices = choices if len(choices) == 1 else [BLANK, *choices]
        self.fields["proof"].depends = True
        if self.is_bound and self._is_over(self.data):
            self.data = self.data.copy()
            for name in (*OF_ONE, "despite"):
                self.data.pop(self.add_prefix(name), None)

    def _is_over(self, typed) -> bool:
        """Filled in for a step that waits no more; then the only one that is left is not chosen by itself."""
        whose = typed.get(self.add_prefix("whose"), "")
        if not whose or whose in self.people:
            return False
        self.fields["whose"].choices = [BLANK, *(one for one in self.fields["whose"].choices if one != BLANK)]
        return True

    def concluded_anew(self, typed, saved_at) -> tuple[str, ...]:
        """What somebody else signed is no conclusion of the next one; before anybody is chosen it is nobody's."""
        if self._is_over(typed):
            return ("whose", *OF_ONE)
        return () if typed.get(self.add_prefix("whose")) else ("result",)

    def _ask_the_conclusion(self) -> None:
        """Of every kind of step that waits; of 传阅 there is none. Nothing is chosen beforehand."""
        kinds = list(dict.fromkeys(task.kind for task, _ in self.people.values()))
        offered: dict[str, list[str]] = {}
        for kind in kinds:
            for value, label in conclusions.of(kind, self.document.direction).items():
                offered.setdefault(value, []).append(label)
        if not offered:
            del self.fields["result"]
            return
        self.fields["result"].choices = [(key, "／".join(dict.fromkeys(names))) for key, names in offered.items()]
        concluding = [StepKind(kind).label for kind in kinds if conclusions.of(kind, self.document.direction)]
        self.fields["result"].label = f"{'、'.join(concluding)}结论"

    def clean_proof(self):
        if upload := self.cleaned_data["proof"]:
            refuse_name(upload.name or "", "", is_printed=False)
        return upload

    def clean(self):
        data = super().clean()
        task, _ = self.people.get(data.get("whose"), (None, None))
        offered = conclusions.of(task.kind, self.document.direction) if task is not None else {}
        if offered and data.get("result") not in offered and "result" not in self.errors:
            self.add_error("result", conclusions.asked(task.kind, self.document.direction))
        self.ask_if_it_refuses(data.get("result") in conclusions.AGREEING)
        if data.get("way") == OpinionWay.PAPER and not data.get("proof") and "proof" not in self.errors:
            self.add_error("proof", "请上传签批件的扫描件。")
        self._judge_the_moment(data)
        return data

    def _judge_the_moment(self, data) -> None:
        early = ""
        if data.get("given_on") and data.get("given_clock"):
            moment = moment_of(data["given_on"], data["given_clock"])
            reasons = on_paper.is_of_its_time(self.document, Act(None, OnPaperInput(given_at=moment)))
            for reason in reasons:
                self.add_error("given_on", reason)
            early = "" if reasons else on_paper.comes_before(self.document, moment)
        if not early:
            del self.fields["early"]  # the question is there only where it is one
        elif not data.get("early"):
            self.add_error("early", early)

    def values(self) -> dict:
        data = self.cleaned_data
        task, leader = self.people[data["whose"]]
        at = moment_of(data["given_on"], data["given_clock"])
        result = data.get("result", "") if conclusions.of(task.kind, self.document.direction) else ""
        return {
            "task": task.pk, "leader": leader, "way": data["way"], "given_at": at, "upload": data["proof"],
            "result": result, "early": bool(data.get("early")),
        }  # fmt: skip


def _choice(entry: PaperOpinion) -> tuple[int, str]:
    """甲（纸质签批，乙补录）：同意。"""
    return entry.pk, shortened(f"{entry.shown}：{entry.opinion.text}", 80)


class ObjectForm(base.SideForm):
    which = PaperOpinion.OPEN

    entry = forms.TypedChoiceField(coerce=int, label="对哪一条补录", error_messages=base.CHOICE)
    note = PrintedText(
        max_length=500, label="异议", widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明异议。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.document.paper_opinions.filter(**self.which).select_related("opinion").order_by("-pk")
        if (visitor := hanging.visitor(self.document)) is not None:  # each objects to what was entered in his own name
            rows = rows.filter(opinion__by=visitor)
        self.fields["entry"].choices = [_choice(one) for one in rows]


class WithdrawObjectionForm(ObjectForm):
    which = PaperOpinion.OBJECTED

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["entry"].label = "对哪一条的异议"
        self.fields["note"].label = "撤回说明"
        self.fields["note"].error_messages["required"] = "请写明为何撤回异议。"


class RevokeEntryForm(base.NoteForm):
    """撤销补录: which entry, and why; whose opinion it was is asked himself."""

    entry = forms.TypedChoiceField(coerce=int, label="撤销哪一条补录", error_messages=base.CHOICE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["entry"].choices = [_choice(one) for one in revoking.revocable(self.document)]


class FileForm(base.NoteForm):
    """改为归档: for how long; the filing class is the document's."""

    retention_code = base.period_field()


class VoidNumberForm(base.SideNoteForm):
    """Which number becomes void, and which one comes in its stead."""

    @property
    def told(self) -> str:
        return said_before.of_voiding(self.document)


base.SIDE_FORMS.update(enter_opinion=EnterForm, object=ObjectForm, void_number=VoidNumberForm)
base.SIDE_FORMS.update(withdraw_objection=WithdrawObjectionForm)
base.STEP_FORMS.update(revoke_entry=RevokeEntryForm, file_after_all=FileForm)
base.SIDE_FORMS.update(ask_replies=AskForm, close_replies=CloseForm, answer=AnswerForm)
