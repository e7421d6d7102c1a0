"""部署与连接 (DA/T 92—2022, item 8): how this installation runs, how it is connected, who checks what, as it is now.

Only what the program can see is told as a fact; what lies outside it (certificates of the front server, firewalls,
patches) is named with who has to look at it. docs/deployment.md says the same for whoever installs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from archive.models import Record
from units import chores, worker
from units.models import Unit

from .disks import second_beside_holdings
from .line import signing
from .models import Peer

PROGRAM, KEEPER = "平台自动", "系统管理员"
SHOWN = 100  # installations that the page names
OPERATOR = "运维单位（平台看不到）"
LINE = (
    "SELECT current_user, inet_server_addr() IS NULL,"
    " coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)"
)
WATCHED = (  # chores that look after what is deployed and connected
    "verify_chain", "anchor_chain", "read_files", "verify_due_holdings", "measure_space", "open_due_media",
    "heal_public", "ask_peers",
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One line; `checked_by` who looks after it, `lacks` what has to be done before production, "" when nothing."""

    name: str
    value: str
    checked_by: str
    lacks: str = ""


def model() -> list[Fact]:
    """部署模式: one platform for documents and archives."""
    filed = Record.objects.unguarded("a number of the whole platform").filter(document__isnull=False).count()
    real, alive = settings.EGOV_ENV == "production", _workers()
    return [
        Fact("模式", "一体化（GB/T 31914—2015）：办文、归档、档案管理同一平台、同一数据库", PROGRAM),
        Fact("归档衔接", f"办结和归档在同一次操作中完成（{settings.EGOV_FILING}），已自动归档 {filed} 件", PROGRAM),
        Fact(
            "统一管理", f"{Unit.objects.in_force().count()} 个单位和区档案馆同用本平台，规则、元数据、检测相同", PROGRAM
        ),
        Fact(
            "环境", "正式环境" if real else "练习环境", KEEPER, "" if real else "练习环境不得用于实际归档（EGOV_ENV）。"
        ),
        *_database(),
        *_places(),
        Fact("后台进程", f"{alive} 个在线", PROGRAM, "" if alive else "没有后台进程，移交、核验不会进行。"),
    ]


def _database() -> Iterator[Fact]:
    with connection.cursor() as cursor:
        cursor.execute(LINE)
        role, is_local, is_encrypted = cursor.fetchone()
    version = connection.pg_version
    kind = "平台自带" if settings.EMBEDDED is not None else "独立安装"
    yield Fact("数据库", f"PostgreSQL {version // 10000}.{version % 10000}，{kind}，以账号 {role} 连接", KEEPER)
    way = "本机套接字，不经网络" if is_local else "网络，已加密" if is_encrypted else "网络，未加密"
    lacks = "" if is_local or is_encrypted else "数据库在另一台机器上的，连接须加密（sslmode=verify-full）。"
    yield Fact("与数据库的连接", way, OPERATOR if not is_local else PROGRAM, lacks)


def _places() -> Iterator[Fact]:
    same = second_beside_holdings()
    yield Fact(
        "馆藏的两处存放", "在同一磁盘" if same else "在不同磁盘", KEEPER,
        f"{same}，应移到另一台机器（EGOV_SECOND_DIR）。" if same else "",
    )  # fmt: skip
    has = bool(settings.EGOV_ANCHOR_DIR)
    lacks = "" if has else "审计链的锚点只有一处（EGOV_ANCHOR_DIR）。"
    yield Fact("审计链锚点", "两处" if has else "一处", "安全审计员", lacks)


def _workers() -> int:
    with connection.cursor() as cursor:
        return worker.alive(cursor)


def links() -> list[Fact]:
    """连接和防护: between people, units, the archive, the public and other installations."""
    safe = settings.SESSION_COOKIE_SECURE and settings.SECURE_HSTS_SECONDS
    proxies = "、".join(str(one) for one in settings.EGOV_TRUSTED_PROXIES)
    hours, minutes = settings.SESSION_COOKIE_AGE // 3600, settings.EGOV_IDLE_SECONDS // 60
    portal = connections["portal"].settings_dict
    return [
        Fact("单位与档案馆之间", "同一平台内，档案不经网络传送；保管权只随双方签名用印的登记表转移", PROGRAM),
        Fact(
            "浏览器与平台", f"只认加密连接，HSTS {settings.SECURE_HSTS_SECONDS // 86400} 天" if safe else "未要求加密连接",
            PROGRAM, "" if safe else "正式环境自动要求 HTTPS。",
        ),
        Fact("前置服务器", f"只信 {proxies} 转来的地址" if proxies else "未登记，按直接连接记录地址", KEEPER),
        Fact("证书、协议版本、防火墙、补丁", "由前置服务器和操作系统承担", OPERATOR),
        Fact(
            "登录", f"连续 {settings.AXES_FAILURE_LIMIT} 次输错锁定 {settings.AXES_COOLOFF_TIME * 60:.0f} 分钟；"
            f"闲置 {minutes} 分钟或满 {hours} 小时退出", PROGRAM,
        ),
        Fact("公众门户", f"专用账号，只读公开视图和公开目录（{_role(portal)}）", PROGRAM),
        *_beside(),
        *_peers(),
    ]  # fmt: skip


def _role(portal: dict) -> str:
    """The account of the portal's connection, by the role it takes or the name it signs in with."""
    options = str(portal["OPTIONS"].get("options", ""))
    return options.rpartition("role=")[2].split()[0] if "role=" in options else str(portal["USER"])


def _beside() -> Iterator[Fact]:
    scanner, stamps = settings.EGOV_CLAMAV_SOCKET, urlsplit(settings.EGOV_TIMESTAMP_URL).hostname
    yield Fact(
        "病毒查杀", "已接 clamd" if scanner else "未接，文件标为未查毒", KEEPER, "" if scanner else "须接入查毒。"
    )
    yield Fact(
        "时间戳", f"由 {stamps} 签发" if stamps else "用本机时钟", KEEPER, "" if stamps else "须接入时间戳机构。"
    )
    is_locked = bool(settings.EGOV_CERTIFICATES_PASSWORD)
    yield Fact(
        "签章私钥", "加密存放" if is_locked else "未加密，仅站点账号可读", KEEPER,
        "" if is_locked else "须设口令（EGOV_CERTIFICATES_PASSWORD）。",
    )  # fmt: skip


def _peers() -> Iterator[Fact]:
    rows = Peer.objects.unguarded("names and figures of the platform as a whole").select_related("added_by")
    found = list(rows.filter(ended_at=None)[:SHOWN])
    told = f"请求和答复逐次用 Ed25519 签名，每个请求只认一次，时钟相差不超过 {signing.SKEW} 秒"
    yield Fact("与其他平台的接口", told if found else f"没有对接平台；接口{told}", PROGRAM)
    for one in found:
        scheme = urlsplit(one.address).scheme or "只接收"
        at = str(timezone.localdate(one.verified_at)) if one.verified_at else "尚无"
        value = f"{scheme}，指纹 {one.fingerprint[:16]}…，最近核验通过 {at}，被拒 {one.refused_calls} 次"
        lacks = "连接未加密，正式环境不予登记。" if scheme == "http" else ""
        yield Fact(f"对接平台 {one.name}", value, f"{one.added_by.name}与对方核对指纹", lacks)


def looked_after() -> list[tuple[chores.Chore, object]]:
    """(chore, its run) of what the program checks by itself, with when it last did."""
    return [(chore, run) for chore, run in chores.runs() if chore.name in WATCHED]
