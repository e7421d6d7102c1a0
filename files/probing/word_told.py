"""What of a Word document is not taken, or taken otherwise than it stands there: counted and named.

Codes and counts only: the sentences are documents.word_in's. Runs inside the program `word` only.
"""

MOST_NAMES = 5


class Told:
    """`counts` by code, and for some codes names."""

    def __init__(self):
        self.counts: dict[str, int] = {}
        self.names: dict[str, list[str]] = {}

    def count(self, code: str, number: int = 1, name: str = "") -> None:
        self.counts[code] = self.counts.get(code, 0) + number
        named = self.names.setdefault(code, [])
        if name and name not in named and len(named) < MOST_NAMES:
            named.append(name[:60])

    def as_rows(self) -> list[dict]:
        return [
            {"code": code, "count": number, "names": self.names[code]} for code, number in self.counts.items() if number
        ]
