"""目录导入: template, upload of a catalogue with its files, the work in the background, and the marked workbook back."""

import io
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from units import audit, form_drafts, jobs
from units.access import gives_one, needs, units_with
from units.models import Job, Unit
from units.workflow import Refused

from ..backfile.folder import Packed
from ..backfile.reading import BadCatalogue, rows
from ..backfile.template import write_template
from ..backfile.upload import BadFiles, files_of, keep_catalogue, keep_files, new_folder, report_of
from ..forms import BackfileForm

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND = "import_backfile"


@needs("arrange_records")
@require_safe
def template(request):
    made = io.BytesIO()
    write_template(made)
    response = HttpResponse(made.getvalue(), content_type=EXCEL)
    response["Content-Disposition"] = content_disposition_header(True, "目录模板.xlsx")
    return response


@needs("arrange_records")
@require_http_methods(["GET", "POST"])
def upload(request):
    """The catalogue is read once here, so that a wrong one is told at once; the rows are filed by the worker."""
    units = Unit.objects.filter(pk__in=units_with("arrange_records", request.user))
    form = BackfileForm(request.POST or None, request.FILES or None, units=units)
    form_drafts.attend(request, form, "records:import")
    if request.method == "POST" and form.is_valid() and _taken(form, request):
        return redirect("units:jobs")
    return render(request, "archive/backfile.html", {"form": form}, status=422 if form.errors else 200)


def _taken(form, request) -> bool:
    """Kept and queued; what is wrong stands in the form, and nothing is left of it."""
    given = form.cleaned_data
    try:
        with new_folder() as folder:
            catalogue = keep_catalogue(given["catalogue"], folder)
            with _told_in(form, "files", BadFiles):
                if given["files"]:
                    keep_files(given["files"], folder)
            with _told_in(form, "catalogue", BadCatalogue):
                count = sum(1 for _ in rows(catalogue))
            if form.errors:
                raise Refused("目录或压缩包没有收下。")  # leaves the folder, which is removed with what lies in it
            with _told_in(form, "catalogue", BadCatalogue):
                remarks = _remarks(folder)
            if form.errors:
                raise Refused("压缩包没有收下。")
            _start(given, request, folder, catalogue, count)
    except Refused:
        return False
    messages.success(request, f"目录共 {count} 行，已开始在后台处理。")
    for told in remarks:
        messages.warning(request, told)
    return True


@contextmanager
def _told_in(form, name: str, fault: type[BadFiles] | type[BadCatalogue]):
    """What is wrong with one of the two files stands at its field, and the other is looked at all the same."""
    try:
        yield
    except fault as refusal:
        for told in refusal.faults:
            form.add_error(name, told)


def _start(given: dict, request, folder: Path, catalogue: Path, count: int) -> None:
    verb = "试导入" if given["dry_run"] else "导入"
    with transaction.atomic():
        jobs.start(
            KIND,
            f"{verb}目录“{given['catalogue'].name[:100]}”",
            by=request.user,
            unit=given["unit"],
            folder=folder.name,
            catalogue=catalogue.name,
            total=count,
            dry_run=given["dry_run"],
            correct=given["differing"] == BackfileForm.CORRECT,
        )


def _remarks(folder: Path) -> list[str]:
    files = files_of(folder)
    try:
        return files.remarks() if isinstance(files, Packed) else []
    finally:
        files.close()


@gives_one(Job, "report")
@require_safe
def report(request, job):
    """The catalogue as it came, marked; made by the worker at the end of an attempt and kept for a week."""
    if job.kind != KIND:
        raise Http404
    path = report_of(Path(settings.EGOV_TMP_DIR) / str(job.args.get("folder", "")))
    if not path.is_file():
        raise Refused("标出问题的目录还没有生成，或者已过 7 天清除；需要时请重新上传。")
    audit.log_access("export", job, by=request.user, unit=job.unit)
    return FileResponse(path.open("rb"), as_attachment=True, filename="检查结果.xlsx", content_type=EXCEL)
