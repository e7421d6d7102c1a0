"""对接平台: registered and ended by the system administrator; never changed, so that an event's key stays the key."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from units import audit
from units.access import may, units_with
from units.models import Unit
from units.workflow import Refused

from ..models import Peer
from . import signing


def wrong_address(address: str) -> str:
    """Why a peer cannot be called there; "" for one that can, or for none."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "地址不合规，应如 https://archive.example:8443。"
    if not parts.hostname or parts.scheme not in ("http", "https") or parts.query or parts.fragment or parts.username:
        return "地址应以 https:// 开头，只写主机名和端口，如 https://archive.example:8443。"
    if port == 0:
        return "地址的端口不能为0。"
    if parts.scheme == "http" and settings.EGOV_ENV == "production":
        return "正式环境的地址应以 https:// 开头，档案内容不能明文传送。"
    return ""


@transaction.atomic
def add(*, by, name: str, public_key: str, address: str = "", units: Iterable[Unit] = ()) -> Peer:
    """Raises Refused with every reason; the event names the fingerprint that two people have compared."""
    if not (by.is_system or units_with("manage_people", by)):
        raise Refused("只有系统管理员可以登记对接平台。")
    reasons, mark = [wrong_address(address)], ""
    try:
        mark = signing.fingerprint_of(public_key.strip())
    except signing.BadKey as refusal:
        reasons.append(str(refusal))
    if not name.strip():
        reasons.append("请填写平台名称。")
    units = list(units)
    if not address and not units:
        reasons.append("既没有地址，也没有可代为移交的单位：这个平台既不能送出也不能送来，请至少填写一项。")
    if any(reasons):
        raise Refused(*reasons)
    made = Peer(
        name=name.strip(), address=address.rstrip("/"), public_key=public_key.strip(), fingerprint=mark, added_by=by
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Refused("这个公钥已经登记，请先停用原来的登记。") from None
    made.units.set(units)
    audit.record(
        "add_peer", "登记对接平台", made, by=by, fingerprint=mark, address=made.address,
        units=[unit.code for unit in units],
    )  # fmt: skip
    return made


@transaction.atomic
def end(peer: Peer, *, by) -> None:
    """From now on nothing is sent to it and nothing heard from it."""
    row = Peer.objects.unguarded("the act asks its own rule under this lock").select_for_update().get(pk=peer.pk)
    if not (by.is_system or may(by, "end", row)):
        raise Refused("只有系统管理员可以停用对接平台。")
    if row.ended_at is not None:
        raise Refused("该对接平台已经停用。")
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    audit.record("end_peer", "停用对接平台", row, by=by, fingerprint=row.fingerprint)
