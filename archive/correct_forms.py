"""Forms in which a record is entered, corrected, sent back and answered for."""

from copy import deepcopy

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.scan_fields import ScansField
from documents.states import Direction, Disclosure, DocType, SecurityClass
from units.texts import LineField, TextField
from units.typed_days import DayField

from .backfile.cells import Cell, Kind
from .backfile.dates import read_date
from .class_registry import registered
from .codes import numbered
from .correction import IN_CODE, NewVersion
from .forms import CHOICE, DAY
from .models import Record
from .states import MEND, Retention, Role, UseScope

YEAR = dict.fromkeys(("invalid", "min_value", "max_value", "required"), "年度应为四位数字，如 2026。")
PAGES = dict.fromkeys(("invalid", "min_value", "max_value", "required"), "页数应为整数，如 12；没有的填 0。")
PUT_ROLES = (
    (Role.ORIGINAL, "正文"), (Role.COPY, "扫描件、复制件"), (Role.ATTACHMENT, "附件"), (Role.FORWARDED, "被转发文"),
    (Role.TRANSLATION, "译本"),
)  # fmt: skip
FILE = {"required": "请选择文件。"}
OF_A_LIST = ("retention_code", "doc_type", "use_scope", "security_class", "disclosure_attr")


class PartialDateField(LineField):
    """A day as far as it is known: 2026-11-03, 2026-11, 2026, or 不详; cleaned to (day or None, precision)."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=40, required=False, help_text="2026-11-03；只知年月写 2026-11，不详留空", **kwargs)

    def clean(self, value):
        text = super().clean(value)
        reading = read_date(Cell(0, 0, Kind.TEXT, text) if text else None, today=timezone.localdate())
        if reading.fault:
            raise ValidationError(
                f"{reading.fault.partition('；')[0]}；应写成 2026-11-03、2026-11 或 2026，不详请留空。"
            )
        return reading.day, reading.precision


class RecordFields(forms.Form):
    """What describes a record (domain 3.8, 3.11); `record` or `unit` gives the departments' codes."""

    title = LineField(max_length=500, label="题名")
    doc_number = LineField(max_length=100, required=False, label="文号")
    author = LineField(max_length=200, required=False, label="责任者", help_text="不详留空")
    date = PartialDateField(label="日期")
    page_count = forms.IntegerField(min_value=0, max_value=100_000, label="页数", error_messages=PAGES)
    year = forms.IntegerField(min_value=1900, max_value=2999, label="年度", error_messages=YEAR)
    retention_code = forms.ChoiceField(choices=Retention, label="保管期限", error_messages=CHOICE)
    class_code = forms.ChoiceField(required=False, label="机构（问题）", error_messages=CHOICE)
    doc_type = forms.ChoiceField(
        choices=[("", "—"), *DocType.choices], required=False, label="文种", error_messages=CHOICE
    )
    use_scope = forms.ChoiceField(choices=UseScope, label="利用范围", error_messages=CHOICE)
    security_class = forms.ChoiceField(choices=SecurityClass, label="密级", error_messages=CHOICE)
    disclosure_attr = forms.ChoiceField(
        choices=[("", "—"), *Disclosure.choices], required=False, label="公开属性", error_messages=CHOICE
    )
    subject_words = LineField(max_length=200, required=False, label="主题词", help_text="词间空一格")
    main_recipients = TextField(max_length=2000, required=False, label="主送", widget=forms.Textarea(attrs={"rows": 1}))
    cc_recipients = TextField(max_length=2000, required=False, label="抄送", widget=forms.Textarea(attrs={"rows": 1}))
    legacy_code = LineField(max_length=60, required=False, label="原档号")
    remark = LineField(max_length=200, required=False, label="备注")

    def clean_doc_number(self) -> str:
        return numbered(self.cleaned_data["doc_number"])

    def offer_classes(self, unit, present: str = "") -> None:
        known = dict(registered(unit).values_list("class_code", "name"))
        named = [(code, f"{code} {name}") for code, name in known.items()]
        if present and present not in known:
            named.append((present, present))
        self.fields["class_code"].choices = [("", "不分机构（问题）"), *named]

    def values(self) -> dict:
        """Names of the record's fields → values."""
        found = {name: self.cleaned_data[name] for name in RecordFields.base_fields}
        found["date"], found["date_precision"] = found["date"]
        return found


def initial_of(record: Record) -> dict:
    """The fields of a record as its form shows them."""
    found = {name: getattr(record, name) for name in RecordFields.base_fields}
    return found | {"date": record.date_shown}


class CorrectForm(RecordFields):
    reason = LineField(max_length=150, label="更正理由")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason.asked = "请填写更正理由。"

    def __init__(self, *args, record: Record, **kwargs):
        kwargs.setdefault("initial", initial_of(record) | {"version": record.version})
        super().__init__(*args, **kwargs)
        self.offer_classes(record.unit, record.class_code)
        if record.direction == Direction.INTERNAL:  # a 签报 is none of the 文种, and stays what it is
            kinds = {"": Direction.INTERNAL.label, record.doc_type: record.doc_type_shown}
            self.fields["doc_type"].choices = list(kinds.items())
        for name in OF_A_LIST:  # what an import brought stays until somebody chooses another
            field, present = self.fields[name], getattr(record, name)
            if present not in dict(field.choices):
                field.choices = [*field.choices, (present, present)]
        self.record = record
        self.order_fields([*RecordFields.base_fields, "reason", "version"])

    def clean(self):
        """A correction answers for what it changes: what the record says already is not judged here."""
        data = super().clean()
        for name in [one for one in RecordFields.base_fields if one in self.errors and self._is_untouched(one)]:
            del self.errors[name]
            own = getattr(self.record, name)
            data[name] = (own, self.record.date_precision) if name == "date" else own
        return data

    def _is_untouched(self, name: str) -> bool:
        shown, sent = self.get_initial_for_field(self.fields[name], name), self[name].data
        return str("" if shown is None else shown).split() == str("" if sent is None else sent).split()

    def changes_of(self, record: Record) -> dict:
        """What differs from `record` as it is read now."""
        return {name: value for name, value in self.values().items() if value != getattr(record, name)}


class FileForm(forms.Form):
    """One file of a record: added, or put in the place of another."""

    replaces = forms.ChoiceField(required=False, label="更换哪一个", error_messages=CHOICE)
    role = forms.ChoiceField(choices=PUT_ROLES, label="作为", error_messages=CHOICE)
    file = ScansField(
        label="文件", help_text="补充的可一次选多个；更换的只选一个", barred="不能归入", error_messages=FILE
    )
    reason = LineField(max_length=150, label="理由")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, record: Record, **kwargs):
        kwargs.setdefault("initial", {"version": record.version})
        super().__init__(*args, prefix="file", **kwargs)
        self.present = {str(one.uid): one for one in record.components.select_related("stored_file")}
        own = [(uid, f"{one.get_role_display()}：{one.filename}") for uid, one in self.present.items()]
        self.fields["replaces"].choices = [("", "不更换，作为新的一份补充"), *own]

    def clean(self):
        return _one_for_one(self)

    def new(self) -> tuple[NewVersion, ...]:
        old = self.present.get(self.cleaned_data["replaces"])
        role = old.role if old is not None else self.cleaned_data["role"]
        return tuple(NewVersion(name, one, role, old) for name, one in self.cleaned_data["file"])


def _one_for_one(form) -> dict:
    """One file takes the place of one."""
    given = form.cleaned_data
    if given.get("replaces") and len(given.get("file") or ()) > 1:
        form.add_error("file", "更换时只能选一个文件；补充的可一次选多个。")
    return given


FIELDS_NAMED = [(name, str(one.label)) for name, one in RecordFields.base_fields.items()]


class SendBackForm(forms.Form):
    """退档: what is wrong, and by when it is wanted."""

    reason = LineField(max_length=200, label="退档理由")
    field = forms.ChoiceField(
        choices=[("", "不限某一项"), *FIELDS_NAMED], required=False, label="有误的项目", error_messages=CHOICE
    )
    due_on = DayField(
        required=False, label="补正期限", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=DAY,
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason.asked = "请填写退档理由。"


def asked_in(remark: str) -> list[str]:
    """Names of the fields that the reason of a repair asks for (archive.mending writes “题名：…”), but for those in
    the code, which only the archivist corrects."""
    said = {piece.partition("：")[0] for piece in remark.split("；") if "：" in piece}
    labels = {name: str(Record._meta.get_field(name).verbose_name) for name in RecordFields.base_fields}
    return [name for name, label in labels.items() if label in said and name not in IN_CODE]


class AnswerForm(forms.Form):
    """补正答复 of the department, with the right file where one was wanted."""

    answer = LineField(max_length=200, label="补正情况")
    replaces = forms.ChoiceField(required=False, label="更换哪一个文件", error_messages=CHOICE)
    file = ScansField(
        required=False, label="补正的文件", help_text="补充的可一次选多个，更换的只选一个；没有要补的文件，不必选择",
        barred="不能归入",
    )  # fmt: skip
    answer.asked = "请填写补正情况。"

    def __init__(self, *args, record: Record, remark: str = "", **kwargs):
        super().__init__(*args, prefix=MEND, **kwargs)
        self.present = {str(one.uid): one for one in record.components.select_related("stored_file")}
        own = [(uid, f"{one.get_role_display()}：{one.filename}") for uid, one in self.present.items()]
        self.fields["replaces"].choices = [("", "不更换，作为附件补充"), *own]
        self.fields["replaces"].depends = True
        self.record = record
        self.asked = asked_in(remark)
        for name in self.asked:  # what was asked for is put right where it is answered
            self.fields[name] = deepcopy(RecordFields.base_fields[name])
            self.initial.setdefault(name, initial_of(record)[name])

    def clean(self):
        return _one_for_one(self)

    @property
    def asked_fields(self) -> list:
        return [self[name] for name in self.asked]

    def changes(self) -> dict:
        """Of the fields asked for, those that are now something else."""
        given = {name: self.cleaned_data[name] for name in self.asked}
        if "date" in given:
            given["date"], given["date_precision"] = given["date"]
        return {name: value for name, value in given.items() if value != getattr(self.record, name)}

    def new(self) -> tuple[NewVersion, ...]:
        old = self.present.get(self.cleaned_data["replaces"])
        role = old.role if old else Role.ATTACHMENT
        return tuple(NewVersion(name, one, role, old) for name, one in self.cleaned_data["file"])
