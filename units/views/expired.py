"""A form that comes too late: with a dead CSRF token, or after its session ended. Nothing is done, nothing is lost."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from .. import form_drafts
from ..access import public
from . import errors, sign_in

AGAIN = "此页已过期，没有办理。您填写的内容都在下面，请核对后重新提交。"


@public("error page")
def csrf_failed(request, reason=""):
    """The same form, filled, for who is signed in; the sign-in page with the form in its hands for who is not."""
    user = getattr(request, "user", None)
    is_in = user is not None and user.is_authenticated
    if request.path == reverse("units:sign_in"):
        return sign_in.resumed(request) if is_in else sign_in.shown(request, stale=True, status=403)
    if not is_in:
        carried = form_drafts.carry(request)
        return sign_in.shown(request, carried=carried, status=401) if carried else errors.forbidden_as_stale()
    form_drafts.hold_for_another(request)
    ticket = form_drafts.posted(request)
    if ticket is None or form_drafts.keep(ticket, form_drafts.typed_of(request.POST.lists()), by=user) is None:
        return errors.forbidden_as_stale()
    messages.error(request, AGAIN)
    request.is_resumed = True  # the redirect is no success of the form
    return redirect(ticket.address)
