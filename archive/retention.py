"""Which period and class a document is filed under, and the rule that says so.

Source: Order 8 (2006) arts 6-8; DA/T 22-2015 for the class; domain 3.4, 4.3, 4.4. The schedule approved for a unit
prevails over the district's sample.
"""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents.filing_port import Proposal
from documents.states import Direction, DocType, NotToFile
from units.models import Department

from .models import Fonds, FondsCreator, RetentionRule, RetentionSchedule
from .states import Retention

SCHEDULE = Path(__file__).parent / "data" / "retention_schedule.csv"
SAMPLE, SAMPLE_FROM = "示例2006", date(2006, 12, 18)  # the day of Order 8


def source_of(document) -> str:
    """主 for what the unit made, else 上, 同 or 下 by the sender's rank against the receiver's."""
    if document.direction != Direction.INCOMING or document.joint_copy:
        return RetentionRule.Source.OWN
    sender, unit = document.sender_unit, document.unit
    if sender is None or sender.rank < unit.rank:
        return RetentionRule.Source.SUPERIOR
    return RetentionRule.Source.PEER if sender.rank == unit.rank else RetentionRule.Source.LOWER


def rules_for(source: str, unit) -> list[RetentionRule]:
    """The rules for `source` of the unit's own schedule, of the district's sample where it has none."""
    rules = RetentionRule.objects.filter(sources__contains=[source]).select_related("schedule")
    both = list(rules.filter(Q(schedule__in=in_force(unit)) | Q(schedule__in=in_force(None))))
    return [rule for rule in both if rule.schedule.unit_id is not None] or both


def in_force(unit):
    """The edition of `unit`'s schedule (None: the district's sample) that holds today; one row or none."""
    editions = RetentionSchedule.objects.filter(unit=unit, valid_from__lte=timezone.localdate())
    return editions.order_by("-valid_from").values("pk")[:1]


def best(rules: list[RetentionRule], title: str, doc_type: str) -> RetentionRule | None:
    """The rule that fits best: most keywords in the title, then the document type, then the default of its source."""

    def score(rule: RetentionRule) -> tuple[int, int, int]:
        hits = sum(len(word) for word in rule.keywords if word in title)
        return hits, int(doc_type in rule.doc_types), int(rule.is_default)

    found = max(rules, key=score, default=None)
    return found if found is not None and any(score(found)) else None


def match(title: str, doc_type: str, source: str, unit) -> RetentionRule | None:
    return best(rules_for(source, unit), title, doc_type)


def class_year(document) -> int:
    """年度: the local year of sign-off; undatable: that of registration, then of filing, with a finding (domain 3.4)."""
    if document.approved_at is not None:
        return timezone.localdate(document.approved_at).year
    if day := document.sender_date or document.document_date:
        return day.year
    known = document.registered_at or document.signed_for_at
    return timezone.localdate(known).year if known else timezone.localdate().year


def class_code(document) -> str:
    """The lead department's code; the unit's general office where none is named."""
    if document.class_code:
        return document.class_code
    if document.department_id:
        return document.department.class_code
    return default_class_code(document.unit)


def default_class_code(unit) -> str:
    """The general office's code, "" in a unit without departments."""
    office = Department.objects.filter(unit=unit, class_code="BGS").first()
    return office.class_code if office else ""


def rule_of(document) -> RetentionRule | None:
    """The rule that fits the document best."""
    return match(document.title, document.doc_type, source_of(document), document.unit)


def propose(document) -> Proposal:
    """Reads only; asked for each draft and at completion."""
    return proposed(document, rule_of(document))


def proposed(document, rule: RetentionRule | None) -> Proposal:
    code = document.retention_code or (rule.retention_code if rule else Retention.TEN)
    basis = document.retention_basis or (str(rule) if rule else "未命中条款，按10年暂定")
    fonds = fonds_of(document.unit)
    preview, klass = "", class_code(document)
    if fonds is not None and code:
        preview = render_code(fonds.code, class_year(document), code, klass, 0).replace("0000", "待定")
    return Proposal(
        retention_code=code,
        class_code=klass,
        basis=basis,
        not_to_file=_not_to_file(document, rule),
        code_preview=preview,
        retention_label=Retention(code).label if code else "",
        warnings=() if fonds else (f"{document.unit}还没有全宗号，不能归档，请与区档案馆联系。",),
    )


SLIGHT = {  # 来源: why it is not filed unless a row of the schedule is about it (practice 2.1 item 5)
    RetentionRule.Source.SUPERIOR: NotToFile.NF_1,
    RetentionRule.Source.PEER: NotToFile.NF_3,
    RetentionRule.Source.LOWER: NotToFile.NF_4,
}


def _not_to_file(document, rule: RetentionRule | None) -> str:
    """As the rule says; 便函 of the unit's own and 内部资料 of others are of no value for reference by default."""
    if document.retention_code:
        return ""
    if rule is not None and (rule.not_to_file or any(word in document.title for word in rule.keywords)):
        return rule.not_to_file
    source = source_of(document)
    if source == RetentionRule.Source.OWN:
        return NotToFile.NF_2 if document.doc_type == DocType.INFORMAL_LETTER else ""
    return SLIGHT[source] if document.doc_type == DocType.INTERNAL_MATERIAL else ""


def fonds_of(unit) -> Fonds | None:
    creator = FondsCreator.objects.filter(unit=unit, ends_on=None).select_related("fonds").first()
    return creator.fonds if creator else None


def render_code(fonds: str, year: int, retention: str, klass: str, item_no: int, category: str = "WS") -> str:
    """档号 by DA/T 22-2015, domain 3.6 (a).

    >>> render_code("Z109", 2011, "Y", "BGS", 1)
    'Z109-WS·2011-Y-BGS-0001'
    """
    parts = [fonds, f"{category}·{year}", retention, *([klass] if klass else []), f"{item_no:04d}"]
    return "-".join(parts)


@transaction.atomic
def load_sample_schedule() -> int:
    """The district's sample schedule; rows already there are left as edited. Returns how many are new."""
    schedule, _ = RetentionSchedule.objects.get_or_create(
        unit=None, version=SAMPLE, defaults={"valid_from": SAMPLE_FROM}
    )
    have = set(schedule.rules.values_list("code", flat=True))
    with SCHEDULE.open(encoding="utf-8") as source:
        rules = [
            RetentionRule(
                schedule=schedule,
                code=row["code"],
                category=row["category"],
                description=row["description"],
                keywords=[word for word in row["keywords"].split("|") if word],
                sources=row["sources"].split("|"),
                doc_types=[word for word in row["doc_types"].split("|") if word],
                retention_code=row["retention"],
                not_to_file=row["not_to_file"],
                legacy_retention=row["legacy_retention"],
                is_default=bool(row["is_default"]),
            )
            for row in csv.DictReader(source)
            if row["code"] not in have
        ]
    RetentionRule.objects.bulk_create(rules)
    return len(rules)
