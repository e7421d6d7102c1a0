"""What another installation says of a package before it sends it: name, lengths, digests, number of records, sender."""

import re
from dataclasses import asdict, dataclass
from uuid import UUID

LARGEST_CHUNK = 2 << 20  # bytes: what stands in front refuses more than 2.5 MB of somebody without a session
SMALLEST_CHUNK = 1 << 10
MOST_CHUNKS, MOST_PARTS, MOST_RECORDS = 32_000, 1_000, 1_000_000
_DIGEST = re.compile(r"\A[0-9a-f]{64}\Z")
_NAME = re.compile(r"\A[\w（）()·〔〕-][\w（）()·〔〕.-]{0,110}\.zip\Z")
_NO = re.compile(r"\A[\w（）()·〔〕.-]{1,60}\Z")
_CODE = re.compile(r"\A[\w-]{1,20}\Z")


@dataclass(frozen=True)
class PartSaid:
    """One bag: its name, length, SHA-256, and SHA-256 of each of its chunks in order."""

    name: str
    bytes: int
    sha256: str
    chunks: tuple[str, ...]

    def length_of(self, number: int, chunk_bytes: int) -> int:
        """Bytes of chunk `number`, from 0 on."""
        return min(chunk_bytes, self.bytes - number * chunk_bytes)


@dataclass(frozen=True)
class Said:
    """The announcement as checked: `digest` stands for the package, as the leader approved it."""

    batch_uid: UUID
    name: str
    sender: str
    digest: str
    record_count: int
    bytes: int
    chunk_bytes: int
    parts: tuple[PartSaid, ...]

    def as_values(self) -> dict:
        """Plain values, as they travel."""
        return {**asdict(self), "batch_uid": str(self.batch_uid)}


class Wrong(Exception):
    """Everything that is wrong with an announcement, a sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("".join(reasons))


def read(told: dict) -> Said:
    """Raises Wrong with all reasons at once."""
    wrong: list[str] = []
    digest, name = _text(told, "digest", _DIGEST, "64位小写十六进制", wrong), _text(told, "name", _NO, "批次号", wrong)
    sender = _text(told, "sender", _CODE, "移交单位代码", wrong)
    try:
        uid = UUID(str(told.get("batch_uid", "")))
    except ValueError:
        uid = UUID(int=0)
        wrong.append("batch_uid应为批次标识（UUID）。")
    records = _number(told, "record_count", 1, MOST_RECORDS, wrong)
    chunk = _number(told, "chunk_bytes", SMALLEST_CHUNK, LARGEST_CHUNK, wrong)
    total = _number(told, "bytes", 1, MOST_CHUNKS * LARGEST_CHUNK, wrong)
    parts = _parts(told.get("parts"), chunk, wrong)
    if not wrong:
        if (have := sum(part.bytes for part in parts)) != total:
            wrong.append(f"bytes为{total}，与各部分之和{have}不符。")
        if (count := sum(len(part.chunks) for part in parts)) > MOST_CHUNKS:
            wrong.append(f"共{count:,}块，应不超过{MOST_CHUNKS:,}块，请把批次分小。")
        if len({part.name.casefold() for part in parts}) != len(parts):
            wrong.append("各部分的文件名有重复。")
    if wrong:
        raise Wrong(wrong[:50])
    return Said(uid, name, sender, digest, records, total, chunk, parts)


def _text(told: dict, field: str, form: re.Pattern, what: str, wrong: list[str]) -> str:
    value = told.get(field)
    if isinstance(value, str) and form.match(value):
        return value
    wrong.append(f"{field}应为{what}。")
    return ""


def _number(told: dict, field: str, least: int, most: int, wrong: list[str]) -> int:
    value = told.get(field)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    wrong.append(f"{field}应为{least:,}至{most:,}之间的整数。")
    return least


def _parts(told, chunk_bytes: int, wrong: list[str]) -> tuple[PartSaid, ...]:
    if not isinstance(told, list) or not 1 <= len(told) <= MOST_PARTS:
        wrong.append(f"parts应为1至{MOST_PARTS:,}个部分的列表。")
        return ()
    return tuple(_part(one, f"第{place}部分", chunk_bytes, wrong) for place, one in enumerate(told, start=1))


def _part(told, place: str, chunk_bytes: int, wrong: list[str]) -> PartSaid:
    found: list[str] = []
    if not isinstance(told, dict):
        wrong.append(f"{place}应为对象。")
        return PartSaid("", 0, "", ())
    name = _text(told, "name", _NAME, "以.zip结尾、不含路径的文件名", found)
    sha256 = _text(told, "sha256", _DIGEST, "64位小写十六进制", found)
    size = _number(told, "bytes", 1, MOST_CHUNKS * LARGEST_CHUNK, found)
    chunks = told.get("chunks")
    if not isinstance(chunks, list) or not all(isinstance(one, str) and _DIGEST.match(one) for one in chunks):
        found.append("chunks应为各块SHA-256的列表。")
    elif not found and len(chunks) != (wanted := -(-size // chunk_bytes)):
        found.append(f"chunks有{len(chunks)}块，按长度应为{wanted}块。")
    wrong += [f"{place}：{one}" for one in found]
    return PartSaid(name, size, sha256, tuple(chunks) if not found else ())


def of_row(row) -> Said:
    """What was announced, as its Arrival keeps it."""
    parts = tuple(PartSaid(one["name"], one["bytes"], one["sha256"], tuple(one["chunks"])) for one in row.parts)
    return Said(
        row.batch_uid, row.name, row.sender, row.digest, row.record_count, row.bytes, row.chunk_bytes, parts
    )  # fmt: skip
