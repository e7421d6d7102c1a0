"""Seal and signature on a finished page: PAdES by pyHanko, as an addition behind the bytes that were proofread.

The page is never written anew: what was there stays the file's beginning, byte for byte (design section 13). The first
seal certifies the document and allows nothing but the seals that follow; the fields of all of them are in its
revision, because a field that is added later is a change.
"""

import io
from dataclasses import dataclass

import pikepdf
from asn1crypto import keys, pem
from asn1crypto import x509 as asn1
from django.conf import settings
from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import PdfContent, PdfResources, ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from units.workflow import Refused

from .authority import Identity
from .loop import outside_a_loop
from .seals import Ink
from .stamping import Timestamps

POINTS = 72 / 25.4
DIGEST = "sha256"
ROOM = 16384  # hexadecimal digits for signature, certificates and a time stamp
ROUND_IT = 0.08  # mm of the field beside the ring: what touches a field's edge loses a row of pixels there on screen
WITHOUT_MARGIN = layout.SimpleBoxLayoutRule(
    x_align=layout.AxisAlignment.ALIGN_MID, y_align=layout.AxisAlignment.ALIGN_MID, margins=layout.Margins(0, 0, 0, 0)
)


class NotSealed(Refused):
    """The page could not be sealed; nothing was kept."""


@dataclass(frozen=True)
class Spot:
    """Where one seal goes: page from 1, centre in mm from the page's upper left corner, diameter in mm.

    Diameter 0: signed without a picture (命令 bears a 签名章 and no seal).
    """

    field: str
    page: int
    x: float
    y: float
    diameter: float

    def box(self, height: float) -> tuple[float, float, float, float] | None:
        """Corners in points from the lower left corner of a page `height` points high; none without a picture."""
        if not self.diameter:
            return None
        reach = self.diameter / 2 + ROUND_IT
        left, low = (self.x - reach) * POINTS, height - (self.y + reach) * POINTS
        return left, low, left + 2 * reach * POINTS, low + 2 * reach * POINTS


class _Writer(IncrementalPdfFileWriter):
    """The page's own description stays: pyHanko's would say a moment of change and break the PDF/A extension schema."""

    def _update_meta(self) -> None:
        return None


class _Stencil(PdfContent):
    """One red through the seal's ink, `side` points in the middle of its field; what stands under it is still to be
    read."""

    def __init__(self, ink: Ink, side: float) -> None:
        self.edge = ROUND_IT * POINTS
        super().__init__(PdfResources(), layout.BoxConstraints(width=side + 2 * self.edge, height=side + 2 * self.edge))
        self.ink, self.side = ink, side

    def render(self) -> bytes:
        described = {
            "/Type": pdf_name("/XObject"), "/Subtype": pdf_name("/Image"), "/ImageMask": generic.BooleanObject(True),
            "/Width": generic.NumberObject(self.ink.width), "/Height": generic.NumberObject(self.ink.height),
            "/BitsPerComponent": generic.NumberObject(1), "/Filter": pdf_name("/FlateDecode"),
        }  # fmt: skip
        stream = generic.StreamObject(
            {pdf_name(key): value for key, value in described.items()}, encoded_data=self.ink.data
        )
        reference = self._ensure_writer.add_object(stream)
        self.set_resource(ResourceType.XOBJECT, pdf_name("/Seal"), reference)
        return b"1 0 0 rg %g 0 0 %g %g %g cm /Seal Do" % (self.side, self.side, self.edge, self.edge)


def seal_page(pdf: bytes, spots: list[Spot], spot: Spot, ink: Ink, identity: Identity, *, reason: str = "") -> bytes:
    """`pdf` with the seal at `spot`, signed; `spots` are those of all seals to come, this one among them.

    The first seal makes all fields. Result: `pdf` and an addition (about 20 KB). Raises NotSealed.
    """
    try:
        writer = _Writer(io.BytesIO(pdf), strict=False)
        existing = {name for name, *_ in fields.enumerate_sig_fields(writer.prev)}
        first = not existing
        if first:
            heights = _heights(pdf)
            for one in spots:
                # the number of a spot's page is the layout's; a field's page is counted from 0
                spec = SigFieldSpec(one.field, on_page=one.page - 1, box=one.box(heights[one.page - 1]))
                fields.append_signature_field(writer, spec)
        elif spot.field not in existing:
            raise NotSealed("正本上没有为本单位预留的印章位置，不能用印；请重新校对后再用印。")
        return _signed(writer, spot, ink, identity, first=first, reason=reason)
    except (PdfError, SigningError, OSError, ValueError) as error:
        raise NotSealed(f"用印未能完成，正本没有改动：{error}") from error


def _signed(writer: _Writer, spot: Spot, ink: Ink, identity: Identity, *, first: bool, reason: str) -> bytes:
    style = None if not spot.diameter else _style(ink, spot.diameter * POINTS)
    told = signers.PdfSignatureMetadata(
        field_name=spot.field, md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES, certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS, reason=reason or None, name=identity.issued.name,
    )  # fmt: skip
    stamps = Timestamps(settings.EGOV_TIMESTAMP_URL) if settings.EGOV_TIMESTAMP_URL else None
    by = signers.PdfSigner(told, _signer(identity), timestamper=stamps, stamp_style=style)
    made = outside_a_loop(lambda: by.sign_pdf(writer, bytes_reserved=ROOM, in_place=False))
    return made.getvalue()


def _style(ink: Ink, side: float) -> StaticStampStyle:
    """Nothing but the seal: no text, for which pyHanko takes a face that is not embedded."""
    return StaticStampStyle(
        border_width=0, background_opacity=1.0, background_layout=WITHOUT_MARGIN, background=_Stencil(ink, side)
    )


def _signer(identity: Identity) -> signers.SimpleSigner:
    chain = [asn1.Certificate.load(der) for _, _, der in pem.unarmor(identity.chain, multiple=True)]
    above = SimpleCertificateStore.from_certs(chain[1:])
    return signers.SimpleSigner(chain[0], keys.PrivateKeyInfo.load(identity.key), above, embed_roots=False)


def _heights(pdf: bytes) -> list[float]:
    """Points; the pages that this program makes are A4."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [float(page.mediabox[3]) - float(page.mediabox[1]) for page in opened.pages]
