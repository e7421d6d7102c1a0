"""ZIP-based documents: Office Open XML, OpenDocument, OFD. Everything else that is a ZIP is an archive and refused."""

import posixpath
import re

from lxml import etree

from files.probing.compound import package_in
from files.probing.office import ofd_place
from files.probing.programs import is_eicar, is_program
from units.texts import some_of

from . import zips
from .formats import KINDS
from .ole import tell_embedded
from .policy import sentence
from .words import NAMED, look_at_words

OFD_NAMESPACE = "http://www.ofdspec.org/2016"
MAX_OFD_PAGES = 20_000
_LARGEST_OBJECT = 8 * 2**20  # of an embedded object that is opened
_MAIN_PARTS = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
    "presentationml.slideshow.main+xml": "pptx",
}
_MACRO_PART = re.compile(r"^(basic|scripts)/|vbaproject", re.IGNORECASE)  # told as macros
_EXTENSIONS = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".ofd")
# Relationships that fetch something from elsewhere when the document is merely opened.
_FETCHING = {
    "attachedTemplate": "模板", "oleObject": "对象", "frame": "网页", "subDocument": "子文档", "image": "图片",
    "audio": "声音", "video": "视频", "media": "音视频", "aFChunk": "内容", "package": "对象",
}  # fmt: skip
_LINKS = ("externalLinkPath", "externalLink", "xlPathMissing", "mailMergeSource")
_ODF_VERSIONS = {
    ("odt", "1.0"): "fmt/136", ("odt", "1.1"): "fmt/290", ("odt", "1.2"): "fmt/291",
    ("ods", "1.0"): "fmt/137", ("ods", "1.1"): "fmt/294", ("ods", "1.2"): "fmt/295",
    ("odp", "1.0"): "fmt/138", ("odp", "1.1"): "fmt/292", ("odp", "1.2"): "fmt/293",
}  # fmt: skip


def _part(what):
    return zips.ZipFaultError("package-part", sentence("package-part", what=what))


class _Package:
    """One ZIP that passed the structural check."""

    def __init__(self, path):
        self.path, self.entries = path, {entry.name: entry for entry in zips.read_structure(path)}
        self.folded = {name.casefold(): entry for name, entry in self.entries.items()}
        self.programs = []

    def has(self, name):
        return name.casefold() in self.folded

    def xml(self, name):
        """The parsed part, without entities and network.

        Raises ZipFaultError when it is absent, etree.XMLSyntaxError when it is broken.
        """
        entry = self.folded.get(name.casefold())
        if entry is None:
            raise _part(f"文件内部缺少“{name}”，内容不完整")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(zips.read_member(self.path, entry, 32 * 2**20), parser)
        if root.getroottree().docinfo.doctype:
            raise _part(f"文件内部的“{name}”带有不应有的文档类型声明")
        return root


def look(path, extension, seen):
    """Fill `seen` (findings.Seen) from the ZIP at `path`; `extension` decides how a broken one is spoken of."""
    try:
        package = _Package(path)
        kind = _kind_of(package)
        if kind is None:
            seen.tell("compressed")
            return
        seen.is_kind(KINDS[kind])
        zips.verify_contents(path, package.entries.values(), _members(package, seen))
        {"ofd": _look_at_ofd, "odt": _look_at_odf, "ods": _look_at_odf, "odp": _look_at_odf}.get(kind, _look_at_ooxml)(
            package, seen
        )
        if not any(one.code == "encrypted" for one in seen.findings):
            look_at_words(path, kind, seen)
    except zips.ZipFaultError as fault:
        if seen.kind is None and extension not in _EXTENSIONS:
            seen.tell("compressed")  # whatever else is wrong with an archive, it is not taken
        else:
            seen.add(fault.code, fault.sentence)
    except etree.XMLSyntaxError:
        seen.tell("package-part", what="文件内部的数据已损坏，读不出来")


def _members(package, seen):
    """A watch on the first block of each member: programs wherever they lie."""

    def watch(entry, block):
        if is_eicar(block):
            seen.tell("eicar")
        elif is_program(entry.name, block[:512]) and not _MACRO_PART.search(entry.name):
            package.programs.append(posixpath.basename(entry.name))

    return watch


def _kind_of(package):
    if package.has("OFD.xml"):
        return "ofd"
    if package.has("[Content_Types].xml"):
        types = {str(node.get("ContentType", "")) for node in package.xml("[Content_Types].xml").iter(etree.Element)}
        for ending, kind in _MAIN_PARTS.items():
            if any(value.endswith(ending) for value in types):
                return kind
        # .docm, .xlsm, .pptm name themselves by another main part
        for word, kind in (("word.document.", "docx"), ("excel.sheet.", "xlsx"), ("powerpoint.", "pptx")):
            if any(f"vnd.ms-{word}" in value for value in types):
                return kind
        return None
    if "mimetype" in package.entries:
        mime = zips.read_member(package.path, package.entries["mimetype"], 200).decode("ascii", "replace").strip()
        return next((key for key in ("odt", "ods", "odp") if KINDS[key].mime == mime), None)
    return None


def _look_at_ooxml(package, seen):
    types = package.xml("[Content_Types].xml")
    declared = " ".join(str(node.get("ContentType", "")) for node in types.iter(etree.Element))
    names = list(package.folded)
    if any(word in text for text in [declared.lower(), *names] for word in ("macroenabled", "vbaproject")) or any(
        "/macrosheets/" in name for name in names
    ):
        seen.tell("macros")
    if any("/activex/" in name for name in names):
        seen.tell("activex")
    _relations(package, seen)
    if any(name.startswith("xl/externallinks/") and not name.endswith(".rels") for name in names):
        _external_books(package, seen)
    if package.has("xl/connections.xml"):
        _connections(package.xml("xl/connections.xml"), seen)
    _embedded(package, [name for name in names if "/embeddings/" in name and not name.endswith("/")], seen)


def _relations(package, seen):
    """What the parts refer to outside the package; a hyperlink is read by people and fetches nothing."""
    fetched, links = {}, []
    for name in package.entries:
        if not name.casefold().endswith(".rels"):
            continue
        for node in package.xml(name).iter(etree.Element):
            kind = str(node.get("Type", "")).rpartition("/")[2]
            if kind == "aFChunk":
                seen.tell("alt-chunk")
            if node.get("TargetMode") != "External":
                continue
            if kind in _FETCHING:
                fetched[_FETCHING[kind]] = True
            elif kind in _LINKS:
                links.append(posixpath.basename(str(node.get("Target", "")).replace("\\", "/"))[:80])
    if fetched:
        seen.tell("remote-content", what="、".join(fetched))
    if links:
        seen.tell("external-links", names=some_of(list(dict.fromkeys(links)), NAMED, "处"))


def _external_books(package, seen):
    for name in list(package.folded):
        if name.startswith("xl/externallinks/") and name.endswith(".xml"):
            root = package.xml(name)
            if root.find(".//{*}ddeLink") is not None:
                seen.tell("dde")
            if root.find(".//{*}oleLink") is not None:
                seen.tell("remote-content", what="对象")


def _connections(root, seen):
    """Data from elsewhere: fetched at opening where it says so, else a link that may break."""
    if any(node.get("refreshOnLoad") in ("1", "true") for node in root.iter(etree.Element)):
        seen.tell("remote-content", what="数据")
    else:
        names = [str(node.get("name", ""))[:80] for node in root.iter("{*}connection")]
        seen.tell("external-links", names=some_of(names, NAMED, "处") or "外部数据")


def _embedded(package, names, seen):
    """Embedded files: an OLE package is opened, its content judged by name and first bytes."""
    others, programs = [], list(package.programs)
    for name in names:
        entry = package.folded[name]
        inner, head = ("", b"")
        if name.endswith(".bin") and entry.unpacked <= _LARGEST_OBJECT:
            inner, head = package_in(zips.read_member(package.path, entry, _LARGEST_OBJECT))
        if is_program(inner, head):
            programs.append(inner or posixpath.basename(name))
        elif posixpath.basename(entry.name) not in programs:
            others.append(inner or posixpath.basename(entry.name))
    tell_embedded(others, programs, len(others) + len(programs), seen)


def _look_at_odf(package, seen):
    names = list(package.folded)
    if any(name.startswith(("basic/", "scripts/")) and not name.endswith("/") for name in names):
        seen.tell("macros")
    manifest = "META-INF/manifest.xml"
    if package.has(manifest) and package.xml(manifest).find(".//{*}encryption-data") is not None:
        seen.tell("encrypted")
        return
    root = package.xml("content.xml")
    version = next((value for key, value in root.attrib.items() if key.endswith("}version")), "")
    seen.format_id = _ODF_VERSIONS.get((seen.kind.key, version), "")
    if any(
        root.find(f".//{{*}}{name}") is not None for name in ("dde-source", "dde-connection-decl", "dde-connection")
    ):
        seen.tell("dde")
    objects = {name.split("/")[0] for name in names if name.startswith("object ")}
    tell_embedded([], package.programs, len(objects) + len(package.programs), seen)


def _look_at_ofd(package, seen):
    """Entry, documents, pages (domain 7.8). Signatures are verified elsewhere; here they are only found."""
    root = package.xml("OFD.xml")
    name = etree.QName(root)
    if name.localname != "OFD":
        raise _part("OFD 文件的入口（OFD.xml）不是 OFD 格式")
    if name.namespace != OFD_NAMESPACE:
        seen.tell("ofd-namespace")
    if package.has("Encryptions.xml") or root.findtext(".//{*}Encryptions"):
        seen.tell("encrypted")
        return
    documents = [node.text.strip() for node in root.iter("{*}DocRoot") if node.text]
    if not documents:
        raise _part("OFD 文件中没有文档（DocRoot）")
    seen.pages = sum(_ofd_pages(package, document, seen) for document in documents)
    if not seen.pages:
        seen.tell("package-part", what="OFD 文件中没有页面")


def _ofd_pages(package, document, seen):
    """Number of pages of one document, each of which must be there and parse."""
    place = ofd_place("", document)
    root, folder = package.xml(place), posixpath.dirname(place)
    pages = [str(node.get("BaseLoc", "")) for node in root.iterfind("{*}Pages/{*}Page")]
    if len(pages) > MAX_OFD_PAGES:
        raise zips.ZipFaultError("zip-limit", sentence("zip-limit", what=f"超过 {MAX_OFD_PAGES} 页"))
    for location in pages:
        package.xml(ofd_place(folder, location))
    attached = root.find("{*}Attachments")
    programs = package.programs
    tell_embedded([], programs, len(programs) + (attached is not None), seen)
    return len(pages)
