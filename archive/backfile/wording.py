"""The text of a cell in a column of text: kept as the web form keeps it (units.texts), refused or told where Excel or a
wrong encoding has changed it."""

import re
from typing import Protocol

from django.core.exceptions import ValidationError

from files.examination.secrecy import secret_marks
from units.texts import clean_line, clean_text, doubtful_characters

from . import formats
from .cells import EXACT_DIGITS, Cell, Kind
from .headings import COLUMNS

CODES = {"archival_code", "doc_number", "class_code"}
# what programs write for no value, and Excel for a logical one
EXPORTED = {"nan", "nat", "null", "none", "undefined", "<na>", "\\n", "(null)", "true", "false"}
GUARDED = ("'=", "'+", "'-", "'@")  # an apostrophe keeps text from being a formula; our own exports write it
_ERRORS = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|GETTING_DATA|#+)", re.IGNORECASE)
_POWER = re.compile(r"[+-]?\d(\.\d+)?E\+\d{1,3}", re.IGNORECASE | re.ASCII)
_CUT_OFF = re.compile(rf"\d{{{EXACT_DIGITS}}}0+", re.ASCII)
_SOFT_BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n"})
_LOST = re.compile(r"[\u4e00-\u9fff]\?+[\u4e00-\u9fff]|\?{2,}|锟斤拷|烫烫烫|屯屯屯")
# UTF-8 read as Windows-1252, not all of it any more: lead and trailing bytes of Chinese characters in a row
_WESTERN = re.compile("(?:[\u00c0-\u00ef][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,2}){2,}")
_HAN = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")


class Judged(Protocol):
    """What takes the findings: an Item."""

    def refuse(self, column: str, message: str, code: str = "row") -> None: ...
    def warn(self, column: str, message: str, code: str = "row") -> None: ...


def told_text(item: Judged, name: str, cell: Cell) -> str:
    """The text of `cell` for column `name`; every fault and doubt goes to `item`."""
    if cell.kind is Kind.DATE:
        told = f"{COLUMNS[name][0]}的单元格是日期（{cell.text[:20]}），原来写的是什么已不可知；请设为文本格式后重填。"
        item.refuse(name, told, "became-date")
        return ""
    if cell.kind is Kind.NUMBER:
        return _of_number(item, name, cell)
    given = cell.text.strip()
    if given[:2] in GUARDED:
        return _cleaned(item, name, given[1:])
    text = given[1:] if re.fullmatch(r"'[0-9]+", given) else given
    _judge_saved(item, name, text, cell.kind)
    return _cleaned(item, name, text)


def _of_number(item: Judged, name: str, cell: Cell) -> str:
    label = COLUMNS[name][0]
    if abs(cell.number) >= 10**EXACT_DIGITS:
        told = f"{label}是超过 {EXACT_DIGITS} 位的数字，Excel 已把后面的位数改为 0；请设为文本格式后重填。"
        item.refuse(name, told, "number-too-long")
        return ""
    padded = formats.zeros(cell.form)
    if not (padded or formats.is_plain(cell.form)) or (padded and not cell.is_whole) or cell.number < 0:
        told = f"{label}是带格式的数字（数值 {cell.text[:20]}），与显示的不同；请设为文本格式后重填。"
        item.refuse(name, told, "number-format")
        return ""
    if not cell.is_whole:
        told = f"{label}是带小数的数字“{cell.text[:20]}”，末尾的 0 可能已被 Excel 去掉；请设为文本格式后重填。"
        item.refuse(name, told, "number-fraction")
        return ""
    if name in CODES and not padded:
        item.warn(name, f"{label}是数字单元格“{cell.digits}”，若前面原有 0，已被 Excel 去掉，请核对。", "leading-zeros")
    return cell.digits.zfill(padded)


def _judge_saved(item: Judged, name: str, text: str, kind: Kind) -> None:
    """What Excel or another program wrote in the place of the value, when the table was saved as text."""
    label, bare = COLUMNS[name][0], text.strip()
    if _ERRORS.fullmatch(bare):
        item.refuse(name, f"{label}是错误值“{bare[:20]}”，请改为实际内容。", "error-value")
    elif bare.lower() in EXPORTED:
        item.refuse(name, f"{label}是“{bare}”，像是程序导出的空值或逻辑值，请改为实际内容或留空。", "exported-blank")
    elif bare.startswith("="):
        item.refuse(name, f"{label}是公式“{bare[:30]}”，不是结果，请改为实际内容。", "no-result")
    elif _POWER.fullmatch(bare):
        item.refuse(
            name, f"{label}“{bare[:20]}”是科学计数法，原来的数字已丢失；请设为文本格式后重填。", "number-too-long"
        )
    elif kind is Kind.LOOSE and _CUT_OFF.fullmatch(bare):
        told = f"{label}“{bare[:30]}”从第 {EXACT_DIGITS + 1} 位起全是 0，可能已被 Excel 改动，请与原件核对。"
        (item.refuse if len(bare) > EXACT_DIGITS + 2 else item.warn)(name, told, "number-too-long")


def _cleaned(item: Judged, name: str, text: str) -> str:
    label, longest = COLUMNS[name]
    clean = clean_text if name == "file" else clean_line  # each line of that column is a file
    try:
        cleaned = clean(text.translate(_SOFT_BREAKS), label=label, limit=longest)
    except ValidationError as error:
        for message in error.messages:
            item.refuse(name, message, "text")
        return ""
    if text and not cleaned and name == "title":
        item.refuse(name, "题名为空，请填写题名。")
    _judge_characters(item, name, cleaned)
    return cleaned


def _judge_characters(item: Judged, name: str, text: str) -> None:
    label = COLUMNS[name][0]
    if "\ufffd" in text or _LOST.search(text):
        is_lost = "?" not in text or "\ufffd" in text
        told = f"{label}“{text[:40]}”中有乱码或问号，可能是另存时丢了字，请与原件核对。"
        (item.refuse if is_lost else item.warn)(name, told, "lost-characters")
    elif (meant := misread(text)) or _WESTERN.search(text):
        likely = f"，可能应为“{meant[:30]}”" if meant else ""
        item.refuse(name, f"{label}是乱码“{text[:30]}”{likely}，请用 UTF-8 重新保存目录。", "mojibake")
    else:
        for doubt in doubtful_characters(text):
            item.warn(name, f"{label}{doubt}", "doubtful-characters")
    if name in ("title", "remark", "doc_number") and (marks := secret_marks(text)):
        item.refuse(
            name, f"{label}标有密级（{'、'.join(marks)}），本系统为非涉密网络，不得录入，请走机要渠道。", "secret"
        )


def misread(text: str) -> str:
    """What a text was before UTF-8 was read as GBK or Latin-1; "" when it makes sense as it stands."""
    if text.isascii():
        return ""
    for encoding in ("gb18030", "cp1252", "latin-1"):
        try:
            meant = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if meant != text and len(_HAN.findall(meant)) * 2 > len(meant.strip()) and len(_HAN.findall(meant)) > 1:
            return meant
    return ""
