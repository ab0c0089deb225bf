"""People in classes: enrolments, attendance, what they completed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from courses.training.models.classes import ClassSession, CourseRun
from courses.training.models.courses import Activity, Course
from courses.training.querysets import EnrolmentQuerySet


class Enrolment(models.Model):
    """A person takes part in a class from a day on."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("training", "Active")
        ENDED = "ended", pgettext_lazy("training", "Ended")

    class How(models.TextChoices):
        MANAGER = "manager", pgettext_lazy("training", "Enrolled by a manager")
        CHOICE = "choice", pgettext_lazy("training", "Joined by choice")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="enrolments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    how = models.CharField(max_length=10, choices=How, default=How.MANAGER)
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


class Attendance(models.Model):
    """Whether a person of a class was at one of its sessions. Present and late count as attended."""

    class Mark(models.TextChoices):
        PRESENT = "present", pgettext_lazy("attendance", "Present")
        LATE = "late", pgettext_lazy("attendance", "Late")
        EXCUSED = "excused", pgettext_lazy("attendance", "Excused")
        ABSENT = "absent", pgettext_lazy("attendance", "Absent")

    #: Marks that complete the session activity
    ATTENDED = (Mark.PRESENT, Mark.LATE)

    session = models.ForeignKey(ClassSession, models.CASCADE, related_name="attendance")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendance")
    mark = models.CharField(max_length=10, choices=Mark)
    reason = models.CharField(pgettext_lazy("attendance", "reason"), max_length=250, blank=True, default="")
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    marked_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} @ {self.session_id}: {self.mark}"


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


class Reminder(models.Model):
    """A mail that asked a person to go on in a class: at most one a day, whatever classes she is in.

    Rows of one sending share a ``batch``; ``sent_at`` stays empty where no mail could leave.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    batch = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    on = models.DateField()
    words = models.CharField(max_length=500, blank=True, default="")
    sent_at = models.DateTimeField(null=True, default=None)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="reminder_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}"
