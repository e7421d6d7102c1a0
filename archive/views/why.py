"""为何为10年, on a record and on a document that is not filed yet."""

from dataclasses import replace

from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.models import Document
from units.access import gives_one

from .. import periods
from ..models import Record
from ..retention import proposed, schedule_of
from ..schedules.explaining import Decision, Why, why, why_of_record
from ..schedules.matching import NOT_MET, asked_of


@gives_one(Record)
@require_safe
def of_record(request, record):
    return _page(request, record, why_of_record(record), periods.shown(record))


@gives_one(Document)
@require_safe
def of_document(request, document):
    """What the schedule says today; what was decided at filing stands on the record."""
    schedule = schedule_of(document)
    found = why(Decision("", ""), schedule, asked_of(document))
    proposal = proposed(document, found.rule)
    period = "不归档" if proposal.not_to_file else proposal.retention_label
    found = replace(found, decision=Decision(period, f"归档建议：{proposal.basis}"))
    return _page(request, document, found, "")


def _page(request, subject, told: Why, until: str):
    found = request.GET.get("q", "").strip()
    reasons = [(rule, said) for rule, said in told.judged.reasons() if found in f"{rule} {rule.keywords_shown}"]
    context = {"subject": subject, "why": told, "until": until, "reasons": reasons, "q": found, "not_met": NOT_MET}
    return render(request, "archive/schedules/why.html", context)
