"""Rows of a schedule as people write them, on screen and in Excel: columns, closed lists, and what is wrong with them.

`read_row` takes words by column and gives values and findings; `findings_of` judges the table as a whole.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from documents.states import CURRENT_TYPES, DocType, NotToFile
from units.findings import REFUSE, WARN, Finding

from ..models import RetentionRule
from ..states import RETENTION_WORDS, Retention, UseScope
from .matching import SOURCE_WORDS
from .phrases import is_sound, normal

COLUMNS = {
    "code": "条款号", "category": "类别", "description": "归档范围", "keywords": "关键词", "sources": "来源",
    "doc_types": "文种", "period": "保管期限", "legacy_retention": "原期限", "use_scope": "利用范围",
    "is_default": "无关键词时采用",
}  # fmt: skip
NOTES = {
    "code": "类别号-顺序号，如 02-21；各版本沿用",
    "category": "如 行政综合",
    "description": "本条所含文件材料",
    "keywords": "题名中的词，用顿号隔开；“预算+批复”为两词都有，“换届-居委会”为后一词除外",
    "sources": "主、上、同、下，用顿号隔开（主：本机关形成）",
    "doc_types": "用顿号隔开；不限可空",
    "period": "永久、30年、10年，或不归档依据 NF-1 至 NF-4",
    "legacy_retention": "永久、长期、短期；没有可空",
    "use_scope": "本处室、本单位、全区机关、社会开放；空则按本单位",
    "is_default": "“是”：该来源没有其他条款命中时采用本条",
}
LEGACY = ("永久", "长期", "短期")
SEPARATORS = re.compile(r"[、，,；;|\s]+")
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,9}")
YES, NO = ("是", "1", "√", "Y", "y", "TRUE", "true"), ("", "否", "0", "FALSE", "false")
_SOURCES = {RetentionRule.Source(one).label: one for one in RetentionRule.Source.values}
_TYPES = {label: value for value, label in DocType.choices if value in CURRENT_TYPES}
_SCOPES = {label: value for value, label in UseScope.choices}
LONGEST = {"category": 40, "description": 200}


def read_row(words: Mapping[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Values of RetentionRule by its fields' names, and (column, sentence) of all that is wrong."""
    wrong: list[tuple[str, str]] = []
    values: dict[str, Any] = {name: words.get(name, "").strip() for name in ("code", "category", "description")}
    if not CODE.fullmatch(values["code"]):
        wrong.append(("code", f"条款号“{values['code']}”应为不超过 10 位的数字、字母和短横，如 02-21。"))
    for name, most in LONGEST.items():
        if not values[name]:
            wrong.append((name, f"{COLUMNS[name]}没有填写。"))
        elif len(values[name]) > most:
            wrong.append((name, f"{COLUMNS[name]}有 {len(values[name])} 字，最多 {most} 字。"))
    values["keywords"] = [normal(word) for word in _parts(words.get("keywords", ""))]
    if broken := [word for word in values["keywords"] if not is_sound(word)]:
        wrong.append(("keywords", f"关键词“{broken[0]}”不完整，应写成“预算+批复”或“换届-居委会”的样式。"))
    if long := [word for word in values["keywords"] if len(word) > 20]:
        wrong.append(("keywords", f"关键词“{long[0]}”超过 20 字；各词用顿号隔开。"))
    values["sources"] = _closed("sources", words, _SOURCES, wrong)
    if not values["sources"] and not any(name == "sources" for name, _ in wrong):
        wrong.append(("sources", "来源没有填写，应为主、上、同、下中的一项或几项。"))
    values["doc_types"] = _closed("doc_types", words, _TYPES, wrong)
    values |= _period(words.get("period", ""), wrong)
    values["legacy_retention"] = words.get("legacy_retention", "").strip()
    if values["legacy_retention"] not in ("", *LEGACY):
        wrong.append(("legacy_retention", f"原期限“{values['legacy_retention']}”应为永久、长期或短期，或留空。"))
    values["use_scope"] = _one("use_scope", words, _SCOPES, wrong)
    values["is_default"] = _yes(words.get("is_default", ""), wrong)
    return values, wrong


def words_of(rule: RetentionRule) -> dict[str, str]:
    """The row as `read_row` reads it again without a change."""
    return {
        "code": rule.code,
        "category": rule.category,
        "description": rule.description,
        "keywords": rule.keywords_shown,
        "sources": rule.sources_shown,
        "doc_types": rule.types_shown,
        "period": rule.not_to_file or rule.get_retention_code_display(),
        "legacy_retention": rule.legacy_retention,
        "use_scope": UseScope(rule.use_scope).label if rule.use_scope else "",
        "is_default": "是" if rule.is_default else "",
    }


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in SEPARATORS.split(text.strip()) if part))


def _closed(name: str, words: Mapping[str, str], known: dict[str, str], wrong: list) -> list[str]:
    parts = _parts(words.get(name, ""))
    if strange := [part for part in parts if part not in known]:
        offered = "、".join(known)
        wrong.append((name, f"{COLUMNS[name]}“{'、'.join(strange)}”不在列表中，可用的有：{offered}。"))
    return [known[part] for part in parts if part in known]


def _one(name: str, words: Mapping[str, str], known: dict[str, str], wrong: list) -> str:
    word = words.get(name, "").strip()
    if word and word not in known:
        wrong.append((name, f"{COLUMNS[name]}“{word}”不在列表中，可用的有：{'、'.join(known)}，或留空。"))
    return known.get(word, "")


def _period(text: str, wrong: list) -> dict[str, str]:
    word = re.sub(r"\s", "", text).upper().replace("—", "-")
    if word in NotToFile.values:
        return {"retention_code": "", "not_to_file": word}
    period = RETENTION_WORDS.get(word, "")
    if not period or word in ("长期", "短期"):
        told = "长期、短期是旧期限，请填入“原期限”列，本列" if word in ("长期", "短期") else f"保管期限“{text.strip()}”"
        wrong.append(("period", f"{told}应为永久、30年、10年，或不归档依据 NF-1 至 NF-4。"))
        period = ""
    return {"retention_code": period, "not_to_file": ""}


def _yes(text: str, wrong: list) -> bool:
    word = text.strip()
    if word not in (*YES, *NO):
        wrong.append(("is_default", f"“{word}”应为“是”或留空。"))
    return word in YES


def findings_of(rules: Iterable[RetentionRule]) -> list[Finding]:
    """Of the table as a whole: refusals bar proposing and approving, warnings are told on the page."""
    rules, found = list(rules), []
    if not rules:
        return [Finding("empty", REFUSE, "", "表中没有条款，请先增加条款。")]
    for code, count in Counter(rule.code for rule in rules).items():
        if count > 1:
            found.append(Finding("code-again", REFUSE, code, f"条款号 {code} 出现 {count} 次，应各不相同。", "code"))
    for rule in rules:
        if not (rule.keywords or rule.doc_types or rule.is_default):
            told = f"{rule.code} 没有关键词和文种，也不是无关键词时采用的条款，不会自动命中，只能由人选用。"
            found.append(Finding("never-met", WARN, rule.code, told, "keywords"))
    for source, words in SOURCE_WORDS.items():
        defaults = [rule.code for rule in rules if rule.is_default and source in rule.sources]
        if not defaults:
            told = f"{words}没有“无关键词时采用”的条款，未命中的文件按10年暂定。"
            found.append(Finding("no-default", WARN, source, told, "is_default"))
        elif len(defaults) > 1:
            told = f"{words}有 {len(defaults)} 条“无关键词时采用”（{'、'.join(defaults)}），将采用 {defaults[0]}。"
            found.append(Finding("defaults", WARN, source, told, "is_default"))
    return [*found, *_shared_words(rules)]


def _shared_words(rules: list[RetentionRule]) -> list[Finding]:
    """One word that leads to two periods for one source: the first row takes it."""
    seen: dict[tuple[str, str], RetentionRule] = {}
    found = []
    for rule in rules:
        for word in rule.keywords:
            for source in rule.sources:
                first = seen.setdefault((word, source), rule)
                if first is not rule and first.period != rule.period:
                    told = f"关键词“{word}”同时在 {first.code}（{first.period}）和 {rule.code}（{rule.period}）中。"
                    found.append(Finding("word-twice", WARN, rule.code, told, "keywords"))
    return list({one.message: one for one in found}.values())


def period_choices() -> list[tuple[str, str]]:
    """For a list on the screen."""
    return [(label, label) for label in Retention.labels] + [
        (code, f"不归档 {code}：{label}") for code, label in NotToFile.choices
    ]
