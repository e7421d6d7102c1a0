"""The documents part of the staff menu; each counter is its list's own queryset."""

from units import context, saved_filters
from units.paging import CountOf, capped_number
from units.roles import PostKind

from . import alerts
from .filter_forms import FILTERS
from .lists import (
    CAP,
    DONE,
    TASKS,
    done_items,
    led_by_units_of,
    open_items,
    overdue_of,
    shown_done,
    shown_of,
    task_counts,
)
from .supervised import under_supervision

context.NAVIGATION += [
    ("公文", "领导桌面", "documents:leader", "instruct_documents"),
    ("公文", "待办", "documents:waiting", None),
    ("公文", "待阅", "documents:reading", None),
    ("公文", "待发", "documents:drafts", "draft_documents"),
    ("公文", "已办", "documents:handled", None),
    ("公文", "在办", "documents:under_way", None),
    ("公文", "办结", "documents:completed", None),
    ("公文", "逾期", "documents:overdue", "watch_limits"),
    ("公文", "督办", "documents:supervised", "watch_limits"),
    ("公文", "领导批示", "documents:leaders_words", "receive_documents"),
    ("公文", "拟稿", "documents:draft", "draft_documents"),
    ("公文", "收文登记", "documents:register_outside", "receive_documents"),
    ("公文", "区外单位", "documents:outside_bodies", "dispatch_documents"),
    ("公文", "单位范本", "documents:patterns", "edit_patterns"),
    ("公文", "登记簿", "documents:registers", "view_documents"),
    ("公文", "值班", "documents:roster", None),
    ("公文", "印章管理", "documents:seals", "seal_documents"),
    ("公文", "验章", "documents:check_seal", None),
    ("公文", "流转路线", "documents:routes", "edit_routes"),
    ("公文", "现行文件", "documents:current", "publish_documents"),
]
LISTS = {
    "overdue": overdue_of,
    "supervised": under_supervision,
    "leaders_words": alerts.unseen_by,
    "under_way": led_by_units_of,
}
context.COUNTS |= {TASKS: open_items, DONE: done_items}
context.COUNTERS["documents:handled"] = (DONE, lambda found: shown_done(found)["all"])
context.COUNTS |= {name: lambda user, rows=rows: CountOf(rows(user), CAP) for name, rows in LISTS.items()}
context.COUNTERS |= {f"documents:{name}": (name, lambda count: capped_number(count, CAP)) for name in LISTS}
context.COUNTERS |= {
    f"documents:{name}": (TASKS, lambda found, name=name: shown_of(found)[name])
    for name in ("waiting", "reading", "drafts")
}
context.LANDING.append((PostKind.LEADER, "documents:leader"))
saved_filters.PAGES.update({route: frozenset(kind.base_fields) for route, kind in FILTERS.items()})
context.MARKS |= {
    f"documents:{name}": lambda user, name=name: _urged(task_counts(user)[f"{name}_urged"])
    for name in ("waiting", "reading")
}


def _urged(count: str) -> str:
    return "" if count == "0" else f"催 {count}"
