"""The meetings of classes as their learners have before them: day, place, link, and the mark they got."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from accounts.prepared import prepared
from courses.training.ics import Event
from courses.training.models import Attendance, ClassSession, Enrolment

#: How long before it begins an online session shows its link
DOORS_OPEN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One session of a class for one learner; ``mark`` is empty until the roll is kept."""

    uid: UUID
    run: int
    activity: int | None
    title: str
    starts_at: datetime
    ends_at: datetime
    mode: str
    place: str
    link: str
    note: str
    state: str
    mark: str
    reason: str

    @property
    def cancelled(self) -> bool:
        return self.state == ClassSession.State.CANCELLED

    @property
    def online(self) -> bool:
        return self.mode == ClassSession.Mode.ONLINE

    @property
    def attended(self) -> bool:
        return self.mark in Attendance.ATTENDED

    @property
    def mark_word(self) -> str:
        return str(Attendance.Mark(self.mark).label) if self.mark else ""

    @property
    def coming(self) -> bool:
        """Neither over nor cancelled."""
        return not self.cancelled and self.ends_at >= timezone.now()

    @property
    def doors_open(self) -> bool:
        return self.coming and self.starts_at - DOORS_OPEN <= timezone.now()


def _rows(runs: Collection[int], enrolments: Collection[int]) -> QuerySet[ClassSession, Any]:
    return (
        ClassSession.objects.filter(run__in=runs)
        .annotate(mine=FilteredRelation("attendance", condition=Q(attendance__enrolment__in=enrolments)))
        .order_by("starts_at", "pk")
        .values(
            "uid", "run_id", "activity_id", "title", "starts_at", "ends_at", "mode", "place", "link", "note",
            "state", "mine__enrolment_id", "mine__mark", "mine__reason",
        )
    )  # fmt: skip


_rows_of_one = prepared(lambda run, enrolment: _rows([run], [enrolment]))


def appointments_of(enrolments: Iterable[Enrolment]) -> dict[int, list[Appointment]]:
    """Enrolment id → the sessions of its class by time. One query for any number of enrolments."""
    by_run: dict[int, list[int]] = defaultdict(list)
    for enrolment in enrolments:
        by_run[enrolment.run_id].append(enrolment.pk)
    if not by_run:
        return {}
    ids = [pk for pks in by_run.values() for pk in pks]
    if len(ids) == 1:
        return _sorted_out(_rows_of_one(run=next(iter(by_run)), enrolment=ids[0]), by_run)
    return _sorted_out(_rows(list(by_run), ids), by_run)


def _sorted_out(rows: Iterable[Any], by_run: dict[int, list[int]]) -> dict[int, list[Appointment]]:
    """A row a mark: whoever has none yet gets the session without one."""
    sessions: dict[UUID, dict[str, Any]] = {}
    marks: dict[tuple[UUID, int], tuple[str, str]] = {}
    for found_row in rows:
        row = dict(found_row)
        enrolment, mark, reason = (row.pop(f"mine__{name}") for name in ("enrolment_id", "mark", "reason"))
        sessions[row["uid"]] = row
        if enrolment is not None:
            marks[row["uid"], enrolment] = (mark, reason)
    found: dict[int, list[Appointment]] = {pk: [] for pks in by_run.values() for pk in pks}
    for uid, row in sessions.items():
        facts = row
        run, activity = facts.pop("run_id"), facts.pop("activity_id")
        for pk in by_run[run]:
            mark, reason = marks.get((uid, pk), ("", ""))
            found[pk].append(Appointment(run=run, activity=activity, mark=mark, reason=reason, **facts))
    return found


def events_of(enrolments: Iterable[Enrolment]) -> list[Event]:
    """The sessions that are not over, for a calendar. Enrolments come with class and course."""
    rows = list(enrolments)
    sessions = appointments_of(rows)
    return [_event(row, one) for row in rows for one in sessions[row.pk] if one.ends_at >= timezone.now()]


def _event(enrolment: Enrolment, one: Appointment) -> Event:
    about = (enrolment.run.course.title, enrolment.run.name, one.note)
    return Event(
        uid=str(one.uid),
        title=one.title,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        place=one.place,
        url=one.link,
        about="\n".join(text for text in about if text),
        cancelled=one.cancelled,
    )
