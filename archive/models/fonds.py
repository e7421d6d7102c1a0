"""全宗: whose archives they are, over time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from units.guarded import GuardedQuerySet
from units.models import Unit

from ..states import CodePattern
from ..states import PairPolicy as Policy


class Fonds(models.Model):
    """全宗: the organic whole of one body's archives; its creators change over time, it does not."""

    code = models.CharField("全宗号", max_length=4, unique=True, db_collation="C")
    name = models.CharField("全宗名称", max_length=200)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FondsCreator(models.Model):
    """立档单位 of a fonds from a day to a day."""

    fonds = models.ForeignKey(Fonds, models.PROTECT, related_name="creators")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="fonds_created")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(ends_on=None), name="one_fonds_at_a_time_per_unit")
        ]


class CodeScheme(models.Model):
    """How a fonds writes its 档号 from a class year on; without a row by DA/T 22—2015 (domain 3.6).

    A row may be set anew while no code of its years was given; codes that were given stay as they are.
    """

    fonds = models.ForeignKey(Fonds, models.PROTECT, related_name="code_schemes")
    pattern = models.CharField("档号构成", max_length=12, choices=CodePattern)
    from_year = models.PositiveSmallIntegerField("自哪一年度起")
    reason = models.CharField("依据", max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["fonds", "from_year"], name="code_scheme_once_a_year"),
            models.CheckConstraint(condition=Q(pattern__in=CodePattern.values), name="code_scheme_known"),
        ]


class PairPolicy(models.Model):
    """来文与复文 of a unit, from a day on: each one item, or both one; without a row each one (domain 3.2 no. 10).

    What is filed on a day follows the row that holds on it; nothing that was filed is changed by a row.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="pair_policies")
    policy = models.CharField("来文与复文", max_length=10, choices=Policy)
    starts_on = models.DateField("自哪一天起")
    reason = models.CharField("依据", max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "starts_on"], name="pair_policy_once_a_day"),
            models.CheckConstraint(condition=Q(policy__in=Policy.values), name="pair_policy_known"),
        ]
