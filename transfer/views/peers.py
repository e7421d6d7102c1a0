"""对接平台 (管理), and what people do with a package on its way to one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from units.access import gives_one, needs
from units.workflow import Refused

from ..line import handling, signing
from ..line import peers as acts
from ..models import Arrival, Consignment, Peer
from ..peer_forms import PeerForm

SHOWN = 100  # peers, and packages that came in


@needs("manage_people")
@require_http_methods(["GET", "POST"])
def peers(request):
    """Who is connected, this installation's own key, and a new one."""
    form = PeerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.add(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"“{made.name}”已登记，请与对方核对密钥指纹后再开始移交。")
            return redirect("transfer:peers")
    rows = Peer.objects.allowing("view", request.user).select_related("added_by", "ended_by")
    key = signing.public_text(signing.own_key())
    arrivals = Arrival.objects.allowing("view", request.user).select_related("peer")
    context = {
        "form": form, "peers": list(rows.prefetch_related("units")[:SHOWN]), "key": key,
        "own": Peer(public_key=key, fingerprint=signing.fingerprint_of(key)), "arrivals": list(arrivals[:SHOWN]),
    }  # fmt: skip
    return render(request, "transfer/peers.html", context, status=422 if form.is_bound and form.errors else 200)


@gives_one(Peer, "end")
@require_POST
def end_peer(request, peer):
    acts.end(peer, by=request.user)
    messages.success(request, f"“{peer.name}”已停用，不再收发。")
    return redirect("transfer:peers")


def _back(row: Consignment):
    if row.batch is None:
        raise Http404
    return redirect(row.batch)


@gives_one(Consignment, "make")
@require_POST
def cancel_consignment(request, row):
    handling.cancel(row, by=request.user)
    messages.success(request, f"“{row.name}”送往{row.peer.name}已取消，对方已收到的部分到期自动清除。")
    return _back(row)


@gives_one(Consignment, "make")
@require_POST
def retry_consignment(request, row):
    handling.retry(row, by=request.user)
    messages.success(request, f"继续向{row.peer.name}传送“{row.name}”，已传到的不再重传。")
    return _back(row)
