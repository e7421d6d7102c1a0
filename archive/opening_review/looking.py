"""Who of a round has opened what it decides on."""

from collections.abc import Sequence

from ..models import OpeningRound, OpeningVerdict, Record
from ..ticking import unopened


def opened_by_none(row: OpeningRound, records: Sequence[Record], *, by) -> int:
    """How many of `records`, none of which `by` has opened, nobody else who had a part in the round has opened either:
    who judged or passed it on, whose unit's opinion it was."""
    if not records:
        return 0
    persons = set(OpeningVerdict.objects.filter(item__round=row).values_list("by", flat=True).distinct())
    persons |= {row.first_by_id, row.second_by_id, by.pk}
    for pair in row.consultations.values_list("answered_by", "signed_by"):
        persons.update(pair)
    return len(unopened([(one, one.component_count) for one in records], *sorted(filter(None, persons))))
