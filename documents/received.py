"""来文种类: how a paper that is registered by hand came, and what each kind needs beside it (practice 2.1 item 10)."""

from datetime import date, datetime

from django.utils import timezone

import paper

from .models import Document, ReceivedDetail
from .states import URGENCY_OF_GRADE, ReceivedAs, TelegramGrade

R = ReceivedAs
# (field of ReceivedDetail, what it is called of this kind); each must be given
NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    R.PAPER: (),
    R.FAX: (("number", "对方传真号"), ("received_at", "收到时间")),
    R.TELEGRAM: (("grade", "电报等级"), ("received_at", "收到时间")),
    R.TELEPHONE: (("caller", "来电人"), ("number", "来电号码"), ("received_at", "来电时间"), ("taken_by", "记录人")),
    R.MEETING: (("meeting", "会议名称"), ("meeting_on", "会议日期")),
    R.EMAIL: (("number", "发件邮箱"), ("received_at", "收到时间")),
}
FUTURE = "成文日期不能晚于今天，请按原件核对。"
DETAILS = ("caller", "number", "received_at", "taken_by", "grade", "meeting", "meeting_on")


def faults_of(fields: dict) -> list[tuple[str, str]]:
    """(field, sentence) of what this kind needs and has not."""
    kind = fields.get("received_as") or R.PAPER
    found = [
        (name, f"{R(kind).label}须填写“{label}”。") for name, label in NEEDS[kind] if not fields.get(name)
    ]  # fmt: skip
    if kind == R.TELEPHONE and not fields.get("body"):
        found.append(("body", "电话记录须填写“电话内容”。"))
    if kind == R.TELEGRAM and not fields.get("sender_number"):
        found.append(("sender_number", "明电须填写“电报号”。"))
    moment = fields.get("received_at")
    if moment is not None and moment > timezone.now():
        found.append(("received_at", "来电或收到的时间不能晚于现在。"))
    found += [("sender_date", sentence) for sentence in date_faults(fields.get("sender_date"))]
    return found


def date_faults(day: date | None) -> list[str]:
    """成文日期 of a paper that is here already."""
    return [FUTURE] if day is not None and day > timezone.localdate() else []


def completed(fields: dict) -> dict:
    """With what follows from the kind: 紧急程度 of a telegram from its grade, the day of a call."""
    kind, found = fields.get("received_as") or R.PAPER, dict(fields)
    found["received_as"] = kind
    if kind == R.TELEGRAM and fields.get("grade"):
        found["urgency"] = URGENCY_OF_GRADE[TelegramGrade(fields["grade"])]
    if kind == R.TELEPHONE and fields.get("received_at"):
        found["sender_date"] = timezone.localdate(fields["received_at"])
    return found


def keep_detail(document: Document, fields: dict) -> None:
    """What this kind needs, of a document just registered."""
    wanted = {name: fields[name] for name, _ in NEEDS[document.received_as or R.PAPER]}
    if wanted:
        ReceivedDetail.objects.create(document=document, **wanted)


def facts_of(document: Document) -> list[tuple[str, str]]:
    """(label, value) for the page."""
    needs = NEEDS.get(document.received_as or R.PAPER, ())
    detail = ReceivedDetail.objects.filter(document=document).first() if needs else None
    return [(label, in_words(getattr(detail, name), name)) for name, label in needs] if detail else []


def in_words(value, name: str) -> str:
    if name == "grade" and value:
        return str(TelegramGrade(value).label)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value or "")


def on_sheet(document: Document) -> list["paper.SheetOpinion"]:
    """The first line of 文件处理单: how it came, and who took it."""
    kind = document.received_as
    if not kind or kind == R.PAPER:
        return []
    detail = ReceivedDetail.objects.filter(document=document).first()
    said = "；".join(f"{label}：{value}" for label, value in facts_of(document) if label != "记录人")
    if kind == R.TELEPHONE and document.body:
        said = f"{said}\n{document.body}"
    at = detail.received_at if detail and detail.received_at else document.signed_for_at or document.created_at
    taken = detail.taken_by if detail else ""
    by = taken or (document.drafted_by.name if document.drafted_by else "")
    return [paper.SheetOpinion(R(kind).label, said, by, timezone.localtime(at))]
