"""Whose eyes were on a round: who had a part in it."""

from ..models import OpeningRound, OpeningVerdict


def persons_in(row: OpeningRound) -> list[int]:
    """Keys of whoever judged or passed it on, or gave a unit's opinion of it."""
    persons = set(OpeningVerdict.objects.filter(item__round=row).values_list("by", flat=True).distinct())
    persons |= {row.first_by_id, row.second_by_id}
    for pair in row.consultations.values_list("answered_by", "signed_by"):
        persons.update(pair)
    return sorted(one for one in persons if one is not None)
