"""What the program converts by itself, from which kinds into which; everything else is converted elsewhere, by hand."""

from dataclasses import dataclass

from ..states import Method

IMAGES = frozenset({"image/jpeg", "image/png", "image/tiff", "image/jp2"})
PROGRAM = "长宁公文平台图像转换"
VERSION = "1.0"  # another one is told apart from this in 生成环境


@dataclass(frozen=True)
class Way:
    """`program` is the argument of files/probing/converted.py."""

    sources: frozenset[str]
    mime: str
    formats: frozenset[str]
    extension: str
    label: str


WAYS = {
    Method.PDFA: Way(IMAGES, "application/pdf", frozenset({"fmt/477"}), ".pdf", "PDF/A-2b（ISO 19005-2）"),
    Method.TIFF: Way(frozenset({"image/jp2"}), "image/tiff", frozenset({"fmt/353"}), ".tif", "TIFF（无损压缩）"),
}


def ways_of(mime: str) -> list[Method]:
    return [method for method, way in WAYS.items() if mime in way.sources]
