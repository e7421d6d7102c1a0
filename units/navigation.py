"""Administration in the staff menu; listed last."""

from . import context

context.LAST += [
    ("管理", "人员与岗位", "units:people", "manage_people"),
    ("管理", "岗位任免", "units:people", "appoint"),
    ("管理", "三员变更", "units:administrators", "change_administrators"),
    ("管理", "转办", "units:hand_over", "hand_over"),
    ("管理", "我的代理", "units:delegations", None),
    ("管理", "常用单位组", "units:unit_groups", "edit_groups"),
    ("管理", "处理进度", "units:jobs", None),
    ("管理", "定时任务", "units:chores", "manage_people"),
    ("管理", "使用手册", "units:manual", None),
]
