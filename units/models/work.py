"""Actionable items of people and posts, background work, what runs by itself, and the counters of numbers."""

import uuid
from datetime import timedelta

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from ..pace import Paced
from ..querysets import JobQuerySet, TaskQuerySet
from ..stateful import Stateful
from .people import Post, Unit, User


class Counter(models.Model):
    """The last number given in a series; taken only through `units.counters.take`."""

    series = models.CharField(max_length=120, unique=True, db_collation="C")
    last = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()


class Task(models.Model):
    """One actionable item of a person or a post; lists, counters and reminders read nothing else."""

    class Subject(models.TextChoices):
        DOCUMENT = "document", "公文"
        RECORD = "record", "归档文件"
        BATCH = "batch", "移交批次"
        DELEGATION = "delegation", "代理"
        URGING = "urging", "督办"
        YEAR = "year_fixed", "年度整理"
        SCHEDULE = "schedule", "保管期限表"
        USE = "use", "利用申请"
        APPRAISAL = "appraisal", "鉴定销毁"
        OPENING = "opening", "开放审核"
        OPINION = "opinion", "开放意见"
        SEAL_ASKED = "seal_asked", "登记表用印"
        CONVERSION = "conversion", "格式转换与迁移"
        PLAN = "receiving_plan", "接收计划"

    kind = models.CharField("事项", max_length=20)
    label = models.CharField("事项名称", max_length=20)
    subject_type = models.CharField(max_length=20, choices=Subject)
    subject_uid = models.UUIDField()
    title = models.CharField("标题", max_length=500)
    detail = models.CharField("说明", max_length=300, blank=True)
    urgency = models.CharField("紧急程度", max_length=15, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="tasks")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="tasks")
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="tasks")
    step_uid = models.UUIDField("流转环节", null=True, editable=False)
    opened_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField("首次阅看", null=True, blank=True)
    due_at = models.DateTimeField("办理时限", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="done_tasks")
    done_for = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="代何人办理"
    )
    outcome = models.CharField("结果", max_length=20, blank=True)
    remark = models.CharField(
        "说明", max_length=300, blank=True, default="", db_default="", help_text="转自何人、为何，或因何被退回"
    )
    subject_ended = models.BooleanField("对象已办结", default=False)
    head_n = models.TextField(default="", editable=False)  # title and detail folded, by a trigger

    objects = TaskQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False) | Q(assignee__isnull=False), name="task_has_an_addressee"
            ),
        ]
        indexes = [
            models.Index(fields=["post", "-opened_at", "-id"], condition=Q(closed_at=None), name="task_open_of_post"),
            models.Index(
                fields=["assignee", "-opened_at", "-id"], condition=Q(closed_at=None), name="task_open_of_person"
            ),
            models.Index(fields=["subject_uid", "id"], name="task_subject"),
            models.Index(
                fields=["done_by", "unit", "subject_uid"],
                condition=Q(done_by__isnull=False, subject_ended=False),
                name="task_done_of_open",
            ),
            models.Index(
                fields=["done_for", "unit", "subject_uid"],
                condition=Q(done_for__isnull=False, subject_ended=False),
                name="task_done_for_another",
            ),
            models.Index(
                fields=["due_at"],
                include=["subject_uid"],
                condition=Q(closed_at=None, due_at__isnull=False),
                name="task_open_with_limit",
            ),
            models.Index(  # the first limit of a document: asked for each of a list that a limit narrows
                fields=["subject_uid", "due_at"],
                condition=Q(closed_at=None, due_at__isnull=False),
                name="task_limit_of_subject",
            ),
            models.Index(fields=["done_by", "-closed_at", "-id"], condition=Q(kind="read"), name="task_read_by_person"),
            *(
                models.Index(  # 已办 of anything but documents: 移交, 接收, 开放, 鉴定, 利用 …
                    fields=[who, "-closed_at", "-id"],
                    include=["unit"],  # its counter, in everybody's menu, reads no row
                    condition=Q(**{f"{who}__isnull": False}) & ~Q(subject_type="document"),
                    name=f"task_other_{who}",
                )
                for who in ("done_by", "done_for")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_overdue(self) -> bool:
        return self.closed_at is None and self.due_at is not None and self.due_at < timezone.now()


class StopsRunning(BaseException):
    """Raised at a progress mark: the handler is to leave at once. No `except Exception` of a handler holds it up."""


MARKED = ("done", "total", "note", "size", "of_size", "phase_at", "phase_done", "phase_size")  # by a mark of progress


class Interrupted(StopsRunning):
    """The worker is to stop: the job goes back into the queue as it is."""


class Superseded(StopsRunning):
    """The job is not this runner's any more: nothing that it still does counts."""


class Asked(StopsRunning):
    """A person has asked for a pause, or for the end: the handler leaves, `job.asked` says which."""


class Job(Paced, Stateful):
    """Background work that a person can watch (units/jobs.py); business effects are audited by the handlers.

    `attempt` is raised by every claim and is the fence: a progress mark or a change of state of an older attempt
    changes nothing. `failures` and `losses` (the runner died, or lost the database) count in a row; new ground forgets
    the losses. `asked` is what a person wants of a running one, `kept` what its handler goes on from after a pause
    or a killed worker. `size` and `of_size` are bytes done and to be done.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未成功"
        PAUSED = "paused", "已暂停"
        CANCELLED = "cancelled", "已取消"

    class Wish(models.TextChoices):
        NOTHING = "", ""
        PAUSE = "pause", "正在暂停"
        CANCEL = "cancel", "正在取消"

    PARTLY = "部分完成"  # the first words of the note of a job of which a part was done for good
    AUDIT_TYPE = "job"
    STATE_FIELDS = ("state",)
    stop_requested = False  # set by the worker when it is to stop
    _phase: str | None = None  # of this runner's last mark
    held_on = None  # the runner's connection, while it holds the job's lock (units/jobs.py)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField("任务", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="jobs")
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="jobs")
    subject_type = models.CharField(max_length=10, blank=True)
    subject_uid = models.UUIDField(null=True)
    args = models.JSONField(default=dict)
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    attempt = models.PositiveIntegerField("第几次办理", default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    furthest = models.PositiveIntegerField(default=0)
    furthest_at = models.DateTimeField(default=timezone.now)
    note = models.CharField("进度说明", max_length=200, blank=True)
    size = models.BigIntegerField("已处理字节", default=0)
    of_size = models.BigIntegerField("总字节", default=0)
    phase_at = models.DateTimeField("本阶段开始", null=True)
    phase_done = models.PositiveIntegerField(default=0)
    phase_size = models.BigIntegerField(default=0)
    asked = models.CharField("要求", max_length=10, blank=True, choices=Wish, default="", editable=False)
    kept = models.JSONField("接续处", default=dict, editable=False)
    cause = models.TextField("原因", blank=True)
    trace = models.TextField(blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField("提交", default=timezone.now)
    started_at = models.DateTimeField("开始", null=True)
    finished_at = models.DateTimeField("结束", null=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = JobQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject_uid", "-id"], name="job_subject"),
            models.Index(fields=["id"], condition=Q(state__in=("queued", "running")), name="job_open"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_partial(self) -> bool:
        """It ended with something done and something left: not the same as having failed."""
        return self.state == self.State.FAILED and self.note.startswith(self.PARTLY)

    @property
    def state_told(self) -> str:
        return self.PARTLY if self.is_partial else self.State(self.state).label

    @property
    def note_told(self) -> str:
        """The note beside `state_told`, without the words that it says already."""
        return self.note.removeprefix(f"{self.PARTLY}：") if self.is_partial else self.note

    def advance(self, done: int, total: int, note: str = "", *, size: int = 0, of_size: int = 0) -> None:
        """Show progress to everybody (never call it inside a transaction).

        Raises Superseded when another attempt has the job, or the connection that held its lock is gone (a new one
        would write for a job that is nobody's), Asked when a person wants a pause or the end, Interrupted when the
        worker is to stop.
        """
        if self.held_on is not None and connection.connection is not self.held_on:
            raise Superseded
        now = timezone.now()
        if self._phase != note:  # also the first mark of an attempt: what went before says nothing of its pace
            self._phase, self.phase_at, self.phase_done, self.phase_size = note, now, done, size
        self.done, self.total, self.note, self.size, self.of_size = done, total, note[:200], size, of_size
        fields = {name: getattr(self, name) for name in MARKED} | {"changed_at": now}
        if done > self.furthest:
            self.furthest, self.furthest_at, self.losses = done, now, 0
            fields |= {"furthest": done, "furthest_at": now, "losses": 0}
        if not Job.objects.filter(pk=self.pk, attempt=self.attempt).update(**fields):
            raise Superseded
        if Job.objects.filter(pk=self.pk, attempt=self.attempt).exclude(asked="").exists():
            raise Asked
        if Job.stop_requested:
            raise Interrupted

    def keep(self, **facts) -> None:
        """What a later attempt goes on from, written in the caller's transaction with what it speaks of.

        A 重试 forgets it but for `lasting`; `needs_other` says that it would only end the same way.
        """
        self.kept = self.kept | facts
        if not Job.objects.filter(pk=self.pk, attempt=self.attempt).update(kept=self.kept):
            raise Superseded

    @property
    def is_worth_retrying(self) -> bool:
        """False where only another input would change what came of it."""
        return not self.kept.get("needs_other")

    @property
    def is_pending(self) -> bool:
        """Begun, or to be begun, and not over: also while it is paused."""
        return self.is_open or self.state == self.State.PAUSED

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def percent(self) -> int:
        return 100 if self.state == self.State.DONE else min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def took(self) -> timedelta | None:
        """From the first start to the end, or till now."""
        return (self.finished_at or timezone.now()) - self.started_at if self.started_at else None


class JobFinding(models.Model):
    """One finding of one attempt of a job, in the shape of design section 12; rows are only ever added."""

    job = models.ForeignKey(Job, models.PROTECT, related_name="findings")
    attempt = models.PositiveIntegerField("第几次办理")
    line = models.PositiveIntegerField("行", default=0)
    code = models.CharField("代码", max_length=40, blank=True)
    severity = models.CharField("程度", max_length=10)
    target = models.CharField("对象", max_length=500, blank=True)
    field = models.CharField("字段", max_length=60, blank=True)
    message = models.TextField("问题")

    class Meta:
        default_permissions = ()
        ordering = ["attempt", "id"]
        indexes = [models.Index(fields=["job", "attempt", "id"], name="job_finding")]


class ChoreRun(models.Model):
    """When something that runs by itself is due, and how it went (units/chores.py)."""

    name = models.CharField(max_length=40, unique=True, db_collation="C")
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField("下次", default=timezone.now)
    started_at = models.DateTimeField("最近开始", null=True)
    finished_at = models.DateTimeField("最近结束", null=True)
    succeeded_at = models.DateTimeField("最近成功", null=True)
    result = models.CharField("结果", max_length=300, blank=True)
    failures = models.PositiveIntegerField("连续失败", default=0)
    cause = models.TextField("失败原因", blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """The working days of one year as announced; an amendment is a new row, the last one holds (domain 20)."""

    year = models.PositiveSmallIntegerField("年度")
    source = models.CharField("依据", max_length=200)
    exceptions = models.JSONField("例外日", default=dict, help_text="本地日期 → 是否工作日，只列与周一至周五不同的日子")
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["year", "-id"], name="calendar_of_year")]
