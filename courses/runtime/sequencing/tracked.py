"""Between the data model of one SCO and the tracking of its activity (RTE 4.2.17, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from courses.runtime.sequencing.definition import Node, Objective
from courses.runtime.sequencing.state import ObjectiveState
from courses.runtime.sequencing.tree import Tree

_COMPLETION = {"completed": True, "incomplete": False, "not attempted": False}
_SUCCESS = {"passed": True, "failed": False}


@dataclass(frozen=True, slots=True)
class TrackedObjective:
    """One objective as the data model says; "" and None = never set.

    A status that the SCO itself set to unknown is "unknown": it has spoken, and nothing is
    presumed in its place when the attempt ends.
    """

    id: str = ""
    success_status: str = ""
    completion_status: str = ""
    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None
    progress_measure: float | None = None


@dataclass(frozen=True, slots=True)
class Tracked(TrackedObjective):
    """What the current SCO's data model says, its own status standing for the primary objective.

    `exit` is cmi.exit; `seconds` the session's length; `data` the stores of adl.data by target id.
    """

    exit: str = ""
    seconds: float = 0.0
    objectives: tuple[TrackedObjective, ...] = ()
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InitialData:
    """A store of shared data as adl.data shows it; `store` None = nothing there, or not to be read."""

    id: str
    store: str | None
    read: bool
    write: bool


@dataclass(frozen=True, slots=True)
class Initial:
    """What a SCO finds when a new attempt on it begins: `objectives` for cmi.objectives in order,
    `data` for adl.data in order. cmi.* itself begins unknown, whatever the primary objective reads.
    """

    objectives: tuple[TrackedObjective, ...]
    data: tuple[InitialData, ...]


def record(tree: Tree, node: Node, tracked: Tracked) -> None:
    """Write what the SCO says to its activity's tracking and through the maps to what is shared.

    May be called again for the same launch, with what the SCO says by then.
    """
    for mapping in node.data:
        if mapping.write and mapping.target in tracked.data:
            tree.state.data[mapping.target] = tracked.data[mapping.target]
    if not node.delivery.tracked:
        return
    _count_time(tree, node, tracked.seconds)
    said = {objective.id: objective for objective in tracked.objectives}
    own = _together(tracked, said.get(node.primary.identifier) if node.primary.identifier else None)
    before = {one.identifier: tree.local(node, one).copy() for one in node.all_objectives}
    _store(tree, node, node.primary, own)
    for objective in node.objectives:
        if objective.identifier in said:
            _store(tree, node, objective, said[objective.identifier])
    state = tree.of(node)
    state.completion_said, state.success_said = bool(own.completion_status), bool(own.success_status)
    for objective in node.all_objectives:
        tree.share(node, objective, before[objective.identifier])


def _count_time(tree: Tree, node: Node, seconds: float) -> None:
    """What the SCO has worked since it was launched counts for all attempts that it is part of."""
    more = seconds - tree.of(node).launch
    tree.of(node).launch = seconds
    for step in tree.path(node):
        tree.of(step).worked = max(tree.of(step).worked + more, 0.0)


def _together(own: TrackedObjective, listed: TrackedObjective | None) -> TrackedObjective:
    """The SCO's own status, and where it is silent what it says of its primary objective by name."""
    if listed is None:
        return own
    names = [item.name for item in fields(TrackedObjective)]
    values = {name: getattr(own, name) for name in names}
    return TrackedObjective(
        **{name: getattr(listed, name) if values[name] in {"", None} else values[name] for name in names}
    )


def _store(tree: Tree, node: Node, objective: Objective, said: TrackedObjective) -> None:
    local = tree.local(node, objective)
    local.satisfied = _SUCCESS.get(said.success_status)
    local.measure = said.scaled
    local.raw, local.min, local.max = said.raw, said.min, said.max
    local.completed = _COMPLETION.get(said.completion_status)
    local.progress = said.progress_measure


def initial(tree: Tree, node: Node) -> Initial:
    """The values a new attempt on a SCO begins with (RTE 4.2.17.1, 4.3)."""
    objectives = [objective for objective in node.all_objectives if objective.identifier]
    return Initial(
        tuple(_shown(item.identifier, tree.shown(node, item)) for item in objectives),
        tuple(
            InitialData(
                mapping.target,
                tree.state.data.get(mapping.target) if mapping.read else None,
                mapping.read,
                mapping.write,
            )
            for mapping in node.data
        ),
    )


def _shown(identifier: str, state: ObjectiveState) -> TrackedObjective:
    return TrackedObjective(
        identifier,
        {True: "passed", False: "failed", None: "unknown"}[state.satisfied],
        {True: "completed", False: "incomplete", None: "unknown"}[state.completed],
        state.measure,
        state.raw,
        state.min,
        state.max,
        state.progress,
    )
