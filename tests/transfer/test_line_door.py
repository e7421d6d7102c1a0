"""The one door for other installations: proved by signature, heard once, refused in a sentence and never by a 500."""

import json
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.transfer.line import Caller, room
from transfer import chores
from transfer.line import arriving, door, landing, peers, signing
from transfer.models import Arrival, PeerNonce
from units.workflow import Refused

pytestmark = pytest.mark.django_db
ROOT = "/exchange/v1/packages/"
WORD = b"0123456789" * 150


def said(**wrong) -> dict:
    digest = signing.digest_of(WORD)
    chunks = [signing.digest_of(WORD[:1024]), signing.digest_of(WORD[1024:])]
    return {
        "batch_uid": "11111111-1111-4111-8111-111111111111", "name": "D07-2026-01", "sender": "D07", "digest": "a" * 64,
        "record_count": 3, "bytes": len(WORD), "chunk_bytes": 1024,
        "parts": [{"name": "D07-2026-01-001.zip", "bytes": len(WORD), "sha256": digest, "chunks": chunks}], **wrong,
    }  # fmt: skip


@pytest.fixture
def caller(units) -> Caller:
    return Caller()


def test_who_is_not_proved_is_refused_and_counted(caller):
    """Shows: 16-9"""
    body, stranger = json.dumps(said()).encode(), Caller(name="另一馆")
    good = caller.head("POST", ROOT, body)
    old, ahead = str(int(time.time()) - 301), str(int(time.time()) + 400)
    tries = {
        "没有签名": {},
        "缺Egov-Nonce": {name: value for name, value in good.items() if name != "Egov-Nonce"},
        "没有在本平台登记": {**good, "Egov-Key": "0" * 64},
        "签名核验不通过": {**good, "Egov-Signature": "AAAA"},
        "可能被改动": {**good, "Egov-Digest": "0" * 64},
        "发给另一平台": caller.head("POST", ROOT, body, to=stranger.peer.fingerprint),
        "本平台慢": caller.head("POST", ROOT, body, time=old),
        "本平台快": caller.head("POST", ROOT, body, time=ahead),
        "时间的写法": caller.head("POST", ROOT, body, time="昨天"),
        "编号或者摘要": caller.head("POST", ROOT, body, nonce="x"),
    }
    for told, head in tries.items():
        status, answer = caller.call("POST", ROOT, body, head)
        assert status == 401 and told in answer["refused"][0], (told, answer)
    status, answer = caller.call("GET", ROOT, b"", good)
    assert status == 405
    caller.peer.refresh_from_db()
    assert caller.peer.refused_calls == 7 and caller.peer.verified_at is None
    assert caller.peer.refused_for.endswith("应为小写十六进制。")
    assert not Arrival.objects.unguarded("a test looks").exists()


def test_a_request_is_heard_once_and_its_number_is_forgotten_with_its_time(caller):
    head = caller.head("POST", ROOT, body := json.dumps(said()).encode())
    assert caller.call("POST", ROOT, body, head)[0] == 200
    assert caller.call("POST", ROOT, body, head) == (401, {"refused": ["这个请求已经收到过，不再办理。"]})
    assert door.forget_nonces() == 0
    PeerNonce.objects.update(at=timezone.now() - timedelta(minutes=12))
    assert door.forget_nonces() == 1


def test_an_ended_peer_is_a_stranger_and_a_key_is_registered_once(caller, people):
    assert caller.call("POST", ROOT, said())[0] == 200
    with pytest.raises(Refused, match="已经登记"):
        peers.add(by=people["D07:sysadmin"], name="再来", public_key=caller.public, address="https://a.example")
    for wrong in ("", "x" * 44, caller.public[:-4]):
        with pytest.raises(Refused, match="44个字符"):
            peers.add(by=people["D07:sysadmin"], name="外馆", public_key=wrong, address="https://a.example")
    with pytest.raises(Refused, match="只有系统管理员"):
        peers.add(by=people["D07:clerk"], name="外馆", public_key=caller.public)
    peers.end(caller.peer, by=people["D07:sysadmin"])
    status, answer = caller.call("POST", ROOT, said())
    assert status == 401 and "停用" in answer["refused"][0]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"digest": "A" * 64}, "digest应为"), ({"name": "../x"}, "name应为"), ({"sender": None}, "sender应为"),
        ({"batch_uid": "x"}, "batch_uid应为"), ({"record_count": True}, "record_count应为"),
        ({"bytes": 1}, "与各部分之和"), ({"chunk_bytes": 3 << 20}, "chunk_bytes应为"), ({"parts": []}, "parts应为"),
        ({"parts": ["x"]}, "第1部分应为对象"), ({"sender": "D09"}, "没有同意"),
        ({"parts": [{**said()["parts"][0], "name": "../../etc/passwd.zip"}]}, "不含路径"),
        ({"parts": [{**said()["parts"][0], "name": ".a.zip"}]}, "不含路径"),
        ({"parts": [{**said()["parts"][0], "chunks": ["a" * 64]}]}, "有1块，按长度应为2块"),
        ({"parts": [{**said()["parts"][0], "chunks": "x"}]}, "chunks应为"),
        ({"parts": said()["parts"] * 2, "bytes": 2 * len(WORD)}, "有重复"),
    ],
)  # fmt: skip
def test_a_wrong_announcement_is_told_whole(caller, wrong, told):
    status, answer = caller.call("POST", ROOT, said(**wrong))
    assert status == 422 and told in "".join(answer["refused"])


def test_what_is_no_object_or_too_long_or_altered_is_refused(caller):
    for body in (b"[]", b"{", b"\xff", b"[" * 5000):
        assert caller.call("POST", ROOT, body)[0] == 422, body
    head = caller.head("POST", ROOT, b"{}", digest=signing.digest_of(b"x"))
    assert caller.call("POST", ROOT, b"{}", head)[0] == 422
    status, answer = caller.call("POST", ROOT, b"x" * (door.LONGEST_BODY + 1))
    assert status == 413 and "应不超过" in answer["refused"][0]
    answer = Client().generic("POST", ROOT, b"x" * 2_600_000, headers={"Accept": "application/json"})
    assert (answer.status_code, json.loads(answer.content)) == (413, {"refused": ["请求过大，没有读取。"]})


def test_announced_twice_it_is_the_same_and_a_chunk_sent_twice_is_there_once(caller):
    uid = caller.call("POST", ROOT, said())[1]["uid"]
    assert caller.call("POST", ROOT, said())[1]["uid"] == uid
    status, answer = caller.call("POST", ROOT, said(chunk_bytes=2048, parts=[
        {**said()["parts"][0], "chunks": [signing.digest_of(WORD)]}]))  # fmt: skip
    assert (status, answer["uid"]) == (409, uid)
    place = f"{ROOT}{uid}/parts/0/chunks/"
    for _ in range(2):
        assert caller.call("PUT", f"{place}1/", WORD[1024:])[0] == 200
    _, told = caller.call("GET", f"{ROOT}{uid}/")
    assert (told["state"], told["missing"]) == ("open", [{"part": 0, "chunks": [0]}])
    assert told["there"] == len(WORD) - 1024
    status, answer = caller.call("POST", f"{ROOT}{uid}/finish/", {})
    assert status == 409 and answer["missing"] == told["missing"]


def test_a_chunk_that_is_not_what_was_announced_leaves_nothing(caller):
    uid = caller.call("POST", ROOT, said())[1]["uid"]
    place = f"{ROOT}{uid}/parts/0/chunks/"
    other = bytes(1024)
    tries = [
        (f"{place}0/", other, None, 422),
        (f"{place}0/", WORD[:1000], None, 422),
        (f"{place}0/", other, {"digest": signing.digest_of(WORD[:1024])}, 422),  # signed as the right one
        (f"{place}2/", WORD[:1024], None, 404),
        (f"{ROOT}{uid}/parts/1/chunks/0/", WORD[:1024], None, 404),
    ]
    for path, body, wrong, wanted in tries:
        head = caller.head("PUT", path, body, **wrong) if wrong else None
        assert caller.call("PUT", path, body, head)[0] == wanted, (path, wanted)
    assert [path for path in landing.folder_of(uid).rglob("*") if path.is_file()] == []


def test_a_full_disk_is_a_sentence_and_leaves_nothing(caller):
    uid = caller.call("POST", ROOT, said())[1]["uid"]
    path = f"{ROOT}{uid}/parts/0/chunks/0/"
    with room(600):
        status, answer = caller.call("PUT", path, WORD[:1024])
    assert (status, answer["refused"][0][:11]) == (507, "接收方磁盘空间不足，这")
    assert [one for one in landing.folder_of(uid).rglob("*") if one.is_file()] == []
    assert caller.call("PUT", path, WORD[:1024])[0] == 200


def test_nobody_sees_what_another_announced(caller):
    uid, other = caller.call("POST", ROOT, said())[1]["uid"], Caller(name="另一馆")
    for method, path in (("GET", ""), ("PUT", "parts/0/chunks/0/"), ("POST", "finish/")):
        status, answer = other.call(method, f"{ROOT}{uid}/{path}", b"{}" if method == "POST" else b"")
        assert (status, answer["refused"]) == (404, ["没有这个来包，请重新通知。"])


def test_what_nobody_goes_on_with_expires_and_its_bytes_go(caller):
    uid = caller.call("POST", ROOT, said())[1]["uid"]
    caller.call("PUT", f"{ROOT}{uid}/parts/0/chunks/0/", WORD[:1024])
    chores.sweep_arrivals()  # of other tests
    assert landing.folder_of(uid).exists()
    assert chores.sweep_arrivals().startswith("过期来包 0 个，清除 0 个文件夹")
    rows = Arrival.objects.unguarded("time passes")
    rows.update(heard_at=timezone.now() - timedelta(days=arriving.KEPT_DAYS, minutes=1))
    assert chores.sweep_arrivals().startswith("过期来包 1 个，清除 1 个文件夹")
    assert not landing.folder_of(uid).exists()
    status, answer = caller.call("PUT", f"{ROOT}{uid}/parts/0/chunks/0/", WORD[:1024])
    assert (status, answer["refused"]) == (409, ["该来包已过期，不再接收数据。"])
    assert caller.call("POST", ROOT, said())[1]["uid"] != uid  # begun anew


def test_every_answer_is_signed_for_its_request(caller):
    head = caller.head("GET", f"{ROOT}{'1' * 8}-1111-4111-8111-{'1' * 12}/", b"")
    path = f"{ROOT}{'1' * 8}-1111-4111-8111-{'1' * 12}/"
    answer = Client().generic("GET", path, headers=head)
    own = signing.public_text(signing.own_key())
    given = (own, answer.status_code, head["Egov-Nonce"], answer.content, answer["Egov-Signature"])
    assert answer.status_code == 404 and signing.is_answer_signed(*given)
    assert not signing.is_answer_signed(own, 200, *given[2:])
    assert not signing.is_answer_signed(own, 404, "0" * 32, *given[3:])
