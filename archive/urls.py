from django.urls import path

from .views import backfile, records, reviewing, schedules, searching, use, why

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
    path("records/due/", why.due, name="due"),
    path("records/<uuid:uid>/why/", why.of_record, name="why"),
    path("documents/<uuid:uid>/why/", why.of_document, name="why_document"),
    path("schedules/", schedules.schedules, name="schedules"),
    path("schedules/draft/", schedules.draft, name="draft_schedule"),
    path("schedules/<uuid:uid>/", schedules.schedule, name="schedule"),
    path("schedules/<uuid:uid>/act/<slug:step>/", schedules.act, name="schedule_act"),
    path("schedules/<uuid:uid>/rules/add/", schedules.rule, name="add_schedule_rule"),
    path("schedules/<uuid:uid>/rules/<str:code>/", schedules.rule, name="schedule_rule"),
    path("schedules/<uuid:uid>/rules/<str:code>/strike/", schedules.strike, name="strike_schedule_rule"),
    path("schedules/<uuid:uid>/workbook.xlsx", schedules.workbook, name="schedule_workbook"),
    path("schedules/<uuid:uid>/load/", schedules.load, name="load_schedule"),
    path("schedules/<uuid:uid>/compare/", schedules.compare, name="compare_schedules"),
    path("schedules/<uuid:uid>/trial/", schedules.trial, name="try_schedule"),
    path("use/", use.uses, name="uses"),
    path("use/<uuid:uid>/", use.use, name="use"),
    path("use/<uuid:uid>/<slug:step>/", use.act, name="use_act"),
]
