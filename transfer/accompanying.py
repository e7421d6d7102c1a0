"""随附情况: the three things that go with each item (实施条例 30), held against what the record says of itself.

What cannot be is refused; what the unit may have reason for is asked about once more, and both sides see it.
"""

from collections.abc import Iterable

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


def disclosures(rows: Iterable[BatchItem], given: AccompanyInput) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """政府信息公开情况 → keys of the items (read with their records) that get it; what stands in records otherwise →
    places of those that are meant so all the same. Refused with what speaks against it.
    """
    found: dict[str, list[int]] = {}
    bare, both, against = [], [], dict[str, list[int]]()
    for item in rows:
        disclosure, attribute = given.disclosure, item.record.disclosure_attr
        if disclosure == AS_RECORDED:
            disclosure = OF_ATTRIBUTE[Disclosure(attribute)] if attribute else ""
            bare += [] if attribute else [item.position]
        found.setdefault(disclosure, []).append(item.pk)
        # what was published when it was made is open (国家档案馆档案开放办法): its opening is not postponed
        if disclosure == DisclosureState.PUBLISHED and given.opening == OpeningOpinion.POSTPONE:
            both.append(item.position)
        for told in unlike(item.record, given.opening, disclosure):
            against.setdefault(told, []).append(item.position)
    reasons = [f"第 {in_ranges(bare)} 件著录没有公开属性，请另行填写政府信息公开情况。"] if bare else []
    reasons += [f"第 {in_ranges(both)} 件已主动公开，不能同时建议延期开放。"] if both else []
    if against and not given.knows:
        reasons += [f"第 {in_ranges(places)} 件{told}，与所填不一致。" for told, places in against.items()]
        reasons.append("请更正；确认如此填写的，勾选“与著录不一致，确认如此填写”。")
    if reasons:
        raise Refused(*reasons)
    return found, against
