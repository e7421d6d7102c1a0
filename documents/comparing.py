"""Two wordings of a document side by side in one text: title, text, receivers, attachments and the other elements."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from .models import Revision
from .text_changes import Paragraph, compare, count_changes, numbered
from .text_letters import DELETE, EQUAL, INSERT, Piece, Pieces, pieces_of

LABELS = {
    "doc_type": "文种",
    "urgency": "紧急程度",
    "routing_direction": "行文方向",
    "security_class": "密级",
    "disclosure_attr": "公开属性",
    "disclosure_reason": "不公开理由",
    "main": "主送",
    "cc": "抄送",
    "countersigners": "会签单位",
    "attachments": "附件",
    "department": "拟稿部门",
    "contact": "联系人和电话",
    "note": "附注",
    "print_copies": "印制份数",
}
LISTS = ("main", "cc", "countersigners", "attachments")
AROUND = 1  # paragraphs that stayed, shown before and after a place
FOLDED_FROM = 3  # fewer are not worth folding


@dataclass(frozen=True)
class FieldChange:
    label: str
    pieces: Pieces


@dataclass(frozen=True)
class Stretch:
    """Paragraphs in a row; folded where they all stayed and no place is near."""

    paragraphs: tuple[Paragraph, ...]
    is_folded: bool = False


@dataclass(frozen=True)
class Comparison:
    """`places` are counted through: title, the other elements, then the text."""

    title: Pieces
    body: tuple[Paragraph, ...]
    fields: tuple[FieldChange, ...]
    places: int
    unknown: tuple[int, ...] = ()  # numbers of the wordings of which only title and text were kept

    @property
    def title_changed(self) -> bool:
        return any(one.op != EQUAL for one in self.title)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        return tuple(_stretches(self.body))


# what stands on the page; a receiver sees nothing else of the two
PRINTED = ("doc_type", "urgency", "security_class", "main", "cc", "attachments", "note")


def compared(old: Revision, new: Revision, only: Sequence[str] = tuple(LABELS)) -> Comparison:
    """`only`: the elements beside title and text that are compared."""
    title = numbered(pieces_of(old.title, new.title), count(1))
    places = max((one.change for one in title), default=0)
    fields = []
    for label, pieces in _fields(old.fields, new.fields, only):
        places += 1  # an element is one place, whatever was changed in it
        marked = tuple(one if one.op == EQUAL else Piece(one.op, one.text, places) for one in pieces)
        fields.append(FieldChange(label, marked))
    body = compare(old.body, new.body, first=places + 1)
    places = count_changes(body) or places
    unknown = tuple(one.number for one in (old, new) if not one.fields)
    return Comparison(title, body, tuple(fields), places, unknown)


def places_between(old: Revision, new: Revision) -> int:
    """How many places were changed; what was kept does not change, so the answer is kept for a while too."""
    kept = _answer(tuple((one.document_id, one.number, one.digest, one.saved_at) for one in (old, new)))
    if not kept:
        kept.append(compared(old, new).places)
    return kept[0]


@lru_cache(maxsize=256)
def _answer(of: tuple) -> list[int]:
    """Where the answer is kept; the texts are not."""
    return []


def _fields(old: dict, new: dict, only: Sequence[str]) -> list[tuple[str, Pieces]]:
    """Elements that differ, of wordings that kept them both: (label, pieces)."""
    if not old or not new:
        return []
    found: list[tuple[str, Pieces]] = []
    for name in only:
        label = LABELS[name]
        before, after = old.get(name, ""), new.get(name, "")
        if (_kept(before) != _kept(after)) if name in LISTS else before != after:
            pieces = _names(before, after) if name in LISTS else pieces_of(str(before), str(after))
            found.append((label, pieces))
    return found


def _kept(names: Sequence) -> list[tuple]:
    """Names in their order with the bytes of files: a 更正件 has rows of its own of the very same files."""
    return [(_name(one), one["sha256"] if isinstance(one, dict) else None) for one in names or ()]


def _names(old: Sequence, new: Sequence) -> Pieces:
    """Names that went and came, each as a whole; the same names in another order are told as written anew."""
    before, after = [_name(one) for one in old or ()], _named_now(old or (), new or ())
    if sorted(before) == sorted(after):
        return (Piece(DELETE, "、".join(before)), Piece(INSERT, "、".join(after)))
    found = (
        Piece(EQUAL, "、".join(one for one in after if one in before)),
        Piece(DELETE, "、".join(one for one in before if one not in after)),
        Piece(INSERT, "、".join(one for one in after if one not in before)),
    )
    return tuple(one for one in found if one.text)


def _name(one) -> str:
    if not isinstance(one, dict):
        return str(one)
    return f"{one['title']}（{one['name']}）" if one.get("title") else one["name"]


def _named_now(old: Sequence, new: Sequence) -> list[str]:
    """A file of the same name with other bytes is another file."""
    bytes_before = {_name(one): one["sha256"] for one in old if isinstance(one, dict)}
    return [
        f"{name}（文件已更换）" if bytes_before.get(name, digest) != digest else name
        for name, digest in ((_name(one), one["sha256"] if isinstance(one, dict) else None) for one in new)
    ]


def _stretches(body: Sequence[Paragraph]):
    near = {place for n, one in enumerate(body) if not one.is_same for place in range(n - AROUND, n + AROUND + 1)}
    rows: list[Paragraph] = []
    far: list[Paragraph] = []
    for n, one in enumerate(body):
        if n not in near:
            far.append(one)
            continue
        if len(far) >= FOLDED_FROM:
            if rows:
                yield Stretch(tuple(rows))
            yield Stretch(tuple(far), is_folded=True)
            rows = []
        else:
            rows += far
        far = []
        rows.append(one)
    if len(far) >= FOLDED_FROM:
        if rows:
            yield Stretch(tuple(rows))
        yield Stretch(tuple(far), is_folded=True)
    elif rows or far:
        yield Stretch(tuple(rows + far))
