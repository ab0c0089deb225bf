"""The overall sequencing process: a navigation request in, what is delivered out (OP.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from courses.runtime.sequencing import tracked as data_model
from courses.runtime.sequencing.definition import Definition, Node
from courses.runtime.sequencing.delivery import content_delivery, delivery_request
from courses.runtime.sequencing.navigation import navigation_request
from courses.runtime.sequencing.requests import sequencing_request
from courses.runtime.sequencing.rollup import overall_rollup
from courses.runtime.sequencing.rules import HIDDEN, rules_check
from courses.runtime.sequencing.selection import prepare
from courses.runtime.sequencing.state import State
from courses.runtime.sequencing.termination import end_attempt, termination_request
from courses.runtime.sequencing.tracked import Initial, Tracked
from courses.runtime.sequencing.tree import SequencingError, Tree


@dataclass(frozen=True, slots=True)
class Result:
    """What a request led to.

    `deliver` is the activity to launch, "" = none; `ended` says that the session is over;
    `exception` is the specification's code where a process refused. `resumed` says that the
    attempt on what is delivered goes on where it was suspended (cmi.entry).
    """

    deliver: str = ""
    ended: bool = False
    exception: str = ""
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Controls:
    """What can be asked for now: "enabled", "disabled" or, where the content has its own, "hidden".

    `choices` says of each activity whether it can be chosen, `jumps` whether it can be jumped to;
    `hidden` are the activities that the contents do not show.
    """

    continue_: str
    previous: str
    exit: str
    exit_all: str
    suspend_all: str
    abandon: str
    abandon_all: str
    choices: dict[str, bool]
    jumps: dict[str, bool]
    hidden: frozenset[str]


class Sequencer:
    """One learner's way through one activity tree; `state` is changed in place."""

    def __init__(self, definition: Definition, state: State, *, now: datetime, rng: Random) -> None:
        self.definition, self.state = definition, state
        self._now, self._rng = now, rng

    def _tree(self, state: State | None = None) -> Tree:
        return Tree(self.definition, state or self.state, self._now, self._rng)

    def navigate(self, kind: str, target: str = "", tracked: Tracked | None = None) -> Result:
        """Process a navigation request; `tracked` is what the current SCO ended with.

        Kinds: start, resumeAll, continue, previous, choice, jump (with target), exit, exitAll,
        suspendAll, abandon, abandonAll, and "" for content that closed without asking.
        """
        tree = self._tree()
        if tracked is not None:
            self._record(tree, tracked)
            # Content that ran out of time or signed the learner out ends everything (RTE 4.2.8).
            if tracked.exit in {"time-out", "logout"} and kind != "suspendAll":
                kind = "exitAll"
        return process(tree, kind, target) if kind else Result()

    def track(self, tracked: Tracked) -> None:
        """What the current SCO says so far, without navigating."""
        self._record(self._tree(), tracked)

    def _record(self, tree: Tree, tracked: Tracked) -> None:
        current = tree.current
        if current is None or not tree.of(current).active:
            return
        data_model.record(tree, current, tracked)
        tree.of(current).suspended = tracked.exit == "suspend"
        overall_rollup(tree, current)

    def initial(self, identifier: str) -> Initial:
        """What a SCO finds in its data model when an attempt begins. Raises KeyError."""
        return data_model.initial(self._tree(), self.definition.nodes[identifier])

    def controls(self) -> Controls:
        """What is valid now, found by trying each request on a copy."""
        tree = self._tree()
        current = tree.current
        hidden = current.hidden_controls if current and tree.of(current).active else frozenset()

        def shown(kind: str) -> str:
            if kind in hidden:
                return "hidden"
            # Flow decides whether there is a Continue; where it leads shows when it is pressed.
            able = self._accepted(kind) if kind == "continue" else self.valid(kind)
            return "enabled" if able else "disabled"

        nodes = list(self.definition.root.walk())
        return Controls(
            continue_=shown("continue"),
            previous=shown("previous"),
            exit=shown("exit"),
            exit_all=shown("exitAll"),
            suspend_all=shown("suspendAll"),
            abandon=shown("abandon"),
            abandon_all=shown("abandonAll"),
            choices={node.identifier: self.valid("choice", node.identifier) for node in nodes},
            jumps={node.identifier: self.valid("jump", node.identifier) for node in nodes},
            hidden=frozenset(node.identifier for node in nodes if _is_hidden(tree, node)),
        )

    def _accepted(self, kind: str) -> bool:
        try:
            navigation_request(self._tree(), kind)
        except SequencingError:
            return False
        return True

    def valid(self, kind: str, target: str = "") -> bool:
        """Whether a request would deliver an activity or end the session."""
        result = process(self._tree(self.state.copy()), kind, target)
        return not result.exception


def _is_hidden(tree: Tree, node: Node) -> bool:
    """Not in the contents: invisible, not selected, or hidden from choice with all above it."""
    path = tree.path(node)
    if not node.visible or not all(tree.is_available(step) for step in path):
        return True
    return any(rules_check(tree, step, step.pre_rules, HIDDEN) for step in path)


def process(tree: Tree, kind: str, target: str = "") -> Result:
    """OP.1: navigation, termination, sequencing and delivery of one request."""
    try:
        asked = navigation_request(tree, kind, target)
        if tree.current is None:
            prepare(tree, tree.root)
        sequencing = asked.sequencing
        if asked.termination:
            sequencing = termination_request(tree, asked.termination) or sequencing
        found = sequencing_request(tree, sequencing, asked.target)
        if found.end_session:
            return _ended(tree)
        if found.node is None:
            return Result()
        delivery_request(tree, found.node)
        resumed = tree.of(found.node).suspended
        content_delivery(tree, found.node)
    except SequencingError as refused:
        return Result(exception=refused.code)
    return Result(deliver=found.node.identifier, resumed=resumed)


def _ended(tree: Tree) -> Result:
    """The session is over: the root's attempt ends with it, where flow walked off the tree."""
    if tree.of(tree.root).active:
        end_attempt(tree, tree.root)
    tree.current = None
    return Result(ended=True)
