"""What was corrected after signing, word for word, how much of it together, and what the signer objects to.

文字差错 (practice 1) is judged against the wording that was signed: many small corrections are no small correction.
"""

import re
from itertools import pairwise

from django.urls import reverse

from units.texts import full_stop

from . import hanging
from .models import Opinion, Revision
from .states import State, StepKind
from .text_letters import DELETE, EQUAL, INSERT, pieces_of

CORRECTED = "改正文字差错"  # label of the opinion that a correction leaves
OBJECTED = "对文字改正的异议"
TOLD = "定稿文字差错已改正"  # how the signer's notice begins
AROUND = 3  # letters before and after a place, within its clause
NAMED = 5  # places told word for word; of more, how many there are
LONGEST = 30  # letters of one place
CLAUSE = re.compile(r"[，。；！？：、\n]")


def places(old: str, new: str) -> list[tuple[str, str]]:
    """(before, after) of each place that was changed, with the letters around it."""
    found: list[tuple[str, str]] = []
    pieces = pieces_of(old, new)
    at = 0
    while at < len(pieces):
        if pieces[at].op == EQUAL:
            at += 1
            continue
        first = at
        while at < len(pieces) and pieces[at].op != EQUAL:
            at += 1
        before = CLAUSE.split(pieces[first - 1].text)[-1][-AROUND:] if first else ""
        after = CLAUSE.split(pieces[at].text)[0][:AROUND] if at < len(pieces) else ""
        words = [
            "".join(one.text for one in pieces[first:at] if one.op == op).replace("\n", "") for op in (DELETE, INSERT)
        ]
        if any(words):
            found.append((f"{before}{words[0]}{after}", f"{before}{words[1]}{after}"))
    return found


def told(old: tuple[str, str], new: tuple[str, str]) -> str:
    """“高度重视”改为“不必重视”；… of (title, text) before and after; "" where only the layout was changed."""
    found = [one for before, after in zip(old, new, strict=True) for one in places(before, after)]
    named = [f"“{_cut(before)}”改为“{_cut(after)}”" for before, after in found[:NAMED]]
    more = f"等 {len(found)} 处" if len(found) > NAMED else ""
    return "；".join(named) + more


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def wordings_since_signing(document) -> list[Revision]:
    """The wording that was signed, and every later one; an unsigned document has none."""
    if document.approved_at is None:
        return []
    rows = list(document.revisions.filter(saved_at__gt=document.approved_at).order_by("number"))
    before = document.revisions.filter(saved_at__lte=document.approved_at).order_by("-number").first()
    return [before, *rows] if before is not None else rows


def changed_together(document, title: str, body: str, letters) -> int:
    """`letters` (before, after) summed over every correction since signing and the one that is asked for."""
    texts = [(one.title, one.body) for one in wordings_since_signing(document)] or [(document.title, document.body)]
    texts.append((title, body))
    return sum(letters(old[0], new[0]) + letters(old[1], new[1]) for old, new in pairwise(texts))


def comparison_of(document) -> str:
    """Address of the signed wording beside the present one; "" where nothing was corrected."""
    rows = wordings_since_signing(document)
    if len(rows) < 2:
        return ""
    return f"{reverse('documents:compare', args=[document.uid])}?old={rows[0].number}&new={rows[-1].number}"


def _since_signing(document, label: str) -> list[Opinion]:
    if document.approved_at is None:
        return []
    return [one for one in hanging.opinions(document) if one.label == label and one.at >= document.approved_at]


def may_be_objected_to(document) -> str:
    """A correction since signing to which the signer has not objected after it."""
    if document.state not in (State.APPROVED, State.NUMBERED, State.PROOFREAD):
        return f"“{document}”当前为“{document.get_state_display()}”，不能对文字改正提出异议。"
    corrected, objected = _since_signing(document, CORRECTED), _since_signing(document, OBJECTED)
    last = max((one.pk for one in objected), default=0)
    return "" if any(one.pk > last for one in corrected) else "签发后没有改正过文字，或者已提出异议。"


def nothing_is_disputed(document, act) -> str:
    """签发 that was entered from paper, or a correction after signing, to which the leader objects: nothing goes on."""
    if document.approved_at is None:
        return ""
    for one in hanging.entered(document):
        is_of_this = one.opinion.kind == StepKind.APPROVE and one.entered_at >= document.approved_at
        if one.objected_at is not None and is_of_this:
            said = full_stop(f"{one.opinion.by.name}对补录的签发提出异议：{one.objection}")
            return f"{said}请退原签批人复审或作废。"
    decided = [one.pk for one in hanging.opinions(document) if one.kind == StepKind.REAPPROVE]
    for said in _since_signing(document, OBJECTED):
        if not any(pk > said.pk for pk in decided):
            return f"{full_stop(f'{said.name}对文字改正提出异议：{said.text}')}请退原签批人复审，由其决定后再办理。"
    return ""


def is_undisputed(user, document) -> bool:
    """Nothing that could only be refused while a leader's objection stands"""
    return not nothing_is_disputed(document, None)
