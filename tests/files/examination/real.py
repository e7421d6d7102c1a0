"""The policy's verdict on each of the 127 real awkward files (badfiles.tsv): name → (refusing, warning codes)."""

from pathlib import Path

VERDICTS = {
    name: (refused.split(), warned.split())
    for name, refused, warned in (
        line.split("\t")
        for line in Path(__file__).with_name("badfiles.tsv").read_text(encoding="utf-8").splitlines()[1:]
    )
}
