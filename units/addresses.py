"""Where a request came from: audit, access log and lock-out ask this one function (OWASP on proxies)."""

from ipaddress import ip_address, ip_network

from django.conf import settings

LOCAL_SOCKET = "unix"  # in EGOV_TRUSTED_PROXIES: a front server that speaks over a socket of this machine


def client_address(request) -> str:
    """The client's address, "" when unknown.

    X-Forwarded-For is believed only when the connection itself comes from a proxy in EGOV_TRUSTED_PROXIES, and is
    read from the right: the first address that is no trusted proxy is the client, whatever stands left of it.
    """
    nearest = request.META.get("REMOTE_ADDR", "") or ""
    if not _is_trusted(nearest):
        return nearest[:45]
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        hop = _plain(hop.strip())
        if not hop:
            break  # nothing or nonsense: what stands left of it was written by nobody we know
        nearest = hop
        if not _is_trusted(hop):
            break
    return nearest[:45]


def _plain(text: str) -> str:
    """The address without port and brackets, "" for what is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _is_trusted(address: str) -> bool:
    if not address:
        return LOCAL_SOCKET in settings.EGOV_TRUSTED_PROXIES
    try:
        found = ip_address(address)
    except ValueError:
        return False
    networks = (ip_network(one, strict=False) for one in settings.EGOV_TRUSTED_PROXIES if one != LOCAL_SOCKET)
    return any(found in network for network in networks)
