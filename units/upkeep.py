"""What the platform itself does regularly: interrupted jobs, the chain's anchor, partitions, sessions, task results."""

from datetime import date, timedelta

from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from . import administrators, chain, form_drafts, jobs, sent_once
from .chores import Chore
from .models import AuditLink

AHEAD = 3  # this month and the next two
RESULTS_KEPT = timedelta(days=14)
SLICE = 5_000  # rows deleted in one statement


def take_up_jobs() -> str:
    taken, closed = jobs.take_up(), jobs.close_dead_tasks()
    return f"接续 {taken} 项，清理 {closed} 项" if taken or closed else "没有中断的处理"


def anchor_chain() -> str:
    line = chain.write_anchor()
    return f"已锚定：{line}" if line else "审计链尚为空"


class BrokenChain(Exception):
    """What the walk over the chain found."""


def verify_chain() -> str:
    """The whole chain and its anchors, once a day; the first finding is the cause of the failure."""
    count, first = 0, ""
    for found in chain.verify():
        count, first = count + 1, first or found.message
    if count:
        raise BrokenChain(f"审计链发现 {count} 处问题，首处：{first}")
    return f"审计链 {AuditLink.objects.count():,} 环，完整"


def make_partitions() -> str:
    """The access log's tables of this month and the next two; what landed in the default one is moved out."""
    first = day = last = timezone.localdate().replace(day=1)
    for _ in range(AHEAD):
        with connection.cursor() as cursor:
            cursor.execute("SELECT access_log_month(%s)", [day])
        day, last = _next_month(day), day
    return f"已备好 {first:%Y年%-m月} 至 {last:%Y年%-m月} 的访问日志"


def _next_month(day: date) -> date:
    return (day + timedelta(days=32)).replace(day=1)


def clear_sessions() -> str:
    return f"清除过期会话 {_delete(Session.objects.filter(expire_date__lt=timezone.now()))} 个"


def clear_task_results() -> str:
    old = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - RESULTS_KEPT)
    return f"清除任务记录 {_delete(old)} 条"


def clear_form_drafts() -> str:
    done = sent_once.clear_old()
    return f"清除三十天前未提交的填写内容 {form_drafts.clear_old()} 份、已办理的表单记号 {done} 个"


def expire_changes() -> str:
    return f"过期 {administrators.expire_late()} 项"


def _delete(rows) -> int:
    """Slice by slice: no long transaction."""
    gone = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:SLICE]):
        gone += rows.model._base_manager.filter(pk__in=keys).delete()[0]
    return gone


CHORES = (
    Chore("take_up_jobs", "接续中断的处理", timedelta(seconds=5), take_up_jobs, on_pulse=True),
    Chore("anchor_chain", "审计链锚定", timedelta(days=1), anchor_chain),
    Chore("verify_chain", "审计链核验", timedelta(days=1), verify_chain),
    Chore("make_partitions", "准备访问日志分区", timedelta(days=1), make_partitions),
    Chore("clear_sessions", "清除过期会话", timedelta(days=1), clear_sessions),
    Chore("clear_form_drafts", "清除过期的填写内容", timedelta(days=1), clear_form_drafts),
    Chore("expire_changes", "三员变更提议过期", timedelta(hours=1), expire_changes),
    Chore("clear_task_results", "清除任务记录", timedelta(days=1), clear_task_results),
)
