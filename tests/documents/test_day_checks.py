"""Days in a draft that cannot be, as a person would notice them; and words that look like it and are right."""

from time import process_time
from types import SimpleNamespace

import pytest

from documents import checks
from documents.day_checks import real_days


def test_a_run_of_blanks_costs_nothing():
    """The preview asks at each pause of typing: 20,000 blanks took seconds."""
    text = "　" * 20_000 + "3月" + " " * 20_000 + "2月30日"
    begun = process_time()
    assert found(text) == ["no-such-day"]
    assert process_time() - begun < 0.5


def found(body: str, title: str = "") -> list[str]:
    return [one.code for one in real_days(SimpleNamespace(page=SimpleNamespace(title=title, body=body, note="")))]


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("请于2026年13月5日前报送。", ["no-such-day"]),
        ("请于2月30日前报送。", ["no-such-day"]),
        ("2027年2月29日", ["no-such-day"]),
        ("二〇二六年十一月三十一日", ["no-such-day"]),
        ("截至2026年13月", ["no-such-day"]),
        ("定于2026年11月27日（星期三）召开", ["weekday"]),
        ("定于2026年11月27日（周日）召开", ["weekday"]),
        ("2026年12月5日至2026年12月3日", ["period"]),
        ("2026年12月5日至3日", ["period"]),
        ("12月5日—11月3日", ["period"]),
        ("2026年12月5日（星期六）上午9:00至12月3日", ["period"]),
        ("2026年9月至3月", ["period"]),
        ("2027年至2026年", ["period"]),
        ("2026年２月３０日", ["no-such-day"]),
        ("三月十十日", ["no-such-day"]),
    ],
)
def test_what_cannot_be_is_found(body, codes):
    assert found(body) == codes
    assert found("", title=body) == codes


@pytest.mark.parametrize(
    "body",
    [
        "定于2026年11月27日（星期五）上午9时召开", "2028年2月29日", "2月29日", "农历二月三十日", "2026年12月5日至2027年1月3日",
        "2026年12月5日至8日", "12月1日至5日", "2026年3月至9月", "2026年至2030年", "“十四五”时期", "13个月", "第13月",
        "长信〔2026〕1号", "电话021-62510000", "每月31日", "3月—5月", "第3—1号", "9:00至8:00", "2026—2027年", "11月27日周边",
        "12月5日至2026年12月8日", "2026年12月31日至2027年1月2日", "GB/T 9704—2012", "一是至二是",
    ],
)  # fmt: skip
def test_what_is_right_is_left_alone(body):
    assert found(body) == []


def test_it_is_among_the_checks_of_a_draft():
    assert real_days in checks.CHECKS
