"""What goes into a package: plain frozen values, made from the rows by whoever packs a batch."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

RECORDS_PER_PART = 1_000  # design.md section 7: one stored ZIP of at most 1,000 records


@dataclass(frozen=True)
class PackedSignature:
    """One electronic signature or seal inside a file (M57–M64); binary values in base64, `at` in ISO 8601."""

    rules: str
    at: str
    signer: str
    result: str
    certificates: tuple[str, ...]
    algorithm: str
    reference: str = ""


@dataclass(frozen=True)
class PackedFile:
    """One component of a record; `role` in the trade's word, e.g. 正本.

    `sha256` is lower-case hex, `crc32` the unsigned CRC of the same bytes.
    """

    filename: str
    role: str
    seq: int
    path: Path
    bytes: int
    sha256: str
    crc32: int
    mime: str = ""
    format_id: str = ""
    is_original: bool = True
    created_with: str = ""
    pages: int | None = None
    signatures: tuple[PackedSignature, ...] = ()


@dataclass(frozen=True)
class PackedEvent:
    """One act of the record's history (业务实体, M80–M84); `at` is a moment in ISO 8601 or an aware datetime.

    `activity` is a term of the controlled list (domain 6.4), `act` the act's own name, "" where that is the term.
    """

    activity: str
    at: datetime | str
    agent_name: str
    post: str = ""
    unit_name: str = ""
    mandate: str = ""
    description: str = ""
    unit_code: str = ""
    status: str = "历史行为"
    act: str = ""


@dataclass(frozen=True)
class PackedRelation:
    """One link to another record (实体关系, M85–M88); `target` is its 电子文件号, else its 档号 or 文号."""

    target: str
    relation: str
    relation_type: str = "文件间关系"
    description: str = ""


@dataclass(frozen=True)
class PackedRecord:
    """One 件 as filed. Words are the trade's, as they stand in the record; `date` is YYYYMMDD or empty."""

    record_uid: str
    fonds_code: str
    fonds_name: str
    unit_name: str
    archives_name: str
    archival_code: str
    category_code: str
    year: int | str
    retention: str
    class_code: str
    class_name: str
    item_no: int | str
    title: str
    author: str
    doc_number: str = ""
    date: str = ""
    date_precision: str = ""
    doc_type: str = ""
    urgency: str = ""
    main_recipients: str = ""
    cc_recipients: str = ""
    security_class: str = "公开"
    page_count: int | None = None
    carrier_mode: str = ""
    paper_exists: bool = False
    access_opinion: str = ""
    disclosure_attr: str = ""
    responsible_department: str = ""
    completed_at: datetime | str | None = None
    filed_at: datetime | str | None = None
    filed_by: str = ""
    remark: str = ""
    # M4 … M73: what few records have (archive/packages/further.py says which is which)
    archives_code: str = ""
    catalogue_no: str = ""
    agency_file_no: str = ""
    archives_file_no: str = ""
    archives_item_no: str = ""
    page_no: str = ""
    parallel_title: str = ""
    alternative_title: str = ""
    title_information: str = ""
    descriptors: tuple[str, ...] = ()
    keywords: str = ""
    personal_names: str = ""
    abstract: str = ""
    class_number: str = ""
    secrecy_period: str = ""
    item_total: str = ""
    language: str = "汉语"
    systems: tuple[str, ...] = ()
    digitized_from: str = ""
    scan_resolution: str = ""
    scan_color: str = ""
    scan_compression: str = ""
    current_location: str = ""
    media: tuple[str, ...] = ("在线",)
    media_places: tuple[str, ...] = ()
    microform_no: str = ""
    rights_statement: str = ""
    permissions: tuple[tuple[str, str], ...] = ()
    control: str = ""
    annotations: tuple[str, ...] = ()
    # beyond the standard: columns of the record that it has no element for
    retention_as_filed: str = ""
    retention_basis: str = ""
    retention_decided_by: str = ""  # "" where the schedule decided
    use_scope: str = ""
    legacy_code: str = ""
    former_codes: tuple[str, ...] = ()
    archive_code: str = ""
    rule_set: str = ""
    number_as_given: str = ""
    direction: str = ""
    access_status: str = ""
    postponed_until: str = ""
    postponed_ground: str = ""
    box: str = ""
    paper_pages: int | None = None
    component_count: int | None = None
    accessioned_on: str = ""
    copy_only: bool = False
    late_reason: str = ""
    late_found_on: str = ""
    late_approved_by: str = ""
    custodian_name: str = ""
    state: str = ""
    findings: tuple[str, ...] = ()
    files: tuple[PackedFile, ...] = ()
    events: tuple[PackedEvent, ...] = ()
    relations: tuple[PackedRelation, ...] = ()

    @property
    def aggregation(self) -> str:
        """M41 文件组合类型."""
        return "组合文件" if len(self.files) > 1 else "单件"


@dataclass(frozen=True)
class PackageInfo:
    """One part of a batch. `made_at` is aware and the only clock of the package: same input, same bytes.

    `record_count` is the number of records in THIS part (checked when written), `batch_record_count` that of the whole
    batch (0: the same). The words of the 登记表 (domain 9.13) that only people can give are the last fields.
    """

    batch_uid: str
    batch_no: str
    part: int
    parts: int
    unit_code: str
    unit_name: str
    fonds_code: str
    archives_name: str
    made_at: datetime
    made_by: str
    record_count: int
    batch_record_count: int = 0
    fonds_name: str = ""
    handover_name: str = ""
    content_description: str = ""
    medium_type: str = "在线"
    accuracy_check: str = ""
    integrity_check: str = ""
    usability_check: str = ""
    security_check: str = ""
    checked_by: str = ""
    software: str = "区公文档案一体化平台"
    version: str = "0.1.0"


@dataclass(frozen=True)
class PartResult:
    """What was written: `sha256` of the whole ZIP, `manifest_sha256` of its manifest, payload as in Payload-Oxum."""

    path: Path
    bytes: int
    sha256: str
    manifest_sha256: str
    record_count: int
    file_count: int
    payload_bytes: int


@dataclass(frozen=True)
class SourceProblem:
    """One stored file that is not what its row says; `reason` is a sentence."""

    record_uid: str
    archival_code: str
    filename: str
    reason: str


class PackageError(Exception):
    """A package cannot be written: the sentence says what is wrong and what would be right."""


class SourceDamaged(PackageError):
    """Stored files differ from their rows. All of them are named in `problems`; nothing was left behind."""

    def __init__(self, problems: Iterable[SourceProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "；".join(f"{p.archival_code or p.record_uid}《{p.filename}》：{p.reason}" for p in self.problems)
        )

    def __reduce__(self):
        """As it was made: from its problems, not from its sentence (a writer apart raises it over there)."""
        return type(self), (self.problems,)


def batch_digest(parts: Iterable[tuple[int, str]]) -> str:
    """The one digest that stands for a batch: SHA-256 over its parts' (number, manifest_sha256) in order."""
    lines = "".join(f"{number:03d} {digest}\n" for number, digest in sorted(parts))
    return hashlib.sha256(lines.encode()).hexdigest()
