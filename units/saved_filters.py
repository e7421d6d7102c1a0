"""常用筛选: what a person asks of a list again and again, kept under a name of his own and shown as a chip.

Apps register their lists: the route's name and the parameters that its filter knows. A preference is no act: no event.
"""

from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict

from .models import SavedFilter
from .workflow import Refused

REMOVED = "removed_filter"  # in the session: what was deleted last, until another one is kept
MOST = 12  # of one list: more is no choice any more
PAGES: dict[str, frozenset[str]] = {}


def of(user, page: str) -> list[SavedFilter]:
    return list(SavedFilter.objects.allowing("view", user).filter(page=page)[:MOST])


def removed(session, page: str) -> dict | None:
    """The filter of this list that was deleted last: its name and query, to be put back."""
    last = session.get(REMOVED)
    return last if last and last["page"] == page else None


@transaction.atomic
def save(user, page: str, name: str, query: str) -> SavedFilter:
    """Keep `query` of `page` under `name`; a name used again is overwritten. Refused with what is wrong."""
    known = PAGES.get(page)
    if known is None:
        raise Refused("这个列表不能保存筛选。")
    name, kept = name.strip(), cleaned(query, known)
    if not name or len(name) > 20:
        raise Refused("请填写常用筛选的名称，最多 20 个字。")
    if not kept:
        raise Refused("还没有选择筛选条件，请先筛选再保存。")
    if len(kept) > 1000:
        raise Refused("筛选条件过长，不能保存。")
    own = SavedFilter.objects.filter(person=user, page=page)
    if own.exclude(name=name).count() >= MOST:
        raise Refused(f"一个列表最多保存 {MOST} 个常用筛选，请先删除不用的。")
    return SavedFilter.objects.update_or_create(person=user, page=page, name=name, defaults={"query": kept})[0]


def cleaned(query: str, known: frozenset[str]) -> str:
    """The known parameters that have a value, in a fixed order; cursors and everything else is left out."""
    given = QueryDict(query[:4000])
    pairs = [(key, given[key].replace("\x00", "")) for key in sorted(known) if given.get(key, "").strip("\x00 ")]
    return urlencode(pairs)
