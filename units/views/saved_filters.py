"""Keeping and giving up a named filter; both lead back to its list."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from .. import saved_filters
from ..access import gives_one, signed_in
from ..models import SavedFilter
from ..workflow import Refused


@signed_in
@require_POST
def save_filter(request):
    page, query = request.POST.get("page", ""), request.POST.get("query", "")
    if page not in saved_filters.PAGES:
        raise Http404
    back = saved_filters.cleaned(query, saved_filters.PAGES[page])
    try:
        row = saved_filters.save(request.user, page, request.POST.get("name", "").replace("\x00", ""), query)
    except Refused as refusal:
        messages.error(request, "".join(refusal.reasons))
    else:
        removed = request.session.pop(saved_filters.REMOVED, None)
        is_back = removed == {"page": row.page, "name": row.name, "query": row.query}
        messages.success(request, f"已{'恢复' if is_back else '保存'}常用筛选“{row.name}”。")
    return redirect(f"{reverse(page)}?{back}")


@gives_one(SavedFilter)
@require_POST
def remove_filter(request, row):
    row.delete()
    request.session[saved_filters.REMOVED] = {"page": row.page, "name": row.name, "query": row.query}
    messages.success(request, f"已删除常用筛选“{row.name}”。")
    return redirect(reverse(row.page) if row.page in saved_filters.PAGES else "home")
