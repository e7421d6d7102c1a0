from django.urls import path

from .views import backfile, correcting, desk, inspecting, records, reviewing, searching, years

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
    path("records/desk/", desk.show, name="desk"),
    path("records/desk/check/", desk.check_many, name="check_many"),
    path("records/desk/bulk/", desk.bulk, name="bulk"),
    path("records/desk/bulk/<uuid:uid>/", desk.bulk_done, name="bulk_done"),
    path("records/desk/bulk/<uuid:uid>/undo/", desk.undo, name="undo_bulk"),
    path("records/desk/enter/", desk.enter, name="enter"),
    path("records/years/", years.years, name="years"),
    path("records/years/<int:year>/", years.year, name="year"),
    path("records/years/<uuid:uid>/", years.fixed_year, name="fixed_year"),
    path("records/years/<uuid:uid>/ask/", years.ask, name="ask_renumbering"),
    path("records/years/<uuid:uid>/decide/", years.decide, name="decide_renumbering"),
    path("records/registers/", years.registers, name="filing_registers"),
    path("records/registers/<int:year>/<int:month>/", years.register, name="filing_register"),
    path("records/registers/<int:year>/<int:month>/sign/", years.sign, name="sign_register"),
    path("records/registers/<int:year>/<int:month>/page.pdf", years.register_pdf, name="filing_register_pdf"),
    path(
        "records/registers/<int:year>/<int:month>/book.xlsx", years.register_workbook, name="filing_register_workbook"
    ),
    path("records/<uuid:uid>/", records.record, name="record"),
    path("records/<uuid:uid>/correct/", correcting.correct, name="correct"),
    path("records/<uuid:uid>/file/", correcting.put_file, name="put_file"),
    path("records/<uuid:uid>/history/", correcting.history, name="history"),
    path("records/<uuid:uid>/send-back/", correcting.send_back, name="send_back"),
    path("records/<uuid:uid>/mend/", correcting.answer_mend, name="answer_mend"),
    path("records/<uuid:uid>/check/", desk.check, name="check"),
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
