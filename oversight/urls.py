from django.urls import path

from . import row_views, sheet_views, trail_views, urging_views, views

app_name = "oversight"

urlpatterns = [
    path("", views.district, name="district"),
    path("workbook/", views.workbook, name="workbook"),
    path("pdf/", views.pdf, name="pdf"),
    path("freeze/", views.freeze, name="freeze"),
    path("audit/", trail_views.audit, name="audit"),
    path("audit/<slug:which>/", trail_views.audit, name="audit_of"),
    path("audit/<slug:which>/workbook/", trail_views.audit_workbook, name="audit_workbook"),
    path("own/", views.own, name="own"),
    path("units/<uuid:uid>/", views.sheet, name="sheet"),
    path("units/<uuid:uid>/workbook/", sheet_views.sheet_workbook, name="sheet_workbook"),
    path("units/<uuid:uid>/pdf/", sheet_views.sheet_pdf, name="sheet_pdf"),
    path("units/<uuid:uid>/rows/", views.rows, name="rows"),
    path("units/<uuid:uid>/records/", row_views.records, name="records"),
    path("rows/", row_views.all_rows, name="all_rows"),
    path("records/", row_views.all_records, name="all_records"),
    path("units/<uuid:uid>/urge/", views.urge, name="urge"),
    path("units/<uuid:uid>/go-live/", views.go_live, name="go_live"),
    path("units/<uuid:uid>/baseline/", views.baseline, name="baseline"),
    path("baselines/<uuid:uid>/accept/", views.accept_baseline, name="accept_baseline"),
    path("baselines/<uuid:uid>/withdraw/", sheet_views.withdraw_baseline, name="withdraw_baseline"),
    path("urgings/<uuid:uid>/", urging_views.urging, name="urging"),
    path("documents/<uuid:uid>/sample/", row_views.sample, name="sample"),
    path("documents/<uuid:uid>/year-note/", row_views.year_note, name="year_note"),
]
