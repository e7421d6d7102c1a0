"""Forms of the exchange: whom to send to, what is recalled, what came back, what was noted wrongly."""

from dataclasses import replace
from functools import partial

from django import forms
from django.utils import timezone

from units.choosing import UnitsField, groups_of, offer_of_units
from units.models import Task, Unit
from units.texts import LineField
from units.typed_days import DayField

from . import exchange, hanging
from . import forms as base
from .correction_forms import CorrectForm, DispatchForm
from .fields import PrintedLine, PrintedText, UnmarkedLine, refuse_name
from .limit_fields import LATER, DateInput
from .models import OutsideBody
from .outside_names import SureField, asked, split_names, unknown
from .reply_call_forms import ReplyCallMixin
from .scan_fields import ScansField
from .seal_forms import IssuersMixin
from .states import GONE, AddresseeKind, Direction, Disposal, DocType, HandlingKind, SendingWay, State, StepKind
from .withdrawing import requests_of

SOME = {"required": "请至少选择一项。", "invalid_choice": "所选内容不在列表中，请重新选择。"}


def bodies_field(label: str) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        OutsideBody.objects.none(), required=False, label=label, widget=forms.CheckboxSelectMultiple,
        error_messages={**SOME, "invalid_pk_value": SOME["invalid_choice"]},
    )  # fmt: skip


def ticks(label: str, help_text: str = "") -> forms.TypedMultipleChoiceField:
    """Check boxes whose values are keys."""
    told = {"label": label, "help_text": help_text, "error_messages": SOME}
    return forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **told)


def reason_field(label: str = "理由") -> PrintedText:
    return PrintedText(
        max_length=500, label=label, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": f"请填写{label}。"},
    )  # fmt: skip


class ReceiversMixin(forms.Form):
    """Units of the district, kept bodies outside, and other names."""

    units = UnitsField(required=False, label="单位")
    bodies = bodies_field("区外单位")
    others = UnmarkedLine(max_length=200, required=False, label="其他区外单位", help_text="用顿号分隔")
    sure = SureField()
    units.depends = bodies.depends = others.depends = sure.depends = True  # one of the three

    def choose_from(self, document, *, units) -> None:
        offer = offer_of_units(units, groups_of([document.unit_id]))
        self.fields["units"].offer = replace(offer, name=f"units-{self.prefix}")
        self.fields["bodies"].queryset = bodies = exchange.bodies_of(document.unit)
        self.fields["bodies"].choices = offered = [(one.pk, str(one)) for one in bodies]  # read once
        if not offered:
            del self.fields["bodies"]
        written = split_names(self.data.get(self.add_prefix("others"), "")) if self.is_bound else []
        self.unknown = unknown(document.unit, written) if written else []
        self.fields["sure"].choices = [(name, name) for name in self.unknown]
        if not self.unknown:
            del self.fields["sure"]

    def clean(self):
        data = super().clean()
        if "others" not in self.errors:
            for sentence in asked(name for name in self.unknown if name not in data.get("sure", ())):
                self.add_error("others", sentence)
        return data

    def receivers(self) -> dict:
        data = self.cleaned_data
        names = [body.name for body in data.get("bodies") or ()] + split_names(data.get("others", ""))
        return {"units": tuple(data["units"]), "names": tuple(dict.fromkeys(names))}

    @property
    def whom(self) -> str:
        """Who is chosen as the form stands, by name: after an error, or restored."""
        chosen = {str(one) for one in self["units"].value() or ()}
        names = [one.label for one in self.fields["units"].offer.candidates if str(one.key) in chosen]
        if "bodies" in self.fields:
            ticked = {str(one) for one in self["bodies"].value() or ()}
            names += [label for key, label in self.fields["bodies"].choices if str(key) in ticked]
        return "、".join(names + split_names(self["others"].value() or ""))


class SendMoreForm(ReceiversMixin, base.SideForm):
    says_whom = "将补发给："
    note = reason_field("补发理由")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        have = [one.unit_id for one in hanging.deliveries(self.document) if one.state not in GONE]
        self.choose_from(self.document, units=Unit.objects.in_force().exclude(pk__in=have).order_by("code"))
        self.fields["units"].help_text = "原批准范围内的当即发出；范围外的经原签批人同意后发出"

    def values(self) -> dict:
        return self.receivers()


class WithdrawRequestForm(base.SideForm):
    """Each of one's own open requests with whom it named; all are ticked."""

    requests = ticks("撤销哪些请求")
    note = PrintedText(max_length=500, required=False, label="撤销理由", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = list(requests_of(self.document, hanging.visitor(self.document)))  # sent, it is judged by the act
        field = self.fields["requests"]
        field.choices = [(one.pk, f"补发{one.wanted}：{one.reason}") for one in rows]
        field.initial = [one.pk for one in rows]
        field.required = True
        field.error_messages = {**field.error_messages, "invalid_choice": "所选请求已经答复或者撤销，请重新选择。"}

    def values(self) -> dict:
        return {"requests": tuple(self.cleaned_data["requests"])}


class RecallForm(base.SideForm):
    deliveries = ticks("收回哪些单位的", "只列尚未签收的；已打开的单位可能已看过内容，请同时电话告知")
    everybody = forms.BooleanField(required=False, label="从全部尚未签收的单位收回")
    deliveries.depends = True
    note = reason_field("收回理由")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = [one for one in hanging.deliveries(self.document) if one.state not in GONE]
        seen = {task.subject_uid for task in hanging.delivery_items(self.document) if task.seen_at}
        waiting = [
            (one.pk, f"{one.unit.short_name}（{'已打开' if one.uid in seen else '未打开'}）")
            for one in rows
            if one.state == State.DELIVERED
        ]
        signed = [(one.pk, one.unit.short_name) for one in rows if one.state != State.DELIVERED]
        # a unit that signs while the form is open is named in the answer, no "not in the list"
        self.fields["deliveries"].choices = waiting + signed if self.is_bound else waiting

    def clean(self):
        data = super().clean()
        if not data.get("deliveries") and not data.get("everybody") and "deliveries" not in self.errors:
            self.add_error("deliveries", "请勾选要收回的单位，或者勾选“从全部尚未签收的单位收回”。")
        return data

    def values(self) -> dict:
        chosen = self.cleaned_data
        return {"deliveries": () if chosen["everybody"] else tuple(chosen["deliveries"])}


class ConsentForm(base.SideNoteForm):
    """What is asked stands above the box."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.told = _remark(self.document, StepKind.CONSENT)


def _remark(document, kind: StepKind) -> str:
    task = Task.objects.of(document).open().filter(kind=kind).order_by("pk").first()
    return task.remark if task else ""


class DeclineForm(base.SideForm):
    note = reason_field()


class SettleForm(base.SideForm):
    tasks = ticks("退文")
    note = PrintedText(
        max_length=500, required=False, label="处理情况", help_text="如：已改送；误送，不再发。需要再发的用“补发”",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Task.objects.of(self.document).open().filter(kind=StepKind.TAKE_BACK).order_by("pk")
        choices = [(task.pk, task.remark or "退文") for task in rows]
        self.fields["tasks"].choices = choices
        self.fields["tasks"].initial = [key for key, _ in choices]
        self.fields["tasks"].required = True

    def values(self) -> dict:
        return {"tasks": tuple(self.cleaned_data["tasks"])}


class NoteSendingForm(base.SideForm):
    deliveries = ticks("区外单位")
    sent_on = DayField(label="寄出日期", widget=DateInput, error_messages={**LATER, "required": "请填写寄出日期。"})
    way = forms.ChoiceField(choices=[("", "请选择"), *SendingWay.choices], label="寄送方式", error_messages=base.CHOICE)
    carrier = UnmarkedLine(max_length=100, required=False, label="经办人、交接单或邮件号")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = list(self.document.outside_deliveries.order_by("kind", "pk"))
        self.fields["deliveries"].required = True
        self.fields["deliveries"].choices = [(one.pk, told_sending(one)) for one in rows]
        open_ones = [one for one in rows if one.sent_on is None]
        self.fields["deliveries"].initial = [one.pk for one in open_ones]
        self.fields["sent_on"].initial = timezone.localdate()
        self.fields["way"].initial = next((one.way for one in open_ones if one.way), "")

    def clean_sent_on(self):
        day = self.cleaned_data["sent_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("寄出日期不能晚于今天。")
        return day

    def values(self) -> dict:
        return {**super().values(), "deliveries": tuple(self.cleaned_data["deliveries"])}


def told_sending(one) -> str:
    return f"{one.name}（{one.sent_on} 已{one.get_way_display()}）" if one.sent_on else one.name


class DisposeForm(base.SideForm):
    how = forms.ChoiceField(choices=Disposal, widget=forms.RadioSelect, label="原件", error_messages=base.CHOICE)
    note = UnmarkedLine(max_length=500, required=False, label="备注")
    told = "更正件已到，原件作废。"


class ReturnForm(base.NoteForm):
    way = UnmarkedLine(max_length=100, label="退回方式", help_text="如：机要交换退回；邮寄退回，单号××")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.document.issued_id is not None:
            del self.fields["way"]


class RegisterForm(base.RegisterForm):
    repeat_reason = LineField(max_length=200, label="仍要登记的理由")
    repeat_reason.asked = "本单位已有这份来文：仍要登记的，请填写理由。"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.document
        if row.repeat_reason or not exchange.twins(row.unit, row.sender_number, row.sender_name, but=row.pk):
            del self.fields["repeat_reason"]
        if row.doc_type == DocType.INTERNAL_MATERIAL:  # it circulates, nobody acts on it
            self.fields["handling_kind"].initial = HandlingKind.FOR_READING


class AddCopiesForm(ReceiversMixin, base.NoteForm):
    says_whom = "将增加抄送："
    consented = UnmarkedLine(max_length=200, label="经谁同意", help_text="如：经签发人电话同意")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        have = self.document.addressees.filter(unit__isnull=False).values("unit")
        self.choose_from(self.document, units=Unit.objects.in_force().exclude(pk__in=have).order_by("code"))

    def values(self) -> dict:
        return {**self.receivers(), "consented": self.cleaned_data["consented"]}


class DropForm(base.NoteForm):
    addressees = ticks("不再发给", "须由原签批人重新签发；文号保留")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.document.addressees.all()
        self.fields["addressees"].choices = [(one.pk, f"{one.get_kind_display()}：{one.name}") for one in rows]
        self.fields["addressees"].required = True

    def values(self) -> dict:
        return {"addressees": tuple(self.cleaned_data["addressees"])}


class OutsideForm(base.OutsideForm):
    """来文登记, which says when the paper is there already."""

    repeat_reason = LineField(
        max_length=200, required=False, label="仍要登记的理由", help_text="确非重复时填写，如“原件补送，前件为传真”"
    )
    scans = ScansField(
        required=False, label="扫描件", help_text="可一次选多个；第一个作为来文正文，也可登记后再添加",
        check_name=partial(refuse_name, title="", is_printed=False),
    )  # fmt: skip
    repeat_reason.depends = True
    twins: tuple = ()

    def clean(self):
        data = super().clean()
        unit = data.get("unit")
        if unit is not None:
            found = exchange.twins(unit, data.get("sender_number", ""), data.get("sender_name", ""))
            self.twins = tuple(found)
        if self.twins and not data.get("repeat_reason"):
            self.add_error("sender_number", exchange.told_of(self.twins[0]))
        if self.errors and "scans" not in self.errors and self.files:
            self.add_error("scans", "表中有误，没有保存；扫描件请重新选择。")
        return data

    @property
    def button(self) -> str:
        return "仍要登记" if self.asks_why else "签收并保存"

    @property
    def asks_why(self) -> bool:
        return bool(self.twins) or bool(self.data.get("repeat_reason"))


class DraftForm(ReplyCallMixin, IssuersMixin, base.DraftForm):
    """拟稿, with the unit's kept bodies outside beside the units of the district."""

    makes, part = Direction.OUTGOING, "documents/_draft_issued.html"

    attached = ScansField(
        required=False, label="附件", help_text="可一次选多个，保存时一并添加；附件名称用文件名，前面的“附件1”不必写",
        check_name=partial(refuse_name, title="", is_printed=True),
    )  # fmt: skip
    main_bodies = bodies_field("主送区外单位（常用）")
    cc_bodies = bodies_field("抄送区外单位（常用）")

    def __init__(self, *args, units=(), **kwargs):
        super().__init__(*args, units=units, **kwargs)
        kept = OutsideBody.objects.filter(unit__in=units, retired_at=None).order_by("name")
        self.has_bodies = kept.exists()
        for name in ("main_bodies", "cc_bodies"):
            self.fields[name].queryset = kept if self.has_bodies else OutsideBody.objects.none()
        for kind in ("main", "cc"):
            self._tick_kept(kind, kept)

    @property
    def has_more(self) -> bool:
        """Something stands in the folded part: it is shown open."""
        names = ("main_outside", "cc_outside", "countersigners", "main_bodies", "cc_bodies")
        return any(self[name].value() or self[name].errors for name in names)

    def _tick_kept(self, kind: str, kept) -> None:
        """Names of kept bodies among the written ones are ticked instead."""
        written = split_names(self.initial.get(f"{kind}_outside") or "")
        if not written:
            return
        found = {one.name: one.pk for one in kept if one.name in written}
        self.initial[f"{kind}_bodies"] = list(found.values())
        self.initial[f"{kind}_outside"] = "、".join(name for name in written if name not in found)

    def addressees(self) -> list[tuple]:
        rows = super().addressees()
        for kind, name in ((AddresseeKind.MAIN, "main_bodies"), (AddresseeKind.CC, "cc_bodies")):
            written = {row[2] for row in rows}
            rows += [(kind, None, body.name) for body in self.cleaned_data[name] if body.name not in written]
        return sorted(rows, key=lambda row: row[0] != AddresseeKind.MAIN)


class OutsideBodyForm(forms.Form):
    """A kept body outside; names as documents.outside_bodies.FIELDS."""

    name = PrintedLine(max_length=200, label="名称", help_text="全称，印在主送、抄送处")
    short_name = LineField(max_length=60, required=False, label="简称")
    way = forms.ChoiceField(choices=[("", "请选择"), *SendingWay.choices], label="寄送方式", error_messages=base.CHOICE)
    address = LineField(max_length=200, required=False, label="地址、传真号或交换箱号")
    contact = LineField(max_length=60, required=False, label="联系人和电话")
    note = LineField(max_length=200, required=False, label="备注")
    unit = forms.ModelChoiceField(Unit.objects.none(), label="本单位", empty_label=None, error_messages=base.CHOICE)

    def __init__(self, *args, units=None, **kwargs):
        super().__init__(*args, **kwargs)
        if units is None:  # a kept one stays its unit's
            del self.fields["unit"]
            return
        self.fields["unit"].queryset = units
        self.fields["unit"].initial = units.first()


base.STEP_FORMS.update(
    dispatch=DispatchForm,
    register=RegisterForm,
    return_to_sender=ReturnForm,
    add_copies=AddCopiesForm,
    add_copies_anew=AddCopiesForm,
    drop_addressees=DropForm,
)
base.SIDE_FORMS.update(
    consent=ConsentForm,
    take_back=SettleForm,
    recall=RecallForm,
    send_more=SendMoreForm,
    correct=CorrectForm,
    decline=DeclineForm,
    withdraw_request=WithdrawRequestForm,
    note_sending=NoteSendingForm,
    dispose=DisposeForm,
)

step_form = base.step_form  # reads the table above
