"""Saving what is typed, by the page's script (static/js/drafts.js), and giving it up."""

import json

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from .. import form_drafts
from ..access import signed_in

SEQ_LIMIT = 2**62


def _told(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


def _is_too_long(request) -> bool:
    length = str(request.META.get("CONTENT_LENGTH") or 0)
    return length.isascii() and length.isdigit() and int(length) > form_drafts.BYTES


def _sent(request) -> tuple | None:
    """(ticket, typed, tab, seq) of the JSON that the script sends; None when it is something else."""
    try:
        sent = json.loads(request.body)
        ticket, typed = form_drafts.read(sent["ticket"]), form_drafts.as_sent(sent)
        return ticket, typed, str(sent["tab"]), int(sent["seq"])
    except (ValueError, KeyError, TypeError, RecursionError, RawPostDataException):  # a form was sent, no JSON
        return None


def _signed_out(why: str, status: int, ticket, typed) -> JsonResponse:
    """What is typed on an open page of somebody who is signed in no more waits for him; nobody else is shown it."""
    if not form_drafts.hold(ticket, typed):
        return _told(f"{why}没有自动保存。", status)
    told = f"{why}您填写的内容已为您本人保留，重新登录后可接着填写。"
    return JsonResponse({"message": told, "signed_out": True}, status=status)


def held(request) -> JsonResponse | None:
    """The answer to a saving without a session; None when it is none of ours."""
    sent = None if _is_too_long(request) else _sent(request)
    if sent is None or sent[0] is None:
        return None
    return _signed_out("登录已到期。", 401, sent[0], sent[1])


@signed_in
@require_POST
def save(request):
    """JSON `{"ticket", "tab", "seq", "typed": [[name, value], …]}`; answers `{"saved": "10:32"}` or why not."""
    if _is_too_long(request):
        return _told("内容过长，不能自动保存，请及时点按钮保存。", 413)
    if (sent := _sent(request)) is None:
        return _told("没有收到可以自动保存的内容。", 422)
    ticket, typed, tab, seq = sent
    if ticket is None or not (0 < len(tab) <= 32 and tab.isascii() and tab.isalnum() and 0 <= seq < SEQ_LIMIT):
        return _told("此页打开过久，不能再自动保存，请点按钮保存。", 422)
    if ticket.person != request.user.pk:
        return _signed_out("登录的已不是打开此页的人。", 409, ticket, typed)
    if form_drafts.keep(ticket, typed, by=request.user, tab=tab, seq=seq) is None:
        return _told("涉密内容不得录入本系统，没有自动保存，此前自动保存的也已清除。", 422)
    return JsonResponse({"saved": f"{timezone.localtime():%H:%M}"})


@signed_in
@require_POST
def discard(request):
    """放弃: what was kept of one form goes; the page stands as if nothing had been typed."""
    ticket = form_drafts.read(request.POST.get(form_drafts.ADDRESS))
    if ticket is None or ticket.person != request.user.pk:
        raise Http404
    form_drafts.forget(ticket, by=request.user)
    messages.success(request, "已放弃未提交的内容。")
    return redirect(ticket.page)
