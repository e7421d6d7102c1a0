"""使用手册: what each post does here, and where."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..access import signed_in
from ..manual import CHAPTERS, own_chapters


@signed_in
@require_safe
def manual(request):
    own = own_chapters(request.user)
    sections = [("您的岗位", own), ("其他岗位", [one for one in CHAPTERS if one not in own])]
    return render(request, "units/manual.html", {"sections": sections})


@signed_in
@require_safe
def chapter(request, slug: str):
    found = next((one for one in CHAPTERS if one.slug == slug), None)
    if found is None:
        raise Http404
    return render(request, found.template, {"chapter": found, "chapters": CHAPTERS})
