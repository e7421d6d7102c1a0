"""Papers that are filed with a document beside its page, sheet and files: 回执 of a notice, scans of paper opinions."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils import timezone

import paper
from units.statements import KEY, Statement

from . import reply_calls as calls
from .models import Document, PaperOpinion


@dataclass(frozen=True)
class Beside:
    """One paper: `made` (a rendition of ours) or `stored` (a file that is there); `is_handling`: told by the sheet."""

    filename: str
    made: "paper.Rendition | None" = None
    stored: Any = None
    is_handling: bool = False


def papers_of(document: Document, moment: datetime) -> list[Beside]:
    """In the order in which they are filed; empty for nearly all."""
    return [*_replies(document, moment), *_scans(document)]


def _replies(document: Document, moment: datetime) -> list[Beside]:
    """The issuer's list; what a unit answered stands on its own 文件处理单."""
    call = None if document.is_incoming else calls.call_of(document)
    if call is None:
        return []
    answers = calls.answers_to(call)
    made = paper.render_ledger(
        paper.Ledger(
            heading="会议回执",
            range=f"{document.title}（{calls.summary_of(answers)}）",
            made=f"{timezone.localtime(moment):%Y-%m-%d %H:%M}",
            columns=answers.columns,
            lines=tuple(
                paper.LedgerLine(tuple(str(cell) for cell in cells), is_struck)
                for cells, is_struck in calls.lines_of(answers)
            ),
            empty="没有收文单位",
        ),
        moment=moment,
    )
    return [Beside("会议回执.pdf", made)]


@cache
def _scanned() -> Statement:
    rows = PaperOpinion.objects.filter(document=KEY, proof__isnull=False).order_by()
    return Statement(rows.values_list("pk"), document=KEY)


def _scans(document: Document) -> list[Beside]:
    keys = _scanned().flat(document=document.pk)  # of most documents none: the question is then a short one
    kept = PaperOpinion.objects.filter(pk__in=keys).order_by("pk").select_related("proof", "opinion__by")
    found: list[Beside] = []
    for place, one in enumerate(kept if keys else (), start=1):
        ending = one.proof_name.rpartition(".")[2]
        found.append(Beside(f"纸质批示{place}（{one.opinion.by.name}）.{ending}", stored=one.proof, is_handling=True))
    return found
