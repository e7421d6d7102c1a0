"""What a package from a disk must say of itself before anything of it is taken in, beyond that its bytes are whole.

The verifier judges bytes and structure; here the words inside are held against one another and against the holding:
whose records they are, how many, that no code comes twice, and that the papers tell the same. Codes are items of
DA/T 70—2018; nothing is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.models import CodeAssignment
from archive.packages import findings as f
from archive.packages import names
from archive.packages.contents import batch_digest
from archive.packages.findings import NotAPackage, Unreadable, Verification
from archive.packages.metadata_reading import (
    LONGEST_BYTES,
    MetadataUnreadable,
    RecordMetadata,
    parsed_xml,
    read_metadata,
)
from archive.packages.sources import FolderSource, Source, bags_of
from archive.packages.verifier import verify
from archive.packages.zipsource import ZipSource
from archive.plan import ITEMS
from archive.states import State
from units.findings import REFUSE, Finding
from units.texts import some_of

TWICE, FOREIGN = "1-8", "1-9"  # 重复性; 与档案馆要求的一致性
LONGEST_INFO = 1 << 20
MOST_SHOWN = 200  # findings of one package that are told
RULE = "DA/T 70—2018"
NEEDED = ("egov-batch-uid", "egov-fonds-code", "internal-sender-identifier", "source-organization")


@dataclass
class Part:
    """One bag as it describes itself: `info` by lower-case label, record uid → archival code."""

    place: Path
    info: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Which part of its batch it says it is, as a number: the tenth comes behind the ninth."""
        head = self.info.get("bag-count", "").partition(" of ")[0]
        return int(head) if head.isascii() and head.isdigit() and len(head) < 6 else 1


@dataclass
class Reading:
    """What was read at a path: `digest` stands for the batch; without findings that refuse, it may come in."""

    findings: list[Finding]
    parts: list[Part]
    digest: str = ""
    bytes: int = 0

    @property
    def refusals(self) -> list[Finding]:
        return [one for one in self.findings if one.is_refusal]

    @property
    def info(self) -> dict[str, str]:
        return self.parts[0].info if self.parts else {}

    @property
    def in_order(self) -> list[Part]:
        return sorted(self.parts, key=lambda part: part.number)

    @property
    def record_count(self) -> int:
        return sum(len(part.codes) for part in self.parts)


def as_refusal(finding: Finding) -> dict[str, str]:
    """Item, rule and sentence, for people and programs."""
    return {
        "item": finding.code, "rule": f"{RULE} {finding.code} {ITEMS[finding.code].name}",
        "path": finding.target, "message": finding.message,
    }  # fmt: skip


def opened(place: Path) -> Source:
    return ZipSource(place) if place.is_file() else FolderSource(place)


def read(path: Path, progress=None) -> Reading:
    """Everything that is wrong with the package at `path`; nothing of it is kept."""
    try:
        found = verify(path, progress)
        _, places = bags_of(path)
    except NotAPackage as refusal:
        return Reading([Finding(f.ALL_FILES, REFUSE, path.name, str(refusal))], [])
    except OSError as error:
        told = f"不能读取（{error.strerror or error}），应检查载体。"
        return Reading([Finding(f.ALL_FILES, REFUSE, path.name, told)], [])
    parts: list[Part] = []
    more = [finding for place in places for finding in _described(place, parts)]
    more += _together(parts)
    return Reading(_once([*found.findings, *more]), parts, _digest(found), found.bytes)


def _digest(found: Verification) -> str:
    """Of the batch, also where `path` was the one bag of it."""
    return batch_digest((number, digest) for _, number, digest in found.parts)


def _once(findings: list[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))[:MOST_SHOWN]


def _described(place: Path, parts: list[Part]) -> Iterator[Finding]:
    part = Part(place)
    parts.append(part)
    try:
        with opened(place) as source:
            yield from _info(source, part)
            yield from _records(source, part)
            yield from _papers(source, part)
    except (Unreadable, OSError) as error:
        yield Finding(f.ALL_FILES, REFUSE, place.name, f"信息包不能读取：{error}")


def _info(source: Source, part: Part) -> Iterator[Finding]:
    """bag-info.txt names batch, fonds and unit; digests are SHA-256."""
    name = part.place.name
    if "bag-info.txt" in source.entries:
        text = source.content("bag-info.txt", LONGEST_INFO).decode("utf-8-sig", "replace")
        for line in text.splitlines():
            label, colon, value = line.partition(":")
            if colon:
                part.info.setdefault(label.strip().lower(), value.strip())
    if missing := [label for label in NEEDED if not part.info.get(label)]:
        told = f"bag-info.txt没有写明{'、'.join(missing)}，不是本系统的移交信息包。"
        yield Finding(f.STRUCTURE, REFUSE, f"{name}/bag-info.txt", told)
    named = names.safe_name(part.info.get("external-identifier", ""))
    if part.place.is_file() and part.info and part.place.stem != named:
        yield Finding(f.STRUCTURE, REFUSE, name, f"文件名与信息包不符：这是信息包{named}，文件名应为{named}.zip。")
    if "manifest-sha256.txt" not in source.entries:
        yield Finding(f.FIXITY, REFUSE, f"{name}/manifest-sha256.txt", "摘要算法应为SHA-256，信息包没有SHA-256清单。")
    others = [path for path in source.entries if path.startswith("manifest-") and path not in ALGORITHMS]
    for path in others:
        yield Finding(f.FIXITY, REFUSE, f"{name}/{path}", "摘要算法不合要求，应为SHA-256（可另附SM3）。")


ALGORITHMS = frozenset({"manifest-sha256.txt", "manifest-sm3.txt"})


def _records(source: Source, part: Part) -> Iterator[Finding]:
    """Every record is the sender's and of its fonds, and no code or number comes twice."""
    codes: dict[str, str] = {}
    for path, metadata in metadata_of(source):
        target, fields = f"{part.place.name}/{path}", metadata.fields
        part.codes[metadata.record_uid] = code = fields["archival_code"]
        if fields["fonds_code"] != part.info.get("egov-fonds-code"):
            told = f"全宗号为{fields['fonds_code'] or '空'}，应为{part.info.get('egov-fonds-code') or '空'}，是其他单位的档案。"
            yield Finding(FOREIGN, REFUSE, target, told)
        if fields["unit_name"] != part.info.get("source-organization"):
            told = f"立档单位为“{fields['unit_name']}”，不是移交单位“{part.info.get('source-organization', '')}”。"
            yield Finding(FOREIGN, REFUSE, target, told)
        if (twin := codes.setdefault(code, path)) != path:
            yield Finding(TWICE, REFUSE, target, f"档号{code}与{twin}重复，每件应有自己的档号。")


def metadata_of(source: Source) -> Iterator[tuple[str, RecordMetadata]]:
    """(path, metadata) of each record that can be read; what cannot is the verifier's to tell."""
    for path in list(source.entries):
        if names.record_uid_of(path) and path.endswith(f"/{names.METADATA}"):
            try:
                yield path, read_metadata(source.content(path, LONGEST_BYTES))
            except (Unreadable, MetadataUnreadable):
                continue


def _papers(source: Source, part: Part) -> Iterator[Finding]:
    """目录文件 lists exactly the records that are there; it and the register are sound XML."""
    name = part.place.name
    for path in (names.REGISTER_XML, names.FORMER_REGISTER_XML, names.FORMER_CATALOGUE_XML):
        if path in source.entries:
            try:
                parsed_xml(source.content(path, LONGEST_BYTES))
            except (Unreadable, MetadataUnreadable) as error:
                yield Finding(f.PAPERS, REFUSE, f"{name}/{path}", f"不能读取：{error}")
    if names.CATALOGUE_XML not in source.entries:
        return
    target = f"{name}/{names.CATALOGUE_XML}"
    try:
        root = parsed_xml(source.content(names.CATALOGUE_XML, 64 << 20))
    except (Unreadable, MetadataUnreadable) as error:
        yield Finding(f.PAPERS, REFUSE, target, f"目录文件不能读取：{error}")
        return
    listed, there = sorted(one.findtext("档号") or "" for one in root.iter("文件")), sorted(part.codes.values())
    if listed != there:
        odd = some_of(sorted(set(listed) ^ set(there)), 5, "件")
        told = f"目录文件列{len(listed)}件，信息包中有{len(there)}件" + (f"，不一致的有{odd}" if odd else "")
        yield Finding(f.PAPERS, REFUSE, target, f"{told}。")


def _together(parts: list[Part]) -> Iterator[Finding]:
    """The parts make one batch of one unit, and nothing in it comes twice."""
    first, uids, codes = parts[0].info, dict[str, str](), dict[str, str]()
    for part in parts:
        name = part.place.name
        for label in NEEDED:
            if part.info.get(label) and part.info.get(label) != first.get(label):
                told = f"{label}为{part.info[label]}，与{parts[0].place.name}的{first.get(label, '')}不同，不是同一批次的信息包。"
                yield Finding(f.EXTRA, REFUSE, f"{name}/bag-info.txt", told)
        for uid, code in part.codes.items():
            if uids.setdefault(uid, name) != name:
                yield Finding(TWICE, REFUSE, name, f"电子文件号{uid}在{uids[uid]}中已有。")
            elif codes.setdefault(code, name) != name:
                yield Finding(TWICE, REFUSE, name, f"档号{code}在{codes[code]}中已有。")
    stated, have = first.get("egov-batch-record-count", ""), sum(len(part.codes) for part in parts)
    if stated and stated != str(have):
        yield Finding(f.RECORD_COUNT, REFUSE, "bag-info.txt", f"批次登记为{stated}件，信息包中有{have}件。")


def against_holding(reading: Reading, archive) -> Iterator[Finding]:
    """A code that the holding has for another record (design section 7: duplicates against the holding)."""
    uid_of = {code: uid for part in reading.parts for uid, code in part.codes.items()}
    rows = CodeAssignment.objects.filter(
        code__in=uid_of, voided_at=None, record__custodian=archive, record__state=State.ACCESSIONED
    )
    for code, uid in rows.values_list("code", "record__uid"):
        if str(uid) != uid_of[code]:
            yield Finding(TWICE, REFUSE, code, f"档号{code}已在馆藏中，是另一件档案（电子文件号{uid}）。")
        else:
            yield Finding(TWICE, REFUSE, code, f"档号{code}（电子文件号{uid}）已经在馆藏中，不能重复接收。")
