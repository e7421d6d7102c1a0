"""The one table of posts: which post holds which permission on its Unit.

`grant_posts` writes it as django-guardian object permissions on Unit rows. Nothing else grants.
Source of the posts: design section 3; separation of the three administrators: domain 12.2.
"""

from django.db import models


class PostKind(models.TextChoices):
    CLERK = "clerk", "文书"
    OFFICER = "officer", "承办人"
    REVIEWER = "reviewer", "核稿人"
    LEADER = "leader", "领导"
    SEAL_KEEPER = "seal_keeper", "监印人"
    ARCHIVIST = "archivist", "档案员"
    ACCESSIONER = "accessioner", "接收"
    APPRAISER = "appraiser", "开放审核"
    INSPECTOR = "inspector", "监督指导"
    SYSADMIN = "sysadmin", "系统管理员"
    SECADMIN = "secadmin", "安全保密管理员"
    AUDITOR = "auditor", "安全审计员"


ADMINISTRATORS = frozenset({PostKind.SYSADMIN, PostKind.SECADMIN, PostKind.AUDITOR})
ARCHIVE_POSTS = frozenset({PostKind.ACCESSIONER, PostKind.APPRAISER, PostKind.INSPECTOR})

# codename -> label; these are the only permissions of the product
UNIT_PERMISSIONS = {
    "view_documents": "阅览本单位公文",
    "draft_documents": "拟稿",
    "number_documents": "编号",
    "proofread_documents": "校对",
    "seal_documents": "用印",
    "dispatch_documents": "分发",
    "complete_documents": "办结",
    "receive_documents": "签收登记",
    "propose_documents": "拟办",
    "instruct_documents": "批示",
    "publish_documents": "报送现行文件",
    "edit_routes": "维护流转路线",
    "edit_groups": "维护常用单位组",
    "edit_patterns": "维护公文范本",
    "view_records": "查阅本单位档案",
    "view_holdings": "查阅馆藏档案",
    "arrange_records": "整理归档文件",
    "approve_years": "批准重新编号",
    "open_records": "开放审核",
    "approve_opening": "审定开放和审签开放意见",
    "approve_disposal": "批准销毁和解冻",
    "make_batches": "组织移交批次",
    "approve_batches": "批准移交",
    "view_batches": "查看移交批次",
    "receive_batches": "接收移交批次",
    "view_statistics": "查看统计",
    "inspect_units": "督导各单位归档",
    "manage_people": "维护单位和人员",
    "appoint": "任免岗位",
    "change_administrators": "提请和确认管理员免职",
    "hand_over": "转办",
    "delegate_posts": "安排岗位代理",
    "watch_limits": "督办时限",
    "read_audit": "查阅审计日志",
}

POST_PERMISSIONS: dict[str, frozenset[str]] = {
    PostKind.CLERK: frozenset(
        {
            "view_documents",
            "draft_documents",
            "number_documents",
            "proofread_documents",
            "dispatch_documents",
            "complete_documents",
            "receive_documents",
            "propose_documents",
            "publish_documents",
            "edit_routes",
            "edit_groups",
            "edit_patterns",
            "view_records",
            "view_statistics",
            "hand_over",
            "delegate_posts",
            "watch_limits",
        }
    ),
    PostKind.OFFICER: frozenset({"draft_documents"}),
    PostKind.REVIEWER: frozenset({"view_documents", "draft_documents", "propose_documents"}),
    PostKind.LEADER: frozenset(
        {
            "view_documents",
            "instruct_documents",
            "view_records",
            "view_batches",
            "approve_batches",
            "approve_disposal",
            "approve_opening",
            "approve_years",
            "view_statistics",
            "hand_over",
            "watch_limits",
        }
    ),
    PostKind.SEAL_KEEPER: frozenset({"view_documents", "seal_documents"}),
    PostKind.ARCHIVIST: frozenset(
        {"view_documents", "view_records", "arrange_records", "make_batches", "view_batches", "view_statistics"}
    ),
    PostKind.ACCESSIONER: frozenset({"view_holdings", "receive_batches", "view_batches"}),
    PostKind.APPRAISER: frozenset({"view_holdings", "open_records"}),
    PostKind.INSPECTOR: frozenset({"view_holdings", "view_batches", "view_statistics", "inspect_units"}),
    PostKind.SYSADMIN: frozenset({"manage_people", "change_administrators"}),
    PostKind.SECADMIN: frozenset({"appoint", "change_administrators"}),
    PostKind.AUDITOR: frozenset({"read_audit", "change_administrators"}),
}

# what the named system user may do on every unit; it acts only through the worker and commands
SYSTEM_PERMISSIONS = frozenset(
    {"complete_documents", "view_documents", "view_records", "arrange_records", "view_batches"}
)


def posts_of(unit) -> list[str]:
    """Kinds of post that `unit` (units.Unit) has; the archive has three more, administrators sit at one unit."""
    kinds = [kind for kind in PostKind.values if kind not in ADMINISTRATORS | ARCHIVE_POSTS]
    if unit.is_archive:
        kinds += sorted(ARCHIVE_POSTS)
    return kinds
