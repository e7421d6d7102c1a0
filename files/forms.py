"""The question that a publication answers."""

from django import forms
from django.utils import timezone

from units.typed_days import DayField

from .models import Publication
from .publication import open_on


class PublicOnForm(forms.Form):
    """Was it public on that day? Asked in the address of a staff page."""

    on = DayField(
        label="查某日是否公开",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "invalid": "日期应写成 2026-11-24 的样式。",
            "required": "请填写要查的日期，如 2026-11-24。",
        },
    )

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("这一天还没有到，请填写今天或以前的日期。")
        return day


def publication_panel(obj, data) -> dict:
    """What `files/_publications.html` reads: every time `obj` was public, and the answer for the day asked about."""
    form = PublicOnForm(data if "on" in data else None)
    day = form.cleaned_data["on"] if form.is_valid() else None
    return {
        "publications": list(Publication.objects.of(obj.uid)),
        "public_on_form": form,
        "asked_day": day,
        "was_open": open_on(obj.uid, day) if day else None,
    }
