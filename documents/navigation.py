"""The documents part of the staff menu; each counter is its list's own queryset."""

from units import context
from units.paging import capped
from units.roles import PostKind

from .lists import CAP, handled_by, led_by_units_of

context.NAVIGATION += [
    ("公文", "领导桌面", "documents:leader", "instruct_documents"),
    ("公文", "待办", "documents:waiting", None),
    ("公文", "已办", "documents:handled", None),
    ("公文", "在办", "documents:under_way", None),
    ("公文", "办结", "documents:completed", None),
    ("公文", "拟稿", "documents:draft", "draft_documents"),
    ("公文", "收文登记", "documents:register_outside", "receive_documents"),
    ("公文", "登记簿", "documents:registers", "view_documents"),
    ("公文", "流转路线", "documents:routes", "edit_routes"),
    ("公文", "现行文件", "documents:current", "publish_documents"),
]
context.COUNTERS |= {
    "documents:waiting": context.waiting_count,
    "documents:handled": lambda user: capped(handled_by(user), CAP),
    "documents:under_way": lambda user: capped(led_by_units_of(user), CAP),
}
context.LANDING.append((PostKind.LEADER, "documents:leader"))
