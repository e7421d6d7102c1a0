from django.urls import path

from .views import appraisal, backfile, records, reviewing, searching, twins

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
    path("records/due/", appraisal.due, name="due"),
    path("records/holds/", appraisal.all_holds, name="holds"),
    path("records/holds/<uuid:uid>/lift/", appraisal.lift_hold, name="lift_hold"),
    path("records/appraisals/", appraisal.appraisals, name="appraisals"),
    path("records/appraisals/<uuid:uid>/", appraisal.appraisal, name="appraisal"),
    path("records/appraisals/<uuid:uid>/act/<slug:step>/", appraisal.act, name="appraisal_act"),
    path("records/appraisals/<uuid:uid>/group/", appraisal.appoint, name="appoint_member"),
    path("records/appraisals/<uuid:uid>/judge/", appraisal.judge, name="judge"),
    path("records/appraisals/<uuid:uid>/supervise/", appraisal.supervise, name="supervise"),
    path("records/appraisals/<uuid:uid>/<slug:kind>.pdf", appraisal.appraisal_paper, name="appraisal_paper"),
    path("records/appraisals/<uuid:uid>/list.xlsx", appraisal.appraisal_workbook, name="appraisal_workbook"),
    path("records/paper/", twins.owed, name="owed"),
    path("records/paper/new/", twins.paper_alone, name="paper_alone"),
    path("records/paper/print/", twins.paper_print, name="paper_print"),
    path("records/boxes/", twins.all_boxes, name="boxes"),
    path("records/boxes/<uuid:uid>/", twins.box, name="box"),
    path("records/boxes/<uuid:uid>/edit/", twins.edit_box, name="edit_box"),
    path("records/boxes/<uuid:uid>/stock/", twins.check_box, name="check_box"),
    path("records/stock/", twins.all_stock, name="stock"),
    path("records/stock/<uuid:uid>/", twins.stock_check, name="stock_check"),
    path("records/<uuid:uid>/unbox/", twins.take_out_of_box, name="take_out_of_box"),
    path("records/<uuid:uid>/stamped.pdf", twins.stamped, name="stamped"),
    path("records/<uuid:uid>/", records.record, name="record"),
    path("records/<uuid:uid>/reclassify/", records.reclassify, name="reclassify"),
    path("records/<uuid:uid>/decide/", reviewing.decide, name="decide"),
    path("records/<uuid:uid>/files/<uuid:component>/", records.component, name="component"),
    path("records/<uuid:uid>/files/<uuid:component>/page.pdf", records.component_pdf, name="component_pdf"),
]
