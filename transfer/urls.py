from django.urls import path

from . import views

app_name = "transfer"

EXCHANGE = "exchange/v1/packages/"

urlpatterns = [
    path("batches/", views.batches, name="batches"),
    path("batches/new/", views.create, name="create"),
    path("plans/", views.plan_list, name="plans"),
    path("plans/new/", views.publish_plan, name="publish_plan"),
    path("plans/<uuid:uid>/withdraw/", views.withdraw_plan, name="withdraw_plan"),
    path("plans/<uuid:uid>/batch/", views.batch_by_plan, name="batch_by_plan"),
    path("peers/", views.peers, name="peers"),
    path("peers/<uuid:uid>/end/", views.end_peer, name="end_peer"),
    path("consignments/<uuid:uid>/cancel/", views.cancel_consignment, name="cancel_consignment"),
    path("consignments/<uuid:uid>/retry/", views.retry_consignment, name="retry_consignment"),
    path(EXCHANGE, views.announce, name="exchange_announce"),
    path(f"{EXCHANGE}<uuid:uid>/", views.arrival, name="exchange_arrival"),
    path(f"{EXCHANGE}<uuid:uid>/parts/<int:part>/chunks/<int:number>/", views.chunk, name="exchange_chunk"),
    path(f"{EXCHANGE}<uuid:uid>/finish/", views.finish, name="exchange_finish"),
    path("accessions/", views.accessions, name="accessions"),
    path("accessions/other/", views.other_accessions, name="other_accessions"),
    path("accessions/other/<uuid:uid>/void/", views.void_accession, name="void_accession"),
    path("holding/", views.holdings, name="holdings"),
    path("holding/rows/", views.holding_rows, name="holding_rows"),
    path("holding/files/", views.holding_files, name="holding_files"),
    path("holding/<slug:table>/", views.holding, name="holding"),
    path("holding/<slug:table>/pdf/", views.holding_pdf, name="holding_pdf"),
    path("holding/<slug:table>/xlsx/", views.holding_workbook, name="holding_workbook"),
    path("media/new/", views.register_medium, name="register_medium"),
    path("media/<uuid:uid>/", views.medium, name="medium"),
    path("media/<uuid:uid>/check/", views.check_medium, name="check_medium"),
    path("media/<uuid:uid>/retire/", views.retire_medium, name="retire_medium"),
    path("media/<uuid:uid>/label/", views.medium_label, name="medium_label"),
    path("media/<uuid:uid>/digests/", views.medium_digests, name="medium_digests"),
    path("registers/<slug:which>/", views.register, name="register"),
    path("registers/<slug:which>/pdf/", views.register_pdf, name="register_pdf"),
    path("registers/<slug:which>/xlsx/", views.register_workbook, name="register_workbook"),
    path("register-seals/<uuid:uid>/", views.register_seal, name="register_seal"),
    path("register-seals/<uuid:uid>/pdf/", views.register_seal_pdf, name="register_seal_pdf"),
    path("batches/<uuid:uid>/", views.batch, name="batch"),
    path("batches/<uuid:uid>/act/<slug:step>/", views.act, name="act"),
    path("batches/<uuid:uid>/do/<slug:what>/", views.side_act, name="side_act"),
    path("batches/<uuid:uid>/items/<int:position>/take-out/", views.take_out, name="take_out"),
    path("batches/<uuid:uid>/items/<int:position>/mark/", views.mark, name="mark"),
    path("batches/<uuid:uid>/sample/", views.sample, name="sample"),
    path("batches/<uuid:uid>/parts/<int:number>/", views.part, name="part"),
    path("batches/<uuid:uid>/papers/<slug:which>/", views.paper, name="paper"),
    path("batches/<uuid:uid>/receipts/<uuid:receipt>/", views.receipt, name="receipt"),
    path("batches/<uuid:uid>/receipts/<uuid:receipt>/pdf/", views.receipt_pdf, name="receipt_pdf"),
]
