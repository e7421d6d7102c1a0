"""What is to be known of a paper's files, each sentence once with the names it is about, and whether one may go on."""

from collections.abc import Iterable
from dataclasses import dataclass

from units.findings import REFUSE

NOT_SCANNED, NOT_LOOKED_AT = "not-scanned", "未查毒。"


@dataclass(frozen=True)
class FileHint:
    """`bars`: as long as this file is there, 送审, 签发 and 分发 are refused (conditions.files_are_sound)."""

    message: str
    names: tuple[str, ...]
    bars: bool = False


def hints_of(files: Iterable) -> list[FileHint]:
    """Of rows of Attachment; what bars stands first."""
    found: dict[tuple[str, bool], list[str]] = {}
    for one in files:
        stored = one.stored_file
        said = [(finding["message"], finding["severity"] == REFUSE) for finding in stored.findings]
        if not stored.scanned_with and not any(finding.get("code") == NOT_SCANNED for finding in stored.findings):
            said.append((NOT_LOOKED_AT, False))
        for key in dict.fromkeys(said):
            found.setdefault(key, []).append(one.title_shown)
    hints = [FileHint(message, tuple(names), bars) for (message, bars), names in found.items()]
    return sorted(hints, key=lambda hint: not hint.bars)
