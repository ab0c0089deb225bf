"""What a learner did in a package: attempts, runtime sessions, one document a SCO, and its commits.

Words told apart: *completion* and *success* of a ScoState are what the SCO reached (``Outcome``);
whether an activity or a course is completed is training's business.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.models import Version

#: seconds_due and progress_due of a state whose rule waits for nothing more
NEVER = 2_000_000_000


class SessionMode(models.TextChoices):
    NORMAL = "normal", _("Tracked")
    BROWSE = "browse", _("Just looking")
    REVIEW = "review", _("Looking back")


class AttemptQuerySet(models.QuerySet[Any]):
    """Attempts."""

    def standing(self) -> AttemptQuerySet:
        """Without those set aside: of the rest, the highest number of an activity is where she stands."""
        return self.filter(set_aside_at=None)


class Attempt(models.Model):
    """One try of a person at a version of a package. Outside a class there is none, only browsing."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attempts")
    enrolment = models.ForeignKey(
        "courses.Enrolment", models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    activity = models.ForeignKey(
        "courses.Activity", models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField(default=1)
    version = models.ForeignKey(Version, models.PROTECT, related_name="attempts")
    # Raised by every opening of a session: the last launch wins.
    revision = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    # The rolled-up outcome of its SCOs, kept for lists
    completion = models.CharField(max_length=12, default="unknown")
    success = models.CharField(max_length=8, default="unknown")
    score = models.FloatField(null=True, default=None)
    progress = models.FloatField(null=True, default=None)
    # How its SCOs add up and what "failed" means: ``Watch.terms()`` of the last launch
    terms = models.JSONField(default=dict)
    # The attempt at an older version whose tracks this one goes on with (``courses.runtime.carrying``)
    moved_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, default=None, related_name="moved_to"
    )
    # Taken back: the attempt that it went on from stands again. What was done in it is kept.
    set_aside_at = models.DateTimeField(null=True, default=None)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity", "number"], name="attempt_once")
        ]

    def __str__(self) -> str:
        return str(self.uid)


class RuntimeSession(models.Model):
    """A launch: from opening the player to leaving it, on one device."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Empty for browsing; the person too, where a guest browses
    attempt = models.ForeignKey(Attempt, models.CASCADE, null=True, related_name="sessions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    sco_identifier = models.CharField(max_length=400, blank=True, default="")
    mode = models.CharField(max_length=8, choices=SessionMode, default=SessionMode.NORMAL)
    revision = models.PositiveIntegerField(default=0)
    # SHA-256 of the ticket, emptied when it has opened the player; the key that writes is signed
    # (``courses.runtime.keys``) and kept nowhere.
    ticket_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    ticket_until = models.DateTimeField()
    # The key writes until then: the end of the class, or a closing of the session
    open_until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, default=None)
    close_reason = models.CharField(max_length=20, blank=True, default="")
    device = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["attempt", "opened_at"])]

    def __str__(self) -> str:
        return str(self.uid)


class ScoState(models.Model):
    """Where a learner stands in one SCO: the whole snapshot and the columns that rules read.

    No index on columns that a commit changes. Compared columns are never null: the common commit
    is one conditional statement (``courses.runtime.commits``).
    """

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="states")
    sco_identifier = models.CharField(max_length=400)
    document = models.TextField(default="{}")
    entry = models.CharField(max_length=10, default="ab-initio")
    # How the last session left the SCO; empty while it has not said so (a closed window never does)
    exit = models.CharField(max_length=10, default="", blank=True)
    completion = models.CharField(max_length=12, default="unknown")
    success = models.CharField(max_length=8, default="unknown")
    # -1 stands for no score and no progress: compared columns have no nulls
    score = models.FloatField(default=-1.0)
    progress = models.FloatField(default=-1.0)
    location = models.CharField(max_length=1000, default="", blank=True)
    # Time: of earlier sessions, and the latest value of the current one; never a sum of deltas
    banked_seconds = models.FloatField(default=0)
    session_seconds = models.FloatField(default=0)
    # Which session may write, its last sequence number, until when, and what a rule waits for
    session = models.UUIDField(null=True, default=None)
    seq = models.IntegerField(default=0)
    open_until = models.DateTimeField()
    seconds_due = models.FloatField(default=NEVER)
    progress_due = models.FloatField(default=NEVER)
    score_watched = models.BooleanField(default=False)
    commits = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now_add=True)
    # Of an attempt that went on from one at an older version: the track it was carried from, how much of
    # it came along ("status", or "whole" with bookmark and data), and the seconds counted there. Those are
    # told to the SCO and added up with that track alone.
    former = models.ForeignKey("self", models.SET_NULL, null=True, default=None, related_name="+")
    carried = models.CharField(max_length=6, default="", blank=True)
    before_seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "sco_identifier"], name="scostate_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.sco_identifier}"

    @property
    def total_seconds(self) -> float:
        return self.banked_seconds + self.session_seconds

    @property
    def told_seconds(self) -> float:
        """With those of the track it was carried from: what the SCO and the learner are told."""
        return self.before_seconds + self.total_seconds


class SessionPart(models.Model):
    """What an earlier session reached in one SCO, written when a newer one took over.

    A late snapshot of that session replaces its seconds; so time never counts twice.
    """

    session = models.ForeignKey(RuntimeSession, models.CASCADE, related_name="parts")
    state = models.ForeignKey(ScoState, models.CASCADE, related_name="parts")
    seq = models.IntegerField()
    seconds = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "state"], name="sessionpart_once")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.state_id}"


class CommitLog(models.Model):
    """The commits worth keeping: first, last, outcome-changing, late and refused ones."""

    class Reason(models.TextChoices):
        FIRST = "first", _("First of a session")
        LAST = "last", _("Last of a session")
        OUTCOME = "outcome", _("Changed the outcome")
        LATE = "late", _("Came late")
        SUPERSEDED = "superseded", _("From an older window")
        REFUSED = "refused", _("Refused")

    session = models.ForeignKey(RuntimeSession, models.CASCADE, related_name="commits")
    attempt = models.ForeignKey(Attempt, models.CASCADE, null=True, related_name="commits_kept")
    sco_identifier = models.CharField(max_length=400)
    seq = models.IntegerField()
    reason = models.CharField(max_length=12, choices=Reason)
    code = models.CharField(max_length=40, blank=True, default="")
    # Whole snapshot where it was not written to the state; else empty
    document = models.TextField(blank=True, default="")
    completion = models.CharField(max_length=12, default="unknown")
    success = models.CharField(max_length=8, default="unknown")
    score = models.FloatField(null=True, default=None)
    seconds = models.FloatField(default=0)
    late = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["attempt", "at"])]

    def __str__(self) -> str:
        return f"{self.session_id} {self.seq} {self.reason}"


class SequencingState(models.Model):
    """Where a learner stands in the activity tree of a sequenced package, between two requests.

    ``document`` is JSON: the sequencer's own state, what the part that is open was launched with, and from
    how many seconds on each part's current try counts. The outcome of the tree's root stands beside it.
    """

    attempt = models.OneToOneField(Attempt, models.CASCADE, related_name="sequencing")
    document = models.TextField(default="{}")
    completion = models.CharField(max_length=12, default="unknown")
    success = models.CharField(max_length=8, default="unknown")
    score = models.FloatField(null=True, default=None)
    progress = models.FloatField(null=True, default=None)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.revision}"


class LearnerRecord(models.Model):
    """What packages share about a person beyond one attempt: objectives and data "global to system"."""

    class Scope(models.TextChoices):
        OBJECTIVE = "objective"
        DATA = "data"
        PROFILE = "profile"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    scope = models.CharField(max_length=10, choices=Scope)
    # A longer identifier is kept by its hash: no index takes 4,000 characters.
    identifier = models.CharField(max_length=400)
    value = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "scope", "identifier"], name="learnerrecord_once")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.identifier}"
