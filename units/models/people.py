"""Who: units over time, people, posts, tasks, and the trail of what was done."""

import uuid
from datetime import datetime, time, timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.db import models
from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from ..guarded import GuardedQuerySet
from ..querysets import AppointmentQuerySet, DelegationQuerySet, UnitQuerySet
from ..roles import ADMINISTRATORS, UNIT_PERMISSIONS, PostKind
from ..stateful import Stateful, Worded


class Unit(Worded):
    """A body that issues documents in its own name (单位); its rows are never removed, only ended."""

    class Category(models.TextChoices):
        PARTY = "party", "党委部门"
        CONGRESS = "congress", "人大"
        CONSULTATIVE = "consultative", "政协"
        GOVERNMENT = "government", "政府部门"
        ARCHIVE = "archive", "档案局（馆）"
        MASS = "mass", "群众团体"
        SUBDISTRICT = "subdistrict", "街道（镇）"

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

    @property
    def has_ended(self) -> bool:
        return self.valid_to is not None and self.valid_to < timezone.localdate()


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

    _history_user: "User"  # read by simple_history at saving

    username = models.CharField("用户名", max_length=60, unique=True, db_collation="C")
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("电话", max_length=30, blank=True)
    is_active = models.BooleanField("启用", default=True)
    is_system = models.BooleanField("系统账号", default=False)
    created_at = models.DateTimeField(default=timezone.now)
    joined_on = models.DateField("入职日期", default=timezone.localdate, help_text="不得早于此日任命")
    must_change_password = models.BooleanField("须修改初始密码", default=False)
    history = HistoricalRecords(excluded_fields=["password", "last_login"], related_name="changes")

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(is_superuser=False), name="user_never_superuser")]

    def __str__(self) -> str:
        return self.name


class Post(Worded):
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
    """A person holds a post from a day to a day; deputies are rows of Delegation."""

    AUDIT_TYPE = "appointment"
    _history_user: User

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="appointments")
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
                condition=Q(ends_on=None, dismissed_at=None),
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

    @property
    def period(self) -> str:
        """As sentences name it: both days, 至今 while it is open."""
        return f"{self.starts_on} 至 {self.ends_on or '今'}"


class AdministratorChange(Stateful):
    """An administrator's dismissal on its way: one of the three proposes, another one confirms (design section 3)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REJECTED = "rejected", "已否决"
        EXPIRED = "expired", "已逾期"

    AUDIT_TYPE = "administrator"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="changes_proposed")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED, editable=False)
    reason = models.CharField("理由", max_length=200)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_as = models.CharField("提请岗位", max_length=20, choices=PostKind)
    proposed_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField("有效期")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(state="proposed"), name="administrator_change_once_while_open"
            )
        ]

    def __str__(self) -> str:
        return f"免去{self.appointment}"

    @property
    def unit(self) -> Unit:
        return self.appointment.post.unit

    @property
    def is_late(self) -> bool:
        return self.expires_at <= timezone.now()


class Delegation(models.Model):
    """For some days `deputy` acts for `principal` in one post of one unit (代行); never transitive, never an
    administrator's post (design section 13; bounds of practice 1)."""

    AUDIT_TYPE = "delegation"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    principal = models.ForeignKey(User, models.PROTECT, related_name="delegations_given")
    deputy = models.ForeignKey(User, models.PROTECT, related_name="delegations_held")
    post = models.ForeignKey(Post, models.PROTECT, related_name="delegations")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    reason = models.CharField("事由", max_length=200)
    signs_upward = models.BooleanField("可代行签发上行文", default=False, help_text="代理人主持工作，由文书登记")
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField("提前结束", null=True, blank=True)
    history = HistoricalRecords(related_name="changes")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="delegation_ends_after_start"),
            models.CheckConstraint(condition=~Q(deputy=models.F("principal")), name="delegation_to_another"),
        ]
        indexes = [models.Index(fields=["deputy", "ends_on"], name="delegation_of_deputy")]

    def __str__(self) -> str:
        return f"{self.deputy.name}（代{self.principal.name}）{self.post}"

    @property
    def unit(self) -> Unit:
        return self.post.unit

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.ends_on < timezone.localdate()

    @property
    def over_since(self) -> datetime:
        """The moment from which it gives nothing more: its early end, else the day after its last."""
        return self.ended_at or timezone.make_aware(datetime.combine(self.ends_on + timedelta(1), time()))

    def get_absolute_url(self) -> str:
        return reverse("units:delegations")

    def task_detail(self) -> str:
        """Second line of the notice in the principal's 待办: who arranged it, for how long, why."""
        return f"{self.given_by.name}安排 · {self.starts_on} 至 {self.ends_on} · {self.reason}"

    @classmethod
    def appointments_of_principals(cls, day):
        """Subquery: the principal holds the post on `day`."""
        return Appointment.objects.active(day).filter(user=OuterRef("principal"), post=OuterRef("post"))

    @classmethod
    def appointments_of_deputies(cls, day):
        """Subquery: the deputy holds a post of the same unit on `day`."""
        return Appointment.objects.active(day).filter(user=OuterRef("deputy"), post__unit=OuterRef("post__unit"))
