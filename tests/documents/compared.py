"""Thirty pairs of texts with what a careful reader would say was struck and put in, written by hand.

(what it shows, old, new, [(struck, put in), …]); a moved paragraph is ("移", its new words).
"""

A = "各有关单位："
B = "一、统一思想，提高认识。各单位要充分认识电子公文归档工作的重要意义。"
C = "二、明确职责，抓好落实。各单位要指定专人负责，按时完成移交。"
D = "三、加强检查，及时通报。区档案局将于年底组织专项检查。"
TABLE = "单位\t件数\n区民政局\t120\n区卫生局\t85"

PAIRS = [
    ("nothing", f"{A}\n{B}", f"{A}\n{B}", []),
    ("one word put in", "请各单位于月底前报送。", "请各有关单位于月底前报送。", [("", "有关")]),
    ("one word struck", "请各有关单位于月底前报送。", "请各单位于月底前报送。", [("有关", "")]),
    ("one letter for another", "请各单位认真贯彻执行。", "请各部门认真贯彻执行。", [("单位", "部门")]),
    ("a figure is a whole", "安排经费120万元。", "安排经费150万元。", [("120", "150")]),
    ("a percentage", "归档率达到95.5%以上。", "归档率达到98%以上。", [("95.5%", "98%")]),
    ("a date", "请于2026年3月31日前报送。", "请于2026年4月15日前报送。", [("3月31", "4月15")]),
    ("a foreign word is a whole", "以PDF格式报送。", "以OFD格式报送。", [("PDF", "OFD")]),
    ("punctuation", "请各单位遵照执行。", "请各单位遵照执行！", [("。", "！")]),
    ("a sentence put in", f"{A}\n统一思想。抓好落实。", f"{A}\n统一思想。明确职责。抓好落实。", [("", "明确职责。")]),
    ("a sentence struck", f"{A}\n统一思想。明确职责。抓好落实。", f"{A}\n统一思想。抓好落实。", [("明确职责。", "")]),
    ("two places of one sentence", "请区民政局牵头，于三月底前完成调研工作。", "请区卫生局牵头，于四月底前完成调研工作。",
     [("民政", "卫生"), ("三", "四")]),
    ("a paragraph at the end", f"{A}\n{B}", f"{A}\n{B}\n特此通知。", [("", "特此通知。")]),
    ("a paragraph at the beginning", B, f"{A}\n{B}", [("", A)]),
    ("a paragraph struck", f"{A}\n{B}\n特此通知。", f"{A}\n特此通知。", [(B, "")]),
    ("a new point renumbers the next", f"{B}\n二、加强检查。", f"{B}\n二、明确职责，落实到人。\n三、加强检查。",
     [("", "二、明确职责，落实到人。"), ("二", "三")]),
    ("a point less", f"{B}\n{C}\n{D}", f"{B}\n二{D[1:]}", [(C, ""), ("三", "二")]),
    ("moved to the end", f"{A}\n{B}\n{C}\n{D}", f"{A}\n{C}\n{D}\n{B}", [("移", B)]),
    ("moved to the front", f"{B}\n{C}\n{D}", f"{D}\n{B}\n{C}", [("移", D)]),
    ("moved and changed", f"{B}\n{C}\n{D}\n特此通知。", f"{C}\n{D}\n{B.replace('重要', '重大')}\n特此通知。",
     [("移", B.replace("重要", "重大")), ("要", "大")]),
    ("moved, renumbered: the longer stays", f"{B}\n{C}\n{D}", f"一{C[1:]}\n二{B[1:]}\n{D}",
     [("移", f"一{C[1:]}"), ("二", "一"), ("一", "二")]),
    ("moved over a changed one", f"{B}\n{C}\n{D}\n特此通知。", f"{C.replace('专人', '两人')}\n{D}\n三{B[1:]}\n特此通知。",
     [("专", "两"), ("移", f"三{B[1:]}"), ("一", "三")]),
    ("moved, another one changed", f"{B}\n{C}\n{D}", f"{C.replace('专人', '两人')}\n{D}\n{B}", [("专", "两"), ("移", B)]),
    ("cut in two", "统一思想，提高认识。明确职责，抓好落实。", "统一思想，提高认识。\n明确职责，抓好落实。", [("", "¶")]),
    ("made one", "统一思想，提高认识。\n明确职责，抓好落实。", "统一思想，提高认识。明确职责，抓好落实。", [("¶", "")]),
    ("written anew", f"{A}\n现将有关事项通知如下。", f"{A}\n经区政府同意，开展专项检查。",
     [("现将有关事项通知如下", "经区政府同意，开展专项检查")]),
    ("equal crumbs are no islands", "统一思想，提高认识。", "统筹部署，提升能力。", [("一思想，提高认识", "筹部署，提升能力")]),
    ("blanks and empty lines are none", f"{A}\n\n{B}  \n", f"{A}\n{B}", []),
    ("one letter between two is no island", "明确职责，抓好落实。", "明确职责，狠抓落实。", [("抓好", "狠抓")]),
    ("a rare character", "由𠮷野同志负责。", "由𠮷田同志负责。", [("野", "田")]),
    ("a private letter beside a figure", "由\U000f0000号12楼。", "由\U000f0000号15楼。", [("2", "5")]),
    ("a cell of a table", TABLE, TABLE.replace("85", "96"), [("85", "96")]),
    ("everything struck", f"{A}\n{B}", "", [(A, ""), (B, "")]),
    ("everything new", "", f"{A}\n{B}", [("", A), ("", B)]),
]  # fmt: skip


def told(paragraphs) -> list[tuple[str, str]]:
    """The places as PAIRS write them."""
    found: dict[int, list[str]] = {}
    rows: list[tuple[str, str]] = []
    order: list = []
    for one in paragraphs:
        if one.kind == "moved":
            order.append(("移", one.text_now))
        for piece in one.pieces:
            if piece.op == "equal":
                continue
            key = (id(one), piece.change)
            if key not in found:
                found[key] = ["", ""]
                order.append(key)
            found[key][piece.op == "insert"] += piece.text.replace("\n", "¶")
    for key in order:
        rows.append(key if key[0] == "移" else tuple(found[key]))
    return rows
