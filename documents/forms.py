"""Forms of documents: the draft, a document from outside, filters of the lists, and one small form per step."""

from dataclasses import fields
from functools import partial

from django import forms

from units.choosing import PeopleField, UnitsField, units_for
from units.models import Appointment, Unit, User
from units.roles import ADMINISTRATORS
from units.texts import LineField
from units.tidying import as_attribute, tidy
from units.typed_days import DayField

from . import hanging, own_answers
from .asking_twice import AsksTwice
from .begun_drafts import BegunMixin
from .conditions import asks_why_unsigned, told_unsigned
from .fields import PrintedLine, PrintedText, UnmarkedLine, UnmarkedText, refuse_name
from .inputs import ASKED
from .limit_fields import LATER, DateInput, LimitMixin, limit_is_asked
from .recent import recent_units
from .route_choice import WayMixin
from .scan_fields import ScansField
from .sent_again import UnchangedMixin
from .states import (
    CURRENT_TYPES,
    SECRET_CLASSES,
    AddresseeKind,
    Disclosure,
    DocType,
    HandlingKind,
    NotToFile,
    RoutingDirection,
    SecurityClass,
    Urgency,
)
from .step_fields import StepFields

TYPES = [(value, DocType(value).label) for value in CURRENT_TYPES]
CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择一项。"}


ADDRESSEES = {"apart": "addressees", "excludes": "unit"}


WARNED = [
    (value, f"{label}（本系统不得处理）") for value, label in SECRET_CLASSES.items()
]  # so that they can be refused


class DraftForm(BegunMixin):
    """拟稿; names are those of documents.actions.DRAFT_FIELDS plus the addressees."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="发文单位", empty_label=None, error_messages=CHOICE)
    doc_type = forms.ChoiceField(choices=TYPES, label="文种", initial=DocType.NOTICE, error_messages=CHOICE)
    title = UnmarkedLine(max_length=300, is_name=True, label="标题", help_text="如：关于××工作的通知")
    routing_direction = forms.ChoiceField(
        choices=RoutingDirection, label="行文方向", initial=RoutingDirection.DOWN, error_messages=CHOICE
    )
    urgency = forms.ChoiceField(choices=Urgency, required=False, label="紧急程度", error_messages=CHOICE)
    security_class = forms.ChoiceField(
        choices=[*SecurityClass.choices, *WARNED], label="密级", initial=SecurityClass.PUBLIC,
        help_text="本系统不得处理涉密文件，选秘密、机密、绝密的不予保存", error_messages=CHOICE,
    )  # fmt: skip
    main = UnitsField(required=False, label="主送单位", **ADDRESSEES)
    main_outside = LineField(
        max_length=200, required=False, label="主送区外单位", help_text="不在名单中的机关，用顿号分隔"
    )
    cc = UnitsField(required=False, label="抄送单位", **ADDRESSEES)
    cc_outside = LineField(max_length=200, required=False, label="抄送区外单位")
    countersigners = UnitsField(required=False, label="会签单位", help_text="由其领导会签后再签发", excludes="unit")
    body = UnmarkedText(
        max_length=200_000,
        required=False,
        label="正文",
        help_text="只写正文：标题、主送机关、落款和日期由系统排版",
        widget=forms.Textarea(attrs={"rows": 18, "data-tidy": as_attribute()}),
    )
    disclosure_attr = forms.ChoiceField(
        choices=Disclosure, label="公开属性", initial=Disclosure.ON_REQUEST, error_messages=CHOICE
    )
    disclosure_reason = LineField(
        max_length=200, required=False, label="不予公开理由", help_text="公开属性为不予公开时必填"
    )
    contact = UnmarkedLine(max_length=60, required=False, label="联系人和电话")
    note = UnmarkedLine(max_length=200, required=False, label="附注")
    print_copies = forms.IntegerField(
        min_value=0,
        max_value=9999,
        initial=1,
        label="印制份数",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "required"), "请填写 0 至 9999 的整数。"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    for asked in (main, body, disclosure_reason, contact):  # of some kinds of document, or by 送审: not 选填
        asked.depends = True
    del asked

    def __init__(self, *args, units=(), by, **kwargs):
        super().__init__(*args, **kwargs)
        everybody = units_for(by, recent_units(by))
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        for name in ("main", "cc", "countersigners"):
            self.fields[name].offer = everybody
        if len(units) == 1:
            self.fields["unit"].initial = units[0]
        self.begin()

    def clean(self):
        data = super().clean()
        main, cc = data.get("main") or [], data.get("cc") or []
        if both := [unit.short_name for unit in cc if unit in main]:
            self.add_error("cc", f"{'、'.join(both)}已是主送单位，不要重复抄送。")
        for name in ("main", "cc", "countersigners"):
            if data.get("unit") in (data.get(name) or ()):
                self.add_error(name, f"{data['unit']}是发文单位，不能同时作为{self.fields[name].label}，请去掉。")
        return data

    @property
    def has_more(self) -> bool:
        """Whether something stands, or is wrong, in the folded part."""
        return any(self[name].value() or self[name].errors for name in ("main_outside", "cc_outside", "countersigners"))

    def clean_body(self):
        """整理文字并保存, for whoever has no JavaScript; the text before it is the revision before."""
        return tidy(self.cleaned_data["body"])[0] if "tidy" in self.data else self.cleaned_data["body"]

    def addressees(self) -> list[tuple]:
        found = []
        for kind, inside, outside in (
            (AddresseeKind.MAIN, "main", "main_outside"),
            (AddresseeKind.CC, "cc", "cc_outside"),
        ):
            found += [(kind, unit, unit.name) for unit in self.cleaned_data[inside]]
            names = self.cleaned_data[outside].replace("，", "、").replace(",", "、").split("、")
            found += [(kind, None, name.strip()) for name in names if name.strip()]
        return found


class OutsideForm(forms.Form):
    """收文登记: a document that came on paper or from outside the district."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="收文单位", empty_label=None, error_messages=CHOICE)
    sender_name = PrintedLine(max_length=200, label="来文单位")
    sender_number = PrintedLine(max_length=100, required=False, label="来文字号", help_text="按原件照录，没有可不填")
    sender_date = DayField(required=False, label="成文日期", widget=DateInput, error_messages=LATER)
    doc_type = forms.ChoiceField(choices=TYPES, label="文种", initial=DocType.NOTICE, error_messages=CHOICE)
    title = PrintedLine(max_length=300, is_name=True, label="标题")
    urgency = forms.ChoiceField(choices=Urgency, required=False, label="紧急程度", error_messages=CHOICE)
    body = UnmarkedText(
        max_length=200_000, required=False, label="正文或摘要", widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, *args, units=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])


class SideForm(StepFields):
    """A side act's form: `note` where it has one, and the typed input of the act."""

    about = ""  # the field that a refusal speaks of

    def __init__(self, *args, act, document, **kwargs):
        super().__init__(*args, prefix=act.name, **kwargs)
        self.act, self.document = act, document

    @property
    def note(self) -> str:
        return self.cleaned_data.get("note", "")

    def given(self):
        names = {one.name for one in fields(self.act.input)}
        return self.act.input(**{name: value for name, value in self.values().items() if name in names})


class SideNoteForm(SideForm):
    note = PrintedText(max_length=2000, required=False, label="意见", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = self.act.needs_note
        self.fields["note"].label = self.act.note_name


class FileForm(SideForm):
    about = "file"
    file = ScansField(label="选择文件", help_text="可一次选多个，按所选顺序排列；有一个不能用的，都不保存，逐个列出")
    title = UnmarkedLine(
        max_length=200,
        required=False,
        is_name=True,
        label="附件名称",
        help_text="印在正文后的附件说明中，不填则用文件名；只选一个文件时填写",
    )
    is_main_text = forms.BooleanField(required=False, label="这是来文正文")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_printed = not self.document.is_incoming
        self.fields["file"].check_name = partial(refuse_name, title=self._typed_title, is_printed=is_printed)
        if is_printed:
            del self.fields["is_main_text"]

    @property
    def _typed_title(self) -> str:
        return str(self.data.get(self.add_prefix("title")) or "").strip()

    def clean_title(self):
        title = self.cleaned_data["title"]
        if title and len(self.files.getlist(self.add_prefix("file")) if self.files else ()) > 1:
            raise forms.ValidationError(
                "一次选了几个文件，不能共用一个附件名称：不填则各用文件名，要另起名称的请逐个添加。"
            )
        return title

    def values(self) -> dict:
        return {**super().values(), "files": self.cleaned_data["file"]}


class NoteForm(AsksTwice, StepFields):
    """What every step may carry: an opinion."""

    about = ""
    words_first = False  # 拟办 and 批示: what is said, then who does it

    note = PrintedText(max_length=2000, required=False, label="意见", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, document, by, step, **kwargs):
        super().__init__(*args, **kwargs)
        self.document, self.by, self.step = document, by, step
        self.fields["note"].required = step.needs_note
        self.fields["note"].label = step.note_name
        # the box is empty: what stood in it before he has thought would be nobody's opinion
        if step.name in AGREEING:
            self.may_be_asked(step.label)

    @property
    def agrees(self) -> bool:
        """Whether the step, as the form is filled, says 同意."""
        return True

    def clean(self):
        data = super().clean()
        self.ask_if_it_refuses(self.agrees)
        return data

    def given(self):
        """The transition's input, from the fields of the same names."""
        names = {one.name for one in fields(self.step.input)}
        return self.step.input(**{name: value for name, value in self.values().items() if name in names})


AGREEING = ("review", "check", "approve", "countersign")


def people_of(unit) -> "User":
    held = Appointment.objects.active().filter(post__unit=unit).exclude(post__kind__in=ADMINISTRATORS)
    return User.objects.filter(pk__in=held.values("user")).order_by("name")


class SubmitForm(UnchangedMixin, WayMixin, NoteForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ask_of_unchanged()
        self.fields["note"].label = "送审说明"


class RegisterForm(WayMixin, LimitMixin, NoteForm):
    handling_kind = forms.ChoiceField(
        choices=HandlingKind,
        label="办件类型",
        widget=forms.RadioSelect,
        initial=HandlingKind.FOR_ACTION,
        error_messages=CHOICE,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        limit_is_asked(self)


class OfficerMixin(forms.Form):
    lead_officer = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        label="主办人",
        empty_label="待承办：承办人未确定，由承办处室指定",
        error_messages=CHOICE,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = {one.key: one.named for one in hanging.people(self.document).candidates}
        self.fields["lead_officer"].queryset = people_of(self.document.unit)
        self.fields["lead_officer"].label_from_instance = lambda person: names.get(person.pk, person.name)
        self.fields["lead_officer"].initial = self.document.lead_officer_id


class InstructForm(OfficerMixin, NoteForm):
    words_first = True

    readers = PeopleField(required=False, label="传阅")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["readers"].offer = hanging.people(self.document)

    def values(self) -> dict:
        return {**super().values(), "readers": tuple(self.cleaned_data["readers"])}


class NumberForm(NoteForm):
    print_copies = forms.IntegerField(
        min_value=0, max_value=9999, required=False, label="印制份数", error_messages={"invalid": "请填写整数。"}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["print_copies"].initial = self.document.print_copies  # as the drafter gave it


def period_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False, label="保管期限", help_text="永久、30年的移交区档案馆，10年的由本单位保管",
        choices=[("", "按建议"), ("Y", "永久"), ("D30", "30年"), ("D10", "10年")], error_messages=CHOICE,
    )  # fmt: skip


class CompleteForm(NoteForm):
    retention_code = period_field()
    not_to_file = forms.ChoiceField(
        required=False,
        label="是否归档",
        choices=[("", "归档"), *((code, f"不归档：{reason}") for code, reason in NotToFile.choices)],
        error_messages=CHOICE,
    )
    result = PrintedText(max_length=2000, required=False, label="办理结果", widget=forms.Textarea(attrs={"rows": 2}))
    reply_waived = LineField(
        max_length=200, required=False, label=ASKED["reply_waived"], help_text="尚未收到批复的，须填写"
    )
    reply_waived.depends = True
    unsigned_reason = PrintedLine(
        max_length=200,
        label=ASKED["unsigned_reason"],
    )
    unanswered_reason = PrintedLine(max_length=200, label=own_answers.LABEL)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._ask("unanswered_reason", own_answers.told, own_answers.asks_why)
        self._ask("unsigned_reason", told_unsigned, asks_why_unsigned)
        if self.document.doc_type != DocType.REQUEST or self.document.is_incoming:
            del self.fields["reply_waived"]
        if not self.document.is_incoming:
            del self.fields["result"]
        else:
            self.fields["result"].initial = self.document.result

    def _ask(self, name: str, told, asks_why) -> None:
        """Why it ends before its time: what is missing is told beside the box, which is there while something is."""
        if said := told(self.document):
            self.fields[name].help_text, self.fields[name].asked = said, asks_why(self.document)
        else:
            del self.fields[name]


STEP_FORMS = {
    "submit": SubmitForm,
    "register": RegisterForm,
    "instruct": InstructForm,
    "number": NumberForm,
    "complete": CompleteForm,
}


def step_form(step, document, by, data=None) -> NoteForm:
    """The form of one transition; field names carry the step's name, so that a page can hold several."""
    kind = STEP_FORMS.get(step.name, NoteForm)  # a form, or what chooses one
    return kind(data, document=document, by=by, step=step, prefix=step.name)


class PublishForm(SideForm):
    topic = LineField(max_length=60, label="主题分类", help_text="如：综合政务、民政、卫生")
    summary = LineField(max_length=500, label="内容概述")
    effective_from = DayField(required=False, label="生效日期", widget=DateInput, error_messages=LATER)
    expires_on = DayField(
        required=False, label="失效日期", help_text="自该日起失效", widget=DateInput, error_messages=LATER
    )

    def clean(self):
        data = super().clean()
        if data.get("effective_from") and data.get("expires_on") and data["expires_on"] <= data["effective_from"]:
            self.add_error("expires_on", "失效日期须晚于生效日期。")
        return data


SIDE_FORMS: dict[str, type[SideForm]] = {"attach": FileForm, "publish": PublishForm}
