"""Current documents (现行文件): an issued document offered to the public while it is in force; domain 10.3.

Offering and withdrawing open and close a publication (files/publication.py) in the same act. What the public is told
of validity, and why it changed, are side acts: they change no state and need the same right.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from files import publication
from files.models import Publication
from units import audit
from units.access import may
from units.counters import take
from units.workflow import Act, Refused, SideAct, SideActs, Transition, Workflow

from . import hanging
from .models import CurrentDocument, Document
from .pages import page_of
from .states import Direction, Disclosure, Offer, State

OVER = "失效日期 {day} 已到，该文件已经失效，不能报送现行文件：请核对失效日期，未定失效的请留空。"
FIRST_REASON = "主动公开的现行文件"
BACKWARDS = "失效日期须晚于生效日期，否则该文件从未有效。"


@dataclass(frozen=True)
class Abolition:
    """废止: from which day, and by what (a document's number or title, of any issuer; "" when by none)."""

    abolished_on: date
    abolished_by: str = ""


@dataclass(frozen=True)
class Amendment:
    """修改: from which day, and by what."""

    amended_on: date
    amended_by: str


@dataclass(frozen=True)
class Dates:
    effective_from: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class Words:
    """主题分类 and 内容概述."""

    topic: str = ""
    summary: str = ""


def barred(document: Document) -> list[str]:
    """Why `document` cannot be offered to the public; empty when it can."""
    found = []
    if document.direction != Direction.OUTGOING or document.state not in (State.DISPATCHED, State.COMPLETED):
        found.append("只有本单位已分发的发文可以报送现行文件。")
    found += not_public(document)
    if page_of(document) is None:
        found.append("没有正本文件，不能公开。")
    return found


def not_public(document: Document) -> list[str]:
    """Why the document, as it was drafted, will never be offered; known before it is signed."""
    return [] if document.disclosure_attr == Disclosure.PROACTIVE else ["公开属性不是主动公开，不能报送现行文件。"]


def barred_first(document: Document) -> list[str]:
    """Why it cannot be offered for the first time: what bars it, or that it is in the catalogue already."""
    if reasons := barred(document):
        return reasons
    if hanging.current(document) is not None:
        return ["该文件已列入现行文件，撤下的请在现行文件中重新公开。"]
    return []


@transaction.atomic
def publish(
    document: Document, *, by, topic: str, summary: str, effective_from=None, expires_on=None
) -> CurrentDocument:
    """Offer the document for the first time, at once. Raises Refused with every reason."""
    row = (
        Document.objects.unguarded("the act asks its own rule under this lock")
        .select_for_update(of=("self",))
        .get(pk=document.pk)
    )
    if not may(by, "publish", row):
        raise Refused("您没有公开现行文件的权限，请由本单位文书办理。")
    if reasons := barred_first(row):
        raise Refused(*reasons)
    dates = Dates(effective_from or row.document_date, expires_on)
    if _backwards(dates):
        raise Refused(BACKWARDS)
    if over := _over(dates.expires_on):
        raise Refused(over)
    year = timezone.localdate().year
    current = CurrentDocument.objects.create(
        document=row,
        unit=row.unit,
        topic=topic,
        summary=summary,
        effective_from=dates.effective_from,
        expires_on=dates.expires_on,
        published_on=timezone.localdate(),
        published_by=by,
        index_no=f"{row.unit.code}-{year}-{take(f'index:{row.unit.code}:{year}'):03d}",
    )
    _open(current, FIRST_REASON)
    audit.record("publish_current", "公开现行文件", row, by=by, through="publish", index_no=current.index_no)
    return current


def withdraw(current: CurrentDocument, *, by, reason: str) -> None:
    """Take it from page, search, lists and public folder at once; the public reads `reason` in its place."""
    OFFER.perform("withdraw", current, by=by, note=reason)


def _open(current: CurrentDocument, reason: str) -> None:
    page = page_of(current.document)
    name = f"{current.document.title}.pdf"
    shown = publication.Shown(page.stored_file, name, "original", page.pages)
    publication.publish(Publication.Kind.CURRENT, current, [shown], reason=reason)


def _is_offerable(current: CurrentDocument, act: Act) -> list[str]:
    return [*barred(current.document), _over(current.expires_on)]


def _withdrawn(current: CurrentDocument, act: Act) -> None:
    publication.retire(current, reason=act.note)


def _offered_again(current: CurrentDocument, act: Act) -> None:
    _open(current, act.note)


OFFER = Workflow(
    Transition(
        "withdraw",
        "撤下",
        frozenset({Offer.OFFERED}),
        Offer.WITHDRAWN,
        "publish",
        effect=_withdrawn,
        needs_note=True,
        danger=True,
        past="已撤下，公众不再能看到",
    ),
    Transition(
        "offer_again",
        "重新公开",
        frozenset({Offer.WITHDRAWN}),
        Offer.OFFERED,
        "publish",
        checks=(_is_offerable,),
        effect=_offered_again,
        needs_note=True,
    ),
)


def _over(expires_on: date | None) -> str:
    """What is no longer in force is not offered to the public as a current document."""
    return OVER.format(day=expires_on) if expires_on is not None and expires_on <= timezone.localdate() else ""


def outcome(act: Transition | SideAct, current: CurrentDocument) -> str:
    """What the act has come to, as its message says it: a day ahead is not there yet."""
    today = timezone.localdate()
    if act.name == "abolish" and current.abolished_on > today:
        return f"已登记：将自 {current.abolished_on} 起废止"
    if act.name == "amend" and current.amended_on > today:
        return f"已登记：将自 {current.amended_on} 起按修改后的执行"
    return act.done


def _always(current: CurrentDocument) -> str:
    """Also while it is withdrawn: what it is does not hang on whether the public sees it."""
    return ""


def _backwards(dates: Dates) -> bool:
    begins, ends = dates.effective_from, dates.expires_on
    return begins is not None and ends is not None and ends <= begins


@transaction.atomic
def _note_validity(current: CurrentDocument, verb: str, label: str, *, by, reason: str, **fields) -> CurrentDocument:
    """Write what the public is told of the document under the row's lock, with its one event."""
    row = (
        CurrentDocument.objects.unguarded("the act asks its own rule under this lock")
        .select_for_update(of=("self",))
        .select_related("document", "unit")
        .get(pk=current.pk)
    )
    before = row.validity
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    audit.record(
        verb,
        label,
        row,
        by=by,
        through="publish",
        before=before,
        after=row.validity,
        opinion=reason,
        **{name: str(value or "") for name, value in fields.items()},
    )
    current.refresh_from_db()
    return current


def abolish(current: CurrentDocument, *, by, note: str, given: Abolition) -> CurrentDocument:
    """废止: the text stays readable, marked from that day on with what abolished it and why."""
    if current.effective_from and given.abolished_on < current.effective_from:
        raise Refused("废止日期不能早于生效日期。")
    return _note_validity(
        current,
        "abolish",
        "废止",
        by=by,
        reason=note,
        abolished_on=given.abolished_on,
        abolished_by=given.abolished_by,
        abolition_reason=note[:200],
    )


def amend(current: CurrentDocument, *, by, note: str, given: Amendment) -> CurrentDocument:
    """修改: marked with what amended it."""
    if not given.amended_by.strip():
        raise Refused("请写明修改它的文件。")
    return _note_validity(
        current, "amend", "标注修改", by=by, reason=note, amended_on=given.amended_on, amended_by=given.amended_by
    )


def correct_dates(current: CurrentDocument, *, by, note: str, given: Dates) -> CurrentDocument:
    """更正起止日期."""
    if _backwards(given):
        raise Refused(BACKWARDS)
    return _note_validity(
        current,
        "correct_dates",
        "更正起止日期",
        by=by,
        reason=note,
        effective_from=given.effective_from,
        expires_on=given.expires_on,
    )


def correct_words(current: CurrentDocument, *, by, note: str, given: Words) -> CurrentDocument:
    """更正主题分类和内容概述, as the public reads them."""
    if not given.topic.strip() or not given.summary.strip():
        raise Refused("请填写主题分类和内容概述。")
    return _note_validity(
        current, "correct_words", "更正分类和概述", by=by, reason=note, topic=given.topic.strip(),
        summary=given.summary.strip(),
    )  # fmt: skip


def clear_marks(current: CurrentDocument, *, by, note: str, given) -> CurrentDocument:
    """取消标注: 废止 or 修改 was noted by mistake."""
    cleared = {"abolished_on": None, "abolished_by": "", "abolition_reason": "", "amended_on": None, "amended_by": ""}
    return _note_validity(current, "clear_marks", "取消废止、修改标注", by=by, reason=note, **cleared)


def _while_marked(current: CurrentDocument) -> str:
    marked = current.abolished_on or current.amended_on
    return "" if marked else "该文件没有废止或修改标注。"


VALIDITY = SideActs(
    SideAct("abolish", "废止", "publish", _always, abolish, Abolition, needs_note=True, danger=True),
    SideAct("amend", "标注修改", "publish", _always, amend, Amendment, past="已标注修改"),
    SideAct("correct_dates", "更正起止日期", "publish", _always, correct_dates, Dates, needs_note=True),
    SideAct("correct_words", "更正分类和概述", "publish", _always, correct_words, Words, needs_note=True),
    SideAct("clear_marks", "取消标注", "publish", _while_marked, clear_marks, needs_note=True),
)
