"""What a person passes without having opened it: asked about once, in the samples of 人工检测 and in 开放审核; and told by
every register that says what the samples were."""

from collections.abc import Iterable, Mapping, Sequence

from django import forms

from units.texts import some_of

NAMED = 5  # codes in a sentence


def passed_unopened(standing: Iterable) -> str:
    """Of a sample (how its items stand: sample_verdicts.Standing) how many pieces were looked at and how many of them
    were passed without having been opened; "" when none was."""
    stand = list(standing)
    unopened = {uid for one in stand if not one.open for uid in one.newest.unopened}
    return f"{sampled(stand)}，其中 {len(unopened)} 件未打开即登记合格" if unopened else ""


def sampled(standing: Iterable) -> str:
    return f"抽查 {max(len(one.newest.sample) for one in standing)} 件"


class AsksUnopened(forms.Form):
    """What the person passes without having opened it is asked about once, and kept with his word."""

    unopened: Sequence = ()
    OF = ""  # what they are records of, before their number
    ALL_THE_SAME = ""  # what he may do all the same
    BEFORE = ""  # until when they should have been opened
    BESIDES = ""  # what else is to be said of them, after their codes
    KEPT = ""  # where it is kept that they were not

    def ask_unopened(self, unopened: Sequence) -> None:
        self.unopened = unopened
        if unopened:
            label = f"{self.named_unopened()}没有打开过，仍{self.ALL_THE_SAME}"
            self.fields["is_unopened"] = forms.BooleanField(required=False, label=label)

    def named_unopened(self) -> str:
        codes = [one.archival_code for one in self.unopened]
        return f"{self.OF}{len(codes)} 件（{some_of(codes, NAMED)}{self.BESIDES}）"

    def refuse_unopened(self, data: Mapping) -> None:
        if self.unopened and not data.get("is_unopened"):
            told = f"{self.named_unopened()}您没有打开过。请打开看过后{self.BEFORE}；"
            told += f"确认不看而{self.ALL_THE_SAME}的，勾选下面一项，将记入{self.KEPT}。"
            self.add_error("is_unopened", told)
