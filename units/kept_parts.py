"""Parts of a page that follow from what they are given alone: rendered once, while the memory holds them.

The key is everything that a part is given, so nothing can be shown to somebody for whom it was not made.
"""

from collections.abc import Hashable, Iterable

from django.template.loader import get_template
from django.utils.safestring import SafeString

from .memory import Memory

PARTS: Memory[SafeString] = Memory(400)  # a menu has 5 kB, the filters of a list 15
ROWS: Memory[SafeString] = Memory(4000)  # of lists, about 1 kB each
kept = PARTS.kept


def part(template: str, **given: Hashable) -> SafeString:
    """The rendered `template`, a part that reads nothing but what it is `given`: no request, no cookie, no clock."""
    return kept((template, *given.items()), lambda: get_template(template).render(given))


def rows_of(template: str, rows: Iterable[Hashable], **given: Hashable) -> Iterable[SafeString]:
    """`template` with each `row`, and what is `given` for all; it reads nothing else."""
    same = (template, *given.items())
    for row in rows:
        yield ROWS.kept((row, same), lambda row=row: get_template(template).render({"row": row, **given}))
