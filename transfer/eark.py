"""A batch as E-ARK SIPs beside its own packages (docs/eark.md): one a part, from the records as they are.

What the archive takes over is and stays the approved package; this one is for systems that read METS and PREMIS.
"""

from pathlib import Path

from django.db.models import F
from django.utils import timezone

from archive.packages.contents import PackageError, PartResult
from archive.packages.eark import write_eark
from archive.packing import packed
from units.actions import system_user
from units.workflow import Refused

from .building import info_of
from .export import folder_for, parts_to_export
from .handover_papers import taken
from .models import Batch, PackagePart


def export_eark(batch: Batch, out: Path) -> tuple[Path, list[PartResult]]:
    """The folder under `out`, and what each package of it holds. Safe to cut and to run again: each is written anew.

    Refused where there is nothing to hand over, or where stored files are not what their rows say.
    """
    parts = parts_to_export(batch)
    names = {part.number: f"{batch.issued_no}-{part.number:03d}.eark.zip" for part in parts}
    folder = folder_for(batch, out, set(names.values()))
    made_at, written = timezone.now(), []
    for part in parts:
        info = info_of(batch, part, len(parts), made_at, system_user().name)
        items = _items(batch, part)
        keys = list(items.values_list("record_id", flat=True))
        try:
            written.append(
                write_eark(
                    folder / names[part.number], info, packed(keys, batch.archive.name), told=_told(batch, items)
                )
            )
        except PackageError as error:
            raise Refused(str(error)) from error
    return folder, written


def _items(batch: Batch, part: PackagePart):
    rows = taken(batch).filter(position__gte=part.first_position, position__lte=part.last_position)
    return rows.order_by("position")


def _told(batch: Batch, items) -> str:
    """Of what it was made, so that nobody takes it for the package that was approved."""
    told = f"由本系统现有数据另行生成，内容同移交批次{batch.issued_no}，该批次移交信息包数字摘要（SHA-256）{batch.manifest_digest}。"
    if changed := items.exclude(record__version=F("record_version")).count():
        told += f"其中{changed}件的目录信息或状态在形成移交信息包之后有变动，此处为变动后的内容。"
    return told
