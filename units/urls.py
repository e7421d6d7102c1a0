from django.urls import path

from .views import health, people, sign_in, work

app_name = "units"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("act-as/", sign_in.act_as, name="act_as"),
    path("password/", people.password, name="password"),
    path("people/", people.people, name="people"),
    path("people/new/", people.create_person, name="create_person"),
    path("people/<uuid:uid>/appoint/", people.appoint, name="appoint"),
    path("people/dismiss/<int:key>/", people.dismiss, name="dismiss"),
    path("jobs/", work.listing, name="jobs"),
    path("jobs/<uuid:uid>/retry/", work.retry, name="retry_job"),
    path("jobs/<uuid:uid>/findings.csv", work.report, name="job_report"),
    path("chores/", work.chore_table, name="chores"),
    path("components/", sign_in.components, name="components"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
