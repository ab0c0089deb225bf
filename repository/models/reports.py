"""What people say is wrong with a resource, and how often each resource is used."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from repository.models.ratings import Rating
from repository.models.resources import LearningResource, Version
from repository.querysets import ProblemReportQuerySet


class ProblemReport(models.Model):
    """A signed-in person's word that something is wrong, until a reviewer or the author answers it."""

    class What(models.TextChoices):
        BROKEN = "broken", _("It does not open or stops")
        WRONG = "wrong", _("The content is wrong")
        COPYRIGHT = "copyright", _("It violates copyright")
        COMMENT = "comment", _("A comment is out of place")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("Not answered yet")
        DONE = "done", _("Mended")
        DECLINED = "declined", _("Nothing to mend")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(LearningResource, models.CASCADE, related_name="reports")
    # The version that was shown when it was written; the word outlives it.
    version = models.ForeignKey(Version, models.SET_NULL, null=True, related_name="reports")
    # The comment that it is about, where it is about one.
    rating = models.ForeignKey(Rating, models.SET_NULL, null=True, default=None, related_name="reports")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="problem_reports"
    )
    what = models.CharField(_("what is wrong"), max_length=10, choices=What)
    text = models.TextField(_("description"), blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(
        pgettext_lazy("problem report", "state"), max_length=10, choices=State, default=State.OPEN
    )
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, default=None)
    answer = models.TextField(_("answer"), blank=True, default="")

    objects = ProblemReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem report")
        verbose_name_plural = _("problem reports")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["state", "at"])]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.what}"


class ResourceUse(models.Model):
    """How often a resource was tried, opened, downloaded or begun in a class on one local day."""

    resource = models.ForeignKey(LearningResource, models.CASCADE, related_name="uses")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "day"], name="resourceuse_once")]
        indexes = [models.Index(fields=["day", "resource"])]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.day}: {self.count}"
