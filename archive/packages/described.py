"""A bag of ours against its own description: papers, metadata of each record, and the files that they name."""

from collections.abc import Iterator

from units.findings import REFUSE, Finding

from . import findings as f
from . import names
from .findings import Unreadable
from .metadata_reading import LONGEST_BYTES, MetadataUnreadable, StatedFile, read_files
from .sources import Source

PAPERS = (names.CATALOGUE_XML, names.CATALOGUE_CSV, names.CATALOGUE_XLSX, names.README, names.REGISTER_XML)
FORMER = {
    names.CATALOGUE_XML: names.FORMER_CATALOGUE_XML,
    names.REGISTER_XML: names.FORMER_REGISTER_XML,
}
OWN = {names.METADATA, names.RECORD_DIGESTS}


def missing_papers(source: Source) -> Iterator[Finding]:
    """1-12: the catalogue in its forms, the readme and the register are there."""
    for path in PAPERS:
        if path not in source.entries and FORMER.get(path) not in source.entries:
            yield Finding(f.PAPERS, REFUSE, path, "缺少说明文件、目录文件或登记表，信息包不合规。")


def described(source: Source, manifest: dict[str, str]) -> Iterator[Finding]:
    """1-1, 1-10, 1-11, 2-11, 3-1 of every record; `manifest` is path → SHA-256, proved elsewhere."""
    folders: dict[str, list[str]] = {}
    for path in source.entries:
        if names.record_uid_of(path):
            folders.setdefault("/".join(path.split("/")[:5]), []).append(path)
    for folder, paths in folders.items():
        place = f"{folder}/{names.METADATA}"
        if place not in source.entries:
            yield Finding(f.LINKED, REFUSE, place, "文件缺失：该件没有元数据（metadata.xml）。")
            continue
        try:
            uid, files = read_files(source.content(place, LONGEST_BYTES))
        except (Unreadable, MetadataUnreadable) as error:
            yield Finding(f.METADATA_READABLE, REFUSE, place, f"元数据不能读取：{error}")
            continue
        if uid != names.record_uid_of(place):
            yield Finding(f.STRUCTURE, REFUSE, place, f"元数据中的电子文件号是{uid}，与文件夹不符。")
        yield from _files(source, manifest, folder, paths, files)


def _files(
    source: Source, manifest: dict[str, str], folder: str, paths: list[str], files: tuple[StatedFile, ...]
) -> Iterator[Finding]:
    there = {path for path in paths if path.rpartition("/")[2] not in OWN}
    if len(there) != len(files):
        told = f"元数据记载{len(files)}个文件，信息包中有{len(there)}个。"
        yield Finding(f.ALL_FILES, REFUSE, folder, told)
    for file in files:
        path = f"{folder}/{file.stored_name}"
        if path not in there:
            yield Finding(f.LINKED, REFUSE, path, "文件缺失：元数据所列的文件不在信息包中。")
            continue
        if source.entries[path] != file.bytes:
            told = f"大小与元数据不符：记载{file.bytes}字节，实有{source.entries[path]}字节。"
            yield Finding(f.ATTRIBUTES, REFUSE, path, told)
        if manifest.get(path) != file.sha256:
            yield Finding(f.FIXED, REFUSE, path, "数字摘要与元数据不符，固化信息无效。")
