"""All named routes of the site, and what a visit of each needs."""

from django.urls import URLPattern, URLResolver, get_resolver


def all_routes(resolver=None, namespace: str = "") -> dict[str, URLPattern]:
    """Route name with its namespace → pattern; an unnamed route appears under its path and fails the matrix."""
    found: dict[str, URLPattern] = {}
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found |= all_routes(entry, inner)
        else:
            found[f"{namespace}{entry.name}" if entry.name else str(entry.pattern)] = entry
    return found


def access_of(pattern: URLPattern) -> str:
    """What units.access wrote on the view, "" when nobody did."""
    view = pattern.callback
    while view is not None:
        if mark := getattr(view, "access", ""):
            return mark
        view = getattr(view, "__wrapped__", None)
    return ""
