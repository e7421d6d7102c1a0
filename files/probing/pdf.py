"""Looks into one PDF and prints what it saw as JSON: structure, actions, embedded files, fonts, claims.

python -m files.probing.pdf FILE [pages]
"""

import re
import sys
from functools import partial

import pikepdf
from lxml import etree

from files.probing.limits import answer
from files.probing.programs import is_program

_PDFA_ID = "{http://www.aiim.org/pdfa/ns/id/}"
UNPACKED_BYTES = 256 * 2**20  # one stream
MAX_NODES = 3_000_000
NAMED = 10  # fonts and embedded files named; more do not help the reader
ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/ImportData": "launch",
    "/SubmitForm": "submit",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
    "/GoTo3DView": "media",
}
ELSEWHERE = {"/GoToR", "/GoToE", "/Thread"}
MEDIA = {"/RichMedia", "/Screen", "/Movie", "/3D", "/Sound"}
NESTING = (pikepdf.Dictionary, pikepdf.Array)
NETWORK = re.compile(r"^\s*([a-z][a-z0-9+.-]*:|\\\\|//)", re.IGNORECASE)


def declared_part(pdf):
    """ "1b", "2u" … when the XMP metadata declare PDF/A (ISO 19005, 6.7.11), else ""; as elements or as attributes."""
    metadata = pdf.Root.get("/Metadata")
    if metadata is None:
        return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(bytes(metadata.read_bytes())[: 2**20].strip(b"\0 \t\r\n"), parser)
    said = {"part": "", "conformance": ""}
    for node in [] if root is None else root.iter(etree.Element):
        for name in said:
            value = node.text if node.tag == _PDFA_ID + name else node.get(_PDFA_ID + name)
            said[name] = said[name] or (value or "").strip()[:4]
    return (said["part"] + said["conformance"]).lower() if said["part"] else ""


def is_embedded(font):
    """Whether a font travels with the file. Composite fonts are judged by their descendant, Type 3 are drawings."""
    if font.get("/Subtype") in ("/Type0", "/Type3"):
        return True
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def place_of(specification):
    """The file or address that a file specification names, "" for none."""
    if isinstance(specification, pikepdf.Dictionary):
        specification = specification.get("/UF", specification.get("/F", ""))
    return str(specification)[:200] if isinstance(specification, pikepdf.String | str) else ""


class Findings:
    """What the walk over all objects collects."""

    def __init__(self):
        self.active, self.fonts, self.files, self.programs, self.nodes = set(), set(), set(), set(), 0
        self.has_lzw = False

    def look(self, node):
        """The entries of one dictionary (or of a stream's dictionary)."""
        action = str(node.get("/S", ""))
        if action in ACTIONS:
            self.active.add(ACTIONS[action])
        elif action in ELSEWHERE and "/F" in node:
            self.active.add("remote" if NETWORK.match(place_of(node["/F"])) else "other-file")
        if "/JS" in node or "/JavaScript" in node:
            self.active.add("javascript")
        if "/XFA" in node:
            self.active.add("xfa")
        if str(node.get("/Subtype", "")) in MEDIA:
            self.active.add("media")
        if node.get("/Type") == "/Font" and not is_embedded(node):
            self.fonts.add(str(node.get("/BaseFont", "?"))[1:80])
        if "/EF" in node:
            self.look_at_file(node)

    def look_at_file(self, node):
        """An embedded file: its name, and whether it is a program by its name or by its first bytes."""
        name = place_of(node)[:80] or "?"
        self.files.add(name)
        for _, content in node["/EF"].items():
            head = bytes(content.read_bytes())[:512] if isinstance(content, pikepdf.Stream) else b""
            if is_program(name, head):
                self.programs.add(name)

    def look_at_stream(self, node):
        if "/F" in node:  # its content stands in another file
            self.active.add("remote")
        if "/LZWDecode" in str(node.get("/Filter", "")):
            self.has_lzw = True

    def walk(self, pdf):
        """Every object once; references are not followed, each target is an object of its own."""
        for top in pdf.objects:
            stack = [top]
            while stack:
                node = stack.pop()
                self.nodes += 1
                if self.nodes > MAX_NODES:
                    return
                if isinstance(node, pikepdf.Array):
                    stack.extend(child for child in node if nests(child))
                elif (is_stream := isinstance(node, pikepdf.Stream)) or isinstance(node, pikepdf.Dictionary):
                    entries = dict(node.items())  # once: a question to the object is dear
                    self.look(entries)
                    if is_stream:
                        self.look_at_stream(entries)
                    stack.extend(child for child in entries.values() if nests(child))


def nests(child):
    return isinstance(child, NESTING) and not child.is_indirect


def limit_qpdf():
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1000, flate_max_memory=UNPACKED_BYTES, png_max_memory=UNPACKED_BYTES,
        tiff_max_memory=UNPACKED_BYTES, run_length_max_memory=UNPACKED_BYTES, dct_max_memory=UNPACKED_BYTES,
        dct_max_progressive_scans=50, max_stream_filters=5, parser_max_nesting=200,
    )  # fmt: skip


def probe(path, *, pages_only):
    try:
        pdf = pikepdf.open(path)
    except pikepdf.PasswordError:
        return {"fault": "encrypted"}
    with pdf:
        seen = {"pages": len(pdf.pages), "encrypted": pdf.is_encrypted, "version": pdf.pdf_version}
        if pages_only:
            return seen
        seen["repaired"] = any("file is damaged" in str(w) or "can't find" in str(w) for w in pdf.get_warnings())
        return seen | look_at_all(pdf)


def look_at_all(pdf):
    found = Findings()
    found.walk(pdf)
    return {
        "pdfa": declared_part(pdf),
        "whole": found.nodes <= MAX_NODES,
        "active": sorted(found.active),
        "fonts": sorted(found.fonts)[:NAMED],
        "files": sorted(found.files)[:NAMED],
        "programs": sorted(found.programs)[:NAMED],
        "file_count": len(found.files),
        "lzw": found.has_lzw,
        "identified": "/ID" in pdf.trailer,
        "intent": "/OutputIntents" in pdf.Root,
        "syntax": len(pdf.check_pdf_syntax()),
    }


def main(arguments):
    limit_qpdf()
    answer(arguments[0], partial(probe, pages_only=arguments[1:] == ["pages"]))


if __name__ == "__main__":
    main(sys.argv[1:])
