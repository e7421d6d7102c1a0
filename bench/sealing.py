"""Sealing beside pyHanko alone, in one process and in turns: the same page, the same key, the same picture.

`python -m bench.sealing` prints {"ours": [ms …], "alone": [ms …]}.
"""

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TURNS = 40


def measure(row, data_dir: Path) -> list[dict]:
    """One row for results.json."""
    environment = {**os.environ, "EGOV_DATA_DIR": str(data_dir.parent)}
    done = subprocess.run(
        [sys.executable, "-m", "bench.sealing"], env=environment, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    ours, alone = (statistics.median(found[name]) for name in ("ours", "alone"))
    return [row("a seal on a proofread page", ours, "ms", "pyHanko alone", alone)]


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")
    django.setup()
    from django.conf import settings

    with tempfile.TemporaryDirectory() as folder:
        settings.EGOV_CERTIFICATES_DIR = Path(folder) / "certificates"
        print(json.dumps(_taken()))


def _taken() -> dict[str, list[float]]:
    from paper import authority, seals, signing
    from tests.paper import sealed as made

    page, spots, ink = made.page(), made.spots(), made.ink()
    identity = authority.identity_of(*made.UNITS[0])
    picture = seals.specimen(made.UNITS[0][1], 45.0)
    found: dict[str, list[float]] = {"ours": [], "alone": []}
    for _ in range(TURNS):
        for name, work in (
            ("ours", lambda: signing.seal_page(page, spots, spots[0], ink, identity)),
            ("alone", lambda: _alone(page, spots[0], picture, identity)),
        ):
            started = time.perf_counter()
            work()
            found[name].append((time.perf_counter() - started) * 1000)
    return {name: times[3:] for name, times in found.items()}


def _alone(page: bytes, spot, picture: bytes, identity) -> bytes:
    """As pyHanko's documentation has it: a picture, a new field, PAdES, nothing of ours."""
    from PIL import Image
    from pyhanko.pdf_utils.images import PdfImage
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.stamp import StaticStampStyle

    from paper.signing import _signer

    style = StaticStampStyle(background=PdfImage(Image.open(io.BytesIO(picture)).convert("RGB")), border_width=0)
    told = signers.PdfSignatureMetadata(field_name="Seal1", subfilter=SigSeedSubFilter.PADES, certify=True)
    field = SigFieldSpec("Seal1", on_page=spot.page - 1, box=tuple(round(value) for value in spot.box(841.89)))
    by = signers.PdfSigner(told, _signer(identity), stamp_style=style, new_field_spec=field)
    return by.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(page))).getvalue()


if __name__ == "__main__":
    main()
