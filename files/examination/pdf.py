"""PDF: what the probe saw, said in the policy's sentences. Inspection items 2-7, 3-3, 3-4, 3-8 (DA/T 70—2018)."""

from pathlib import Path

from files import probing
from files.probing.pdf import probe
from units.texts import some_of

from .formats import KINDS
from .ole import tell_embedded
from .words import NAMED, look_at_words

_VERSIONS = {
    "1.0": "fmt/14", "1.1": "fmt/15", "1.2": "fmt/16", "1.3": "fmt/17", "1.4": "fmt/18",
    "1.5": "fmt/19", "1.6": "fmt/20", "1.7": "fmt/276", "2.0": "fmt/1129",
}  # fmt: skip
PDFA = {  # part and level of ISO 19005, as the file declares them → PRONOM
    "1a": "fmt/95", "1b": "fmt/354", "2a": "fmt/476", "2b": "fmt/477", "2u": "fmt/478",
    "3a": "fmt/479", "3b": "fmt/480", "3u": "fmt/481", "4": "fmt/1910", "4e": "fmt/1911", "4f": "fmt/1912",
}  # fmt: skip
_FAULTS = {
    "encrypted": "encrypted",
    "too-large": "pdf-too-complex",
    "too-complex": "pdf-too-complex",
    "damaged": "pdf-damaged",
}
_ACTIVE = {
    "javascript": "pdf-javascript",
    "launch": "pdf-launch",
    "submit": "pdf-submit",
    "remote": "pdf-remote",
    "xfa": "pdf-xfa",
    "other-file": "pdf-other-file",
    "media": "pdf-media",
}
_WITH_FILES = ("3a", "3b", "3u", "4f", "4e")  # parts of ISO 19005 that let any file be embedded


def pdf_pages(path: Path) -> int | None:
    """Number of pages of the PDF at `path`; None for what is no PDF or cannot be opened."""
    return probing.ask("pdf", path, "pages").get("pages") or None


def look(path, seen, *, made_here=False):
    """Fill `seen` (findings.Seen) from the PDF at `path`."""
    seen.is_kind(KINDS["pdf"])
    words = None
    if made_here:
        found = probe(path, pages_only=False)
    else:
        found, words = probing.ask_first("pdf_words", path)
    if "fault" in found:
        seen.tell(_FAULTS[found["fault"]])
        return
    seen.pages = found["pages"]
    untrue = _untrue(found)
    seen.format_id = ("" if untrue else PDFA.get(found["pdfa"])) or _VERSIONS.get(found["version"], "")
    if not found["pages"]:
        seen.tell("pdf-no-pages")
    if found["encrypted"]:
        seen.tell("encrypted")
    if not found["whole"]:
        seen.tell("pdf-too-complex")
    _tell_pdfa(found, untrue, seen)
    for active in _ACTIVE:
        if active in found["active"]:
            seen.tell(_ACTIVE[active])
    tell_embedded(found["files"], found["programs"], found["file_count"], seen)
    _warn(found, seen)
    if found["pages"] and not found["encrypted"] and not made_here:
        look_at_words(path, "pdf", seen, words)


def _untrue(found):
    """Why a declared PDF/A is none, as far as can be seen without a validator (ISO 19005, 6.1 to 6.6)."""
    if not found["pdfa"]:
        return []
    reasons = []
    if found["pdfa"] not in PDFA:
        reasons.append("没有这一级别")
    if found["fonts"]:
        reasons.append("字体未嵌入")
    if found["encrypted"]:
        reasons.append("已加密")
    if {"javascript", "launch", "submit", "media", "xfa"} & set(found["active"]):
        reasons.append("带有脚本、动作或音视频")
    if found["file_count"] and found["pdfa"] not in _WITH_FILES:
        reasons.append("内嵌有其他文件")
    if found["lzw"]:
        reasons.append("使用了禁用的压缩方法")
    if not found["identified"] and not found["pdfa"].startswith("4"):
        reasons.append("没有文件标识")
    return reasons


def _tell_pdfa(found, untrue, seen):
    if untrue:
        seen.tell("pdf-false-pdfa", part=found["pdfa"].upper()[:1] + found["pdfa"][1:], why="、".join(untrue))
    elif found["pdfa"] not in PDFA:
        seen.tell("pdf-not-pdfa")


def _warn(found, seen):
    """What does not hinder use today but long-term keeping."""
    if found["version"] not in _VERSIONS:
        seen.tell("pdf-version", version=found["version"][:10])
    if found["fonts"]:
        seen.tell("pdf-fonts", names=some_of(found["fonts"], NAMED))
    if found["repaired"]:
        seen.tell("pdf-repaired")
    elif found["syntax"]:
        seen.tell("pdf-syntax", count=found["syntax"])
