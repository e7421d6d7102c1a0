"""Signing in and out, and the post a person acts in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import audit, components_demo, form_drafts, sent_once
from .. import context as menu
from ..access import public, signed_in, standing
from ..addresses import client_address
from ..forms import SignInForm
from ..middleware_keys import ACTING_KEY, IDLE_KEY, SINCE_KEY

HELD = "您在登录到期以后填写的内容已为您保留，尚未提交：打开原来的页面即可接着填写。"


@public("signing in")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request):
    if request.user.is_authenticated:
        return resumed(request)
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = form.get_user()
        before = person.last_login
        login(request, person)
        request.session.pop(IDLE_KEY, None)
        request.session.pop(SINCE_KEY, None)
        person.request_address = client_address(request)
        with transaction.atomic():
            audit.record("sign_in", "登录", audit.Account(person), by=person)
        if not request.POST.get("carried") and form_drafts.held_since(person, before):
            messages.info(request, HELD)
        return resumed(request)
    return shown(request, form, status=422 if request.method == "POST" else 200)


def shown(request, form=None, *, carried: str = "", status: int = 200, **context):
    """The sign-in page; it carries on what it was given, or carried already: a wrong password loses nothing."""
    typed = request.POST.get("username", "")[:60] if request.path == reverse("units:sign_in") else ""
    context |= {
        "form": form or SignInForm(request, initial={"username": typed}),
        "practice": next((found for one in menu.PRACTICE if (found := one())), None),
        "next": request.POST.get("next", request.GET.get("next", "")),
        "carried": carried or request.POST.get("carried", ""),
    }
    return render(request, "units/sign_in.html", context, status=status)


def resumed(request):
    """Where the person wanted to go; with a carried form, back to it: filled, and not sent."""
    carried = request.POST.get("carried", "")
    if not carried:
        return redirect(_next(request))
    ticket = form_drafts.take_up(carried, by=request.user)
    if ticket is None:
        messages.error(
            request, "登录的不是原来填写的人，或者登录页打开过久：原来填写的内容没有带过来，已为原填写人保留。"
        )
        return redirect("documents:waiting")
    messages.info(request, "已重新登录。您先前填写的内容都在下面，尚未提交，请核对后再提交。")
    request.is_resumed = True  # the redirect is no success of the form
    return redirect(ticket.address)


def _next(request) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse(menu.landing(request.user))


def locked_out(request, credentials=None, *args, **kwargs):
    """Answer of django-axes once an account is locked (domain 12.4: five failures)."""
    audit.record_refusal(
        "lock_out",
        "账号锁定",
        actor_name=str((credentials or {}).get("username", ""))[:60],
        address=client_address(request),
    )
    if request.user.is_authenticated:  # whoever guesses the old password on an open screen is shown the door
        logout(request)
    locked = "连续输错次数过多，账号已锁定十五分钟，请稍后再试或与系统管理员联系。"
    return shown(request, locked=locked, status=429)


@receiver(user_login_failed)
def note_failed_sign_in(sender, credentials, request=None, **kwargs):
    """Django gives no other place to see a failed sign-in, or a wrong old password on the change page."""
    changing = request is not None and getattr(request, "user", None) is not None and request.user.is_authenticated
    audit.record_refusal(
        *(("old_password_wrong", "原密码错误") if changing else ("sign_in_failed", "登录失败")),
        actor_name=str(credentials.get("username", ""))[:60].replace("\x00", ""),
        address=client_address(request) if request is not None else "",
    )


@sent_once.answers_itself("it sets what it is told, however often")
@signed_in
@require_POST
def sign_out(request):
    with transaction.atomic():
        audit.record("sign_out", "退出", audit.Account(request.user), by=request.user)
    logout(request)
    return redirect("units:sign_in")


@sent_once.answers_itself("it sets what it is told, however often")
@signed_in
@require_POST
def act_as(request):
    """Choose the post to act in; an appointment that is not the person's own is no such page."""
    chosen = request.POST.get("appointment", "")
    mine = {str(one.pk): one for one in standing(request.user).chosen_from}
    if chosen not in mine:
        raise Http404
    request.session[ACTING_KEY] = mine[chosen].pk
    messages.success(request, f"现以{mine[chosen].post}身份办理。")
    return redirect(menu.landing(request.user, mine[chosen]))


@sent_once.answers_itself("it sets what it is told, however often")
@signed_in
@require_POST
def large_type(request):
    """大字: kept in the browser, whoever signs in there; back to the page it was asked on."""
    response = redirect(_next(request))
    if request.POST.get("large") == "1":
        response.set_cookie(
            menu.LARGE_TYPE, "1", max_age=365 * 86400, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(menu.LARGE_TYPE)
    return response


@public("who cannot sign in asks here")
@require_safe
def sign_in_help(request):
    """登录帮助: what to do before one can do anything."""
    return render(request, "units/sign_in_help.html")


@public("only with DEBUG")
def components(request):
    if not settings.DEBUG:
        raise Http404
    return render(request, "units/components.html", components_demo.context())
