"""The one way in for other installations: who calls is proved by signature, what is wrong is a sentence in JSON.

Nothing is read of a body before its head is proved. A request is heard once: its number is kept while its time would be
accepted. No caller sees more than the packages that he announced himself.
"""

import json
import re
import time
from datetime import timedelta
from functools import wraps

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.http import HttpResponse, UnreadablePostError
from django.utils import timezone

from units.access import called_by_machines
from units.workflow import BUSY, Refused, Stale, is_busy

from .. import room
from ..line_models import Peer, PeerNonce
from . import signing

LONGEST_BODY = 2_400_000  # bytes of an announcement; what stands in front refuses 2.5 MB of a stranger
_HEX = re.compile(r"\A[0-9a-f]{16,64}\Z")


class Answer(Exception):
    """A refusal with its status: 401 not proved, 404, 409, 413, 422, 507."""

    def __init__(self, status: int, *reasons: str, **more) -> None:
        self.status, self.reasons, self.more = status, reasons, more
        super().__init__("".join(reasons))


def for_peers(*methods: str):
    """The view is called as (request, peer, **) and returns what is answered (status, plain values)."""

    def decorate(view):
        @wraps(view)
        def inner(request, **given):
            nonce = request.headers.get("Egov-Nonce", "")[:64]
            try:
                if request.method not in methods:
                    raise Answer(405, f"此地址只接受{'、'.join(methods)}请求。")
                status, told = view(request, proved(request), **given)
            except Answer as refusal:
                status, told = refusal.status, {"refused": list(refusal.reasons), **refusal.more}
            except Refused as refusal:
                status, told = 409 if isinstance(refusal, Stale) else 422, {"refused": refusal.reasons}
            except UnreadablePostError:
                status, told = 400, {"refused": ["请求没有传完，连接已中断，请重传。"]}
            except OperationalError as error:
                if not is_busy(error):
                    raise
                status, told = 409, {"refused": [BUSY]}
            except OSError as error:
                status, told = _of_disk(error)
            return answered(status, told, nonce)

        return called_by_machines(inner)

    return decorate


def _of_disk(error: OSError) -> tuple[int, dict]:
    if room.is_full(error):
        return 507, {"refused": [room.told("这一部分", "接收方")]}
    return 503, {"refused": [f"接收方磁盘暂时不能写入（{error.strerror or error}），请稍后重试。"]}


def answered(status: int, told: dict, nonce: str) -> HttpResponse:
    """JSON, signed for the request with this number."""
    body = json.dumps(told, ensure_ascii=False).encode()
    response = HttpResponse(body, content_type="application/json; charset=utf-8", status=status)
    response["Egov-Signature"] = signing.sign_answer(signing.own_key(), status, nonce, body)
    return response


def proved(request) -> Peer:
    """Who calls. Raises Answer 401 with a sentence; a wrong call in the name of a known key is counted with it."""
    head = {name: request.headers.get(name, "") for name in signing.HEADERS}
    if missing := [name for name, value in head.items() if not value]:
        raise Answer(401, f"请求没有签名，缺{'、'.join(missing)}。")
    peer = Peer.objects.unguarded("who calls is being found out").filter(
        fingerprint=head["Egov-Key"][:64].replace("\x00", ""), ended_at=None
    ).first()  # fmt: skip
    if peer is None:
        raise Answer(401, "密钥没有在本平台登记，或者已经停用，请与对方系统管理员核对密钥指纹。")
    if reason := _wrong(request, head, peer) or _heard_before(head["Egov-Nonce"], peer):
        now = timezone.now()
        rows = Peer.objects.unguarded("a call in its name was refused").filter(pk=peer.pk)
        rows.update(refused_calls=F("refused_calls") + 1, refused_at=now, refused_for=reason[:300])
        raise Answer(401, reason)
    Peer.objects.unguarded("it has just called").filter(pk=peer.pk).update(verified_at=timezone.now())
    return peer


def _wrong(request, head: dict[str, str], peer: Peer) -> str:
    if not (_HEX.match(head["Egov-Nonce"]) and re.fullmatch(r"[0-9a-f]{64}", head["Egov-Digest"])):
        return "请求编号或者摘要的写法不对，应为小写十六进制。"
    own = signing.fingerprint_of(signing.public_text(signing.own_key()))
    if head["Egov-To"] != own:
        return "请求是发给另一平台的：所登记的接收方密钥不是本平台的密钥。"
    words = signing.Words(
        request.method or "", request.path, head["Egov-Key"], own, head["Egov-Time"], head["Egov-Nonce"],
        head["Egov-Digest"],
    )  # fmt: skip
    if not signing.is_signed(peer.public_key, words.told(), head["Egov-Signature"]):
        return "签名核验不通过，请求可能被改动。"
    if not re.fullmatch(r"[0-9]{1,12}", head["Egov-Time"]):
        return "请求时间的写法不对，应为秒数。"
    apart = int(head["Egov-Time"]) - int(time.time())
    if abs(apart) > signing.SKEW:
        word = "快" if apart > 0 else "慢"
        return f"双方时钟相差{abs(apart)}秒（对方比本平台{word}），应在{signing.SKEW}秒以内，请校准时钟。"
    return ""


def _heard_before(nonce: str, peer: Peer) -> str:
    try:
        with transaction.atomic():
            PeerNonce.objects.create(peer=peer, nonce=nonce)
    except IntegrityError:
        return "这个请求已经收到过，不再办理。"
    return ""


def values_of(request) -> dict:
    """The JSON object that came, proved by its digest. Raises Answer."""
    length = request.headers.get("Content-Length", "")
    if not (length.isascii() and length.isdigit()):
        raise Answer(411, "请求须写明长度（Content-Length）。")
    if int(length) > LONGEST_BODY:
        raise Answer(413, f"请求为{int(length):,}字节，应不超过{LONGEST_BODY:,}字节，请把批次分小。")
    body = request.read(int(length))
    if signing.digest_of(body) != request.headers["Egov-Digest"]:
        raise Answer(422, "内容与签名中的摘要不符，请重传。")
    try:
        told = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Answer(422, "内容应为JSON对象。")
    return told


def forget_nonces() -> int:
    """Numbers whose requests would be refused for their time; how many."""
    before = timezone.now() - timedelta(seconds=2 * signing.SKEW + 60)
    return PeerNonce.objects.filter(at__lt=before).delete()[0]
