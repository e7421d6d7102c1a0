"""What is to be known of a paper's files, each sentence once with the names it is about, and whether one may go on.

That a site has no virus scanner concerns none of its papers: it is said where a file is added (documents/forms.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from units.findings import REFUSE

NOT_SCANNED, NOT_LOOKED_AT = "not-scanned", "未查毒。"


def unscanned() -> str:
    """Behind what is said of a box for files, where nobody looks at them; "" where a scanner does."""
    return "" if settings.EGOV_CLAMAV_SOCKET else "；本系统没有接查毒服务，文件未查毒，请先自行查毒"


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
        if (
            settings.EGOV_CLAMAV_SOCKET
            and not stored.scanned_with
            and not any(finding.get("code") == NOT_SCANNED for finding in stored.findings)
        ):
            said.append((NOT_LOOKED_AT, False))
        for key in dict.fromkeys(said):
            found.setdefault(key, []).append(one.title_shown)
    hints = [FileHint(message, tuple(names), bars) for (message, bars), names in found.items()]
    return sorted(hints, key=lambda hint: not hint.bars)
