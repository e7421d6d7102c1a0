"""ZIP-based documents: Office Open XML, OpenDocument, OFD. Everything else that is a ZIP is an archive and refused."""

import posixpath

from lxml import etree

from . import zips
from .formats import KINDS
from .secrecy import FIRST_PAGE_CHARACTERS, secret_marks

OFD_NAMESPACE = "http://www.ofdspec.org/2016"
MAX_OFD_PAGES = 20_000
COMPRESSED = "压缩文件（ZIP、RAR、7Z 等）不能接收。请解压后，将其中的文件逐个提交。"
_MACROS = "文档含有宏（可执行代码），不能接收。请另存为不带宏的格式（.docx、.xlsx）或导出为 PDF/A 后再提交。"
_ENCRYPTED = "文档设有密码或已加密。请取消密码后再提交。"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MAIN_PARTS = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
    "presentationml.slideshow.main+xml": "pptx",
}
_EXTENSIONS = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".ofd")
# Relationships that fetch something from elsewhere when the document is merely opened.
_FETCHING = ("attachedTemplate", "oleObject", "frame", "subDocument", "externalLinkPath")


class _Package:
    """One ZIP that passed the structural check."""

    def __init__(self, path):
        self.path, self.entries = path, {entry.name: entry for entry in zips.read_structure(path)}
        self.folded = {name.casefold(): entry for name, entry in self.entries.items()}

    def has(self, name):
        return name.casefold() in self.folded

    def xml(self, name):
        """The parsed part, without entities and network.

        Raises ZipFaultError when it is absent, etree.XMLSyntaxError when it is broken.
        """
        entry = self.folded.get(name.casefold())
        if entry is None:
            raise zips.ZipFaultError("package-part", f"文件内部缺少“{name}”，内容不完整。请重新另存或导出后再提交。")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(zips.read_member(self.path, entry, 32 * 2**20), parser)
        if root.getroottree().docinfo.doctype:
            raise zips.ZipFaultError("package-part", f"文件内部的“{name}”带有不应有的文档类型声明，不能接收。")
        return root


def look(path, extension, seen):
    """Fill `seen` (findings.Seen) from the ZIP at `path`; `extension` decides how a broken one is spoken of."""
    try:
        package = _Package(path)
        kind = _kind_of(package)
        if kind is None:
            seen.refuse("compressed", COMPRESSED)
            return
        seen.is_kind(KINDS[kind])
        zips.verify_contents(path, package.entries.values())
        {"ofd": _look_at_ofd, "odt": _look_at_odf, "ods": _look_at_odf, "odp": _look_at_odf}.get(kind, _look_at_ooxml)(
            package, seen
        )
    except zips.ZipFaultError as fault:
        if seen.kind is None and extension not in _EXTENSIONS:
            seen.refuse("compressed", COMPRESSED)  # whatever else is wrong with an archive, it is not taken
        else:
            seen.refuse(fault.code, fault.sentence)
    except etree.XMLSyntaxError:
        seen.refuse("package-part", "文件内部的数据已损坏，读不出来。请重新另存或导出后再提交。")


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
    if any(word in text for text in [declared.lower(), *names] for word in ("macroenabled", "vbaproject")):
        seen.refuse("macros", _MACROS)
    if any("/activex/" in name for name in names):
        seen.refuse("active-content", "文档含有 ActiveX 控件，不能接收。请删去控件或导出为 PDF/A 后再提交。")
    if any("/embeddings/" in name for name in names):
        seen.warn("embedded-files", "文档内嵌有其他文件，嵌入的文件未经检查；建议改作单独附件。")
    for name in package.entries:
        if name.endswith(".rels") and _fetches(package.xml(name)):
            seen.refuse("remote-content", "文档打开时会取用外部模板或数据，不能接收。请断开链接或导出为 PDF/A。")
            break
    if package.has("word/document.xml"):
        _check_secrecy(_word_text(package.xml("word/document.xml")), seen)


def _fetches(relations):
    return any(
        node.get("TargetMode") == "External" and str(node.get("Type", "")).endswith(_FETCHING)
        for node in relations.iter(etree.Element)
    )


def _word_text(root):
    """The first page's worth of text, headers excluded."""
    text = ""
    for node in root.iter(_W + "t", _STRICT_W + "t"):
        text += node.text or ""
        if len(text) > FIRST_PAGE_CHARACTERS:
            break
    return text[:FIRST_PAGE_CHARACTERS]


def _check_secrecy(text, seen):
    if marks := secret_marks(text):
        seen.refuse("secret-mark", f"文件标有密级（{'、'.join(marks)}）。本系统是非涉密系统，禁止存储、处理涉密文件。")


def _look_at_odf(package, seen):
    names = list(package.folded)
    if any(name.startswith(("basic/", "scripts/")) and not name.endswith("/") for name in names):
        seen.refuse("macros", _MACROS)
    manifest = "META-INF/manifest.xml"
    if package.has(manifest) and package.xml(manifest).find(".//{*}encryption-data") is not None:
        seen.refuse("encrypted", _ENCRYPTED)
    package.xml("content.xml")
    if any(name.startswith("object ") for name in names):
        seen.warn("embedded-files", "文档内嵌有其他对象，嵌入的内容未经检查；建议改作单独附件。")


def _look_at_ofd(package, seen):
    """Entry, documents, pages (domain 7.8). Signatures are verified elsewhere; here they are only found."""
    root = package.xml("OFD.xml")
    name = etree.QName(root)
    if name.localname != "OFD":
        raise zips.ZipFaultError("ofd-entry", "OFD 文件的入口（OFD.xml）不是 OFD 格式。请重新导出后再提交。")
    if name.namespace != OFD_NAMESPACE:
        seen.warn("ofd-namespace", "OFD 文件的命名空间不符合 GB/T 33190—2016，部分阅读器可能打不开；建议重新导出。")
    if package.has("Encryptions.xml") or root.findtext(".//{*}Encryptions"):
        seen.refuse("encrypted", _ENCRYPTED)
    documents = [node.text.strip() for node in root.iter("{*}DocRoot") if node.text]
    if not documents:
        raise zips.ZipFaultError("package-part", "OFD 文件中没有文档（DocRoot）。请重新导出后再提交。")
    seen.pages = sum(_ofd_pages(package, document, seen) for document in documents)
    if not seen.pages:
        seen.refuse("package-part", "OFD 文件中没有页面。请重新导出后再提交。")


def _ofd_pages(package, document, seen):
    """Number of pages of one document, each of which must be there and parse."""
    document = posixpath.normpath("/" + document)[1:]
    root, folder = package.xml(document), posixpath.dirname(document)
    pages = [str(node.get("BaseLoc", "")) for node in root.iterfind("{*}Pages/{*}Page")]
    if len(pages) > MAX_OFD_PAGES:
        raise zips.ZipFaultError("zip-limit", f"OFD 文件超过 {MAX_OFD_PAGES} 页，请拆分后再提交。")
    texts = []
    for number, location in enumerate(pages):
        # A leading "/" is the package's root, everything else is relative to the document (GB/T 33190—2016, ST_Loc).
        page = package.xml(posixpath.normpath(posixpath.join("/" + folder, location))[1:])
        if not number:
            texts = [node.text or "" for node in page.iter("{*}TextCode")]
    _check_secrecy("".join(texts)[:FIRST_PAGE_CHARACTERS], seen)
    if root.find("{*}Attachments") is not None:
        seen.warn("embedded-files", "OFD 内带有附件，附件未经检查；建议改作单独附件。")
    return len(pages)
