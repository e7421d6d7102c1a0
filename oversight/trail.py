"""What the 安全审计员 reads of the trail: who did or opened what, by number and kind, never by title (design section 13).

A title is asked for whole by who knows it already; what is shown of the object is its kind and its number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from archive.models import CodeAssignment, Record
from documents.models import Document
from units.access import units_with
from units.folding import number_key
from units.models import AccessLog, AuditEvent, AuditLink, ChoreRun, User

from . import trail_changes

KINDS = {
    "sign_in": "登录", "account": "账号", "unit": "单位", "appointment": "任免", "administrator": "三员变更",
    "delegation": "代理", "unit_group": "常用单位组", "job": "处理任务", "document": "公文", "record": "归档文件",
    "route": "流转路线", "pattern": "范本", "seal": "印章", "duty": "值班", "current": "现行文件", "register": "登记簿",
    "number_closing": "关号", "outside_body": "区外单位", "batch": "移交批次", "receiving_plan": "接收计划",
    "accession": "进馆登记", "medium": "载体", "conversion": "格式转换与迁移", "space": "存储空间", "peer": "对接平台",
    "consignment": "外发包", "arrival": "来包", "holding": "馆藏", "appraisal": "鉴定", "hold": "冻结", "evaluation": "单套评估",
    "keeping_paper": "纸质留存", "paper": "纸质档案", "correction": "更正", "year_fixed": "年度固化",
    "filing_register": "归档登记表", "single_set": "单套管理", "box": "档案盒", "stock_check": "库房清点",
    "opening": "开放审核批次", "opinion": "开放意见", "schedule": "保管期限表", "use": "利用申请",
    "paper_loan": "纸质借阅", "sample_tick": "抽检", "environment_finding": "环境检测", "baseline": "应归档基数",
    "figures": "冻结数据", "urging": "督办", "search": "检索", "trail": "审计",
}  # fmt: skip
NAMED = frozenset({"account", "unit", "appointment", "administrator", "delegation", "opening", "opinion", "box"})
ACTS = {"view": "查看", "download": "下载", "export": "导出", "search": "检索", "print": "打印"}
MOST = 100_000  # lines of one workbook


@dataclass(frozen=True)
class Asked:
    """`first` and `last` are local days, both inclusive; "" narrows nothing. `act`: part of its name."""

    first: date
    last: date
    person: str = ""
    object: str = ""
    act: str = ""

    @property
    def span(self) -> dict:
        return {"at__gte": _midnight(self.first), "at__lt": _midnight(self.last + timedelta(days=1))}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Line:
    """One event or access for screen and workbook; `shown` is the object's number or name without its title."""

    at: datetime
    person: str
    post: str
    unit: str
    address: str
    act: str
    kind: str
    shown: str
    change: str = ""
    failed: bool = False
    fields: tuple[str, ...] = ()
    reason: str = ""


def events(user, asked: Asked):
    """Events that the person may read, narrowed; ordered by `-at, -pk`."""
    rows = AuditEvent.objects.allowing("view", user).filter(**asked.span)
    if asked.person:
        rows = rows.filter(Q(actor__in=_people(asked.person)) | Q(actor_name=asked.person))
    if asked.object:
        rows = rows.filter(Q(object_uid__in=_uids(asked.object)) | Q(object_label=asked.object))
    return rows.filter(label__contains=asked.act) if asked.act else rows


def accesses(user, asked: Asked):
    """Views, downloads, exports and searches, narrowed; for who may read the trail."""
    if not units_with("read_audit", user):
        return AccessLog.objects.none()
    rows = AccessLog.objects.filter(**asked.span)
    if asked.person:
        rows = rows.filter(user_id__in=_people(asked.person))
    if asked.object:
        rows = rows.filter(object_uid__in=_uids(asked.object))
    return rows.filter(act__in=[code for code, name in ACTS.items() if asked.act in name]) if asked.act else rows


def _people(text: str) -> list[int]:
    return list(User.objects.filter(Q(name=text) | Q(username=text)).values_list("pk", flat=True)[:200])


def _uids(text: str) -> list:
    """Of the documents and records with this 文号, 档号 (a void one too) or exact title."""
    bracketed = text.translate(str.maketrans("[]［］【】()（）", "〔〕〔〕〔〕〔〕〔〕"))
    numbers = {text, bracketed}
    said = Q(doc_number__in=numbers) | Q(sender_number_n=number_key(text)) | Q(title=text) | Q(receipt_number=text)
    documents = (
        Document.objects.unguarded("the auditor reads numbers, never a title")
        .filter(said)
        .values_list("uid", flat=True)[:500]
    )
    coded = CodeAssignment.objects.filter(code=text).values("record")
    kept = Q(archival_code=text) | Q(pk__in=coded) | Q(doc_number__in=numbers) | Q(title=text)
    records = (
        Record.objects.unguarded("the auditor reads numbers, never a title")
        .filter(kept)
        .values_list("uid", flat=True)[:500]
    )
    return [*documents, *records]


def lines_of_events(rows: Iterable[AuditEvent]) -> list[Line]:
    found = list(rows)
    numbers = trail_changes.Numbers((one.object_type, one.object_uid) for one in found)
    return [
        Line(
            one.at, one.actor_name or "（未登录）", one.post, one.unit_name, one.address, one.label,
            KINDS.get(one.object_type, one.object_type),
            one.object_label if one.object_type in NAMED else numbers.at(one.object_uid, one.at),
            _change(one), not one.succeeded, trail_changes.fields_of(one), trail_changes.reason_of(one),
        )
        for one in found
    ]  # fmt: skip


def _change(event: AuditEvent) -> str:
    """“已编号 → 已校对”; "" where no state changed."""
    if event.before == event.after:
        return ""
    words = _words().get(event.object_type, {})
    return f"{words.get(event.before, event.before) or '无'} → {words.get(event.after, event.after)}"


@cache
def _words() -> dict[str, dict[str, str]]:
    """Type of object → code of a state → its word; the state's own words win over those of other columns."""
    found: dict[str, dict[str, str]] = {}
    for model in apps.get_models():
        if name := getattr(model, "AUDIT_TYPE", ""):
            fields = sorted(model._meta.fields, key=lambda one: one.name == "state")
            chosen = (pair for field in fields for pair in field.flatchoices if pair[0] and isinstance(pair[0], str))
            found.setdefault(name, {}).update(chosen)
    return found


def lines_of_accesses(rows: Iterable[AccessLog]) -> list[Line]:
    found = list(rows)
    numbers = trail_changes.Numbers((one.object_type, one.object_uid) for one in found)
    seats = trail_changes.Seats(one.user_id for one in found if one.user_id)
    people = User.objects.in_bulk({one.user_id for one in found if one.user_id})
    lines = []
    for one in found:
        unit, post = seats.at(one.user_id, one.at)
        who = people[one.user_id].name if one.user_id in people else "（未登录）"
        kind, number = KINDS.get(one.object_type, one.object_type), numbers.at(one.object_uid, one.at)
        lines.append(Line(one.at, who, post, unit, one.address, ACTS.get(one.act, one.act), kind, number))
    return lines


def in_pieces(rows, lines, size: int = 1000) -> Iterator[Line]:
    """All of `rows`, newest first, by the same order as the page; memory does not grow with them."""
    last = None
    ordered = rows.order_by("-at", "-pk")
    while True:
        page = ordered if last is None else ordered.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
        found = list(page[:size])
        yield from lines(found)
        if len(found) < size:
            return
        last = found[-1]


@dataclass(frozen=True)
class Chain:
    """How the audit chain stands: its links, the last anchor, and what the last walk over all of it found."""

    links: str
    anchored_at: datetime | None
    anchor: str
    proved_at: datetime | None
    proof: str
    fault: str


def chain_state() -> Chain:
    runs = {one.name: one for one in ChoreRun.objects.filter(name__in=("anchor_chain", "verify_chain"))}
    anchor, proof = (runs.get(name) or ChoreRun(name=name) for name in ("anchor_chain", "verify_chain"))
    fault = proof.cause if proof.failures else anchor.cause if anchor.failures else ""
    links = AuditLink.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    return Chain(f"{links:,}", anchor.succeeded_at, anchor.result, proof.succeeded_at, proof.result, fault)
