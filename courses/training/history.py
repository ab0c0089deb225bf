"""The classes a person has behind her: what she completed, when, with how many points, in how much time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum

from accounts.days import today
from accounts.models import User
from courses.runtime.models import ScoState
from courses.training.models import Completion, CourseRun, Enrolment


@dataclass(frozen=True, slots=True)
class Past:
    """One class: completed, or over, or left. ``minutes`` is the recorded time of its lessons."""

    enrolment: Enrolment
    completion: Completion | None
    left: bool
    minutes: int


def past_of(user: User, school_year: int | None = None) -> Any:
    """Enrolments completed, over or ended, the latest first."""
    over = Q(run__closes_on__lt=today()) | Q(run__state=CourseRun.State.CLOSED)
    done = Q(completion__isnull=False, completion__revoked_on=None)
    rows = Enrolment.objects.filter(user=user).filter(done | over | Q(state=Enrolment.State.ENDED))
    if school_year is not None:
        rows = rows.filter(run__school_year=school_year)
    return rows.select_related("run__course", "completion").order_by("-run__closes_on", "-pk")


def described(enrolments: Iterable[Enrolment]) -> list[Past]:
    """A page of them with the time worked, in one query."""
    rows = list(enrolments)
    spent = dict(
        ScoState.objects.filter(attempt__enrolment__in=[row.pk for row in rows])
        .values_list("attempt__enrolment")
        .annotate(seconds=Sum(F("banked_seconds") + F("session_seconds")))
    )
    return [
        Past(
            enrolment=row,
            completion=_valid(row),
            left=row.state == Enrolment.State.ENDED,
            minutes=round((spent.get(row.pk) or 0) / 60),
        )
        for row in rows
    ]


def _valid(row: Enrolment) -> Completion | None:
    completion = getattr(row, "completion", None)
    return completion if completion is not None and completion.revoked_on is None else None


def totals_of(user: User) -> dict[str, int]:
    """How many courses were ever completed, and how many periods they have."""
    sums = Completion.objects.filter(user=user, revoked_on=None).aggregate(
        courses=Count("course", distinct=True), periods=Sum("course__periods")
    )
    return {"courses": sums["courses"], "periods": sums["periods"] or 0}


def school_years_of(user: User) -> list[int]:
    rows = past_of(user).order_by().values_list("run__school_year", flat=True).distinct()
    return sorted(rows, reverse=True)
