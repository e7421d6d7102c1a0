"""Where a text, a file or a sheet of a document is opened: what was destroyed by law is told of, and opened no more."""

from functools import wraps

from units.workflow import Refused


def while_it_is_kept(view):
    """Below `gives_one`: the view has the document of its visitor's unit, whose own item decides."""

    @wraps(view)
    def inner(request, document, **kwargs):
        if told := document.destroyed:
            raise Refused(f"“{document}”{told}")
        return view(request, document, **kwargs)

    return inner
