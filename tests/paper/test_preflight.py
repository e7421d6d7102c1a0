"""PDFBox Preflight, which is not ours, on the PDF/A-1b twin of each layout: `EGOV_PREFLIGHT` is the folder of its jars.

Debian has them in libpdfbox2-java and what it depends on; where Java or the jars are not, nothing was checked and the
test says so by being skipped.
"""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

import paper as layout
from paper.specs import page_of_spec
from tests.paper.descriptions import specs

JARS = ("pdfbox2", "preflight", "fontbox2", "xmpbox", "commons-logging", "bcprov", "bcpkix", "bcutil", "bcmail",
        "javax.activation", "jaxb-api")  # fmt: skip
FOLDER = Path(os.environ.get("EGOV_PREFLIGHT", "/usr/share/java"))
MOMENT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def valid(path: Path) -> bool:
    """Preflight's verdict."""
    classes = ":".join(str(FOLDER / f"{name}.jar") for name in JARS)
    command = ["java", "-cp", classes, "org.apache.pdfbox.preflight.Validator_A1b", path]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return f"{path.name} is a valid PDF/A-1b file" in told.stdout + told.stderr


@pytest.mark.skipif(
    shutil.which("java") is None or not (FOLDER / "preflight.jar").exists(), reason="no PDFBox Preflight here"
)
def test_preflight_finds_the_twin_of_each_layout_valid_and_a_changed_one_not(tmp_path):
    for number in (2, 18, 31, 48):  # of each layout one, the first with three seals
        name, spec = list(specs())[number]
        given, _ = page_of_spec(spec)
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(layout.render_document(given, moment=MOMENT, standard="a-1b").pdf)
        assert valid(path), name
    path.write_bytes(path.read_bytes().replace(b"<pdfaid:part>1<", b"<pdfaid:part>9<"))
    assert not valid(path)
