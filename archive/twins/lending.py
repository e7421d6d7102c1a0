"""借阅: paper lent and taken back, one row each, and the 借阅登记簿 (S-14; domain 5.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from units import audit
from units.access import may
from units.models import Unit
from units.texts import some_of, too_long
from units.workflow import Refused, patiently

from .. import old_codes
from ..disposed import listed_among, listed_told, not_here
from ..models import BoxItem, PaperLoan, Record
from ..named_approvers import named_fault
from ..states import State
from . import stock
from .owing import with_paper

LONGEST = timedelta(days=366)
AT_ONCE = 100  # items of one loan
TOLD = 5  # items that a sentence names
COLUMNS = (
    ("序号", 12), ("借出日期", 22), ("档号", 50), ("题名", 60), ("借阅人", 22), ("借阅单位", 30), ("目的", 28), ("应还", 22),
    ("归还", 22),
)  # fmt: skip


@dataclass(frozen=True)
class Lending:
    """To whom, why, until when, and who agreed."""

    borrower: str
    borrower_unit: str
    purpose: str
    approved_by: str
    due_on: date
    phone: str = ""

    def faults(self, unit: Unit, by) -> list[str]:
        today = timezone.localdate()
        asked = (("借阅人", self.borrower), ("借阅单位", self.borrower_unit), ("借阅目的", self.purpose),
                 ("批准人", self.approved_by))  # fmt: skip
        found = [f"请填写{label}。" for label, given in asked if not given.strip()]
        found.append(named_fault(self.approved_by, unit, by))
        if self.due_on < today:
            found.append("应还日期不能早于今天。")
        elif self.due_on > today + LONGEST:
            found.append("一次最长借一年，到期可归还后再借。")
        return found


def lent_out(rows):
    """Of `rows` (records) those whose paper is in somebody's hands."""
    return rows.filter(Exists(PaperLoan.objects.filter(record=OuterRef("pk"), returned_on=None)))


def lent_of(rows) -> list[Record]:
    """Of `rows` (records) those that are lent, in their order, each with its `loan`."""
    return with_loans(lent_out(rows).order_by("archival_code", "pk"))


def told_boxed(lent: list[Record]) -> str:
    """What was given a box while it was in somebody's hands; "" where nothing was."""
    boxed = dict(BoxItem.objects.filter(record__in=lent, box__isnull=False).values_list("record", "box__number"))
    told = [
        f"“{one}”（{one.loan.borrower_unit} {one.loan.borrower}，{one.loan.due_on} 应还，归还后放入第{boxed[one.pk]}盒）"
        for one in lent
        if one.pk in boxed
    ]
    return f"其中 {len(told)} 件借出在外：{some_of(told, TOLD)}。" if told else ""


def with_loans(rows) -> list[Record]:
    """`rows` (records) read, each with its open loan as `loan`, None where the paper is in its place; two queries."""
    found = list(rows)
    out = loans_of(one.pk for one in found)
    for one in found:
        one.loan = out.get(one.pk)
    return found


def loans_of(keys: Iterable[int]) -> dict[int, PaperLoan]:
    """Of these records (keys), those whose paper is in somebody's hands; no query for none."""
    wanted = list(keys)
    rows = PaperLoan.objects.filter(record__in=wanted, returned_on=None) if wanted else ()
    return {one.record_id: one for one in rows}


def overdue(unit: Unit) -> int:
    """How many items should have been back by today."""
    return PaperLoan.objects.filter(unit=unit, returned_on=None, due_on__lt=timezone.localdate()).count()


def lend(unit: Unit, text: str, lending: Lending, *, by) -> list[PaperLoan]:
    """The paper of the items in `text` leaves the unit's boxes, all or none. Refused with every reason.

    `text`: what was typed or scanned, 档号 or the addresses on labels.
    """
    wanted = list(dict.fromkeys(codes_of(text, unit)[0]))
    found = lending.faults(unit, by)
    if len(wanted) > AT_ONCE:
        found.append(f"一次最多借出 {AT_ONCE} 件，现有 {len(wanted)} 件。")
    if found := [one for one in found if one]:
        raise Refused(*found)
    with patiently(), transaction.atomic():
        rows = Record.objects.allowing("arrange", by).filter(unit=unit, archival_code__in=wanted)
        rows = list(rows.select_for_update(of=("self",)).select_related("unit").order_by("archival_code", "pk"))
        if reasons := _bars(rows, wanted):
            raise Refused(*reasons)
        made = PaperLoan.objects.bulk_create(
            PaperLoan(
                unit=unit, record=row, borrower=lending.borrower.strip(), borrower_unit=lending.borrower_unit.strip(),
                phone=lending.phone.strip(), purpose=lending.purpose.strip(), approved_by=lending.approved_by.strip(),
                lent_by=by, due_on=lending.due_on,
            )
            for row in rows
        )  # fmt: skip
        audit.record_many(
            "lend_paper", "借出纸质件", rows, by=by, seat=audit.seat_for(by, rows[0], "arrange"), opinion=lending.purpose,
            borrower=f"{lending.borrower_unit} {lending.borrower}", due_on=str(lending.due_on),
        )  # fmt: skip
    return made


def codes_of(text: str, unit: Unit) -> tuple[list[str], dict[str, Record]]:
    """The codes of today of what was typed or scanned, and the records whose paper bears a code that is void."""
    return stock.as_numbered_now(stock.read_codes(stock.codes_in(text)), unit)


def stamps_told(text: str, unit: Unit) -> list[str]:
    """A sentence for every old stamp among what was typed or scanned."""
    return [f"“{code}”{old_codes.told(record)}。" for code, record in sorted(codes_of(text, unit)[1].items())]


def _bars(rows: Sequence[Record], wanted: Sequence[str]) -> list[str]:
    known = {row.archival_code for row in rows}
    found = [f"“{code}”不在本单位保管的档案中，请核对档号。" for code in wanted if code not in known]
    keys = [row.pk for row in rows]
    here = set(
        with_paper(Record.objects.unguarded("of rows just allowed").filter(pk__in=keys)).values_list("pk", flat=True)
    )
    gone = {row.pk for row in rows if row.state != State.FILED}
    found += [f"“{row.archival_code}”{_why_gone(row)}，不能借出。" for row in rows if row.pk in gone]
    listed = listed_among(keys)
    found += [f"“{row.archival_code}”{listed_told(listed[row.pk], '借出')}" for row in rows if row.pk in listed]
    found += [f"“{row.archival_code}”没有登记纸质件，不能借出。" for row in rows if row.pk not in here | gone]
    out = PaperLoan.objects.filter(record__in=keys, returned_on=None).select_related("record").order_by("pk")
    found += [f"“{one.record.archival_code}”已借给{one.borrower}，{one.due_on} 应还。" for one in out]
    return found[:20]


def _why_gone(row: Record) -> str:
    """Its state is the reason, not its paper."""
    return not_here(row).partition("，")[0]


def take_back(loan: PaperLoan, *, by, condition: str = "") -> PaperLoan:
    """Its return, and in what state it came. Refused when it is back already."""
    condition = condition.strip()
    with patiently(), transaction.atomic():
        row = PaperLoan.objects.select_for_update(of=("self",)).select_related("record", "unit").get(pk=loan.pk)
        found = [
            "" if may(by, "return", row) else "只有本单位档案员可以登记归还。",
            f"“{row.record.archival_code}”已于 {row.returned_on} 归还。" if row.returned_on else "",
            too_long(condition, 200, "归还情况"),
        ]
        if found := [one for one in found if one]:
            raise Refused(*found)
        row.returned_on, row.returned_to, row.condition = timezone.localdate(), by, condition
        row.save(update_fields=["returned_on", "returned_to", "condition"])
        audit.record(
            "return_paper", "归还纸质件", row.record, by=by, through="arrange", opinion=condition, borrower=row.borrower
        )
    return row


def lines_of(loans: Iterable[PaperLoan]) -> list[tuple[str, ...]]:
    """COLUMNS of the 借阅登记簿, in the order of `loans`."""
    return [
        (
            str(place), str(one.lent_on), one.code_shown, one.record.title, one.borrower, one.borrower_unit,
            f"{one.purpose}；{one.approver_told}", str(one.due_on),
            " ".join(filter(None, (str(one.returned_on or ""), one.condition))),
        )
        for place, one in enumerate(loans, start=1)
    ]  # fmt: skip
