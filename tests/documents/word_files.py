"""Forty Word files: name, bytes, the lines as Word shows them, and the codes of what is told (issue 13, .docx in)."""

from tests.documents.word_maker import (
    box,
    docx,
    field,
    gone,
    ins,
    item,
    level,
    lists,
    num,
    old_box,
    p,
    picture,
    r,
    style,
    table,
    tc,
    tr,
)
from tests.documents.word_pieces import (
    BEGIN,
    BULLETS,
    CHECK,
    CHINESE,
    CUSTOM,
    DECIMAL,
    DELETED_ITEM,
    END,
    FORMATS,
    H1,
    H2,
    HEADINGS,
    HIDDEN,
    LEGAL,
    LINK,
    LINKED,
    MERGE_FIRST,
    MERGE_ON,
    MOVED_FROM,
    MOVED_TO,
    NOTE,
    OBJECT,
    OF_STYLES,
    OLD,
    OUTLINE,
    RESTART,
    RUBY,
    SEPARATE,
    SMART,
    SPAN2,
    TABBED,
    TO_21,
    TOC,
    XML,
    control,
    drawn,
    noted,
    sign,
)

# (what it is, file, lines, codes told)
FILES = [
    (
        "headings typed by hand",
        docx(p("一、总体要求") + p("（一）指导思想") + p("1.提高认识。")),
        ["一、总体要求", "（一）指导思想", "1.提高认识。"],
        {},
    ),
    (
        "automatic numbers of four levels",
        docx(
            item("要求")
            + item("思想", 1)
            + item("认识。", 2)
            + item("细则。", 3)
            + item("原则", 1)
            + item("任务")
            + item("分工", 1),
            numbering=lists(*CHINESE),
        ),
        ["一、要求", "（一）思想", "1.认识。", "（1）细则。", "（二）原则", "二、任务", "（一）分工"],
        {},
    ),
    (
        "eleven and twenty in Chinese",
        docx("".join(item("项") for _ in range(21)), numbering=lists(*CHINESE)),
        [f"{n}、项" for n in TO_21],
        {},
    ),
    (
        "chapters and 1.1 in plain figures (isLgl)",
        docx(
            item("总则") + item("目的", 1) + item("依据", 2) + item("附则") + item("解释", 1), numbering=lists(*LEGAL)
        ),
        ["第一章 总则", "1.1 目的", "1.1.1 依据", "第二章 附则", "2.1 解释"],
        {},
    ),
    (
        "a list that begins anew",
        docx(
            item("甲") + item("乙") + p("另：") + item("丙", 0, 2) + item("丁", 0, 2),
            numbering=lists(DECIMAL, nums=num(1) + num(2, 0, RESTART)),
        ),
        ["1.甲", "2.乙", "另：", "1.丙", "2.丁"],
        {},
    ),
    (
        "a second list that goes on counting",
        docx(item("甲") + p("另：") + item("乙", 0, 2), numbering=lists(DECIMAL, nums=num(1) + num(2))),
        ["1.甲", "另：", "2.乙"],
        {},
    ),
    (
        "a start of five, and a level that never restarts",
        docx(
            item("甲") + item("一", 1) + item("乙") + item("二", 1),
            numbering=lists(
                level(0, "decimal", "%1.", start=5), level(1, "decimal", "(%2)", '<w:lvlRestart w:val="0"/>')
            ),
        ),
        ["5.甲", "(1)一", "6.乙", "(2)二"],
        {},
    ),
    (
        "a deeper level before its own",
        docx(item("先", 1) + item("后"), numbering=lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"))),
        ["1.1 先", "1.后"],
        {},
    ),
    (
        "no level given, as Feishu writes it",
        docx(item("甲", None) + item("乙", None), numbering=lists(*CHINESE)),
        ["一、甲", "二、乙"],
        {},
    ),
    (
        "numbers that stand in the styles",
        docx(p("要求", about=H1) + p("思想", about=H2) + p("任务", about=H1), numbering=OF_STYLES, styles=HEADINGS),
        ["一、要求", "（一）思想", "二、任务"],
        {},
    ),
    (
        "a style's number taken away (numId 0)",
        docx(
            p("要求", about=H1) + p("引言", about=H1 + '<w:numPr><w:numId w:val="0"/></w:numPr>'),
            numbering=OF_STYLES,
            styles=HEADINGS,
        ),
        ["一、要求", "引言"],
        {},
    ),
    (
        "a list that is kept in a style of lists",
        docx(item("要求") + item("任务"), numbering=LINKED, styles=OUTLINE),
        ["一、要求", "二、任务"],
        {},
    ),
    ("ten other formats", docx(FORMATS[0], numbering=FORMATS[1]), FORMATS[2], {}),
    ("bullets of Wingdings and a dash", docx(item("甲") + item("乙", 1), numbering=BULLETS), ["● 甲", "– 乙"], {}),
    ("a custom format, 007号", docx(item("甲") + item("乙"), numbering=lists(CUSTOM)), ["007号 甲", "008号 乙"], {}),
    (
        "a figure after 1. is kept apart",
        docx(item("2004年工作") + item("按期完成"), numbering=lists(DECIMAL)),
        ["1. 2004年工作", "2.按期完成"],
        {},
    ),
    (
        "a table",
        docx(p("如下：") + table(tr("单位", "数量"), tr("区档案局", "12")) + p("以上。")),
        ["如下：", "单位\t数量", "区档案局\t12", "以上。"],
        {},
    ),
    (
        "merged cells, across and down",
        docx(
            table(
                tr("单位", "数量", "备注"),
                tr(tc("区档案局", MERGE_FIRST), "12", "甲"),
                tr(tc("", MERGE_ON), "13", "乙"),
                tr(tc("合计", SPAN2), "25"),
            )
        ),
        ["单位\t数量\t备注", "区档案局\t12\t甲", "\t13\t乙", "合计\t\t25"],
        {"merged_cells": 2},
    ),
    (
        "a row with one cell only stays a row",
        docx(table(tr("单位", "数量"), tr(tc("一、街道", SPAN2)), tr("华阳路", "3"))),
        ["单位\t数量", "一、街道\t—", "华阳路\t3"],
        {"merged_cells": 1, "lone_cells": 1},
    ),
    (
        "a table in a cell",
        docx(table(tr("甲", tc(p("外") + table(tr("内一", "内二")) + p(""))), tr("乙", "丙"))),
        ["甲\t外 内一 内二", "乙\t丙"],
        {"nested_tables": 1, "frames": 1, "cell_paragraphs": 1},
    ),
    (
        "paragraphs and tabs in a cell, an empty row",
        docx(table(tr(tc(p("第一段") + p("第二段")), TABBED), tr("", ""), tr("丙", "丁"))),
        ["第一段 第二段\t左 右", "丙\t丁"],
        {"cell_paragraphs": 1, "empty_rows": 1},
    ),
    (
        "two tables one after the other",
        docx(table(tr("甲", "乙"), tr("丙", "丁")) + table(tr("戊", "己"), tr("庚", "辛"))),
        ["甲\t乙", "丙\t丁", "", "戊\t己", "庚\t辛"],
        {},
    ),
    ("a frame of one cell around text", docx(table(tr(tc(p("提示"))))), ["提示"], {"frames": 1}),
    (
        "numbers in a table",
        docx(table(tr(tc(item("甲")), "乙"), tr(tc(item("丙")), "丁")), numbering=lists(DECIMAL)),
        ["1.甲\t乙", "2.丙\t丁"],
        {},
    ),
    (
        "revisions as accepted",
        docx(p("原则上", gone("不得"), ins(r("可以")), "同意。")),
        ["原则上可以同意。"],
        {"revisions": 2},
    ),
    (
        "a deleted paragraph mark joins two",
        docx(p("前半，", about='<w:rPr><w:del w:id="3" w:author="甲"/></w:rPr>') + p("后半。")),
        ["前半，后半。"],
        {},
    ),
    (
        "a deleted item is not counted",
        docx(item("甲") + DELETED_ITEM + item("丙"), numbering=lists(DECIMAL)),
        ["1.甲", "2.丙"],
        {"revisions": 1},
    ),
    ("text that was moved", docx(p(MOVED_FROM, "留下。") + p(MOVED_TO)), ["留下。", "旧处"], {"revisions": 2}),
    (
        "an inserted and a deleted row",
        docx(
            table(tr("甲", "乙"), tr("丙", "丁", about='<w:del w:id="7"/>'), tr("戊", "己", about='<w:ins w:id="8"/>'))
        ),
        ["甲\t乙", "戊\t己"],
        {"revisions": 2},
    ),
    (
        "comments",
        docx(
            p(
                '<w:commentRangeStart w:id="0"/>',
                "正文。",
                '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
            ),
            comments=f'<w:comment w:id="0" w:author="甲">{p("请核实")}</w:comment>',
        ),
        ["正文。"],
        {"comments": 1},
    ),
    (
        "pictures, a chart, a diagram, an object",
        docx(
            p(
                "图示：",
                picture("办事流程图"),
                drawn("图表 2", "<c:chart/>"),
                drawn("组织结构", "<dgm:relIds/>"),
                OBJECT,
            )
        ),
        ["图示："],
        {"images": 1, "charts": 1, "diagrams": 1, "objects": 1},
    ),
    (
        "a text box of Word 2010, once",
        docx(p("正文。", box(p("框内一"), p("框内二"))) + p("后文。")),
        ["正文。", "框内一", "框内二", "后文。"],
        {"boxes": 1},
    ),
    (
        "compatibility mode 11 with an old text box",
        docx(p("正文。", old_box(p("旧框"))), settings=OLD),
        ["正文。", "旧框"],
        {"boxes": 1},
    ),
    (
        "foot- and endnotes",
        docx(
            p("依据", noted("footnote", 1), "办理", noted("endnote", 2), "。"),
            footnotes=NOTE + f'<w:footnote w:id="1">{p("见条例。")}</w:footnote>',
            endnotes=f'<w:endnote w:id="2">{p("见附则。")}</w:endnote>',
        ),
        ["依据（注1）办理（注2）。", "注1：见条例。", "注2：见附则。"],
        {"notes": 2},
    ),
    (
        "headers and footers",
        docx(p("正文。"), header1=p("内部讨论稿"), footer1=p("第", field("PAGE", "1"), "页")),
        ["正文。"],
        {"headers": 1},
    ),
    (
        "hidden text, in the run and in the style",
        docx(
            p("明", r("暗", HIDDEN), "文")
            + p("整段隐藏", about=f'<w:pStyle w:val="Hid"/><w:rPr>{HIDDEN}</w:rPr>')
            + p("末段。"),
            styles=style("Hid", run=HIDDEN),
        ),
        ["明文", "末段。"],
        {"hidden": 2},
    ),
    (
        "content controls, one not filled in",
        docx(control(p("控件内。")) + p(control(r("单击此处输入文字"), "<w:showingPlcHdr/>"), "句。")),
        ["控件内。", "句。"],
        {"placeholders": 1},
    ),
    (
        "fields, links and boxes to tick",
        docx(
            p(
                "日期",
                field("DATE", "2004年3月2日"),
                "，见",
                LINK,
                CHECK.format(1),
                "是",
                CHECK.format(0),
                "否",
                '<w:fldSimple w:instr="PAGE"><w:r><w:t>3</w:t></w:r></w:fldSimple>',
            )
        ),
        ["日期2004年3月2日，见网站☑是□否3"],
        {"links": 1},
    ),
    (
        "a table of contents, by control and by field",
        docx(
            control(p("一、总则\t1"), TOC)
            + p(BEGIN + "<w:r><w:instrText>TOC \\o</w:instrText></w:r>" + SEPARATE, "目录行")
            + p(END, "一、总则")
        ),
        ["一、总则"],
        {"contents": 2},
    ),
    (
        "tabs, breaks, soft and hard hyphens, signs, capitals, ruby, a formula",
        docx(
            p(
                "甲",
                "<w:r><w:tab/></w:r>",
                "乙",
                "<w:r><w:br/></w:r>",
                "新\u00ad行",
                "<w:r><w:softHyphen/><w:noBreakHyphen/></w:r>",
                "完",
            )
            + p(sign("Wingdings", "F0FC"), "办结", sign("Webdings", "F021"))
            + p(r("abc", "<w:caps/>"), f"<w:r>{RUBY}</w:r>", "<m:oMath><m:r><m:t>a</m:t></m:r></m:oMath>")
        ),
        ["甲\t乙", "新行-完", "√办结××", "ABC泾××"],
        {"symbols": 1, "ruby": 1, "equations": 1},
    ),
    (
        "the strict dialect, document2.xml, rare characters",
        docx(
            p("　　龘靐齉𠮷㐂的通知  ") + "<w:p/>" + item("甲"),
            strict=True,
            main="word/document2.xml",
            numbering=lists(*CHINESE),
        ),
        ["龘靐齉𠮷㐂的通知", "一、甲"],
        {},
    ),
    ("smart tags of Word 2003 and custom XML", docx(p(SMART, XML)), ["三月二日在长宁"], {}),
]
