"""用印 on the 登记表 by each side's keeper, as an addition behind the bytes that four persons signed (PAdES)."""

import hashlib
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from documents import seal_book
from documents.models import Sealing
from documents.registers import seal_lines
from files.store import keep, land_made
from paper import authority, seals, signing
from paper.handover_form import seal_spots
from units import audit
from units.access import may, seat_for
from units.roles import PostKind
from units.tasks import close_tasks, open_task
from units.workflow import Refused

from .conditions import sealing_is_open
from .handover_papers import register_content, register_pdf, signed_content, standing_signatures
from .locking import locked
from .models import Batch, RegisterSeal
from .sealed_register import sealed_bytes, standing_seals
from .signing import ACCEPT, SEAL
from .states import Side, SignedAs


def register_of(batch: Batch) -> bytes:
    """The register as it lies: with the seals put so far, or as it was signed."""
    return sealed_bytes(standing_seals(batch)) or signed_register(batch)


def signed_register(batch: Batch) -> bytes:
    """Of the moment of the last name, so that it is the same for whoever seals first."""
    moment = max((one.signed_at for one in standing_signatures(batch).values()), default=timezone.now())
    return register_pdf(register_content(batch), signed_content(batch), moment=moment)


@transaction.atomic
def seal(asked: RegisterSeal, *, by) -> RegisterSeal:
    """Refused without the unit's seal (production) or before four names stand; the practice district makes a 样章."""
    batch = locked(asked.batch_id, by=by, permission="", moment=sealing_is_open)
    rows = RegisterSeal.objects.unguarded("the act asks its own rule under this lock").select_for_update(of=("self",))
    row = rows.select_related("unit").get(pk=asked.pk)
    if not may(by, "seal", row):
        raise Refused("您不是这个单位的监印人，不能在登记表上用印。")
    if row.void_at is not None or row.at is not None:
        raise Refused("登记表已收回，不再用印。" if row.void_at else "本单位的印章已经盖在登记表上。")
    used = seal_book.usable(row.unit)
    identity = authority.identity_of(row.unit.code, row.unit.name)
    base = register_of(batch)
    spots = _spots(batch, base)
    spot = spots[list(Side.values).index(row.side)]
    ink = seals.ink_of(seal_book.picture(used), float(used.diameter))
    made = signing.seal_page(base, spots, spot, ink, identity, reason=f"移交接收登记表：{batch.issued_no}")
    row.seal, row.by, row.at = used, by, timezone.now()
    row.before, row.certificate = hashlib.sha256(base).hexdigest(), identity.issued.serial
    row.stored_file = keep(land_made(made, "登记表.pdf"))
    row.use = _entered(row, spot)
    row.save()
    close_tasks(row, by=by, kinds=(SEAL,))
    if all(one.at is not None for one in standing_seals(batch).values()):
        open_task(ACCEPT, "登记表已签章齐全，办理接收", batch, unit=batch.archive, post=PostKind.ACCESSIONER)
    audit.record(
        "seal_register", f"登记表用印（{row.get_side_display()}）", batch, by=by, seat=seat_for(by, row, "seal"),
        side=row.side, seal=str(used.uid), seal_name=used.name, certificate=row.certificate, unsealed_digest=row.before,
        sealed_digest=row.stored_file.sha256,
    )  # fmt: skip
    return row


def _entered(row: RegisterSeal, spot: signing.Spot) -> Sealing:
    """Its line in the unit's 用印登记簿: who checked the side's figures answers for it, who filled them in brought it."""
    names = standing_signatures(row.batch)
    checked, filled = (names[row.side, role].person for role in (SignedAs.CHECKED, SignedAs.FILLED))
    return seal_book.entered(
        row.seal, "移交接收登记表", f"电子档案移交接收登记表：{row.batch.name}（{row.batch.issued_no}）", by=row.by,
        approved_by=checked, brought_by=filled, position=list(Side.values).index(row.side), field=spot.field,
        certificate=row.certificate, before=row.before, after=row.stored_file.sha256, at=row.at,
    )  # fmt: skip


def fallen(uses: Collection[int]) -> set[int]:
    """Of these uses of seals, those on registers that were taken back."""
    rows = RegisterSeal.objects.unguarded("which uses fell is no secret of the batch").filter(use__in=uses)
    return set(rows.filter(void_at__isnull=False).values_list("use", flat=True))


seal_lines.fallen.append(fallen)


def _spots(batch: Batch, pdf: bytes) -> list[signing.Spot]:
    """Where both seals go, the unit's first; as large as they are, or will be."""
    used = [seal_book.in_use(unit) for unit in (batch.unit, batch.archive)]
    sizes = [
        float(found.diameter if found else seal_book.diameter_for(unit))
        for found, unit in zip(used, (batch.unit, batch.archive), strict=True)
    ]
    return seal_spots(pdf, sizes)
