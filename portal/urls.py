from django.urls import path

from . import releases, views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.results, name="results"),
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/releases/", releases.releases, name="releases"),
    path("catalogue/releases/<uuid:uid>/", releases.release, name="release"),
    path("catalogue/releases/<uuid:uid>/catalogue.pdf", releases.release_pdf, name="release_pdf"),
    path("catalogue/releases/<uuid:uid>/catalogue.xlsx", releases.release_workbook, name="release_workbook"),
    path("records/<uuid:uid>/", views.record, name="record"),
    path("files/<uuid:uid>/", views.file, name="file"),
    path("current/", views.current, name="current"),
    path("current/<uuid:uid>/", views.document, name="document"),
    path("current/<uuid:uid>/file/", views.document_file, name="document_file"),
]
