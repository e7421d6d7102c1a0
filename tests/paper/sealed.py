"""Pages with real seals, a picture as a keeper brings it; independent checks: openssl, pyHanko, pdfsig where it is."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from asn1crypto import cms, pem, x509
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

import paper
from paper import authority, seals, signing
from paper.loop import outside_a_loop
from paper.specs import page_of_spec
from tests.paper.descriptions import specs

MOMENT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
JOINT, SINGLE, ORDER = "文件-6-joint", "文件-6-with", "命令-1-with"
UNITS = (("D07", "长宁区信息化委员会"), ("D30", "长宁区档案局"), ("D12", "长宁区财政局"))


def bare(name: str = SINGLE):
    """The layout's input of a description, with room for its seals and none drawn."""
    given, faults = page_of_spec(dict(specs())[name])
    assert not faults
    return replace(given, seals=())


def page(name: str = SINGLE, standard: str = "a-2b") -> bytes:
    return paper.render_document(bare(name), moment=MOMENT, standard=standard).pdf


def spots(name: str = SINGLE) -> list[signing.Spot]:
    places = paper.seal_places(bare(name))
    found = [signing.Spot(f"Seal{n}", at, one.x, one.y, one.seal.diameter) for n, (at, one) in enumerate(places, 1)]
    return found or [signing.Spot("Seal1", 1, 0, 0, 0)]


@cache
def ink(name: str = UNITS[0][1]) -> seals.Ink:
    return seals.ink_of(seals.specimen(name, 45.0), 45.0)


def sealed(name: str = SINGLE, standard: str = "a-2b") -> list[bytes]:
    """The page, then the page after each of its seals."""
    found, places = [page(name, standard)], spots(name)
    for spot, unit in zip(places, UNITS, strict=False):
        identity = authority.identity_of(*unit)
        found.append(signing.seal_page(found[-1], places, spot, ink(), identity))
    return found


def scan(*, ink=(200, 20, 30), size=900, ratio=1.0, mode="RGB", kind="PNG", ground=(255, 255, 255)) -> bytes:
    """A round seal as a scanner gives it."""
    alpha = mode == "RGBA"
    picture = Image.new(mode, (size + 200, size + 200), (*ground, 0) if alpha else ground)
    pen = ImageDraw.Draw(picture)
    wide, high = 100 + size * ratio, 100 + size
    pen.ellipse((100, 100, wide, high), outline=(*ink, 255) if alpha else ink, width=size // 40)
    pen.rectangle((size // 2, size // 2, size // 2 + size // 5, size // 2 + 30), fill=(*ink, 255) if alpha else ink)
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def openssl_accepts(pdf: bytes, folder: Path, root: Path) -> list[bool]:
    """Each signature's CMS against its ByteRange by `openssl cms -verify`, which knows nothing of pyHanko."""
    verdicts = []
    for match in re.finditer(rb"/ByteRange \[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", pdf):
        start, length, second, rest = map(int, match.groups())
        (folder / "data").write_bytes(pdf[start : start + length] + pdf[second : second + rest])
        try:
            held = bytes.fromhex(pdf[start + length + 1 : second - 1].decode())
            (folder / "cms").write_bytes(cms.ContentInfo.load(held).dump())
        except ValueError:
            verdicts.append(False)
            continue
        told = subprocess.run(
            ["openssl", "cms", "-verify", "-inform", "DER", "-in", folder / "cms", "-content", folder / "data",
             "-CAfile", root, "-purpose", "any", "-binary", "-out", "/dev/null"],
            capture_output=True, timeout=20,
        )  # fmt: skip
        verdicts.append(told.returncode == 0)
    return verdicts


def pyhanko_accepts(pdf: bytes, root: Path) -> list[bool]:
    """pyHanko's own verdict, as its documentation has it: intact, valid, trusted, and changed by nothing but seals."""
    trusted = [one for _, _, one in pem.unarmor(root.read_bytes(), multiple=True)]
    context = ValidationContext(trust_roots=[x509.Certificate.load(one) for one in trusted], allow_fetching=False)
    verdicts = []
    for one in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        try:
            verdicts.append(outside_a_loop(lambda one=one: validate_pdf_signature(one, context)).bottom_line)
        except (PdfError, SigningError, SignatureValidationError, ValueError):
            verdicts.append(False)
    return verdicts


def pdfsig_accepts(pdf: bytes, folder: Path) -> list[bool] | None:
    """poppler's verdict on each signature; None where it is not installed."""
    if shutil.which("pdfsig") is None:
        return None
    (folder / "sealed.pdf").write_bytes(pdf)
    told = subprocess.run(["pdfsig", folder / "sealed.pdf"], capture_output=True, text=True, timeout=20).stdout
    return ["is Valid" in line for line in told.splitlines() if "Signature Validation" in line]
