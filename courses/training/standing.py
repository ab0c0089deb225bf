"""Where learners stand in their classes: the activities with their states, and what comes next.

Three queries for any number of enrolments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from courses.runtime.models import Attempt
from courses.training.models import Activity, ActivityCompletion, Enrolment, RunPin


@dataclass(frozen=True, slots=True)
class Place:
    """One activity as a learner stands in it. ``score`` and ``progress`` run from 0 to 1."""

    pk: int
    uid: Any
    title: str
    kind: str
    required: bool
    rule: dict[str, Any]
    section: int
    section_title: str
    version_kind: str
    done_at: datetime | None = None
    score: float | None = None
    started_at: datetime | None = None
    progress: float | None = None

    @property
    def state(self) -> str:
        if self.done_at is not None:
            return "done"
        return "begun" if self.started_at is not None else "new"

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
    def next(self) -> Place | None:
        """What was begun and not finished, else the first required one, else any that is left."""
        left = [place for place in self.places if place.state != "done"]
        begun = [place for place in left if place.state == "begun"]
        required = [place for place in left if place.required]
        return next(iter(begun or required or left), None)

    def number_of(self, place: Place) -> int:
        return self.places.index(place) + 1


def _pins(run_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    rows = (
        RunPin.objects.filter(run__in=set(run_ids))
        .order_by("activity__section__position", "activity__section", "activity__position", "activity")
        .values(
            "run_id",
            "activity_id",
            "activity__uid",
            "activity__title",
            "activity__kind",
            "activity__required",
            "activity__rule",
            "activity__section_id",
            "activity__section__title",
            "version__kind",
        )
    )
    pins: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        pins[row["run_id"]].append(dict(row))
    return pins


def standings(enrolments: Iterable[Enrolment]) -> dict[int, Standing]:
    """Enrolment id → where that learner stands."""
    by_id = {enrolment.pk: enrolment for enrolment in enrolments}
    if not by_id:
        return {}
    pins = _pins(e.run_id for e in by_id.values())
    done = {
        (e, a): (at, score)
        for e, a, at, score in ActivityCompletion.objects.filter(enrolment__in=by_id).values_list(
            "enrolment_id", "activity_id", "at", "score"
        )
    }
    attempts = {
        (e, a): (at, progress, score)
        for e, a, at, progress, score in Attempt.objects.filter(enrolment__in=by_id)
        .order_by("number")
        .values_list("enrolment_id", "activity_id", "started_at", "progress", "score")
    }
    found: dict[int, Standing] = {}
    for pk, enrolment in by_id.items():
        found[pk] = Standing([_place(pin, pk, done, attempts) for pin in pins[enrolment.run_id]])
    return found


def _place(pin: dict[str, Any], enrolment_id: int, done: dict, attempts: dict) -> Place:  # type: ignore[type-arg]
    key = (enrolment_id, pin["activity_id"])
    done_at, done_score = done.get(key, (None, None))
    started_at, progress, score = attempts.get(key, (None, None, None))
    return Place(
        pk=pin["activity_id"],
        uid=pin["activity__uid"],
        title=pin["activity__title"],
        kind=pin["activity__kind"],
        required=pin["activity__required"],
        rule=pin["activity__rule"],
        section=pin["activity__section_id"],
        section_title=pin["activity__section__title"],
        version_kind=pin["version__kind"],
        done_at=done_at,
        score=done_score if done_score is not None else score,
        started_at=started_at,
        progress=progress,
    )


def outline(course_id: int) -> Standing:
    """A course without a learner: its activities as the next class would have them."""
    rows = (
        Activity.objects.filter(section__course=course_id, retired_at=None, section__retired_at=None)
        .order_by("section__position", "section", "position", "pk")
        .values_list("pk", "uid", "title", "kind", "required", "rule", "section_id", "section__title")
    )
    return Standing([Place(*row, version_kind="") for row in rows])
