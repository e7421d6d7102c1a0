"""格式转换与迁移: drafted from the table of risks, one page through the eight steps, form A.3 and the list of files."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.models import Record
from units import form_drafts, steering
from units.access import gives_one, may, needs, units_with
from units.doors import logged
from units.models import Job, Unit
from units.paging import cut
from units.panels import Page
from units.step_forms import posted_version
from units.tasks import told_next
from units.workflow import Refused, Stale

from ..conversion_forms import ConversionForm, MigrationForm, WordsForm, form_of
from ..conversion_workflow import CONVERSION
from ..conversions import choosing, drafting, papers
from ..holding import formats
from ..models import ConversionMigration
from ..states import ConversionState, ConvertedState
from .registers import BOOK, receiving_archive

ENTERS = "receive_batches"


@needs(ENTERS)
@require_http_methods(["GET", "POST"])
def draft_conversion(request):
    archive = receiving_archive(request.user)
    units = Unit.objects.filter(records__custodian=archive).distinct().order_by("code")
    form = ConversionForm(
        request.POST or None, formats=formats.formats([archive.pk]), units=units,
        initial={"chosen": f"{request.GET.get('format', '')}|{request.GET.get('mime', '')}"},
    )  # fmt: skip
    return _drafted(request, archive, form, "格式转换")


@needs(ENTERS)
@require_http_methods(["GET", "POST"])
def draft_migration(request):
    return _drafted(request, receiving_archive(request.user), MigrationForm(request.POST or None), "迁移")


def _drafted(request, archive: Unit, form, label: str):
    form_drafts.attend(request, form, f"conversion:{label}")
    if request.method == "POST" and form.is_valid():
        try:
            row = drafting.draft(archive, by=request.user, **form.given())
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
        else:
            messages.success(request, f"{row} 已拟订{_taken(row, form)}，核对后请提请审批。")
            return redirect(row)
    context = {"form": form, "label": f"拟订{label}"}
    return render(request, "transfer/draft_conversion.html", context, status=422 if form.errors else 200)


def _taken(row: ConversionMigration, form) -> str:
    """How many files it takes, and how many are left to another undertaking."""
    if not row.is_conversion:
        return ""
    count = row.items.count()
    left = choosing.chosen(row.archive, form.given()["choice"]).count() if count == choosing.MOST else 0
    return f"，共 {count:,} 个文件" + (f"；一次最多 {count:,} 个，其余 {left:,} 个请另行拟订" if left else "")


@gives_one(ConversionMigration, "enter")
@require_http_methods(["GET", "POST"])
def amend_conversion(request, row):
    """The words of one that was sent back, or was not sent yet."""
    if row.state != ConversionState.DRAFT:
        return redirect(row)
    kind = WordsForm if row.is_conversion else MigrationForm
    form = kind(request.POST or None, initial={name: getattr(row, name) for name in kind.base_fields})
    form_drafts.attend(request, form, "conversion:amend", of=row, version=row.version, page=request.path, offers=True)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.amend(row, by=request.user, version=posted_version(request) or 0, **form.given())
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
        else:
            messages.success(request, "已保存。")
            return redirect(row)
    context = {"form": form, "label": f"修改 {row}", "row": row}
    return render(request, "transfer/draft_conversion.html", context, status=422 if form.errors else 200)


@gives_one(ConversionMigration)
@require_safe
def conversion(request, row):
    return _shown(request, row)


def _shown(request, row: ConversionMigration, *, status: int = 200, failed=None, refused=()):
    page = Page(request, row, failed, list(refused))
    steps = CONVERSION.open_to(request.user, row)
    items = row.items.select_related("source__record", "source__stored_file", "made")
    listed = cut(items, request, order=("pk",))
    keys = [item.source.record_id for item in listed.items]
    jobs = steering.attend(Job.objects.of(row).with_may("steer", request.user)[:1])
    context = {
        "row": row, "refused": page.refused, "failed": failed, "page": listed, "stages": papers.stages_of(row),
        "acts": [{"step": step, "form": page.form_of(step.name, lambda step=step: form_of(step))} for step in steps],
        "readable": set(Record.objects.allowing("view", request.user).filter(pk__in=keys).values_list("pk", flat=True)),
        "amends": row.state == ConversionState.DRAFT and may(request.user, "enter", row),
        "may_list": bool(units_with("view_holdings", request.user)),
        "failures": row.items.filter(state=ConvertedState.FAILED).count() if row.is_conversion else 0,
        "jobs": [job for job in jobs if job.is_pending or job.state == Job.State.FAILED],
    }  # fmt: skip
    return render(request, "transfer/conversion.html", context, status=status)


@gives_one(ConversionMigration)
@require_POST
def act_conversion(request, row, step):
    found = CONVERSION.get(step)
    if found is None or found.permission == "run" or not may(request.user, found.permission, row):
        raise Http404
    form = form_of(found, request.POST)
    if not form.is_valid():
        return _shown(request, row, status=422, failed=form)
    try:
        CONVERSION.perform(
            found, row, by=request.user, note=form.noted(), given=form.given(), version=posted_version(request)
        )
    except Refused as refusal:
        row.refresh_from_db()
        status = 409 if isinstance(refusal, Stale) else 422
        return _shown(request, row, status=status, failed=form, refused=refusal.reasons)
    messages.success(request, f"{row} {found.done}。{told_next(row)}")
    return redirect(row)


@gives_one(ConversionMigration)
@require_safe
@logged("export")
def conversion_pdf(request, row):
    """Table A.3, or with ?list the files that belong to it."""
    is_list = "list" in request.GET
    pdf = papers.list_pdf(row, request.user.name) if is_list else papers.form_pdf(row)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="A3-{row.number}{"-list" if is_list else ""}.pdf"'
    return response


@gives_one(ConversionMigration)
@require_safe
@logged("export")
def conversion_workbook(request, row):
    book = papers.workbook(row, settings.EGOV_TMP_DIR)
    return FileResponse(book, as_attachment=True, filename=f"{papers.TITLE}{row.number}.xlsx", content_type=BOOK)
