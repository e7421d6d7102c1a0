"""印章登记: a unit's seals, entered with their 印模, 停用, 恢复 and 缴销; each act one transaction, one event.

In the practice district (EGOV_ENV=demo) a unit without a seal gets a 样章 that says so; anywhere else sealing is
refused until the keeper has entered the unit's own (practice 1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from files.examination import safe_filename
from files.store import Landed, keep, land, land_made, path_of
from paper import seals
from units import audit
from units.access import holds
from units.actions import system_user
from units.models import Unit
from units.texts import too_long
from units.workflow import Act, Refused, Transition, Workflow

from .models import Sealing, UnitSeal
from .states import SealState

SPECIMEN_NUMBER = "练习用，无启用文号"
TWICE = "本单位已有在用的印章；启用新印章前，请先将原印章停用或缴销。"
TWICE_OF_ONE = "此人已有在用的签名章；启用新的之前，请先将原签名章停用或缴销。"


@dataclass(frozen=True)
class SealInput:
    """What the keeper enters: the uploaded picture, 启用文号 and 启用日期, Ø in mm."""

    name: str
    approval_number: str
    enabled_on: date
    diameter: Decimal
    imprint: UploadedFile


def _reason_is_short(seal: UnitSeal, act: Act) -> str:
    return too_long(act.note, 500)


def _is_the_only_one(seal: UnitSeal, act: Act) -> str:
    """One seal of a unit, and one 签名章 of a person in it, is in use at a time"""
    others = UnitSeal.objects.filter(unit=seal.unit, holder=seal.holder, state=SealState.IN_USE).exclude(pk=seal.pk)
    return (TWICE_OF_ONE if seal.holder_id else TWICE) if others.exists() else ""


def _end(seal: UnitSeal, act: Act) -> None:
    seal.ended_at, seal.ended_by, seal.ended_reason = timezone.now(), act.by, act.note


def _resume(seal: UnitSeal, act: Act) -> None:
    seal.ended_at, seal.ended_by, seal.ended_reason = None, None, ""


SEALS = Workflow(
    Transition(
        "suspend", "停用", frozenset({SealState.IN_USE}), SealState.SUSPENDED, "keep", (_reason_is_short,), _end,
        needs_note=True,
    ),
    Transition(
        "resume", "恢复使用", frozenset({SealState.SUSPENDED}), SealState.IN_USE, "keep",
        (_reason_is_short, _is_the_only_one), _resume, needs_note=True,
    ),
    Transition(
        "surrender", "缴销", frozenset({SealState.IN_USE, SealState.SUSPENDED}), SealState.SURRENDERED, "keep",
        (_reason_is_short,), _end, needs_note=True, danger=True,
    ),
)  # fmt: skip


def register(given: SealInput, *, unit: Unit, by) -> UnitSeal:
    """启用印章. Raises Refused with all faults."""
    fields = {
        "name": given.name, "approval_number": given.approval_number, "enabled_on": given.enabled_on,
        "diameter": given.diameter,
    }  # fmt: skip
    return enter(fields, given.imprint, seals.imprint_of, unit=unit, by=by)


def enter(fields: dict, imprint: UploadedFile, ink_of: Callable[[bytes], bytes], *, unit: Unit, by) -> UnitSeal:
    """A row of 印章登记; the picture is examined and turned into ink by `ink_of` before anything is kept."""
    if not holds("seal_documents", by, unit):
        raise Refused(f"您不是{unit}的监印人，不能登记印章，请由其监印人登记。")
    name = safe_filename(imprint.name or "印模")
    landed = land(imprint.chunks(), name)
    if landed.examination.refusals:
        raise Refused(*(f"“{name}”不能作为印模：{one.message}" for one in landed.examination.refusals))
    imprint.seek(0)
    ink, holder = land_made(ink_of(imprint.read()), "印模.png"), fields.get("holder")
    try:
        with transaction.atomic():
            _end_specimen(unit, holder, by)
            seal = UnitSeal.objects.create(
                unit=unit, **fields, imprint=keep(ink), uploaded=keep(landed), registered_by=by
            )
            audit.record(
                "register_seal", "启用签名章" if holder else "启用印章", seal, by=by, through="keep", after=seal.state,
                approval_number=seal.approval_number, diameter=str(seal.diameter), imprint=seal.imprint.sha256,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(TWICE_OF_ONE if holder else TWICE) from error
    return seal


def _end_specimen(unit: Unit, holder, by) -> None:
    """A unit's own seal takes the place of the practice district's, and a person's 签名章 that of his."""
    for seal in UnitSeal.objects.filter(unit=unit, holder=holder, state=SealState.IN_USE, is_specimen=True):
        SEALS.perform("surrender", seal, by=by, note=f"启用{'签名章' if holder else '本单位印章'}，样章作废")


def in_use(unit: Unit) -> UnitSeal | None:
    rows = UnitSeal.objects.filter(unit=unit, holder=None, state=SealState.IN_USE)
    return rows.select_related("imprint", "unit").first()


def usable(unit: Unit) -> UnitSeal:
    """The seal that is put now; in the practice district a 样章 is made for who has none. Raises Refused."""
    found = in_use(unit)
    if found is None and settings.EGOV_ENV == "demo":
        found = make_specimen(unit)
    if found is None:
        raise Refused(f"{unit}没有在用的印章，请监印人先在“印章管理”中登记印模、启用文号和启用日期。")
    if found.is_specimen and settings.EGOV_ENV != "demo":
        raise Refused(f"{unit}登记的是练习用样章，不能用于正式公文，请先登记本单位印章。")
    return found


def why_not(unit: Unit) -> str:
    """As `usable`, without making anything: the reason, or nothing."""
    found = in_use(unit)
    if settings.EGOV_ENV == "demo" or (found is not None and not found.is_specimen):
        return ""
    return f"{unit}没有在用的印章，请监印人先在“印章管理”中登记印模、启用文号和启用日期。"


def diameter_for(unit: Unit) -> Decimal:
    """mm: 街道 and 镇 42, others up to 45 (国发〔1999〕25号)."""
    return Decimal(42) if unit.category == Unit.Category.SUBDISTRICT else Decimal(45)


def make_specimen(unit: Unit) -> UnitSeal:
    """样章, drawn with the word in it; about 0.1 seconds, once a unit."""
    diameter = diameter_for(unit)
    landed = land_made(seals.specimen(unit.name, float(diameter)), "样章.png")
    return make_specimen_of(unit, landed, name=f"{unit.name}（样章）", diameter=diameter)


def make_specimen_of(unit: Unit, landed: Landed, *, holder=None, **fields) -> UnitSeal:
    """The row of a drawn 样章, of the unit or of `holder` in it; that of who was quicker, when somebody was."""
    system = system_user()
    try:
        with transaction.atomic():
            seal = UnitSeal.objects.create(
                unit=unit, holder=holder, approval_number=SPECIMEN_NUMBER, enabled_on=timezone.localdate(),
                imprint=keep(landed), is_specimen=True, registered_by=system, **fields,
            )  # fmt: skip
            audit.record("make_specimen", "制样章", seal, by=system, after=seal.state, imprint=seal.imprint.sha256)
    except IntegrityError:
        found = UnitSeal.objects.filter(unit=unit, holder=holder, state=SealState.IN_USE).first()
        if found is None:
            raise
        return found
    return seal


def picture(seal: UnitSeal) -> bytes:
    """The kept PNG: one bit a point, 0 is ink. Raises Refused when the file is gone."""
    try:
        return path_of(seal.imprint).read_bytes()
    except OSError as error:
        raise Refused(f"“{seal}”的印模文件不能读取，请与系统管理员联系。") from error


def for_screen(seal: UnitSeal):
    """The seal as the layout's painters take it (paper.Seal)."""
    return seals.shown(seal.name, picture(seal), float(seal.diameter))


def entered(seal: UnitSeal, subject: str, title: str, *, by, approved_by, brought_by, **kept) -> Sealing:
    """The line in 用印登记簿 of a use on a paper that is no document; `kept`: position, field, certificate, digests."""
    return Sealing.objects.create(
        seal=seal, for_unit=seal.unit, subject=subject, title=title, by=by, approved_by=approved_by,
        brought_by=brought_by, **kept,
    )  # fmt: skip
