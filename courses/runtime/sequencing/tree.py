"""The activity tree while a request is processed: definition, state, and ways through both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from courses.runtime.sequencing.definition import Definition, Node, Objective, canonical
from courses.runtime.sequencing.state import ActivityState, ObjectiveState, State


class SequencingError(Exception):
    """A process of the pseudo-code ended with an exception; `code` is the specification's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NothingToDeliver(SequencingError):  # noqa: N818 -- as the specification names it
    """SB.2.9, 14: a cluster was reached by choice, but flow finds nothing in it; it becomes current."""

    def __init__(self, ancestor: Node, target: Node) -> None:
        super().__init__("SB.2.9-9")
        self.ancestor, self.target = ancestor, target


@dataclass(slots=True)
class Tree:
    """Everything the processes work on. `changed` collects the global objectives written to.

    `answers` keeps what the rules of each activity have said, for a tree that changes no more; else None.
    """

    definition: Definition
    state: State
    now: datetime
    rng: Random
    changed: set[str] = field(default_factory=set)
    answers: dict[tuple[str, frozenset[str]], str] | None = None
    _children: dict[str, Sequence[Node]] = field(default_factory=dict)
    _places: dict[str, dict[str, int]] = field(default_factory=dict)
    _named: dict[str, dict[str, Objective]] = field(default_factory=dict)

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
        return self.definition.parents.get(node.identifier)

    def is_root(self, node: Node) -> bool:
        return node is self.root

    def available(self, node: Node) -> Sequence[Node]:
        """The available children: what selection left, in the order randomization gave."""
        found = self._children.get(node.identifier)
        if found is None:
            found, order = node.children, self.of(node).order
            if order is not None:
                children = {child.identifier: child for child in node.children}
                found = [children[name] for name in order if name in children]
            self._children[node.identifier] = found
        return found

    def arrange(self, node: Node, order: list[str]) -> None:
        """Make these, in this order, an activity's available children."""
        self.of(node).order = order
        self._children.pop(node.identifier, None)
        self._places.pop(node.identifier, None)

    def siblings(self, node: Node) -> Sequence[Node]:
        """The available children of its parent; the root stands alone."""
        parent = self.parent(node)
        return self.available(parent) if parent else [node]

    def position(self, node: Node) -> int:
        """Where it stands among the available children; -1 for one that is none of them."""
        parent = self.parent(node)
        if parent is None:
            return 0
        places = self._places.get(parent.identifier)
        if places is None:
            places = {child.identifier: place for place, child in enumerate(self.available(parent))}
            self._places[parent.identifier] = places
        return places.get(node.identifier, -1)

    def is_available(self, node: Node) -> bool:
        return self.position(node) >= 0

    def path(self, node: Node) -> list[Node]:
        """From the root to the activity, inclusive."""
        found = [node]
        while (parent := self.parent(found[-1])) is not None:
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

    def last(self) -> Node:
        """The last activity of a forward preorder traversal of what is available."""
        node = self.root
        while children := self.available(node):
            node = children[-1]
        return node

    def is_forward(self, target: Node, origin: Node) -> bool:
        """Whether the target comes after the other in a forward preorder traversal."""
        towards, away = self.path(target), self.path(origin)
        for there, here in zip(towards, away, strict=False):
            if there is not here:
                return self.position(there) > self.position(here)
        return len(towards) > len(away)

    # Objectives, seen through their maps (SN 3.10.3, 4.2.1).

    def named(self, node: Node, identifier: str) -> Objective | None:
        """The activity's objective that a condition names, the primary one where it names none."""
        if not identifier:
            return node.primary
        known = self._named.get(node.identifier)
        if known is None:
            several = reversed(node.all_objectives)
            known = self._named[node.identifier] = {canonical(one.identifier): one for one in several}
        return known.get(identifier)

    def local(self, node: Node, objective: Objective) -> ObjectiveState:
        return self.of(node).objective(objective.identifier)

    def read(self, node: Node, objective: Objective) -> ObjectiveState:
        """What an activity knows of its objective, its thresholds applied; to be looked at only."""
        by_progress = node.completion.by_measure and objective is node.primary
        if not (objective.maps or objective.satisfied_by_measure or by_progress):
            return self.local(node, objective)
        found = self.shown(node, objective)
        if by_progress:
            found.completed = _by_progress(node, found.progress)
        return found

    def shown(self, node: Node, objective: Objective) -> ObjectiveState:
        """An objective as its SCO finds it (RTE 4.2.17.1): satisfied as its measure decides, where it does;
        the threshold of progress is of the activity, and not of what is shared (CO-10)."""
        found = self.mapped(node, objective)
        if objective.satisfied_by_measure:
            found.satisfied = self._by_measure(node, objective, found.measure)
        return found

    def mapped(self, node: Node, objective: Objective) -> ObjectiveState:
        """An objective through its read maps: shared satisfaction and measure take the place of
        its own, known or not; what the 4th edition added does where it is known."""
        found = self.local(node, objective).copy()
        for mapping in objective.maps:
            shared = self.state.shared.get(mapping.target)
            for name in mapping.reads:
                value = getattr(shared, name) if shared else None
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

    def share(self, node: Node, objective: Objective, before: ObjectiveState | None = None) -> None:
        """Write an objective's known values to the global objectives that its maps name, and of those
        that were known `before` in this attempt also that they no longer are."""
        if not objective.maps:
            return
        local = self._judged(node, objective, self.local(node, objective))
        earlier = self._judged(node, objective, before) if before else ObjectiveState()
        for mapping in objective.maps:
            for name in mapping.writes:
                value = getattr(local, name)
                if value is not None or getattr(earlier, name) is not None:
                    shared = self.state.shared.setdefault(mapping.target, ObjectiveState())
                    setattr(shared, name, value)
                    self.changed.add(mapping.target)

    def _judged(self, node: Node, objective: Objective, local: ObjectiveState) -> ObjectiveState:
        """Its own values, not those it reads, with its thresholds applied."""
        found = local.copy()
        if objective.satisfied_by_measure:
            found.satisfied = self._by_measure(node, objective, local.measure)
        if node.completion.by_measure and objective is node.primary:
            found.completed = _by_progress(node, local.progress)
        return found


def _by_progress(node: Node, progress: float | None) -> bool | None:
    return None if progress is None else progress >= node.completion.minimum_progress
