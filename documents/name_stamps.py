"""签名章: what a 命令 bears in the place of a seal, of each person who signed it, with his 职务 before it.

GB/T 9704—2012, 7.3.5.3. Its picture is kept as a unit's seal is (documents/seal_book.py): in the keeper's charge, by an
uploaded 印模, of one person in one unit; only the practice district makes 样章 of it. It is put on nothing but an order
that this very person signed there.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet

from files.store import land_made
from paper import seals
from paper.given import STAMP_WIDTH
from units.models import Appointment, Delegation, Unit, User
from units.roles import PostKind
from units.workflow import Act, Refused

from . import issuers, seal_book
from .models import Issuer, UnitSeal
from .states import DocType, SealState

WIDTH = Decimal(str(STAMP_WIDTH))
# the usual 职务 of who leads a body with such a name; only on the 样章 of the practice district
USUAL_TITLES = (("局", "局长"), ("部", "部长"), ("镇", "镇长"), ("人民政府", "区长"))


@dataclass(frozen=True)
class StampInput:
    """What the keeper enters: whose it is, his 职务 as it is printed, by which paper since when, and the picture."""

    holder: User
    holder_title: str
    approval_number: str
    enabled_on: date
    imprint: UploadedFile


def may_hold(units) -> QuerySet[User]:
    """People who sign in `units` (a queryset) today: who leads there, and who stands in for him."""
    leads = Appointment.objects.active().filter(post__kind=PostKind.LEADER, post__unit__in=units)
    stands_in = Delegation.objects.active().filter(post__kind=PostKind.LEADER, post__unit__in=units)
    return User.objects.filter(Q(pk__in=leads.values("user")) | Q(pk__in=stands_in.values("deputy"))).order_by("pk")


def is_stamped(document) -> bool:
    """签名章 in the place of a seal?"""
    return document.doc_type == DocType.ORDER


def signer_of(document, body: Issuer) -> User | None:
    """Whose 签名章 stands for `body`; None before 签发."""
    return body.signatory if body.position else document.signatory


def in_use(unit: Unit, holder: User) -> UnitSeal | None:
    rows = UnitSeal.objects.filter(unit=unit, holder=holder, state=SealState.IN_USE)
    return rows.select_related("imprint", "unit").first()


def titles_of(document, bodies: list[Issuer]) -> tuple[str, ...]:
    """职务 before the 签名章 of each body, in the order of the signatures; "" where none is registered."""
    signers = [(body.unit_id, person.pk) for body in bodies if (person := signer_of(document, body))]
    rows = UnitSeal.objects.filter(holder__in=[person for _, person in signers], state=SealState.IN_USE)
    found = {(one.unit_id, one.holder_id): one.holder_title for one in rows}
    return tuple(found.get(one, "") for one in signers)


def register(given: StampInput, *, unit: Unit, by) -> UnitSeal:
    """启用签名章, as seal_book.register. Raises Refused with all faults."""
    if not may_hold(Unit.objects.filter(pk=unit.pk)).filter(pk=given.holder.pk).exists():
        raise Refused(f"{given.holder.name}不是{unit}的领导，不能登记其签名章，请选择在任的领导。")
    fields = {
        "name": f"{given.holder.name}签名章", "approval_number": given.approval_number, "enabled_on": given.enabled_on,
        "diameter": WIDTH, "holder": given.holder, "holder_title": given.holder_title,
    }  # fmt: skip
    return seal_book.enter(fields, given.imprint, seals.signature_of, unit=unit, by=by)


def usable(document, body: Issuer) -> UnitSeal:
    """The seal, or of an order the 签名章, that is put for `body` now. Raises Refused."""
    if not is_stamped(document):
        return seal_book.usable(body.sealed_by)
    if reason := why_not(document, body):
        raise Refused(reason)
    return in_use(body.unit, signer_of(document, body)) or _specimen(document, body)


def why_not(document, body: Issuer) -> str:
    """As `usable`, without making anything: the reason, or nothing."""
    if not is_stamped(document):
        return seal_book.why_not(body.sealed_by)
    holder = signer_of(document, body)
    if holder is None:
        return f"{body.unit}还没有签发，不能加盖签名章。"
    found = in_use(body.unit, holder)
    if settings.EGOV_ENV == "demo" or (found is not None and not found.is_specimen):
        return ""
    return (
        f"{body.unit}签发人{holder.name}没有在用的签名章，请监印人先在“印章管理”中登记其职务和签名章印模；"
        "已校对的，登记后再退回校对。"
    )


def are_registered(document, act: Act) -> list[str]:
    """An order is proofread with the 职务 of who signed it, and room for his 签名章"""
    if not is_stamped(document):
        return []
    return [reason for body in issuers.of(document) if (reason := why_not(document, body))]


def make_ready(document) -> None:
    """Before 校对 in the practice district: a 样章 for who signed and has none, so that his 职务 is printed."""
    if is_stamped(document) and settings.EGOV_ENV == "demo":
        for body in issuers.of(document):
            if signer_of(document, body) is not None:
                usable(document, body)


def _specimen(document, body: Issuer) -> UnitSeal:
    holder = signer_of(document, body)
    return seal_book.make_specimen_of(
        body.unit, land_made(seals.signature_specimen(holder.name), "签名章样章.png"),
        name=f"{holder.name}签名章（样章）", diameter=WIDTH, holder=holder,
        holder_title=next((title for end, title in USUAL_TITLES if body.unit.name.endswith(end)), "主任"),
    )  # fmt: skip
