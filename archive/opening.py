"""开放: what citizens see of an accessioned record (Archives Law 2020 art. 27; domain 10.1).

Only the issuing unit's record of a document can be opened. The decision is a transition (archive/workflow.py) that a
round's publication takes (archive/opening_review/); here is what bars it, and its publication, which opens and closes
in the same act.
"""

from documents.states import Direction, Disclosure
from files import publication
from files.models import Publication

from .models import OpeningOpinion, Record
from .states import ConsultationState, Role, State, UnitOpinion

PUBLIC_ROLES = (Role.ORIGINAL, Role.ATTACHMENT, Role.CONVERTED, Role.COPY)


def not_accessioned(record: Record) -> str:
    return "" if record.state == State.ACCESSIONED else f"“{record}”尚未进馆，不作开放审核。"


def stays_open(act: str = "") -> str:
    """What was published when it was made is open (国家档案馆档案开放办法): its opening is not postponed, and whoever would
    do that (`act`: how) is told so, at a transfer and in a round."""
    return f"已主动公开，不能{act}延期开放"


def barred(record: Record, *, agreed: bool | None = None) -> list[str]:
    """Why `record` cannot be opened; empty when it can. `agreed`: its unit said so, None: look."""
    found = []
    if record.state != State.ACCESSIONED:
        found.append(f"“{record}”尚未进馆，不能开放。")
    if record.direction == Direction.INCOMING:
        found.append(f"“{record}”是收文，只开放发文单位的档案。")
    if record.disclosure_attr == Disclosure.NOT_DISCLOSED and not (unit_agrees(record) if agreed is None else agreed):
        found.append(f"“{record}”的公开属性为不予公开，请先会同形成单位审核。")
    return found


def unit_agrees(record: Record) -> bool:
    """Did the forming unit say in the round under way that the record may be opened?"""
    sent = (ConsultationState.ANSWERED, ConsultationState.KNOWN)
    rows = OpeningOpinion.objects.filter(item__record=record, item__is_open=True, consultation__state__in=sent)
    return rows.order_by("-pk").values_list("opinion", flat=True).first() == UnitOpinion.OPEN


def publish(record: Record, *, reason: str) -> None:
    """Before the public from now on, with the files that citizens may read; in the act's transaction."""
    components = record.components.filter(role__in=PUBLIC_ROLES).select_related("stored_file").order_by("seq")
    shown = [publication.Shown(one.stored_file, one.filename, one.role, one.pages, one.uid) for one in components]
    publication.publish(Publication.Kind.RECORD, record, shown, reason=reason[:200])


def is_public(record: Record) -> bool:
    return Publication.objects.open().filter(object_uid=record.uid).exists()


def retire(record: Record, *, told: str) -> None:
    """Gone from page, search, lists and public folder; the public reads `told`."""
    publication.retire(record, reason=told)
