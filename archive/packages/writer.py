"""Writes one part of a batch: one BagIt 1.0 bag, streamed once into one stored ZIP, hashed while it is copied."""

import fcntl
import hashlib
import io
import os
import secrets
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from . import catalogue, names
from .contents import (
    RECORDS_PER_PART,
    PackageError,
    PackageInfo,
    PackedFile,
    PackedRecord,
    PartResult,
    SourceDamaged,
    SourceProblem,
)
from .metadata import metadata_xml
from .zipstream import BLOCK_BYTES, StoredZip

Progress = Callable[[int, int, int], None]
CataloguePdf = Callable[[Iterator[catalogue.CatalogueRow]], bytes]


def write_part(
    target: Path,
    info: PackageInfo,
    records: Iterable[PackedRecord],
    *,
    progress: Progress | None = None,
    catalogue_pdf: CataloguePdf | None = None,
    others: Mapping[str, bytes] | None = None,
    also_sm3: bool = False,
) -> PartResult:
    """Writes the ZIP `target` and answers what it holds; `progress(done, all, bytes)` is called after each record.

    `catalogue_pdf(rows)` gives the catalogue as PDF/A, `others` are further files of 其他/ by name. The same input gives
    the same bytes. The file appears under its name only when it is whole and on the disk. Raises SourceDamaged with
    all files that differ from their rows, PackageError for what cannot be packed; nothing is left behind then.
    """
    _refuse_bad_info(info, also_sm3)
    target = Path(target)
    with temporary_beside(target) as (out, temporary):
        part = _Part(out, info, target.parent, ("sha256", "sm3") if also_sm3 else ("sha256",))
        part.add_tag("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        for record in records:
            part.add_record(record)
            if progress:
                progress(part.rows.count, info.record_count, part.payload_bytes)
        part.refuse_if_wrong()
        part.add_papers(catalogue_pdf, others or {})
        part.add_tags()
        part.zip.close()
        out.flush()
        os.fsync(out.fileno())
        temporary.rename(target)
        fsync_folder(target.parent)
    return part.result(target)


def _refuse_bad_info(info: PackageInfo, also_sm3: bool) -> None:
    problems = []
    if not 1 <= info.part <= info.parts:
        problems.append(f"部分号应在1至{info.parts}之间，现为{info.part}")
    if not 1 <= info.record_count <= RECORDS_PER_PART:
        problems.append(f"每个信息包应含1至{RECORDS_PER_PART}件，现为{info.record_count}件")
    if info.made_at.tzinfo is None:
        problems.append("制作时间应带时区")
    if also_sm3 and "sm3" not in hashlib.algorithms_available:
        problems.append("本机密码库不支持SM3，请改用SHA-256或更换密码库")
    if problems:
        raise PackageError("；".join(problems) + "。")


@contextmanager
def temporary_beside(target: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A locked file beside `target`, removed at the end unless renamed. What a killed writer left is removed first."""
    for left in target.parent.glob(f".{target.name}.*.partial"):
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its writer lives
            left.unlink()
    temporary = target.parent / f".{target.name}.{secrets.token_hex(4)}.partial"
    with temporary.open("xb", buffering=BLOCK_BYTES) as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        try:
            yield out, temporary
        finally:
            temporary.unlink(missing_ok=True)


def crc_of(source: IO[bytes]) -> tuple[int, int]:
    """(size, CRC-32) of an open file, which stands at its beginning afterwards."""
    source.seek(0)
    crc = size = 0
    while block := source.read(BLOCK_BYTES):
        crc = zlib.crc32(block, crc)
        size += len(block)
    source.seek(0)
    return size, crc


def fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Part:
    """The bag under way: the ZIP, the spooled manifests and catalogue, and what went wrong with the sources."""

    def __init__(self, out: IO[bytes], info: PackageInfo, folder: Path, algorithms: tuple[str, ...]) -> None:
        self.info, self.folder, self.algorithms = info, folder, algorithms
        self.zip = StoredZip(out, info.made_at, folder)
        self.root = names.safe_name(catalogue.part_name(info))
        self.rows = catalogue.Catalogue(folder)
        self.manifests = {algorithm: self._spool() for algorithm in algorithms}
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.uids: set[str] = set()
        self.problems: list[SourceProblem] = []
        self.file_count = self.payload_bytes = 0
        self.manifest_sha256 = ""

    def result(self, target: Path) -> PartResult:
        return PartResult(
            path=target,
            bytes=self.zip.bytes,
            sha256=self.zip.sha256,
            manifest_sha256=self.manifest_sha256,
            record_count=self.rows.count,
            file_count=self.file_count,
            payload_bytes=self.payload_bytes,
        )

    def _spool(self) -> IO[bytes]:
        return tempfile.SpooledTemporaryFile(BLOCK_BYTES, dir=self.folder)

    # ---------------------------------------------------------------- records

    def add_record(self, record: PackedRecord) -> None:
        uid = record.record_uid
        if not names.is_uid(uid):
            raise PackageError(f"电子文件号“{uid}”不能作为文件夹名，应只含字母、数字、“-”和“_”。")
        if uid in self.uids:
            raise PackageError(f"电子文件号{uid}在同一信息包中出现两次。")
        if self.rows.count >= self.info.record_count:
            raise PackageError(f"应封装{self.info.record_count}件，实际多于此数。")
        self.uids.add(uid)
        folder = names.record_folder(record.year, record.category_code, uid)
        stored = names.stored_names(file.filename for file in record.files)
        metadata = metadata_xml(record, stored)
        lines = [f"{self.add_payload(f'{folder}/{names.METADATA}', metadata)}  {names.METADATA}\n"]
        for file, name in zip(record.files, stored, strict=True):
            lines.append(f"{self._copy(record, file, f'{folder}/{name}')}  {name}\n")
        digest = self.add_payload(f"{folder}/{names.RECORD_DIGESTS}", "".join(lines).encode())
        size = len(metadata) + sum(file.bytes for file in record.files)
        self.rows.add(record, folder, digest, size)

    def _copy(self, record: PackedRecord, file: PackedFile, path: str) -> str:
        """Copies one stored file, proving it against its row; a difference is remembered and the pass goes on."""
        reader = ProvingReader(file.bytes, self.algorithms)
        try:
            with file.path.open("rb") as source:
                self.zip.add(f"{self.root}/{path}", file.bytes, file.crc32, reader.blocks(source))
        except OSError as error:
            reason = f"不能读取（{error.strerror or error}）"
        else:
            reason = reader.difference(file)
        if reason:
            self.problems.append(SourceProblem(record.record_uid, record.archival_code, file.filename, reason))
        return self._note(path, file.bytes, reader.digests())

    def refuse_if_wrong(self) -> None:
        if self.problems:
            raise SourceDamaged(self.problems)
        if self.rows.count != self.info.record_count:
            raise PackageError(f"应封装{self.info.record_count}件，实际只有{self.rows.count}件。")

    # ---------------------------------------------------------------- entries

    def add_payload(self, path: str, content: bytes) -> str:
        """One payload file from memory; its SHA-256."""
        return self._note(path, len(content), self._add(path, len(content), io.BytesIO(content)))

    def _add_spooled(self, path: str, spool: IO[bytes]) -> dict[str, str]:
        size = spool.seek(0, io.SEEK_END)
        return self._add(path, size, spool)

    def _add(self, path: str, size: int, source: IO[bytes]) -> dict[str, str]:
        crc = crc_of(source)[1]
        reader = ProvingReader(size, self.algorithms)
        self.zip.add(f"{self.root}/{path}", size, crc, reader.blocks(source))
        return reader.digests()

    def _note(self, path: str, size: int, digests: dict[str, str]) -> str:
        for algorithm, digest in digests.items():
            self.manifests[algorithm].write(f"{digest}  {names.percent_encoded(path)}\n".encode())
        self.file_count += 1
        self.payload_bytes += size
        return digests["sha256"]

    def add_tag(self, path: str, content: bytes) -> None:
        self.tags.append((path, self._add(path, len(content), io.BytesIO(content))))

    # ----------------------------------------------------------------- papers

    def add_papers(self, catalogue_pdf: CataloguePdf | None, others: Mapping[str, bytes]) -> None:
        """The catalogue in its forms, the readme and 其他/; the register last, because it states what went in."""
        made_at = self.info.made_at
        self._add_written(names.CATALOGUE_XML, catalogue.write_catalogue_xml)
        self._add_written(names.CATALOGUE_CSV, catalogue.write_catalogue_csv)
        self._add_written(names.CATALOGUE_XLSX, lambda rows, out: catalogue.write_catalogue_xlsx(rows, out, made_at))
        if catalogue_pdf:
            self.add_payload(names.CATALOGUE_PDF, catalogue_pdf(iter(self.rows)))
        self.add_payload(names.README, _utf8(catalogue.readme(self.info, self.rows)))
        self.add_payload(names.SCHEME, _utf8(catalogue.scheme()))
        self._add_written(names.DIGEST_LIST, catalogue.write_digest_list)
        for name, stored in zip(others, names.stored_names(others), strict=True):
            self.add_payload(f"{names.OTHER_FOLDER}/{stored}", others[name])
        records_bytes = sum(row.bytes for row in self.rows)
        register = catalogue.register_xml(self.info, self.rows.count, records_bytes)
        self.add_payload(names.REGISTER_XML, _utf8(register))

    def _add_written(self, path: str, write: Callable[[catalogue.Catalogue, IO[bytes]], None]) -> None:
        with self._spool() as spool:
            write(self.rows, spool)
            digests = self._add_spooled(path, spool)
            self._note(path, spool.seek(0, io.SEEK_END), digests)

    def add_tags(self) -> None:
        self.add_tag("bag-info.txt", _utf8(self._bag_info()))
        for algorithm, spool in self.manifests.items():
            path = f"manifest-{algorithm}.txt"
            self.tags.append((path, self._add_spooled(path, spool)))
            spool.close()
        self.manifest_sha256 = dict(self.tags)["manifest-sha256.txt"]["sha256"]
        for algorithm in self.algorithms:
            lines = "".join(f"{digests[algorithm]}  {path}\n" for path, digests in self.tags if "tagm" not in path)
            self.add_tag(f"tagmanifest-{algorithm}.txt", lines.encode())
        self.rows.close()

    def _bag_info(self) -> str:
        info = self.info
        pairs = (
            ("Source-Organization", info.unit_name),
            ("Contact-Name", info.made_by),
            ("Bagging-Date", info.made_at.date().isoformat()),
            ("External-Identifier", catalogue.part_name(info)),
            ("External-Description", info.content_description or f"{info.unit_name}移交文书类电子档案"),
            ("Bag-Size", f"{self.payload_bytes / 1_000_000:.1f} MB"),
            ("Payload-Oxum", f"{self.payload_bytes}.{self.file_count}"),
            ("Bag-Group-Identifier", info.batch_no),
            ("Bag-Count", f"{info.part} of {info.parts}"),
            ("Internal-Sender-Identifier", info.unit_code),
            ("Bag-Software-Agent", info.software),
            ("Egov-Batch-Uid", info.batch_uid),
            ("Egov-Fonds-Code", info.fonds_code),
            ("Egov-Record-Count", str(self.rows.count)),
            ("Egov-Batch-Record-Count", str(info.batch_record_count or info.record_count)),
        )
        return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in pairs if value.strip())


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


class ProvingReader:
    """Gives a source's blocks, never more than stated, and computes digests and CRC on the way."""

    def __init__(self, stated_bytes: int, algorithms: tuple[str, ...]) -> None:
        self._stated, self._read, self._crc = stated_bytes, 0, 0
        self._hashes = {algorithm: hashlib.new(algorithm) for algorithm in algorithms}

    def blocks(self, source: IO[bytes]) -> Iterator[bytes]:
        while block := source.read(min(BLOCK_BYTES, self._stated - self._read + 1)):
            self._read += len(block)
            if self._read > self._stated:
                return
            self._crc = zlib.crc32(block, self._crc)
            for digest in self._hashes.values():
                digest.update(block)
            yield block

    def digests(self) -> dict[str, str]:
        return {algorithm: digest.hexdigest() for algorithm, digest in self._hashes.items()}

    def difference(self, file: PackedFile) -> str:
        """Why what was read is not `file`; "" when it is."""
        if self._read != self._stated:
            return f"应为{self._stated}字节，实际{'更长' if self._read > self._stated else f'为{self._read}字节'}"
        if self._hashes["sha256"].hexdigest() != file.sha256.lower():
            return f"内容已改变：SHA-256应为{file.sha256}，实际为{self._hashes['sha256'].hexdigest()}"
        return "" if self._crc == file.crc32 else f"CRC-32登记有误：应为{self._crc}，登记为{file.crc32}"
