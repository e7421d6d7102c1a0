"""来文与复文: 合为一件 and 拆开 by the archivist's hand, and the unit's policy."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from units.access import gives_one, needs
from units.workflow import Refused

from .. import joining, pairs, parting, tying
from ..forms import PartForm, TieForm
from ..keeping_forms import PairForm
from ..models import Record
from .arranging import ARRANGE, add_reasons, unit_of
from .keeping import show_settings
from .records import show as show_record


@gives_one(Record, "arrange")
@require_POST
def join(request, record):
    """The pair that the page showed, of which this record is one: one item from now on, or no pair at all."""
    asked, unties = (request.POST.get("reply", ""), request.POST.get("asked", "")), "untie" in request.POST
    pairs_shown = [(one.record, one.other) for one in tying.by_hand(record)] if unties else joining.pairs_of(record)
    pair = next((one for one in pairs_shown if asked == (str(one[0].uid), str(one[1].uid))), None)
    if pair is None:
        raise Http404
    name = "untie_form" if unties else "join_form"
    form = PartForm(request.POST, auto_id="untie_%s" if unties else "join_%s")
    if form.is_valid():
        try:
            if unties:
                tying.untie(*pair, by=request.user, reason=form.cleaned_data["reason"])
                messages.success(request, "已撤销答复关系。")
                return redirect(record)
            reply = joining.join(*pair, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return show_record(request, record, status=add_reasons(form, refusal), **{name: form})
        messages.success(request, f"来文与复文已合为一件，档号 {reply.archival_code}。")
        return redirect(reply)
    return show_record(request, record, status=422, **{name: form})


@gives_one(Record, "arrange")
@require_POST
def tie(request, record):
    """This record answers the one that is named."""
    form = TieForm(request.POST, auto_id="tie_%s")
    if form.is_valid():
        try:
            asker = tying.meant(record, form.cleaned_data["asked"], request.user)
            tying.tie(record, asker, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return show_record(request, record, status=add_reasons(form, refusal), tie_form=form)
        messages.success(request, f"已登记：本件答复“{asker.title}”（{asker.archival_code}）。")
        return redirect(record)
    return show_record(request, record, status=422, tie_form=form)


@gives_one(Record, "join")
@require_POST
def part(request, record):
    form = PartForm(request.POST)
    if form.is_valid():
        try:
            parted = parting.part(record, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return show_record(request, record, status=add_reasons(form, refusal), part_form=form)
        messages.success(request, f"已拆开，来文另编档号 {parted.archival_code}。")
        return redirect(parted)
    return show_record(request, record, status=422, part_form=form)


@needs(ARRANGE)
@require_POST
def set_policy(request):
    """各为一件 or 合为一件, from a day on."""
    unit, form = unit_of(request), PairForm(request.POST)
    if form.is_valid():
        try:
            row = pairs.set_policy(unit, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            return show_settings(request, unit, status=add_reasons(form, refusal), pair_form=form)
        messages.success(request, f"自{row.starts_on}起，来文与复文{row.get_policy_display()}。")
        return redirect("archive:settings")
    return show_settings(request, unit, status=422, pair_form=form)
