"""The papers of a batch as files: 移交清单, 说明文件, 目录文件, 登记表, and the reports of its inspections."""

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from archive.views.inspecting import EXCEL
from units.access import gives_one
from units.doors import logged

from .. import inspection_papers
from ..models import Batch
from ..papers import PAPERS
from ..states import Side


@gives_one(Batch)
@logged()
@require_safe
def paper(request, batch, which):
    found = PAPERS.get(which)
    if found is None:
        raise Http404
    response = HttpResponse(found.make(batch), content_type=found.mime)
    response["Content-Disposition"] = f'inline; filename="{batch.issued_no}-{which}.{found.extension}"'
    return response


@gives_one(Batch)
@logged("export")
@require_safe
def batch_inspection(request, batch, side, kind):
    """四性检测报告 of one side, to everybody who may see the batch."""
    if side not in Side.values or kind not in ("json", "xlsx", "pdf"):
        raise Http404
    report = inspection_papers.inspected(batch, Side(side))
    answer: HttpResponse | StreamingHttpResponse
    if kind == "json":
        answer = StreamingHttpResponse(inspection_papers.as_json(report), content_type="application/json")
    elif kind == "xlsx":
        answer = FileResponse(inspection_papers.workbook(report), content_type=EXCEL)
    else:
        answer = HttpResponse(inspection_papers.pdf(report), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(kind != "pdf", f"{report.name}.{kind}")
    return answer
