"""部署与连接, for whoever keeps archives, evaluates or looks after the platform."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from units.access import gives_many
from units.models import Unit

from .. import deployment as facts


@gives_many(Unit, "see_deployment")
@require_safe
def deployment(request, units):
    if not units.exists():
        raise Http404
    groups = [("部署模式", facts.model()), ("连接和防护", facts.links())]
    lacking = sum(bool(one.lacks) for _, rows in groups for one in rows)
    context = {"groups": groups, "lacking": lacking, "runs": facts.looked_after()}
    return render(request, "transfer/deployment.html", context)
