"""Whom one offers as deputy: name with posts, who leads first, whoever handles papers on another step last and with a word.

The bounds themselves are units.delegations'; what is offered last is allowed, and warned of before it is saved.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .models import Appointment, Post, User
from .roles import ADMINISTRATORS, PostKind

# on these posts one reviews, numbers, seals or files what the principal signs: acts that are kept apart
OTHER_STEPS = {
    PostKind.REVIEWER: "核稿", PostKind.CLERK: "编号、校对", PostKind.SEAL_KEEPER: "监印", PostKind.ARCHIVIST: "归档",
}  # fmt: skip
SURE = "仍由其代理"


@dataclass(frozen=True)
class Offered:
    """`posts` as 单位 岗位, `does` what he does on other steps, "" where nothing."""

    key: int
    posts: str
    does: str

    def named(self, name: str) -> str:
        told = f"{name}（{self.posts}）" if self.posts else name
        return f"{told}　兼{self.does}，不宜" if self.does else told


def offered(people: Iterable[User], *, for_leader: bool) -> list[Offered]:
    """In the order in which they are offered; `for_leader`: among the posts that are acted for is a leader's. One query."""
    rows = list(people)
    held: dict[int, list[Post]] = {one.pk: [] for one in rows}
    active = Appointment.objects.active().filter(user__in=rows).exclude(post__kind__in=ADMINISTRATORS)
    for one in active.select_related("post__unit").order_by("post__unit__code", "pk"):
        held[one.user_id].append(one.post)
    found = [
        (not any(post.kind == PostKind.LEADER for post in posts), Offered(key, _named(posts), _does(posts) if for_leader else ""))
        for key, posts in held.items()
    ]  # fmt: skip
    found.sort(key=lambda pair: (bool(pair[1].does), for_leader and pair[0]))  # stable: by name within each
    return [one for _, one in found]


def _named(posts: list[Post]) -> str:
    return "、".join(dict.fromkeys(str(post) for post in posts))


def _does(posts: list[Post]) -> str:
    """A leader is no less one for a second post."""
    kinds = [PostKind(post.kind) for post in posts]
    if PostKind.LEADER in kinds:
        return ""
    return "、".join(OTHER_STEPS[kind] for kind in OTHER_STEPS if kind in kinds)


def warning(deputy: User, post: Post) -> str:
    """Said before a leader's post is given to somebody who does another step of the same papers; "" else."""
    if post.kind != PostKind.LEADER:
        return ""
    active = Appointment.objects.active().filter(user=deputy, post__unit=post.unit).select_related("post__unit")
    if not (does := _does([one.post for one in active])):
        return ""
    return (
        f"{deputy.name}在{post.unit.short_name}负责{does}：代行签批后，同一份公文不宜再由其{does}，"
        f"宜请其他负责人代理。确需由其代理的，请勾选“{SURE}”。"
    )
