"""A package on a disk, where there is no line (design section 7): the parts that the leader approved, byte for byte.

Safe to cut anywhere and to run again: a part that is there and whole stays, a torn one was never under its name.
"""

from pathlib import Path

from units.texts import some_of
from units.workflow import Refused

from .delivery import copy_part, package_folder
from .healing import FOLDERS, digest_at
from .models import Batch, PackagePart
from .room import refused_when_full
from .states import PartState, State

READ_ONLY = 0o444  # a medium that is handed over is write-protected (docs/rules: E-13)
UNREADY = frozenset({State.DRAFT, State.SELF_CHECKED, State.DISSOLVED})


@refused_when_full("移交信息包")
def export_package(batch: Batch, out: Path) -> Path:
    """The folder under `out`, named by the batch, with all parts. Refused where there is nothing to hand over."""
    parts = parts_to_export(batch)
    names = {part.filename for part in parts}
    folder = folder_for(batch, out, names)
    wrong: list[str] = []
    for part in parts:
        target = folder / part.filename
        if digest_at(target) != part.sha256:
            wrong += copy_part(_source(batch, part), target, part)
    if wrong:
        raise Refused(*wrong)
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()  # what a cut run left
        else:
            path.chmod(READ_ONLY)
    return folder


def parts_to_export(batch: Batch) -> list[PackagePart]:
    """What there is to hand over; refused before the leader's approval, and while it is formed anew."""
    parts = list(batch.parts.filter(record_count__gt=0).order_by("number"))
    if batch.state in UNREADY or not batch.manifest_digest or not parts:
        raise Refused(f"批次{batch.batch_no}的移交信息包尚未经领导批准，不能导出。")
    if any(part.state != PartState.DONE for part in parts):
        raise Refused(f"批次{batch.batch_no}的移交信息包正在重新形成，请稍后导出。")
    return parts


def sources_of(batch: Batch) -> list[tuple[PackagePart, Path]]:
    """Each part and where a whole copy of it lies. Refused where there is nothing to hand over, or a part is gone."""
    found = [(part, _source(batch, part)) for part in parts_to_export(batch)]
    if lost := [part.filename for part, place in found if not place.is_file()]:
        raise Refused(f"移交包{some_of(lost, 5, '个')}不见了，请重新打包。")
    return found


def folder_for(batch: Batch, out: Path, names: set[str]) -> Path:
    """The batch's folder under `out`, there; refused when it holds anything but `names` and what a cut run left."""
    folder = Path(out) / batch.issued_no
    folder.mkdir(parents=True, exist_ok=True)
    if extra := sorted(path.name for path in folder.iterdir() if path.name not in names and not is_partial(path)):
        raise Refused(f"文件夹“{folder}”中有别的文件（{extra[0]}），请换一个空文件夹。")
    return folder


def is_partial(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(".partial")


def _source(batch: Batch, part) -> Path:
    """The unit's copy; where that is not whole any more, another place's."""
    for folder in (package_folder, *FOLDERS.values()):
        if digest_at(folder(batch) / part.filename) == part.sha256:
            return folder(batch) / part.filename
    return package_folder(batch) / part.filename
