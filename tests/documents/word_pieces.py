"""Pieces of Word files that several of the forty use."""

from tests.documents.word_maker import gone, item, level, lists, num, style, tc

CHINESE = (
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCountingThousand", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "decimal", "（%4）"),
)
LEGAL = (
    level(0, "chineseCounting", "第%1章", '<w:suff w:val="space"/>'),
    level(1, "decimal", "%1.%2", "<w:isLgl/>"),
    level(2, "decimal", "%1.%2.%3", "<w:isLgl/>"),
)
DECIMAL = level(0, "decimal", "%1.")
RESTART = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
HIDDEN = "<w:vanish/>"
SPAN2, MERGE_FIRST, MERGE_ON = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
NOTE = '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'


H1, H2 = '<w:pStyle w:val="H1"/>', '<w:pStyle w:val="H2"/>'


def formats() -> tuple[str, str, list[str]]:
    """One list a format, three items each."""
    rows = {
        "upperLetter": "ABC", "lowerRoman": ("i", "ii", "iii"), "decimalEnclosedCircle": "①②③",
        "ideographTraditional": "甲乙丙",
        "chineseLegalSimplified": "壹贰叁", "decimalZero": ("01", "02", "03"), "ideographDigital": "一二三",
        "decimalFullWidth": "１２３", "decimalEnclosedParen": "⑴⑵⑶", "upperRoman": ("I", "II", "III"),
    }  # fmt: skip
    numbering = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{level(0, form, "%1、")}</w:abstractNum>' for n, form in enumerate(rows)
    ) + "".join(num(n + 1, n) for n in range(len(rows)))
    body = "".join(item("项", 0, n + 1) for n in range(len(rows)) for _ in range(3))
    return body, numbering, [f"{sign}、项" for signs in rows.values() for sign in signs]


TO_21 = [*"一二三四五六七八九十", *(f"十{n}" for n in "一二三四五六七八九"), "二十", "二十一"]
FORMATS = formats()
BULLETS = lists(
    '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF06C;"/>'
    '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr></w:lvl>',
    level(1, "bullet", "–"),
)
HEADINGS = style("H1", '<w:numPr><w:numId w:val="1"/></w:numPr>', name="heading 1") + style(
    "H2", '<w:numPr><w:ilvl w:val="1"/></w:numPr>', name="heading 2", based="H1"
)
OF_STYLES = lists(level(0, "chineseCounting", "%1、", H1), level(1, "chineseCounting", "（%2）", H2))
LINKED = (
    '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="Out"/></w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="Out"/>{level(0, "chineseCounting", "%1、")}</w:abstractNum>'
    + num(1, 0)
    + num(2, 1)
)
OUTLINE = (
    '<w:style w:type="numbering" w:styleId="Out"><w:name w:val="公文编号"/>'
    '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
)
TOC = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
CUSTOM = (
    '<w:lvl w:ilvl="0"><w:start w:val="7"/><mc:AlternateContent><mc:Choice Requires="w14">'
    '<w:numFmt w:val="custom" w:format="001, 002, 003"/></mc:Choice><mc:Fallback>'
    '<w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1号"/></w:lvl>'
)
BEGIN, SEPARATE, END = (f'<w:r><w:fldChar w:fldCharType="{way}"/></w:r>' for way in ("begin", "separate", "end"))
CHECK = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="{}"/></w:checkBox></w:ffData>'
    f"</w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>{END}"
)
OLD = (
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:val="11" '
    'w:uri="http://schemas.microsoft.com/office/word"/></w:compat>'
)
DELETED_ITEM = (
    '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="4"/></w:rPr></w:pPr>'
    f"{gone('乙')}</w:p>"
)
TABBED = tc("<w:p><w:r><w:t>左</w:t><w:tab/><w:t>右</w:t></w:r></w:p>")
OBJECT = '<w:r><w:object><v:shape><v:imagedata/></v:shape><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
MOVED_FROM = '<w:moveFrom w:id="5"><w:r><w:t>旧处</w:t></w:r></w:moveFrom>'
MOVED_TO = '<w:moveTo w:id="6"><w:r><w:t>旧处</w:t></w:r></w:moveTo>'
RUBY = "<w:ruby><w:rt><w:r><w:t>jīng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>泾</w:t></w:r></w:rubyBase></w:ruby>"
LINK = '<w:hyperlink r:id="rId9"><w:r><w:t>网站</w:t></w:r></w:hyperlink>'
SMART = '<w:smartTag w:element="date"><w:r><w:t>三月二日</w:t></w:r></w:smartTag>'
XML = "<w:customXml><w:r><w:t>在长宁</w:t></w:r></w:customXml>"


def drawn(name: str, inner: str) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="2" name="{name}"/><a:graphic><a:graphicData>{inner}</a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def control(inner: str, about: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{about}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def sign(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def noted(kind: str, key: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{key}"/></w:r>'
