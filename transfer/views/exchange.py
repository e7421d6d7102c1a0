"""The machine routes of the archive's installation: announce, ask, send a chunk, finish (transfer/line)."""

from ..line import arriving
from ..line.door import for_peers, values_of


@for_peers("POST")
def announce(request, peer):
    row = arriving.announce(peer, values_of(request))
    return 200, arriving.status_of(row)


@for_peers("GET")
def arrival(request, peer, uid):
    """How far it is, what is missing, what became of it."""
    return 200, arriving.status_of(arriving.of_peer(peer, uid))


@for_peers("PUT")
def chunk(request, peer, uid, part, number):
    row = arriving.of_peer(peer, uid)
    length = request.headers.get("Content-Length", "")
    arriving.take_chunk(row, part, number, request.read, request.headers["Egov-Digest"], length)
    return 200, {"there": [part, number]}


@for_peers("POST")
def finish(request, peer, uid):
    values_of(request)
    row = arriving.of_peer(peer, uid)
    arriving.finish(row)
    return 202, {"uid": str(row.uid), "state": row.state}
