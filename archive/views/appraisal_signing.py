"""Names under an 鉴定: each member's under the opinions, who is excused, and the two 监销人."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from units.access import gives_one
from units.workflow import Refused

from ..appraisal import actions, membership
from ..appraisal.forms import ExcuseForm, SignForm
from ..models import Appraisal
from .appraisal import show
from .arranging import add_reasons


@gives_one(Appraisal, "judge")
@require_POST
def sign_opinions(request, appraisal):
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            membership.sign(appraisal, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            return show(request, appraisal, status=422, refused=refusal.reasons)
        messages.success(request, "已签署鉴定意见。")
        return redirect(appraisal)
    return show(request, appraisal, status=422, sign_form=form)


@gives_one(Appraisal, "make")
@require_POST
def excuse_member(request, appraisal):
    form = ExcuseForm(request.POST, missing=membership.waited_for(appraisal))
    if form.is_valid():
        try:
            member = membership.excuse(appraisal, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            return show(request, appraisal, status=add_reasons(form, refusal), excuse_form=form)
        messages.success(request, f"{member.person.name}已免签。")
        return redirect(appraisal)
    return show(request, appraisal, status=422, excuse_form=form)


@gives_one(Appraisal, "make")
@require_POST
def remove_member(request, appraisal):
    """移出, while nobody was asked anything."""
    key = request.POST.get("person", "")
    member = appraisal.group.filter(person=key).select_related("person").first() if key.isdecimal() else None
    if member is None:
        return show(request, appraisal, status=422, refused=["此人不在鉴定小组中，可能已被移出。"])
    try:
        membership.remove(appraisal, member.person, by=request.user)
    except Refused as refusal:
        return show(request, appraisal, status=422, refused=refusal.reasons)
    messages.success(request, f"{member.person.name}已移出鉴定小组。")
    return redirect(appraisal)


@gives_one(Appraisal, "supervise")
@require_POST
def supervise(request, appraisal):
    try:
        actions.supervise(appraisal, by=request.user, seen=request.POST.get("digest", ""))
    except Refused as refusal:
        return show(request, appraisal, status=422, refused=refusal.reasons)
    messages.success(request, "已签字监销。")
    return redirect(appraisal)


@gives_one(Appraisal, "supervise")
@require_POST
def withdraw(request, appraisal):
    try:
        actions.withdraw_supervision(appraisal, by=request.user)
    except Refused as refusal:
        return show(request, appraisal, status=422, refused=refusal.reasons)
    messages.success(request, "已撤回监销签字。")
    return redirect(appraisal)
