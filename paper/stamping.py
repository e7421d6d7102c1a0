"""Time stamps of a configured authority outside (RFC 3161); our own clock proves little and gives none."""

import asyncio
import urllib.error
import urllib.request

from asn1crypto import tsp
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper

SECONDS = 5


class Timestamps(TimeStamper):
    """Asks EGOV_TIMESTAMP_URL; one that does not answer is a refusal, never a seal without the stamp."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return await asyncio.to_thread(self._asked, req.dump())

    def _asked(self, asked: bytes) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query"}
        request = urllib.request.Request(self.url, asked, headers)  # noqa: S310  the operator's own setting
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return tsp.TimeStampResp.load(answer.read(1_000_000))
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise SigningError(f"时间戳服务没有应答（{error}），请稍后再用印。") from error
