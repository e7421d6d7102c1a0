"""What hangs on a document: versions of its text, files, addressees, opinions, those who take part, renditions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from files.models import StoredFile
from units.access import signed_as
from units.models import Post, Unit

from ..own_numbers import without_number
from ..states import AddresseeKind, StepKind, StepResult
from .document import Document


class Revision(models.Model):
    """The text at one save; only ever added. Which ones are filed is domain 3.3's business."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    body = models.TextField()
    fields = models.JSONField("其他要素", default=dict)  # documents.revisions.fields_of; {} where it was not kept
    digest = models.CharField(max_length=64, db_collation="C")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["document", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="revision_number_once")]


class DocumentWords(models.Model):
    """The folded words of a document: head (title, numbers, sender), then head and body; written by triggers alone.

    A delivery's text is its issuing document's. `is_open`: it, or a delivery that reads its text, has not ended.
    """

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="words")
    head_n = models.TextField()
    text_n = models.TextField()
    is_open = models.BooleanField()

    class Meta:
        default_permissions = ()


class Attachment(models.Model):
    """A file that goes with a document, byte for byte; a removed one is marked, its bytes stay."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="attachments")
    stored_file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    title = models.CharField("附件名称", max_length=200, blank=True)
    is_main_text = models.BooleanField("来文正文", default=False)
    position = models.PositiveSmallIntegerField(default=1)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["document", "position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def named(self) -> str:
        """Its title, else the file's name without its ending; no number of its own: the order of the files gives it."""
        return without_number(self.title or self.name.rsplit(".", 1)[0])

    @property
    def title_shown(self) -> str:
        """The same with the ending of the file, where there is no title."""
        return self.named if self.title else self.named + self.name[len(self.name.rsplit(".", 1)[0]) :]


class Addressee(models.Model):
    """A main or copy recipient: a unit of the district, or a body outside by its name."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="addressees")
    kind = models.CharField(max_length=5, choices=AddresseeKind)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("名称", max_length=200)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        default_permissions = ()
        ordering = ["document", "kind", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit"], condition=Q(unit__isnull=False), name="addressee_unit_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Countersigner(models.Model):
    """A unit asked to countersign (会签); its leader's task and opinion hang on the document."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="countersigners")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["document", "unit"], name="countersigner_once")]


class Opinion(models.Model):
    """What a person wrote at a step, with name, post and moment as they were (domain 1.6, 1.8)."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="opinions")
    kind = models.CharField("环节", max_length=20, choices=StepKind)
    label = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=100)  # with who entered it, for one given on paper
    post = models.CharField("岗位", max_length=60)
    text = models.TextField("意见", blank=True)
    result = models.CharField("结论", max_length=20, choices=StepResult, blank=True)
    at = models.DateTimeField(default=timezone.now)
    rendition = models.ForeignKey(  # 当时所见
        "documents.Rendition", models.PROTECT, null=True, editable=False, related_name="+"
    )
    takes_back = models.OneToOneField(  # 取回: opinions are only ever added, so a later one says which is none any more
        "self", models.PROTECT, null=True, editable=False, related_name="taken_back"
    )

    class Meta:
        default_permissions = ()
        ordering = ["document", "at", "pk"]

    @property
    def signed(self) -> tuple[str, str]:
        """Name and post as they are shown: 甲（代乙）, 区信息委 领导."""
        return signed_as(self.name, self.post)


class Participant(models.Model):
    """Somebody in a unit, or the holders of a post, had something to do with the document and may see it."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="participants")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "document", "unit"], condition=Q(user__isnull=False), name="participant_user_once"
            ),
            models.UniqueConstraint(
                fields=["post", "document"], condition=Q(post__isnull=False), name="participant_post_once"
            ),
        ]
        indexes = [  # holds the unit too: who took part in tens of thousands has his newest read from the index alone
            models.Index(
                fields=["user", "-created_at", "-document"],
                include=["unit"],
                condition=Q(user__isnull=False),
                name="participant_newest",
            )
        ]


class Rendition(models.Model):
    """A file made of a document's data: the page, the draft sheet, the handling sheet, and what reviewers saw."""

    class Kind(models.TextChoices):
        PAGE = "page", "正本"
        SEALED = "sealed", "用印正本"
        DRAFT_SHEET = "draft_sheet", "发文稿纸"
        HANDLING_SHEET = "handling_sheet", "文件处理单"
        SEEN = "seen", "送审稿"
        AHEAD = "ahead", "待校对版面"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="renditions")
    kind = models.CharField(max_length=15, choices=Kind)
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, editable=False, related_name="renditions")
    stored_file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    pages = models.PositiveIntegerField()
    fonts = models.JSONField(default=dict)
    made_of = models.CharField(max_length=64, blank=True, db_collation="C", editable=False)  # documents/page_ahead.py
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="sealed_as")  # the proofread page
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["document", "kind", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"], condition=Q(revision__isnull=False), name="rendition_once_per_revision"
            )
        ]
