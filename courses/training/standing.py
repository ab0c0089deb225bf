"""Where learners stand in their classes: the activities with their states, what is locked, what comes next.

Four queries for any number of enrolments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.days import today
from accounts.prepared import prepared
from courses.runtime.models import Attempt
from courses.training.agenda import Appointment, appointments_of
from courses.training.models import Activity, ActivityCompletion, CourseRun, Enrolment, RunPin

#: The fields of an activity that a place shows, in the order of ``Place``
_FACTS = (
    "pk",
    "uid",
    "title",
    "kind",
    "required",
    "rule",
    "section_id",
    "section__title",
    "minutes",
    "opens_after_id",
)


@dataclass(frozen=True, slots=True)
class Place:
    """One activity as a learner stands in it. ``score`` and ``progress`` run from 0 to 1.

    ``waits_for`` is the name of the activity she must complete first, empty where nothing is locked.
    """

    pk: int
    uid: Any
    title: str
    kind: str
    required: bool
    rule: dict[str, Any]
    section: int
    section_title: str
    minutes: int | None
    opens_after: int | None
    version_kind: str = ""
    done_at: datetime | None = None
    score: float | None = None
    started_at: datetime | None = None
    progress: float | None = None
    waits_for: str = ""
    waits_for_session: bool = False
    appointments: tuple[Appointment, ...] = ()

    @property
    def state(self) -> str:
        if self.done_at is not None:
            return "done"
        if self.waits_for:
            return "locked"
        return "begun" if self.started_at is not None else "new"

    @property
    def meets(self) -> bool:
        """Whether it is completed by being there rather than by opening something."""
        return self.kind == Activity.Kind.SESSION

    @property
    def appointment(self) -> Appointment | None:
        """The session to show beside it: the attended one, else the next to come, else the last held."""
        left = [one for one in self.appointments if not one.cancelled]
        attended = [one for one in left if one.attended]
        coming = [one for one in left if one.coming]
        return next(iter(attended or coming or left[-1:]), None)

    @property
    def points(self) -> float | None:
        """The score on the ten-point scale of schools."""
        return None if self.score is None else round(self.score * 10, 2)

    @property
    def progress_percent(self) -> int | None:
        return None if self.progress is None else round(self.progress * 100)


@dataclass(slots=True)
class Part:
    """A section with its activities."""

    title: str
    places: list[Place] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(place.state == "done" for place in self.places)


@dataclass(slots=True)
class Standing:
    """A whole class as one learner stands in it."""

    places: list[Place] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)

    @property
    def parts(self) -> list[Part]:
        parts: dict[int, Part] = {}
        for place in self.places:
            parts.setdefault(place.section, Part(place.section_title)).places.append(place)
        return list(parts.values())

    @property
    def of(self) -> int:
        return sum(place.required for place in self.places)

    @property
    def done(self) -> int:
        return sum(place.required and place.state == "done" for place in self.places)

    @property
    def needs(self) -> list[tuple[bool, int, int]]:
        """What completing the course takes, sessions apart: whether sessions, how many done, of how many."""
        required = [place for place in self.places if place.required]
        kinds = [[place for place in required if place.meets is meets] for meets in (False, True)]
        return [
            (places[0].meets, sum(place.state == "done" for place in places), len(places))
            for places in kinds
            if places
        ]

    @property
    def next(self) -> Place | None:
        """What was begun and not finished, else the first required one, else any that is left.

        Only what can be opened now: a session is waited for, a locked activity too.
        """
        left = [place for place in self.places if place.state in {"begun", "new"} and not place.meets]
        begun = [place for place in left if place.state == "begun"]
        required = [place for place in left if place.required]
        return next(iter(begun or required or left), None)

    @property
    def waiting(self) -> Place | None:
        """Where nothing can be opened: the first required activity that is still to come."""
        left = [place for place in self.places if place.required and place.state != "done"]
        return None if self.next else next(iter(left), None)

    @property
    def coming(self) -> Appointment | None:
        """The next session."""
        return next((one for one in self.appointments if one.coming), None)

    def number_of(self, place: Place) -> int:
        return self.places.index(place) + 1


def _pin_rows(run_ids: Collection[int]) -> QuerySet[RunPin, Any]:
    return (
        RunPin.objects.filter(run__in=run_ids)
        .order_by("activity__section__position", "activity__section", "activity__position", "activity")
        .values_list("run_id", "version__kind", *(f"activity__{name}" for name in _FACTS))
    )


def _done_rows(enrolments: Collection[int]) -> QuerySet[ActivityCompletion, Any]:
    rows = ActivityCompletion.objects.filter(enrolment__in=enrolments)
    return rows.values_list("enrolment_id", "activity_id", "at", "score")


def _attempt_rows(enrolments: Collection[int]) -> QuerySet[Attempt, Any]:
    rows = Attempt.objects.standing().filter(enrolment__in=enrolments).order_by("number")
    return rows.values_list("enrolment_id", "activity_id", "started_at", "progress", "score")


# The same of one class, as the page of a course asks each time
_pins_of_one = prepared(lambda run: _pin_rows([run]))
_done_of_one = prepared(lambda enrolment: _done_rows([enrolment]))
_attempts_of_one = prepared(lambda enrolment: _attempt_rows([enrolment]))


def standings(enrolments: Iterable[Enrolment]) -> dict[int, Standing]:
    """Enrolment id → where that learner stands."""
    by_id = {enrolment.pk: enrolment for enrolment in enrolments}
    if not by_id:
        return {}
    if len(by_id) == 1:
        ((pk, one),) = by_id.items()
        pin_rows: Iterable[Any] = _pins_of_one(run=one.run_id)
        done_rows, attempt_rows = _done_of_one(enrolment=pk), _attempts_of_one(enrolment=pk)
    else:
        pin_rows = _pin_rows({e.run_id for e in by_id.values()})
        done_rows, attempt_rows = list(_done_rows(by_id.keys())), list(_attempt_rows(by_id.keys()))
    pins: dict[int, list[Place]] = defaultdict(list)
    for run, version_kind, *facts in pin_rows:
        pins[run].append(Place(*facts, version_kind=version_kind or ""))
    done = {(e, a): (at, score) for e, a, at, score in done_rows}
    attempts = {(e, a): (at, progress, score) for e, a, at, progress, score in attempt_rows}
    meetings = appointments_of(by_id.values())
    found: dict[int, Standing] = {}
    for pk, enrolment in by_id.items():
        places = [_place(place, pk, done, attempts, meetings[pk]) for place in pins[enrolment.run_id]]
        found[pk] = Standing(places if _over(enrolment.run) else _locked(places), meetings[pk])
    return found


def _over(run: CourseRun) -> bool:
    """After the class everything may be looked at."""
    return run.state == CourseRun.State.CLOSED or run.closes_on < today()


def _place(
    place: Place,
    enrolment_id: int,
    done: dict[Any, Any],
    attempts: dict[Any, Any],
    meetings: list[Appointment],
) -> Place:
    key = (enrolment_id, place.pk)
    if key not in done and key not in attempts and not place.meets:
        return place
    done_at, done_score = done.get(key, (None, None))
    started_at, progress, score = attempts.get(key, (None, None, None))
    return replace(
        place,
        done_at=done_at,
        score=done_score if done_score is not None else score,
        started_at=started_at,
        progress=progress,
        appointments=tuple(one for one in meetings if one.activity == place.pk) if place.meets else (),
    )


def _locked(places: list[Place]) -> list[Place]:
    """The places, those marked that wait for another one of the class. Mirrors ``require_openable``."""
    by_pk = {place.pk: place for place in places}

    def look(place: Place) -> Place:
        first = by_pk.get(place.opens_after) if place.opens_after is not None else None
        if first is None or first.done_at is not None or place.done_at is not None:
            return place
        return replace(place, waits_for=first.title, waits_for_session=first.meets)

    return [look(place) for place in places]


@prepared
def _outline(course: int) -> QuerySet[Activity, Any]:
    rows = Activity.objects.filter(section__course=course, retired_at=None, section__retired_at=None)
    return rows.order_by("section__position", "section", "position", "pk").values_list(*_FACTS)


def outline(course_id: int) -> Standing:
    """A course without a learner: its activities as the next class would have them."""
    return Standing(_locked([Place(*row) for row in _outline(course=course_id)]))
