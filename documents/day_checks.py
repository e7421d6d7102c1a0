"""Days in a draft's words that cannot be: no such day, another weekday, a period that ends before it begins.

All are advice: a 更正通知 quotes the wrong day that it corrects. A day of the lunar calendar is nobody's to judge here.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from units.findings import WARN, Finding

MOST = 5  # named of each kind
FIGURES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
WEEKDAYS = "一二三四五六日"
_N = r"[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}"
_S = r"\s{0,4}"  # of a run of blanks no more: two such runs side by side would be tried in every way
_BEGIN = r"(?<![0-9０-９一二三四五六七八九十第每])(?=[0-9０-９零〇○一二三四五六七八九十])"


def _year(name: str) -> str:
    return rf"(?:(?P<{name}y>[0-9０-９]{{4}}|[零〇○一二三四五六七八九]{{4}}){_S}年{_S})"


def _month(name: str) -> str:
    return rf"(?:(?P<{name}m>{_N}){_S}月(?:份)?{_S})"


def _day(name: str) -> str:
    """With the weekday behind it."""
    week = rf"[（(]?{_S}(?:星期|周|礼拜)(?P<{name}w>[一二三四五六日天])(?![一二三四五六日天边]){_S}[）)]?"
    return rf"(?:(?P<{name}d>{_N}){_S}[日号](?:{_S}{week})?)"


DAY = re.compile(f"{_BEGIN}{_year('')}?{_month('')}{_day('')}?")
PERIOD = re.compile(
    f"{_BEGIN}{_year('a')}?(?:{_month('a')}{_day('a')}?)?(?:[上下]午|晚上?|[0-9:：时点分]{{1,5}}){{0,2}}"
    rf"{_S}(?:至|到|—+|－+|-+|~|～){_S}{_year('b')}?{_month('b')}?{_day('b')}?"
)
LUNAR = re.compile(r"(?:农历|阴历|旧历|夏历)[^，。；\n]{0,8}$")


def number(text: str | None) -> int | None:
    """2026, ２０２６, 二〇二六, 十一, 二十七, 三十."""
    if not text:
        return None
    if text.isdigit():
        return int(text)
    if "十" not in text:
        return int("".join(str(FIGURES[char]) for char in text))
    tens, _, ones = text.partition("十")
    return (FIGURES.get(tens, 0) if tens else 1) * 10 + (FIGURES.get(ones, 99) if ones else 0)  # 十十 is no figure


def real_days(draft: Any) -> Iterator[Finding]:
    page = draft.page
    for field, label, text in (("title", "标题", page.title), ("body", "正文", page.body), ("note", "附注", page.note)):
        for code, told in (("no-such-day", _impossible), ("weekday", _weekdays), ("period", _periods)):
            for said in dict.fromkeys(told(text)[:MOST]):
                yield Finding(code, WARN, field, f"{label}中{said}", field)


def _found(pattern: re.Pattern, text: str) -> Iterator[re.Match]:
    for match in pattern.finditer(text):
        if not LUNAR.search(text, max(0, match.start() - 12), match.start()):
            yield match


def _exists(year: int | None, month: int, day: int | None) -> bool:
    """Of no year 29 February may be."""
    try:
        date(year or 2024, month, day or 1)
    except ValueError:
        return False
    return True


def _quoted(match: re.Match) -> str:
    return "".join(match.group().split())


def _impossible(text: str) -> list[str]:
    return [
        f"“{_quoted(one)}”没有这一天，请核对。" if one["d"] else f"“{_quoted(one)}”没有这个月，请核对。"
        for one in _found(DAY, text)
        if not _exists(number(one["y"]), number(one["m"]) or 0, number(one["d"]) if one["d"] else None)
    ]


def _weekdays(text: str) -> list[str]:
    """A day without its year is of this year or the next."""
    today, said = timezone.localdate(), []
    for one in _found(DAY, text):
        if not one["d"] or not one["w"]:
            continue
        year, month, day = number(one["y"]), number(one["m"]) or 0, number(one["d"]) or 0
        years = [year] if year else [today.year, today.year + 1]
        real = [date(any_year, month, day) for any_year in years if _exists(any_year, month, day)]
        written = WEEKDAYS.index(one["w"].replace("天", "日"))
        if real and all(any_day.weekday() != written for any_day in real):
            said.append(f"“{_quoted(one)}”：{real[0].isoformat()} 是星期{WEEKDAYS[real[0].weekday()]}，请核对。")
    return said


def _periods(text: str) -> list[str]:
    said = []
    for one in _found(PERIOD, text):
        first, last = _bound(one, "a"), _bound(one, "b")
        if not any(first) or not any(last):
            continue
        if _is_before(last, first):
            said.append(f"“{_quoted(one)}”结束早于开始，请核对（跨年的请写明年份）。")
    return said


def _bound(match: re.Match, name: str) -> tuple[int | None, int | None, int | None]:
    year, month, day = (number(match[f"{name}{part}"]) for part in "ymd")
    return year, month, day


def _is_before(last: tuple, first: tuple) -> bool:
    """What the end leaves out it has from the beginning; compared as far as both are told."""
    if last[0] and not first[0]:
        return False
    whole = list(last)
    for place in range(3):
        if any(last[:place]):
            break
        whole[place] = whole[place] or first[place]
    for end, begin in zip(whole, first, strict=True):
        if end != begin:
            return end is not None and begin is not None and end < begin
    return False
