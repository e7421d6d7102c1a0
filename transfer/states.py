"""Closed vocabularies of batches (design section 4; domain 9.3)."""

from datetime import date

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "编制中"
    SELF_CHECKED = "self_checked", "已自检"
    APPROVED = "approved", "已批准"
    SUBMITTED = "submitted", "已提交"
    RECEIVED = "received", "已签收"
    INSPECTING = "inspecting", "待审核"
    PROPOSED = "proposed", "待确认退回"
    HANDING_OVER = "handing_over", "办理交接手续"
    ACCEPTED = "accepted", "已接收"
    PARTIALLY_RETURNED = "partially_returned", "部分退回"
    RETURNED = "returned", "已退回"
    CLOSED = "closed", "已办结"
    DISSOLVED = "dissolved", "已撤销"


HELD = frozenset({State.ACCEPTED, State.PARTIALLY_RETURNED, State.CLOSED})


class ItemVerdict(models.TextChoices):
    PENDING = "pending", "待定"
    ACCEPTED = "accepted", "接收"
    RETURNED = "returned", "退回"


class PartState(models.TextChoices):
    PENDING = "pending", "待打包"
    DONE = "done", "已打包"


class Place(models.TextChoices):
    """Where a copy of a package lies."""

    UNIT = "unit", "移交单位"
    HOLDINGS = "holdings", "馆藏"
    SECOND = "second", "第二存放地"


class CopyState(models.TextChoices):
    """What the last reading said; 核销 is a decision by a person that a damaged copy is given up."""

    UNREAD = "unread", "待核验"
    SOUND = "sound", "已核验"
    DAMAGED = "damaged", "损坏"
    MISSING = "missing", "缺失"
    RETURNED = "returned", "已退还"
    WRITTEN_OFF = "written_off", "已核销"


BAD_COPY = frozenset({CopyState.DAMAGED, CopyState.MISSING})


class ReceiptKind(models.TextChoices):
    TECHNICAL = "technical", "签收确认"
    CUSTODY = "custody", "电子档案移交接收登记表"
    RETURN = "return", "退回通知单"
    STORED = "stored", "入库通知"


class Side(models.TextChoices):
    """Who stands on which side of the 登记表 (DA/T 93—2022, table C.1)."""

    UNIT = "unit", "移交单位"
    ARCHIVE = "archive", "接收单位"


class SignedAs(models.TextChoices):
    FILLED = "filled", "填表人"
    CHECKED = "checked", "审核人"


class Medium(models.TextChoices):
    """How a package travels."""

    ONLINE = "online", "在线"
    DISK = "disk", "离线（移动硬盘）"
    PEER = "peer", "在线（送另一平台）"


TRANSFER_AGE = 10  # whole years after which a unit hands over to a district's archive (档案法实施条例 art. 20)


def last_due_year(day: date) -> int:
    """Of the latest records that are due for transfer on `day`: the whole years begin after their own."""
    return day.year - TRANSFER_AGE - 1


class DepositKind(models.TextChoices):
    """Why a piece comes now: its ten years are over, or the archive keeps it before (档案法实施条例 art. 40)."""

    STATUTORY = "statutory_transfer", "到期移交"
    EARLY = "early_deposit", "提前保管"


class OpeningOpinion(models.TextChoices):
    """到期开放意见 of the forming unit (实施条例 30); the Law knows no third."""

    OPEN = "open", "建议开放"
    POSTPONE = "postpone", "建议延期开放"


class DisclosureState(models.TextChoices):
    """政府信息公开情况 of an item as it is handed over (实施条例 30)."""

    PUBLISHED = "published", "已主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    NOT_DISCLOSED = "not_disclosed", "不予公开"
    NOT_MEANT = "not_meant", "不属于公开范围"


class ClassificationChange(models.TextChoices):
    """密级变更情况; what is secret has no place on this network at all."""

    NEVER = "never", "未曾定密"
    DECLASSIFIED = "declassified", "已解密"


class ConsignmentState(models.TextChoices):
    """A package that goes to another installation."""

    SENDING = "sending", "传送中"
    WAITING = "waiting", "对方检测中"
    RECEIVED = "received", "对方已签收"
    REFUSED = "refused", "对方不予接收"
    FAILED = "failed", "传送中断"
    CANCELLED = "cancelled", "已取消"


CONSIGNMENT_OPEN = (ConsignmentState.SENDING, ConsignmentState.WAITING, ConsignmentState.FAILED)


class ArrivalState(models.TextChoices):
    """A package that comes from another installation."""

    OPEN = "open", "接收中"
    CHECKING = "checking", "检测中"
    RECEIVED = "received", "已签收"
    REFUSED = "refused", "不予接收"
    EXPIRED = "expired", "已过期"


ARRIVAL_OPEN = (ArrivalState.OPEN, ArrivalState.CHECKING)


class Source(models.TextChoices):
    """How records come to an archive otherwise than by a batch (practice 1, accession register; F-09)."""

    COLLECTED = "collected", "征集"
    DONATED = "donated", "捐赠"
    DEPOSITED = "deposited", "寄存"
    BOUGHT = "bought", "购买"
    BACKFILE = "backfile", "馆藏补录"


class MediumKind(models.TextChoices):
    """Kinds of offline medium; the code stands in the medium's number (domain 19.2)."""

    DISC = "disc", "光盘"
    DISK = "disk", "硬磁盘"
    TAPE = "tape", "磁带"
    FLASH = "flash", "固态存储"


class MediumRole(models.TextChoices):
    """The three sets of Order 6, art. 12 (E-12)."""

    SEALED = "sealed", "封存保管"
    OFFSITE = "offsite", "异地保管"
    ACCESS = "access", "提供利用"


class BackupWay(models.TextChoices):
    """DA/T 99—2024."""

    FULL = "full", "完全"
    INCREMENTAL = "incremental", "增量"
    DIFFERENTIAL = "differential", "差分"


class MediumState(models.TextChoices):
    KEPT = "kept", "在库"
    RETIRED = "retired", "已注销"


class FilePlace(models.TextChoices):
    """Where bytes lie whose space is watched."""

    FILES = "files", "文件库"
    HOLDINGS = "holdings", "馆藏"
    SECOND = "second", "第二存放地"


class ConversionKind(models.TextChoices):
    """管理类型 of table A.3 (GB/T 18894—2016)."""

    CONVERT = "convert", "格式转换"
    MIGRATE = "migrate", "迁移"


class ConversionState(models.TextChoices):
    """How far the eight steps of a conversion or migration have come (domain 19.1)."""

    DRAFT = "draft", "拟订"
    PROPOSED = "proposed", "待审批"
    APPROVED = "approved", "待测试"
    TRYING = "trying", "测试中"
    TRIED = "tried", "待实施"
    RUNNING = "running", "实施中"
    RAN = "ran", "待评估"
    EVALUATED = "evaluated", "待填报"
    REPORTED = "reported", "待审核"
    REVIEWED = "reviewed", "待备份"
    CLOSED = "closed", "已办结"
    DROPPED = "dropped", "已撤销"


class ConvertedState(models.TextChoices):
    WAITING = "waiting", "待转换"
    DONE = "done", "已转换"
    FAILED = "failed", "未转换"


class Method(models.TextChoices):
    """What this program converts by itself; the sources stand in conversions/methods.py."""

    PDFA = "pdfa", "图像转为 PDF/A-2b"
    TIFF = "tiff", "JPEG 2000 转为 TIFF"
