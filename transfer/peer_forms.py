"""Forms of 对接平台: a new one, and to which one a package goes."""

from django import forms

from units.models import Unit
from units.texts import LineField

from .forms import ActForm
from .inputs import SendInput
from .models import Peer

CHOICE = {"invalid_choice": "请从列表中选择。", "invalid_pk_value": "请从列表中选择。", "required": "请选择对接平台。"}


class PeerForm(forms.Form):
    """Address for what is sent there, units for what comes from there; at least one of them."""

    name = LineField(max_length=100, label="平台名称", help_text="如：上海市档案馆接收平台")
    address = LineField(
        max_length=300, required=False, label="地址", help_text="只接收、不送出的不填；如 https://archive.example:8443"
    )
    public_key = LineField(max_length=100, label="公钥", help_text="对方“对接平台”页上的一行文字")
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), required=False, label="可代为移交的单位", help_text="只送出、不接收的不选",
        error_messages=CHOICE, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    address.depends = units.depends = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = Unit.objects.exclude(category=Unit.Category.ARCHIVE).order_by("code")


class SendForm(ActForm):
    """To which installation; only those that have an address."""

    peer = forms.ModelChoiceField(Peer.objects.none(), label="送往", empty_label="请选择", error_messages=CHOICE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Peer.objects.unguarded("names of peers are no secret among those who hand over")
        self.fields["peer"].queryset = rows.filter(ended_at=None).exclude(address="")

    def given(self) -> SendInput:
        return SendInput(self.cleaned_data["peer"])
