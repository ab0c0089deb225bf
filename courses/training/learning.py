"""All the classes of one learner, sorted by what she can do with them now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.days import today
from accounts.models import User
from courses.training.actions import is_running
from courses.training.models import CourseRun, Enrolment
from courses.training.standing import Place, Standing, standings


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


def _completed(enrolment: Enrolment) -> bool:
    return hasattr(enrolment, "completion") and enrolment.completion.revoked_on is None


def _lately(enrolment: Enrolment) -> tuple[bool, datetime]:
    """Classes worked in come first, the latest of them first; then those newly joined."""
    return enrolment.last_active_at is not None, enrolment.last_active_at or enrolment.enrolled_at


def learning_of(user: User) -> Learning:
    """Four queries, whatever the number of classes. Completed courses are left out."""
    enrolments = [
        enrolment
        for enrolment in Enrolment.objects.of(user)
        .select_related("run__course", "completion")
        .order_by("run__closes_on", "pk")
        if not _completed(enrolment)
    ]
    running = [e for e in enrolments if is_running(e.run)]
    left = [e for e in enrolments if not is_running(e.run)]
    over = [e for e in left if e.run.closes_on < today() or e.run.state == CourseRun.State.CLOSED]
    standing = standings(running)
    lead = max((e for e in running if standing[e.pk].next), key=_lately, default=None)
    stands = standing[lead.pk] if lead else None
    upcoming = stands.next if stands else None
    return Learning(
        lead=lead,
        lead_standing=stands,
        next=upcoming,
        number=stands.number_of(upcoming) if stands and upcoming else None,
        running=[(e, standing[e.pk]) for e in running],
        soon=[e for e in left if e not in over],
        over=over,
    )
