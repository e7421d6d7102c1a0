"""A door through which a text or a file leaves: every visit is a row of the access log (design section 4)."""

from functools import wraps

from .audit import log_access


def logged(act: str = "view"):
    """Under `gives_one`: whoever was given the object by GET is written down, once the answer is his (status 200)."""

    def decorate(view):
        @wraps(view)
        def inner(request, obj, **kwargs):
            response = view(request, obj, **kwargs)
            if request.method == "GET" and response.status_code == 200:
                log_access(act, obj, by=request.user)
            return response

        return inner

    return decorate
