"""What a page is made of: everything that is printed, as plain values."""

from dataclasses import dataclass
from datetime import date
from typing import Any

STANDARD, LETTER, ORDER, MINUTES = "standard", "letter", "order", "minutes"
LAYOUTS = {STANDARD: "文件", LETTER: "信函", ORDER: "命令", MINUTES: "纪要"}
SEAL_DIAMETER = 45.0  # mm; the widest there is (国发〔1999〕25号)
STAMP_WIDTH = 32.0  # mm of a 签名章, at most half as high: two rows. No rule gives its size


@dataclass(frozen=True)
class Seal:
    """A seal's picture as SVG text; without one a circle that says 样章 is drawn, and never a national emblem."""

    name: str = ""
    diameter: float = SEAL_DIAMETER  # mm
    svg: str = ""


@dataclass(frozen=True)
class Enclosure:
    """An attachment that is bound with the text: title, text (one paragraph a line), number (0: the only one).

    `pages` are those of a finished PDF (paper.binding.Bound), which stand in the text's place.
    """

    title: str
    body: str
    number: int = 0
    pages: tuple[Any, ...] = ()


@dataclass(frozen=True)
class PageInput:
    """Everything that is printed. Texts are plain; `body` has one paragraph a line; dates are local.

    `co_…` are those of a joint issue behind the leading body. `sealed`: room for the seal is left (GB/T 9704, 7.3.5.1);
    `seals` are drawn there, as many as there are, in the order of the signatures. `stamped`: the same of an order, for
    the 签名章 of each who signed it, whose name is then not set; `titles` are their 职务 (7.3.5.3).
    """

    form: str
    issuing_mark: str
    doc_number: str
    title: str
    body: str
    signatory_name: str = ""
    urgency: str = ""
    main_recipients: str = ""
    attachments: tuple[str, ...] = ()
    issuer_signature: str = ""
    document_date: date | None = None
    note: str = ""
    cc_recipients: str = ""
    printing_agency: str = ""
    printing_date: date | None = None
    copy_number: str = ""
    co_marks: tuple[str, ...] = ()
    co_signatures: tuple[str, ...] = ()
    co_signatories: tuple[str, ...] = ()
    signatory_title: str = ""
    attendance: tuple[tuple[str, str], ...] = ()  # (出席, names) of 纪要
    enclosures: tuple[Enclosure, ...] = ()
    sealed: bool = True
    seals: tuple[Seal, ...] = ()
    stamped: bool = False
    co_titles: tuple[str, ...] = ()

    @property
    def signatures(self) -> tuple[str, ...]:
        return tuple(name for name in (self.issuer_signature, *self.co_signatures) if name)

    @property
    def signatories(self) -> tuple[str, ...]:
        return tuple(name for name in (self.signatory_name, *self.co_signatories) if name)

    @property
    def titles(self) -> tuple[str, ...]:
        """As many as there are signatories."""
        found = (self.signatory_title, *self.co_titles)
        return tuple(found[place] if place < len(found) else "" for place in range(len(self.signatories)))

    @property
    def names(self) -> frozenset[str]:
        """Bodies that are named on the page: a title is never broken inside one."""
        found = [*self.signatures, self.printing_agency, self.issuing_mark.removesuffix("文件"), *self.co_marks]
        for text in (self.main_recipients, self.cc_recipients):
            found += text.split("、")
        return frozenset(name for name in found if len(name) > 1)


def chinese_date(day: date) -> str:
    """No leading zeros (7.3.5)."""
    return f"{day.year}年{day.month}月{day.day}日"
