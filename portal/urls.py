from django.urls import path

from . import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.results, name="results"),
    path("catalogue/", views.catalogue, name="catalogue"),
    path("records/<uuid:uid>/", views.record, name="record"),
    path("files/<uuid:uid>/", views.file, name="file"),
    path("current/", views.current, name="current"),
    path("current/<uuid:uid>/", views.document, name="document"),
    path("current/<uuid:uid>/file/", views.document_file, name="document_file"),
]
