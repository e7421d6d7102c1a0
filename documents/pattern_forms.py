"""The form of a unit's 范本."""

from django import forms

from units.models import Unit
from units.tidying import as_attribute

from .fields import UnmarkedLine, UnmarkedText
from .forms import CHOICE, TYPES
from .states import DocType, RoutingDirection


class PatternForm(forms.Form):
    """Names as documents.patterns.FIELDS."""

    name = UnmarkedLine(max_length=60, is_name=True, label="范本名称", help_text="如：会议通知、干部任免")
    doc_type = forms.ChoiceField(choices=TYPES, label="文种", initial=DocType.NOTICE, error_messages=CHOICE)
    routing_direction = forms.ChoiceField(
        choices=RoutingDirection, label="行文方向", initial=RoutingDirection.DOWN, error_messages=CHOICE
    )
    title = UnmarkedLine(
        max_length=300, required=False, is_name=True, label="标题", help_text="待填写处用××，如：关于××的通知"
    )
    body = UnmarkedText(
        max_length=200_000,
        required=False,
        label="正文",
        help_text="待填写处用××，送审前会提示",
        widget=forms.Textarea(attrs={"rows": 14, "data-tidy": as_attribute()}),
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label="本单位", empty_label=None, error_messages=CHOICE)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, units=None, **kwargs):
        super().__init__(*args, **kwargs)
        if units is None:  # a kept one stays its unit's
            del self.fields["unit"]
            return
        self.fields["unit"].queryset = units
        self.fields["unit"].initial = units.first()

    def clean(self):
        data = super().clean()
        if not self.errors and not (data.get("title") or data.get("body")):
            self.add_error("body", "标题和正文都是空的，请至少填写一项。")
        return data
