"""The written documents are in order before anybody drafts them: form, rules of routing, characters, no secrets."""

import re
from datetime import date

import pytest

from changning_egov.demo import texts
from documents.states import (
    CURRENT_TYPES,
    WITHOUT_RECIPIENTS,
    Direction,
    Disclosure,
    DocType,
    RoutingDirection,
)
from units.texts import clean_line, clean_text

EVERYTHING = [*texts.documents(), *texts.outside(), *texts.years()]
DAY = date(2026, 12, 20)


def filled(one, words):
    return texts.fill(words, key=one.key, unit_name="长宁区华阳路街道办事处", birthday=DAY)


def test_there_are_enough_of_them_and_every_type_occurs():
    assert len({one.title for one in EVERYTHING}) >= 60
    assert {one.doc_type for one in texts.documents()} == set(CURRENT_TYPES)
    assert len({one.key for one in EVERYTHING}) == len(EVERYTHING)
    assert len({one.body for one in EVERYTHING}) == len(EVERYTHING)
    assert sum(one.is_first for one in EVERYTHING) <= 40


@pytest.mark.parametrize("one", EVERYTHING, ids=lambda one: one.key)
def test_each_is_in_order(one):
    title, body = filled(one, one.title), filled(one, one.body)
    assert clean_line(title, label="标题", limit=300) == title
    assert clean_text(body, label="正文", limit=None) == body
    assert not texts.SLOT.search(title + body)
    (title + body).encode("gb2312")  # every character is one that every font of the trade has
    assert not re.search("绝密|机密|秘密", title + body)
    assert "　" not in body and "  " not in body and not re.search(r"[,;!?]", title + body)
    assert body.endswith(("。", "：")) and len(body) >= 50
    assert one.disclosure in Disclosure.values and (one.disclosure != Disclosure.NOT_DISCLOSED or one.disclosure_reason)


@pytest.mark.parametrize(
    "one",
    [one for one in (*texts.documents(), *texts.years()) if one.direction == Direction.OUTGOING],
    ids=lambda one: one.key,
)
def test_each_keeps_the_rules_of_routing(one):
    """RT-02, RT-05, RT-14 of domain 1.5, and a title that names its type."""
    recipients = [code for code in one.to.split(",") if code] + ([one.outside] if one.outside else [])
    assert recipients or one.doc_type in WITHOUT_RECIPIENTS
    if one.routing_direction == RoutingDirection.UP:
        assert len(recipients) == 1 and "*" not in one.to
    if one.doc_type == DocType.REQUEST:
        assert re.search("[妥当]否，请批示。$", one.body)
    if one.doc_type == DocType.REPORT:
        assert not re.search("请批示|请审批|妥否|当否", one.body) and one.body.endswith("特此报告。")
    assert (one.doc_type == DocType.REPLY) == bool(one.replies_to)
    ending = {DocType.ORDER: "命令"}.get(one.doc_type, DocType(one.doc_type).label)
    assert one.title.endswith(ending)
    assert one.title.startswith(("长宁区", "共青团长宁区", "{unit}"))


def test_headings_count_on_without_gap():
    for one in EVERYTHING:
        numbers = re.findall(r"^([一二三四五六七八九])、", one.body, re.M)
        assert "".join(numbers) == "一二三四五六七八九"[: len(numbers)], one.key
        for part in re.split(r"^[一二三四五六七八九]、", one.body, flags=re.M):
            inner = re.findall(r"^（([一二三四五六七八九])）", part, re.M)
            assert "".join(inner) == "一二三四五六七八九"[: len(inner)], one.key


def test_dates_and_numbers_depend_on_nothing_but_key_and_birthday():
    words = "{Y}年{Y+1}年，{d+20}前，{D-30}，{m-1}，{n:100-200}件，{n:100-200}件"
    once = texts.fill(words, key="a", unit_name="", birthday=DAY)
    assert once == texts.fill(words, key="a", unit_name="", birthday=DAY)
    assert once.startswith("2026年2027年，1月9日前，2026年11月20日，11月，")
    assert once != texts.fill(words, key="b", unit_name="", birthday=DAY)


def test_there_is_material_to_recombine():
    assert len(texts.sentences()) > 200
