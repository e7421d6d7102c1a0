"""Who: units over time, people, posts, tasks, and the trail of what was done."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from .querysets import AppointmentQuerySet, AuditEventQuerySet, JobQuerySet, TaskQuerySet, UnitQuerySet
from .roles import ADMINISTRATORS, UNIT_PERMISSIONS, PostKind
from .rules import APPOINTMENT_RULES, AUDIT_RULES, JOB_RULES, TASK_RULES, UNIT_RULES


class Unit(models.Model):
    """A body that issues documents in its own name (单位); its rows are never removed, only ended."""

    class Category(models.TextChoices):
        PARTY = "party", "党委部门"
        CONGRESS = "congress", "人大"
        CONSULTATIVE = "consultative", "政协"
        GOVERNMENT = "government", "政府部门"
        ARCHIVE = "archive", "档案局（馆）"
        MASS = "mass", "群众团体"
        SUBDISTRICT = "subdistrict", "街道（镇）"

    RULES = UNIT_RULES
    AUDIT_TYPE = "unit"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("单位代码", max_length=10, unique=True, db_collation="C")
    name = models.CharField("全称", max_length=100)
    short_name = models.CharField("简称", max_length=40)
    sort_key = models.CharField("拼音排序", max_length=200, blank=True, db_collation="C", editable=False)
    document_prefix = models.CharField("机关代字", max_length=20)
    category = models.CharField("类别", max_length=20, choices=Category)
    rank = models.PositiveSmallIntegerField("级别", default=2, help_text="1 区级综合办公机构，2 部门和街道（镇）")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subordinates")
    is_pilot = models.BooleanField("试点", default=False)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["sort_key"], related_name="changes")

    objects = UnitQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = list(UNIT_PERMISSIONS.items())
        ordering = ["code"]

    def __str__(self) -> str:
        return self.short_name

    @property
    def is_archive(self) -> bool:
        return self.category == self.Category.ARCHIVE


class UnitSuccession(models.Model):
    """One body's functions passed to another (合并, 更名, 撤销), domain 1.10 MG-08."""

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="inheritances")
    happened_on = models.DateField("日期")
    basis = models.CharField("依据", max_length=200, blank=True)


class Department(models.Model):
    """A section inside a unit (科室); its class code is part of the archival code."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="departments")
    name = models.CharField("科室", max_length=60)
    class_code = models.CharField("机构代码", max_length=3, db_collation="C")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit", "class_code"]
        constraints = [models.UniqueConstraint(fields=["unit", "class_code"], name="department_class_code_once")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager):
    def create_user(self, username: str, password: str | None = None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What he may do follows from his appointments alone; `is_superuser` is refused by the database."""

    username = models.CharField("用户名", max_length=60, unique=True, db_collation="C")
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("电话", max_length=30, blank=True)
    is_active = models.BooleanField("启用", default=True)
    is_system = models.BooleanField("系统账号", default=False)
    created_at = models.DateTimeField(default=timezone.now)
    history = HistoricalRecords(excluded_fields=["password", "last_login"], related_name="changes")

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(is_superuser=False), name="user_never_superuser")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post of a unit (岗位) and the group that carries its permissions on Unit rows."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    kind = models.CharField("岗位", max_length=20, choices=PostKind)
    group = models.OneToOneField(Group, models.PROTECT, related_name="post")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unit", "kind"], name="post_once_per_unit")]

    def __str__(self) -> str:
        return f"{self.unit.short_name} {self.get_kind_display()}"

    @property
    def is_administrator(self) -> bool:
        return self.kind in ADMINISTRATORS


class Appointment(models.Model):
    """A person holds a post from a day to a day; with a principal he is that person's deputy."""

    RULES = APPOINTMENT_RULES
    AUDIT_TYPE = "appointment"

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="appointments")
    principal = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="deputies")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)
    dismissed_at = models.DateTimeField("免去时间", null=True, blank=True, editable=False)
    is_administrator = models.BooleanField(default=False, editable=False)
    history = HistoricalRecords(related_name="changes")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "post"],
                condition=Q(ends_on=None, principal=None, dismissed_at=None),
                name="appointment_once_while_open",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ends_on=None, is_administrator=True, dismissed_at=None),
                name="administrator_holds_one_post",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="appointment_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.name} {self.post}"

    @property
    def unit(self) -> Unit:
        return self.post.unit

    @property
    def kind_label(self) -> str:
        return self.post.get_kind_display()


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

    RULES = TASK_RULES

    kind = models.CharField("事项", max_length=20)
    label = models.CharField("事项名称", max_length=20)
    subject_type = models.CharField(max_length=10, choices=Subject)
    subject_uid = models.UUIDField()
    title = models.CharField("标题", max_length=500)
    detail = models.CharField("说明", max_length=300, blank=True)
    urgency = models.CharField("紧急程度", max_length=10, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="tasks")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="tasks")
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="tasks")
    step = models.PositiveSmallIntegerField("环节序号", default=0)
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField("办理时限", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="done_tasks")
    outcome = models.CharField("结果", max_length=20, blank=True)

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
            models.Index(fields=["done_by", "-closed_at"], condition=Q(done_by__isnull=False), name="task_done_by"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_overdue(self) -> bool:
        return self.closed_at is None and self.due_at is not None and self.due_at < timezone.now()


class Job(models.Model):
    """Background work that a person can watch (units/jobs.py); business effects are audited by the handlers."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未成功"

    RULES = JOB_RULES
    AUDIT_TYPE = "job"
    stop_requested = False  # set by the worker when it is to stop

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField("任务", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="jobs")
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="jobs")
    subject_type = models.CharField(max_length=10, blank=True)
    subject_uid = models.UUIDField(null=True)
    args = models.JSONField(default=dict)
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField("进度说明", max_length=200, blank=True)
    cause = models.TextField("原因", blank=True)
    trace = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = JobQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["subject_uid", "-id"], name="job_subject")]

    def __str__(self) -> str:
        return self.title

    def advance(self, done: int, total: int, note: str = "") -> None:
        """Show progress to everybody (never call it inside a transaction); stops here when the worker is to stop."""
        self.done, self.total, self.note = done, total, note[:200]
        Job.objects.filter(pk=self.pk).update(done=done, total=total, note=self.note, changed_at=timezone.now())
        if Job.stop_requested:
            from .jobs import Interrupted

            raise Interrupted

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def percent(self) -> int:
        return 100 if self.state == self.State.DONE else min(99, self.done * 100 // self.total) if self.total else 0


class AuditEvent(models.Model):
    """One act. Names are kept as text beside the keys; rows are only ever added (domain 12.3)."""

    RULES = AUDIT_RULES

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField("时间", default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField("人员", max_length=60)
    post = models.CharField("岗位", max_length=60, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    unit_name = models.CharField("单位", max_length=100, blank=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    verb = models.CharField("行为代码", max_length=40)
    label = models.CharField("行为", max_length=40)
    object_type = models.CharField("对象类型", max_length=20)
    object_uid = models.UUIDField("对象标识", null=True)
    object_label = models.CharField("对象", max_length=500, blank=True)
    before = models.CharField("原状态", max_length=30, blank=True)
    after = models.CharField("新状态", max_length=30, blank=True)
    opinion = models.TextField("意见", blank=True)
    detail = models.JSONField("明细", default=dict)
    succeeded = models.BooleanField("成功", default=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["object_uid", "id"], name="audit_object"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["unit", "-id"], name="audit_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.label} {self.object_label}"


class AuditLink(models.Model):
    """The chain over the events, written by a deferred trigger at commit (units/sql/audit.sql)."""

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    event_uid = models.UUIDField()
    digest = models.BinaryField()

    class Meta:
        default_permissions = ()


class AccessLog(models.Model):
    """Views and downloads, partitioned by month (units/sql/access_log.sql); never part of the chain."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45)
    act = models.CharField(max_length=20)
    object_type = models.CharField(max_length=20)
    object_uid = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "units_accesslog"
        default_permissions = ()
