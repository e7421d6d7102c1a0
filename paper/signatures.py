"""What metadata keep of the electronic signatures in a PDF (DA/T 46—2009, M57–M64): facts, no judgement."""

import base64
import io
from dataclasses import dataclass

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from .checking import BROKEN, MOST_SEALS


@dataclass(frozen=True)
class SignatureFacts:
    """`result` and `certificates` in base64, `at` in ISO 8601 ("" when not stated), `algorithm` as OID."""

    rules: str
    at: str
    signer: str
    result: str
    certificates: tuple[str, ...]
    algorithm: str


def signature_facts(pdf: bytes) -> tuple[SignatureFacts, ...]:
    """Of each signature in the order of signing; () where there is none, or the file cannot be read as PDF."""
    try:
        found = list(PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures)
        return tuple(_facts(one) for one in found[:MOST_SEALS])
    except BROKEN:
        return ()


def _facts(one: EmbeddedPdfSignature) -> SignatureFacts:
    info, certificate = one.signer_info, one.signer_cert
    stated = one.self_reported_timestamp
    subject = certificate.subject.native
    return SignatureFacts(
        rules=f"PAdES {str(one.sig_object.get('/SubFilter', '')).lstrip('/')}".strip(),
        at=stated.isoformat(timespec="seconds") if stated else "",
        signer=str(subject.get("common_name") or certificate.subject.human_friendly),
        result=base64.b64encode(info["signature"].native).decode(),
        certificates=(base64.b64encode(certificate.dump()).decode(),),
        algorithm=info["signature_algorithm"]["algorithm"].dotted,
    )
