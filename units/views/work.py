"""处理进度: what runs, what failed and why, what was refused, and the retry; 定时任务: what runs by itself."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from .. import audit, chores, jobs, steering
from ..access import gives_many, gives_one, needs, units_with
from ..models import Job
from ..paging import cut
from .health import STARTED

HEAD = ("第几次办理", "行", "程度", "代码", "对象", "字段", "问题")
SEVERITIES = {"refuse": "不能办理", "warn": "提示"}


@gives_many(Job)
@require_safe
def listing(request, rows):
    rows = rows.with_may("report", request.user).with_may("steer", request.user)
    page = cut(rows.for_list(), request, order=("-pk",), count=False)
    steering.attend(page)
    context = {
        "page": page,
        "running": any(job.is_open for job in page),
        "may_see_chores": bool(units_with("manage_people", request.user)),
    }
    return render(request, "units/jobs.html", context)


@gives_one(Job, "report")
@require_safe
def report(request, job):
    """Every finding of every attempt, as a table for Excel (UTF-8 with its mark), never cut."""
    audit.log_access("export", job, by=request.user, unit=job.unit)
    response = StreamingHttpResponse(_lines(job), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="findings-{job.pk}.csv"'
    return response


def _lines(job: Job) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEAD)
    for one in job.findings.iterator(chunk_size=2000):
        severity = SEVERITIES.get(one.severity, one.severity)
        yield writer.writerow(
            [one.attempt, one.line or "", severity, *map(_plain, (one.code, one.target, one.field, one.message))]
        )


class _Echo:
    """What csv.writer writes into: gives the line back."""

    def write(self, line: str) -> str:
        return line


def _plain(text: str) -> str:
    """A cell that a spreadsheet would run as a formula is marked as text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@gives_one(Job, "retry")
@require_POST
def retry(request, job):
    jobs.retry(job, by=request.user)
    messages.success(request, f"“{job.title}”已重新排队。")
    return redirect("units:jobs")


@gives_one(Job, "steer")
@require_POST
def pause(request, job):
    steering.pause(job, by=request.user)
    done = "已暂停" if job.state == Job.State.PAUSED else "正在暂停，手头一步做完即停"
    return _steered(request, f"“{job.title}”{done}。")


@gives_one(Job, "steer")
@require_POST
def resume(request, job):
    steering.resume(job, by=request.user)
    return _steered(request, f"“{job.title}”已继续，从停下处接着办。")


@gives_one(Job, "steer")
@require_POST
def cancel(request, job):
    steering.cancel(job, by=request.user)
    return _steered(request, f"“{job.title}”正在取消，没有做完的部分会清除。")


def _steered(request, told: str) -> HttpResponseRedirect:
    """Back to the page where the button was."""
    messages.success(request, told)
    wanted = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = reverse("units:jobs")
    return redirect(wanted)


@needs("manage_people")
@require_safe
def chore_table(request):
    rows = [
        {
            "chore": chore,
            "run": row,
            "is_late": chore.is_late(row.succeeded_at, row.created_at, since=STARTED),
        }
        for chore, row in chores.runs()
    ]
    return render(request, "units/chores.html", {"rows": rows})
