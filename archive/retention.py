"""Which period and class a document is filed under, and the rule that says so.

Source: Order 8 (2006) arts 6-8; DA/T 22-2015 for the class; domain 3.4, 4.3, 4.4. The schedule approved for a unit
prevails over the district's sample.
"""

import csv
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from documents.filing_port import Proposal
from documents.states import Direction, DocType, NotToFile, SecurityClass, StepKind
from units.models import Department
from units.statements import KEY, Statement

from .code_schemes import pattern_of, render_code
from .models import Fonds, FondsCreator, RetentionRule, RetentionSchedule
from .schedules.matching import NOT_MET, Asked, Considered, asked_of, best, source_of
from .schedules.trying import NO_RULE
from .schedules.versions import day_that_decides, rules_of, schedule_for
from .states import Retention, ScheduleState, UseScope

SCHEDULE = Path(__file__).parent / "data" / "retention_schedule.csv"
SAMPLE, SAMPLE_FROM = "示例2006", date(2006, 12, 18)  # the day of Order 8


def schedule_of(document) -> RetentionSchedule | None:
    """The version that holds for `document`, by the day of its filing, which is today, or formation."""
    return schedule_for(document.unit, day_that_decides(formed_on(document)))


def formed_on(document) -> date | None:
    """The day of signing, else the one that the paper bears."""
    if document.approved_at is not None:
        return timezone.localdate(document.approved_at)
    return document.sender_date or document.document_date or decided_on(document)


def decided_on(document) -> date | None:
    """A 签报: the day of the last 批示 that stands, one given on paper by its paper's day; None before, and of others."""
    if document.direction != Direction.INTERNAL:
        return None
    given = document.opinions.filter(kind=StepKind.INSTRUCT, takes_back=None, taken_back=None)
    last = given.order_by("at", "pk").last()
    return timezone.localdate(last.at) if last is not None else None


def date_of(document, completed_at: datetime) -> date | None:
    """日期 as filed. What the unit made has the day on which it came to be: 成文日期, signing, decision, completion;
    what others sent has the day it bears, and stays undated where it bears none (domain 3.8)."""
    if document.direction == Direction.INCOMING:
        return document.sender_date
    signed = document.approved_at or completed_at
    return document.document_date or decided_on(document) or timezone.localdate(signed)


def rules_for(unit, day: date | None = None) -> list[RetentionRule]:
    """The rows of the unit's own schedule on `day` (today), of the district's sample where it has none."""
    schedule = schedule_for(unit, day or timezone.localdate())
    return rules_of(schedule) if schedule else []


def class_year(document) -> int:
    """年度: the local year of sign-off; undatable: that of registration, then of filing, with a finding (domain 3.4)."""
    if document.approved_at is not None:
        return timezone.localdate(document.approved_at).year
    if day := document.sender_date or document.document_date or decided_on(document):
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


def classes_of(unit) -> dict[str, str]:
    """The unit's codes of 机构（问题） with their names, those of abolished departments too."""
    return dict(Department.objects.filter(unit=unit).order_by("class_code").values_list("class_code", "name"))


def named_classes(classes: dict[str, str]) -> str:
    return "、".join(f"{code} {name}" for code, name in classes.items())


def rule_of(document) -> RetentionRule | None:
    """The row that meets the document."""
    schedule = schedule_of(document)
    return best(rules_of(schedule), asked_of(document)) if schedule else None


def propose(document) -> Proposal:
    """Reads only; asked for each draft and at completion."""
    return proposed(document, rule_of(document))


def proposal_told(unit, title: str, doc_type: str, formed: date | None) -> str:
    """What the schedule says of a paper of the unit's own that is entered by hand, as one sentence."""
    schedule = schedule_for(unit, day_that_decides(formed))
    found = best(rules_of(schedule), Asked(title, doc_type, RetentionRule.Source.OWN)) if schedule else None
    return f"归档建议：{found.period}（{found}）。" if found else f"归档建议：{NO_RULE}，请核对。"


def period_of(document, rule: RetentionRule | None) -> str:
    """The period that holds where nobody chooses another at completion."""
    return document.retention_code or (rule.retention_code if rule else Retention.TEN)


def basis_of(document, rule: RetentionRule | None) -> str:
    """Why this period."""
    return document.retention_basis or _basis(document, rule)


def proposed(document, rule: RetentionRule | None) -> Proposal:
    code, fonds = period_of(document, rule), fonds_of(document.unit)
    preview, klass = "", class_code(document)
    if fonds is not None and code:
        year = class_year(document)
        pattern = pattern_of(fonds.pk, year)
        preview = render_code(fonds.code, year, code, klass, 0, pattern=pattern).replace("0000", "待定")
    return Proposal(
        retention_code=code,
        class_code=klass,
        basis=basis_of(document, rule),
        not_to_file=_not_to_file(document, rule),
        code_preview=preview,
        retention_label=Retention(code).label if code else "",
        warnings=tuple(filter(None, (_without_fonds(document, fonds), _not_met(document, rule)))),
        why_url=reverse("archive:why_document", args=[document.uid]),
    )


def _without_fonds(document, fonds: Fonds | None) -> str:
    return "" if fonds else f"{document.unit}还没有全宗号，不能归档，请与区档案馆联系。"


def _not_met(document, rule: RetentionRule | None) -> str:
    """That nothing of the paper met a clause; whoever has chosen a period has looked."""
    if (
        rule is None
        or not rule.is_default
        or document.retention_code
        or not Considered(rule, asked_of(document)).is_fallback
    ):
        return ""
    return f"{NOT_MET}（{rule.code}），请核。"


def _basis(document, rule: RetentionRule | None) -> str:
    if document.retention_code and (rule is None or rule.retention_code != document.retention_code):
        return f"拟稿时由{document.drafted_by.name}确定" if document.drafted_by else "办理时确定"
    return str(rule) if rule else NO_RULE


def use_scope_of(document, rule: RetentionRule | None) -> str:
    """利用范围 that the row proposes: without a word of it 本单位; what is 内部 is not proposed wider than 本单位."""
    scope = rule.use_scope if rule is not None and rule.use_scope else UseScope.UNIT
    wide = scope in (UseScope.DISTRICT, UseScope.PUBLIC)
    return UseScope.UNIT if wide and document.security_class != SecurityClass.PUBLIC else scope


SLIGHT = {  # 来源: why it is not filed unless a row of the schedule is about it (practice 2.1 item 5)
    RetentionRule.Source.SUPERIOR: NotToFile.NF_1,
    RetentionRule.Source.PEER: NotToFile.NF_3,
    RetentionRule.Source.LOWER: NotToFile.NF_4,
}


def _not_to_file(document, rule: RetentionRule | None) -> str:
    """As the rule says; 便函 of the unit's own and 内部资料 of others are of no value for reference by default."""
    if document.retention_code:
        return ""
    if rule is not None and (rule.not_to_file or Considered(rule, asked_of(document)).words):
        return rule.not_to_file
    source = source_of(document)
    if source == RetentionRule.Source.OWN:
        return NotToFile.NF_2 if document.doc_type == DocType.INFORMAL_LETTER else ""
    return SLIGHT[source] if document.doc_type == DocType.INTERNAL_MATERIAL else ""


@cache
def _creators() -> Statement:
    rows = FondsCreator.objects.filter(unit=KEY).order_by(F("ends_on").desc(nulls_first=True), "-pk")
    return Statement(rows.select_related("fonds")[:1], unit=KEY)


def fonds_of(unit) -> Fonds | None:
    """The one it makes now; of a unit that has ended the one it made last: what is late goes into no other."""
    creator = _creators().first(unit=unit.pk)
    is_making = creator is not None and (creator.ends_on is None or unit.has_ended)
    return creator.fonds if is_making else None


@transaction.atomic
def load_sample_schedule() -> int:
    """The district's sample schedule; rows already there are left as edited. Returns how many are new."""
    schedule, _ = RetentionSchedule.objects.get_or_create(
        unit=None, edition=SAMPLE, defaults={"valid_from": SAMPLE_FROM, "state": ScheduleState.APPROVED}
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
                use_scope=row["use_scope"],
                is_default=bool(row["is_default"]),
            )
            for row in csv.DictReader(source)
            if row["code"] not in have
        ]
    RetentionRule.objects.bulk_create(rules)
    return len(rules)
