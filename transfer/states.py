"""Closed vocabularies of batches (design section 4; domain 9.3)."""

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "编制中"
    SELF_CHECKED = "self_checked", "已自检"
    APPROVED = "approved", "已批准"
    SUBMITTED = "submitted", "已提交"
    RECEIVED = "received", "已收妥"
    INSPECTING = "inspecting", "检测中"
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
    TECHNICAL = "technical", "收妥回执"
    CUSTODY = "custody", "移交与接收登记表"
    RETURN = "return", "退回通知单"


class DepositKind(models.TextChoices):
    STATUTORY = "statutory_transfer", "到期移交"
    EARLY = "early_deposit", "提前保管"
