"""Bodies that have ended (合并, 撤销), and who stands in their place (Order 6 of 2003; 实施条例 art. 30).

The one rule of it: whoever holds a post in the successor sits in the same post of the body that ended, for what is left
there. Every permission follows from the seat (units/access.py), as it did for the body's own people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from .models import Post, Unit, UnitSuccession
from .roles import ADMINISTRATORS, ARCHIVE_POSTS

# What has ended drafts, receives and handles nothing (nothing was under way, archive/reorganising.py), and has nobody
# whose posts could be lent or whose items could be handed on. What is read, kept, filed and transferred passes on.
NOT_PASSED_ON = frozenset(
    {
        "draft_documents", "number_documents", "proofread_documents", "dispatch_documents", "complete_documents",
        "receive_documents", "propose_documents", "instruct_documents", "edit_routes", "edit_groups", "edit_patterns",
        "delegate_posts", "hand_over",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Heir:
    """A post of a body that ended, held through an appointment to the same post of its successor."""

    post: Post
    appointment: Any

    @property
    def pk(self) -> str:
        return f"heir-{self.post.pk}"

    @property
    def post_id(self) -> int:
        return self.post.pk


def who_speaks_for(unit: Unit) -> Unit | None:
    """The unit itself, its successor when it has ended, None when there is none."""
    seen, found = set(), unit
    while found is not None and found.has_ended:
        if found.pk in seen:
            return None
        seen.add(found.pk)
        passed = UnitSuccession.objects.filter(predecessor=found).select_related("successor").order_by("-happened_on")
        found = next((one.successor for one in passed[:1]), None)
    return found


def staffed(unit: Unit) -> Unit:
    """Whose people work on what `unit` made: its own, those of its successor when it has ended."""
    return who_speaks_for(unit) or unit


def heirs_of(appointments: Iterable) -> tuple[Heir, ...]:
    """What the holders of `appointments` inherit, along the whole chain of bodies that ended."""
    held = {(one.post.unit_id, one.post.kind): one for one in appointments}
    rows = UnitSuccession.objects.filter(predecessor__valid_to__lt=timezone.localdate()).order_by("happened_on", "pk")
    after = dict(rows.values_list("predecessor", "successor"))
    last = {key: _end(key, after) for key in after}
    ended = {key for key, heir in last.items() if heir in {unit for unit, _ in held}}
    posts = Post.objects.filter(unit__in=ended).exclude(kind__in=ADMINISTRATORS | ARCHIVE_POSTS)
    found = ((post, held.get((last[post.unit_id], post.kind))) for post in posts.select_related("unit", "group"))
    return tuple(Heir(post, own) for post, own in sorted(found, key=_by_unit) if own is not None)


def _end(key: int, after: dict[int, int]) -> int | None:
    seen = set()
    while key in after:
        if key in seen:
            return None
        seen.add(key)
        key = after[key]
    return key


def _by_unit(found: tuple[Post, Any]) -> tuple[str, str]:
    return found[0].unit.code, found[0].kind
