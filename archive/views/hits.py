"""What a hit of the search shows, as values: its row is kept by them (units/kept_parts.py)."""

from typing import NamedTuple


class Hit(NamedTuple):
    """All that archive/_hit.html shows of a record."""

    url: str
    title: str
    archival_code: str
    doc_number: str
    unit: str
    date: str
    state: str
    state_words: str
    snippet: str

    def get_state_display(self) -> str:
        return self.state_words


def hits_of(records) -> list[Hit]:
    """Of records read `for_list`, each with a `snippet`."""
    return [
        Hit(
            one.get_absolute_url(), one.title, one.archival_code, one.doc_number, one.unit.short_name, one.date_shown,
            one.state, one.get_state_display(), one.snippet,
        )
        for one in records
    ]  # fmt: skip
