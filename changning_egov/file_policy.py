"""docs/files.md: what is taken, what is refused, and what is said, drawn from the policy in the code."""

from collections.abc import Iterable

from django.conf import settings

from files.examination.foreign import FOREIGN
from files.examination.formats import KINDS
from files.examination.policy import RULES, SECTIONS, VERDICTS
from files.text import has_text

PLACE = settings.BASE_DIR / "docs" / "files.md"
HEAD = """# Files: one policy

Drawn from the code by `manage.py draw_files` (`files/examination/policy.py`, `formats.py`, `foreign.py`); do not edit.
A test holds that this text is current. The same examination judges attachments, scans of incoming documents and the
files of a back-file. 拒收: nothing is stored. 接收并提示: stored byte for byte, the sentence is kept with the file, stands
beside it on the page and in the inspection (3-3). What no line names is 接收.

Nobody is told that a file is free of viruses unless a scanner has looked: without `EGOV_CLAMAV_SOCKET`, and where clamd
does not answer, a file is 未查毒, and inspection item 4-2 is 未检.

Text is taken for search and for marks of secrets where the last column says so: deleted, hidden and commented text and
headers are looked at for marks, but are not found by search. Pictures, and PDF without a text layer, are not read.
"""


def drawn() -> str:
    """The whole of docs/files.md."""
    parts = [HEAD, "## 可接收的格式\n", _kinds(), "## 不接收的格式\n", _foreign()]
    for head, rules in SECTIONS.items():
        rows = [(rule.kind, VERDICTS[rule.verdict], rule.sentence, f"`{rule.code}`") for rule in rules]
        parts += [f"## {head}\n", _table(("情形", "结论", "提示语", "代号"), rows)]
    return "\n".join(parts)


def _kinds() -> str:
    rows = [
        (
            kind.label,
            "、".join(kind.extensions),
            "接收并提示" if kind.is_old else "接收",
            kind.format_id or "按所读版本",
            "是" if has_text(kind.mime) else "",
        )
        for kind in KINDS.values()
    ]
    return _table(("格式", "扩展名", "结论", "PRONOM", "取文字"), rows)


def _foreign() -> str:
    verdict = VERDICTS[RULES["foreign-format"].verdict]
    rows = [
        (one.label, verdict, RULES["foreign-format"].sentence.format(label=one.label, advice=one.advice))
        for one in FOREIGN
    ]
    return _table(("格式", "结论", "提示语"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines)
