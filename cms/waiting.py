"""What is next for a person, on her front page: the lesson to go on with, and what waits for her hands.

A question or two for each kind of thing, so that the page stays quick for whoever has every role.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils import timezone

from accounts.days import today
from accounts.models import User
from accounts.prepared import prepared
from courses.runtime.models import Attempt
from courses.training.models import ActivityCompletion, ClassSession, CourseRun, Enrolment
from repository.models import LearningResource, ProblemReport, Version

SESSIONS_AHEAD = timedelta(days=7)
ROLLS_BACK = timedelta(days=14)
MOST = 99


@dataclass(frozen=True, slots=True)
class Resume:
    """The class to go on with; ``activity`` is the one she stopped in, if she is in the middle of one."""

    enrolment: Enrolment
    title: str = ""
    activity: str = ""
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session of one of her classes in the coming days."""

    title: str
    course: str
    course_uid: str
    run_uid: str
    starts_at: datetime
    place: str
    link: str


@dataclass(frozen=True, slots=True)
class Roll:
    """A session that is over and whose roll nobody kept."""

    title: str
    run_uid: str
    uid: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """A lesson of hers that a reviewer sent back to be changed."""

    title: str
    uid: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits for one person."""

    resume: Resume | None = None
    meeting: Meeting | None = None
    reviews: int = 0
    reports: int = 0
    rolls: list[Roll] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)

    @property
    def tasks(self) -> bool:
        """Whether others wait for her."""
        return bool(self.reviews or self.reports or self.rolls or self.returned)

    def __bool__(self) -> bool:
        return bool(self.resume or self.meeting or self.tasks)


def waiting_for(user: User, verbs: frozenset[str]) -> Waiting:
    """At most seven queries: two for learning, one for a meeting, the rest for authors and managers."""
    reviews, reports = "resource.review" in verbs, "resource.review" in verbs or "resource.create" in verbs
    return Waiting(
        resume=_resume(user),
        meeting=_meeting(user),
        reviews=_at_most(Version.objects.waiting_for(user).count) if reviews else 0,
        reports=_reported.first(user=user) or 0 if reports else 0,
        rolls=_rolls(user),
        returned=_returned(user) if "resource.create" in verbs else [],
    )


def _at_most(count: Callable[[], int]) -> int:
    return min(count(), MOST)


@prepared
def _running(user: Any) -> QuerySet[Enrolment]:
    return (
        Enrolment.objects.of(user)
        .filter(run__state="open", run__opens_on__lte=today(), run__closes_on__gte=today(), completion=None)
        .select_related("run__course")
        .order_by(F("last_active_at").desc(nulls_last=True), "-enrolled_at")[:1]
    )


@prepared
def _latest(enrolment: int) -> QuerySet[Attempt]:
    done = ActivityCompletion.objects.filter(
        enrolment=OuterRef("enrolment_id"), activity=OuterRef("activity_id")
    )
    return (
        Attempt.objects.standing()
        .filter(enrolment=enrolment)
        .exclude(Exists(done))
        .order_by("-started_at")
        .select_related("activity")[:1]
    )


def _resume(user: User) -> Resume | None:
    enrolment = _running.first(user=user)
    if enrolment is None:
        return None
    attempt = _latest.first(enrolment=enrolment.pk)
    if attempt is None or attempt.activity is None:
        return Resume(enrolment)
    return Resume(enrolment, attempt.activity.title, str(attempt.activity.uid), attempt.progress)


def _meeting(user: User) -> Meeting | None:
    now = timezone.now()
    session = (
        ClassSession.objects.filter(
            run__in=Enrolment.objects.of(user).values("run"),
            state=ClassSession.State.PLANNED,
            ends_at__gte=now,
            starts_at__lte=now + SESSIONS_AHEAD,
        )
        .exclude(run__state=CourseRun.State.CLOSED)
        .select_related("run__course")
        .order_by("starts_at")
        .first()
    )
    if session is None:
        return None
    return Meeting(
        session.title,
        session.run.course.title,
        str(session.run.course.uid),
        str(session.run.uid),
        session.starts_at,
        session.place,
        session.link,
    )


@prepared
def _sent_back(user: Any) -> QuerySet[LearningResource, Any]:
    own = LearningResource.objects.filter(author=user, discarded_at=None).with_standing()
    back = own.filter(newest_ingest="ready", newest_review="returned").order_by("changed_at")
    return back.values_list("title", "uid")[:3]


def _returned(user: User) -> list[Returned]:
    return [Returned(title, str(uid)) for title, uid in _sent_back(user=user)]


@prepared
def _reported(user: Any) -> QuerySet[ProblemReport, Any]:
    found = ProblemReport.objects.waiting().answerable_by(user).order_by().values("state")
    return found.annotate(n=Count("pk")).values_list("n", flat=True)


def _rolls(user: User) -> list[Roll]:
    now = timezone.now()
    over = ClassSession.objects.filter(
        run__in=CourseRun.objects.led_by(user).values("pk"),
        starts_at__lte=now,
        starts_at__gte=now - ROLLS_BACK,
        state=ClassSession.State.PLANNED,
    ).order_by("starts_at")
    rows = over.values_list("title", "run__uid", "uid", "starts_at")[:3]
    return [Roll(title, str(run), str(uid), at) for title, run, uid, at in rows]
