"""The people and meetings of one class as its page lists them: who is behind, what is next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.days import today
from accounts.models import Membership, UnitFacts
from accounts.querysets import on_day
from accounts.text import fold, nfc
from courses.training.models import Attendance, ClassSession, Completion, CourseRun, Enrolment
from courses.training.pace import days_behind, expected

#: What the list can be sorted by; a minus turns it round
SORTS = {
    "name": (F("user__sort_name").asc(),),
    "-name": (F("user__sort_name").desc(),),
    "progress": (F("progress").asc(),),
    "-progress": (F("progress").desc(),),
    "attended": (F("attended").asc(),),
    "-attended": (F("attended").desc(),),
    "last": (F("last_active_at").asc(nulls_first=True),),
    "-last": (F("last_active_at").desc(nulls_last=True),),
}


def primary_unit(user: str = "user") -> Subquery:
    """The name today of a person's main unit, as an annotation."""
    facts = UnitFacts.objects.filter(
        on_day(),
        on_day(prefix="unit__memberships__"),
        unit__memberships__user=OuterRef(user),
        unit__memberships__primary=True,
    )
    return Subquery(facts.values("name")[:1])


@dataclass(frozen=True, slots=True)
class Pace:
    """The required activities of a class and how many of them an even pace has finished today."""

    required: int
    due: int

    @property
    def due_percent(self) -> float:
        return 100 * self.due / self.required if self.required else 0.0


def pace_of(run: CourseRun, required: int) -> Pace:
    due = 0
    if run.state != CourseRun.State.PLANNED:
        due = expected(required, run.opens_on, run.closes_on, today())
    return Pace(required, due)


def _kinds(pace: Pace) -> dict[str, Q]:
    """The groups that the list can be narrowed to."""
    active = Q(state=Enrolment.State.ACTIVE)
    # progress is a share: half an activity less than what is due tells the two apart
    behind = (pace.due - 0.5) / pace.required if pace.required else 0.0
    return {
        "": active,
        "late": active & Q(done=False, progress__lt=behind) if pace.due else Q(pk=None),
        "new": active & Q(done=False, last_active_at=None, progress=0),
        "done": active & Q(done=True),
        "open": active & Q(done=False),
        "left": Q(state=Enrolment.State.ENDED),
    }


def people_of(run: CourseRun, pace: Pace, asked: Mapping[str, Any]) -> tuple[Any, dict[str, int]]:
    """Enrolments to list, and how many there are of each group. Two queries when both are read."""
    kinds = _kinds(pace)
    everybody = Enrolment.objects.filter(run=run).annotate(
        done=Exists(Completion.objects.filter(enrolment=OuterRef("pk"), revoked_on=None))
    )
    counted = everybody.aggregate(**{f"n_{name}": Count("pk", filter=q) for name, q in kinds.items()})
    counts = {name or "all": counted[f"n_{name}"] for name in kinds}
    people = (
        everybody.filter(kinds.get(asked.get("show", ""), kinds[""]))
        .select_related("user", "completion")
        .annotate(unit_name=primary_unit(), attended=_attended())
        .order_by(*SORTS.get(asked.get("sort", ""), SORTS["name"]), "user__sort_name", "pk")
    )
    return _found(people, asked.get("q", "")), counts


def _attended() -> Coalesce:
    rows = (
        Attendance.objects.filter(enrolment=OuterRef("pk"), mark__in=Attendance.ATTENDED)
        .exclude(session__state=ClassSession.State.CANCELLED)
        .order_by()
        .values("enrolment")
        .annotate(n=Count("pk"))
    )
    return Coalesce(Subquery(rows.values("n")), 0)


def _found(people: Any, text: str) -> Any:
    """Those whose name, or whose unit's, holds the text."""
    text = nfc(text).strip()[:100]
    if not text:
        return people
    unit = Membership.objects.primary_on().filter(
        on_day(prefix="unit__facts__"), user=OuterRef("user"), unit__facts__name__icontains=text
    )
    return people.filter(Q(user__sort_name__contains=fold(text)) | Exists(unit))


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the list: what is done, and for how many days the next activity has been due."""

    enrolment: Any
    done: int
    behind: int


def rows_of(run: CourseRun, pace: Pace, page: Any) -> list[PersonRow]:
    rows = []
    for enrolment in page:
        done = round(enrolment.progress * pace.required)
        late = pace.due and not enrolment.done and enrolment.state == Enrolment.State.ACTIVE
        behind = days_behind(done, pace.required, run.opens_on, run.closes_on, today()) if late else 0
        rows.append(PersonRow(enrolment, done, behind))
    return rows


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session with its roll: ``attended`` and ``marked`` of the people now in the class."""

    session: ClassSession
    attended: int
    marked: int
    now: datetime
    markable: bool
    next: bool = False

    @property
    def cancelled(self) -> bool:
        return self.session.state == ClassSession.State.CANCELLED

    @property
    def today(self) -> bool:
        return timezone.localdate(self.session.starts_at) == timezone.localdate(self.now)

    @property
    def over(self) -> bool:
        return self.session.ends_at < self.now

    @property
    def tomorrow(self) -> bool:
        return timezone.localdate(self.session.starts_at) == timezone.localdate(self.now) + timedelta(days=1)


def meetings_of(run: CourseRun) -> list[Meeting]:
    """The sessions of a class by time, the next one marked. One query."""
    now = timezone.now()
    there = Q(attendance__enrolment__state=Enrolment.State.ACTIVE)
    sessions = (
        ClassSession.objects.filter(run=run)
        .select_related("activity")
        .annotate(
            marked=Count("attendance", filter=there),
            attended=Count("attendance", filter=there & Q(attendance__mark__in=Attendance.ATTENDED)),
        )
        .order_by("starts_at", "pk")
    )
    rows = list(sessions)
    coming = next((s for s in rows if s.state != ClassSession.State.CANCELLED and s.ends_at >= now), None)
    return [
        Meeting(
            session,
            attended=session.attended,
            marked=session.marked,
            now=now,
            markable=run.state == CourseRun.State.OPEN
            and session.state != ClassSession.State.CANCELLED
            and timezone.localdate(session.starts_at) <= today(),
            next=session is coming,
        )
        for session in rows
    ]
