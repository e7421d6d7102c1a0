"""Which post a person acts in, the idle limit of a session, and refusals as pages."""

import time
from contextlib import ExitStack

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import OperationalError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from . import form_drafts, moved_on, sent_once
from .access import NotGiven, standing
from .addresses import client_address
from .middleware_keys import ACTING_KEY, IDLE_KEY, SINCE_KEY
from .views import errors, sign_in
from .views import form_drafts as saving
from .workflow import BUSY, Refused, Secret, Stale, is_busy


class PrivateMiddleware:
    """Nothing of the staff site is kept by a browser or a proxy; static files never come here, the portal is public."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not request.path.startswith((reverse("portal:home"), settings.STATIC_URL)):
            response["Cache-Control"] = "private, no-store"
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Denied unless marked @public. A form that comes after its session ended is carried by the sign-in page."""

    def handle_no_permission(self, request, view_func):
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        if request.path == reverse("units:save_form_draft") and (told := saving.held(request)):
            return told
        if carried := form_drafts.carry(request):
            return sign_in.shown(request, carried=carried, status=401)
        came_from = request.headers.get("Referer", "")  # the address of an act is no page to come back to
        hosts = {request.get_host()}
        is_ours = url_has_allowed_host_and_scheme(came_from, hosts, require_https=request.is_secure())
        return redirect_to_login(came_from if is_ours else "/", self.get_login_url(view_func))


class FormDraftMiddleware:
    """A form answered by a redirect was done: what was kept of it goes; a refused one is kept.

    Stands inside everything that redirects by itself; a view that settled the matter says `request.is_resumed`.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        status = response.status_code
        if request.method != "POST" or getattr(request, "is_resumed", False) or not request.user.is_authenticated:
            return response
        if status == 302 and (ticket := form_drafts.posted(request)) is not None:
            form_drafts.done(ticket, by=request.user)
        elif status in (409, 422) and (ticket := form_drafts.posted(request)) is not None:
            typed = form_drafts.typed_of(request.POST.lists())
            if any(value.strip() for _, values in typed.lists() for value in values):
                form_drafts.keep(ticket, typed, by=request.user)
        return response


class SentOnceMiddleware:
    """Back and the button again, or a double click: the same form is done once (units/sent_once.py).

    Inside the messages, whose errors say that nothing was done, and what restores a form's files.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        with ExitStack() as request.while_sent:
            response = self.get_response(request)
            if (form := getattr(request, "form_done", None)) is not None:
                sent_once.remember(request, form, response)
            return response

    def process_view(self, request, view, args, kwargs):
        if hasattr(view, "answers_itself") or (form := sent_once.sent(request)) is None:
            return None
        try:
            request.while_sent.enter_context(sent_once.alone(form))
        except OperationalError as error:
            if is_busy(error):
                return errors.refused(request, [BUSY], status=409)
            raise
        if (answer := sent_once.done_before(request, form)) is not None:
            return answer
        request.form_done = form
        return None


class AddressLimitMiddleware:
    """414 with a sentence; longer ones than 8 KB do not come through the servers in front (deploy/nginx)."""

    CHARACTERS = 8000

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        if len(request.META.get("PATH_INFO", "")) + len(request.META.get("QUERY_STRING", "")) > self.CHARACTERS:
            return errors.address_too_long()
        return self.get_response(request)


class AnonymousBodyMiddleware:
    """Files and large bodies of somebody who is not signed in are refused unread; a dead session is none."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated or request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.content_type.startswith("multipart/"):
            return errors.files_unread(request)
        if length.isdigit() and int(length) > settings.EGOV_ANONYMOUS_BYTES:
            return errors.too_large(request)
        return self.get_response(request)


class InitialPasswordMiddleware:
    """A password that somebody else chose is changed before anything else is done."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and request.user.must_change_password:
            change = reverse("units:password")
            if request.path not in (change, reverse("units:sign_out")):
                return redirect(change)
        return self.get_response(request)


class UploadLimitMiddleware:
    """413 for a body above the limit of its path, read to its end first: a browser shows no answer while it sends."""

    BLOCK = 1024 * 1024
    ENVELOPE = 1024 * 1024  # the form around the file
    DRAINED = 4  # times the limit; whoever sends more is cut off

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = settings.EGOV_UPLOAD_BYTES_OF.get(request.path, settings.EGOV_UPLOAD_BYTES) + self.ENVELOPE
        if length.isdigit() and int(length) > limit:
            self._drain(request, min(int(length), self.DRAINED * limit))
            return errors.too_large(request)
        return self.get_response(request)

    def _drain(self, request, left: int) -> None:
        try:
            while left > 0 and (block := request.read(min(self.BLOCK, left))):
                left -= len(block)
        except OSError:  # gone already
            return


class ProbeMiddleware:
    """A monitor's question reads no session: `/healthz` answers that the database is down without asking it."""

    PATHS = ("/healthz", "/metrics")

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        if request.path in self.PATHS:
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)


class ActingMiddleware:
    """Sets `request.acting` (Appointment or None) and, on the person, where the request came from."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        request.acting = None
        if request.user.is_authenticated:
            if self._over(request):
                logout(request)
            else:
                self._seat(request)
        return self.get_response(request)

    def _over(self, request) -> bool:
        """Idle or signed in for too long (domain 12.4)."""
        now = int(time.time())
        last, since = request.session.get(IDLE_KEY, now), request.session.get(SINCE_KEY, now)
        if now - last > settings.EGOV_IDLE_SECONDS or now - since > settings.SESSION_COOKIE_AGE:
            return True
        if request.headers.get("X-Egov-Refresh"):  # the page looks again by itself: nobody is there
            return False
        # Written at most once a minute: otherwise every page view would be a database write.
        if IDLE_KEY not in request.session or now - last > 60:
            request.session[IDLE_KEY] = now
            request.session[SINCE_KEY] = since  # each save renews the cookie, so its age alone would never end
        return False

    def _seat(self, request) -> None:
        appointments = standing(request.user).chosen_from
        chosen = request.session.get(ACTING_KEY)
        request.acting = next(
            (one for one in appointments if one.pk == chosen), appointments[0] if appointments else None
        )
        request.user.acting = request.acting
        request.user.request_address = client_address(request)


class RefusalMiddleware:
    """A refusal that no form caught becomes a page with its sentences, never a 500."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, NotGiven):
            return moved_on.answer(request, exception)
        if isinstance(exception, Refused):
            status = 409 if isinstance(exception, Stale) else 422
            if isinstance(exception, Secret):
                return errors.refused(request, exception.reasons, status=status, is_secret=True)
            return errors.refused(request, exception.reasons, status=status, back=self._kept(request))
        if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
            return errors.bad_request(request, exception)
        if isinstance(exception, OperationalError) and is_busy(exception):
            return errors.refused(request, [BUSY], status=409, back=self._kept(request))
        return None

    def _kept(self, request) -> str:
        """The address of the form that was sent, with what was typed into it; "" for none (a secret is not kept)."""
        ticket = form_drafts.posted(request) if request.user.is_authenticated else None
        if ticket is None:
            return ""
        typed = form_drafts.typed_of(request.POST.lists())
        return ticket.address if form_drafts.keep(ticket, typed, by=request.user) else ""
