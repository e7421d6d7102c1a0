"""Signed calls to another installation: tried again with growing pauses, answers proved by the other side's key."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from units.workflow import Refused

from ..models import Peer
from . import signing

TIMEOUT = 60.0  # seconds for one read or write
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # seconds before each further try
LONGEST_ANSWER = 16 << 20
ROOT = "/exchange/v1/packages/"


class NotReached(Exception):
    """The other side does not answer, or what answers is not it; the sentence says what was met last."""


@dataclass
class Line:
    """The way to one peer. `pauses` before each further try; `waiting` is asked between tries and may raise."""

    peer: Peer
    pauses: tuple[float, ...] = PAUSES
    waiting: Callable[[], None] = lambda: None
    tries: int = 0  # calls that had to be made again

    def __post_init__(self) -> None:
        if not self.peer.address:
            raise Refused(f"“{self.peer.name}”没有登记地址，不能送出，请系统管理员登记。")
        if self.peer.ended_at is not None:
            raise Refused(f"“{self.peer.name}”已停用，不能送出。")
        self.parts = urlsplit(self.peer.address)
        self.key = signing.own_key()
        self.own = signing.fingerprint_of(signing.public_text(self.key))
        self.connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> tuple[int, dict]:
        return self.call("GET", path, b"")

    def post(self, path: str, told: dict) -> tuple[int, dict]:
        return self.call("POST", path, json.dumps(told, ensure_ascii=False).encode())

    def put(self, path: str, body: bytes) -> tuple[int, dict]:
        return self.call("PUT", path, body)

    def call(self, method: str, path: str, body: bytes) -> tuple[int, dict]:
        """(status, answer), proved. Raises NotReached when all tries failed."""
        met = ""
        for pause in (*self.pauses, None):
            try:
                status, told = self._once(method, path, body)
                if status < 500 or status == 507:
                    if status >= 400:
                        self.close()  # the other side may not have read what it refused
                    return status, told
                met = "".join(told.get("refused", ())) or f"状态{status}"
            except (OSError, http.client.HTTPException, NotReached) as error:
                met = _met(error)
            self.close()
            self.tries += 1
            self.waiting()
            if pause is not None:
                time.sleep(pause)
        raise NotReached(f"“{self.peer.name}”（{self.peer.address}）连不上：{met}")

    def _once(self, method: str, path: str, body: bytes) -> tuple[int, dict]:
        nonce, digest = signing.new_nonce(), signing.digest_of(body)
        full = f"{self.parts.path.rstrip('/')}{ROOT}{path}"
        signed_path = f"{ROOT}{path}"
        words = signing.Words(
            method, signed_path, self.own, self.peer.fingerprint, str(int(time.time())), nonce, digest
        )  # fmt: skip
        head = {**words.signed(self.key), "Accept": "application/json", "Content-Type": "application/octet-stream"}
        if self.connection is None:
            self.connection = self._opened()
        self.connection.request(method, full, body, head)
        answer = self.connection.getresponse()
        found = answer.read(LONGEST_ANSWER)
        signature = answer.headers.get("Egov-Signature", "")
        if not signing.is_answer_signed(self.peer.public_key, answer.status, nonce, found, signature):
            raise NotReached(f"回答没有对方的签名（状态{answer.status}）")
        return answer.status, json.loads(found)

    def _opened(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self.parts.scheme == "https" else http.client.HTTPConnection
        return kind(self.parts.hostname or "", self.parts.port, timeout=TIMEOUT)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _met(error: Exception) -> str:
    if isinstance(error, NotReached):
        return str(error)
    if isinstance(error, TimeoutError):
        return "对方没有在时限内回答"
    if isinstance(error, ConnectionRefusedError):
        return "对方没有开通或者地址不对"
    return f"连接中断（{type(error).__name__}）"
