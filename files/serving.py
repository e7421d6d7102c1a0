"""Files on their way out: streamed, never as a page of ours (design section 9, OWASP on uploads)."""

from urllib.parse import quote

from django.http import FileResponse

from units.audit import log_access

from .store import path_of

INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", "text/plain"})
POLICY = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "object-src": ["'self'"], "sandbox": [""]}


def gives_file(view):
    """Marks a view whose address is a file: nobody is led back to it as to a page."""
    view.gives_file = True
    return view


def file_response(request, stored, filename: str, *, inline: bool = False, obj=None) -> FileResponse:
    """`stored` (StoredFile) under `filename`; shown in the browser only for the few types that carry no script."""
    if obj is not None:
        log_access("view" if inline else "download", obj, by=request.user)
    return path_response(path_of(stored), filename, stored.mime, inline=inline)


def path_response(path, filename: str, mime: str, *, inline: bool = False) -> FileResponse:
    shown = inline and mime in INLINE
    kind = f"{mime}; charset=utf-8" if mime == "text/plain" else mime
    response = FileResponse(open(path, "rb"), content_type=(kind if mime in INLINE else "application/octet-stream"))
    fallback = "".join(char if (char.isascii() and char.isalnum()) or char in "._-" else "_" for char in filename)
    response["Content-Disposition"] = (
        f"{'inline' if shown else 'attachment'}; filename=\"{fallback}\"; filename*=UTF-8''{quote(filename)}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    # a PDF viewer of the browser needs no sandbox; everything else gets one
    response._csp_replace = (
        {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]} if mime == "application/pdf" else POLICY
    )
    return response
