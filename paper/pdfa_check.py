"""Structure of a PDF/A-2b file as far as it can be judged without veraPDF (ISO 19005-2); says so, and no more."""

import io

import pikepdf
from lxml import etree

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"


def check_pdfa(pdf: bytes) -> list[str]:
    """English findings, empty when the file declares PDF/A-2b and keeps the rules checked here."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [*_declared(opened), *_output_intent(opened), *_fonts(opened), *_forbidden(opened)]


def _declared(pdf) -> list[str]:
    if "/Metadata" not in pdf.Root:
        return ["no XMP metadata"]
    root = etree.fromstring(pdf.Root.Metadata.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    part = root.find(f".//{PDFAID}part")
    level = root.find(f".//{PDFAID}conformance")
    found = (part.text if part is not None else None, level.text if level is not None else None)
    return [] if found == ("2", "B") else [f"declares PDF/A {found}, not 2-B"]


def _output_intent(pdf) -> list[str]:
    intents = pdf.Root.get("/OutputIntents", [])
    if not any("/DestOutputProfile" in one and len(one.DestOutputProfile.read_bytes()) > 128 for one in intents):
        return ["no output intent with a colour profile"]
    return []


def _fonts(pdf) -> list[str]:
    findings = []
    for obj in pdf.objects:
        if not isinstance(obj, pikepdf.Dictionary):
            continue
        if obj.get("/Type") == "/FontDescriptor" and not any(f"/FontFile{n}" in obj for n in ("", "2", "3")):
            findings.append(f"font {obj.get('/FontName')} is not embedded")
        if obj.get("/Type") == "/Font" and obj.get("/Subtype") == "/Type0" and "/ToUnicode" not in obj:
            findings.append(f"font {obj.get('/BaseFont')} has no ToUnicode map")
    return findings


def _forbidden(pdf) -> list[str]:
    findings = []
    if pdf.is_encrypted:
        findings.append("encrypted")
    if "/ID" not in pdf.trailer:
        findings.append("no file identifier")
    if "/JavaScript" in pdf.Root.get("/Names", {}) or "/AA" in pdf.Root:
        findings.append("contains actions")
    return findings
