"""The acts of the inspector's rooms: each one transaction with one event; nothing of others' is changed."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from documents.filing_after_all import TASK as FILE_AFTER_ALL
from documents.models import Document
from units import audit, jobs, reading
from units.access import Seat, may, seat_for
from units.calendar import end_of_day, end_of_working_days
from units.models import Appointment, Job, Post, Task, Unit
from units.reading import READ
from units.roles import PostKind
from units.successors import staffed
from units.tasks import close_tasks, open_task, shortened
from units.workflow import Refused, patiently

from . import freezing
from .models import BaselineDue, FrozenPeriod, GoLive, SampleCheck, Urging, YearNote
from .periods import Period
from .rules import inspector_seats
from .states import ANSWER_DAYS, Stage

ANSWERED_BY = (PostKind.ARCHIVIST, PostKind.CLERK)
SENT = "urged"  # kind of the item that keeps a 督办 in the 已办 of whoever sent it
ANSWERED = "督办已答复"


@transaction.atomic
def freeze(period: Period, *, by) -> Job:
    """By hand, once due: the first stage of the period that was not taken yet. The worker counts and takes it."""
    seat = _freezing_seat(by)
    stage = freezing.next_stage(period, freezing.latest(period))
    if stage is None:
        raise Refused(f"{period}已经冻结，不再更改。")
    freezing.refuse_early(period, stage)
    last = freezing.last_job(period, stage)
    if last is not None and last.is_pending:
        raise Refused(f"{period}归档率正在冻结，请等待完成。")
    return jobs.start(
        freezing.KIND, f"冻结{period}归档率（{stage.label}）", by=by, unit=seat.unit, subject=period,
        year=period.year, month=period.month, stage=stage.value,
    )  # fmt: skip


def take_figures(period: Period, stage: Stage, *, by) -> FrozenPeriod:
    """What `freeze` began, for whoever asked, while he is still at that post."""
    return freezing.freeze(period, stage, by=by, seat=_freezing_seat(by))


def _freezing_seat(by) -> Seat:
    seat = next(iter(inspector_seats(by)), None)
    if seat is None:
        raise Refused("归档率由监督指导岗位冻结。")
    return seat


@transaction.atomic
def urge(unit: Unit, period: Period, *, by, text: str, due_on: date | None = None) -> Urging:
    """督办: a task of the unit's archivist, or its clerk where nobody is archivist, with the inspector's words.

    `due_on` is the day until whose end it is to be answered, the task's limit; None: ANSWER_DAYS working days.
    """
    _ask("inspect", unit, by, "督办")
    if due_on is not None and due_on <= timezone.localdate():
        raise Refused("答复期限应晚于今天。")
    due = end_of_day(due_on) if due_on else end_of_working_days(timezone.now(), ANSWER_DAYS)
    row = Urging.objects.create(
        unit=unit, year=period.year, month=period.month, text=text, due_on=timezone.localdate(due), asked_by=by
    )
    open_task("supervise", "督办", row, unit=unit, post=_who_answers(unit), due_at=due)
    _keep_in_done(row, by)
    audit.record(
        "urge_unit", "督办", unit, by=by, through="inspect", opinion=text, period=str(period), urging=str(row.uid)
    )
    return row


def _keep_in_done(row: Urging, by) -> None:
    """What he sent stands in the inspector's own 已办, from which he follows it."""
    seat = next(iter(inspector_seats(by)), None)
    if seat is not None:
        open_task(SENT, "督办已发出", row, unit=seat.unit, person=by)  # its words stand in the item's detail
        close_tasks(row, by=by, kinds=(SENT,))


def _who_answers(unit: Unit) -> str:
    held = Appointment.objects.active().filter(post__unit=staffed(unit), post__kind__in=ANSWERED_BY)
    kinds = set(held.values_list("post__kind", flat=True))
    for kind in ANSWERED_BY:
        if kind in kinds:
            return kind
    raise Refused(f"{unit}的档案员和文书岗位目前都无人，无人可以办理督办事项，请先与安全保密管理员联系任命。")


def answer(urging: Urging, *, by, text: str) -> Urging:
    """办理情况: what the unit did; its task is done."""
    with patiently(), transaction.atomic():
        row = Urging.objects.select_for_update().get(pk=urging.pk)
        if not may(by, "answer", row):
            raise Refused("您没有答复这项督办的权限。")
        if row.answered_at is not None:
            raise Refused("这项督办已经答复。")
        row.answer, row.answered_by, row.answered_at = text, by, timezone.now()
        row.save()
        close_tasks(row, by=by)
        Task.objects.of(row).update(subject_ended=True)
        Task.objects.of(row).filter(kind=SENT).update(label=ANSWERED, remark=shortened(f"答复：{row.answer}", 300))
        _tell_inspector(row)
        audit.record("answer_urging", "答复督办", row, by=by, through="answer", opinion=text)
    return row


def _tell_inspector(row: Urging) -> None:
    """The answer is to be read by whoever asked, else by the post, where he does not inspect any more."""
    seat = next(iter(inspector_seats(row.asked_by)), None)
    post = seat.post if seat is not None else Post.objects.filter(kind=PostKind.INSPECTOR).order_by("pk").first()
    if post is not None:
        person = row.asked_by if seat is not None else None
        open_task(READ, ANSWERED, row, unit=post.unit, post=PostKind.INSPECTOR, person=person, remark=row.answer)


@transaction.atomic
def read_answer(urging: Urging, *, by) -> None:
    """阅毕: from now on the answer that he has read keeps the 督办 in his 已办, and what he sent does not stand beside it."""
    reading.read(urging, by=by, what="答复")
    Task.objects.of(urging).filter(kind=SENT, done_by=by).update(done_by=None, outcome="dropped")


@transaction.atomic
def set_go_live(unit: Unit, *, by, day: date) -> GoLive:
    _ask("inspect", unit, by, "登记上线日期")
    for one in standing_baselines(unit):
        if date(one.year, max(one.months), 1) >= day.replace(day=1):
            raise Refused(f"{one}，与 {day} 上线重复计算，请先撤回这项基数。")
    row, made = GoLive.objects.get_or_create(unit=unit, defaults={"day": day, "entered_by": by})
    before = "" if made else row.day.isoformat()
    row.day, row.entered_by, row.entered_at = day, by, timezone.now()
    row.save()
    audit.record("set_go_live", "登记上线日期", unit, by=by, through="inspect", before=before, after=day.isoformat())
    return row


def standing_baselines(unit: Unit):
    return BaselineDue.objects.filter(unit=unit, withdrawn_at=None)


@transaction.atomic
def state_baseline(unit: Unit, *, by, year: int, months: list[int], count: int, source: str) -> BaselineDue:
    """应归档基数: what the unit's registers show for months before go-live; it counts once the inspector accepts it."""
    _ask("state_baseline", unit, by, "填报应归档基数")
    live = GoLive.objects.filter(unit=unit).first()
    if live is None:
        raise Refused("请先由监督指导岗位登记本单位的上线日期。")
    if date(year, max(months), 1) >= live.day.replace(day=1):
        raise Refused(f"{unit}于 {live.day} 上线，基数只填上线月份以前的各月。")
    for other in standing_baselines(unit).filter(year=year):
        if twice := sorted(set(other.months) & set(months)):
            raise Refused(f"{year}年{'、'.join(map(str, twice))}月已填报基数，不能重复填报。")
    row = BaselineDue.objects.create(unit=unit, year=year, months=months, count=count, source=source, entered_by=by)
    audit.record(
        "state_baseline", "填报应归档基数", unit, by=by, through="state_baseline",
        year=year, months=months, count=count, source=source,
    )  # fmt: skip
    return row


def accept_baseline(baseline: BaselineDue, *, by) -> BaselineDue:
    with patiently(), transaction.atomic():
        row = BaselineDue.objects.select_for_update().select_related("unit").get(pk=baseline.pk)
        if not may(by, "accept", row):
            raise Refused("应归档基数由监督指导岗位认可。")
        if row.accepted_at is not None or row.withdrawn_at is not None:
            raise Refused("这项基数已经撤回。" if row.withdrawn_at is not None else "这项基数已经认可。")
        row.accepted_by, row.accepted_at = by, timezone.now()
        row.save()
        audit.record(
            "accept_baseline", "认可应归档基数", row, by=by, through="accept", count=row.count, year=row.year,
            months=row.months,
        )  # fmt: skip
    return row


def withdraw_baseline(baseline: BaselineDue, *, by, reason: str) -> BaselineDue:
    """A wrong one counts no more from today on, and its months can be stated anew: by the unit until it is accepted."""
    with patiently(), transaction.atomic():
        row = BaselineDue.objects.select_for_update(of=("self",)).select_related("unit").get(pk=baseline.pk)
        if not may(by, "withdraw", row) or (row.accepted_at is not None and not may(by, "accept", row)):
            raise Refused("已认可的基数由监督指导岗位撤回，未认可的由填报单位档案员或监督指导岗位撤回。")
        if row.withdrawn_at is not None:
            raise Refused("这项基数已经撤回。")
        if not reason:
            raise Refused("撤回基数须填写理由。")
        row.withdrawn_by, row.withdrawn_at, row.withdrawn_for = by, timezone.now(), reason
        row.save()
        audit.record("withdraw_baseline", "撤回应归档基数", row, by=by, through="withdraw", opinion=reason)
    return row


def check_sample(document: Document, *, by, is_refused: bool, reason: str) -> SampleCheck:
    """抽查不归档: a refused decision puts the document back among those due, from today on (practice 3)."""
    if not document.not_to_file:
        raise Refused("这件公文没有决定不归档，不在抽查范围。")
    if is_refused and not reason:
        raise Refused("不予认可须填写理由。")
    try:
        with transaction.atomic():
            if not may(by, "sample", document):
                raise Refused("不归档决定由监督指导岗位抽查。")
            row = SampleCheck.objects.create(document=document, is_refused=is_refused, reason=reason, checked_by=by)
            label = "抽查不予认可" if is_refused else "抽查认可"
            audit.record("check_sample", label, document, by=by, through="sample", opinion=reason, refused=is_refused)
            if is_refused:
                told = f"抽查不予认可不归档：{reason}"
                open_task(FILE_AFTER_ALL, "改为归档", document, unit=document.unit, post=PostKind.CLERK, remark=told)
    except IntegrityError as error:
        raise Refused("这件公文已经抽查过。") from error
    return row


def note_year(document: Document, *, by, reason: str) -> YearNote:
    """跨年办理: the unit says why the document goes on; it is no 久拖未办 of its year any more."""
    year = timezone.localdate(document.registered_at or document.numbered_at or document.created_at).year
    try:
        with transaction.atomic():
            if not may(by, "note_year", document):
                raise Refused("跨年办理由本单位文书登记。")
            row = YearNote.objects.create(document=document, year=year, reason=reason, noted_by=by)
            audit.record("note_year", "登记跨年办理", document, by=by, through="note_year", opinion=reason, year=year)
    except IntegrityError as error:
        raise Refused("这件公文已登记跨年办理。") from error
    return row


def _ask(permission: str, unit: Unit, by, what: str) -> None:
    if not may(by, permission, unit):
        raise Refused(f"您没有{what}的权限。")
    if seat_for(by, unit, permission) is None:
        raise Refused(f"您没有可以{what}的岗位。")
