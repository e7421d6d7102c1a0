"""封装: one record as an EEP (DA/T 48—2009) signed by whoever keeps it; streamed, and read again before it stands."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from django.utils import timezone

from paper import authority
from units.models import Unit
from units.workflow import Refused

from .models import Record
from .packages.contents import PackedFile, PackedRecord, SourceDamaged, SourceProblem
from .packages.eep import BLOCK, TOO_FEW, Signer, write_eep
from .packages.eep_reading import read_eep
from .packages.names import safe_name
from .packing import packed

ENDING = ".eep"
ECDSA_SHA256, RSA_SHA256 = "1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11"  # RFC 5758, RFC 8017


def export_eep(record: Record, out: Path) -> Path:
    """The package under `out`, named by the archival code; it appears only when it is whole and its signatures hold.

    Raises FileExistsError, SourceDamaged, Refused (no file to encapsulate, no certificate), OSError; nothing is left.
    """
    (plain,) = packed([record.pk], record.custodian.name)
    if not plain.files:
        raise Refused(f"“{record.archival_code}”{TOO_FEW}")
    signer = signer_of(record.custodian)
    target = out / f"{safe_name(record.archival_code)}{ENDING}"
    if target.exists():
        raise FileExistsError(target)
    out.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out, prefix=".export-")
    made = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            write_eep(plain, file, made_at=timezone.localtime(), signer=signer, read=lambda one: _proved(plain, one))
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            if faults := read_eep(file).faults:
                raise Refused(*faults)
        made.chmod(0o644)
        os.link(made, target)
    finally:
        made.unlink(missing_ok=True)
    return target


def _proved(record: PackedRecord, file: PackedFile) -> Iterator[bytes]:
    """The bytes of a file; raises SourceDamaged at the end when they are not what its row says."""
    digest = hashlib.sha256()
    try:
        with file.path.open("rb") as source:
            while block := source.read(BLOCK):
                digest.update(block)
                yield block
    except FileNotFoundError:
        raise _damaged(record, file, "文件不存在") from None
    if digest.hexdigest() != file.sha256:
        raise _damaged(record, file, "内容与登记的摘要不符")


def _damaged(record: PackedRecord, file: PackedFile, reason: str) -> SourceDamaged:
    return SourceDamaged([SourceProblem(record.record_uid, record.archival_code, file.filename, reason)])


def signer_of(unit: Unit) -> Signer:
    """The unit's own certificate, as its seals are made with it. Raises NoCertificate."""
    identity = authority.identity_of(unit.code, unit.name)
    key = load_der_private_key(identity.key, None)
    chain = tuple(one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(identity.chain))
    hashed = utils.Prehashed(hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return Signer(unit.name, chain, ECDSA_SHA256, lambda digest: key.sign(digest, ec.ECDSA(hashed)))
    if isinstance(key, rsa.RSAPrivateKey):
        return Signer(unit.name, chain, RSA_SHA256, lambda digest: key.sign(digest, padding.PKCS1v15(), hashed))
    raise Refused(f"{unit.name}的证书密钥既不是 ECDSA 也不是 RSA，不能签封装包。")
