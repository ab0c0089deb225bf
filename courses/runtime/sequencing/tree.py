"""The activity tree while a request is processed: definition, state, and ways through both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from courses.runtime.sequencing.definition import Definition, Node, Objective
from courses.runtime.sequencing.state import ActivityState, ObjectiveState, State


class SequencingError(Exception):
    """A process of the pseudo-code ended with an exception; `code` is the specification's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Tree:
    """Everything the processes work on. `changed` collects the global objectives written to."""

    definition: Definition
    state: State
    now: datetime
    rng: Random
    changed: set[str] = field(default_factory=set)
    _parents: dict[str, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.definition.root.walk():
            for child in node.children:
                self._parents[child.identifier] = node

    @property
    def root(self) -> Node:
        return self.definition.root

    @property
    def current(self) -> Node | None:
        return self.definition.nodes.get(self.state.current)

    @current.setter
    def current(self, node: Node | None) -> None:
        self.state.current = node.identifier if node else ""

    @property
    def suspended(self) -> Node | None:
        return self.definition.nodes.get(self.state.suspended)

    @suspended.setter
    def suspended(self, node: Node | None) -> None:
        self.state.suspended = node.identifier if node else ""

    def of(self, node: Node) -> ActivityState:
        return self.state.activity(node.identifier)

    def parent(self, node: Node) -> Node | None:
        return self._parents.get(node.identifier)

    def is_root(self, node: Node) -> bool:
        return node.identifier == self.root.identifier

    def available(self, node: Node) -> list[Node]:
        """The available children: what selection left, in the order randomization gave."""
        order = self.of(node).order
        if order is None:
            return list(node.children)
        children = {child.identifier: child for child in node.children}
        return [children[name] for name in order if name in children]

    def siblings(self, node: Node) -> list[Node]:
        """The available children of its parent; the root stands alone."""
        parent = self.parent(node)
        return self.available(parent) if parent else [node]

    def is_available(self, node: Node) -> bool:
        return any(node is other for other in self.siblings(node))

    def position(self, node: Node) -> int:
        """Where it stands among the available children; -1 for one that is none of them."""
        return next((i for i, other in enumerate(self.siblings(node)) if other is node), -1)

    def path(self, node: Node) -> list[Node]:
        """From the root to the activity, inclusive."""
        found = [node]
        while parent := self.parent(found[-1]):
            found.append(parent)
        return found[::-1]

    def common_ancestor(self, one: Node, other: Node) -> Node:
        """The deepest activity on both paths: one of the two where it contains the other."""
        found = self.root
        for here, there in zip(self.path(one), self.path(other), strict=False):
            if here is not there:
                break
            found = here
        return found

    def below(self, ancestor: Node, node: Node) -> list[Node]:
        """The path from an ancestor to the activity, the ancestor first, the activity last."""
        whole = self.path(node)
        return whole[next(i for i, step in enumerate(whole) if step is ancestor) :]

    def preorder(self) -> list[Node]:
        """All available activities in a forward preorder traversal."""

        def walk(node: Node) -> list[Node]:
            found = [node]
            for child in self.available(node):
                found += walk(child)
            return found

        return walk(self.root)

    def is_forward(self, target: Node, origin: Node) -> bool:
        """Whether the target comes after the other in a forward preorder traversal."""
        order = {node.identifier: place for place, node in enumerate(self.preorder())}
        return order.get(target.identifier, -1) > order.get(origin.identifier, -1)

    # Objectives, seen through their maps (SN 3.10.3, 4.2.1).

    def local(self, node: Node, objective: Objective) -> ObjectiveState:
        return self.of(node).objective(objective.identifier)

    def read(self, node: Node, objective: Objective) -> ObjectiveState:
        """What an activity knows of its objective, its thresholds applied."""
        found = self.mapped(node, objective)
        if objective.satisfied_by_measure:
            found.satisfied = self._by_measure(node, objective, found.measure)
        if node.completion.by_measure and objective is node.primary:
            found.completed = _by_progress(node, found.progress)
        return found

    def mapped(self, node: Node, objective: Objective) -> ObjectiveState:
        """An objective through its read maps: shared satisfaction and measure take the place of
        its own, known or not; what the 4th edition added does where it is known."""
        local = self.local(node, objective)
        found = ObjectiveState.from_dict(local.known())
        for mapping in objective.maps:
            shared = self.state.shared.get(mapping.target) or ObjectiveState()
            for name in mapping.reads:
                value = getattr(shared, name)
                if value is not None or name in {"satisfied", "measure"}:
                    setattr(found, name, value)
        return found

    def _by_measure(self, node: Node, objective: Objective, measure: float | None) -> bool | None:
        waits = self.of(node).active and not node.rollup.measure_satisfaction_if_active
        if measure is None or waits:
            return None
        return measure >= objective.minimum_measure

    def primary(self, node: Node) -> ObjectiveState:
        """The objective that counts for the parent, with the attempt's completion."""
        return self.read(node, node.primary)

    def share(self, node: Node, objective: Objective) -> None:
        """Write an objective's known values to the global objectives that its maps name."""
        local = self.local(node, objective)
        known = local.known()
        if objective.satisfied_by_measure:
            known["satisfied"] = self._by_measure(node, objective, local.measure)
        if node.completion.by_measure and objective is node.primary:
            known["completed"] = _by_progress(node, local.progress)
        for mapping in objective.maps:
            for name in mapping.writes:
                if known.get(name) is not None:
                    shared = self.state.shared.setdefault(mapping.target, ObjectiveState())
                    setattr(shared, name, known[name])
                    self.changed.add(mapping.target)


def _by_progress(node: Node, progress: float | None) -> bool | None:
    return None if progress is None else progress >= node.completion.minimum_progress
