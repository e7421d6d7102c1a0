"""对接平台 and 外送 on the screen: registered, sent, cancelled, gone on with; what is wrong is a sentence at the field."""

import pytest

from tests.transfer.line import Caller, itself
from tests.transfer.stock import browser
from tests.transfer.test_disk import submitted
from transfer.line import sending, signing
from transfer.models import Consignment, Peer
from units.models import AuditEvent, Job

pytestmark = pytest.mark.django_db
PEERS = "/peers/"


def consignment() -> Consignment:
    return Consignment.objects.unguarded("a test looks").get()


def test_the_administrator_registers_and_ends_a_peer(people, units):
    page = browser(people["D07:sysadmin"])
    key = Caller("D09").public
    other = signing.public_text(signing.own_key())
    found = page.get(PEERS).content.decode()
    assert other in found and "外馆" in found and "本平台的密钥" in found
    given = {"name": "市馆", "address": "https://archive.example", "public_key": other, "units": [units["D07"].pk]}
    for wrong, told in (
        ({"public_key": "abc"}, "44个字符"), ({"public_key": key}, "已经登记"), ({"address": "ftp://a"}, "https://"),
        ({"address": "http://a:99999"}, "不合规"), ({"address": "", "units": []}, "至少填写一项"), ({"name": ""}, "必填"),
    ):  # fmt: skip
        answer = page.post(PEERS, {**given, **wrong})
        assert answer.status_code == 422 and (told in answer.content.decode() or told == "必填"), wrong
    assert page.post(PEERS, given).status_code == 302
    peer = Peer.objects.unguarded("a test looks").get(name="市馆")
    assert peer.fingerprint == signing.fingerprint_of(other) and list(peer.units.all()) == [units["D07"]]
    assert page.post(f"{PEERS}{peer.uid}/end/").status_code == 302
    assert page.post(f"{PEERS}{peer.uid}/end/").status_code == 422
    assert sorted(AuditEvent.objects.filter(object_uid=peer.uid).values_list("verb", flat=True)) == [
        "add_peer",
        "end_peer",
    ]


def test_the_archivist_sends_watches_cancels_and_goes_on(people):
    batch = submitted(people, medium="peer")
    peer = itself("http://127.0.0.1:9")  # nobody listens there
    page = browser(people["D07:archivist"])
    address = batch.get_absolute_url()
    assert "送往另一平台" in page.get(address).content.decode()
    assert page.post(f"{address}do/send/", {"send-peer": ""}).status_code == 422
    assert page.post(f"{address}do/send/", {"send-peer": peer.pk}).status_code == 302
    found = page.get(address).content.decode()
    assert "外送" not in found and "传送中" in found and found.count("取消传送") == 1 and "继续传送" not in found
    row = consignment()
    assert page.post(f"/consignments/{row.uid}/retry/").status_code == 422
    Job._base_manager.update(state="done")
    Consignment._base_manager.filter(pk=row.pk).update(state="failed", cause="连不上。", there=5)
    found = page.get(address).content.decode()
    assert "连不上。" in found and "继续传送" in found
    assert page.post(f"/consignments/{row.uid}/retry/").status_code == 302
    assert consignment().state == "sending" and Job.objects.filter(state="queued", kind="send_consignment").count() == 1
    assert page.post(f"/consignments/{row.uid}/cancel/").status_code == 302
    assert consignment().stop_asked_at is not None
    Consignment._base_manager.filter(pk=row.pk).update(state="failed")
    assert page.post(f"/consignments/{row.uid}/cancel/").status_code == 302
    assert consignment().state == "cancelled" and "已取消" in page.get(address).content.decode()
    assert page.post(f"{address}do/send/", {"send-peer": peer.pk}).status_code == 302  # anew


def test_what_cannot_be_reached_says_so_and_can_be_tried_again(people):
    batch = submitted(people, medium="peer")
    peer = itself("http://127.0.0.1:9")
    row = sending.send(batch, by=people["D07:archivist"], given=sending.SendInput(peer))
    with pytest.raises(sending.Refused, match="连不上：对方没有开通或者地址不对。已经传到的不必重传"):
        sending.work(row, lambda: sending.load_of(row), lambda *_: None, is_last=True, pauses=(0.0,))
    assert consignment().state == "failed"
