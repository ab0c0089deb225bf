"""Learning resources: what they are said to be, their immutable versions, where they are published.

``Version.ingest`` is about the file (can it be used), ``Version.review`` about people's judgement
(may it be published); the two never mix. Who sees what follows from ``Publication`` alone.
"""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OrgUnit
from repository.models.blobs import Blob
from repository.models.taxonomy import (
    Curriculum,
    Grade,
    Level,
    Licence,
    ResourceType,
    Subject,
    TextbookSeries,
)
from repository.querysets import LearningResourceQuerySet, PublicationQuerySet, VersionQuerySet


class LearningResource(models.Model):
    """Anything catalogued for reuse. Its described metadata change by action and count up ``revision``."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="resources", verbose_name=_("unit"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="resources", verbose_name=_("author")
    )
    title = models.CharField(_("title"), max_length=250)
    description = models.TextField(_("description"), blank=True, default="")
    keywords = models.CharField(_("keywords"), max_length=300, blank=True, default="")
    type = models.ForeignKey(ResourceType, models.PROTECT, verbose_name=_("type"))
    licence = models.ForeignKey(Licence, models.PROTECT, verbose_name=_("licence"))
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, verbose_name=_("subject"))
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, verbose_name=_("level"))
    curriculum = models.ForeignKey(
        Curriculum, models.PROTECT, null=True, blank=True, verbose_name=_("curriculum")
    )
    series = models.ForeignKey(
        TextbookSeries, models.PROTECT, null=True, blank=True, verbose_name=_("textbook series")
    )
    grades = models.ManyToManyField(Grade, blank=True, verbose_name=_("grades"))
    language = models.CharField(_("language"), max_length=5, default="vi")
    # The year in which it was made; that of its upload unless somebody says otherwise.
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    # A deleted draft: kept for a while to be brought back, then swept.
    discarded_at = models.DateTimeField(null=True, default=None, editable=False)

    objects = LearningResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("learning resource")
        verbose_name_plural = _("learning resources")
        ordering = ["-changed_at"]
        indexes = [models.Index(fields=["author", "-changed_at"])]

    def __str__(self) -> str:
        return self.title


class MetadataRevision(models.Model):
    """What a resource was said to be at one revision: the snapshot that a publication shows.

    ``data`` is the dictionary of ``repository.metadata.snapshot``: codes and names as they stood.
    """

    resource = models.ForeignKey(LearningResource, models.CASCADE, related_name="metadata_revisions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="metadatarevision_once")]

    def __str__(self) -> str:
        return f"{self.resource_id} r{self.number}"


class Ingest(models.TextChoices):
    RECEIVED = "received", _("Received")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready")
    REJECTED = "rejected", _("Cannot be used")


class Review(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")


class Kind(models.TextChoices):
    UNKNOWN = "", _("Not yet known")
    SCORM12 = "scorm12", "SCORM 1.2"
    SCORM2004 = "scorm2004", "SCORM 2004"
    CMI5 = "cmi5", "cmi5"
    HTML5 = "html5", _("HTML5 package")
    H5P = "h5p", "H5P"
    IMSCC = "imscc", "Common Cartridge"
    PDF = "pdf", "PDF"
    IMAGE = "image", _("Image")
    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")
    # What another catalogue tells of; the file lies there.
    RECORD = "record", _("Catalogue record")


class Likeness(models.TextChoices):
    ALIKE = "", _("Like the version before")
    # Nothing of it is that of the version before: it may be another lesson's file
    UNLIKE = "unlike", _("Unlike the version before")
    CONFIRMED = "confirmed", _("Another file of the same lesson, says its author")


def new_access_key() -> str:
    return secrets.token_hex(16)


class Version(models.Model):
    """One uploaded file of a resource; immutable once ready."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(LearningResource, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="versions")
    filename = models.CharField(max_length=255)
    note = models.CharField(_("what changed"), max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    ingest = models.CharField(max_length=10, choices=Ingest, default=Ingest.RECEIVED)
    # Who is checking now and until when: a dead process's work is taken up after that.
    leased_until = models.DateTimeField(null=True, default=None)
    # How often checking was begun: a file that kills its checker is given up after a few.
    ingest_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    review = models.CharField(max_length=10, choices=Review, default=Review.DRAFT)
    submitted_at = models.DateTimeField(null=True, default=None)

    # Written by ingestion
    kind = models.CharField(max_length=12, choices=Kind, blank=True, default="")
    edition = models.CharField(max_length=20, blank=True, default="")
    tool = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    launch = models.CharField(max_length=1000, blank=True, default="")
    # How long a video or sound is, where its file says so
    seconds = models.FloatField(null=True, default=None)
    # [{code, params, path, paths}] as repository.packages found them; messages are made on reading
    findings = models.JSONField(default=list)
    repaired = models.JSONField(default=list)
    likeness = models.CharField(max_length=10, choices=Likeness, blank=True, default=Likeness.ALIKE)
    # Rotated by a withdrawal for cause only: then no address made before opens a file.
    access_key = models.CharField(max_length=32, default=new_access_key, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["resource", "-number"]
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="version_once")]
        indexes = [
            models.Index(fields=["review", "submitted_at"]),
            models.Index(fields=["ingest", "leased_until"]),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} v{self.number}"

    @property
    def opens_nothing(self) -> bool:
        """A cartridge without a page: it can become a part of a course, there is nothing to show of it."""
        return self.kind == Kind.IMSCC and not self.launch


class Sco(models.Model):
    """An item of a package's table of contents: a SCO or asset to launch, or a heading."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="scos")
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField(default=0)
    identifier = models.CharField(max_length=400)
    parent_identifier = models.CharField(max_length=400, blank=True, default="")
    title = models.CharField(max_length=400)
    # Empty for a heading
    path = models.CharField(max_length=1000, blank=True, default="")
    query = models.CharField(max_length=2000, blank=True, default="")
    scorm_type = models.CharField(max_length=10, blank=True, default="")
    visible = models.BooleanField(default=True)
    # mastery_score, max_time_allowed, time_limit_action, launch_data, prerequisites,
    # completion_threshold, scaled_passing_score, hide_lms_ui …
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "identifier"], name="sco_once")]

    def __str__(self) -> str:
        return self.title


class Publication(models.Model):
    """A version made visible to a unit's subtree with the metadata it was approved with.

    Publishing further up is one more row, never a copy.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="publications")
    metadata = models.ForeignKey(MetadataRevision, models.PROTECT, related_name="publications")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="publications")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    published_on = models.DateField()
    published_at = models.DateTimeField(auto_now_add=True)
    # The decision of the reviewing board, where there is one: number and date as written.
    decision = models.CharField(_("decision"), max_length=200, blank=True, default="")
    open_to_guests = models.BooleanField(_("open to guests"), default=False)
    withdrawn_on = models.DateField(null=True, default=None)
    withdrawn_at = models.DateTimeField(null=True, default=None)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    cause = models.CharField(max_length=300, blank=True, default="")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "unit"],
                condition=Q(withdrawn_on__isnull=True),
                name="publication_once",
            )
        ]
        indexes = [models.Index(fields=["unit", "withdrawn_on", "version"])]

    def __str__(self) -> str:
        return f"{self.version_id} @ {self.unit_id}"


class ReviewEvent(models.Model):
    """One step of a version's way through review, kept for ever."""

    class Act(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        RECALLED = "recalled", _("Recalled")
        RETURNED = "returned", _("Returned")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    version = models.ForeignKey(Version, models.CASCADE, related_name="review_events")
    act = models.CharField(max_length=10, choices=Act)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    unit = models.ForeignKey(OrgUnit, models.SET_NULL, null=True, related_name="+")
    reasons = models.TextField(blank=True, default="")
    # The sheet as it was filled in: [{code, mark: "good"|"change", why}], see ``repository.sheet``
    checks = models.JSONField(default=list)
    # When those whom it concerns were told by mail
    told_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.act}"
