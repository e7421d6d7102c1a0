"""What was corrected after signing, word for word, how much of it together, and what the signer objects to.

文字差错 (practice 1) is judged against the wording that was signed: many small corrections are no small correction.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.urls import reverse

from units.texts import full_stop, some_of

from . import binding_words, disputes, hanging
from .models import Opinion, Revision
from .states import State, StepKind
from .text_letters import DELETE, EQUAL, INSERT, pieces_of

CORRECTED = "改正文字差错"  # label of the opinion that a correction leaves
OBJECTED = "对文字改正的异议"
TOLD = "定稿文字差错已改正"  # how the signer's notice begins
AROUND = 8  # letters before and after a place, within its clause; where more stand there, “…” says so
NAMED = 5  # places told word for word; of more, how many there are
LONGEST = 30  # letters of one place
FIGURE, MARKS = re.compile(r"[0-9０-９]"), re.compile(r"[\s，。；：！？、（）《》“”‘’]+")
CHINESE, COUNTED = re.compile(r"[〇○零一二三四五六七八九十百千万亿两]+"), "年月日号时元角万亿倍成"
FIGURE_END, FIGURE_START = re.compile(r"[0-9０-９.．年月]*\Z"), re.compile(r"[0-9０-９.．年月日%％‰]*")
CLAUSE = re.compile(r"[，。；！？：、\n]")


def places(old: str, new: str) -> list[tuple[str, str]]:
    """(before, after) of each place that was changed, with the letters around it."""
    found: list[tuple[str, str]] = []
    for left, gone, put, right in _changes(old, new):
        before, after = CLAUSE.split(left)[-1], CLAUSE.split(right)[0]
        before = before if len(before) <= AROUND else f"…{before[-AROUND:]}"
        after = after if len(after) <= AROUND else f"{after[:AROUND]}…"
        found.append((f"{before}{gone}{after}", f"{before}{put}{after}"))
    return found


def _changes(old: str, new: str) -> Iterator[tuple[str, str, str, str]]:
    """(what stands before it, words taken out, words put in, what stands behind it) of each place."""
    pieces = pieces_of(old, new)
    at = 0
    while at < len(pieces):
        if pieces[at].op == EQUAL:
            at += 1
            continue
        first = at
        while at < len(pieces) and pieces[at].op != EQUAL:
            at += 1
        gone, put = (
            "".join(one.text for one in pieces[first:at] if one.op == op).replace("\n", "") for op in (DELETE, INSERT)
        )
        if gone or put:
            left = pieces[first - 1].text if first else ""
            yield left, gone, put, pieces[at].text if at < len(pieces) else ""


def facts_changed(old: tuple[str, str], new: tuple[str, str], names: Iterable[str]) -> list[str]:
    """Figures, dates, words that bind and names of addressees that a change touches: 文字差错 touches none of them."""
    found = []
    for before, after in zip(old, new, strict=True):
        for left, gone, put, right in _changes(before, after):
            if _is_of_a_figure(left, gone, put, right):
                whole = [
                    f"{FIGURE_END.search(left).group()}{words}{FIGURE_START.match(right).group()}"
                    for words in (gone, put)
                ]
                found.append(f"数字或日期（“{_cut(whole[0])}”改为“{_cut(whole[1])}”）")
            if words := binding_words.changed(left, gone, put, right):
                found.append(f"表示要求、许可、否定或范围的词语（{words}）")
        found += [f"收文单位名称（{name}）" for name in names if before.count(name) != after.count(name)]
    return list(dict.fromkeys(found))


def _is_of_a_figure(left: str, gone: str, put: str, right: str) -> bool:
    words = gone + put
    if FIGURE.search(words):
        return True
    if not MARKS.fullmatch(words) and (FIGURE.search(left[-1:]) or FIGURE.search(right[:1])):
        return True
    if gone and put and CHINESE.fullmatch(words):
        return True
    beside = right[:1] or words[-1:]
    return bool(CHINESE.search(words)) and (words[-1] in COUNTED or beside in COUNTED)


def told(old: tuple[str, str], new: tuple[str, str]) -> str:
    """“高度重视”改为“不必重视”；… of (title, text) before and after; "" where only the layout was changed."""
    found = [one for before, after in zip(old, new, strict=True) for one in places(before, after)]
    named = [f"“{_cut(before)}”改为“{_cut(after)}”" for before, after in found]
    return some_of(named, NAMED, "处", between="；")


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


def corrections_of(document) -> list[Opinion]:
    """改正文字差错 since signing, each with what was said of it and what the machine found."""
    return _since_signing(document, CORRECTED)


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
    """What was entered from paper, or a correction after signing, to which the leader objects: nothing goes on."""
    if document.approved_at is None:
        return ""
    if told_of_entry := disputes.nothing_stands(document, act):
        return told_of_entry
    decided = [one.pk for one in hanging.opinions(document) if one.kind == StepKind.REAPPROVE]
    for said in _since_signing(document, OBJECTED):
        if not any(pk > said.pk for pk in decided):
            return f"{full_stop(f'{said.name}对文字改正提出异议：{said.text}')}请退原签批人复审，由其决定后再办理。"
    return ""


def is_undisputed(user, document) -> bool:
    """Nothing that could only be refused while a leader's objection stands"""
    return not nothing_is_disputed(document, None)
