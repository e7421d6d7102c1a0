"""全宗: whose archives they are, over time."""

from django.db import models
from django.db.models import Q

from units.models import Unit


class Fonds(models.Model):
    """全宗: the organic whole of one body's archives; its creators change over time, it does not."""

    code = models.CharField("全宗号", max_length=4, unique=True, db_collation="C")
    name = models.CharField("全宗名称", max_length=200)

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
