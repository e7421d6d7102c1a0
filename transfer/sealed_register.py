"""The 登记表 with its seals: whose stand, the file as it lies, and what 验章 says of it."""

import functools
import hashlib
from pathlib import Path

from files.store import path_of
from paper import authority, checking
from units.workflow import Refused

from .models import Batch, RegisterSeal
from .read_once import once
from .states import Side


def standing_seals(batch: Batch) -> dict[str, RegisterSeal]:
    """Side → its seal, asked for or put, that was not taken back."""
    rows = batch.seals.unguarded("the batch is given").filter(void_at=None)
    rows = rows.select_related("seal", "unit", "by", "stored_file")
    return once(batch, ("seals",), lambda: {one.side: one for one in rows})


def newest(seals: dict[str, RegisterSeal]) -> RegisterSeal | None:
    """The seal that was put last: its file bears all of them."""
    put = [one for one in seals.values() if one.at is not None]
    return max(put, key=lambda one: (one.at, one.pk)) if put else None


def sealed_bytes(seals: dict[str, RegisterSeal]) -> bytes | None:
    """The register with the seals put so far, read again and compared with its digest. Raises Refused."""
    last = newest(seals)
    if last is None or last.stored_file is None:
        return None
    try:
        data = path_of(last.stored_file).read_bytes()
    except OSError as error:
        raise Refused("用印的登记表文件不能读取，请与系统管理员联系。") from error
    if hashlib.sha256(data).hexdigest() != last.stored_file.sha256:
        raise Refused("用印的登记表与登记的摘要不符，不能继续办理，请与安全审计员联系。")
    return data


def checked(seals: dict[str, RegisterSeal]) -> checking.Checked:
    """验章 as anybody may do it with the file alone; kept while it, the certificates and the lists are the same."""
    try:
        if sealed_bytes(seals) is None:
            return checking.Checked(fault="登记表尚未用印")
        stamp = authority.stamp()
    except Refused as refusal:
        return checking.Checked(fault="".join(refusal.reasons).rstrip("。"))
    last = newest(seals)
    assert last is not None and last.stored_file is not None  # its bytes have just been read
    return _checked(str(path_of(last.stored_file)), last.stored_file.sha256, stamp)


@functools.lru_cache(256)
def _checked(path: str, sha256: str, stamp: tuple) -> checking.Checked:
    return checking.check_seals(Path(path).read_bytes())


def told(batch: Batch) -> list[dict[str, str]]:
    """The seals as the kept receipt has them."""
    return [
        {
            "side": one.side, "unit": one.unit.name, "seal": str(one.seal), "by": one.by.name if one.by else "",
            "certificate": one.certificate, "at": one.at.isoformat(),
            "sha256": one.stored_file.sha256 if one.stored_file else "",
        }
        for side in Side.values
        if (one := standing_seals(batch).get(side)) is not None and one.at is not None
    ]  # fmt: skip
