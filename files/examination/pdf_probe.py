"""Looks into one PDF and prints what it saw as JSON. Run as a program of its own, with limits on memory and time.

A PDF can make any parser take all memory or never end (nested filters, object streams that unpack a thousand times,
loops). In a process of its own that costs this process and nothing else. Imports nothing of ours and no Django, so that
it starts in a tenth of a second.

    python -I pdf_probe.py FILE [pages]
"""

import json
import re
import resource
import sys
from pathlib import Path

CPU_SECONDS = 20
MEMORY_BYTES = 1536 * 2**20  # address space beside the mapped file
UNPACKED_BYTES = 256 * 2**20  # one stream
MAX_NODES = 3_000_000
NAMED = 10  # fonts and embedded files named; more do not help the reader
ACTIVE = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/ImportData": "launch",
    "/Rendition": "media",
    "/Movie": "media",
}
MEDIA = {"/RichMedia", "/Screen", "/Movie", "/3D"}


def limit_resources(path):
    memory = MEMORY_BYTES + 2 * Path(path).stat().st_size
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def declared_part(pdf):
    """ "1b", "2u" … when the XMP metadata declare PDF/A, else ""."""
    metadata = pdf.Root.get("/Metadata")
    if metadata is None:
        return ""
    xmp = bytes(metadata.read_bytes())[: 2**20].decode("utf-8", "replace")
    found = [re.search(rf"pdfaid:{name}(?:\s*=\s*[\"']|\s*>)\s*(\w)", xmp) for name in ("part", "conformance")]
    return "".join(match.group(1) for match in found if match).lower() if found[0] else ""


def is_embedded(font):
    """Whether a font travels with the file. Composite fonts are judged by their descendant, Type 3 are drawings."""
    if font.get("/Subtype") in ("/Type0", "/Type3"):
        return True
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


class Findings:
    """What the walk over all objects collects."""

    def __init__(self):
        self.active, self.fonts, self.files, self.nodes = set(), set(), set(), 0

    def look(self, node):
        """One dictionary (or a stream's dictionary)."""
        action = str(node.get("/S", ""))
        if action in ACTIVE:
            self.active.add(ACTIVE[action])
        if "/JS" in node or "/JavaScript" in node:
            self.active.add("javascript")
        if "/XFA" in node:
            self.active.add("xfa")
        if str(node.get("/Subtype", "")) in MEDIA:
            self.active.add("media")
        if node.get("/Type") == "/Font" and not is_embedded(node):
            self.fonts.add(str(node.get("/BaseFont", "?"))[1:80])
        if "/EF" in node:
            self.files.add(str(node.get("/UF", node.get("/F", "?")))[:80])

    def walk(self, pdf, pikepdf):
        """Every object once; references are not followed, each target is an object of its own."""
        for top in pdf.objects:
            stack = [top]
            while stack:
                node = stack.pop()
                self.nodes += 1
                if self.nodes > MAX_NODES:
                    return
                if isinstance(node, (pikepdf.Dictionary, pikepdf.Stream)):
                    self.look(node)
                    stack.extend(child for _, child in node.items() if nests(child, pikepdf))
                elif isinstance(node, pikepdf.Array):
                    stack.extend(child for child in node if nests(child, pikepdf))


def nests(child, pikepdf):
    return isinstance(child, (pikepdf.Dictionary, pikepdf.Array)) and not child.is_indirect


def probe(path, *, pages_only):
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1000, flate_max_memory=UNPACKED_BYTES, png_max_memory=UNPACKED_BYTES,
        tiff_max_memory=UNPACKED_BYTES, run_length_max_memory=UNPACKED_BYTES, dct_max_memory=UNPACKED_BYTES,
        dct_max_progressive_scans=50, max_stream_filters=5, parser_max_nesting=200,
    )  # fmt: skip
    try:
        pdf = pikepdf.open(path)
    except pikepdf.PasswordError:
        return {"fault": "encrypted"}
    with pdf:
        seen = {"pages": len(pdf.pages), "encrypted": pdf.is_encrypted, "version": pdf.pdf_version}
        if pages_only:
            return seen
        seen["repaired"] = any("file is damaged" in str(w) or "can't find" in str(w) for w in pdf.get_warnings())
        found = Findings()
        found.walk(pdf, pikepdf)
        seen["pdfa"] = declared_part(pdf)
        seen["whole"] = found.nodes <= MAX_NODES
        seen["active"] = sorted(found.active)
        seen["fonts"], seen["files"] = sorted(found.fonts)[:NAMED], sorted(found.files)[:NAMED]
        seen["file_count"] = len(found.files)
        seen["syntax"] = len(pdf.check_pdf_syntax())
        return seen


def main(arguments):
    try:
        limit_resources(arguments[0])
        seen = probe(arguments[0], pages_only=arguments[1:] == ["pages"])
    except MemoryError:
        seen = {"fault": "too-large"}
    except Exception as error:
        seen = {"fault": "damaged", "error": type(error).__name__}
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1:])
