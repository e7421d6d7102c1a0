"""Reads of units, appointments, tasks and events that are used more than once."""

from typing import Any

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from .guarded import GuardedQuerySet, SealedQuerySet


class UnitQuerySet(GuardedQuerySet):
    def in_force(self, day=None):
        day = day or timezone.localdate()
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day),
            Q(valid_to=None) | Q(valid_to__gte=day),
        )


class AppointmentQuerySet(GuardedQuerySet):
    def active(self, day=None):
        """Appointments that hold on `day` (local date, default today); both ends are inclusive."""
        day = day or timezone.localdate()
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, dismissed_at=None, user__is_active=True
        )

    def overlapping(self, starts_on, ends_on=None):
        """Appointments whose period meets the days from `starts_on` to `ends_on` (None: open), both inclusive.

        A dismissal ends the period before the day it happened on: the person may be appointed anew that very day.
        """
        held_on = Q(dismissed_at=None) | Q(dismissed_at__date__gt=Greatest(Value(starts_on), F("starts_on")))
        rows = self.filter(held_on, Q(ends_on=None) | Q(ends_on__gte=starts_on))
        return rows if ends_on is None else rows.filter(starts_on__lte=ends_on)

    def covering(self, starts_on, ends_on):
        """Appointments that hold on every day from `starts_on` to `ends_on` as far as is known now."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=ends_on), starts_on__lte=starts_on, dismissed_at=None, user__is_active=True
        )

    def for_standing(self):
        return self.select_related("post__unit", "department", "user").order_by("post__unit__code", "post__kind", "pk")


class DelegationQuerySet(GuardedQuerySet):
    model: Any  # Delegation

    def active(self, day=None):
        """Delegations that hold on `day`: within their own days and the appointments of both persons in the unit."""
        day = day or timezone.localdate()
        principals, deputies = self.model.appointments_of_principals(day), self.model.appointments_of_deputies(day)
        return self.filter(Exists(principals), Exists(deputies), ended_at=None, starts_on__lte=day, ends_on__gte=day)

    def overlapping(self, starts_on, ends_on=None):
        rows = self.filter(ended_at=None, ends_on__gte=starts_on)
        return rows if ends_on is None else rows.filter(starts_on__lte=ends_on)

    def over(self, day=None):
        """Ended early, or past their last day."""
        return self.filter(Q(ended_at__isnull=False) | Q(ends_on__lt=day or timezone.localdate()))

    def for_standing(self):
        return self.select_related("post__unit", "principal").order_by("post__unit__code", "post__kind", "pk")


class TaskQuerySet(GuardedQuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def of(self, subject):
        return self.filter(subject_uid=subject.uid)

    def waiting_for(self, user):
        """待办: the open tasks of a person and of his posts; list and counter are this one queryset."""
        return self.open().allowing("view", user)

    def for_list(self):
        return self.select_related("post__unit", "assignee", "unit").order_by("-opened_at", "-pk")


class FormDraftQuerySet(SealedQuerySet):
    """What somebody typed: his alone (the rule "view")."""


class AuditEventQuerySet(GuardedQuerySet):
    def of(self, subject):
        return self.filter(object_uid=subject.uid).order_by("id")


class JobQuerySet(GuardedQuerySet):
    def of(self, subject):
        """The jobs of a subject, the latest first."""
        return self.filter(subject_uid=subject.uid).order_by("-id")

    def for_list(self):
        """With `n_refused`: how many rows or files the last attempt could not take, `n_found`: findings of all."""
        return self.select_related("unit", "owner").with_findings().order_by("-id")

    def with_findings(self):
        found = apps.get_model("units.JobFinding").objects.filter(job=OuterRef("pk")).order_by().values("job")
        refused = found.filter(attempt=OuterRef("attempt"), severity="refuse")
        return self.annotate(n_refused=_counted(refused), n_found=_counted(found))


def _counted(rows):
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)
