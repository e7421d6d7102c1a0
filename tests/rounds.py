"""How often a random or crossed test goes round: fewer in the suite, all of them by `make deep`."""

import os


def rounds(name: str, few: int, all_of_them: int) -> int:
    """`EGOV_<name>=number` chooses; EGOV_DEEP=1 is the number that the issue asks for; else `few`."""
    if given := os.environ.get(f"EGOV_{name}"):
        return int(given)
    return all_of_them if is_deep() else few


def is_deep() -> bool:
    return bool(os.environ.get("EGOV_DEEP"))
