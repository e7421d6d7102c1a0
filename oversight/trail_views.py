"""审计: events and accesses for the 安全审计员, on screen and as workbooks; each look is an access itself."""

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from archive.twins.papers import workbook
from units.access import needs
from units.audit import log_access
from units.paging import cut
from units.views.errors import refused

from . import trail
from .trail_forms import TrailForm

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = {
    "events": ("办理", trail.events, trail.lines_of_events),
    "accesses": ("查看和下载", trail.accesses, trail.lines_of_accesses),
}
COLUMNS = (
    "时间",
    "人员",
    "岗位",
    "单位",
    "来源地址",
    "行为",
    "对象",
    "文号、档号或名称",
    "状态变化",
    "结果",
    "更改内容",
    "理由",
)


class Trail:
    """The audit trail as the object of an access."""

    AUDIT_TYPE, uid = "trail", None


@needs("read_audit")
@require_safe
def audit(request, which="events"):
    """One page of events or accesses, the chain's state above it."""
    label, rows, lines = _known(which)
    form = TrailForm(request.GET)
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    kept = query.urlencode()
    tabs = [
        (name, f"{reverse('oversight:audit_of', args=[key])}?{kept}", None, key == which)
        for key, (name, *_) in ROWS.items()
    ]
    context = {"form": form, "tabs": tabs, "label": label, "which": which, "kept": kept, "chain": trail.chain_state()}
    if not form.is_valid():
        return render(request, "oversight/audit.html", context, status=422)
    page = cut(rows(request.user, form.asked()), request, order=("-at", "-pk"), size=50)
    log_access("view", Trail(), by=request.user)
    context |= {"page": page, "lines": lines(page.items)}
    return render(request, "oversight/audit.html", context)


@needs("read_audit")
@require_safe
def audit_workbook(request, which):
    """The whole choice, by the same rule and narrowing as the page."""
    label, rows, lines = _known(which)
    form = TrailForm(request.GET)
    if not form.is_valid():
        return refused(request, [text for texts in form.errors.values() for text in texts], status=422)
    found = rows(request.user, form.asked())
    if found.order_by()[: trail.MOST + 1].count() > trail.MOST:
        return refused(request, [f"所选范围超过 {trail.MOST:,} 行，请缩小日期范围后再导出。"], status=422)
    log_access("export", Trail(), by=request.user)
    book = workbook(label, COLUMNS, map(_cells, trail.in_pieces(found, lines)), settings.EGOV_TMP_DIR)
    return FileResponse(book, as_attachment=True, filename=f"审计-{label}.xlsx", content_type=BOOK)


def _known(which: str) -> tuple:
    if which not in ROWS:
        raise Http404
    return ROWS[which]


def _cells(line: trail.Line) -> list[str]:
    at = f"{timezone.localtime(line.at):%Y-%m-%d %H:%M:%S}"
    done = "未成功" if line.failed else "成功"
    return [at, line.person, line.post, line.unit, line.address, line.act, line.kind, line.shown, line.change, done,
            "；".join(line.fields), line.reason]  # fmt: skip
