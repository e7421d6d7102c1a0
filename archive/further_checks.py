"""Checks that look past the row: the schedule, the files' seals and surroundings, the metadata as they would travel.

They run when a record is inspected by itself (archive/reinspection.py); nothing here writes.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from documents.states import NotToFile
from files.examination import virus
from files.examination.formats import HEAD_BYTES, KINDS, sniff
from files.store import path_of
from paper.checking import Verdict as Seal
from paper.checking import check_seals
from units.findings import REFUSE, WARN, Finding

from .models import Component, Record
from .packages.metadata_reading import MetadataUnreadable, read_metadata
from .packages.schema import faults
from .plan import LASTING
from .states import Retention

PACKED = frozenset(
    {"application/zip", "application/x-7z-compressed", "application/vnd.rar", "application/x-rar", "application/gzip"}
)
LOCKED = frozenset({"encrypted", "compressed"})  # codes of the examination (files/examination/policy.py)
FALSE_SEALS = frozenset({Seal.CHANGED, Seal.FALSE})
MOST_BYTES = 64 << 20  # of a PDF whose seals are checked while somebody waits


def fixed(components: list[Component]) -> list[Finding]:
    """1-1: the bytes are those whose digest was kept, and the seals in them hold."""
    found = []
    for one in components:
        wrong = _digest(one)
        found += [wrong] if wrong else _seals(one)
    return found


def _digest(component: Component) -> Finding | None:
    try:
        with path_of(component.stored_file).open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
    except OSError:
        return Finding("1-1", REFUSE, component.filename, "文件不能读取，固化信息无法验证。")
    if digest == component.stored_file.sha256:
        return None
    return Finding("1-1", REFUSE, component.filename, "数字摘要与登记不符，固化信息无效。")


def _seals(component: Component) -> list[Finding]:
    stored = component.stored_file
    if stored.mime != "application/pdf" or stored.bytes > MOST_BYTES:
        return []
    seals = check_seals(path_of(stored).read_bytes()).seals
    return [
        Finding("1-1", REFUSE if one.verdict in FALSE_SEALS else WARN, component.filename, f"{one.verdict}。")
        for one in seals
        if not one.is_valid
    ]


def attributes(components: list[Component]) -> list[Finding]:
    """1-10: where the first bytes tell the format, it is the one that is recorded."""
    found = []
    for one in components:
        try:
            with path_of(one.stored_file).open("rb") as source:
                kind = KINDS.get(sniff(source.read(HEAD_BYTES)))
        except OSError:
            continue  # that it is not there is told under 1-11
        if kind is not None and one.stored_file.mime and kind.mime != one.stored_file.mime:
            told = f"内容是{kind.label}，登记的格式是{one.stored_file.mime}，二者不符。"
            found.append(Finding("1-10", REFUSE, one.filename, told))
    return found


def unreadable(components: list[Component]) -> list[str]:
    """Names of the files whose bytes cannot be read now."""
    found = []
    for one in components:
        try:
            with path_of(one.stored_file).open("rb") as source:
                source.read(1)
        except OSError:
            found.append(one.filename)
    return found


def in_scope(record: Record) -> list[Finding]:
    """2-9: what was filed is within the unit's 归档范围和保管期限表; a person confirms what is told."""
    rule = record.retention_rule
    if rule is None:
        return [
            Finding(
                "2-9", WARN, "归档范围", "没有对应的保管期限表条款，期限由人确定，请核对归档范围。", "retention_code"
            )
        ]
    if rule.not_to_file:
        reason = NotToFile(rule.not_to_file).label
        return [
            Finding("2-9", WARN, "归档范围", f"保管期限表列为不归档（{reason}），请核对归档范围。", "retention_code")
        ]
    if rule.retention_code and rule.retention_code != record.retention_code:
        told = f"保管期限表定为{_period(rule.retention_code)}，本件为{_period(record.retention_code)}，请核对。"
        return [Finding("2-9", WARN, "保管期限", told, "retention_code")]
    return []


def _period(code: str) -> str:
    return str(dict(Retention.choices).get(code, code))


def readable(content: bytes) -> list[Finding]:
    """3-1: the metadata file parses, and is what the scheme says (archive/packages/metadata.xsd)."""
    try:
        read_metadata(content)
    except MetadataUnreadable as error:
        return [Finding("3-1", REFUSE, "metadata.xml", f"元数据不能读取：{error}")]
    return [Finding("3-1", REFUSE, "metadata.xml", told) for told in faults(content)]


def whole(content: bytes) -> list[Finding]:
    """2-10: no mandatory element of the scheme is missing or empty in the metadata as packed."""
    try:
        metadata = read_metadata(content)
    except MetadataUnreadable as error:
        return [Finding("2-10", REFUSE, "metadata.xml", f"元数据不能读取：{error}")]
    return [
        Finding("2-10", REFUSE, f"{number} {name}", f"信息包元数据缺少{number}{name}。", identifier)
        for number, name, identifier in metadata.missing()
    ]


def lasting(components: list[Component]) -> list[Finding]:
    """3-5: formats that need no conversion in long-term keeping."""
    told = "不是长期保存格式，应安排转换为 PDF/A、OFD 等格式。"
    return [Finding("3-5", WARN, one.filename, told) for one in components if one.stored_file.mime not in LASTING]


def surroundings(components: list[Component]) -> list[Finding]:
    """3-6: what is needed to open each file is recorded, or is no particular software at all."""
    told = "没有记载生成该文件的软硬件环境，而该格式须用特定软件打开，请补记或另附版式文件。"
    return [
        Finding("3-6", WARN, one.filename, told)
        for one in components
        if not one.made_with and one.stored_file.mime not in LASTING
    ]


def plain(components: list[Component]) -> list[Finding]:
    """3-8: no compression, no encryption, no format that was not recognised."""
    found = []
    for one in components:
        stored = one.stored_file
        codes = {kept.get("code", "") for kept in stored.findings}
        if stored.mime in PACKED or codes & LOCKED:
            found.append(Finding("3-8", REFUSE, one.filename, "文件已压缩或加密，应解压、解密后再归档、移交。"))
        elif not stored.mime:
            found.append(Finding("3-8", REFUSE, one.filename, "文件格式未识别，不在归档、移交的格式要求之内。"))
    return found


Scan = Callable[[Path], str | None]


def by_site(path: Path) -> str | None:
    """What the site's scanner finds in a file, "" for nothing; None when it gave no answer."""
    seen = _Scan()
    virus.look(path, seen)
    return seen.told if seen.scanned_with else None


def scanned(components: list[Component], scan: Scan | None = None) -> list[Finding] | None:
    """4-2: the files, all of them readable, are scanned now; None when no scanner is there or it gave no answer, which
    is 未检."""
    if scan is None and not settings.EGOV_CLAMAV_SOCKET:
        return None
    found = []
    for one in components:
        told = (scan or by_site)(path_of(one.stored_file))
        if told is None:
            return None
        if told:
            found.append(Finding("4-2", REFUSE, one.filename, f"查毒发现“{told}”。"))
    return found


class _Scan:
    """What files.examination.virus writes into."""

    scanned_with, told = "", ""

    def tell(self, code: str, **facts) -> None:
        self.told = str(facts.get("name", "")) if code == "virus" else ""
