"""Search text, and what was searched in vain."""

from django.db import models
from django.db.models import Q

from documents.models import CurrentDocument, Document
from units.models import Unit

from ..querysets import RecordTextQuerySet
from ..states import ALL_STAFF, Access, Retention, UseScope
from .record import Record


class RecordText(models.Model):
    """One record as search sees it: the columns that the visibility rule reads, copied in (design section 8).

    The words stand in a row of their own, so that a change of custody touches no text index. `sorted_on` orders
    results and is shown nowhere: the record's date, for an undated one the day of filing.
    """

    record = models.OneToOneField(Record, models.PROTECT, primary_key=True, related_name="text")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    custodian = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    offered_to = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    use_scope = models.CharField(max_length=12, choices=UseScope)
    is_public = models.BooleanField(default=False)  # follows the open publications by a trigger
    sorted_on = models.DateField()
    year = models.PositiveSmallIntegerField()
    # what a search is narrowed by and counted by, beside the rule's columns
    retention_code = models.CharField(max_length=5, choices=Retention)
    kind = models.CharField(max_length=30, blank=True)  # 文种, or "internal" for a 签报
    access_status = models.CharField(max_length=15, choices=Access)

    objects = RecordTextQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["-sorted_on", "-record"], name="recordtext_newest"),
            models.Index(fields=["-sorted_on", "-record"], condition=Q(is_public=True), name="recordtext_public"),
            models.Index(fields=["unit", "-sorted_on", "-record"], name="recordtext_unit"),
            models.Index(  # condition as in archive/rules.py
                fields=["-sorted_on", "-record"],
                condition=Q(use_scope__in=ALL_STAFF) | Q(is_public=True),
                name="recordtext_all_staff",
            ),
            models.Index(fields=["custodian", "-sorted_on", "-record"], name="recordtext_custodian"),
            models.Index(
                fields=["offered_to", "-sorted_on", "-record"],
                condition=Q(offered_to__isnull=False),
                name="recordtext_offered",
            ),
            models.Index(fields=["document"], name="recordtext_document"),
        ]


class RecordWords(models.Model):
    """The folded words of one record: head (title, number, codes), then head, body and author; the body as written too.

    Made by egov_head and egov_fold_v1 (archive/sql/search.sql). The head has each number a second time as it is
    counted, without 第 and leading zeros.
    """

    record = models.OneToOneField(RecordText, models.PROTECT, primary_key=True, related_name="words")
    head_n = models.TextField()
    text_n = models.TextField()
    body = models.TextField(default="")

    class Meta:
        default_permissions = ()


class CurrentWords(models.Model):
    """The folded words of a current document, as RecordWords has them; written and marked by the database alone.

    archive/sql/after.sql follows its publication, so that the portal finds what it shows, and nothing else.
    """

    current = models.OneToOneField(CurrentDocument, models.PROTECT, primary_key=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    is_public = models.BooleanField()
    sorted_on = models.DateField()
    year = models.PositiveSmallIntegerField()
    head_n = models.TextField()
    text_n = models.TextField()

    class Meta:
        default_permissions = ()


class BigramCount(models.Model):
    """In about how many texts a pair of characters stands, by a sample (archive/search/sampling.py); "" is all."""

    bigram = models.CharField(max_length=2, primary_key=True, db_collation="C")
    texts = models.PositiveIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class EmptySearch(models.Model):
    """A search that found nothing, without the person; the archivist adds a synonym.

    Written by archive_found_nothing alone: at most 1,000 rows a day and place, what comes after them is counted in
    the row without words.
    """

    words = models.CharField(max_length=200)
    place = models.CharField(max_length=10)
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["words", "place", "day"], name="empty_search_once_a_day")]
        indexes = [models.Index(fields=["day", "place"], name="empty_search_of_day")]
