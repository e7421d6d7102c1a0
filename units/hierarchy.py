"""Which units stand above which, where the table of units says no more than a category."""

GENERAL_OFFICES = frozenset({"A01", "B01", "C01", "D01"})
PARENTS = {"party": "A01", "mass": "A01", "government": "D01", "archive": "D01", "subdistrict": "D01"}


def rank_of(code: str, category: str) -> int:
    """1 for the four offices that write for the district itself, 2 for everybody else."""
    return 1 if code in GENERAL_OFFICES else 2


def parent_code(code: str, category: str) -> str | None:
    if code in GENERAL_OFFICES:
        return None
    return PARENTS.get(category)
