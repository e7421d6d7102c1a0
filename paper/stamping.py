"""Time stamps of a configured authority outside (RFC 3161); our own clock proves little and gives none."""

import asyncio
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from asn1crypto import tsp
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper

SECONDS = 5
KINDS = {"http": HTTPConnection, "https": HTTPSConnection}


class Timestamps(TimeStamper):
    """Asks EGOV_TIMESTAMP_URL; one that does not answer is a refusal, never a seal without the stamp."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return await asyncio.to_thread(self._asked, req.dump())

    def _asked(self, asked: bytes) -> tsp.TimeStampResp:
        parts = urlsplit(self.url)
        if parts.scheme not in KINDS:
            raise SigningError("时间戳服务的地址应以 http:// 或 https:// 开头，请系统管理员核对 EGOV_TIMESTAMP_URL。")
        connection = KINDS[parts.scheme](parts.netloc, timeout=SECONDS)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            connection.request("POST", path, asked, {"Content-Type": "application/timestamp-query"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise ValueError(f"HTTP {answer.status}")
            return tsp.TimeStampResp.load(answer.read(1_000_000))
        except (HTTPException, OSError, ValueError) as error:
            raise SigningError(f"时间戳服务没有应答（{error}），请稍后再用印。") from error
        finally:
            connection.close()
