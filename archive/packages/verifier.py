"""Judges a package where it lies: a bag's folder, its ZIP, or a batch's folder of bags (RFC 8493; domain 8.2, 9.5).

Every byte is read once, whatever the number of digests; memory is the list of names. All findings, not the first only.
"""

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from units.findings import REFUSE, WARN, Finding

from . import apart
from . import findings as f
from .contents import batch_digest
from .described import described, missing_papers
from .findings import NotAPackage, Unreadable, Verification, shown
from .how_far import HowFar, Progress
from .names import folded, out_of_scope, percent_decoded, record_uid_of
from .sources import FolderSource, Source, bags_of
from .zipsource import ZipSource

__all__ = ["NotAPackage", "verify"]

MANIFEST = re.compile(r"^(tag)?manifest-([a-z0-9]+)\.txt$")
LINE = re.compile(r"^([0-9A-Fa-f]+)[ \t]+\*?(.+)$")
OXUM = re.compile(r"^(\d+)\.(\d+)$")
TAG_BYTES = 64 << 20  # a manifest of 20,000 files has 3 MB
VERSIONS = {"0.93", "0.94", "0.95", "0.96", "0.97", "1.0"}
SYSTEM_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave in another's bag
WEAK = {"md5", "sha1"}
OF_RECORDS = (f.FIXED, f.ATTRIBUTES, f.LINKED, f.ALL_FILES, f.METADATA_READABLE)  # checked on every record of ours


@dataclass
class Bag:
    """One bag under judgement."""

    source: Source
    name: str
    findings: list[Finding] = field(default_factory=list)
    manifests: dict[str, dict[str, str]] = field(default_factory=dict)  # algorithm -> path -> digest
    tag_manifests: dict[str, dict[str, str]] = field(default_factory=dict)
    info: dict[str, list[str]] = field(default_factory=dict)
    manifest_sha256: str = ""
    encoding: str = "utf-8-sig"
    checked: dict[str, int] = field(default_factory=dict)  # item -> bags or records

    def note(self, code: str, path: str, message: str, severity: str = REFUSE) -> None:
        self.findings.append(Finding(code, severity, shown(path), message))

    @property
    def payload(self) -> list[str]:
        return [path for path in self.source.entries if path.startswith("data/")]

    @property
    def is_ours(self) -> bool:
        return "egov-batch-uid" in self.info

    def one(self, label: str) -> str:
        return (self.info.get(label) or [""])[0]


def verify(path: Path, progress: Progress | None = None) -> Verification:
    """Read every byte of the package at `path`; NotAPackage when there is none.

    `progress(bags done, all, bytes read, bytes in all)` is called before each bag, after each file, and at the end.
    """
    is_batch, places = bags_of(Path(path))
    findings: list[Finding] = []
    parts: list[tuple[str, int, str]] = []
    totals, checked = [0, 0, 0], dict[str, int]()
    groups: list[tuple[str, int]] = []
    reading = HowFar(places, progress)
    if apart.are_worth_it(reading):
        bags = apart.judged(places, reading, judged_alone)
    else:
        bags = (_judged(one, reading) for one in places)
    for place, bag in zip(places, bags, strict=True):
        for serial, subjects in bag.checked.items():
            checked[serial] = checked.get(serial, 0) + subjects
        prefix = f"{place.name}/" if is_batch else ""
        findings += [replace(one, target=prefix + one.target) for one in bag.findings]
        number, count = _part_of(bag)
        groups.append((bag.one("egov-batch-uid") or bag.one("bag-group-identifier"), count))
        parts.append((place.name, number, bag.manifest_sha256))
        for place_in, value in enumerate(_sizes(bag)):
            totals[place_in] += value
    if is_batch:
        findings += [*_batch_findings(parts, groups), *_beside(Path(path), places)]
    valid = not any(one.is_refusal for one in findings)
    digest = batch_digest((number, one) for _, number, one in parts) if is_batch else parts[0][2]
    return Verification(valid, findings, totals[0], totals[1], totals[2], digest, parts, checked)


def _sizes(bag: Bag) -> tuple[int, int, int]:
    records = {uid for path in bag.payload if (uid := record_uid_of(path))}
    return len(records), len(bag.payload), sum(bag.source.entries[path] for path in bag.payload)


def _part_of(bag: Bag) -> tuple[int, int]:
    match = re.match(r"^(\d+) of (\d+)$", bag.one("bag-count"))
    return (int(match[1]), int(match[2])) if match else (1, 1)


def _batch_findings(parts: list[tuple[str, int, str]], groups: list[tuple[str, int]]) -> Iterator[Finding]:
    """The bags of a folder are the parts of one batch, each there once."""
    wanted, have = max(count for _, count in groups), [number for _, number, _ in parts]
    for number in sorted(set(range(1, wanted + 1)) - set(have)):
        yield Finding(f.ALL_FILES, REFUSE, "", f"缺少第 {number} 个信息包（共应有 {wanted} 个）。")
    batch, first = groups[0][0], {}
    for (name, number, _), (group, count) in zip(parts, groups, strict=True):
        if group != batch:
            yield Finding(
                f.EXTRA, REFUSE, name, f"不属于本批次：应为{batch or '无批次号'}，实为{group or '无批次号'}。"
            )
        elif group and (twin := first.setdefault(number, name)) != name:
            yield Finding(f.EXTRA, REFUSE, name, f"与{twin}同为第 {number} 个信息包，应只有一个。")
        elif count != wanted:
            yield Finding(f.RECORD_COUNT, REFUSE, name, f"登记共 {count} 个信息包，其他信息包登记为 {wanted} 个。")


def _beside(folder: Path, bags: list[Path]) -> Iterator[Finding]:
    """What lies in a batch's folder and is no bag; a writer at work leaves hidden partial files, which is no fault."""
    for name in sorted({child.name for child in folder.iterdir()} - {bag.name for bag in bags}):
        is_left = name.startswith(".") and name.endswith(".partial")
        message = "未完成的信息包，可以删除。" if is_left else "批次文件夹中的多余文件，应删除。"
        yield Finding(f.EXTRA, WARN if is_left else REFUSE, shown(name), message)


def _judged(place: Path, reading: HowFar) -> Bag:
    reading.begin()
    try:
        return _whatever_the_disk_says(place, reading.file)
    finally:
        reading.end()


def _whatever_the_disk_says(place: Path, read: Callable[[int], None] | None) -> Bag:
    """As `judge`; what the disk refuses is a finding, so that the other bags are still read."""
    try:
        return judge(place, read)
    except OSError as error:
        bag = Bag(Source(), place.name)
        bag.note(f.ALL_FILES, place.name, f"信息包不能读取（{error.strerror or error}），应检查存储设备。")
        return bag


def judged_alone(place: Path, read: Callable[[int], None]) -> Bag:
    """One bag as `verify` needs it, as two processes judge them: without what it was read from."""
    bag = _whatever_the_disk_says(place, read)
    source = Source()
    source.entries = bag.source.entries
    return replace(bag, source=source, manifests={}, tag_manifests={})


def judge(place: Path, read: Callable[[int], None] | None = None) -> Bag:
    """One bag under every rule; `read(bytes)` after each file of it."""
    with ZipSource(place) if place.is_file() else FolderSource(place) as source:
        bag = Bag(source, place.name, findings=list(source.problems))
        _declaration(bag)
        _read_manifests(bag)
        _read_info(bag)
        _presence(bag)
        _extra_tags(bag)
        _digests(bag, read)
        _oxum(bag)
        bag.checked = dict.fromkeys((f.FIXITY, f.STRUCTURE, f.COMPRESSED, f.EXTRA), 1)
        if bag.info.get("payload-oxum"):
            bag.checked[f.TOTAL_BYTES] = 1
        if bag.is_ours:
            _our_counts(bag)
            _our_container(bag)
            bag.findings += [replace(one, target=shown(one.target)) for one in missing_papers(source)]
            described_by = bag.manifests.get("sha256", {})
            bag.findings += [replace(one, target=shown(one.target)) for one in described(source, described_by)]
            records = _sizes(bag)[0]
            bag.checked |= {f.PAPERS: 1, f.RECORD_COUNT: 1}
            bag.checked |= dict.fromkeys(OF_RECORDS, records)
        return bag


def _text(bag: Bag, path: str) -> str | None:
    """A tag file as text; None with a finding when it cannot be read."""
    try:
        raw = bag.source.content(path, TAG_BYTES)
        return raw.decode(bag.encoding)
    except Unreadable as error:
        bag.note(error.code, path, error.message)
    except UnicodeDecodeError:
        bag.note(f.STRUCTURE, path, f"不是{bag.encoding.upper().removesuffix('-SIG')}文本，与bagit.txt所述不符。")
    return None


def _declaration(bag: Bag) -> None:
    if "bagit.txt" not in bag.source.entries:
        bag.note(f.STRUCTURE, "bagit.txt", "缺少bagit.txt，不是完整的信息包。")
        return
    try:
        raw = bag.source.content("bagit.txt", 4096)
    except Unreadable as error:
        bag.note(error.code, "bagit.txt", error.message)
        return
    text = raw.decode("utf-8", "replace")
    found = re.match(r"\ABagIt-Version: (\d+\.\d+)[ \t]*\r?\nTag-File-Character-Encoding: (\S+)[ \t]*(\r?\n)?\Z", text)
    if found is None:
        bag.note(f.STRUCTURE, "bagit.txt", "bagit.txt应只有两行：BagIt-Version和Tag-File-Character-Encoding。")
    elif found[1] not in VERSIONS:
        bag.note(f.STRUCTURE, "bagit.txt", f"不支持BagIt {found[1]}版。")
    elif found[2].upper() not in ("UTF-8", "UTF8"):
        bag.note(f.STRUCTURE, "bagit.txt", f"标签文件编码应为UTF-8，现为{found[2]}。", WARN)
        try:
            bag.encoding = codecs.lookup(found[2]).name
        except LookupError:
            bag.note(f.STRUCTURE, "bagit.txt", f"标签文件编码{found[2]}不受支持。")


def _read_manifests(bag: Bag) -> None:
    for path in bag.source.entries:
        match = MANIFEST.match(path)
        if match is None:
            continue
        is_tag, algorithm = bool(match[1]), match[2]
        if algorithm not in hashlib.algorithms_available:
            bag.note(f.STRUCTURE, path, f"摘要算法{algorithm}不受支持。", WARN)
            continue
        if (text := _text(bag, path)) is not None:
            (bag.tag_manifests if is_tag else bag.manifests)[algorithm] = dict(_lines(bag, path, text, is_tag))
    if not bag.manifests:
        bag.note(f.STRUCTURE, "manifest-sha256.txt", "缺少内容清单（manifest-sha256.txt），不能核验。")
    elif set(bag.manifests) <= WEAK:
        bag.note(f.STRUCTURE, f"manifest-{min(bag.manifests)}.txt", "只有MD5或SHA-1摘要，应同时提供SHA-256。", WARN)
    if "manifest-sha256.txt" in bag.source.entries:
        bag.manifest_sha256 = _digest_of(bag, "manifest-sha256.txt", ("sha256",)).get("sha256", "")


def _lines(bag: Bag, manifest: str, text: str, is_tag: bool) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if not line.strip():
            continue
        match = LINE.match(line)
        if match is None:
            bag.note(f.STRUCTURE, manifest, f"第{number}行不是“摘要 路径”的格式。")
            continue
        path = percent_decoded(match[2]).removeprefix("./")
        if out_of_scope(path) or (not is_tag and not path.startswith("data/")):
            bag.note(f.STRUCTURE, manifest, f"第{number}行的路径“{shown(path)}”越出信息包的内容。")
        elif path in seen:
            same = seen[path] == match[1].lower()
            bag.note(f.STRUCTURE, manifest, f"第{number}行的路径“{shown(path)}”重复列出。", WARN if same else REFUSE)
        else:
            seen[path] = match[1].lower()
            yield path, match[1].lower()


def _read_info(bag: Bag) -> None:
    if "bag-info.txt" not in bag.source.entries or (text := _text(bag, "bag-info.txt")) is None:
        return
    label = ""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if line[:1] in (" ", "\t") and label:
            bag.info[label][-1] += " " + line.strip()
        elif ":" in line:
            name, _, value = line.partition(":")
            label = name.strip().lower()
            bag.info.setdefault(label, []).append(value.strip())
        elif line.strip():
            bag.note(f.STRUCTURE, "bag-info.txt", f"第{number}行不是“名称: 值”的格式。")


def _presence(bag: Bag) -> None:
    """Complete both ways: what is listed is there, what is there is listed in every manifest."""
    entries, payload = bag.source.entries, set(bag.payload)
    twins = {folded(path): path for path in entries}
    for manifests, listing in ((bag.manifests, "manifest"), (bag.tag_manifests, "tagmanifest")):
        for path in sorted({path for listed in manifests.values() for path in listed} - set(entries)):
            if (twin := twins.get(folded(path))) and not bag.is_ours:
                bag.note(
                    f.STRUCTURE, path, f"清单中的文件名与信息包中的“{shown(twin)}”只有大小写或编码形式不同。", WARN
                )
            else:
                bag.note(f.ALL_FILES, path, f"文件缺失：{listing}清单中有，信息包中没有。")
    if "fetch.txt" in entries:
        for path in sorted(_fetched(bag) - set(entries)):
            bag.note(f.ALL_FILES, path, "文件列在fetch.txt中，尚未取回，信息包不完整。")
    for algorithm, listed in bag.manifests.items():
        named = {folded(path) for path in listed}
        for path in sorted(payload - set(listed)):
            is_left = path.rpartition("/")[2] in SYSTEM_FILES or folded(path) in named
            bag.note(
                f.EXTRA,
                path,
                f"多余文件：不在manifest-{algorithm}.txt清单中。",
                WARN if is_left and not bag.is_ours else REFUSE,
            )


def _fetched(bag: Bag) -> set[str]:
    text = _text(bag, "fetch.txt") or ""
    found = set()
    for line in text.splitlines():
        parts = line.split(None, 2)
        if len(parts) == 3:
            path = percent_decoded(parts[2].strip())
            if out_of_scope(path) or not path.startswith("data/"):
                bag.note(f.STRUCTURE, "fetch.txt", f"路径“{shown(path)}”越出信息包的内容。")
            else:
                found.add(path)
    return found


def _extra_tags(bag: Bag) -> None:
    """Bags of ours list every tag file; another's may leave some out (RFC 8493, 2.2.1), which is only worth a word."""
    if not bag.tag_manifests:
        if bag.is_ours:
            bag.note(
                f.ALL_FILES, "tagmanifest-sha256.txt", "缺少标签清单（tagmanifest-sha256.txt），标签文件不能核验。"
            )
        return
    listed = {path for paths in bag.tag_manifests.values() for path in paths}
    for path in bag.source.entries:
        if not path.startswith("data/") and path not in listed and not _is_tag_manifest(bag, path):
            bag.note(f.EXTRA, path, "多余文件：不在标签清单中。", REFUSE if bag.is_ours else WARN)


def _is_tag_manifest(bag: Bag, path: str) -> bool:
    match = MANIFEST.match(path)
    return bool(match and match[1]) and (match[2] in bag.tag_manifests or not bag.is_ours)


def _digests(bag: Bag, read: Callable[[int], None] | None) -> None:
    wanted: dict[str, dict[str, str]] = {}
    for manifests in (bag.manifests, bag.tag_manifests):
        for algorithm, listed in manifests.items():
            for path, digest in listed.items():
                if path in bag.source.entries:
                    wanted.setdefault(path, {})[algorithm] = digest
    size = 0
    for path in bag.source.entries:  # reading order, so that a ZIP is read from front to back
        if path in wanted:
            found = _digest_of(bag, path, tuple(wanted[path]))
            size += bag.source.entries[path]
            if read:
                read(size)
            for algorithm, digest in wanted[path].items():
                if found and found[algorithm] != digest:
                    bag.note(f.FIXITY, path, f"内容已改变：{algorithm.upper()}应为{digest}，实际为{found[algorithm]}。")


def _digest_of(bag: Bag, path: str, algorithms: tuple[str, ...]) -> dict[str, str]:
    hashes = {algorithm: hashlib.new(algorithm, usedforsecurity=False) for algorithm in algorithms}
    try:
        for block in bag.source.blocks(path):
            for one in hashes.values():
                one.update(block)
    except Unreadable as error:
        bag.note(error.code, path, error.message)
        return {}
    return {algorithm: one.hexdigest() for algorithm, one in hashes.items()}


def _oxum(bag: Bag) -> None:
    for value in bag.info.get("payload-oxum", []):
        match = OXUM.match(value)
        if match is None:
            bag.note(f.TOTAL_BYTES, "bag-info.txt", f"Payload-Oxum“{value}”应为“字节数.文件数”。")
            continue
        _, files, size = _sizes(bag)
        if (int(match[1]), int(match[2])) != (size, files):
            bag.note(
                f.TOTAL_BYTES,
                "bag-info.txt",
                f"登记为{match[1]}字节、{match[2]}个文件，实有{size}字节、{files}个文件。",
            )


def _our_counts(bag: Bag) -> None:
    records, _, _ = _sizes(bag)
    stated = bag.one("egov-record-count")
    if stated != str(records):
        bag.note(f.RECORD_COUNT, "bag-info.txt", f"登记为{stated or '空'}件，实有{records}件。")


def _our_container(bag: Bag) -> None:
    """A ZIP of ours has one lawful form: no bit of its headers is free."""
    if isinstance(bag.source, ZipSource) and not bag.findings:
        for path, message in bag.source.deviations():
            bag.note(f.FIXITY, path, message)
