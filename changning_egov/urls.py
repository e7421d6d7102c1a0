from django.urls import include, path

urlpatterns = [
    path("", include("units.urls")),
    path("", include("documents.urls")),
    path("", include("archive.urls")),
    path("", include("transfer.urls")),
    path("portal/", include("portal.urls")),
]
handler403 = "units.views.errors.forbidden"
handler404 = "units.views.errors.not_found"
handler500 = "units.views.errors.failed"
