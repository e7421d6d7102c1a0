from django.urls import path

from .views import sign_in

app_name = "units"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("act-as/", sign_in.act_as, name="act_as"),
    path("components/", sign_in.components, name="components"),
    path("healthz", sign_in.healthz, name="healthz"),
]
