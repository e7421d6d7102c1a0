"""Forms of the filing desk: which correction of many, what was entered by hand, and why a year is fixed or reopened."""

from django import forms
from django.utils import timezone

from documents.scan_fields import ScansField
from units.texts import LineField
from units.typed_days import DayField

from .bulk_amend import CHOICES, FIELDS, FILL, REPLACE, Amendment
from .codes import numbered
from .correct_forms import RecordFields
from .filed_twice import TICK
from .fixed_years import Late
from .forms import CHOICE, DAY
from .models import Record
from .named_approvers import approver_fields, ask_signature, named, offer_leaders
from .retention import default_class_code, proposal_told
from .states import Retention, UseScope

NAMED = [(name, str(Record._meta.get_field(name).verbose_name)) for name in FIELDS]


class BulkForm(forms.Form):
    """One field of the chosen records: filled, or words in it replaced."""

    field = forms.ChoiceField(choices=NAMED, label="更正哪一项", error_messages=CHOICE)
    how = forms.ChoiceField(
        choices=[(FILL, "统一填为"), (REPLACE, "替换其中的文字")], label="改法", error_messages=CHOICE, initial=FILL
    )
    find = LineField(max_length=100, required=False, label="查找的文字", help_text="只在替换时填写")
    value = LineField(
        max_length=500,
        required=False,
        label="填为（或替换为）",
        help_text="日期写作 2026-11-03、2026-11 或 2026，不详留空；页数写数字",
    )
    retention_code = forms.ChoiceField(
        choices=[("", "—"), *CHOICES["retention_code"].choices], required=False, label="保管期限", error_messages=CHOICE
    )
    use_scope = forms.ChoiceField(
        choices=[("", "—"), *CHOICES["use_scope"].choices], required=False, label="利用范围", error_messages=CHOICE
    )
    reason = LineField(max_length=150, label="更正理由")
    find.depends = value.depends = retention_code.depends = use_scope.depends = True

    def amendment(self) -> Amendment:
        given = self.cleaned_data
        value = given[given["field"]] if given["field"] in CHOICES else given["value"]
        value = numbered(value) if given["field"] == "doc_number" and given["how"] == FILL else value
        return Amendment(given["field"], given["how"], value, given["find"])

    def clean(self):
        data = super().clean()
        if "field" in data and "how" in data and not self.errors:
            for fault in self.amendment().faults():
                self.add_error(None, fault)
        return data


class EnterForm(RecordFields):
    """著录 of one item by hand, late or not."""

    files = ScansField(required=False, label="电子文件", help_text="第一个为正文")
    has_paper = forms.BooleanField(required=False, label="另有纸质件")
    is_paper_alone = forms.BooleanField(required=False, label="仅有纸质件，没有电子文件")
    is_other_year = forms.BooleanField(required=False, label="年度与日期不同，确认无误")
    is_another = forms.BooleanField(required=False, label=TICK)
    late_reason = LineField(max_length=200, required=False, label="补充归档理由")
    late_found_on = DayField(
        required=False, label="发现日期", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=DAY,
    )  # fmt: skip
    late_approved_by, signed_by = approver_fields(required=False)
    late_reason.depends = late_found_on.depends = True

    def __init__(self, *args, unit, by=None, **kwargs):
        usual = {"use_scope": UseScope.UNIT, "year": timezone.localdate().year, "class_code": default_class_code(unit)}
        kwargs["initial"] = usual | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.offer_classes(unit)
        offer_leaders(self.fields["late_approved_by"], unit, by)
        self.fields["retention_code"].choices = [("", "请选择"), *Retention.choices]  # 永久 is chosen, never left

    def clean(self):
        """On paper alone is what somebody says, never what an empty field means."""
        data = super().clean()
        chosen, alone = data.get("files"), data.get("is_paper_alone")
        if not chosen and not alone and "files" not in self.errors:
            self.add_error("files", "请选择电子文件；确实没有电子文件的，勾选“仅有纸质件，没有电子文件”。")
        if chosen and alone:
            self.add_error("is_paper_alone", "已选择电子文件，不能再按仅有纸质件归档，请去掉其中一项。")
        self._year_and_date(data)
        self._propose(data)
        ask_signature(data.get("late_approved_by", ""), data.get("signed_by", ""), self.add_error)
        return data

    def _propose(self, data: dict) -> None:
        """What the schedule says of the title and 文种, where no period was chosen yet."""
        if data.get("title") and "retention_code" in self.errors:
            day = (data.get("date") or (None, ""))[0]
            self.add_error("retention_code", proposal_told(self.unit, data["title"], data.get("doc_type") or "", day))

    def _year_and_date(self, data: dict) -> None:
        """A 档号 of the wrong year is void the moment it is given: told before, not after."""
        day, year = (data.get("date") or (None, ""))[0], data.get("year")
        if day is not None and year is not None and day.year != year and not data.get("is_other_year"):
            self.add_error(
                "year", f"日期在{day.year}年，年度填的是{year}，请核对；确实不同的，勾选“年度与日期不同，确认无误”。"
            )

    def late(self) -> Late:
        given = self.cleaned_data
        return Late(given["late_reason"], given["late_found_on"], named(given["late_approved_by"], given["signed_by"]))

    @property
    def asks_year(self) -> bool:
        return self.is_bound and ("year" in self.errors or bool(self.cleaned_data.get("is_other_year")))

    def clean_late_found_on(self):
        day = self.cleaned_data["late_found_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("发现日期不应晚于今天。")
        return day


class NoteForm(forms.Form):
    note = LineField(max_length=300, required=False, label="说明", help_text="缺号、重份、缺正文的，写明情况")


class FixForm(NoteForm):
    """定号; what was imported and never checked is fixed as it is only where somebody says so."""

    takes_unchecked = forms.BooleanField(required=False, label="确认未核对的也照此定号")


class DecideForm(forms.Form):
    """The leader's answer to 重新编号; the button says which."""

    note = LineField(max_length=200, required=False, label="意见", help_text="不同意的须填写")
    note.depends = True

    @property
    def agreed(self) -> bool:
        return self.data.get("decision") == "agree"

    def clean_note(self):
        note = self.cleaned_data["note"]
        if not note and not self.agreed:
            raise forms.ValidationError("不同意的，请填写理由。")
        return note


class AskForm(forms.Form):
    reason = LineField(max_length=200, label="重新编号的理由")
    reason.asked = "请填写重新编号的理由。"
