"""Classes: a course given to people between two dates, its instructors, versions and meetings.

``CourseRun`` is a class (lớp bồi dưỡng) on screen.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import OrgUnit
from courses.training.models.courses import Activity, Course
from courses.training.querysets import CourseRunQuerySet
from repository.models import Version


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
    description = models.TextField(pgettext_lazy("training", "description"), blank=True, default="")
    # Whether people may enrol themselves, until which day, and for how many there is room
    choice = models.BooleanField(_("people may enrol themselves"), default=False)
    choice_until = models.DateField(_("until"), null=True, blank=True, default=None)
    seats = models.PositiveIntegerField(
        pgettext_lazy("training", "seats"), null=True, blank=True, default=None
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

    @property
    def title(self) -> str:
        """Course and class in one line; a class named after its course does not say it twice."""
        course = self.course.title
        return self.name if course.casefold() in self.name.casefold() else f"{course}, {self.name}"


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
    """An activity of a class, with the version of its resource that was published when the class opened.

    A page or a session has no version.
    """

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="pins")
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="pins")
    version = models.ForeignKey(Version, models.PROTECT, null=True, default=None, related_name="pins")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "activity"], name="runpin_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.activity_id} v{self.version_id}"


class ClassSession(models.Model):
    """One meeting of a class, in a room or by video; ``activity`` is the one of the course it fulfils."""

    class Mode(models.TextChoices):
        ROOM = "room", pgettext_lazy("session", "In a room")
        ONLINE = "online", pgettext_lazy("session", "Online")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("session", "Planned")
        HELD = "held", pgettext_lazy("session", "Held")
        CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="sessions")
    activity = models.ForeignKey(
        Activity, models.SET_NULL, null=True, blank=True, default=None, related_name="sessions"
    )
    title = models.CharField(pgettext_lazy("training", "title"), max_length=250)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    mode = models.CharField(pgettext_lazy("session", "where"), max_length=10, choices=Mode, default=Mode.ROOM)
    place = models.CharField(pgettext_lazy("session", "place"), max_length=250, blank=True, default="")
    link = models.URLField(pgettext_lazy("session", "link"), max_length=500, blank=True, default="")
    note = models.TextField(pgettext_lazy("session", "note"), blank=True, default="")
    cancelled_for = models.CharField(
        pgettext_lazy("session", "why it is cancelled"), max_length=250, blank=True, default=""
    )
    state = models.CharField(
        pgettext_lazy("training", "state"), max_length=10, choices=State, default=State.PLANNED
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("training", "session")
        verbose_name_plural = pgettext_lazy("training", "sessions")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["run", "starts_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="classsession_times"),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="https://"), name="classsession_link_https"
            ),
        ]

    def __str__(self) -> str:
        return self.title
