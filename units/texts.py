"""What people type and what text files hold: cleaned or refused with a sentence, otherwise kept as it is.

Characters stay as typed (no NFC/NFKC on stored text: names of persons and places use rare and compatibility forms).
Only line breaks are made `\\n`, outer blanks and invisible characters are dropped.
Rule behind it: inspection item 1-6 元数据项数据包含特殊字符检测 (DA/T 70—2018).
"""

import re
from collections.abc import Iterable, Sequence

from django import forms
from django.core.exceptions import ValidationError

_LINE_BREAKS = re.compile(r"\r\n|[\r\u2028\u2029]")
# Invisible: soft hyphen, Arabic letter mark, Mongolian separator, zero-width blanks and joiners, direction marks,
# word joiner and invisible operators, byte order mark, tags.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2065\ufeff\U000e0000-\U000e007f]")
# Refused: C0 but \t and \n, DEL, C1, direction overrides and isolates, lone surrogates, annotation marks,
# non-characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\ud800-\udfff\ufff9-\ufffb\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
# What str.strip takes away, but for the control characters among it: those must be refused, not swallowed.
_BLANKS = " \t\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BREAK = re.compile(r"[ \u3000]*[\n\t]+[ \u3000\n\t]*")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_NAMED_AT_ONCE = 5  # characters named in one sentence; more do not help anybody


def full_stop(text: str) -> str:
    """`text` as a sentence: with a full stop at its end, where it has no sign of that kind yet."""
    return text if text.endswith(("。", "！", "？", "…")) else f"{text}。"


def too_long(text: str, most: int, what: str = "理由") -> str:
    """The sentence when `text` has more characters than fit; what people wrote is refused, never cut."""
    return f"{what}最多 {most} 个字，现有 {len(text)} 个字，请缩短。" if len(text) > most else ""


def _points(found):
    codes = list(dict.fromkeys(f"U+{ord(character):04X}" for character in found))
    return some_of(codes, _NAMED_AT_ONCE, "个")


def _without_invisible(value):
    return _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", value))


def _checked(text, *, label, limit, required):
    """`text`, or a ValidationError with every reason at once."""
    reasons = []
    if found := _FORBIDDEN.findall(text):
        reasons.append(f"“{label}”含有不能使用的控制字符（{_points(found)}），请删去后重新输入。")
    if limit is not None and len(text) > limit:
        reasons.append(f"“{label}”最多 {limit} 个字，现有 {len(text)} 个字，请缩短。")
    if required and not text:
        reasons.append(f"“{label}”不能为空，请填写。")
    if reasons:
        raise ValidationError(reasons, code="text")
    return text


def clean_line(value: str, *, label: str, limit: int | None, required: bool = False) -> str:
    """One line: tabs and line breaks become one blank, outer blanks go. `limit` in characters, None = no limit.

    Raises ValidationError (Chinese sentences naming `label` and the characters as U+XXXX).
    """
    text = _without_invisible(value).strip(_BLANKS)
    text = _BREAK.sub(" ", text)
    return _checked(text, label=label, limit=limit, required=required)


def clean_text(value: str, *, label: str, limit: int | None, required: bool = False) -> str:
    """Several lines: line breaks become `\\n`, blanks at line ends and empty lines around the text go, indents stay.

    `limit` in characters, None = no limit. Raises ValidationError as `clean_line` does.
    """
    lines = [line.rstrip(_BLANKS) for line in _without_invisible(value).split("\n")]
    return _checked("\n".join(lines).strip("\n"), label=label, limit=limit, required=required)


def doubtful_characters(text: str) -> list[str]:
    """Sentences about what is kept but may not show elsewhere: private-use characters and the sign of lost ones."""
    doubts = []
    if found := _PRIVATE.findall(text):
        doubts.append(f"含有自造字（{_points(found)}），在其他计算机上可能显示不出。")
    if "\ufffd" in text:
        doubts.append("含有乱码替代符（U+FFFD），原文可能有字丢失。")
    return doubts


class _CleanField(forms.CharField):
    """A CharField whose value goes through `cleans`; its label is the one named in the sentence."""

    cleans = None
    asked = ""  # the sentence of an empty one, where the common one says too little

    def __init__(self, *, max_length=None, **kwargs):
        self.limit = max_length  # not CharField's validator: one sentence about the length, ours, is enough
        super().__init__(strip=False, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return self.cleans(value, label=self.label or "此项", limit=self.limit) if value else value

    def validate(self, value):
        if self.required and not value:
            raise ValidationError(self.asked or f"“{self.label or '此项'}”不能为空，请填写。", code="required")

    def run_validators(self, value):
        # Django's ProhibitNullCharactersValidator would add an English-born second sentence to ours.
        self.validators = [v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"]
        super().run_validators(value)

    def widget_attrs(self, widget):
        attrs = super().widget_attrs(widget)
        if self.limit is not None and not widget.is_hidden:
            attrs["maxlength"] = str(self.limit)
        return attrs


class LineField(_CleanField):
    """A line of text in a form; see `clean_line`. `max_length` in characters."""

    cleans = staticmethod(clean_line)


class TextField(_CleanField):
    """Several lines of text in a form; see `clean_text`. `max_length` in characters."""

    cleans = staticmethod(clean_text)
    widget = forms.Textarea


def how_many(count: int, most: int) -> int:
    """Of `count` in a list that shows `most`: how many it shows, for to leave a single one out would save nothing."""
    return count if count <= most + 1 else most


def some_of(names: Sequence[str], most: int, of: str = "", *, count: int | None = None, between: str = "、") -> str:
    """甲、乙等9个单位: the first `most` of many and how many there are; to leave a single one out would save nothing.

    `of`: what they are counted by; without it 甲、乙等, where the sentence says the number itself or nobody knows it.
    `count`: how many there are, where `names` holds only the first of them: whoever cuts them keeps `most` + 1, or one
    more where the number is not known.
    """
    count = len(names) if count is None else count
    shown = how_many(count, most)
    if shown == count and len(names) >= count:
        return between.join(names)
    return f"{between.join(names[:most])}等" + (f"{count}{of}" if of else "")


def in_runs(numbers: Iterable[int]) -> str:
    """1、4—6 of 1, 4, 5, 6 (ascending)."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(str(a) if a == b else f"{a}—{b}" for a, b in runs)
