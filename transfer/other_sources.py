"""接收登记 of what came otherwise than by a batch: 征集, 捐赠, 寄存, 购买, 馆藏补录 (practice 1, accession register; F-09)."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from archive.packages.catalogue import gigabytes
from units import audit
from units.access import may
from units.models import Unit
from units.workflow import Refused

from .models import Accession
from .states import Source

TYPED = "手工登记"
DEPOSIT = "寄存：所有权不变，未经所有人同意不开放"


def enter(archive: Unit, *, by, **given) -> Accession:
    """A line of the register, as entered; its number is the next of the archive's year."""
    if given["received_on"] > timezone.localdate():
        raise Refused("接收日期不能晚于今天。")
    row = Accession(archive=archive, entered_by=by, **given)
    try:
        with transaction.atomic():
            row.number = _next_number(archive, given["received_on"].year)
            row.save()
            if not may(by, "enter", row):
                raise Refused("您没有登记接收档案的权限。")
            audit.record("enter_accession", "登记接收", row, by=by, through="enter", source=row.source, count=row.count)
    except IntegrityError as error:
        raise Refused("登记号刚被占用，请再保存一次。") from error
    return row


def _next_number(archive: Unit, year: int) -> str:
    """ZJ2026-0007: counted under the unit's lock, so that no number is given twice or left out."""
    Unit.objects.select_for_update().get(pk=archive.pk)
    rows = Accession.objects.unguarded("numbers of the archive that is asked for one")
    count = rows.filter(archive=archive, number__startswith=f"ZJ{year}-").count()
    return f"ZJ{year}-{count + 1:04d}"


@transaction.atomic
def void(row: Accession, *, by, reason: str) -> None:
    """A wrong line stays, struck through, with the reason."""
    rows = Accession.objects.allowing("enter", by)
    found = rows.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None or found.voided_at is not None:
        raise Refused("该登记已作废，或者您没有登记接收档案的权限。")
    found.voided_at, found.void_reason = timezone.now(), reason
    found.save()
    audit.record("void_accession", "作废接收登记", found, by=by, through="enter", opinion=reason)


def lines(archives: Iterable[Unit | int], *, year: int | None = None, is_void_shown: bool = False) -> list[dict]:
    """By the names of transfer/register.COLUMNS, the latest first; every figure was typed, and the line says so."""
    rows = Accession.objects.unguarded("of archives whose register the caller may see").filter(archive__in=archives)
    if year:
        rows = rows.filter(received_on__gte=date(year, 1, 1), received_on__lte=date(year, 12, 31))
    if not is_void_shown:
        rows = rows.filter(voided_at=None)
    return [_line(one) for one in rows.select_related("archive", "entered_by").order_by("-received_on", "-pk")[:5_000]]


def _line(one: Accession) -> dict:
    remarks = [one.remark, DEPOSIT if one.source == Source.DEPOSITED else "", TYPED]
    if one.voided_at:
        remarks.append(f"已作废：{one.void_reason}")
    return {
        "received_on": one.received_on, "batch_no": one.number, "unit": one.giver, "archive": one.archive.name,
        "fonds": one.fonds_code, "years": one.years, "category": one.category, "retention": one.retention,
        "count": one.count, "gigabytes": gigabytes(one.bytes, 6) if one.bytes else "", "codes": one.codes,
        "source": one.get_source_display(), "accepted_by": one.entered_by.name,
        "stored_on": one.received_on if one.place else None, "place": one.place, "register_no": one.paper_no,
        "remark": "；".join(part for part in remarks if part), "row": one, "title": one.title,
    }  # fmt: skip
