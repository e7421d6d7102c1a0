"""人工检测 of a batch as a form: 不合格 names the record and the fault, 合格 after 不合格 says what was done about it."""

from django import forms

from archive.check_forms import CHOICE, TickForm
from archive.plan import ITEMS
from archive.states import Verdict
from units.texts import LineField

from . import manual_items
from .models import Batch
from .places import in_ranges

LONGEST = 100  # of the fault, and of what was done: both, with the numbers, go into one note


class BatchTickForm(TickForm):
    """Verdicts only ever follow one another: what is said later never stands for what was said before."""

    def __init__(self, *args, batch: Batch, side: str, sample=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.failed = {one.serial: one for one in manual_items.failed(batch, side)}
        rows = batch.items.filter(record__in=sample).select_related("record").order_by("position")
        choices = [(str(one.position), f"{one.position} {one.shown_code} {one.shown_title}") for one in rows]
        self.fields["note"] = LineField(
            max_length=LONGEST, required=False, label="说明", help_text="不合格的必填：什么问题"
        )
        self.fields["records"] = forms.MultipleChoiceField(
            choices=choices, required=False, label="不合格的档案", widget=forms.CheckboxSelectMultiple,
            help_text="不合格的必选", error_messages={"invalid_choice": CHOICE["invalid_choice"]},
        )  # fmt: skip
        if self.failed:
            self.fields["mended"] = LineField(
                max_length=LONGEST, required=False, label="处置情况", help_text="原登记不合格、现改登合格的必填"
            )
        items = [f"item_{one.serial}" for one in self.items]
        self.order_fields([*items, "records", "note", "mended", "is_unopened"])

    def clean(self):
        data = super().clean()
        given = {one.serial: data.get(f"item_{one.serial}") for one in self.items}
        is_failing = Verdict.FAIL in given.values()
        if is_failing and not data.get("records"):
            self.add_error("records", "结果为不合格的，请勾选是哪一件。")
        if is_failing and not data.get("note"):
            self.add_error("note", "结果为不合格的，请在说明中写明什么问题。")
        changed = [serial for serial in self.failed if given.get(serial) == Verdict.PASS]
        if changed and not data.get("mended"):
            names = "、".join(ITEMS[serial].name for serial in changed)
            self.add_error("mended", f"{names}原登记不合格，改登合格的，请写明如何处置。")
        if changed and is_failing:
            self.add_error(None, "改登合格的项目和不合格的项目，请分两次登记。")
        return data

    def told(self) -> str:
        """Which records and what fault, or what was done; behind it what was not opened."""
        data = self.cleaned_data
        own = data["note"]
        if Verdict.FAIL in self.verdicts().values():
            own = f"第 {in_ranges(map(int, data['records']))} 件：{own}"
        if data.get("mended"):
            own = "；".join(filter(None, (f"处置：{data['mended']}", own)))
        whole = super().told()  # begins with the note as typed
        behind = whole[len(data["note"]) :].lstrip("；")
        return "；".join(filter(None, (own, behind)))[:200]
