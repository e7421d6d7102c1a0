"""What transfer does by itself: packages in custody are read again, half-written ones leave the disk."""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from files.chores import is_old
from units.chores import Chore

from . import delivery, fixity, storing
from .holding import backups, calendar, capacity, media
from .line import arriving, door, sending
from .models import Batch
from .states import FilePlace


def verify_due_holdings() -> str:
    job = fixity.start_due()
    return f"开始：{job.title}" if job else "没有到期的馆藏包"


def store_waiting() -> str:
    found = storing.start_waiting()
    return f"重新开始入库 {found} 批" if found else "没有等待入库的批次"


def sweep_partial() -> str:
    """What is `.partial` and was not written to for a day: a package under work is written to all the time."""
    gone = 0
    for root in (settings.EGOV_PACKAGES_DIR, settings.EGOV_HOLDINGS_DIR, settings.EGOV_SECOND_DIR):
        for path in {_whole(one) for one in Path(root).rglob(f"*{delivery.PARTIAL}")}:
            if all(map(is_old, (path, *path.rglob("*")))):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
                gone += 1
    return f"清除 {gone} 个未写完的包"


def _whole(path: Path) -> Path:
    """The folder, where what it holds belongs to no batch: cut off before its batch was entered."""
    if path.name != delivery.UNENTERED:
        return path
    try:
        uid = UUID(path.parent.name)
    except ValueError:
        return path.parent
    known = Batch.objects.unguarded("the schedule clears up").filter(uid=uid).exists()
    return path if known else path.parent


def sweep_arrivals() -> str:
    """Packages of which nothing was heard for a week; what lies in folders of ended ones; old request numbers."""
    given_up = arriving.expire(timezone.now() - timedelta(days=arriving.KEPT_DAYS))
    cleared = arriving.sweep()
    return f"过期来包 {given_up} 个，清除 {cleared} 个文件夹、{door.forget_nonces()} 个请求编号"


def ask_peers() -> str:
    """What has become of packages that went to other installations."""
    return f"询问 {sending.ask_waiting()} 个传送中的批次"


def read_files() -> str:
    """Fixity by calendar: what could not be healed makes the chore fail, so that it stands red on /healthz."""
    count, unhealed = calendar.read_due()
    if unhealed:
        raise Unhealed(f"核验 {count} 个文件，{unhealed} 个损坏且没有完好的副本，见“馆藏概况”")
    return f"核验 {count} 个文件，全部完好或者已修复" if count else "没有到期的文件"


class Unhealed(Exception):
    """A stored file is damaged and no sound copy of it is left: somebody has to look into it."""


def measure_space() -> str:
    """What is short of space makes the chore fail: a full place is not 正常."""
    found = capacity.measure()
    if low := [f"{FilePlace(one.place).label}{one.told}" for one in found if one.share < capacity.LEAST_SHARE]:
        raise SpaceLow("；".join(low))
    return "；".join(f"{FilePlace(one.place).label}可用 {one.share}%" for one in found)


class SpaceLow(Exception):
    """A place where bytes lie is nearly full or cannot be reached; whoever keeps the holding has a task."""


def open_due_media() -> str:
    opened = media.open_due()
    return f"{opened} 个备份载体到期检测" if opened else "没有到期的备份载体"


def ask_for_sets() -> str:
    short = backups.ask_keepers()
    return f"{short} 个批次备份套数不足，已发待办给接收岗位" if short else "各批次备份套数都够"


CHORES = (
    Chore("verify_due_holdings", "馆藏包到期核验", timedelta(minutes=10), verify_due_holdings),
    Chore("store_waiting", "未入库批次重新入库", timedelta(hours=1), store_waiting),
    Chore("read_files", "文件库按计划核验", timedelta(days=1), read_files),
    Chore("measure_space", "测量存储空间", timedelta(hours=6), measure_space),
    Chore("open_due_media", "备份载体到期检测", timedelta(days=1), open_due_media),
    Chore("ask_for_sets", "核对备份套数", timedelta(days=1), ask_for_sets),
    Chore("sweep_partial", "清除未写完的移交包", timedelta(hours=6), sweep_partial),
    Chore("sweep_arrivals", "清除过期来包", timedelta(hours=1), sweep_arrivals),
    Chore("ask_peers", "询问对接平台", timedelta(minutes=1), ask_peers),
)
