"""All the classes of one learner, sorted by what she can do with them now, and what is on its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.days import school_year_of, today
from accounts.models import User
from accounts.prepared import prepared
from courses.training.actions import is_running
from courses.training.agenda import Appointment, appointments_of
from courses.training.models import Completion, CourseRun, Enrolment
from courses.training.standing import Place, Standing, standings

#: How far ahead the agenda looks, and how much it lists
AHEAD = timedelta(days=21)
MOST_DUE = 8


@dataclass(frozen=True, slots=True)
class Due:
    """A day of the agenda: a session (``appointment``), the last day of a class, or its first."""

    day: date
    enrolment: Enrolment
    kind: str  # "session", "ends", "begins"
    left: int  # days from today
    appointment: Appointment | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Learning:
    """``lead`` is the class to go on with, ``next`` the activity in it, the ``number``-th of all."""

    lead: Enrolment | None
    lead_standing: Standing | None
    next: Place | None
    number: int | None
    running: list[tuple[Enrolment, Standing]]
    soon: list[Enrolment]
    over: list[Enrolment]
    due: list[Due]
    coming: Due | None

    @property
    def later(self) -> list[Due]:
        """What is on its days besides the next session, which stands apart."""
        return [one for one in self.due if one is not self.coming]


def _completed(enrolment: Enrolment) -> bool:
    return hasattr(enrolment, "completion") and enrolment.completion.revoked_on is None


def _lately(enrolment: Enrolment) -> tuple[bool, datetime]:
    """Classes worked in come first, the latest of them first; then those newly joined."""
    return enrolment.last_active_at is not None, enrolment.last_active_at or enrolment.enrolled_at


@prepared
def _enrolments(user: User) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.of(user).select_related("run__course", "completion")
    return rows.order_by("run__closes_on", "pk")


def learning_of(user: User) -> Learning:
    """Six queries at most, whatever the number of classes. Completed courses are left out."""
    enrolments = [enrolment for enrolment in _enrolments(user=user) if not _completed(enrolment)]
    now = today()
    running: list[Enrolment] = []
    over: list[Enrolment] = []
    soon: list[Enrolment] = []
    for one in enrolments:
        ended = one.run.closes_on < now or one.run.state == CourseRun.State.CLOSED
        (running if is_running(one.run) else over if ended else soon).append(one)
    standing = standings(running)
    lead = max((e for e in running if standing[e.pk].next), key=_lately, default=None)
    stands = standing[lead.pk] if lead else None
    upcoming = stands.next if stands else None
    meetings = {pk: stand.appointments for pk, stand in standing.items()} | appointments_of(soon)
    due = _due(running + soon, standing, meetings)
    return Learning(
        lead=lead,
        lead_standing=stands,
        next=upcoming,
        number=stands.number_of(upcoming) if stands and upcoming else None,
        running=[(e, standing[e.pk]) for e in running],
        soon=soon,
        over=over,
        due=due[:MOST_DUE],
        coming=next((one for one in due if one.appointment), None),
    )


def _due(
    enrolments: list[Enrolment], standing: dict[int, Standing], meetings: dict[int, list[Appointment]]
) -> list[Due]:
    """What is to come within ``AHEAD``, by day; the next session even when it is further away."""
    now, found = today(), []
    for enrolment in enrolments:
        stands = standing.get(enrolment.pk)
        edge = enrolment.run.closes_on if stands else enrolment.run.opens_on
        if edge >= now:
            kind = "ends" if stands else "begins"
            found.append(Due(edge, enrolment, kind, (edge - now).days, standing=stands))
        for one in meetings.get(enrolment.pk, []):
            if one.coming:
                day = timezone.localdate(one.starts_at)
                found.append(Due(day, enrolment, "session", (day - now).days, one))
    found.sort(key=lambda one: (one.day, one.kind != "session", _begins(one)))
    sessions = [one for one in found if one.appointment]
    return [one for one in found if one.day <= now + AHEAD or one in sessions[:1]]


def _begins(due: Due) -> float:
    return due.appointment.starts_at.timestamp() if due.appointment else 0.0


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """What a person completed in classes of this school year."""

    school_year: int
    courses: int
    periods: int


@prepared
def _finished(user: User) -> QuerySet[Completion]:
    rows = Completion.objects.filter(user=user, revoked_on=None)
    return rows.select_related("course", "enrolment__run").order_by("-on", "-pk")


def finished_by(user: User) -> list[Completion]:
    """Everything a person completed, the latest first: some dozens in a working life."""
    return _finished(user=user)


def year_so_far(finished: list[Completion]) -> YearSoFar:
    year = school_year_of(today())
    periods = [one.course.periods for one in finished if one.enrolment.run.school_year == year]
    return YearSoFar(year, len(periods), sum(periods))
