"""What rooms above the archive have to say on a record's page: they register a function, the archive asks them all."""

from collections.abc import Callable

WARNINGS: list[Callable[..., str]] = []


def warning(function: Callable[..., str]) -> Callable[..., str]:
    """`function(record)` gives a sentence, or "" when there is nothing to warn of."""
    WARNINGS.append(function)
    return function


def warnings_of(record) -> list[str]:
    return [told for function in WARNINGS if (told := function(record))]
