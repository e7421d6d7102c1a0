"""The papers of a batch as files: 移交清单, 说明文件, 目录文件, 登记表."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from units.access import gives_one
from units.doors import logged

from ..models import Batch
from ..papers import PAPERS


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
