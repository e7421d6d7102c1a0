"""What every staff page shows around its content: navigation with counters, and the acting post."""

import functools
from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from .access import standing, units_with
from .paging import CountOf, counting
from .prepared import lasting, prepared

SITE_NAME = "长宁区电子公文与数字档案平台"
# (group, label, url name, permission or None for everybody); apps above add theirs through settings-free registration
NAVIGATION: list[tuple[str, str, str, str | None]] = []
LAST: list[tuple[str, str, str, str | None]] = []  # administration, after everybody's work
COUNTS: dict[str, Callable[..., CountOf]] = {}  # name → user → what counts; those of a menu are one statement
COUNTERS: dict[str, tuple[str, Callable]] = {}  # url name → name of its count, and what the menu shows of the answer
MARKS: dict = {}  # url name → what stands beside the counter, "" for nothing
LANDING: list[tuple[str, str]] = []  # kind of post, name of the page on which whoever acts in it begins
PRACTICE: list[Callable[[], dict | None]] = []  # of a demo: the accounts that its sign-in page lists
LARGE_TYPE = "large_type"  # name of the cookie in which a browser keeps that its person reads large type


def navigation(request) -> dict:
    """What every page shows around its content; the menu is counted only where a template shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"site_name": SITE_NAME, "page_faces": settings.EGOV_PAGE_FACES}
    return {
        "site_name": SITE_NAME,
        "page_faces": settings.EGOV_PAGE_FACES,
        "large_type": request.COOKIES.get(LARGE_TYPE) == "1",
        "nav": SimpleLazyObject(lambda: _menu(request)),
        "acting": getattr(request, "acting", None),
        "appointments": standing(user).chosen_from,
        "delegations": standing(user).delegations,
        "holds_nothing": not standing(user).seats,
    }


def _menu(request) -> list[dict]:
    groups: dict[str, list] = {}
    for group, label, name in entries(request.user):
        url = address(name)
        item = {"label": label, "url": url, "count": counted(name, request.user), "current": request.path == url}
        item["mark"] = MARKS[name](request.user) if name in MARKS else ""
        groups.setdefault(group, []).append(item)
    return [{"label": label, "items": items} for label, items in groups.items()]


def entries(user) -> tuple[tuple[str, str, str], ...]:
    """(group, label, url name) of what the person's menu holds."""

    def write() -> tuple:
        entries = [*NAVIGATION, *LAST]
        return tuple(one[:3] for one in entries if one[3] is None or units_with(one[3], user))

    return lasting("menu", user, write)


@functools.cache
def address(name: str) -> str:
    """Menu entries take no arguments: found once a process, not twenty times a page."""
    return reverse(name)


def landing(user, acting=None) -> str:
    """Name of the page on which the person begins, by the post chosen in the header, else by his first one or one that
    he is deputy in.
    """
    chosen = [acting] if acting else [*standing(user).appointments[:1], *standing(user).delegations]
    kinds = {one.post.kind for one in chosen}
    return next((name for wanted, name in LANDING if wanted in kinds), "documents:waiting")


def counted(name: str, user):
    """The counter of a menu entry, None where it has none; the same for the menu and its list."""
    if name not in COUNTERS:
        return None
    count, shown = COUNTERS[name]
    return shown(number(count, user))


def number(name: str, user):
    """The answer to one of COUNTS, read with all others of the person's menu, once a request."""
    known = user.__dict__.setdefault("_counted", {})  # the instance lives as long as one request
    if name not in known:
        names = {name, *(COUNTERS[one][0] for *_, one in entries(user) if one in COUNTERS)} - known.keys()
        wanted = tuple(sorted(names))
        known |= prepared(wanted, user, lambda: counting({one: COUNTS[one](user) for one in wanted})).ask()
    return known[name]
