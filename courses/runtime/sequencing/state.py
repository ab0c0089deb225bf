"""What is known of an activity tree: tracking per activity, shared objectives and data (SN chapter 4)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

#: Bumped when a stored state can no longer be read as it is.
SCHEMA = 1


@dataclass(slots=True)
class ObjectiveState:
    """Objective progress information; None = unknown. `measure` from -1 to 1, `progress` 0 to 1.

    The primary objective also holds the attempt's completion status and completion amount.
    """

    satisfied: bool | None = None
    measure: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None
    completed: bool | None = None
    progress: float | None = None

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        return cls(**{name: found[name] for name in OBJECTIVE_FIELDS if name in found})

    def copy(self) -> ObjectiveState:
        return ObjectiveState(
            self.satisfied, self.measure, self.raw, self.min, self.max, self.completed, self.progress
        )

    def known(self) -> dict[str, Any]:
        values = ((name, getattr(self, name)) for name in OBJECTIVE_FIELDS)
        return {name: value for name, value in values if value is not None}


OBJECTIVE_FIELDS = tuple(item.name for item in fields(ObjectiveState))
_OBJECTIVE_INFO = ("satisfied", "measure", "raw", "min", "max")
_PROGRESS_INFO = ("completed", "progress")


@dataclass(slots=True)
class ActivityState:
    """One activity's tracking. `order` is its available children, None = all as defined.

    `completion_said` and `success_said`: the content set that status itself in this attempt.
    Times are seconds since 1970, 0 = never: when the first attempt and the latest one `began`, when it
    `ended`. Seconds worked: in `earlier` attempts, in this one, and what of that the last launch reported.
    """

    progress_known: bool = False
    attempts: int = 0
    active: bool = False
    suspended: bool = False
    completion_said: bool = False
    success_said: bool = False
    order: list[str] | None = None
    objectives: dict[str, ObjectiveState] = field(default_factory=dict)
    first: float = 0.0
    began: float = 0.0
    ended: float = 0.0
    earlier: float = 0.0
    worked: float = 0.0
    launch: float = 0.0

    def objective(self, identifier: str) -> ObjectiveState:
        found = self.objectives.get(identifier)
        if found is None:
            found = self.objectives[identifier] = ObjectiveState()
        return found

    def forget(self, *, objectives: bool, progress: bool) -> None:
        """Forget what earlier attempts left."""
        names = (_OBJECTIVE_INFO if objectives else ()) + (_PROGRESS_INFO if progress else ())
        for state in self.objectives.values():
            for name in names:
                setattr(state, name, None)

    def copy(self) -> ActivityState:
        return ActivityState(
            self.progress_known,
            self.attempts,
            self.active,
            self.suspended,
            self.completion_said,
            self.success_said,
            None if self.order is None else list(self.order),
            {name: state.copy() for name, state in self.objectives.items()},
            self.first,
            self.began,
            self.ended,
            self.earlier,
            self.worked,
            self.launch,
        )

    def as_dict(self) -> dict[str, Any]:
        """What differs from an activity of which nothing is known."""
        found = {name: getattr(self, name) for name in _PLAIN if getattr(self, name) != _BLANK[name]}
        objectives = {name: known for name, state in self.objectives.items() if (known := state.known())}
        return found | ({"objectives": objectives} if objectives else {})

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        made = cls(**{name: found[name] for name in _PLAIN if name in found})
        made.order = None if made.order is None else list(made.order)
        objectives = found.get("objectives", {})
        made.objectives = {name: ObjectiveState.from_dict(state) for name, state in objectives.items()}
        return made


_PLAIN = tuple(item.name for item in fields(ActivityState) if item.name != "objectives")
_BLANK = {item.name: item.default for item in fields(ActivityState)}


@dataclass(slots=True)
class State:
    """All that is kept between requests. `current` and `suspended` are activities, "" = none.

    `shared` are the global objectives by target id, `data` the stores of adl.data by target id:
    the caller carries them between packages where the definition says so.
    """

    activities: dict[str, ActivityState] = field(default_factory=dict)
    shared: dict[str, ObjectiveState] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    current: str = ""
    suspended: str = ""

    def activity(self, identifier: str) -> ActivityState:
        found = self.activities.get(identifier)
        if found is None:
            found = self.activities[identifier] = ActivityState()
        return found

    def copy(self) -> State:
        return State(
            {name: state.copy() for name, state in self.activities.items()},
            {name: state.copy() for name, state in self.shared.items()},
            dict(self.data),
            self.current,
            self.suspended,
        )

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it; activities of which nothing is known are left out."""
        activities = {name: state.as_dict() for name, state in self.activities.items()}
        return {
            "schema": SCHEMA,
            "activities": {name: found for name, found in activities.items() if found},
            "shared": {name: state.known() for name, state in self.shared.items()},
            "data": dict(self.data),
            "current": self.current,
            "suspended": self.suspended,
        }

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        """The state that `as_dict` gave. Raises ValueError for one of a newer schema."""
        if found.get("schema", SCHEMA) > SCHEMA:
            raise ValueError("a sequencing state of a newer version")
        return cls(
            {name: ActivityState.from_dict(state) for name, state in found.get("activities", {}).items()},
            {name: ObjectiveState.from_dict(state) for name, state in found.get("shared", {}).items()},
            {str(name): str(value) for name, value in found.get("data", {}).items()},
            str(found.get("current", "")),
            str(found.get("suspended", "")),
        )
