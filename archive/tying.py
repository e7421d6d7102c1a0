"""答复关系 set by the archivist's hand: which filed paper a 复文 answers, where nobody said so while it was handled.

What 起草复文 or 相关公文 has tied stands on the documents (documents/linking.py) and comes with the filing; here the
same relation is kept between two records, for an imported or entered one as well, so that the pair can become one item.
"""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from units import audit
from units.access import may
from units.doc_numbers import as_number
from units.texts import some_of, too_long
from units.workflow import Refused, patiently

from .codes import folded
from .joining import LONGEST, locked
from .models import Record, RecordRelation
from .pairs import KIND, link
from .states import State
from .use_routing import named

NAMED = 5  # candidates in a sentence


def meant(record: Record, text: str, user) -> Record:
    """The one other record of the unit that bears the 档号 or 文号, or whose title holds the words. Raises Refused."""
    rows = Record.objects.allowing("view", user).filter(unit=record.unit_id).exclude(pk=record.pk)
    rows = rows.items().exclude(state=State.DESTROYED).order_by("archival_code", "pk")
    exact = Q(archival_code=folded(text)) | Q(doc_number__in=[text, as_number(text) or text])
    found = list(rows.filter(exact)[: NAMED + 2]) or list(rows.filter(named(text))[: NAMED + 2])
    if not found:
        raise Refused(f"本单位归档文件中没有档号、文号或题名为“{text}”的来文，请核对；来文尚未归档的，请先办结归档。")
    if len(found) > 1:
        told = some_of([f"{one.archival_code}《{one.title}》" for one in found], NAMED)
        raise Refused(f"符合“{text}”的不止一件：{told}，请填写来文的档号。")
    return found[0]


def tie(reply: Record, asker: Record, *, by, reason: str) -> None:
    """`reply` answers `asker`. Raises Refused with every reason."""
    reason = reason.strip()
    with patiently(), transaction.atomic():
        reply, asker = _both(reply, asker)
        found = [*_bars(reply, asker, by, reason), *_known(reply, asker)]
        if found := [one for one in found if one]:
            raise Refused(*found)
        link([(reply.pk, asker.pk)], by=by)
        audit.record(
            "tie_records", "登记答复关系", reply, by=by, through="arrange", opinion=reason, asked=str(asker.uid)
        )


def untie(reply: Record, asker: Record, *, by, reason: str) -> None:
    """What was tied by hand, and wrongly. What the documents say themselves stays. Raises Refused."""
    reason = reason.strip()
    with patiently(), transaction.atomic():
        reply, asker = _both(reply, asker)
        rows = by_hand(reply).filter(record=reply.pk, other=asker.pk)
        found = [
            *_bars(reply, asker, by, reason),
            "" if rows.exists() else "两件的答复关系是公文办理中登记的，不能撤销。",
        ]
        if found := [one for one in found if one]:
            raise Refused(*found)
        rows.update(removed_at=timezone.now())
        audit.record(
            "untie_records", "撤销答复关系", reply, by=by, through="arrange", opinion=reason, asked=str(asker.uid)
        )


def by_hand(record: Record) -> QuerySet[RecordRelation]:
    """The relations that somebody tied by hand, in which `record` answers or is answered."""
    rows = RecordRelation.objects.filter(Q(record=record.pk) | Q(other=record.pk), kind=KIND, tied_by__isnull=False)
    return rows.select_related("record", "other").order_by("pk")


def _both(reply: Record, asker: Record) -> tuple[Record, Record]:
    rows = locked(reply.pk, asker.pk)
    return rows[reply.pk], rows[asker.pk]


def _bars(reply: Record, asker: Record, by, reason: str) -> list[str]:
    is_here = reply.state == State.FILED and may(by, "arrange", reply)
    is_part = asker.state in (State.JOINED, State.DESTROYED)
    return [
        "" if is_here else "只有本单位档案员可以登记本单位保管、未移交的文件的答复关系。",
        "" if reply.unit_id == asker.unit_id and may(by, "view", asker) else "来文与复文须是同一单位的两件。",
        f"“{asker}”{asker.get_state_display()}，其答复关系不能改动。" if is_part else "",
        "" if reason else "请填写依据，如复文中所引的来文。",
        too_long(reason, LONGEST, "依据"),
    ]


def _known(reply: Record, asker: Record) -> list[str]:
    rows = RecordRelation.objects.filter(kind=KIND)
    return [
        "不能登记为答复本件自己。" if reply.pk == asker.pk else "",
        f"已登记答复“{asker}”。" if rows.filter(record=reply.pk, other=asker.pk).exists() else "",
        f"“{asker}”已登记为答复本件，来文与复文不能互为答复。"
        if rows.filter(record=asker.pk, other=reply.pk).exists()
        else "",
    ]
