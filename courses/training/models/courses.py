"""Courses: what is to be learnt, independent of dates."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.fields import StreamField

from accounts.models import OrgUnit
from courses.training.blocks import PageBlocks
from courses.training.querysets import CourseQuerySet
from repository.models import LearningResource


class Course(models.Model):
    """What is to be learnt, independent of dates."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("training", "Draft")
        OPEN = "open", pgettext_lazy("training", "Open")
        CLOSED = "closed", pgettext_lazy("training", "Closed")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="courses", verbose_name=_("unit"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(pgettext_lazy("training", "title"), max_length=250)
    summary = models.TextField(pgettext_lazy("training", "summary"), blank=True, default="")
    periods = models.PositiveSmallIntegerField(pgettext_lazy("training", "periods"), default=0)
    state = models.CharField(
        pgettext_lazy("training", "state"), max_length=10, choices=State, default=State.DRAFT
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("training", "course")
        verbose_name_plural = pgettext_lazy("training", "courses")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """A part of a course."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="sections")
    title = models.CharField(pgettext_lazy("training", "title"), max_length=250)
    position = models.PositiveSmallIntegerField(default=0)
    # Taken out of the course, kept for the classes that use its activities
    retired_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["course", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class Activity(models.Model):
    """What a learner completes: a package to work through, a resource or page to open, a session to attend.

    ``rule`` says when it is completed; see ``courses.training.completion``.
    """

    class Kind(models.TextChoices):
        PACKAGE = "package", pgettext_lazy("training", "Lesson")
        RESOURCE = "resource", pgettext_lazy("training", "Resource")
        PAGE = "page", pgettext_lazy("activity", "Page of text")
        SESSION = "session", pgettext_lazy("activity", "Session")

    #: Kinds that open something of the library; the others have no resource
    FROM_LIBRARY = (Kind.PACKAGE, Kind.RESOURCE)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    section = models.ForeignKey(Section, models.CASCADE, related_name="activities")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(
        pgettext_lazy("training", "kind"), max_length=10, choices=Kind, default=Kind.PACKAGE
    )
    title = models.CharField(pgettext_lazy("training", "title"), max_length=250)
    resource = models.ForeignKey(LearningResource, models.PROTECT, null=True, related_name="activities")
    # What it is about, in a sentence or two; a session's or a page's planned minutes
    about = models.TextField(_("what it is about"), blank=True, default="")
    minutes = models.PositiveSmallIntegerField(_("planned minutes"), null=True, blank=True, default=None)
    # The text of a page, in blocks
    body = StreamField(PageBlocks(), verbose_name=pgettext_lazy("activity", "text"), blank=True)
    # Locked for a learner until she has completed that activity
    opens_after = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, default=None, related_name="opens"
    )
    required = models.BooleanField(pgettext_lazy("training", "required"), default=True)
    rule = models.JSONField(pgettext_lazy("training", "rule"), default=dict)
    # Taken out of the course, kept for the classes that opened with it
    retired_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["section__position", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["package", "resource"], resource__isnull=False)
                | Q(kind__in=["page", "session"], resource__isnull=True),
                name="activity_resource",
            )
        ]

    def __str__(self) -> str:
        return self.title
