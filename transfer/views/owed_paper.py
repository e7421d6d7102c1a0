"""登记补交 of one batch: the list of 欠纸质件, cut to what this batch handed over."""

from django.http import Http404
from django.views.decorators.http import require_http_methods

from archive.models import Record
from archive.twins.owing import owed_anywhere
from archive.views.owed import listed
from units.access import gives_one, holds

from ..beside_files import taken_over
from ..models import Batch


@gives_one(Batch)
@require_http_methods(["GET", "POST"])
def owed_paper(request, batch):
    """For whoever arranges the records of the unit that handed over."""
    if not holds("arrange_records", request.user, batch.unit):
        raise Http404
    rows = Record.objects.allowing("supply", request.user).filter(pk__in=taken_over(batch))
    return listed(request, batch.unit, owed_anywhere(rows, batch.unit), within=batch)
