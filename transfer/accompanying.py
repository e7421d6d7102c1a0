"""随附情况: the three things that go with each item (实施条例 30), held against what the record says of itself.

What cannot be is refused; what the unit may have reason for is asked about once more, and both sides see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from archive import opening
from archive.models import Record
from archive.states import Access
from documents.states import Direction, Disclosure
from units.workflow import Refused

from .inputs import AccompanyInput
from .models import BatchItem
from .places import in_ranges
from .states import DisclosureState, OpeningOpinion

AS_RECORDED = "as_recorded"  # 政府信息公开情况 by each record's own 公开属性
OF_ATTRIBUTE = {
    Disclosure.PROACTIVE: DisclosureState.PUBLISHED,
    Disclosure.ON_REQUEST: DisclosureState.ON_REQUEST,
    Disclosure.NOT_DISCLOSED: DisclosureState.NOT_DISCLOSED,
}


def unlike(record: Record, opening: str, disclosure: str) -> list[str]:
    """In which points what is said of the record is other than what stands in it."""
    found = []
    meant = OF_ATTRIBUTE[Disclosure(record.disclosure_attr)] if record.disclosure_attr else None
    # what another body made, or what is kept back, may not be this unit's to publish at all
    is_others = disclosure == DisclosureState.NOT_MEANT and (
        record.direction == Direction.INCOMING or meant == DisclosureState.NOT_DISCLOSED
    )
    if meant is not None and disclosure and disclosure != meant and not is_others:
        found.append(f"著录的公开属性为“{record.get_disclosure_attr_display()}”")
    if opening == OpeningOpinion.OPEN and record.access_status in (Access.POSTPONED, Access.CONTROLLED):
        until = f"至 {record.postponed_until.isoformat()}" if record.postponed_until else ""
        found.append(f"著录的开放状态为“{record.get_access_status_display()}”{until}")
    if opening == OpeningOpinion.POSTPONE and record.access_status == Access.OPEN:
        found.append("著录的开放状态为“开放”")
    return found


@dataclass(frozen=True)
class Filled:
    """政府信息公开情况 → keys of the items that get it; whether records say otherwise and it is meant so all the same;
    a sentence for each kind of item that gets nothing, as in 开放审核."""

    by_disclosure: dict[str, list[int]]
    is_unlike: bool
    skipped: tuple[str, ...] = ()


def _asked_about(odd: list[int], against: dict[str, list[int]]) -> list[str]:
    """A line for each thing that the unit may have reason for, with its places, and what is to be done."""
    reasons = [f"第 {in_ranges(odd)} 件填为不予公开而建议开放，前后不一致。"] if odd else []
    reasons += [f"第 {in_ranges(places)} 件{told}，与所填不一致。" for told, places in against.items()]
    return [*reasons, "请更正；确认如此填写的，勾选“与著录不一致，确认如此填写”。"] if reasons else []


def disclosures(rows: Iterable[BatchItem], given: AccompanyInput) -> Filled:
    """Of items read with their records. Refused where none can be filled so, or the records speak against it."""
    found: dict[str, list[int]] = {}
    bare, both, odd, against = [], [], [], dict[str, list[int]]()
    for item in rows:
        disclosure, attribute = given.disclosure, item.record.disclosure_attr
        if disclosure == AS_RECORDED:
            if not attribute:
                bare.append(item.position)
                continue
            disclosure = OF_ATTRIBUTE[Disclosure(attribute)]
        if disclosure == DisclosureState.PUBLISHED and given.opening == OpeningOpinion.POSTPONE:
            both.append(item.position)
            continue
        found.setdefault(disclosure, []).append(item.pk)
        if disclosure == DisclosureState.NOT_DISCLOSED and given.opening == OpeningOpinion.OPEN:
            odd.append(item.position)
        for told in unlike(item.record, given.opening, disclosure):
            against.setdefault(told, []).append(item.position)
    skipped = [f"第 {in_ranges(bare)} 件著录没有公开属性，请另行填写政府信息公开情况。"] if bare else []
    skipped += [f"第 {in_ranges(both)} 件{opening.stays_open('同时建议')}。"] if both else []
    reasons = [] if given.knows else _asked_about(odd, against)
    if reasons or not found:
        raise Refused(*skipped, *reasons)
    return Filled(found, bool(against or odd), tuple(skipped))
