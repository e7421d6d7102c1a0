"""Panels of the batch page about the hand-over: how far it is, its papers, and who has signed the register."""

from django.utils import timezone

from units.panels import Page

from . import manual_items
from .conditions import is_running, unaccompanied
from .handover_papers import standing_signatures, states, unchecked_count
from .models import Copy
from .papers import PAPERS
from .sealed_register import checked, standing_seals
from .states import HELD, Side, SignedAs, State
from .storing import own_copy_until

BEFORE = frozenset({State.DRAFT, State.SELF_CHECKED, State.APPROVED, State.DISSOLVED})
CHECKED = frozenset({State.PROPOSED, State.HANDING_OVER, *HELD})


def _when(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _stage(label: str, is_done: bool, is_now: bool, told: str) -> dict[str, str]:
    return {"label": label, "state": "done" if is_done else "now" if is_now else "open", "told": told}


def progress(page: Page) -> dict | None:
    """签收, 检测, 交接手续, 入库, 单位副本: five different things, each with its own word; before them the unit's own."""
    batch = page.obj
    if batch.state in (State.DRAFT, State.SELF_CHECKED, State.APPROVED):
        return {"title": "移交准备", "stages": _prepared(page)}
    if (
        batch.state in BEFORE
        or batch.state == State.RETURNED
        or (batch.state == State.CLOSED and not batch.accepted_at)
    ):
        return None
    is_held = batch.accepted_at is not None
    checked, is_looked_at = batch.state in CHECKED, batch.state == State.INSPECTING
    return {
        "title": "交接进度",
        "stages": [
            _stage("签收", batch.received_at is not None, True, _when(batch.received_at) or "等待区档案馆签收"),
            _stage("检测", checked, batch.received_at is not None, _inspected(batch, checked or is_looked_at)),
            _stage("办理交接手续", is_held, batch.state == State.HANDING_OVER, _signed(batch, is_held)),
            _stage("入库（两处存放）", batch.stored_at is not None, is_held, _stored(page, is_held)),
            _stage("移交单位副本", False, False, _own_copy(batch)),
        ],
    }


def left_unaccompanied(page: Page) -> int:
    """How many items have no 随附情况 yet: asked by the progress, by what is owed and by what the package waits for."""
    if "unaccompanied" not in page.facts:
        page.facts["unaccompanied"] = unaccompanied(page.obj).count()
    return page.facts["unaccompanied"]


def _prepared(page: Page) -> list[dict[str, str]]:
    """What the unit does before anything travels; by a plan the archive reads the catalogue first (domain 9.3)."""
    batch = page.obj
    is_checked, is_approved = batch.state != State.DRAFT, batch.state == State.APPROVED
    is_read = batch.plan_id is None or batch.catalogue_reviewed_at is not None
    left = left_unaccompanied(page)
    return [
        _stage("编制移交清单", True, False, _when(batch.created_at)),
        _stage("目录预审（区档案馆）", is_read, True, _catalogue_told(batch)),
        _stage("填写随附情况", not left, True, f"还有 {left} 件没有填写" if left else "已填写"),
        _stage(
            "形成移交信息包并检测",
            is_checked,
            is_read and not left,
            _checked_told(batch, Side.UNIT) if is_checked else "尚未检测",
        ),
        _stage("单位领导批准", is_approved, is_checked, "已批准" if is_approved else "尚未批准"),
        _stage("提交区档案馆", False, is_approved, "尚未提交"),
    ]


def _catalogue_told(batch) -> str:
    if batch.plan_id is None:
        return "不是按接收计划移交，不必预审"
    if batch.catalogue_reviewed_at is not None:
        return f"{_when(batch.catalogue_reviewed_at)} 同意"
    if batch.catalogue_sent_at is not None:
        return f"{_when(batch.catalogue_sent_at)} 已送审，等待区档案馆答复"
    if batch.catalogue_opinion:
        return f"区档案馆已退回：{batch.catalogue_opinion}；修改后再次“送审移交目录”"
    return "尚未送审，请“送审移交目录”；同意后才能提交"


def _inspected(batch, by_software: bool) -> str:
    """What the worker did and what persons did are two things, each with its own word."""
    if not by_software:
        return "正在检测" if is_running(batch) else "尚未检测"
    waits = "，等待审核结论" if batch.state == State.INSPECTING else ""
    return f"{_checked_told(batch, Side.ARCHIVE)}{waits}{_unchecked_told(batch)}"


def _checked_told(batch, side: str) -> str:
    left = len(manual_items.unticked(batch, side))
    return f"软件检测完成，{f'人工检测还有 {left} 项' if left else '人工检测完成'}"


def _unchecked_told(batch) -> str:
    """What the 登记表 will call 未检 all the same: looks that are over are not all that the standard asks for. Once it is
    signed it says so itself."""
    if batch.accepted_at is not None:
        return ""
    counts = ((side.label, unchecked_count(batch, side)) for side in Side)
    told = "、".join(f"{label} {count} 项" for label, count in counts if count)
    return f"；仍未检、将载入登记表的：{told}" if told else ""


def _signed(batch, is_held: bool) -> str:
    if is_held:
        return f"登记表双方已签，{_when(batch.accepted_at)} 保管权转移"
    if batch.state == State.PROPOSED:
        return "等待移交单位确认退回意见"
    return "登记表签齐前，档案仍由移交单位保管"


def _stored(page: Page, is_held: bool) -> str:
    if page.obj.stored_at is not None:
        bad = "，其中有副本待修复" if Copy.objects.unsound(page.obj).exists() else ""
        return f"{_when(page.obj.stored_at)}，馆藏和第二存放地{bad}"
    if not is_held:
        return "尚未入库"
    return "正在存入第二存放地" if is_running(page.obj) else "第二存放地还没有存成，系统将自动重试"


def _own_copy(batch) -> str:
    if batch.stored_at is None:
        return "入库前不得处置"
    until = own_copy_until(batch.accepted_at)
    if timezone.localdate() < until:
        return f"至少保存至 {until:%Y-%m-%d}，此前不得处置"
    return "保存期已满，可以按程序处置"


def papers(page: Page) -> dict | None:
    """移交清单, 说明文件, 目录文件, 登记表; and who has signed."""
    batch = page.obj
    if batch.state == State.DISSOLVED:
        return None
    columns, found, told = [], None, []
    if batch.state in CHECKED:
        signed, told = standing_signatures(batch), states(batch)
        seals = standing_seals(batch)
        columns = [(side.label, [signed.get((side, role)) for role in SignedAs], seals.get(side)) for side in Side]
        if any(one.at for one in seals.values()):
            found = checked(seals)
    named = [(slug, one.label) for slug, one in PAPERS.items()]
    return {"papers": named, "columns": columns, "checked": found, "states": told}
