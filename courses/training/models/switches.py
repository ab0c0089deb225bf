"""Activities that go over to a newer version of their resource: who decided, how, for whom."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from courses.runtime.models import Attempt
from courses.training.models.classes import CourseRun
from courses.training.models.courses import Activity
from repository.models import Version


class Switch(models.Model):
    """One decision for an activity in all its open classes; it can be taken back.

    ``plan`` is what was shown and confirmed: for each older version's id the parts of the newer one with
    the part whose track each goes on with, [{"new", "old", "by", "whole"}].
    """

    class Way(models.TextChoices):
        STAY = "stay", pgettext_lazy("newer version", "Those in progress stay")
        MOVE = "move", pgettext_lazy("newer version", "Those in progress move")

    class State(models.TextChoices):
        MOVING = "moving", pgettext_lazy("newer version", "Under way")
        DONE = "done", pgettext_lazy("newer version", "Done")
        RETURNING = "returning", pgettext_lazy("newer version", "Being taken back")
        RETURNED = "returned", pgettext_lazy("newer version", "Taken back")

    #: While one of these, nothing else is decided for the activity
    BUSY = (State.MOVING, State.RETURNING)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="switches")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    way = models.CharField(max_length=4, choices=Way)
    plan = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.MOVING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity"], condition=Q(state__in=["moving", "returning"]), name="switch_one_busy"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} v{self.version_id} {self.way}"


class SwitchedRun(models.Model):
    """A class whose pin was set to the newer version, and the version it had before."""

    switch = models.ForeignKey(Switch, models.CASCADE, related_name="runs")
    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="+")
    former = models.ForeignKey(Version, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["switch", "run"], name="switchedrun_once")]

    def __str__(self) -> str:
        return f"{self.switch_id} {self.run_id}"


class SwitchedAttempt(models.Model):
    """A learner's attempt in progress that moves, and the one at the newer version that goes on from it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("newer version", "Waiting")
        MOVED = "moved", pgettext_lazy("newer version", "Moved")
        # She completed the activity, left the class or began another attempt before her turn came; or her
        # tracks could not be carried
        LEFT = "left", pgettext_lazy("newer version", "Not needed any more")
        BACK = "back", pgettext_lazy("newer version", "Back on the former version")

    switch = models.ForeignKey(Switch, models.CASCADE, related_name="attempts")
    former = models.ForeignKey(Attempt, models.CASCADE, related_name="+")
    successor = models.OneToOneField(
        Attempt, models.CASCADE, null=True, default=None, related_name="switched"
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["switch", "former"], name="switchedattempt_once")]
        indexes = [models.Index(fields=["switch", "state"], name="switchedattempt_state")]

    def __str__(self) -> str:
        return f"{self.switch_id} {self.former_id} {self.state}"


class VersionNews(models.Model):
    """Whoever manages a course was told by mail that this version waits for her decision: once."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "version"], name="versionnews_once")]

    def __str__(self) -> str:
        return f"{self.activity_id} v{self.version_id}"
