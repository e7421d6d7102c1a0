"""The site's addresses and one that breaks: the only honest way to the page of a failure."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from changning_egov import urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@login_not_required
def fails(request):
    raise ZeroDivisionError("on purpose")


urlpatterns = [*urls.urlpatterns, path("fails/", fails)]
