from django.urls import path

from .views import backfile, inspecting, records, reviewing, searching

app_name = "archive"

urlpatterns = [
    path("records/", records.filed, name="filed"),
    path("records/search/", searching.results, name="search"),
    path("records/search.csv", searching.export, name="export"),
    path("records/search.xlsx", searching.export_workbook, name="export_workbook"),
    path("records/import/", backfile.upload, name="import_backfile"),
    path("records/import/template.xlsx", backfile.template, name="backfile_template"),
    path("records/import/<uuid:uid>/report.xlsx", backfile.report, name="backfile_report"),
    path("records/opening/", reviewing.review, name="opening"),
    path("records/<uuid:uid>/", records.record, name="record"),
    path("records/<uuid:uid>/reclassify/", records.reclassify, name="reclassify"),
    path("records/<uuid:uid>/decide/", reviewing.decide, name="decide"),
    path("records/<uuid:uid>/files/<uuid:component>/", records.component, name="component"),
    path("records/<uuid:uid>/files/<uuid:component>/page.pdf", records.component_pdf, name="component_pdf"),
    path("records/<uuid:uid>/inspection/", inspecting.inspection, name="inspection"),
    path("records/<uuid:uid>/inspection/<slug:kind>/", inspecting.report, name="inspection_report"),
    path("records/<uuid:uid>/readers/", inspecting.readers, name="readers"),
    path("records/<uuid:uid>/description/", inspecting.description, name="description"),
    path("records/<uuid:uid>/package.zip", inspecting.package, name="package"),
    path("records/checks/", inspecting.own_checks, name="own_checks"),
    path("records/checks/<uuid:uid>/", inspecting.checks, name="checks"),
    path("records/checks/<uuid:uid>/<slug:stage>/<int:year>/<int:month>/", inspecting.sample, name="sample"),
]
