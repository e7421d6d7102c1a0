"""The district's own certificates: who signs for which unit, until when, and what was revoked (RFC 5280).

Keys and certificates lie in one folder of the data folder, readable by the site's user alone, and never in the
database. A unit's certificate is either issued here or a real one, taken in as PKCS#12. What is issued here proves
that nothing was changed and by which unit of this platform it was sealed; it is no 合规电子印章 (domain 12.5).
"""

import fcntl
import functools
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone

from units.workflow import Refused

ROOT, KEY_ENDING, CHAIN_ENDING = "authority", ".key.pem", ".chain.pem"
YEARS, ROOT_YEARS = 3, 20
BACKDATED = timedelta(minutes=5)  # clocks of readers may be a little behind
REASONS = {
    "key_compromise": "私钥泄露或可能泄露", "superseded": "换发", "cessation_of_operation": "印章缴销、单位撤销",
    "affiliation_changed": "单位更名、合并",
}  # fmt: skip


class NoCertificate(Refused):
    """The unit cannot sign now: it has no certificate, or one that ran out or was revoked."""


@dataclass(frozen=True)
class Issued:
    """One certificate of a unit; `serial` in hexadecimal, moments in ISO 8601, `reason` a key of REASONS."""

    serial: str
    code: str
    name: str
    since: str
    until: str
    outside: bool = False
    revoked_at: str = ""
    reason: str = ""

    def state(self, moment: datetime) -> str:
        """As `certificates list` and the register say it."""
        if self.revoked_at:
            return "已吊销"
        if moment >= datetime.fromisoformat(self.until):
            return "已过期"
        return "有效" if moment >= datetime.fromisoformat(self.since) else "尚未生效"


@dataclass(frozen=True)
class Identity:
    """What a unit signs with: key and certificate as PEM, certificates above it, and the row that is listed."""

    issued: Issued
    key: bytes
    chain: bytes


def folder() -> Path:
    """The folder of the keys, made with rights for nobody else; one that others may read is not used."""
    found = Path(settings.EGOV_CERTIFICATES_DIR)
    if not found.exists():
        found.mkdir(parents=True, mode=0o700, exist_ok=True)
    if found.stat().st_mode & 0o077:
        raise NoCertificate(f"证书目录“{found.name}”的权限过宽（应为 0700），请系统管理员改正后再用印。")
    return found


def _password() -> bytes | None:
    return settings.EGOV_CERTIFICATES_PASSWORD.encode() or None


def _write(name: str, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=folder())  # 0600 from the first byte on
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(temporary, folder() / name)


@contextmanager
def _alone() -> Iterator[None]:
    """Web processes and commands change the folder one after another."""
    with open(folder() / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def listed() -> list[Issued]:
    """Every certificate there ever was, the oldest first."""
    path = folder() / "list.json"
    return [Issued(**one) for one in json.loads(path.read_text())] if path.exists() else []


def _keep(rows: list[Issued]) -> None:
    _write("list.json", json.dumps([asdict(one) for one in rows], ensure_ascii=False, indent=1).encode())


def _key_pem(key) -> bytes:
    password = _password()
    way = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, way)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(common: str, code: str = "") -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, settings.EGOV_DISTRICT),
        (NameOID.COMMON_NAME, common),
    ]
    return x509.Name([x509.NameAttribute(*part) for part in parts + ([(NameOID.SERIAL_NUMBER, code)] if code else [])])


def _root() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The district's certificate and key, made the first time; under the lock."""
    path = folder() / f"{ROOT}{KEY_ENDING}"
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name, now = _name(settings.EGOV_AUTHORITY_NAME), datetime.now(UTC)
        certificate = (
            _builder(name, name, key.public_key(), now, now + timedelta(days=365 * ROOT_YEARS), is_root=True)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        _write(f"{ROOT}.pem", _pem(certificate))
        _write(path.name, _key_pem(key))
        return certificate, key
    return x509.load_pem_x509_certificate((folder() / f"{ROOT}.pem").read_bytes()), _loaded(path.read_bytes())


def _loaded(pem: bytes):
    try:
        return serialization.load_pem_private_key(pem, _password() if b"ENCRYPTED" in pem else None)
    except (TypeError, ValueError) as error:
        raise NoCertificate("证书私钥不能解开，请系统管理员核对 EGOV_CERTIFICATES_PASSWORD。") from error


def _builder(subject, issuer, public, since, until, *, is_root: bool) -> x509.CertificateBuilder:
    """digitalSignature and contentCommitment for a seal; certSign and cRLSign for the authority, and nothing else."""
    usage = x509.KeyUsage(
        digital_signature=not is_root, content_commitment=not is_root, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=is_root, crl_sign=is_root, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since - BACKDATED)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def issue(code: str, name: str, *, years: int = YEARS, moment: datetime | None = None) -> Issued:
    """A new key and certificate of the unit `code`; the one before is revoked as 换发. Seconds: 0.01."""
    if not 1 <= years <= ROOT_YEARS:
        raise Refused(f"证书有效期应为 1 至 {ROOT_YEARS} 年。")
    with _alone():
        return _issue(code, name, years, moment)


def _issue(code: str, name: str, years: int, moment: datetime | None) -> Issued:
    root, root_key = _root()
    key, since = ec.generate_private_key(ec.SECP256R1()), moment or datetime.now(UTC)
    until = min(since + timedelta(days=365 * years), root.not_valid_after_utc)
    made = (
        _builder(_name(name, code), root.subject, key.public_key(), since, until, is_root=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return _take(code, name, made, key, [root], outside=False)


def take_in(code: str, name: str, data: bytes, password: str) -> Issued:
    """A real certificate from a PKCS#12 file; its root has to stand in EGOV_TRUSTED_CERTIFICATES for 验章."""
    try:
        key, certificate, above = pkcs12.load_key_and_certificates(data, password.encode() or None)
    except ValueError as error:
        raise Refused("证书文件不能打开：应是 PKCS#12（.p12、.pfx），并核对口令。") from error
    if key is None or certificate is None:
        raise Refused("证书文件里没有私钥或证书。")
    if certificate.not_valid_after_utc <= datetime.now(UTC):
        raise Refused(f"证书已于 {timezone.localtime(certificate.not_valid_after_utc):%Y-%m-%d} 到期，请换一张。")
    with _alone():
        return _take(code, name, certificate, key, above, outside=True)


def _take(code: str, name: str, certificate, key, above, *, outside: bool) -> Issued:
    row = Issued(
        f"{certificate.serial_number:x}", code, name, certificate.not_valid_before_utc.isoformat(),
        certificate.not_valid_after_utc.isoformat(), outside,
    )  # fmt: skip
    now, rows = datetime.now(UTC).isoformat(), listed()
    ended = [
        replace(one, revoked_at=now, reason="superseded") if one.code == code and not one.revoked_at else one
        for one in rows
    ]
    _write(f"{code}{CHAIN_ENDING}", b"".join(map(_pem, [certificate, *above])))
    _write(f"{code}{KEY_ENDING}", _key_pem(key))
    _keep([*ended, row])
    if ended != rows:
        _write_revoked()
    return row


def revoke(serial: str, reason: str, *, moment: datetime | None = None) -> Issued:
    """From now on nothing is signed with it; the reason is one of REASONS. Refused for an unknown or revoked one."""
    if reason not in REASONS:
        raise Refused(f"吊销理由应是：{'、'.join(f'{key}（{word}）' for key, word in REASONS.items())}。")
    with _alone():
        rows = listed()
        found = next((one for one in rows if one.serial == serial.lower()), None)
        if found is None:
            raise Refused(f"没有序列号为“{serial}”的证书。")
        if found.revoked_at:
            day = timezone.localdate(datetime.fromisoformat(found.revoked_at))
            raise Refused(f"该证书已于 {day.isoformat()} 吊销。")
        ended = replace(found, revoked_at=(moment or datetime.now(UTC)).isoformat(), reason=reason)
        _keep([ended if one is found else one for one in rows])
        _write_revoked()
    return ended


def _write_revoked() -> None:
    """The revocation list as others read it (RFC 5280, 5), beside list.json, which is what this site reads."""
    root, root_key = _root()
    now = datetime.now(UTC)
    made = x509.CertificateRevocationListBuilder().issuer_name(root.subject).last_update(now).next_update(
        now + timedelta(days=30)
    )  # fmt: skip
    for one in listed():
        if one.revoked_at and not one.outside:
            entry = x509.RevokedCertificateBuilder().serial_number(int(one.serial, 16))
            entry = entry.revocation_date(datetime.fromisoformat(one.revoked_at))
            flag = getattr(x509.ReasonFlags, one.reason)
            made = made.add_revoked_certificate(entry.add_extension(x509.CRLReason(flag), critical=False).build())
    data = made.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    _write("revoked.pem", data)


def certificate_of(code: str) -> Issued | None:
    """The unit's present certificate, whatever became of it."""
    return next((one for one in reversed(listed()) if one.code == code), None)


def identity_of(code: str, name: str) -> Identity:
    """What the unit signs with now; in the practice district one is made when there is none. Raises NoCertificate."""
    row, now = certificate_of(code), timezone.now()
    if settings.EGOV_ENV == "demo" and (row is None or row.state(now) == "已过期"):
        row = _made_once(code, name)
    if row is None:
        raise NoCertificate(f"{name}还没有印章证书，请系统管理员签发（manage.py certificates issue {code}）后再用印。")
    if (state := row.state(now)) != "有效":
        raise NoCertificate(f"{name}的印章证书{state}，请系统管理员换发后再用印。")
    stamp = (folder() / f"{code}{KEY_ENDING}").stat().st_mtime_ns
    return _identity(row, folder(), stamp)


def _made_once(code: str, name: str) -> Issued:
    with _alone():
        row = certificate_of(code)
        if row is not None and row.state(timezone.now()) != "已过期":
            return row  # another process was quicker
        return _issue(code, name, YEARS, None)


@functools.lru_cache(128)
def _identity(row: Issued, place: Path, stamp: int) -> Identity:
    """Key and chain in memory while the file is the same; the key is opened once a process."""
    key = _loaded((place / f"{row.code}{KEY_ENDING}").read_bytes())
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Identity(row, plain, (place / f"{row.code}{CHAIN_ENDING}").read_bytes())


def stamp() -> tuple[int, ...]:
    """Changes with the list of certificates and with what is believed: answers of 验章 are kept for one stamp."""
    paths = [folder() / "list.json"]
    if settings.EGOV_TRUSTED_CERTIFICATES:
        outside = Path(settings.EGOV_TRUSTED_CERTIFICATES)
        paths += [outside, *sorted(outside.parent.glob("*.crl"))]
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)


@dataclass(frozen=True)
class Trust:
    """What 验章 goes by: roots that are believed, lists of authorities outside, and the rows of this one."""

    roots: tuple[x509.Certificate, ...]
    lists: tuple[x509.CertificateRevocationList, ...]
    rows: tuple[Issued, ...]


def trust() -> Trust:
    """Read anew: the district's own root, those of EGOV_TRUSTED_CERTIFICATES (PEM), and the *.crl beside that file.

    Raises NoCertificate when one of them cannot be read: then nothing is judged.
    """
    try:
        own = folder() / f"{ROOT}.pem"
        roots = [x509.load_pem_x509_certificate(own.read_bytes())] if own.exists() else []
        lists: list[x509.CertificateRevocationList] = []
        if settings.EGOV_TRUSTED_CERTIFICATES:
            outside = Path(settings.EGOV_TRUSTED_CERTIFICATES)
            roots += x509.load_pem_x509_certificates(outside.read_bytes())
            lists += [_list(path.read_bytes()) for path in sorted(outside.parent.glob("*.crl"))]
        return Trust(tuple(roots), tuple(lists), tuple(listed()))
    except (OSError, ValueError) as error:
        raise NoCertificate("验章所依据的证书或吊销列表不能读取，请与系统管理员联系。") from error


def _list(data: bytes) -> x509.CertificateRevocationList:
    read = x509.load_pem_x509_crl if data.startswith(b"-----") else x509.load_der_x509_crl
    return read(data)


def revoked(certificate: x509.Certificate, known: Trust) -> tuple[datetime, str] | None:
    """(when, why) when the certificate stands in a list that its own issuer has signed."""
    serial = f"{certificate.serial_number:x}"
    for one in known.rows:
        if one.serial == serial and one.revoked_at:
            return datetime.fromisoformat(one.revoked_at), one.reason
    for made in known.lists:
        entry = made.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is None or made.issuer != certificate.issuer:
            continue
        if any(_signed_by(made, root) for root in known.roots):
            return entry.revocation_date_utc, _why(entry)
    return None


def _signed_by(made: x509.CertificateRevocationList, root: x509.Certificate) -> bool:
    return made.issuer == root.subject and made.is_signature_valid(root.public_key())


def _why(entry: x509.RevokedCertificate) -> str:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return ""
    return "key_compromise" if reason in (x509.ReasonFlags.key_compromise, x509.ReasonFlags.ca_compromise) else ""
