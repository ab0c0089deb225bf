"""What instructors see of their classes on pages that belong to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import template
from django.db.models import QuerySet
from django.utils import timezone

from accounts.days import start_of, today
from accounts.models import User
from accounts.prepared import prepared
from courses.training.models import ClassSession, CourseRun

register = template.Library()


@dataclass(frozen=True, slots=True)
class Taught:
    """A class with its session of today, else the next one."""

    run: CourseRun
    session: ClassSession | None
    today: bool


@prepared
def _led(user: User) -> QuerySet[CourseRun]:
    runs = CourseRun.objects.filter(instructors__user=user, closes_on__gte=today())
    return runs.exclude(state=CourseRun.State.CLOSED).select_related("course").order_by("closes_on", "pk")


def taught_by(user: Any) -> list[Taught]:
    """The classes a person is named to teach that are not over; those that meet first come first.

    Two queries; one for who teaches nothing.
    """
    if not user.is_authenticated:
        return []
    runs = _led(user=user)
    if not runs:
        return []
    midnight = start_of(today())
    coming: dict[int, ClassSession] = {}
    sessions = ClassSession.objects.filter(run__in=runs, starts_at__gte=midnight)
    for session in sessions.exclude(state=ClassSession.State.CANCELLED).order_by("starts_at", "pk"):
        # Of several today, the one that is not over yet
        kept = coming.get(session.run_id)
        if kept is None or (
            kept.ends_at < timezone.now() and session.starts_at < midnight + timedelta(days=1)
        ):
            coming[session.run_id] = session
    rows = [
        Taught(run, found, bool(found and timezone.localdate(found.starts_at) == today()))
        for run in runs
        for found in [coming.get(run.pk)]
    ]
    return sorted(
        rows, key=lambda row: (row.session is None, row.session.starts_at if row.session else midnight)
    )


@register.inclusion_tag("courses/_teaching.html", takes_context=True)
def classes_taught(context: Any) -> dict[str, Any]:
    """``{% classes_taught %}``: a section with the classes she teaches; nothing for everybody else."""
    return {"rows": taught_by(context["request"].user)}
