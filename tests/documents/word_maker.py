"""Word files of our own making, from raw XML: what no library writes (lists, revisions, boxes) is written out."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = {
    "w": W,
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
STRICT = {
    W: "http://purl.oclc.org/ooxml/wordprocessingml/main",
    SPACES["r"]: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def part(root: str, inner: str) -> str:
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in SPACES.items())
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} {spaces}>{inner}</w:{root}>'


def docx(body: str, *, strict: bool = False, main: str = "word/document.xml", **parts: str) -> bytes:
    """A package; `parts` by role: numbering, styles, footnotes, endnotes, comments, header1, footer1, settings."""
    files = {main: part("document", f"<w:body>{body}<w:sectPr/></w:body>")}
    roots = {"header1": "hdr", "footer1": "ftr"}
    for role, inner in parts.items():
        files[f"word/{role}.xml"] = part(roots.get(role, role), inner)
    kinds = "".join(
        f'<Override PartName="/word/{role}.xml" ContentType="{MAIN}.{role.rstrip("1")}+xml"/>' for role in parts
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{role.rstrip("1")}" Target="{role}.xml"/>'
        for number, role in enumerate(parts, 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    files |= {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{MAIN}.document.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="{main}"/></Relationships>',
        f"word/_rels/{main.split('/')[1]}.rels": f'<Relationships xmlns="{package}/relationships">{relations}'
        "</Relationships>",
    }
    if strict:
        for name, text in files.items():
            for loose, exact in STRICT.items():
                text = text.replace(f'"{loose}', f'"{exact}')
            files[name] = text
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", *(one for one in files if one != "[Content_Types].xml")):
            archive.writestr(name, files[name])
    return out.getvalue()


def r(text: str, about: str = "") -> str:
    """A run."""
    return f'<w:r>{f"<w:rPr>{about}</w:rPr>" if about else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str, about: str = "") -> str:
    """A paragraph; a run that is plain text is made one."""
    inner = "".join(one if one.startswith("<") else r(one) for one in runs)
    return f"<w:p>{f'<w:pPr>{about}</w:pPr>' if about else ''}{inner}</w:p>"


def item(text: str, level: int | None = 0, number: int = 1, about: str = "") -> str:
    """A paragraph of a list; without a level as Feishu writes it."""
    where = "" if level is None else f'<w:ilvl w:val="{level}"/>'
    return p(text, about=f'{about}<w:numPr>{where}<w:numId w:val="{number}"/></w:numPr>')


def level(number: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    counted = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
    return f'<w:lvl w:ilvl="{number}">{counted}{more}<w:lvlText w:val="{text}"/></w:lvl>'


def lists(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


def num(key: int, abstract: int = 0, more: str = "") -> str:
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{abstract}"/>{more}</w:num>'


def style(key: str, about: str = "", run: str = "", name: str = "", based: str = "", default: str = "") -> str:
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"{default}><w:name w:val="{name or key}"/>{base}'
        f"<w:pPr>{about}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def field(code: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def tr(*cells: str, about: str = "") -> str:
    inner = "".join(one if one.startswith("<w:tc>") else tc(one) for one in cells)
    return f"<w:tr>{f'<w:trPr>{about}</w:trPr>' if about else ''}{inner}</w:tr>"


def tc(inner: str, about: str = "") -> str:
    inner = inner if inner.startswith("<") else p(inner)
    return f"<w:tc>{f'<w:tcPr>{about}</w:tcPr>' if about else ''}{inner}</w:tc>"


def picture(name: str) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="图片 1" descr="{name}"/><a:graphic><a:graphicData>'
        "<pic:pic><pic:blipFill><a:blip/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</w:r>"
    )


def box(*paragraphs: str) -> str:
    """A text box as Word 2010 and later write it: the shape, and beside it the old one for older programs."""
    inner = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def old_box(*paragraphs: str) -> str:
    return (
        f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{''.join(paragraphs)}</w:txbxContent></v:textbox></v:shape>"
        "</w:pict></w:r>"
    )


def ins(*runs: str) -> str:
    return f'<w:ins w:id="1" w:author="甲">{"".join(runs)}</w:ins>'


def gone(text: str) -> str:
    return f'<w:del w:id="2" w:author="甲"><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'
