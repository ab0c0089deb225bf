"""What is known of an activity tree: tracking per activity, shared objectives and data (SN chapter 4)."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
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

    def known(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


OBJECTIVE_FIELDS = tuple(item.name for item in fields(ObjectiveState))
_OBJECTIVE_INFO = ("satisfied", "measure", "raw", "min", "max")
_PROGRESS_INFO = ("completed", "progress")


@dataclass(slots=True)
class ActivityState:
    """One activity's tracking. `order` is its available children, None = all as defined.

    `completion_said` and `success_said`: the content set that status itself in this attempt.
    """

    progress_known: bool = False
    attempts: int = 0
    active: bool = False
    suspended: bool = False
    completion_said: bool = False
    success_said: bool = False
    order: list[str] | None = None
    objectives: dict[str, ObjectiveState] = field(default_factory=dict)

    def objective(self, identifier: str) -> ObjectiveState:
        return self.objectives.setdefault(identifier, ObjectiveState())

    def forget(self, *, objectives: bool, progress: bool) -> None:
        """Forget what earlier attempts left."""
        names = (_OBJECTIVE_INFO if objectives else ()) + (_PROGRESS_INFO if progress else ())
        for state in self.objectives.values():
            for name in names:
                setattr(state, name, None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "progress_known": self.progress_known,
            "attempts": self.attempts,
            "active": self.active,
            "suspended": self.suspended,
            "completion_said": self.completion_said,
            "success_said": self.success_said,
            "order": self.order,
            "objectives": {name: state.known() for name, state in self.objectives.items()},
        }

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        order = found.get("order")
        return cls(
            bool(found.get("progress_known")),
            int(found.get("attempts", 0)),
            bool(found.get("active")),
            bool(found.get("suspended")),
            bool(found.get("completion_said")),
            bool(found.get("success_said")),
            None if order is None else list(order),
            {name: ObjectiveState.from_dict(state) for name, state in found.get("objectives", {}).items()},
        )


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
        return self.activities.setdefault(identifier, ActivityState())

    def copy(self) -> State:
        return deepcopy(self)

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "schema": SCHEMA,
            "activities": {name: state.as_dict() for name, state in self.activities.items()},
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
