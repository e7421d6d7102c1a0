"""An undertaking is put on the register: need, risk, plan, and the files that a conversion takes."""

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.counters import take
from units.models import Unit
from units.workflow import Refused

from ..models import ConversionMigration, ConvertedItem
from ..states import ConversionKind, ConversionState
from .choosing import MOST, Choice, chosen
from .methods import WAYS


@transaction.atomic
def draft(archive: Unit, *, by, choice: Choice | None = None, **given) -> ConversionMigration:
    """A conversion of what `choice` means, or, without one, a migration. Raises Refused."""
    kind = ConversionKind.MIGRATE if choice is None else ConversionKind.CONVERT
    row = ConversionMigration(archive=archive, number=_number(archive), kind=kind, **given)
    if choice is not None:
        row.method, row.target = choice.method, WAYS[choice.method].label
    row._history_user = by
    row.save()
    if not may(by, "enter", row):
        raise Refused("您没有登记格式转换与迁移的权限。")
    count = _take(row, choice) if choice is not None else 0
    audit.record("draft_conversion", f"拟订{row.get_kind_display()}", row, by=by, through="enter",
                 after=row.state, files=count)  # fmt: skip
    return row


def _number(archive: Unit) -> str:
    """Taken first: two who draft for one archive take their files one after the other."""
    year = timezone.localdate().year
    return f"{year}-{take(f'conversion:{archive.code}:{year}'):03d}"


def _take(row: ConversionMigration, choice: Choice) -> int:
    found = list(chosen(row.archive, choice).select_related("stored_file")[:MOST])
    if not found:
        raise Refused("没有这种格式的、尚未转换的文件，请重新选择格式或者范围。")
    ConvertedItem.objects.bulk_create(
        ConvertedItem(
            conversion=row, source=one, source_sha256=one.stored_file.sha256, source_bytes=one.stored_file.bytes
        )
        for one in found
    )
    return len(found)


def amend(row: ConversionMigration, *, by, version: int, **given) -> None:
    """The words of an undertaking that was sent back; what it takes stays."""
    with transaction.atomic():
        rows = ConversionMigration.objects.allowing("enter", by).select_for_update(of=("self",))
        found = rows.filter(pk=row.pk, state=ConversionState.DRAFT).first()
        if found is None:
            raise Refused("只有拟订中的可以修改。")
        if found.version != version:
            raise Refused("他人刚改过，请重新打开后再改。")
        for name, value in given.items():
            setattr(found, name, value)
        found.version += 1
        found._history_user = by
        found.save()
        audit.record("amend_conversion", "修改", found, by=by, through="enter")
