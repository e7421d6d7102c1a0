"""The rows of a schedule: which one meets a title, why, and why not any other (domain 4.4)."""

import csv
import gzip
import json
from collections import Counter

import pytest

from archive.models import RetentionRule
from archive.retention import SCHEDULE
from archive.schedules.matching import Asked, best, judged, source_of
from archive.schedules.phrases import matter_of
from archive.schedules.trying import tried
from archive.schedules.versions import differences
from archive.schedules.wording import findings_of, read_row, words_of
from documents.models import Document
from documents.states import DocType
from tests.shared_data import shared_file
from units.models import Unit

from .schedule_titles import TITLES

KINDS = {label: value for value, label in DocType.choices}


def sample() -> list[RetentionRule]:
    """The district's sample as the database would give it."""
    with SCHEDULE.open(encoding="utf-8") as source:
        return [
            RetentionRule(
                pk=number, code=row["code"], category=row["category"], description=row["description"],
                keywords=[one for one in row["keywords"].split("|") if one], sources=row["sources"].split("|"),
                doc_types=[one for one in row["doc_types"].split("|") if one], retention_code=row["retention"],
                not_to_file=row["not_to_file"], legacy_retention=row["legacy_retention"], use_scope=row["use_scope"],
                is_default=bool(row["is_default"]),
            )
            for number, row in enumerate(csv.DictReader(source), start=1)
        ]  # fmt: skip


def changed(rules, which: str, **values) -> list[RetentionRule]:
    """A version in which one row is otherwise."""
    for rule in rules:
        if rule.code == which:
            for name, value in values.items():
                setattr(rule, name, value)
    return rules


def test_sixty_titles_meet_the_row_that_was_chosen_by_hand():
    """Shows: IN-1, IN-2, IN-3, IN-4"""
    rules = sample()
    assert len(TITLES) >= 60 and len({code for *_, code in TITLES}) > 45
    found = {(title, source): best(rules, Asked(title, kind, source)) for title, kind, source, _ in TITLES}
    wrong = [(title, code, str(found[title, source])) for title, _, source, code in TITLES
             if getattr(found[title, source], "code", "") != code]  # fmt: skip
    assert wrong == []


def test_what_is_told_is_what_was_decided():
    """`judged` and `best` are one rule: of all titles, and of every row one place and one only."""
    rules = sample()
    for title, kind, source, _ in TITLES:
        found = judged(rules, Asked(title, kind, source))
        assert found.rule is best(rules, found.asked)
        told = [rule.code for rule, _ in found.reasons()]
        assert sorted([*told, found.rule.code]) == sorted(rule.code for rule in rules)
        assert all(said for _, said in found.reasons()) and found.chosen.because


@pytest.mark.parametrize(
    ("title", "kind", "source", "code", "words"),
    [
        ("关于召开业务会议的通知", "notice", "own", "06-02", "用于上级来文，本件是本机关形成"),
        ("关于召开业务会议的通知", "notice", "own", "02-13", "题名没有“启用印章”或“废止印章”或“印模”"),
        ("关于召开提案办理业务会议的通知", "notice", "own", "02-16", "命中“提案办理”共4字，少于02-21命中的6字（“业务会议”“召开”）"),
        ("关于做好对接工作的通知", "notice", "superior", "06-03", "题名没有“贯彻”或“学习传达”"),
        ("关于贯彻会议精神的通知", "notice", "superior", "06-02",
         "为上级来文无其他条款命中时采用的条款，但题名没有本条的关键词；06-03命中“贯彻”，关键词优先"),
        ("关于报送工作要点的通知", "notice", "own", "02-03",
         "题名属于除外的情形：“工作要点”（不含“报送”和“通知”）"),
        ("关于编制部门预算的通知", "notice", "own", "04-01",
         "题名没有“预算”和“批复”或“决算”和“批复”或“预算”和“批准”或“决算”和“批准”"),
        ("关于某事的函", "letter", "own", "02-06", "题名没有本条和05-07的关键词；05-07写明适用于函，本条没有写明，所以采用05-07"),
    ],
)  # fmt: skip
def test_why_not(title, kind, source, code, words):
    assert (
        dict((rule.code, said) for rule, said in judged(sample(), Asked(title, kind, source)).reasons())[code] == words
    )


@pytest.mark.parametrize(
    ("title", "matter"),
    [
        ("长宁区信访办公室关于调整作息时间的通知", "调整作息时间的通知"),
        ("中共长宁区委办公室关于转发市委关于加强学习的通知", "转发市委关于加强学习的通知"),
        ("局长办公会议关于疫情防控的纪要", "局长办公会议关于疫情防控的纪要"),
        ("印发《长宁区档案局关于归档的意见》的通知", "印发《长宁区档案局关于归档的意见》的通知"),
        ("关于某事的函", "关于某事的函"),
        ("2025年度党员名册", "2025年度党员名册"),
    ],
)
def test_the_matter_begins_behind_the_issuer(title, matter):
    assert matter_of(title) == matter


def test_a_sender_without_rank_is_told_by_the_kind_of_document():
    """A 函 goes between bodies of which none is above the other (条例 8); the rest of what comes from outside is 上级."""
    for kind, source in (("letter", "peer"), ("report", "lower"), ("notice", "superior")):
        asked = Document(direction="incoming", doc_type=kind, title="关于某事", unit=Unit())
        assert source_of(asked) == source


def test_what_nearly_fitted_comes_first():
    found = judged(sample(), Asked("关于召开提案办理业务会议的通知", "notice", "own"))
    assert found.rule.code == "02-21" and found.chosen.because == "题名含“业务会议”“召开”"
    assert [row.rule.code for row in found.near][:1] == ["02-16"]


def test_a_row_in_words_is_read_again_as_it_was():
    for rule in sample():
        values, wrong = read_row(words_of(rule))
        assert wrong == [] and all(getattr(rule, name) == value for name, value in values.items()), rule


@pytest.mark.parametrize(
    ("column", "word", "said"),
    [
        ("code", "02 21 条款号太长了", "条款号“02 21 条款号太长了”应为"),
        ("category", "", "类别没有填写"),
        ("description", "长" * 201, "归档范围有 201 字，最多 200 字"),
        ("keywords", "一个关键词写了二十一个字以上的句子不用顿号隔开", "超过 20 字"),
        ("keywords", "预算+", "关键词“预算+”不完整，应写成"),
        ("keywords", "换届－", "关键词“换届-”不完整"),
        ("sources", "左", "来源“左”不在列表中，可用的有：主、上、同、下"),
        ("sources", "", "来源没有填写"),
        ("doc_types", "通知、布告牌", "文种“布告牌”不在列表中"),
        ("period", "五年", "保管期限“五年”应为永久、30年、10年"),
        ("period", "长期", "长期、短期是旧期限，请填入“原期限”列"),
        ("period", "", "保管期限“”应为"),
        ("period", "NF-5", "保管期限“NF-5”应为"),
        ("legacy_retention", "30年", "原期限“30年”应为永久、长期或短期"),
        ("use_scope", "全市", "利用范围“全市”不在列表中"),
        ("is_default", "也许", "“也许”应为“是”或留空"),
    ],
)
def test_a_wrong_cell_is_told_with_what_would_be_right(column, word, said):
    _, wrong = read_row({**words_of(sample()[0]), column: word})
    assert [name for name, _ in wrong] == [column] and said in wrong[0][1]


def test_the_table_as_a_whole_is_judged():
    assert [one.code for one in findings_of([]) if one.is_refusal] == ["empty"]
    rules = sample()
    assert not [one for one in findings_of(rules) if one.is_refusal]
    told = {one.message for one in findings_of(changed(sample(), "02-10", code="02-09"))}
    assert "条款号 02-09 出现 2 次，应各不相同。" in told
    assert any(
        "同级来文没有“无关键词时采用”的条款" in one.message
        for one in findings_of(changed(rules, "05-07", sources=["own"]))
    )


def test_versions_are_compared_row_by_row():
    new = changed(sample(), "02-21", retention_code="D30", keywords=["会议通知"])
    new = [rule for rule in new if rule.code != "07-02"]
    new.append(RetentionRule(pk=999, code="08-01", category="其他", description="其他材料", retention_code="D10"))
    found = {one.rule.code: one for one in differences(sample(), new)}
    assert {code: one.kind for code, one in found.items()} == {"02-21": "changed", "07-02": "struck", "08-01": "added"}
    assert dict((label, (old, now)) for label, old, now in found["02-21"].changes) == {
        "关键词": ("业务会议、会议通知、召开", "会议通知"), "保管期限": ("10年", "30年"),
    }  # fmt: skip
    assert found["02-21"].moves_period and differences(sample(), sample()) == []


def test_a_trial_tells_what_would_change_and_how():
    """The titles by hand: five get another period when two rows are changed and one goes."""
    new = changed(sample(), "02-21", retention_code="D30")
    new = changed(new, "06-04", not_to_file="", retention_code="D10")
    new = [rule for rule in new if rule.code != "05-06"]
    found = tried(((title, Asked(title, kind, source)) for title, kind, source, _ in TITLES), sample(), new)
    moved = {one.subject: (one.before.shown, one.after.shown) for one in found.listed}
    assert (found.tried, found.changed) == (len(TITLES), 5)
    assert moved == {
        "关于召开信息员业务会议的通知": ("10年", "30年"),
        "关于召开安全生产工作例会的通知": ("10年", "30年"),
        "关于协商共建共享光缆管道的函": ("永久", "10年"),
        "关于联合开展社区服务的函": ("永久", "10年"),
        "关于印发经济形势材料供参阅的通知": ("不归档（NF-1）", "10年"),
    }
    assert found.moves_shown()[0][2] == 2 and sum(count for *_, count in found.moves_shown()) == 5


def test_a_trial_on_real_documents_shows_what_would_change():
    """2,851 published documents, by a version with one more row for regulations and measures (oracle: the title)."""
    with gzip.open(shared_file("documents.jsonl.gz"), "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    words = ("条例", "办法", "规定")
    new = [*sample(), RetentionRule(
        pk=999, code="09-01", category="法规", description="行政法规、规章", keywords=list(words), sources=["own"],
        retention_code="Y",
    )]  # fmt: skip
    asked = [(one, Asked(one["title"], KINDS.get(one["kind"] or "", ""), "own")) for one in papers]
    found = tried(asked, sample(), new)
    before = {id(one): best(sample(), ask) for one, ask in asked}
    titled = [(one, ask) for one, ask in asked if any(word in one["title"] for word in words)]
    moving = [one for one, ask in titled if
              best(new, ask).code == "09-01" and getattr(before[id(one)], "retention_code", "D10") != "Y"]  # fmt: skip
    assert found.tried == len(papers) == 2851
    assert found.changed == len(moving) > 300 and len(found.listed) == min(500, found.changed)
    assert all(one.after.shown == "永久" and any(word in one.asked.title for word in words) for one in found.listed)
    assert Counter(dict(found.moves)).total() == found.changed
