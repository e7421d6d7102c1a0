"""A record with its paper in a box, and a stock check of it: for walks over all routes."""

from archive.models import Box
from archive.twins import boxes, owing, stock
from tests.kept import KEPT, KEPT_VISITS, kept

# rows of the permission matrix (tests/matrix.py) and of the query counts (tests/visits.py)
ON_PAPER = {
    **KEPT,
    "archive:owed": ("get", "", "4444424442444444s"),
    "archive:read_supply": ("post", "record", "uuuuuu4444444444s"),
    "archive:withdraw_supply": ("post", "record", "44444u4444444444s"),
    "archive:paper_alone": ("get", "", "4444424442444444s"),
    "archive:paper_print": ("get", "", "44444u444u444444s"),
    "archive:boxes": ("get", "", "4444424442444444s"),
    "archive:box": ("get", "box", "2442424444444444s"),
    "archive:edit_box": ("post", "box", "4444494444444444s"),
    "archive:check_box": ("post", "box", "44444u4444444444s"),
    "archive:stock": ("get", "", "4444424442444444s"),
    "archive:stock_check": ("get", "stock_check", "2442424444444444s"),
    "archive:take_out_of_box": ("post", "record", "44444u4444444444s"),
    "archive:stamped": ("get", "record", "2222224444444444s"),
}
PAPER_VISITS = {
    **KEPT_VISITS,
    "archive:owed": ("D07:archivist", "", ""),
    "archive:paper_alone": ("D07:archivist", "", ""),
    "archive:paper_print": ("D07:archivist", "", "?what=stamps&ahead=on"),
    "archive:boxes": ("D07:archivist", "", "?year=2016"),
    "archive:box": ("D07:archivist", "box", ""),
    "archive:stock": ("D07:archivist", "", ""),
    "archive:stock_check": ("D07:archivist", "stock_check", ""),
    "archive:stamped": ("D07:archivist", "record", ""),
}


def on_paper(record, people, *others, unit: str = "D07") -> dict:
    by = people[f"{unit}:archivist"]
    owing.register_paper([record.uid, *(one.uid for one in others)], by=by)
    boxes.pack(record.unit, record.year, by=by, packing=boxes.Packing())
    box = Box.objects.get(items__record=record)
    checked = stock.check(record.unit, "Z999-WS·1990-Y-BGS-0001", by=by, box=box)  # what should lie there is missing
    for _ in others:
        stock.check(record.unit, record.archival_code, by=by, box=box)
    return {"box": {"uid": box.uid}, "stock_check": {"uid": checked.uid}, **kept(record, people, *others, unit=unit)}
