"""Reads of publications used more than once."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone


class PublicationQuerySet(QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def of(self, object_uid):
        """The times at which one object was public, the newest first."""
        return self.filter(object_uid=object_uid).order_by("-opened_at", "-pk")

    def on(self, day: date):
        """Public at some moment of `day`, as the district counts days."""
        begins = timezone.make_aware(datetime.combine(day, time.min))
        ends = begins + timedelta(days=1)
        return self.filter(opened_at__lt=ends).filter(Q(closed_at=None) | Q(closed_at__gt=begins))
