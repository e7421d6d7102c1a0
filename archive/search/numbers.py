"""A document number as people type it, without its brackets: 长民2026年4号, 长民2026-4, 长民 2026 4 (GB/T 9704 7.2.5)."""

import re
import unicodedata

_TYPED = re.compile(
    r"\s*([\u3400-\u9fff]{1,12}?)\s*[〔\[(]?\s*((?:19|20)\d{2})(?:\s*[〕\])])?(?P<gap>\s*年\s*|\s*[-－—–_/]\s*|\s+|)"
    r"第?\s*0*([1-9]\d{0,4})\s*(?P<end>号?)\s*"
)


def as_number(text: str) -> str:
    """长民〔2026〕4号 for what reads as that number and is not written so; "" for anything else."""
    line = unicodedata.normalize("NFKC", text)
    found = _TYPED.fullmatch(line)
    if found is None or not (found["gap"] or ("〕" in line or "]" in line or ")" in line)):
        return ""
    return f"{found[1]}〔{found[2]}〕{found[4]}号"
