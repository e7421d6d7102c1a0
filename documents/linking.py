"""答复, 修改, 废止, 引用, 转发: set on a draft, shown from both sides to whoever may see the other one."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from units import audit
from units.access import may
from units.doc_numbers import other_reading
from units.matching import Bigrams, forms_of, holds, holds_indexed
from units.workflow import Refused

from .actions import NOT_IN_HAND, locked
from .models import CurrentDocument, Document, DocumentLink, DocumentWords
from .replaced import replaced
from .states import GONE, LINKED_BY, Direction, LinkKind, State

MOST_FOUND = 20
RARE = 2000  # documents; of more that hold the words, many are among the newest
CHANGES_VALIDITY = (LinkKind.AMENDS, LinkKind.ABOLISHES)
OUT_OF_SIGHT = (State.VOIDED, *GONE)


@dataclass(frozen=True)
class Linked:
    """One line: what the relation is called from here, the row that the visitor may see, the link where it is one."""

    label: str
    document: Document
    link: DocumentLink | None = None

    def changes_validity_by(self, document: Document) -> bool:
        return self.link is not None and self.link.document_id == document.pk and self.link.kind in CHANGES_VALIDITY


def candidates(user, text: str, document) -> list[Document]:
    """What the person may see and could mean by a number or words of a title; the newest first."""
    rows = Document.objects.allowing("view", user).exclude(state__in=OUT_OF_SIGHT).filter(hidden_at=None)
    own = Q(pk=document.pk) | Q(issued=document.pk)
    rows = _with(rows, text).annotate(replaced=replaced()) if text.strip() else rows.none()
    found = (
        rows.exclude(own).select_related("unit", "issued").defer("body", "issued__body").order_by("-created_at", "-pk")
    )
    return list({one.content.pk: one for one in reversed(found[:MOST_FOUND])}.values())[::-1]


def with_heads(text: str):
    """Keys of all documents whose number or title holds every word of `text`, or the number that it reads as, by the
    index of their bigrams."""
    number, met = other_reading(text), Q()
    for forms in forms_of(text):
        met &= holds_indexed("head_n", "grams", forms)
    if number:
        met |= holds_indexed("head_n", "grams", [number])
    heads = DocumentWords.objects.alias(grams=Bigrams("head_n")).filter(met)
    return heads.values_list("document", flat=True)


def _with(rows, text: str):
    """Rare words are looked up; of very frequent ones the newest rows are tried until the list is full."""
    found = list(with_heads(text)[: RARE + 1])
    return rows.filter(pk__in=found) if len(found) <= RARE else rows.filter(holds("words__head_n", text))


def chosen(user, uid) -> Document | None:
    return Document.objects.allowing("view", user).filter(uid=uid).select_related("issued").first()


@transaction.atomic
def link(document: Document, other: Document, kind: str, *, by) -> DocumentLink:
    """Raises Refused with every reason; `other` is a row that `by` may see, the link goes to the one with the text."""
    row = locked(document)
    if not may(by, "edit", row) or row.is_incoming:
        raise Refused(f"“{row}”{NOT_IN_HAND}，不能增加相关公文。")
    target = other.content
    reasons = [] if may(by, "view", other) else ["请先查找，再从结果中选定一件公文。"]
    if kind not in LinkKind.values:
        reasons.append("请选择与所选公文的关系：答复、修改、废止、引用或转发。")
    if target.pk == row.pk:
        reasons.append("不能与本件自己建立关系，请另选一件。")
    if target.state in OUT_OF_SIGHT:
        reasons.append(f"“{target}”{target.get_state_display()}，不能引用，请另选一件。")
    if not reasons and row.links.filter(other=target, kind=kind, removed_at=None).exists():
        reasons.append(f"已登记{LinkKind(kind).label}“{target}”。")
    if kind in CHANGES_VALIDITY and target.pk != row.pk and target.document_date is None and not target.is_incoming:
        said, then = ("是签报，不印发", "请另选一件") if target.direction == Direction.INTERNAL else (
            "尚未签发", "请待其签发后再登记"
        )  # fmt: skip
        reasons.append(f"“{target}”{said}，没有可以{LinkKind(kind).label}的文件；{then}。")
    if reasons:
        raise Refused(*reasons)
    made = DocumentLink.objects.create(document=row, other=target, kind=kind, made_by=by)
    audit.record("link", "登记相关公文", row, by=by, through="edit", kind=kind, other=str(target.uid))
    return made


@transaction.atomic
def unlink(one: DocumentLink, *, by) -> None:
    row = locked(one.document)
    if not may(by, "edit", row) or not row.links.filter(pk=one.pk, removed_at=None).exists():
        raise Refused(f"该相关公文已移除，或者本件{NOT_IN_HAND}，不能再改。")
    DocumentLink.objects.filter(pk=one.pk).update(removed_at=timezone.now())
    audit.record("unlink", "移除相关公文", row, by=by, through="edit", kind=one.kind, other=str(one.other.uid))


def linked(document, user) -> list[Linked]:
    """Both ways. What the visitor may not see is not told, nor that there is something; one statement when none."""
    content = document.content
    rows = DocumentLink.objects.filter(Q(document=content) | Q(other=content), removed_at=None).order_by("kind", "pk")
    links = list(rows)
    ends = {one.pk: one.other_id if one.document_id == content.pk else one.document_id for one in links}
    wanted = {*ends.values(), *([content.replies_to_id] if content.replies_to_id else [])}
    if not wanted:
        return []
    seen = _seen(wanted, user)
    found = []
    if content.replies_to_id in seen:
        found.append(Linked(LinkKind.REPLIES.label, seen[content.replies_to_id]))
    for one in links:
        if (other := seen.get(ends[one.pk])) is not None:
            kind = LinkKind(one.kind)
            found.append(Linked(kind.label if one.document_id == content.pk else LINKED_BY[kind], other, one))
    return found


def _seen(keys: set, user) -> dict[int, Document]:
    """By the key of the row with the text: that row where the visitor may see it, else his unit's delivery of it."""
    rows = (
        Document.objects.allowing("view", user)
        .filter(Q(pk__in=keys) | Q(issued__in=keys), hidden_at=None)
        .exclude(state__in=OUT_OF_SIGHT)
        .select_related("unit")
        .defer("body")
        .order_by("pk")
    )
    found: dict[int, Document] = {}
    for row in rows:
        found.setdefault(row.issued_id or row.pk, row)
    return found


def to_be_noted(document, user) -> list[CurrentDocument]:
    """现行文件 that this issued document amends or abolishes and of which nothing is noted yet, for who may note it."""
    if document.is_incoming or document.state not in (State.DISPATCHED, State.COMPLETED):
        return []
    ended = Q(abolished_on=None, document__links_here__kind=LinkKind.ABOLISHES)
    changed = Q(abolished_on=None, amended_on=None, document__links_here__kind=LinkKind.AMENDS)
    rows = CurrentDocument.objects.allowing("publish", user).filter(
        ended | changed, document__links_here__document=document, document__links_here__removed_at=None
    )
    return list(rows.select_related("document").distinct())


def noted_as(current: CurrentDocument, act: str) -> dict[str, str]:
    """废止依据 or 修改依据 as the unit's own issued document says it; {} when none speaks of it."""
    field, kind = {"abolish": ("abolished_by", LinkKind.ABOLISHES), "amend": ("amended_by", LinkKind.AMENDS)}.get(
        act, ("", "")
    )
    if not field or getattr(current, field):
        return {}
    one = (
        DocumentLink.objects.filter(
            other=current.document_id, kind=kind, removed_at=None, document__unit=current.unit_id,
            document__state__in=(State.DISPATCHED, State.COMPLETED),
        )
        .select_related("document")
        .order_by("-pk")
        .first()
    )  # fmt: skip
    return {field: f"《{one.document.title}》（{one.document.doc_number}）"[:200]} if one else {}
