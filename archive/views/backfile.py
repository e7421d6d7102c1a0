"""目录导入: template, upload of a catalogue with its files, and the work in the background."""

import io
import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from files.examination import safe_filename
from files.zips import Archive, Policy, ZipFaultError
from units import jobs
from units.access import needs, units_with
from units.models import Unit

from ..backfile.reading import BadCatalogue, rows, write_template
from ..forms import BackfileForm

SHOWN_FAULTS = 20
POLICY = Policy(
    max_unpacked_bytes=settings.EGOV_UPLOAD_BYTES * 20,
    takes_inner_ends=True,  # scans and office files are stored as they are
)


@needs("arrange_records")
@require_safe
def template(request):
    made = io.BytesIO()
    write_template(made)
    response = HttpResponse(
        made.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = (
        "attachment; filename=\"template.xlsx\"; filename*=UTF-8''%E7%9B%AE%E5%BD%95%E6%A8%A1%E6%9D%BF.xlsx"
    )
    return response


@needs("arrange_records")
@require_http_methods(["GET", "POST"])
def upload(request):
    """The catalogue is read once here, so that a wrong one is told at once; the rows are filed by the worker."""
    units = Unit.objects.filter(pk__in=units_with("arrange_records", request.user))
    form = BackfileForm(request.POST or None, request.FILES or None, units=units)
    if request.method == "POST" and form.is_valid():
        folder = Path(settings.EGOV_TMP_DIR) / f"backfile-{uuid.uuid4()}"
        try:
            catalogue = _keep(form, folder)
            count = sum(1 for _ in rows(catalogue))
        except BadCatalogue as refusal:
            shutil.rmtree(folder, ignore_errors=True)
            for fault in refusal.faults:
                form.add_error("catalogue", fault)
        else:
            unit = form.cleaned_data["unit"]
            verb = "试导入" if form.cleaned_data["dry_run"] else "导入"
            with transaction.atomic():
                jobs.start(
                    "import_backfile",
                    f"{verb}目录“{form.cleaned_data['catalogue'].name[:100]}”",
                    by=request.user,
                    unit=unit,
                    folder=folder.name,
                    catalogue=catalogue.name,
                    total=count,
                    dry_run=form.cleaned_data["dry_run"],
                )
            messages.success(request, f"目录共 {count} 行，已开始在后台处理。")
            return redirect("units:jobs")
    return render(request, "archive/backfile.html", {"form": form}, status=422 if form.errors else 200)


def _keep(form, folder: Path) -> Path:
    """Uploads into a folder of their own; members of the ZIP by their names, never outside the folder."""
    folder.mkdir(parents=True)
    given = form.cleaned_data["catalogue"]
    catalogue = folder / f"catalogue{Path(safe_filename(given.name)).suffix.lower()[:6]}"
    with catalogue.open("wb") as out:
        for chunk in given.chunks():
            out.write(chunk)
    if form.cleaned_data["files"]:
        _unpack(form.cleaned_data["files"], folder)
    return catalogue


def _unpack(upload, folder: Path) -> None:
    """Every member by its name; a container that is not sound is refused as a whole, with each fault named."""
    try:
        with Archive(upload, POLICY) as archive:
            if archive.faults:
                told = dict.fromkeys(f"文件压缩包不能接收：{fault.what}。" for fault in archive.faults[:SHOWN_FAULTS])
                raise BadCatalogue(*told, "请用 ZIP 格式、不加密，重新压缩后上传。")
            for entry in archive.entries:
                if not entry.is_folder and not entry.name.startswith("catalogue."):
                    target = folder / entry.name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("wb") as out:
                        out.writelines(archive.blocks(entry))
    except ZipFaultError as error:
        raise BadCatalogue(f"文件压缩包已损坏：{error.fault.what}。请重新压缩后上传。") from error
    except OSError as error:  # a name too long for the disk, a file where another name wants a folder
        raise BadCatalogue(f"文件压缩包不能展开（{error.strerror}），请检查其中的文件名后重新上传。") from error
