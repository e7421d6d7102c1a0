from django.urls import path

from .views import bulk, drafts, exchange, leader, lists, page, publishing, registers, routes, seals

app_name = "documents"

urlpatterns = [
    path("leader/", leader.desk, name="leader"),
    path("waiting/", lists.waiting, name="waiting"),
    path("reading/", lists.reading, name="reading"),
    path("drafts/", lists.drafts, name="drafts"),
    path("overdue/", lists.overdue, name="overdue"),
    path("leaders-words/", lists.leaders_words, name="leaders_words"),
    path("documents/many/", bulk.many, name="many"),
    path("handled/", lists.handled, name="handled"),
    path("under-way/", lists.under_way, name="under_way"),
    path("completed/", lists.completed, name="completed"),
    path("documents/draft/", drafts.draft, name="draft"),
    path("documents/register/", drafts.register_outside, name="register_outside"),
    path("documents/outside/", exchange.outside_bodies, name="outside_bodies"),
    path("documents/outside/<uuid:uid>/", exchange.outside_body, name="outside_body"),
    path("documents/outside/<uuid:uid>/retire/", exchange.retire_body, name="retire_body"),
    path("documents/current/", publishing.current_documents, name="current"),
    path("documents/current/<uuid:uid>/", publishing.offered, name="offered"),
    path("documents/current/<uuid:uid>/act/<slug:name>/", publishing.act, name="offer_act"),
    path("documents/seals/", seals.seals, name="seals"),
    path("documents/seals/check/", seals.check_seal, name="check_seal"),
    path("documents/seals/<uuid:uid>/", seals.seal, name="seal"),
    path("documents/seals/<uuid:uid>/act/<slug:name>/", seals.seal_act, name="seal_act"),
    path("documents/registers/", registers.first, name="registers"),
    path("documents/registers/numbers/", registers.numbers, name="number_register"),
    path("documents/registers/numbers/close/", registers.close, name="close_numbers"),
    path("documents/registers/<slug:which>/", registers.register, name="register"),
    path("documents/registers/<slug:which>/print.pdf", registers.register_pdf, name="register_pdf"),
    path("documents/registers/<slug:which>/register.xlsx", registers.register_workbook, name="register_workbook"),
    path("documents/routes/", routes.routes, name="routes"),
    path("documents/routes/new/<slug:direction>/", routes.create, name="create_route"),
    path("documents/routes/<uuid:uid>/", routes.route, name="route"),
    path("documents/routes/<uuid:uid>/edit/", routes.edit, name="edit_route"),
    path("documents/routes/<uuid:uid>/act/<slug:name>/", routes.act, name="route_act"),
    path("documents/<uuid:uid>/", page.detail, name="detail"),
    path("documents/<uuid:uid>/edit/", drafts.edit, name="edit"),
    path("documents/<uuid:uid>/act/<slug:step>/", page.act, name="act"),
    path("documents/<uuid:uid>/do/<slug:what>/", page.side_act, name="side_act"),
    path("documents/<uuid:uid>/files/<uuid:attachment>/", page.attachment, name="attachment"),
    path(
        "documents/<uuid:uid>/files/<uuid:attachment>/pages/<int:page>/", page.attachment_page, name="attachment_page"
    ),
    path("documents/<uuid:uid>/files/<uuid:attachment>/remove/", drafts.detach, name="detach"),
    path("documents/<uuid:uid>/page.pdf", page.page_pdf, name="page_pdf"),
    path("documents/<uuid:uid>/sheet.pdf", page.sheet_pdf, name="sheet_pdf"),
    path("documents/<uuid:uid>/trail/", page.trail, name="trail"),
]
