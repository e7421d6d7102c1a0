"""A Word file's text for the draft's form: examined first, read apart, told what is not in it; nothing is stored.

The file itself is no attachment: its words go into the form, unsaved, and its bytes are forgotten.
"""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.datastructures import MultiValueDict

from files import probing
from files.examination import examine, extension_of, safe_filename
from units.workflow import Refused

from .states import CURRENT_TYPES, DocType

BYTES = 20 * 1024 * 1024
TITLE_LINES = 4  # on which a title may stand in the file
CHARACTERS = 200_000  # of the form's field
DOCX = ".docx"
KINDS = "|".join({"令", *(str(DocType(value).label) for value in CURRENT_TYPES if value != DocType.ORDER)})
# a first line that names receivers: 各街道办事处、镇人民政府：
ADDRESSED = re.compile(r"(?!.*如下)[^，。；现经将]{0,30}(?:局|委|办|处|府|院|会|司|单位|街道|部门|公司|镇)[：:]$")
TITLE = re.compile(rf"^[^。；]{{0,40}}关于[^。；]{{2,80}}的(?:{KINDS})$")
NOT_TAKEN = {
    "images": "图片 {count} 幅未导入{names}，需要的请另作附件",
    "charts": "图表 {count} 个未导入{names}，需要的请另作附件",
    "diagrams": "图形（SmartArt）{count} 个未导入{names}，需要的请另作附件",
    "word_art": "艺术字 {count} 处未导入{names}",
    "objects": "嵌入的对象 {count} 个未导入{names}，需要的请另作附件",
    "equations": "公式 {count} 处未导入，文中以“××”标出，请改写",
    "fields": "域 {count} 处不能作文字，文中以“××”标出，请改写",
    "symbols": "符号 {count} 个不能识别{names}，文中以“××”标出，请改写",
    "comments": "批注 {count} 条未导入",
    "hidden": "隐藏文字 {count} 处未导入（纸面上看不到）",
    "revisions": "修订痕迹 {count} 处，按全部接受后的文字导入：删去的不取，插入的保留",
    "headers": "页眉、页脚的文字未导入{names}",
    "contents": "目录未导入（{count} 行），版面不印目录",
    "placeholders": "内容控件 {count} 处还没有填写，未导入",
    "sub_documents": "夹带的其他文档 {count} 个未导入",
    "too_deep": "嵌套过深的内容 {count} 处未导入",
}
TAKEN_OTHERWISE = {
    "boxes": "文本框 {count} 个，文字排在所在段落之后，请核对位置",
    "notes": "脚注、尾注 {count} 条，文中标作（注1），文字移到正文末尾",
    "merged_cells": "合并单元格 {count} 处已拆开，文字在第一格，请核对表格",
    "nested_tables": "单元格中的表格 {count} 个，文字并入该格，请核对",
    "cell_paragraphs": "单元格内分段 {count} 处，并作一行",
    "lone_cells": "表格中只有一格有字的 {count} 行，空格中补“—”",
    "empty_rows": "表格的空行 {count} 行未导入",
    "frames": "只有一行或一列的表格 {count} 个，按段落导入",
    "links": "超链接 {count} 处，只取文字",
    "ruby": "注音 {count} 处，只取正文",
    "number_formats": "编号样式{names}不认识，按阿拉伯数字编号，请核对",
}
SAID_ANYWAY = frozenset({"revisions", "comments", "hidden-text"})  # of the examination: the reader counts them better
FAULTS = {
    "too-long": "文字过长（正文最多 200,000 字），请拆分后再导入。",
    "unreadable": "不是完整的 Word 文档，读不出来。请在 Word 或 WPS 中打开并另存为 .docx 后再导入。",
    "damaged": "内容读不出来。请在 Word 或 WPS 中打开并另存为 .docx 后再导入。",
    "too-large": "结构过大，读不完。请拆分后再导入。",
    "too-complex": "结构过于复杂，读不完。请拆分后再导入。",
}


@dataclass(frozen=True)
class Taken:
    """`lines` of text; `told` sentences: first what was not taken, then what stands otherwise."""

    name: str
    lines: tuple[str, ...]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    """What the form holds now; `replaced` is the text that stood in it before, "" when nothing was replaced."""

    name: str
    typed: MultiValueDict
    told: tuple[str, ...]
    replaced: str = ""


def take(upload) -> Taken:
    """The text of an uploaded .docx. Raises Refused with every reason of the examination (docs/files.md)."""
    if upload is None:
        raise Refused("请先选择一个 Word 文件（.docx），再点“导入”。")
    name = safe_filename(upload.name or "")
    if extension_of(name) != DOCX:
        raise Refused(f"“{name}”不是 .docx 文件，不能导入。请在 Word 或 WPS 中另存为 .docx 后再导入。")
    if upload.size > BYTES:
        raise Refused(f"“{name}”超过 20 MB，不能导入。请压缩或删去图片后再导入。")
    folder = Path(settings.EGOV_TMP_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in upload.chunks():
                out.write(chunk)
        return read(Path(temporary), name)
    finally:
        Path(temporary).unlink(missing_ok=True)


def read(path: Path, name: str) -> Taken:
    """Examined by the one policy, then read in a process of its own."""
    examination = examine(path, name)
    if examination.refusals:
        raise Refused(*(f"“{name}”不能导入：{one.message}" for one in examination.refusals))
    found = probing.ask("word", path)
    if fault := found.get("fault"):
        raise Refused(f"“{name}”{FAULTS.get(fault, FAULTS['damaged'])}")
    lines = tuple(found["lines"])
    if not any(line.strip() for line in lines):
        raise Refused(f"“{name}”中没有可导入的文字（可能只有图片）。")
    warned = tuple(one.message for one in examination.warnings if one.code not in SAID_ANYWAY)
    return Taken(name, lines, sentences(found["told"]) + warned)


def sentences(told: list[dict]) -> tuple[str, ...]:
    """One sentence a code, what was not taken first."""
    rows = {row["code"]: row for row in told}
    return tuple(
        words.format(count=rows[code]["count"], names=_named(rows[code]["names"])) + "。"
        for code, words in {**NOT_TAKEN, **TAKEN_OTHERWISE}.items()
        if code in rows
    )


def _named(names: list[str]) -> str:
    return f"（{'、'.join(names)}）" if names else ""


def _title_of(lines: list[str], typed: str) -> str:
    """Takes it off `lines`: a first line that reads as a title, or the title that is there, on one line or several."""
    if not typed:
        return lines.pop(0) if lines and TITLE.match(lines[0]) else ""
    for count in range(1, 1 + min(len(lines), TITLE_LINES)):
        if "".join("".join(lines[:count]).split()) == "".join(typed.split()):
            del lines[:count]
            return typed
    return ""


def put_in(typed: MultiValueDict, taken: Taken, *, replaces: bool) -> Merged:
    """`taken` in the form's fields: behind what stands there, or in its place; the title where there is none yet."""
    lines, told = list(taken.lines), []
    before_title = typed.get("title", "").strip()
    title = _title_of(lines, before_title)
    if title and before_title:
        told.append("首行与标题相同，没有再导入正文。")
    elif title:
        told.append(f"首行“{title}”已填入标题。")
    while title and lines and not lines[0].strip():
        lines.pop(0)
    if title and lines and ADDRESSED.match(lines[0].strip()):
        told.append(f"主送行“{lines.pop(0).strip()}”没有导入正文：主送机关请在“主送”中选择，由系统排在标题下。")
    before = typed.get("body", "").replace("\r\n", "\n")
    kept = "" if replaces else before.rstrip("\n")
    text = "\n".join(lines)
    body = f"{kept}\n{text}" if kept.strip() else text
    if len(body) > CHARACTERS:
        raise Refused(f"导入后正文有 {len(body)} 字，最多 {CHARACTERS} 字。请拆分后再导入，原有文字没有改动。")
    merged = MultiValueDict({name: list(values) for name, values in typed.lists()})
    merged["body"] = body
    if title and not before_title:
        merged["title"] = title
    if kept.strip():
        told.append(f"接在原有文字（{len(kept)} 字）之后。")
    summary = f"共 {len(text)} 字、{len(lines)} 段（行）。"
    return Merged(taken.name, merged, (summary, *told, *taken.told), before if replaces and before.strip() else "")
