"""Forms of 利用申请: to ask, and to decide."""

from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone

from units.access import standing
from units.doc_numbers import as_number
from units.models import Unit
from units.texts import LineField

from .codes import folded
from .models import Record
from .schedule_forms import day_field
from .schedule_inputs import GrantInput, PassInput
from .use_routing import named, passes_to
from .use_workflow import LONGEST

SHOWN = 10  # records that the asker's words may mean
USUAL = timedelta(days=30)
UNIT = {"invalid_choice": "单位不在列表中，请重新选择。", "required": "请选择单位。"}


class AskForm(forms.Form):
    """Nothing of what is asked for is read here: the asker learns no title by asking."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="立档单位", empty_label="请选择", help_text="档案由哪个单位形成", error_messages=UNIT
    )
    wanted = LineField(max_length=300, label="档号、文号或题名", help_text="写明要查阅的文件")
    purpose = LineField(max_length=200, label="利用目的")
    until = day_field("利用至", required=True, help_text="到期自动终止，最长半年")
    asked_for = forms.ModelChoiceField(Unit.objects.none(), label="申请单位", empty_label=None, error_messages=UNIT)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.in_force().order_by("code")
        own = Unit.objects.filter(pk__in=standing(user).unit_ids).order_by("code")
        self.fields["asked_for"].queryset = own
        if not self.is_bound:
            self.initial = {"until": timezone.localdate() + USUAL, "asked_for": own.first(), **self.initial}

    def clean_until(self):
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= until <= today + LONGEST:
            raise forms.ValidationError(f"利用截止日期应在 {today} 至 {today + LONGEST} 之间。")
        return until

    def readable(self, user) -> Record | None:
        """The record that is asked for by its very code, number or title, when he may read it without asking."""
        unit, wanted = self.cleaned_data["unit"], self.cleaned_data["wanted"].strip()
        of_unit = Q(unit=unit) | Q(custodian=unit)  # who keeps it is named in the place of who made it
        meant = (
            Q(archival_code=folded(wanted))
            | (Q(doc_number__in=[wanted, as_number(wanted) or wanted]) | Q(title=wanted)) & of_unit
        )
        return Record.objects.allowing("view", user).items().filter(meant).order_by("pk").first()


class DecideForm(forms.Form):
    """同意 with a code and a day, or 不同意 with a reason."""

    code = LineField(max_length=60, label="同意利用的档号", required=False)
    until = day_field("利用至")
    note = LineField(max_length=300, label="审批意见", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    code.depends = until.depends = note.depends = True

    def __init__(self, *args, request, user, step: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user, self.step = request, user, step
        self.candidates = self._candidates()
        if not self.is_bound:
            record = self._record(request.wanted.strip())
            record = record or (self.candidates[0] if len(self.candidates) == 1 else None)
            self.initial = {
                "code": record.archival_code if record else "", "until": request.until, "version": request.version,
            }  # fmt: skip

    def _candidates(self) -> list[Record]:
        """What the asker's words may mean among what the keeper has of the unit, for whoever decides."""
        rows = Record.objects.allowing("view", self.user).items().filter(custodian=self.request.keeper)
        if not self.request.unit.is_archive:
            rows = rows.filter(unit=self.request.unit)
        return list(rows.filter(named(self.request.wanted.strip())).order_by("archival_code", "pk")[:SHOWN])

    def _record(self, code: str) -> Record | None:
        rows = Record.objects.allowing("view", self.user).items().select_related("custodian", "unit")
        return rows.filter(archival_code=folded(code)).first() if code else None

    def clean(self):
        data = super().clean()
        if self.step == "grant":
            self.record = self._record((data.get("code") or "").strip())
            if self.record is None and "code" not in self.errors:
                self.add_error("code", "没有您可以查阅的这一档号，请核对；不由本单位保管的，请按“转保管单位”。")
        if self.step == "refuse" and not (data.get("note") or "").strip():
            self.add_error("note", "不同意须填写理由。")
        return data

    def given(self):
        if self.step == "pass_on":
            return PassInput(passes_to(self.request, self._record((self.cleaned_data.get("code") or "").strip())))
        return GrantInput(self.record, self.cleaned_data["until"]) if self.step == "grant" else None


class EndForm(forms.Form):
    """终止利用 before its last day, with the reason that the applicant is told."""

    note = LineField(max_length=300, label="终止理由")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note.asked = "请填写终止理由。"


class PlainForm(forms.Form):
    """What needs no word: the request as its page showed it."""

    note = LineField(max_length=300, required=False, label="说明")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
