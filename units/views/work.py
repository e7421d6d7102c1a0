"""后台任务: what runs, what failed and why, and the retry."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from .. import jobs
from ..access import gives_many, gives_one
from ..models import Job
from ..paging import cut


@gives_many(Job)
@require_safe
def listing(request, rows):
    page = cut(rows.for_list(), request, order=("-pk",), count=False)
    return render(request, "units/jobs.html", {"page": page, "running": any(job.is_open for job in page)})


@gives_one(Job, "retry")
@require_POST
def retry(request, job):
    jobs.retry(job, by=request.user)
    messages.success(request, f"“{job.title}”已重新排队。")
    return redirect("units:jobs")
