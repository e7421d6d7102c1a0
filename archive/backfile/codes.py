"""Archival codes (档号) that the paper bears already: kept when well-formed and free, else another is given and told.

Source: DA/T 22—2015, domain 3.6 (a). Numbers given anew go on behind the highest of the
catalogue, refused rows included, so that a row which is mended later finds its own number free.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from units.counters import take_many

from ..class_registry import CODE
from ..code_schemes import pattern_of, patterns_of, render_code
from ..filing import code_of, series_named, series_of
from ..models import CodeAssignment, Fonds, Record
from ..retention import named_classes
from ..states import CodePattern, Retention
from .columns import Item

FORMS = {
    CodePattern.DAT22: re.compile(r"([A-Z0-9]{4})-WS·(\d{4})-(Y|D30|D10)(?:-([A-Z0-9]{1,3}))?-(\d{4,6})"),
    CodePattern.DAT13: re.compile(r"([A-Z0-9]{4})-WS·(\d{4})·(Y|D30|D10)(?:·([A-Z0-9]{1,3}))?-(\d{4,6})"),
}
DOTS, DASHES = "•‧・∙⋅．.", "－–—−‐‑"
AS_WRITTEN = str.maketrans({**dict.fromkeys(DOTS, "·"), **dict.fromkeys(DASHES, "-")})
FIRST_YEAR = 1900


@dataclass(frozen=True)
class Code:
    """The parts of a well-formed code; `text` is how the standard writes them.

    `is_composed`: not written so by the paper, but put together of its 件号, year and period.
    """

    fonds: str
    year: int
    retention: str
    class_code: str
    item_no: int
    pattern: str = CodePattern.DAT22
    is_composed: bool = False

    @property
    def text(self) -> str:
        parts = self.fonds, self.year, self.retention, self.class_code, self.item_no
        return render_code(*parts, pattern=self.pattern)

    @property
    def series(self) -> str:
        return series_named(self.fonds, "WS", self.year, self.retention, self.class_code)


def read_code(written: str, pattern: str = CodePattern.DAT22) -> Code | None:
    """The parts of a code by DA/T 22—2015 (or another `pattern`); None for any other form. Width and kind of dot and
    dash do not count.

    >>> read_code("Z407-WS•2003-D30-0012").text
    'Z407-WS·2003-D30-0012'
    """
    plain = unicodedata.normalize("NFKC", written.translate(AS_WRITTEN)).translate(AS_WRITTEN)
    match = FORMS[CodePattern(pattern)].fullmatch(re.sub(r"\s", "", plain).upper())
    if match is None or not match[5].isascii() or int(match[5]) == 0:
        return None
    code = Code(match[1], int(match[2]), match[3], match[4] or "", int(match[5]), pattern)
    return code if code.text == match[0] else None  # 00012 would come back as 0012: another code


def highest_of(codes: Iterable[Code | None]) -> dict[str, int]:
    """Series → the highest item number that these codes bear."""
    found: dict[str, int] = {}
    for code in codes:
        if code is not None:
            found[code.series] = max(found.get(code.series, 0), code.item_no)
    return found


def settle(item: Item, numbering: "Numbering", *, has_year: bool) -> Code | None:
    """The row's own code, with year, period and class of the row taken from it; what contradicts it refuses the row.

    `has_year`: the 年度 column was filled (else the year of the row was read off its date).
    """
    written, fonds = item.values["archival_code"], numbering.fonds
    code = numbering.read(written)
    if code is None:
        return _composed(item, numbering)
    if item.values["item_no"] not in (None, code.item_no):
        told = f"“件号”列为{item.values['item_no']}，档号中为{code.item_no}，请核对后改成一致。"
        item.refuse("item_no", told)
    if code.text != written:
        item.warn("archival_code", f"档号“{written}”的标点已按规范写作“{code.text}”。")
    if code.fonds != fonds:
        item.refuse("archival_code", f"档号中的全宗号是{code.fonds}，本单位的全宗号是{fonds}，请核对档号。")
    _settle_year(item, code, has_year=has_year)
    period = item.values["retention"]
    if period and period != code.retention:
        told = f"“保管期限”列为{Retention(period).label}，档号中为{Retention(code.retention).label}，请核对后改成一致。"
        item.refuse("retention", told)
    class_code = item.values["class_code"]
    if class_code and code.class_code and class_code != code.class_code:
        told = f"“机构（问题）”列为{class_code}，档号中为{code.class_code}，请核对后改成一致。"
        item.refuse("class_code", told)
    elif class_code and not code.class_code:
        item.warn("class_code", f"档号中没有机构（问题）代码，“{class_code}”未著录，档号照旧。")
    item.values |= {"retention": code.retention, "class_code": code.class_code}
    return code


class Numbering:
    """How a unit's pieces are numbered: its fonds, the class of a piece without one, the pattern of each year."""

    def __init__(self, fonds: Fonds, class_code: str) -> None:
        self._fonds, self.fonds, self.class_code = fonds, fonds.code, class_code
        self._patterns: dict[int, str] = {}

    def read(self, written: str) -> Code | None:
        """A code by DA/T 22—2015, or by the pattern that the fonds writes the year of that code with."""
        if not written:
            return None
        other = None if (code := read_code(written)) else read_code(written, CodePattern.DAT13)
        return other if other and self.pattern_of(other.year) == other.pattern else code

    def pattern_of(self, year: int) -> str:
        """Asked once a year of the catalogue."""
        if year not in self._patterns:
            self._patterns[year] = pattern_of(self._fonds.pk, year)
        return self._patterns[year]


def _composed(item: Item, numbering: Numbering) -> Code | None:
    """The code of a piece whose paper bears its 件号 alone (DA/T 22—2000): numbers run within year, period and class."""
    values = item.values
    if values["item_no"] is None:
        return None
    for name, label in (("year", "年度"), ("retention", "保管期限")):
        if not values[name] and not any(one.is_refusal and one.field == name for one in item.findings):
            item.refuse(name, f"列了件号，还须填写{label}：件号按年度和保管期限编排，缺了就不能照编。")
    if item.is_refused:
        return None
    parts = values["year"], values["retention"], values["class_code"] or numbering.class_code, values["item_no"]
    return Code(numbering.fonds, *parts, pattern=numbering.pattern_of(values["year"]), is_composed=True)


def settle_class(item: Item, code: Code | None, classes: dict[str, str], usual: str) -> None:
    """The class is one of the unit's `classes`; of a body that is gone the paper's own code may bear another.

    Codes are copied as the paper bears them (domain 3.6); where we would give one, an unknown class opens a new series.
    Without one the piece goes to the `usual` class, and is told so where there are others.
    """
    written = item.values["class_code"]
    if not written and code is None and len(classes) > 1:
        item.warn("class_code", f"未列机构（问题），归入 {usual} {classes.get(usual, '')}，请核对。", "no-class")
    if not written or written in classes or any(one.is_refusal and one.field == "class_code" for one in item.findings):
        return
    known = f"本单位的代码：{named_classes(classes)}" if classes else "本单位没有登记机构（问题）代码"
    if code is not None and not code.is_composed:
        told = f"档号中的机构（问题）代码“{written}”不在本单位代码之列（{known}），按历史机构照录，请核对。"
        item.warn("archival_code", told)
    else:
        # a paper's own code may be shorter than what is given today (domain 3.6 a): such a one cannot be registered
        registering = "，或者由本单位档案员先在“整理设置”登记该机构" if CODE.fullmatch(written) else ""
        told = f"机构（问题）代码“{written}”不是本单位的代码。{known}。历史机构的文件请填写原档号{registering}。"
        item.refuse("class_code", told)


def _settle_year(item: Item, code: Code, *, has_year: bool) -> None:
    year = item.values["year"]
    if not FIRST_YEAR <= code.year <= timezone.localdate().year:
        item.refuse("archival_code", f"档号中的年度{code.year}不对，应为 {FIRST_YEAR} 年至今，请核对档号。")
    elif has_year and year is not None and year != code.year:
        item.refuse("year", f"“年度”列为{year}，档号中为{code.year}，请核对后改成一致。")
    elif not has_year and year is not None and abs(year - code.year) > 1:
        told = (
            f"日期在{year}年，档号中的年度为{code.year}，相差{abs(year - code.year)}年，请核对日期和档号；"
            f"确为{code.year}年度的，在“年度”列填写{code.year}。"
        )
        item.refuse("archival_code", told)
    elif not has_year and year is not None and year != code.year:
        item.warn("year", f"日期在{year}年，档号中的年度为{code.year}，年度已按档号著录，请核对。")
    item.values["year"] = code.year


def taken(codes: Iterable[str]) -> dict[str, CodeAssignment]:
    """Those of `codes` that were given already, void ones too: a code is given once, for ever."""
    rows = CodeAssignment.objects.filter(code__in=list(codes)).select_related("record")
    return {row.code: row for row in rows}


def assign(records: list[tuple[Record, Code | None]], reserved: dict[str, int]) -> dict[str, CodeAssignment]:
    """Number every record, in the caller's transaction: its own code where free, else behind everything of its series.

    `reserved` is series → the highest number that the catalogue bears. Returns the assignments that stood in the way,
    by code. The series are locked before anybody looks whether a code is free, in the order of their names.
    """
    own: dict[str, int] = {}
    for record, code in records:
        series = series_of(record)
        own[series] = max(own.get(series, 0), code.item_no if code else 0)
    take_many(dict.fromkeys(own, 0), own)
    clashes = taken(code.text for _, code in records if code)
    anew = [record for record, code in records if code is None or code.text in clashes]
    patterns = patterns_of((record.fonds_id, record.year) for record in anew)
    counts = Counter(series_of(record) for record in anew)
    following = take_many(counts, reserved)
    for record, code in records:
        if code is not None and code.text not in clashes:
            record.item_no, record.archival_code = code.item_no, code.text
            continue
        series = series_of(record)
        record.item_no = following[series]
        record.archival_code = code_of(record, record.item_no, patterns[record.fonds_id, record.year])
        following[series] += 1
    return clashes


def tell(item: Item, record: Record | None, code: Code | None, clash: CodeAssignment | None) -> None:
    """A remark on a row whose code was given anew (`record` None: would be), with the reason."""
    if code is not None and clash is None:
        return
    another = f"已另编“{record.archival_code}”" if record is not None else "归档时将另编档号"
    if clash is not None:
        told = f"档号“{code.text}”已经编给另一件（或者已作废），{another}，原档号另行著录。"
    elif item.values["archival_code"]:
        told = f"档号“{item.values['archival_code']}”不合 DA/T 22—2015 的构成，{another}，原档号另行著录。"
    else:
        told = f"目录未列档号，{another}。"
    item.warn("archival_code", told)
