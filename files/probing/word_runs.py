"""The characters of a Word paragraph as they are read on the page; runs inside the program `word` only.

Revisions count as accepted, hidden text is left out, a field shows its result, what is drawn is named.
"""

from files.probing.word_numbers import symbol
from files.probing.word_package import child, is_on, kind, value

GAP = "××"  # stands where something cannot be given as text: the checks ask for it to be filled in
_PLAIN = {
    "w:tab": "\t", "w:ptab": "\t", "w:cr": "\n", "w:noBreakHyphen": "-", "w:softHyphen": "",
    "w:lastRenderedPageBreak": "",
}  # fmt: skip
_THROUGH = frozenset(
    ["w:hyperlink", "w:smartTag", "w:customXml", "w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:dir", "w:bdo",
     "w:fldSimple", "w:rubyBase"]
)  # fmt: skip
_GONE = frozenset(["w:del", "w:moveFrom"])
_SPACES = str.maketrans("\n\r\t", "   ")


class Fields:
    """Fields of a story: open from `begin`, their result from `separate`; what stands between is an instruction."""

    def __init__(self):
        self.open: list[dict] = []

    @property
    def is_instruction(self) -> bool:
        return any(not one["shows"] for one in self.open)

    @property
    def is_contents(self) -> bool:
        return any(one["code"].strip().upper().startswith("TOC") for one in self.open)

    def mark(self, node) -> str:
        """What a `w:fldChar` shows: the box of a form, else nothing."""
        way = value(node, "fldCharType")
        if way == "begin":
            self.open.append({"code": "", "shows": False})
            box = child(child(node, "w:ffData"), "w:checkBox")
            if box is not None:
                ticked = child(box, "w:checked")
                return "☑" if is_on(ticked if ticked is not None else child(box, "w:default")) else "□"
            return _chosen(child(child(node, "w:ffData"), "w:ddList"))
        elif way == "separate" and self.open:
            self.open[-1]["shows"] = True
        elif way == "end" and self.open:
            self.open.pop()
        return ""

    def instruct(self, text: str) -> None:
        if self.open and not self.open[-1]["shows"] and len(self.open[-1]["code"]) < 2000:
            self.open[-1]["code"] += text


class Runs:
    """Reads paragraphs of one story; text boxes met on the way wait in `boxes`."""

    def __init__(self, styles, told, notes):
        self.styles, self.told, self.notes = styles, told, notes
        self.fields, self.boxes = Fields(), []

    def text(self, paragraph) -> str:
        """The paragraph's own characters; `\\n` where Word breaks the line."""
        style = value(child(child(paragraph, "w:pPr"), "w:pStyle")) or self.styles.default
        return "".join(self._parts(paragraph, style))

    def _parts(self, node, style):
        for one in node:
            name = kind(one)
            if name == "w:r":
                yield from self._run(one, style)
            elif name in _GONE:
                self._gone(one, name)
            elif name in _THROUGH:
                yield from self._through(one, name, style)
            elif name == "mc:AlternateContent":
                yield from self._parts(_alternative(one), style)
            elif name in ("m:oMath", "m:oMathPara"):
                self.told.count("equations")
                yield GAP
            elif name == "w:ruby":
                yield from self._ruby(one, style)

    def _through(self, node, name, style):
        if name == "w:hyperlink":
            self.told.count("links")
        elif name in ("w:ins", "w:moveTo"):
            self.told.count("revisions")
        elif name == "w:sdt":
            properties = child(node, "w:sdtPr")
            if is_on(child(properties, "w:showingPlcHdr")):  # 单击此处输入文字
                self.told.count("placeholders")
                return
            node = child(node, "w:sdtContent")
        if node is not None:
            yield from self._parts(node, style)

    def _gone(self, node, name):
        self.told.count("revisions")
        # a field or a note that is deleted with it ends with it
        for one in node.iter():
            if kind(one) == "w:fldChar":
                self.fields.mark(one)

    def _ruby(self, node, style):
        self.told.count("ruby")
        base = child(node, "w:rubyBase")
        if base is not None:
            yield from self._parts(base, style)

    def _run(self, run, style):
        properties = child(run, "w:rPr")
        own = value(child(properties, "w:rStyle"))
        hidden = self._toggled(properties, own, style, "w:vanish")
        if child(properties, "w:rPrChange") is not None:
            self.told.count("revisions")
        found = self._drawn_by_face("".join(self._piece(one, style) for one in run), child(properties, "w:rFonts"))
        if hidden:
            if found.strip():
                self.told.count("hidden")
            return
        yield found.upper() if found and self._toggled(properties, own, style, "w:caps") else found

    def _drawn_by_face(self, text: str, faces) -> str:
        """Words set in Wingdings are signs, not letters."""
        font = value(faces, "ascii") or value(faces, "hAnsi")
        if not font.casefold().startswith(("wingdings", "webdings", "symbol")):
            return text
        return "".join(one if one.isspace() else self._sign(font, f"{ord(one):X}") for one in text)

    def _toggled(self, properties, own, style, name) -> bool:
        direct = child(properties, name)
        if direct is not None:
            return is_on(direct)
        said = (self.styles.toggle(one, name) for one in (own, style) if one)
        return next((one for one in said if one is not None), False)

    def _piece(self, one, style) -> str:
        name = kind(one)
        if name == "w:fldChar":
            return self.fields.mark(one)
        if name == "w:instrText":
            self.fields.instruct(one.text or "")
            return ""
        if self.fields.is_instruction or self.fields.is_contents:
            return ""
        if name == "w:t":
            return _words(one)
        if name in _PLAIN:
            return _PLAIN[name]
        if name == "w:br":
            return "\n"
        return self._other(one, name, style)

    def _other(self, one, name, style) -> str:
        if name == "w:sym":
            return self._symbol(one)
        if name in ("w:footnoteReference", "w:endnoteReference"):
            return self.notes.refer(name, value(one, "id"))
        if name in ("w:drawing", "w:pict", "w:object"):
            self._drawn(one)
        elif name == "mc:AlternateContent":
            return "".join(self._piece(inner, style) for inner in _alternative(one))
        elif name == "w:ruby":
            return "".join(self._ruby(one, style))
        elif name in ("w:pgNum", "w:dayLong", "w:dayShort", "w:monthLong", "w:monthShort", "w:yearLong", "w:yearShort"):
            self.told.count("fields")
            return GAP
        return ""

    def _symbol(self, node) -> str:
        return self._sign(value(node, "font"), value(node, "char"))

    def _sign(self, font: str, code: str) -> str:
        found = symbol(font, code)
        if not found:
            self.told.count("symbols", name=f"{font} {code}")
        return found or GAP

    def _drawn(self, node) -> None:
        """Text boxes wait to be read; pictures, charts, objects are counted by name."""
        parts = [one for one in node.iter() if kind(one) and not _inside_box(one, node)]
        self.boxes += [one for one in parts if kind(one) == "w:txbxContent"]
        has_object = any(kind(one) == "o:OLEObject" for one in parts)
        for one in parts:
            name = kind(one)
            if name in ("pic:pic", "v:imagedata") and not has_object:
                self.told.count("images", name=_name_of(node) or value(one, "title"))
            elif name == "c:chart":
                self.told.count("charts", name=_name_of(node))
            elif name == "dgm:relIds":
                self.told.count("diagrams", name=_name_of(node))
            elif name == "o:OLEObject":
                self.told.count("objects", name=value(one, "ProgID"))
            elif name == "v:textpath":
                self.told.count("word_art", name=value(one, "string"))


def _chosen(dropdown) -> str:
    """The entry of a form's list that is chosen."""
    entries = [value(one) for one in dropdown if kind(one) == "w:listEntry"] if dropdown is not None else []
    chosen = value(child(dropdown, "w:result"), default="0")
    return entries[int(chosen)] if chosen.isdecimal() and int(chosen) < len(entries) else ""


def _words(node) -> str:
    """The text of a `w:t`; blanks at its ends count only where the file says so (xml:space)."""
    text = (node.text or "").replace("\u00ad", "")
    if node.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
        text = text.strip(" \t\r\n")
    return text.translate(_SPACES)


def _alternative(node):
    """The branch of mc:AlternateContent that a present Word shows; never both."""
    choice = child(node, "mc:Choice")
    return (
        choice if choice is not None else (child(node, "mc:Fallback") if child(node, "mc:Fallback") is not None else ())
    )


def _inside_box(node, top) -> bool:
    parent = node.getparent()
    while parent is not None and parent is not top:
        if kind(parent) in ("w:txbxContent", "mc:Fallback"):
            return True
        parent = parent.getparent()
    return False


def _name_of(node) -> str:
    """What a picture is called: its description, else its name."""
    for one in node.iter():
        if kind(one) in ("wp:docPr", "pic:cNvPr"):
            return value(one, "descr") or value(one, "title") or value(one, "name")
    return ""
