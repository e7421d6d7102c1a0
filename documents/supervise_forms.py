"""What is filled in about 督办: what is asked for and by when, and what was done."""

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from . import forms as base
from .after_forms import day_field
from .fields import PrintedText
from .limit_fields import DayOffMixin, end_of_day
from .supervised import open_of


class SuperviseForm(DayOffMixin, base.SideForm):
    note = PrintedText(
        max_length=500, label="督办要求", widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请填写督办要求。"},
    )  # fmt: skip
    due_on = day_field("反馈时限")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.open is not None:
            self.fields["note"].initial = self.open.demand

    @cached_property
    def open(self):
        return open_of(self.document)

    def standing_day(self):
        return timezone.localdate(self.open.due_at) if self.open is not None else None

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("反馈时限不能早于今天。")
        return day

    def values(self) -> dict:
        return {"due_at": end_of_day(self.cleaned_data["due_on"])}


class FeedBackForm(base.SideForm):
    note = PrintedText(
        max_length=2000, label="进展或结果", widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写进展或结果。"},
    )  # fmt: skip
    is_last = forms.BooleanField(required=False, label="这是办结反馈，督办到此结束")


base.SIDE_FORMS.update(supervise=SuperviseForm, feed_back=FeedBackForm)
