"""Text out of the ZIP-based documents, part by part; runs inside the program `text` only."""

import posixpath
import re
import zipfile

import python_calamine
from lxml import etree

_WORD = re.compile(r"\{(http://schemas\.openxmlformats\.org/wordprocessingml/2006/main|http://purl\.oclc\.org/ooxml/"
                   r"wordprocessingml/main)\}")  # fmt: skip
_REVISIONS = {"ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange"}
_DDE = re.compile(r"^\s*DDE(AUTO)?\b", re.IGNORECASE)
_FETCHING_FIELD = re.compile(r"^\s*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|DATABASE|RD)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(https?|ftp|file|smb):|\\\\\\\\|\\\\[\w.]+\\", re.IGNORECASE)
_LINK_FIELD = re.compile(r"^\s*LINK\b", re.IGNORECASE)
# =cmd|' /C calc'!A0 : program, topic, item
_DDE_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>[^<]{0,300}?\w+\|(?:'|&apos;|\w)[^<]{0,300}!")
_HEADINGS = re.compile(r"word/(header|footer)\d*\.xml$", re.IGNORECASE)
_NOTES = re.compile(r"word/(footnotes|endnotes)\.xml$", re.IGNORECASE)
_COMMENTS = re.compile(r"(word/comments|xl/comments\d*|xl/threadedcomments/.*|ppt/comments/.*)\.xml$", re.IGNORECASE)


def _local(node):
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


class BrokenError(Exception):
    """A part is missing, no XML, or declares a document type: no office program writes that."""


def _parse(archive, name):
    """The parts of a file that was examined: no entities, no network, whatever its size. Raises BrokenError."""
    is_first = True
    try:
        with archive.open(name) as source:
            for event, node in etree.iterparse(
                source, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
            ):
                if is_first and node.getroottree().docinfo.doctype:
                    raise BrokenError(name)
                is_first = False
                yield event, node
    except (etree.XMLSyntaxError, KeyError) as error:
        raise BrokenError(name) from error


def _main_part(archive):
    """The body's part as the package names it; Word on the web writes document2.xml."""
    for _, node in _parse(archive, "[Content_Types].xml"):
        if str(node.get("ContentType", "")).endswith("main+xml"):
            return str(node.get("PartName", "")).lstrip("/")
    return "word/document.xml"


def _text_of(archive, name):
    """All text of a small part, a blank between paragraphs."""
    words = []
    for event, node in _parse(archive, name):
        if event == "end" and _local(node) in ("t", "delText", "oddHeader", "oddFooter", "text", "p"):
            words.append(" " if _local(node) == "p" else node.text or "")
    return "".join(words)


def read_docx(path, output):
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        folded = {name.casefold(): name for name in names}
        main = _main_part(archive)
        _Story(output).read(archive, folded.get(main.casefold(), main))
        for name in filter(_NOTES.match, names):
            output.end_page()
            _Story(output).read(archive, name)
        for name in filter(_HEADINGS.match, names):
            output.conceal(_text_of(archive, name) + "\n")
        _comments(archive, names, output)


def _comments(archive, names, output):
    for name in filter(_COMMENTS.match, names):
        for event, node in _parse(archive, name):
            if event == "end" and _local(node) in ("comment", "cm", "threadedComment"):
                output.count("comments")
        output.conceal(_text_of(archive, name) + "\n")


class _Story:
    """One part of a Word document: the body, or its notes."""

    def __init__(self, output):
        self.output, self.fields = output, []

    def read(self, archive, name):
        for event, node in _parse(archive, name):
            if not isinstance(node.tag, str) or not _WORD.match(node.tag):
                continue
            local = _local(node)
            if event == "start":
                if local in _REVISIONS:
                    self.output.count("revisions")
                elif local == "altChunk":
                    self.output.count("chunks")
            elif local == "r":
                self._run(node)
                node.clear()
            elif local == "fldSimple":
                self._judge(next((value for key, value in node.attrib.items() if key.endswith("}instr")), ""))
            elif local == "p":
                self.output.write("\n")
                node.clear()
            elif local == "tc":
                self.output.write("\t")

    def _run(self, node):
        hidden, shown = False, []
        for child in node:
            local = _local(child)
            if local == "rPr":
                hidden = any(_local(one) == "vanish" and _is_on(one) for one in child)
            elif local == "t":
                shown.append(child.text or "")
            elif local == "delText":
                self.output.conceal(child.text or "")
            elif local in ("tab", "cr", "noBreakHyphen"):
                shown.append({"tab": "\t", "cr": "\n", "noBreakHyphen": "-"}[local])
            elif local == "br":
                self._break(child, shown)
            elif local == "lastRenderedPageBreak":
                self._end_page(shown)
            elif local in ("instrText", "delInstrText", "fldChar"):
                self._field(child, local)
        if hidden and shown:
            self.output.count("hidden")
            self.output.conceal("".join(shown))
        else:
            self.output.write("".join(shown))

    def _break(self, node, shown):
        kind = next((value for key, value in node.attrib.items() if key.endswith("}type")), "")
        if kind == "page":
            self._end_page(shown)
        else:
            shown.append("\n")

    def _end_page(self, shown):
        self.output.write("".join(shown))
        shown.clear()
        self.output.end_page()

    def _field(self, node, local):
        """An instruction may be cut into many runs: it is judged when its field separates or ends."""
        if local != "fldChar":
            if not self.fields:
                self.fields.append("")
            self.fields[-1] += (node.text or "")[:2000]
            self._judge(self.fields[-1])
            return
        kind = next((value for key, value in node.attrib.items() if key.endswith("}fldCharType")), "")
        if kind == "begin":
            self.fields.append("")
        elif self.fields:
            self._judge(self.fields[-1])
            if kind == "end":
                self.fields.pop()

    def _judge(self, instruction):
        if _DDE.match(instruction):
            self.output.facts["dde"] = True
        elif _FETCHING_FIELD.match(instruction) and _ELSEWHERE.search(instruction):
            self.output.facts["fetches"] = True
        elif _LINK_FIELD.match(instruction):
            self.output.name("links", instruction.strip())


def _is_on(node):
    value = next((value for key, value in node.attrib.items() if key.endswith("}val")), "1")
    return value not in ("0", "false", "off")


def read_xlsx(path, output):
    read_sheets(path, output)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for name in names:
            if re.match(r"xl/(work|chart|dialog)sheets/[^/]+\.xml$", name, re.IGNORECASE):
                _formulas(archive, name, output)
                output.conceal(_headings_of_sheet(archive, name))
        _comments(archive, names, output)


def _formulas(archive, name, output):
    before = b""
    with archive.open(name) as source:
        while block := source.read(2**20):
            if _DDE_FORMULA.search(before + block):
                output.facts["dde"] = True
                return
            before = block[-1024:]


def _headings_of_sheet(archive, name):
    with archive.open(name) as source:
        tail = b""
        while block := source.read(2**20):
            tail = (tail + block)[-65_536:]
    words = re.findall(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]*)", tail)
    return b"\n".join(words).decode("utf-8", "replace")


def read_sheets(path, output):
    """Cells row by row, a tab between them: .xlsx and .xls."""
    with python_calamine.load_workbook(path) as book:
        for sheet in book.sheets_metadata:
            if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
                output.name("hidden_sheets", sheet.name)
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            output.write(sheet.name + "\n")
            for row in book.get_sheet_by_name(sheet.name).iter_rows():
                words = [_cell(cell) for cell in row if cell not in ("", None)]
                if words:
                    output.write("\t".join(words) + "\n")
            output.end_page()


def _cell(value):
    """A whole number as people write it: the file knows only fractions."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def read_pptx(path, output):
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        slides = [name for name in names if re.match(r"ppt/slides/slide\d+\.xml$", name, re.IGNORECASE)]
        for name in sorted(slides, key=lambda one: int(re.findall(r"\d+", one)[-1])):
            for event, node in _parse(archive, name):
                if event == "start":
                    if _local(node) == "sld" and node.get("show") in ("0", "false"):
                        output.name("hidden_sheets", f"幻灯片{re.findall(r'[0-9]+', name)[-1]}")
                elif _local(node) == "t":
                    output.write(node.text or "")
                elif _local(node) == "p":
                    output.write("\n")
            output.end_page()
        for name in names:
            if re.match(r"ppt/notesSlides/.*\.xml$", name, re.IGNORECASE):
                output.conceal(_text_of(archive, name) + "\n")
        _comments(archive, names, output)


def read_odf(path, output):
    """content.xml from beginning to end; tracked deletions and annotations are concealed."""
    inside, hidden = [], {"tracked-changes": "revisions", "annotation": "comments", "hidden-text": "hidden"}
    with zipfile.ZipFile(path) as archive:
        for event, node in _parse(archive, "content.xml"):
            local = _local(node)
            if local in hidden:
                if event == "start":
                    inside.append(local)
                    output.count(hidden[local])
                else:
                    inside.pop()
                    output.conceal("".join(node.itertext()) + "\n")
            if event == "end" and local in ("p", "h") and not inside:
                output.write("".join(_visible(node, hidden)) + "\n")
                node.clear()
            elif event == "end" and local in ("table", "page"):
                output.end_page()


def _visible(node, hidden):
    """The text of a paragraph without what is concealed in it, blanks and tabs as they are meant."""
    yield node.text or ""
    for child in node:
        local = _local(child)
        if local == "s":
            yield " " * min(int(next((v for k, v in child.attrib.items() if k.endswith("}c")), "1") or 1), 100)
        elif local in ("tab", "line-break"):
            yield "\t" if local == "tab" else "\n"
        elif local and local not in hidden:
            yield from _visible(child, hidden)
        yield child.tail or ""


def read_ofd(path, output):
    """Pages in their order (GB/T 33190—2016); text objects of one height are one line."""
    with zipfile.ZipFile(path) as archive:
        names = {name.casefold(): name for name in archive.namelist()}

        def root_of(place):
            with archive.open(names[place.casefold()]) as source:
                return etree.parse(source, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()

        for entry in root_of("OFD.xml").iter("{*}DocRoot"):
            place = ofd_place("", entry.text or "")
            document, folder = root_of(place), posixpath.dirname(place)
            for template in document.iter("{*}TemplatePage"):
                output.conceal(_ofd_words(root_of(ofd_place(folder, str(template.get("BaseLoc", ""))))))
            for page in document.iterfind("{*}Pages/{*}Page"):
                output.write(_ofd_words(root_of(ofd_place(folder, str(page.get("BaseLoc", ""))))))
                output.end_page()


def ofd_place(folder, location):
    """The part that ST_Loc `location` names: from the package's root with a leading slash, else from `folder`."""
    location = location.strip().replace("\\", "/")
    joined = location if location.startswith("/") else posixpath.join(folder, location)
    return posixpath.normpath("/" + joined).lstrip("/")


def _ofd_words(page):
    words, height = [], None
    for thing in page.iter("{*}TextObject"):
        boundary = str(thing.get("Boundary", "")).split()
        top = float(boundary[1]) if len(boundary) == 4 and re.fullmatch(r"-?[\d.]+", boundary[1]) else None
        if words and (top is None or height is None or abs(top - height) > 1):
            words.append("\n")
        height = top
        words += [code.text or "" for code in thing.iter("{*}TextCode")]
    return "".join(words) + "\n"
