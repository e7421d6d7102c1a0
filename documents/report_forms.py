"""拟稿, one form a kind of paper: what is issued (发文), and a 签报, which asks the unit's own leader."""

from django import forms

from .actions import NOT_OF_A_REPORT
from .exchange_forms import DraftForm
from .reply_call_forms import NAMES as ASKED
from .reply_call_forms import QUESTIONS
from .states import Direction

NAMES = {Direction.OUTGOING: "document:draft", Direction.INTERNAL: "document:report"}  # of what is kept of a form
KIND, REPORT = "as", "report"  # in the address of the page, as of 收文登记
ADDRESSEES = ("main", "main_outside", "main_bodies", "cc", "cc_outside", "cc_bodies")


class ReportForm(DraftForm):
    """签报; `direction` says on every way of the form which of the two it is."""

    makes, part = Direction.INTERNAL, "documents/_draft_report.html"

    direction = forms.CharField(required=False, initial=Direction.INTERNAL, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in (*ADDRESSEES, *ASKED, *QUESTIONS, *NOT_OF_A_REPORT):
            del self.fields[name]
        self.fields["unit"].label = "单位"
        self.fields["title"].help_text = "如：关于购置设备的签报"
        self.fields["body"].help_text = "只写正文：标题和署名由系统排版"
        self.fields["countersigners"].help_text = "由其领导会签后再批示"

    def addressees(self) -> list[tuple]:
        return []

    def reply_call(self) -> None:
        return None


def form_of(direction: str) -> type[DraftForm]:
    return ReportForm if direction == Direction.INTERNAL else DraftForm


def direction_of(request) -> Direction:
    """Which kind of paper the form that was sent, or the address of the page, is about."""
    if request.method == "POST":
        is_report = request.POST.get("direction") == Direction.INTERNAL
    else:
        is_report = request.GET.get(KIND) == REPORT
    return Direction.INTERNAL if is_report else Direction.OUTGOING


def tabs_of(direction: str, address: str) -> list[tuple]:
    """As parts/tabs.html takes them."""
    pages = ((Direction.OUTGOING, address), (Direction.INTERNAL, f"{address}?{KIND}={REPORT}"))
    return [(one.label, page, None, one == direction) for one, page in pages]
