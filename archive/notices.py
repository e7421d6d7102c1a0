"""What rooms above the archive have to say on a record's page: they register a function, the archive asks them all."""

from collections.abc import Callable, Iterable

WARNINGS: list[Callable[..., str]] = []


def warning(function: Callable[..., str]) -> Callable[..., str]:
    """`function(record)` gives a sentence, or "" when there is nothing to warn of."""
    WARNINGS.append(function)
    return function


def warnings_of(record) -> list[str]:
    return [told for function in WARNINGS if (told := function(record))]


BESIDE: list[Callable[..., list[tuple[str, str]]]] = []


def beside(function: Callable[..., list[tuple[str, str]]]) -> Callable[..., list[tuple[str, str]]]:
    """`function(record)` gives facts (label, text) that stand beside the record's own on its page."""
    BESIDE.append(function)
    return function


def facts_beside(record) -> list[tuple[str, str]]:
    return [one for function in BESIDE for one in function(record)]


EARLIER: list[Callable[[Iterable[int]], dict[int, str]]] = []


def earlier(function: Callable[[Iterable[int]], dict[int, str]]) -> Callable[[Iterable[int]], dict[int, str]]:
    """`function(keys of records)` gives what their unit said of opening before any round, in words, by record."""
    EARLIER.append(function)
    return function


def earlier_opinions(keys: Iterable[int]) -> dict[int, str]:
    keys = list(keys)
    return {key: told for function in EARLIER for key, told in function(keys).items()} if keys else {}
