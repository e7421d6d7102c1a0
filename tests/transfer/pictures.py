"""Records in custody whose files are pictures, as a scanner leaves them."""

import io

from PIL import Image, ImageCms

from archive.models import Component, Record
from files.store import Landed, keep, land_bytes
from tests.scenarios.owner import unwatched
from tests.transfer.stock import inspecting, taken_over


def jpeg(shade: int, **how) -> bytes:
    return _saved(Image.new("RGB", (120, 160), (shade,) * 3), "JPEG", dpi=(300, 300), **how)


def in_other_colours(shade: int) -> bytes:
    """A JPEG with a colour profile that is not sRGB's."""
    return jpeg(shade, icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes())


def tiff(pages: int) -> bytes:
    """Bilevel pages, as a fax or a scanner in black and white."""
    first, *others = (Image.new("1", (120 + page, 160), 1) for page in range(pages))
    return _saved(first, "TIFF", save_all=True, append_images=others)


def jp2(shade: int) -> bytes:
    return _saved(Image.new("RGB", (120, 160), (shade, 0, 0)), "JPEG2000")


def _saved(image: Image.Image, kind: str, **how) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def pictured(people, *pictures: tuple[str, bytes]) -> list[Component]:
    """As many records of D07 in the archive's custody, each with one of `pictures` (name, bytes) as its 正本."""
    taken_over(inspecting(people, len(pictures)), people)
    records = Record.objects.unguarded("a test sets up").order_by("item_no")
    found = []
    for record, (name, data) in zip(records, pictures, strict=True):
        found.append(_given(record, name, land_bytes(data, name)))
    return found


@unwatched()
def _given(record: Record, name: str, landed: Landed) -> Component:
    assert not landed.examination.refusals
    component = record.components.get()
    component.stored_file, component.filename = keep(landed), name
    component.pages = component.stored_file.pages
    component.save()
    return component
