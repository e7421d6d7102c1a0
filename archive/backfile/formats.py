"""Number formats of a workbook (ECMA-376-1 18.8.30, 18.8.31): is it a date, and which parts of it are shown?"""

import re

from ..states import Precision

# Built-in formats that the file does not spell out; 27–36 and 50–58 are those of Chinese Excel.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy-m-d h:mm", 27: "yyyy年m月", 28: "m月d日", 29: "m月d日", 30: "m-d-yy", 31: "yyyy年m月d日",
    32: "h时mm分", 33: "h时mm分ss秒", 34: "h时mm分", 35: "h时mm分ss秒", 36: "yyyy年m月", 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
    50: "yyyy年m月", 51: "m月d日", 52: "yyyy年m月", 53: "m月d日", 54: "m月d日", 55: "h时mm分", 56: "h时mm分ss秒",
    57: "yyyy年m月", 58: "m月d日",
}  # fmt: skip
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
_TIME = re.compile(r"h+:?m+(:?s+)?|m+:s+|\[h+\]|\[m+\]|\[s+\]|h+时(mm?分)?|ss?秒?")
_PLAIN = {"", "General", "@", "0", "#", "0_ ", "0_);[Red]\\(0\\)", "0_);\\(0\\)", "G/通用格式"}
_PADDED = re.compile(r"0{2,20}(_ |;@|_\))?")


def _letters(form: str) -> str:
    """The first section without literals, colours and conditions, in lower case."""
    return _QUOTED.sub("", form.split(";")[0]).lower()


def is_date(form: str) -> bool:
    """Whether Excel shows a number of this format as a day or a time."""
    if form in _PLAIN or "general" in form.lower() or "通用格式" in form:
        return False
    return bool(re.search(r"[ymdhse](?![+-])", _letters(form).replace("am/pm", "")))


def shown_parts(form: str) -> Precision | None:
    """How much of a day the format shows; None when it hides the year, which then was Excel's guess."""
    parts = _TIME.sub("", _letters(form).replace("am/pm", ""))
    if not re.search(r"y|e", parts):
        return None
    if "d" in parts:
        return Precision.DAY
    return Precision.MONTH if "m" in parts else Precision.YEAR


def is_plain(form: str) -> bool:
    """Whether the cell shows the number's own digits and nothing else."""
    return form in _PLAIN


def zeros(form: str) -> int:
    """Of a format like 0000 the width to which the cell shows leading zeros; 0 for other formats."""
    return len(form.rstrip("_ ;@)")) if _PADDED.fullmatch(form) else 0
