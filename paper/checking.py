"""验章: what the seals of a PDF say, in words: who, when, by which certificate, and whether anything was changed since.

Order as domain 12.5 has it: the certificate and its chain at the time of sealing, its revocation, the value of the
signature, the digest of the file, the time stamp. What could not be judged is never called valid.
"""

import hashlib
import io
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils import timezone
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from .authority import REASONS, NoCertificate, Trust, revoked, trust
from .loop import outside_a_loop

BROKEN = (PdfError, SigningError, SignatureValidationError, PathError, ValueError, KeyError, TypeError, IndexError,
          AttributeError, NotImplementedError, RecursionError, OSError)  # fmt: skip  # of a file from anywhere
MOST_SEALS, DIGEST = 50, "message_digest"


class Verdict(StrEnum):
    """What a reader is told of one seal; the values are what the screen says."""

    VALID = "印章有效"
    CHANGED = "文件在用印后被改动"
    REVOKED = "证书已吊销"
    EXPIRED = "用印时证书不在有效期内"
    UNKNOWN = "签发证书的机构不受信任"
    FALSE = "签名值不符，印章无效"
    UNREADABLE = "印章不能检验：数据或算法不能读取"


@dataclass(frozen=True)
class CheckedSeal:
    """One seal: `signer` and `code` stand in its certificate; `at` is the time stamp's when `stamped`, else claimed."""

    field: str
    verdict: Verdict
    signer: str = ""
    code: str = ""
    issuer: str = ""
    serial: str = ""
    at: datetime | None = None
    stamped: bool = False
    notes: tuple[str, ...] = ()
    ours: bool = False

    @property
    def is_valid(self) -> bool:
        return self.verdict == Verdict.VALID

    @property
    def time_told(self) -> str:
        return "时间有第三方证明（时间戳）" if self.stamped else "时间为用印单位自行登记，没有时间戳证明"


@dataclass(frozen=True)
class Checked:
    """The seals of one file in the order of sealing; `fault` when the file is no PDF that can be read."""

    seals: tuple[CheckedSeal, ...] = ()
    fault: str = ""
    at: datetime = field(default_factory=timezone.now)

    @property
    def is_valid(self) -> bool:
        return bool(self.seals) and all(one.is_valid for one in self.seals)

    @property
    def next_step(self) -> str:
        """What the reader does about it; "" where there is nothing to do."""
        bad = next((one.verdict for one in self.seals if not one.is_valid), None)
        return NEXT[bad] if bad is not None else ""

    @property
    def told(self) -> str:
        """The whole in one line: the worst of its seals, or that there is none."""
        if self.fault:
            return self.fault
        if not self.seals:
            return "文件没有电子印章"
        bad = next((one.verdict for one in self.seals if not one.is_valid), None)
        if bad is not None:
            return str(bad)
        return str(Verdict.VALID) if len(self.seals) == 1 else f"{len(self.seals)} 枚印章均有效"


NEXT = {
    Verdict.CHANGED: "请不要据此办理：向发文单位核对，请其重新发来；从本系统下载的，请重新下载，仍如此的告知安全审计员。",
    Verdict.FALSE: "请不要据此办理：向发文单位核对印章，请其重新发来，并告知安全审计员。",
    Verdict.REVOKED: "请向发文单位核对用印时证书是否有效。",
    Verdict.EXPIRED: "请向发文单位核对用印时间和证书。",
    Verdict.UNKNOWN: "请向发文单位核对印章由哪一机构制发；确可信任的，请系统管理员登记该机构的证书。",
    Verdict.UNREADABLE: "请发文单位重新用印或另存为 PDF 后发来。",
}


def check_seals(pdf: bytes) -> Checked:
    """Every seal of the file; about 5 ms a seal, 30 ms where later ones follow it. Never raises for a bad file."""
    if b"%PDF-" not in pdf[:1024]:
        return Checked(fault="不是 PDF 文件，不能验章")
    try:
        known = trust()
    except NoCertificate as refusal:
        return Checked(fault="".join(refusal.reasons).rstrip("。"))
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        found = list(reader.embedded_regular_signatures)
    except BROKEN:
        return Checked(fault="文件已损坏或加密，不能验章")
    if len(found) > MOST_SEALS:
        return Checked(fault=f"文件有 {len(found)} 个签名，超过 {MOST_SEALS} 个，不予检验")
    seals = [_checked(one, pdf, known) for one in found]
    if found and not _ends_with(found[-1], reader, pdf):
        seals = [replace(one, verdict=Verdict.CHANGED) if one.is_valid else one for one in seals]
    return Checked(tuple(seals))


def _checked(one: EmbeddedPdfSignature, pdf: bytes, known: Trust) -> CheckedSeal:
    row = CheckedSeal(str(one.field_name), Verdict.UNREADABLE)
    try:
        signed = one.signer_cert
        row = replace(_described(row.field, signed), at=one.self_reported_timestamp)
        if _digest_differs(one, pdf):
            return replace(row, verdict=Verdict.CHANGED)
        return _judged(row, one, signed, pdf, known)
    except BROKEN:
        return row


def _digest_differs(one: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """The signed bytes against the digest in the signature, before anything of the file is understood."""
    start, length, second, rest = (int(value) for value in one.byte_range)
    found = hashlib.new(one.signer_info["digest_algorithm"]["algorithm"].native)
    found.update(pdf[start : start + length])
    found.update(pdf[second : second + rest])
    (kept,) = (item["values"][0].native for item in one.signer_info["signed_attrs"] if item["type"].native == DIGEST)
    return found.digest() != kept


def _described(name: str, signed: asn1.Certificate) -> CheckedSeal:
    subject, issuer = signed.subject.native, signed.issuer.native
    return CheckedSeal(
        name, Verdict.UNREADABLE, str(subject.get("common_name", "")), str(subject.get("serial_number", "")),
        str(issuer.get("common_name", "")), f"{signed.serial_number:x}",
        ours=issuer.get("organization_name") == settings.EGOV_DISTRICT,
    )  # fmt: skip


def _judged(
    row: CheckedSeal, one: EmbeddedPdfSignature, signed: asn1.Certificate, pdf: bytes, known: Trust
) -> CheckedSeal:
    roots = [asn1.Certificate.load(root.public_bytes(Encoding.DER)) for root in known.roots]
    now = timezone.now()
    row = _with_stamp(row, one, roots)
    at = row.at or now
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=at, revocation_mode="soft-fail")
    stamps = ValidationContext(trust_roots=roots, allow_fetching=False)
    status = outside_a_loop(lambda: validate_pdf_signature(one, context, stamps))
    if not status.intact or not _gap_is_clean(one, pdf) or _was_changed(status):
        return replace(row, verdict=Verdict.CHANGED)
    if not status.valid:
        return replace(row, verdict=Verdict.FALSE)
    if at > now:
        return replace(row, verdict=Verdict.FALSE, notes=("所报用印时间晚于现在",))
    certificate = x509.load_der_x509_certificate(signed.dump())
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return replace(row, verdict=Verdict.EXPIRED)
    if not status.trusted:
        return replace(row, verdict=Verdict.UNKNOWN)
    return _with_revocation(row, certificate, at, known)


def _with_stamp(row: CheckedSeal, one: EmbeddedPdfSignature, roots: list) -> CheckedSeal:
    """The stamp's time, when its authority is one of those believed; else the time is only claimed."""
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=row.at, revocation_mode="soft-fail")
    checked = outside_a_loop(lambda: validate_pdf_signature(one, context, context, skip_diff=True))
    status = checked.timestamp_validity
    if status is None or not (status.valid and status.intact and status.trusted):
        return row
    return replace(row, at=status.timestamp, stamped=True)


def _was_changed(status) -> bool:
    """Behind the signature there may stand further seals (form filling), and nothing else."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return False
    if status.coverage < SignatureCoverageLevel.ENTIRE_REVISION or not status.docmdp_ok:
        return True
    return status.modification_level is None or status.modification_level > ModificationLevel.FORM_FILLING


def _with_revocation(row: CheckedSeal, certificate: x509.Certificate, at: datetime, known: Trust) -> CheckedSeal:
    found = revoked(certificate, known)
    if found is None:
        return replace(row, verdict=Verdict.VALID)
    when, reason = found
    why = f"{timezone.localtime(when):%Y-%m-%d %H:%M} 吊销" + (f"（{REASONS[reason]}）" if reason in REASONS else "")
    # with a key that others may have, whoever signs also chooses the time
    if when <= at or (reason == "key_compromise" and not row.stamped):
        return replace(row, verdict=Verdict.REVOKED, notes=(f"证书已于 {why}",))
    return replace(row, verdict=Verdict.VALID, notes=(f"用印在前，证书其后于 {why}",))


def _gap_is_clean(one: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Between the two signed ranges stands the signature, then zeros, and nothing that a reader might take for more."""
    start, length, second, rest = (int(value) for value in one.byte_range)
    gap = pdf[start + length : second]
    if start != 0 or gap[:1] != b"<" or gap[-1:] != b">" or second + rest > len(pdf):
        return False
    try:
        held = bytes.fromhex(gap[1:-1].decode("ascii"))
        envelope = cms.ContentInfo.load(held)
        size = len(envelope.dump())
    except ValueError:
        return False
    written = gap[1:-1] in (held.hex().encode(), held.hex().upper().encode())
    return written and not held[size:].strip(b"\0") and _envelope_is_plain(envelope["content"])


def _envelope_is_plain(signed: cms.SignedData) -> bool:
    """What of the envelope no signature covers is as RFC 5652 has it for one signer with his certificate's number."""
    info = signed["signer_infos"][0]
    algorithms = [one["algorithm"].native for one in signed["digest_algorithms"]]
    plain = signed["version"].native == "v1" and info["version"].native == "v1"
    return plain and algorithms == [info["digest_algorithm"]["algorithm"].native] and len(signed["signer_infos"]) == 1


def _ends_with(last: EmbeddedPdfSignature, reader: PdfFileReader, pdf: bytes) -> bool:
    """Nothing follows the last seal; a later revision is compared as such, loose bytes are a change."""
    _, _, second, rest = (int(value) for value in last.byte_range)
    return second + rest == len(pdf) or reader.xrefs.total_revisions > last.signed_revision + 1
