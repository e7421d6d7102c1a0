"""A row that lists no 保管期限: filed by a clause whose keywords its title meets, refused where only a fallback speaks.

A fallback clause takes whatever no keyword meets: of a paper nobody has read it says nothing. Filed by it, a permanent
paper would be due at once and might be destroyed (Order 8 (2006) arts 6–8; domain 4.3, 4.4).
"""

from ..models import RetentionRule
from ..schedules.matching import Asked, Considered, best
from .columns import Item

FILL_IN = "请填写保管期限"
LONGEST = 60  # characters of a clause that a sentence quotes


def rule_by_words(item: Item, rules: list[RetentionRule]) -> RetentionRule | None:
    """The clause that files the row, told; None where the row is refused, with the clause that was not taken."""
    asked = Asked(item.values["title"], item.values["doc_type"], RetentionRule.Source.OWN)
    rule = best(rules, asked)
    words = Considered(rule, asked).words if rule is not None else ()
    if rule is not None and words and rule.retention_code:
        said = "".join(f"“{word}”" for word in words)
        item.warn("retention", f"未列保管期限，题名含{said}，已按条款{_named(rule)}（{rule.period}）归档，请核对。")
        return rule
    item.refuse("retention", _why_not(rule), "no-period")
    return None


def _why_not(rule: RetentionRule | None) -> str:
    if rule is None:
        return f"未列保管期限，保管期限表没有相符的条款；{FILL_IN}。"
    if not rule.retention_code:
        return f"未列保管期限，条款{_named(rule)}列为{rule.period}；确需归档的，{FILL_IN}。"
    if rule.is_default:
        return f"未列保管期限，关键词条款均不相符（兜底条款{rule.code}为{rule.period}，不自动采用）；{FILL_IN}。"
    return f"未列保管期限，关键词条款均不相符（条款{rule.code}为{rule.period}，只是文种相符，不自动采用）；{FILL_IN}。"


def _named(rule: RetentionRule) -> str:
    return str(rule)[:LONGEST]
