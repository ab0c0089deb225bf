"""What a manifest says about sequencing: the activity tree as frozen dataclasses (SN chapter 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote


def canonical(identifier: str) -> str:
    """Identifiers are URIs: blanks around and between, escaped or not, do not tell two apart."""
    return " ".join(unquote(identifier).split())


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule condition (SN 3.4.2); `objective` is canonical, "" the primary one; `measure` from -1 to 1."""

    name: str
    negated: bool = False
    objective: str = ""
    measure: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A sequencing rule: `any_of` its conditions, or all of them, give the action."""

    action: str
    conditions: tuple[Condition, ...]
    any_of: bool = False


@dataclass(frozen=True, slots=True)
class RollupRule:
    """A rollup rule (SN 3.7); `child_set` is all, any, none, atLeastCount or atLeastPercent (0 to 1)."""

    action: str
    conditions: tuple[Condition, ...]
    any_of: bool = True
    child_set: str = "all"
    minimum_count: int = 0
    minimum_percent: float = 0.0


@dataclass(frozen=True, slots=True)
class ObjectiveMap:
    """What is read from and written to one shared global objective (SN 3.10.3).

    The names are those of the fields of an objective's state: satisfied, measure, raw, min, max,
    completed, progress.
    """

    target: str
    reads: frozenset[str]
    writes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Objective:
    """A local objective; the primary one may have no identifier."""

    identifier: str
    satisfied_by_measure: bool = False
    minimum_measure: float = 1.0
    maps: tuple[ObjectiveMap, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlModes:
    """Sequencing control modes (SN 3.2)."""

    choice: bool = True
    choice_exit: bool = True
    flow: bool = False
    forward_only: bool = False
    use_current_attempt_objective_info: bool = True
    use_current_attempt_progress_info: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """Limit conditions (SN 3.5). `durations` are seconds by name, none that is not limited: attempt_absolute,
    attempt_experienced, activity_absolute, activity_experienced."""

    attempts: int | None = None
    durations: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RollupControls:
    """Whether and when an activity counts for its parent (SN 3.8, 3.9)."""

    objective_satisfied: bool = True
    progress_completion: bool = True
    objective_measure_weight: float = 1.0
    required_for_satisfied: str = "always"
    required_for_not_satisfied: str = "always"
    required_for_completed: str = "always"
    required_for_incomplete: str = "always"
    measure_satisfaction_if_active: bool = True


@dataclass(frozen=True, slots=True)
class Selection:
    """Selection and randomization controls (SN 3.11, 3.12); timings never, once, onEachNewAttempt."""

    selection_timing: str = "never"
    select_count: int | None = None
    randomization_timing: str = "never"
    reorder_children: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery controls (SN 3.13)."""

    tracked: bool = True
    completion_set_by_content: bool = False
    objective_set_by_content: bool = False


@dataclass(frozen=True, slots=True)
class CompletionThreshold:
    """adlcp:completionThreshold (CAM 4ed 3.4): completion by progress, and its weight for the parent."""

    by_measure: bool = False
    minimum_progress: float = 1.0
    progress_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class DataMap:
    """adlcp:map: a store of shared data that the SCO sees as adl.data.n."""

    target: str
    read: bool = True
    write: bool = True


@dataclass(frozen=True, slots=True)
class Node:
    """One activity: the organization or an item, with all that is defined for it."""

    identifier: str
    title: str = ""
    visible: bool = True
    resource: str = ""
    parameters: str = ""
    time_limit_action: str = ""
    children: tuple[Node, ...] = ()
    modes: ControlModes = ControlModes()
    constrain_choice: bool = False
    prevent_activation: bool = False
    pre_rules: tuple[Rule, ...] = ()
    exit_rules: tuple[Rule, ...] = ()
    post_rules: tuple[Rule, ...] = ()
    limits: Limits = Limits()
    rollup_rules: tuple[RollupRule, ...] = ()
    rollup: RollupControls = RollupControls()
    primary: Objective = Objective("")
    objectives: tuple[Objective, ...] = ()
    selection: Selection = Selection()
    delivery: Delivery = Delivery()
    completion: CompletionThreshold = CompletionThreshold()
    hidden_controls: frozenset[str] = frozenset()
    data: tuple[DataMap, ...] = ()

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def all_objectives(self) -> tuple[Objective, ...]:
        """The primary objective, then the others."""
        return (self.primary, *self.objectives)

    def walk(self) -> Iterator[Node]:
        """This activity and all below it, in preorder."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@dataclass(frozen=True, slots=True)
class Definition:
    """An organization's activity tree; whether its globals outlive the attempt and the package.

    `nodes` and `parents` are by identifier; `readers` are by shared objective the activities that read it.
    """

    root: Node
    objectives_global_to_system: bool = True
    shared_data_global_to_system: bool = True
    nodes: dict[str, Node] = field(init=False, compare=False, repr=False)
    parents: dict[str, Node] = field(init=False, compare=False, repr=False)
    readers: dict[str, tuple[Node, ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        nodes = list(self.root.walk())
        readers: dict[str, dict[str, Node]] = {}
        for node in nodes:
            for target in {m.target for one in node.all_objectives for m in one.maps if m.reads}:
                readers.setdefault(target, {})[node.identifier] = node
        object.__setattr__(self, "nodes", {node.identifier: node for node in nodes})
        object.__setattr__(
            self, "parents", {child.identifier: node for node in nodes for child in node.children}
        )
        object.__setattr__(self, "readers", {name: tuple(found.values()) for name, found in readers.items()})
