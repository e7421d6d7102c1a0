from django.urls import path

from .views import (
    administrators,
    delegations,
    form_drafts,
    handover,
    health,
    people,
    saved_filters,
    sign_in,
    unit_groups,
    work,
)

app_name = "units"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("large-type/", sign_in.large_type, name="large_type"),
    path("act-as/", sign_in.act_as, name="act_as"),
    path("form-drafts/", form_drafts.save, name="save_form_draft"),
    path("form-drafts/discard/", form_drafts.discard, name="discard_form_draft"),
    path("password/", people.password, name="password"),
    path("people/", people.people, name="people"),
    path("people/new/", people.create_person, name="create_person"),
    path("people/<uuid:uid>/appoint/", people.appoint, name="appoint"),
    path("people/dismiss/<int:key>/", people.dismiss, name="dismiss"),
    path("hand-over/", handover.hand_over, name="hand_over"),
    path("administrators/", administrators.administrators, name="administrators"),
    path("administrators/<int:key>/dismiss/", administrators.propose, name="propose_dismissal"),
    path("administrators/<uuid:uid>/<slug:step>/", administrators.decide, name="decide_dismissal"),
    path("deputies/", delegations.delegations, name="delegations"),
    path("deputies/<uuid:uid>/end/", delegations.end, name="end_delegation"),
    path("deputies/<uuid:uid>/noted/", delegations.take_note, name="note_delegation"),
    path("unit-groups/", unit_groups.unit_groups, name="unit_groups"),
    path("unit-groups/<uuid:uid>/", unit_groups.edit, name="edit_unit_group"),
    path("unit-groups/<uuid:uid>/end/", unit_groups.end, name="end_unit_group"),
    path("jobs/", work.listing, name="jobs"),
    path("jobs/<uuid:uid>/retry/", work.retry, name="retry_job"),
    path("jobs/<uuid:uid>/findings.csv", work.report, name="job_report"),
    path("filters/", saved_filters.save_filter, name="save_filter"),
    path("filters/<uuid:uid>/remove/", saved_filters.remove_filter, name="remove_filter"),
    path("chores/", work.chore_table, name="chores"),
    path("components/", sign_in.components, name="components"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
