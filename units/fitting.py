"""Which posts an open item suits: whom it may be handed over to, and which deputies see it (design section 3).

Apps above register the kinds of their tasks; a kind that nobody registered suits every post of its unit.
"""

from dataclasses import dataclass

from django.db import models

from .roles import ADMINISTRATORS, POST_PERMISSIONS, PostKind

STAFF = frozenset(PostKind) - ADMINISTRATORS
NOTICE = "notice"  # kind of an item that only tells its addressee something: nobody else can have it


@dataclass(frozen=True)
class Fit:
    """posts      kinds of post whose holder can do it
    back_to    the post that may have it in common, "" for a person only
    deputies   posts whose deputies have it from their principal: None the same, empty for what is bound to the
               person himself (传阅, his own draft)
    name       what lists of open items call it, where its label is another kind's too
    outlives   stays open when nothing more is expected of its subject: a circulation goes on after 办结
    """

    posts: frozenset[str] = STAFF
    back_to: str = ""
    deputies: frozenset[str] | None = None
    name: str = ""
    outlives: bool = False

    def reaches_deputy_in(self, post_kind: str) -> bool:
        return post_kind in (self.posts if self.deputies is None else self.deputies)


FITTING: dict[str, Fit] = {}
SUBJECTS: dict[str, type[models.Model]] = {}  # what a task's subject_type is a row of: titles obey its rules


def holding(permission: str) -> frozenset[str]:
    """Kinds of post that hold `permission` on their unit."""
    return frozenset(kind for kind, held in POST_PERMISSIONS.items() if permission in held)


def fits(kind: str, post_kind: str = "") -> Fit:
    """Of an item of `kind`; one that lies with a post suits that post too, and alone when nobody registered it."""
    found = FITTING.get(kind)
    if not post_kind:
        return found or Fit()
    return Fit(posts=(found.posts if found else frozenset()) | {post_kind}, back_to=post_kind)


def kinds_closed_to(post_kind: str) -> list[str]:
    """Kinds of items that a deputy in such a post does not get from his principal."""
    return sorted(kind for kind, fit in FITTING.items() if not fit.reaches_deputy_in(post_kind))


def kinds_that_outlive() -> list[str]:
    """Kinds of items that stay open when their subject has ended."""
    return sorted(kind for kind, fit in FITTING.items() if fit.outlives)
