"""A Word document as its parts: which is the body, what styles and numbering say. Runs inside the program `word` only.

ISO/IEC 29500 in both its dialects (transitional and strict); names of elements are given as `w:p`, whatever prefix and
address the file uses.
"""

import posixpath
import zipfile

from lxml import etree

_OFFICE = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_PREFIXES = {
    _OFFICE + "wordprocessingml/2006/main": "w", _STRICT + "wordprocessingml/main": "w",
    _OFFICE + "officeDocument/2006/math": "m", _STRICT + "officeDocument/math": "m",
    _OFFICE + "drawingml/2006/wordprocessingDrawing": "wp", _STRICT + "drawingml/wordprocessingDrawing": "wp",
    _OFFICE + "drawingml/2006/main": "a", _STRICT + "drawingml/main": "a",
    _OFFICE + "drawingml/2006/picture": "pic", _STRICT + "drawingml/picture": "pic",
    _OFFICE + "drawingml/2006/chart": "c", _STRICT + "drawingml/chart": "c",
    _OFFICE + "drawingml/2006/diagram": "dgm", _STRICT + "drawingml/diagram": "dgm",
    _OFFICE + "markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "urn:schemas-microsoft-com:vml": "v", "urn:schemas-microsoft-com:office:office": "o",
}  # fmt: skip
_PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
DEEPEST = 12  # styles based on one another


class UnreadableError(Exception):
    """No Word document, or one whose parts are broken."""


def kind(node) -> str:
    """`w:p`; "" for comments and processing instructions."""
    if not isinstance(node.tag, str):
        return ""
    name = etree.QName(node)
    return f"{_PREFIXES.get(name.namespace, '?')}:{name.localname}"


def child(node, name):
    """The first child of this kind, or None."""
    return next((one for one in node if kind(one) == name), None) if node is not None else None


def value(node, name="val", default=""):
    """An attribute by its local name."""
    if node is None:
        return default
    return next((text for key, text in node.attrib.items() if key.rpartition("}")[2] == name), default)


def is_on(node) -> bool:
    """A toggle: present and not switched off."""
    return node is not None and value(node, default="1") not in ("0", "false", "off", "none")


class Package:
    """The parts of one file, by role."""

    def __init__(self, path):
        self.archive = zipfile.ZipFile(path)
        self.names = {name.casefold(): name for name in self.archive.namelist()}
        self.main = self._main()
        self.relations = self._relations(self.main)

    def parse(self, name):
        """The root of one part, None when there is none of this name."""
        stored = self.names.get(name.casefold())
        if stored is None:
            return None
        try:
            root = etree.fromstring(self.archive.read(stored), etree.XMLParser(**_PARSER_OPTIONS))
        except etree.XMLSyntaxError as error:
            raise UnreadableError(name) from error
        if root.getroottree().docinfo.doctype:
            raise UnreadableError(name)
        return root

    def _main(self) -> str:
        """The body's part as the package names it; Word on the web writes document2.xml."""
        types = self.parse("[Content_Types].xml")
        for one in types if types is not None else ():
            if str(one.get("ContentType", "")).endswith("document.main+xml"):
                return str(one.get("PartName", "")).lstrip("/")
        if "word/document.xml" not in self.names:
            raise UnreadableError("word/document.xml")
        return "word/document.xml"

    def _relations(self, part) -> dict[str, tuple[str, str]]:
        """id → (last word of the type, target inside the package or outside address)."""
        folder, name = posixpath.split(part)
        root = self.parse(f"{folder}/_rels/{name}.rels")
        found = {}
        for one in root if root is not None else ():
            target = one.get("Target", "")
            if one.get("TargetMode") != "External":
                inside = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                target = posixpath.normpath(inside)
            found[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], target)
        return found

    def of_role(self, role):
        """The roots of all parts that the body relates to as `role` ("styles", "footnotes", "header")."""
        targets = dict.fromkeys(target for found, target in self.relations.values() if found == role)
        roots = [self.parse(target) for target in targets]
        return [root for root in roots if root is not None]


class Styles:
    """What styles hand down: numbering, whether text is hidden or in capitals, how deep a heading is."""

    def __init__(self, package):
        self.by_id, self.default = {}, ""
        for root in package.of_role("styles"):
            for one in root:
                if kind(one) == "w:style":
                    self.by_id[value(one, "styleId")] = one
                    if value(one, "type") == "paragraph" and value(one, "default") in ("1", "true", "on"):
                        self.default = value(one, "styleId")

    def chain(self, style_id):
        """The style and those it is based on, the nearest first."""
        found = []
        while style_id in self.by_id and len(found) < DEEPEST and self.by_id[style_id] not in found:
            found.append(self.by_id[style_id])
            style_id = value(child(found[-1], "w:basedOn"))
        return found

    def name(self, style_id) -> str:
        return value(child(self.by_id.get(style_id), "w:name")).casefold() if style_id in self.by_id else ""

    def toggle(self, style_id, name):
        """What the style says of `w:vanish`, `w:caps`: True, False, or None when it says nothing."""
        for one in self.chain(style_id):
            found = child(child(one, "w:rPr"), name)
            if found is not None:
                return is_on(found)
        return None

    def numbering(self, style_id):
        """(numId, ilvl, the style that says so) or None."""
        level = ""
        for one in self.chain(style_id):
            numbered = child(child(one, "w:pPr"), "w:numPr")
            if numbered is None:
                continue
            level = level or value(child(numbered, "w:ilvl"))
            if number := value(child(numbered, "w:numId")):
                return number, level, value(one, "styleId")
        return None
