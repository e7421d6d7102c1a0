"""The second writer of packages: an E-ARK SIP (CSIP 2.1), METS and PREMIS, from the same source objects as the first.

One package a part of a batch, streamed once into one stored ZIP: METS.xml and metadata of the package, one
representation `rep1` with its own METS.xml, the files by 年度/门类/件, and for each record its DA/T 46 metadata and its
PREMIS. docs/eark.md says what stands where, and what the outside validator says of it."""

import io
import os
from collections.abc import Callable, Iterable
from datetime import datetime
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
from .eark_mets import CSIP_PROFILE, SIP_PROFILE, Mets, Packed
from .eark_premis import package_premis, record_premis
from .metadata import metadata_xml
from .schema import SCHEMA
from .writer import ProvingReader, crc_of, fsync_folder, temporary_beside
from .zipstream import StoredZip

REPRESENTATION = "rep1"
HOME = f"representations/{REPRESENTATION}"
XML = "application/xml"
RECORD_STANDARD, CATALOGUE_STANDARD = "DA/T 46—2009", "DA/T 93—2022"


def write_eark(
    target: Path,
    info: PackageInfo,
    records: Iterable[PackedRecord],
    *,
    told: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> PartResult:
    """Writes the ZIP `target` and answers what it holds; `manifest_sha256` is the digest of the root METS.xml.

    `told` says of what the package was made, for its PREMIS and its readme. The same input gives the same bytes. The
    file appears under its name only when it is whole. Raises SourceDamaged with all files that differ from their rows,
    PackageError for what cannot be packed; nothing is left behind then.
    """
    if not 1 <= info.record_count <= RECORDS_PER_PART:
        raise PackageError(f"每个信息包应含1至{RECORDS_PER_PART}件，现为{info.record_count}件。")
    target = Path(target)
    with temporary_beside(target) as (out, temporary):
        package = _Package(out, info, target.parent)
        for record in records:
            package.add_record(record)
            if progress:
                progress(package.rows.count, info.record_count)
        package.refuse_if_wrong()
        package.finish(told)
        out.flush()
        os.fsync(out.fileno())
        temporary.rename(target)
        fsync_folder(target.parent)
    return package.result(target)


class _Package:
    """The package under way: the ZIP, both METS documents, the catalogue, and what went wrong with the sources."""

    def __init__(self, out: IO[bytes], info: PackageInfo, folder: Path) -> None:
        self.info = info
        self.name = names.safe_name(catalogue.part_name(info))
        self.zip = StoredZip(out, info.made_at, folder)
        self.root = Mets(folder, info, self.name, SIP_PROFILE)
        self.inner = Mets(folder, info, REPRESENTATION, CSIP_PROFILE)
        self.rows = catalogue.Catalogue(folder)
        self.uids: set[str] = set()
        self.problems: list[SourceProblem] = []
        self.file_count = self.payload_bytes = 0
        self.mets_sha256 = ""

    def result(self, target: Path) -> PartResult:
        return PartResult(
            path=target, bytes=self.zip.bytes, sha256=self.zip.sha256, manifest_sha256=self.mets_sha256,
            record_count=self.rows.count, file_count=self.file_count, payload_bytes=self.payload_bytes,
        )  # fmt: skip

    def add_record(self, record: PackedRecord) -> None:
        uid = record.record_uid
        if not names.is_uid(uid) or uid in self.uids:
            raise PackageError(f"电子文件号{uid}不能作为文件夹名，或在同一信息包中出现两次。")
        self.uids.add(uid)
        folder = names.record_folder(record.year, record.category_code, uid).removeprefix(f"{names.RECORDS_FOLDER}/")
        stored = names.stored_names(file.filename for file in record.files)
        paths = [f"data/{folder}/{name}" for name in stored]
        metadata, premis = metadata_xml(record, stored), record_premis(record, paths)
        described, preserved = f"dmd-{uid}", f"premis-{uid}"
        self.inner.describe(described, self._inside(f"metadata/descriptive/{uid}.xml", metadata, XML), RECORD_STANDARD)
        self.inner.preserve(preserved, self._inside(f"metadata/preservation/{uid}.xml", premis, XML))
        for file, path in zip(record.files, paths, strict=True):
            self._copy(record, file, path)
            packed = Packed(
                path, file.bytes, file.sha256, file.mime, self._created(record), file.filename, file.format_id
            )
            self.inner.file("Data", packed, DMDID=described, ADMID=preserved)
        size = len(metadata) + sum(file.bytes for file in record.files)
        self.rows.add(record, f"{HOME}/data/{folder}", "", size)

    def _created(self, record: PackedRecord) -> datetime:
        return record.filed_at if isinstance(record.filed_at, datetime) else self.info.made_at

    def _copy(self, record: PackedRecord, file: PackedFile, path: str) -> None:
        """Copies one stored file, proving it against its row; a difference is remembered and the pass goes on."""
        reader = ProvingReader(file.bytes, ("sha256",))
        try:
            with file.path.open("rb") as source:
                self.zip.add(f"{self.name}/{HOME}/{path}", file.bytes, file.crc32, reader.blocks(source))
        except OSError as error:
            reason = f"不能读取（{error.strerror or error}）"
        else:
            reason = reader.difference(file)
        if reason:
            self.problems.append(SourceProblem(record.record_uid, record.archival_code, file.filename, reason))
        self.file_count += 1
        self.payload_bytes += file.bytes

    def refuse_if_wrong(self) -> None:
        if self.problems:
            raise SourceDamaged(self.problems)
        if self.rows.count != self.info.record_count:
            raise PackageError(f"应封装{self.info.record_count}件，实际为{self.rows.count}件。")

    def _inside(self, path: str, content: bytes, mime: str) -> Packed:
        """A file of the representation, from memory."""
        return self._put(HOME, path, io.BytesIO(content), mime)

    def _own(self, path: str, content: bytes, mime: str) -> Packed:
        return self._put("", path, io.BytesIO(content), mime)

    def _put(self, home: str, path: str, source: IO[bytes], mime: str) -> Packed:
        size, crc = crc_of(source)
        reader = ProvingReader(size, ("sha256",))
        place = "/".join(part for part in (self.name, home, path) if part)
        self.zip.add(place, size, crc, reader.blocks(source))
        return Packed(path, size, reader.digests()["sha256"], mime, self.info.made_at)

    def finish(self, told: str) -> None:
        """Everything about the package as a whole, and last its METS.xml, which names all of it."""
        with self.inner.written() as spool:
            inner = self._put("", f"{HOME}/METS.xml", spool, XML)
        listed = io.BytesIO()
        catalogue.write_catalogue_xml(self.rows, listed)
        readme = catalogue.readme(self.info, self.rows) + f"说明：{told}\r\n"
        self.root.describe(
            "dmd-catalogue", self._own("metadata/descriptive/catalogue.xml", listed.getvalue(), XML), CATALOGUE_STANDARD
        )
        premis = package_premis(self.info, self.name, told)
        self.root.preserve("premis-package", self._own("metadata/preservation/premis.xml", premis, XML))
        self.root.file(
            "Documentation", self._own("documentation/readme.txt", readme.encode("utf-8", "replace"), "text/plain")
        )
        self.root.file("Schemas", self._own("schemas/metadata.xsd", SCHEMA.read_bytes(), XML))
        self.root.file("Representations", inner)
        with self.root.written([(REPRESENTATION, f"{HOME}/METS.xml")]) as spool:
            self.mets_sha256 = self._put("", "METS.xml", spool, XML).sha256
        self.zip.close()
        self.rows.close()
