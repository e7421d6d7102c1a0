"""清点: codes that a scanner or a person gives, against what should lie there. The result is kept as a row."""

import re
from collections import Counter
from uuid import UUID

from django.db import transaction

from units import audit
from units.models import Unit
from units.workflow import Refused

from .. import old_codes
from ..codes import folded
from ..disposed import destroyed_told, not_here, with_destruction
from ..models import Box, PaperLoan, Record, StockCheck
from ..paper_since import with_paper as with_paper_since
from .owing import with_paper

MOST = 20_000  # codes of one check
ADDRESS = re.compile(r"/records/([0-9a-f]{8}-[0-9a-f-]{27})")
APART = re.compile(r"[\s,;，；、]+")


def codes_in(text: str) -> list[str]:
    """What was scanned or typed, one after the other: 档号, or the address that a label's QR code bears."""
    found = [piece for piece in APART.split(text) if piece]
    if not found:
        raise Refused("请扫描或输入档号，每行一个。")
    if len(found) > MOST:
        raise Refused(f"一次最多清点 {MOST:,} 个档号，现有 {len(found):,} 个，请分盒清点。")
    return found


def expected_of(unit: Unit, *, box: Box | None = None, year: int | None = None):
    """Items whose paper should lie there: of a box, else of a year, else of the unit."""
    rows = Record.objects.unguarded("codes of the unit's own paper, for whoever may arrange it")
    rows = with_paper(rows.filter(unit=unit, custodian=unit))
    if box is not None:
        return rows.filter(boxed__box=box)
    return rows.filter(year=year) if year else rows


def loans_of(expected: dict):
    """What of it is lent: not missing, and known with whom."""
    return PaperLoan.objects.filter(record__uid__in=expected, returned_on=None).select_related("record")


@transaction.atomic
def check(unit: Unit, text: str, *, by, box: Box | None = None, year: int | None = None) -> StockCheck:
    """Compare and keep. Refused when nothing was given or nothing should lie there."""
    given = codes_in(text)
    expected = dict(expected_of(unit, box=box, year=year).order_by("archival_code").values_list("uid", "archival_code"))
    if not expected:
        raise Refused("清点范围内没有登记纸质件。")
    codes_read, old = as_numbered_now(read_codes(given), unit)
    read = Counter(codes_read)
    codes = {folded(code): code for code in expected.values()}
    here = {code for code in read if code in codes}
    out = {folded(one.record.archival_code): one for one in loans_of(expected)}
    scope = str(box) if box is not None else f"{year}年度" if year else "全部纸质件"
    row = StockCheck.objects.create(
        unit=unit, box=box, scope=scope, expected=len(expected),
        found=sorted(codes[code] for code in here),
        missing=sorted(code for key, code in codes.items() if key not in here and key not in out),
        lent=sorted([codes[key], f"{one.borrower_unit} {one.borrower}，{one.due_on} 应还"] for key, one in out.items()
                    if key not in here),
        strange=_told(sorted(set(read) - here), unit),
        doubled=sorted(codes.get(code, code) for code, times in read.items() if times > 1),
        outdated=[[code, old_codes.told(record)] for code, record in sorted(old.items())],
        checked_by=by,
    )  # fmt: skip
    audit.record(
        "check_stock", "清点", row, by=by, expected=row.expected, found=len(row.found), missing=len(row.missing),
        strange=len(row.strange), doubled=len(row.doubled),
    )  # fmt: skip
    return row


def read_codes(given: list[str]) -> list[str]:
    """Folded codes; an address is read as the code of its record, whoever's it is."""
    uids = {piece: UUID(found[1]) for piece in given if (found := ADDRESS.search(piece.lower()))}
    known = dict(
        Record.objects.unguarded("a label that was scanned bears its record's code anyway")
        .filter(uid__in=set(uids.values()))
        .values_list("uid", "archival_code")
    )
    return [folded(known.get(uids[piece], piece) if piece in uids else piece) for piece in given]


def as_numbered_now(read: list[str], unit: Unit) -> tuple[list[str], dict[str, Record]]:
    """`read` with today's code for each that a record of `unit` gave up, and which these are: the stamp is old."""
    old = {code: row for code, row in old_codes.renumbered(set(read)).items() if row.unit_id == unit.pk}
    return [folded(old[code].archival_code) if code in old else code for code in read], old


def _told(strange: list[str], unit: Unit) -> list[list[str]]:
    """Each strange code with what is known of it in the unit's own catalogue."""
    rows = Record.objects.unguarded("the unit's own catalogue").items().filter(unit=unit, archival_code__in=strange)
    found = list(with_paper_since(with_destruction(rows.select_related("boxed__box"))))
    known = {row.archival_code: row for row in found}
    return [[code, _place(known.get(code))] for code in strange]


def missing_of(check: StockCheck) -> list[tuple[str, Record | None]]:
    """(code, its record with its box) of what was not found: where somebody has to look."""
    rows = Record.objects.unguarded("the unit's own catalogue, for whoever may see its stock checks").items()
    known = {
        row.archival_code: row
        for row in rows.filter(unit=check.unit_id, archival_code__in=check.missing).select_related("boxed__box")
    }
    return [(code, known.get(code)) for code in check.missing]


def _place(record: Record | None) -> str:
    if record is None:
        return "本单位目录中没有这个档号"
    if gone := destroyed_told(record) or not_here(record):
        return f"{gone}，纸质件其后补交" if record.came_pages is not None else gone
    boxed = getattr(record, "boxed", None)
    if boxed is not None and boxed.box_id:
        return f"应在{boxed.box}"
    return "已登记纸质件，未装盒" if record.paper_exists else "目录中没有登记纸质件"
