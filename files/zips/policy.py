"""What one caller of the reader allows: limits, and the oddities that are lawful there."""

import re
from dataclasses import dataclass

LEADS_OUT = r"[\x00-\x1f\x7f\\]|^/|^[A-Za-z]:|(^|/)\.\.?(/|$)|//"


@dataclass(frozen=True)
class Policy:
    """Limits in bytes; None is no limit.

    max_ratio           unpacked to packed, of all entries together, asked above `ratio_free_bytes`
    ratio_of_each       the ratio is asked of every entry too, when it is read
    takes_comment       text after the directory is lawful
    takes_inner_ends    an end mark inside an entry's data is lawful (a stored .docx in a container has one)
    names_legacy        a name without the UTF-8 mark that is not ASCII is told
    headers_exact       both headers of an entry must agree in every flag and in the moment, not only in what is read
    folds_case          names that differ in case only are one name
    """

    max_entries: int | None = 20_000
    max_directory_bytes: int = 16 * 2**20
    max_unpacked_bytes: int | None = 512 * 2**20
    max_ratio: int = 200  # office XML packs up to about 100 : 1, a bomb up to 1032 : 1
    ratio_free_bytes: int = 4 * 2**20  # below this size the ratio does no harm
    ratio_of_each: bool = False
    bad_name: re.Pattern = re.compile(LEADS_OUT)
    takes_comment: bool = True
    takes_inner_ends: bool = False
    names_legacy: bool = False
    headers_exact: bool = False
    folds_case: bool = True

    def folded(self, name: str) -> str:
        return (name.casefold() if self.folds_case else name).rstrip("/")

    def is_bomb(self, unpacked: int, packed: int) -> bool:
        return unpacked > self.ratio_free_bytes and unpacked > self.max_ratio * max(packed, 1)
