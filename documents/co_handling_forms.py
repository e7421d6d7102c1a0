"""Forms of 拟办, 批示, 承办 and 办结 where several handle one paper: whom it goes to, and each one's limit."""

from dataclasses import replace
from datetime import date, datetime

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from units.choosing import Candidate, ChoosingField, Group, Offer
from units.models import Department

from . import forms as base
from . import hanging
from .co_handling import LONGEST_REASON, WHY, asks_why
from .co_limit_fields import CoLimitMixin
from .fields import PrintedLine
from .inputs import CoHandler
from .lead_limits import lead_limit, shown, whole_beside
from .models import StepRun
from .shared_out import laid_down, limit_ahead, still_open
from .states import StepState

FIRST = (
    "lead_officer", "due_on", "day_off", "due_hours", "co_handlers", "co_limit", "co_hours", "co_limits", "co_day_off",
)  # fmt: skip
OPEN_TO_ALL = "待承办：承办人未确定，由承办处室指定"


def handlers_of(document) -> Offer:
    """Departments that have somebody, then the people of the document's unit."""
    unit = document.unit
    departments = tuple(
        Candidate(f"d{one.pk}", one, one.name, "、".join(dict.fromkeys(one.names)), "处室")
        for one in hanging.departments(document).staffed
    )
    people = hanging.people(document)
    groups = (Group("全部处室", tuple(one.key for one in departments)),) if len(departments) > 1 else ()
    persons = tuple(replace(one, section="人员") for one in people.candidates)
    return Offer(f"handlers-{unit.pk}", departments + persons, groups)


class HandlersField(ChoosingField):
    what, hint = "处室或人员", "输入处室、姓名或拼音"


class SharedMixin(CoLimitMixin):
    """主办, and beside it those who help, each within a limit of its own or the common one."""

    lead_officer = forms.ChoiceField(required=False, label="主办", error_messages=base.CHOICE)
    lead_officer.depends = True  # whoever names 协办 names 主办
    co_handlers = HandlersField(
        required=False, label="协办", help_text="与主办同时收到，各自填报意见；由主办综合后办结"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in FIRST if name in self.fields])  # the others follow
        self._name_limit()
        self._offer(handlers_of(self.document))
        self._as_it_stands()

    def standing_day(self) -> date | None:
        return timezone.localdate(self._laid_down) if self._laid_down else None

    @cached_property
    def _laid_down(self) -> datetime | None:
        return lead_limit(self.document)

    @property
    def _whole(self) -> datetime | None:
        return whole_beside(self.document, self._laid_down)

    def _name_limit(self) -> None:
        field, whole = self.fields["due_on"], self._whole
        field.label = "主办时限"
        told = [f"拟办提出 {shown(self._laid_down)}"] if self._laid_down else []
        told.append(
            f"本件办理时限 {shown(whole)}，不能晚于它" if whole else "登记时未定办理时限，此处所填即为全件的办理时限"
        )
        field.help_text = "；".join(told)

    def clean(self):
        data = super().clean()
        emptied = not data.get("due_on") and not data.get("due_hours") and "due_on" not in self.errors
        if self._laid_down and emptied and self._whole is None:
            self.add_error("due_on", f"主办时限已定为 {shown(self._laid_down)}，不能清空，可改为其他日期。")
        return data

    def _limit(self, given: datetime | None) -> datetime | None:
        """The moment itself where the day is that of a limit laid down before; emptied, the letter's own."""
        if self.cleaned_data.get("due_hours"):
            return given
        day, whole = self.cleaned_data.get("due_on"), self._whole
        if day is None:
            return whole if self._laid_down else None
        known = {timezone.localdate(one): one for one in (whole, self._laid_down) if one}
        return known.get(day, given)

    def _offer(self, offer: Offer) -> None:
        sections = [("", OPEN_TO_ALL)]
        for label, rows in offer.sections(set()):
            sections.append((label, [(str(key), named) for key, named, *_ in rows]))
        self.fields["lead_officer"].choices = sections
        self.fields["lead_officer"].help_text = hanging.departments(self.document).told
        self.fields["co_handlers"].offer = offer
        self.offer_limits(offer)

    def _as_it_stands(self) -> None:
        """What 拟办 proposed stands in the boxes of 批示."""
        document = self.document
        lead = document.lead_officer_id or (f"d{document.department_id}" if document.department_id else "")
        self.fields["lead_officer"].initial = str(lead)
        self.fields["co_handlers"].initial = list(self._asked_before)

    @cached_property
    def _asked_before(self) -> dict[str, StepRun]:
        """协办 as it was proposed, by its key among the choices."""
        rows = [one for one in laid_down(self.document) if one.state == StepState.AHEAD]
        return {f"d{one.department_id}" if one.department_id else str(one.person_id): one for one in rows}

    def standing_limits(self) -> dict[str, datetime]:
        found = {key: limit_ahead(step) for key, step in self._asked_before.items()}
        return {key: moment for key, moment in found.items() if moment is not None}

    def values(self) -> dict:
        data, rows = super().values(), {str(one.key): one.row for one in self.fields["co_handlers"].offer.candidates}
        lead = rows.get(self.cleaned_data["lead_officer"])
        is_department = isinstance(lead, Department)
        return {
            **data,
            "due_at": self._limit(data["due_at"]),
            "lead_officer": None if is_department else lead,
            "lead_department": lead if is_department else None,
            "co_handlers": tuple(self._asked(one) for one in self.cleaned_data["co_handlers"]),
        }

    def _asked(self, row) -> CoHandler:
        is_department = isinstance(row, Department)
        key = f"d{row.pk}" if is_department else str(row.pk)
        who = {"department": row} if is_department else {"person": row}
        return CoHandler(**who, due_at=self.limit_for(key))


class ProposeForm(SharedMixin, base.NoteForm):
    words_first = True


class InstructForm(SharedMixin, base.InstructForm):
    """批示 of a received paper; that of a report names no 协办."""


class WithoutAssistance(base.NoteForm):
    """Why 协办 is not waited for; asked while it is open."""

    unassisted_reason = PrintedLine(max_length=LONGEST_REASON, label=WHY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = still_open(self.document) if self.document.is_incoming else []
        if not names or self.document.unassisted_reason:
            del self.fields["unassisted_reason"]
            return
        self.fields["unassisted_reason"].asked = asks_why(names)
        self.fields["unassisted_reason"].help_text = f"{'、'.join(names)}尚未反馈，可先催办"


class ReportForm(WithoutAssistance):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if laid_down(self.document):
            self.fields["note"].label = "办理结果（综合协办意见）"
        else:
            self.fields["note"].label = "办理结果"


class CompleteForm(WithoutAssistance, base.CompleteForm):
    """办结; who has not read a 传阅 yet is named beside the button (circulation.told_before), nothing waits for him."""


class AssistForm(base.NoteForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].label = "协办意见"


def instruct_form(data, *, document, **kwargs):
    kind = InstructForm if document.is_incoming else base.InstructForm
    return kind(data, document=document, **kwargs)


base.STEP_FORMS.update(
    propose=ProposeForm, instruct=instruct_form, report=ReportForm, complete=CompleteForm, assist=AssistForm
)
