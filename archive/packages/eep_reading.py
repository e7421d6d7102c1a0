"""An EEP read back as a stream: its files by name, its metadata, whether the schema takes it and the signatures hold.

Nothing is kept of a file but what goes into `keep`; the schema is asked about the package without its 编码数据, whose
Base64 is proved while it is decoded. No document type, no entities.
"""

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from lxml import etree

from .eep import DATA, NAMESPACE, SIGNED

SCHEMA = Path(__file__).parent.parent / "data" / "eep.xsd"
BLOCK = 1 << 20
SPACE = re.compile(rb"[ \t\r\n]+")
MOST_SKELETON = 8 << 20
KEPT_ELEMENTS = ("电子签名", SIGNED)


class EepUnreadable(Exception):
    """The package cannot be read: the sentence says why."""


@dataclass
class Eep:
    """What a package holds: `files` (name → SHA-256, bytes) in order, `faults` of schema and data, `signed_by`."""

    skeleton: bytes = b""
    files: dict[str, tuple[str, int]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    signed_by: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        return not self.faults and bool(self.signed_by)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


class _Reader:
    """Expat's events: digests the canonical form of what is signed, decodes 编码数据, writes the rest as skeleton."""

    def __init__(self, keep: Callable[[str], BinaryIO] | None) -> None:
        self.keep = keep
        self.found = Eep()
        self.skeleton = io.StringIO()
        self.way: list[str] = []
        self.digests = {name: hashlib.sha256() for name in KEPT_ELEMENTS}
        self.name, self.size, self.text = "", "", ""
        self.rest, self.length = b"", 0
        self.digest, self.file = hashlib.sha256(), None

    def _canonical(self, told: str) -> None:
        for name in KEPT_ELEMENTS:
            if name in self.way:
                self.digests[name].update(told.encode())

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.way.append(name)
        given = {key: value for key, value in attributes.items() if key != "xmlns"}
        rows = "".join(f" {key}={_quoted(value)}" for key, value in sorted(given.items()))
        for kept in KEPT_ELEMENTS:
            if kept in self.way:
                own = f' xmlns="{NAMESPACE}"' if kept == name else ""
                self.digests[kept].update(f"<{name}{own}{rows}>".encode())
        xmlns = f' xmlns="{NAMESPACE}"' if len(self.way) == 1 and attributes.get("xmlns") == NAMESPACE else ""
        self._write(f"<{name}{xmlns}{rows}>")
        self.text = ""
        if name == DATA:
            self.rest, self.length, self.digest = b"", 0, hashlib.sha256()
            self.file = self.keep(self.name) if self.keep else None

    def characters(self, text: str) -> None:
        self._canonical(_escaped(text))
        if self.way and self.way[-1] == DATA:
            self._decode(SPACE.sub(b"", text.encode()))
            return
        self._write(escape(text))
        self.text += text

    def end(self, name: str) -> None:
        self._canonical(f"</{name}>")
        self._write(f"</{name}>")
        if name == DATA:
            self._ended()
        elif name == "计算机文件名":
            self.name = self.text
        elif name == "计算机文件大小":
            self.size = self.text
        self.way.pop()

    def _write(self, text: str) -> None:
        if self.skeleton.tell() > MOST_SKELETON:
            raise EepUnreadable(f"元数据超过{MOST_SKELETON >> 20} MB，不予解析。")
        self.skeleton.write(text)

    def _decode(self, text: bytes) -> None:
        whole = self.rest + text
        place = len(whole) // 4 * 4
        try:
            data = base64.b64decode(whole[:place], validate=True)
        except binascii.Error:
            raise EepUnreadable(f"“{self.name}”的编码数据不是 Base64。") from None
        self.rest = whole[place:]
        self.digest.update(data)
        self.length += len(data)
        if self.file is not None:
            self.file.write(data)

    def _ended(self) -> None:
        if self.rest:
            raise EepUnreadable(f"“{self.name}”的编码数据不完整。")
        if self.file is not None:
            self.file.close()
        if str(self.length) != self.size:
            self.found.faults.append(f"“{self.name}”应有{self.size}字节，实有{self.length}字节。")
        self.found.files[self.name] = (self.digest.hexdigest(), self.length)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def _quoted(value: str) -> str:
    told = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return '"' + told.replace("\t", "&#x9;").replace("\n", "&#xA;").replace("\r", "&#xD;") + '"'


def _refused(*_: object) -> None:
    raise EepUnreadable("XML含有DOCTYPE声明，不予接收。")


def read_eep(source: BinaryIO, keep: Callable[[str], BinaryIO] | None = None) -> Eep:
    """Everything told of the package; `keep(name)` opens what a file's bytes go into. Raises EepUnreadable."""
    reader = _Reader(keep)
    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler = _refused
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.buffer_text, parser.buffer_size = reader.characters, True, 1 << 18
    try:
        while block := source.read(BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise EepUnreadable(f"不是合格的XML：{error}。") from None
    found = reader.found
    found.skeleton = reader.skeleton.getvalue().encode()
    root = etree.fromstring(found.skeleton, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    if not _schema().validate(root):
        found.faults += [f"不符合封装规范：{one.message}" for one in list(_schema().error_log)[:20]]
    signatures = [*_signatures(root, "电子签名", reader, SIGNED), *_signatures(root, "锁定签名", reader, "电子签名")]
    found.signed_by = tuple(signatures) if len(signatures) == len(KEPT_ELEMENTS) else ()
    if not found.signed_by:
        found.faults.append("没有电子签名和锁定签名，或者签名与内容不符。")
    return found


def _signatures(root, name: str, reader: _Reader, over: str) -> list[str]:
    space = f"{{{NAMESPACE}}}"
    digest = reader.digests[over].digest()
    return [
        block.findtext(f"{space}签名人", "")
        for block in root.iter(f"{space}{name}")
        if _holds(block.findtext(f"{space}签名结果", ""), block.findtext(f"{space}证书块/{space}证书", ""), digest)
    ]


def _holds(result: str, certificate: str, digest: bytes) -> bool:
    """Does the signature fit digest and certificate? Whose that is, and whether to trust it, is 验章's."""
    hashed = utils.Prehashed(hashes.SHA256())
    try:
        key = x509.load_der_x509_certificate(base64.b64decode(certificate, validate=True)).public_key()
        signature = base64.b64decode(result, validate=True)
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, digest, ec.ECDSA(hashed))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), hashed)
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True
