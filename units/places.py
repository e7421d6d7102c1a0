"""Addresses of single objects: the pattern of a route is looked up once a process, not once a row."""

from functools import cache
from uuid import UUID

from django.urls import reverse

NIL = UUID(int=0)


def place(route: str, uid: UUID) -> str:
    """The address of `route`, whose one argument is a uid; NoReverseMatch where it takes something else."""
    before, after = _around(route)
    return f"{before}{uid}{after}"


@cache
def _around(route: str) -> tuple[str, str]:
    before, _, after = reverse(route, args=[NIL]).partition(str(NIL))
    return before, after
