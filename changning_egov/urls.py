from django.shortcuts import redirect
from django.urls import include, path

from units import context
from units.access import public


@public("first page: sends everybody on")
def home(request):
    return redirect(context.landing(request.user) if request.user.is_authenticated else "units:sign_in")


urlpatterns = [
    path("", home, name="home"),
    path("", include("units.urls")),
    path("", include("documents.urls")),
    path("", include("archive.urls")),
    path("", include("transfer.urls")),
    path("portal/", include("portal.urls")),
]
handler400 = "units.views.errors.bad_request"
handler403 = "units.views.errors.forbidden"
handler404 = "units.views.errors.not_found"
handler500 = "units.views.errors.failed"
