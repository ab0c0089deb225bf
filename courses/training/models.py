"""Courses, classes, enrolments and completions. ``CourseRun`` is a class (lớp bồi dưỡng) on screen."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import OrgUnit
from courses.training.querysets import CourseQuerySet, CourseRunQuerySet, EnrolmentQuerySet
from repository.models import LearningResource, Version


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
    """What a learner completes: a package to work through or a resource to open.

    ``rule`` says when it is completed; see ``courses.training.completion``.
    """

    class Kind(models.TextChoices):
        PACKAGE = "package", pgettext_lazy("training", "Lesson")
        RESOURCE = "resource", pgettext_lazy("training", "Resource")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    section = models.ForeignKey(Section, models.CASCADE, related_name="activities")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(
        pgettext_lazy("training", "kind"), max_length=10, choices=Kind, default=Kind.PACKAGE
    )
    title = models.CharField(pgettext_lazy("training", "title"), max_length=250)
    resource = models.ForeignKey(LearningResource, models.PROTECT, related_name="activities")
    required = models.BooleanField(pgettext_lazy("training", "required"), default=True)
    rule = models.JSONField(pgettext_lazy("training", "rule"), default=dict)
    # Taken out of the course, kept for the classes that opened with it
    retired_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["section__position", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class CourseRun(models.Model):
    """A course given to people between two dates; ``closes_on`` is the last day."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("training", "Planned")
        OPEN = "open", pgettext_lazy("training", "Open")
        CLOSED = "closed", pgettext_lazy("training", "Closed")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="runs")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="runs", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=250)
    opens_on = models.DateField(pgettext_lazy("training", "first day"))
    closes_on = models.DateField(pgettext_lazy("training", "last day"))
    school_year = models.PositiveSmallIntegerField(pgettext_lazy("training", "school year"))
    state = models.CharField(
        pgettext_lazy("training", "state"), max_length=10, choices=State, default=State.PLANNED
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CourseRunQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("training", "class")
        verbose_name_plural = pgettext_lazy("training", "classes")
        ordering = ["-opens_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(opens_on__lte=F("closes_on")), name="courserun_dates")
        ]

    def __str__(self) -> str:
        return self.name


class Instructor(models.Model):
    """A person named to teach a class."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="instructors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="teaching")
    lead = models.BooleanField(pgettext_lazy("training", "lead"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="instructor_once")]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.run_id}"


class RunPin(models.Model):
    """The version of an activity's resource that a class uses: the one published when it opened."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="pins")
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="pins")
    version = models.ForeignKey(Version, models.PROTECT, related_name="pins")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "activity"], name="runpin_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.activity_id} v{self.version_id}"


class Enrolment(models.Model):
    """A person takes part in a class from a day on."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("training", "Active")
        ENDED = "ended", pgettext_lazy("training", "Ended")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="enrolments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    enrolled_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, default=None)
    # Share of required activities completed, for lists; written with each completion
    progress = models.FloatField(default=0)
    last_active_at = models.DateTimeField(null=True, default=None)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("training", "enrolment")
        verbose_name_plural = pgettext_lazy("training", "enrolments")
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="enrolment_once")]
        indexes = [models.Index(fields=["user", "state"])]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.run_id}"

    @property
    def percent(self) -> float:
        """Share of the required activities completed, 0 to 100."""
        return 100 * self.progress


class ActivityCompletion(models.Model):
    """A learner completed an activity; the rule in force then is copied here."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="activity_completions")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="completions")
    at = models.DateTimeField()
    score = models.FloatField(null=True, default=None)
    rule = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity"], name="activitycompletion_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.activity_id}"


class Completion(models.Model):
    """A person completed a course on a day. Never taken back by a later outcome."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="completion")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="completions")
    course = models.ForeignKey(Course, models.PROTECT, related_name="completions")
    on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)
    score = models.FloatField(null=True, default=None)
    rule = models.JSONField(default=dict)
    revoked_on = models.DateField(null=True, default=None)

    class Meta:
        indexes = [models.Index(fields=["course", "user", "on"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.course_id} {self.on}"
