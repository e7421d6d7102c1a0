"""Requests and answers between installations, signed with Ed25519 (RFC 8032), keys of `cryptography`.

Signed are: method, path, the key spoken to, time, a number used once, and SHA-256 of the body; of an answer its status,
the number of the request it answers, and SHA-256 of its body. DA/T 92—2022, item 9: the origin is reliable.
"""

import base64
import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

SKEW = 300  # seconds that two clocks may differ
KEY_BYTES = 32
REQUEST, ANSWER = "egov-request-1", "egov-answer-1"
HEADERS = ("Egov-Key", "Egov-To", "Egov-Time", "Egov-Nonce", "Egov-Digest", "Egov-Signature")


class BadKey(ValueError):
    """Not an Ed25519 public key; the sentence says what would be."""


def own_key() -> Ed25519PrivateKey:
    """The key of this installation, made when it is first asked for; readable by the site's user alone."""
    place = Path(settings.EGOV_EXCHANGE_DIR) / "key.pem"
    if not place.exists():
        _make(place)
    key = load_pem_private_key(place.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"{place} holds no Ed25519 key.")
    return key


def _make(place: Path) -> None:
    """Whole under its name or not at all; of two processes that make it at once the first one's stays."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".key-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(pem)
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(temporary, place)
    finally:
        os.unlink(temporary)


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key as it is given to the other side: base64 of its 32 bytes."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def fingerprint_of(public: str) -> str:
    """SHA-256 of the public key, lower-case hex. Raises BadKey."""
    return hashlib.sha256(_raw(public)).hexdigest()


def _raw(public: str) -> bytes:
    try:
        raw = base64.b64decode(public, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise BadKey("公钥应为对方平台“对接平台”页上的一行文字（44个字符，以“=”结尾）。")
    return raw


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def is_signed(public: str, told: bytes, signature: str) -> bool:
    """Did the owner of `public` sign exactly `told`?"""
    try:
        Ed25519PublicKey.from_public_bytes(_raw(public)).verify(base64.b64decode(signature, validate=True), told)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Words:
    """What is signed of a request; `key` and `to` are fingerprints, `time` seconds since 1970."""

    method: str
    path: str
    key: str
    to: str
    time: str
    nonce: str
    digest: str

    def told(self) -> bytes:
        fields = (REQUEST, self.method, self.path, self.key, self.to, self.time, self.nonce, self.digest)
        return "\n".join(fields).encode()

    def signed(self, key: Ed25519PrivateKey) -> dict[str, str]:
        """The headers of the request."""
        values = (self.key, self.to, self.time, self.nonce, self.digest, _sign(key, self.told()))
        return dict(zip(HEADERS, values, strict=True))


def new_nonce() -> str:
    return secrets.token_hex(16)


def _sign(key: Ed25519PrivateKey, told: bytes) -> str:
    return base64.b64encode(key.sign(told)).decode()


def _answered(status: int, nonce: str, body: bytes) -> bytes:
    return "\n".join((ANSWER, str(status), nonce, digest_of(body))).encode()


def sign_answer(key: Ed25519PrivateKey, status: int, nonce: str, body: bytes) -> str:
    return _sign(key, _answered(status, nonce, body))


def is_answer_signed(public: str, status: int, nonce: str, body: bytes, signature: str) -> bool:
    return is_signed(public, _answered(status, nonce, body), signature)
