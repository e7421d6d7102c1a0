"""What a new draft begins with: an earlier document (以此为底稿), a pattern of the unit, or nothing.

Number, dates, opinions, attachments and signatures of an earlier document never come along.
"""

from dataclasses import dataclass, field
from uuid import UUID

from .models import Document, Pattern
from .states import CURRENT_TYPES, AddresseeKind, Direction, RoutingDirection, State

KIND, TITLE, BODY, ADDRESSEES = "kind", "title", "body", "addressees"
PARTS = {KIND: "文种和行文方向", TITLE: "标题", BODY: "正文", ADDRESSEES: "主送和抄送"}
USUAL = (KIND, TITLE, BODY)  # taken unless the person says otherwise: the new one goes to others, as a rule


@dataclass(frozen=True)
class Start:
    """`initial` of the form; `base` the earlier document and which PARTS of it were `taken`, or `pattern`."""

    initial: dict = field(default_factory=dict)
    base: Document | None = None
    taken: tuple[str, ...] = ()
    pattern: Pattern | None = None

    @property
    def is_report(self) -> bool:
        """Begun from a 签报 it is one again."""
        return self.base is not None and self.base.direction == Direction.INTERNAL

    @property
    def parts(self) -> list[tuple[str, str, bool]]:
        return [(name, label, name in self.taken) for name, label in parts_of(self.base)]


def parts_of(base: Document | None) -> list[tuple[str, str]]:
    """A 签报 is no 文种 and goes to nobody."""
    is_report = base is not None and base.direction == Direction.INTERNAL
    return [one for one in PARTS.items() if not is_report or one[0] in (TITLE, BODY)]


def may_be_base(document: Document) -> bool:
    """It has a text of its own that the platform holds, still shows, and no other has replaced."""
    return not document.content.is_incoming and not document.is_withheld and document.state != State.REPLACED


def may_be_pattern(document: Document) -> bool:
    """A pattern is of a 文种, so a 签报 makes none."""
    return may_be_base(document) and document.direction != Direction.INTERNAL


def start_of(given, by) -> Start | None:
    """From an address's `base` or `pattern`; None when it names what the person may not use, or nothing that is."""
    if uid := _uid(given.get("base")):
        return _from_base(uid, given.getlist("take"), by)
    if uid := _uid(given.get("pattern")):
        row = Pattern.objects.allowing("view", by).filter(uid=uid, retired_at=None).select_related("unit").first()
        return _from_pattern(row) if row is not None else None
    return None if given.get("base") or given.get("pattern") else Start()


def _uid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def base_named(text: str | None, by) -> Document | None:
    """The document of this uid, when the person may begin something of his own from it."""
    rows = Document.objects.allowing("base_on", by).select_related("issued", "unit", "dispatch")
    document = rows.filter(uid=uid).first() if (uid := _uid(text)) else None
    return document if document is not None and may_be_base(document) else None


def _from_base(uid: UUID, wanted: list[str], by) -> Start | None:
    document = base_named(str(uid), by)
    if document is None:
        return None
    taken = tuple(name for name, _ in parts_of(document) if name in (wanted or USUAL))
    return Start(initial_from(document.content, taken), document, taken)


def initial_from(content: Document, taken: tuple[str, ...]) -> dict:
    """The draft form's initial values; `content` is the row that carries the text."""
    found: dict = {}
    if KIND in taken and content.doc_type in CURRENT_TYPES:
        found |= {"doc_type": content.doc_type, "routing_direction": content.routing_direction}
    if TITLE in taken:
        found["title"] = content.title
    if BODY in taken:
        found["body"] = content.body
    if ADDRESSEES in taken:
        rows = list(content.addressees.all())
        for kind in AddresseeKind:
            of_kind = [one for one in rows if one.kind == kind]
            found[kind.value] = [one.unit_id for one in of_kind if one.unit_id]
            found[f"{kind.value}_outside"] = "、".join(one.name for one in of_kind if not one.unit_id)
    return found


def _from_pattern(row: Pattern) -> Start:
    way = row.routing_direction or RoutingDirection.DOWN
    initial = {
        "unit": row.unit_id, "doc_type": row.doc_type, "routing_direction": way, "title": row.title, "body": row.body,
    }  # fmt: skip
    return Start(initial, pattern=row)


def patterns_for(by) -> list[Pattern]:
    """Those offered at 拟稿: of the units for which the person drafts."""
    rows = Pattern.objects.allowing("view", by).filter(retired_at=None)
    return list(rows.only("uid", "name", "doc_type").order_by("unit__code", "name"))
