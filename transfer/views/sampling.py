"""人工检测 of a batch, on the same page as that of a month."""

from functools import partial

from django.http import Http404
from django.views.decorators.http import require_http_methods

from archive.views.inspecting import sampled
from units.access import gives_one, may

from ..conditions import sampling_is_open
from ..models import Batch
from ..sample_forms import BatchTickForm
from ..sampling import scope_of
from ..states import Side


@gives_one(Batch)
@require_http_methods(["GET", "POST"])
def sample(request, batch):
    """For the archive's receiver once the batch was submitted, else for the unit's archivist."""
    for unit, permission, side in ((batch.archive, "receive", Side.ARCHIVE), (batch.unit, "make", Side.UNIT)):
        if may(request.user, permission, batch):
            closed = sampling_is_open(batch, side)
            scope = scope_of(batch, unit)
            form_of = partial(BatchTickForm, batch=batch, side=side, sample=scope.sample)
            return sampled(request, scope, back=("transfer:batch", batch.uid), closed=closed, form_of=form_of)
    raise Http404
