"""The overall sequencing process: a navigation request in, what is delivered out (OP.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from courses.runtime.sequencing import tracked as data_model
from courses.runtime.sequencing.attempts import begin_session
from courses.runtime.sequencing.definition import Definition
from courses.runtime.sequencing.delivery import content_delivery, delivery_request
from courses.runtime.sequencing.navigation import navigation_request
from courses.runtime.sequencing.outlook import Outlook
from courses.runtime.sequencing.requests import sequencing_request
from courses.runtime.sequencing.rollup import overall_rollup
from courses.runtime.sequencing.rules import HIDDEN, rules_check
from courses.runtime.sequencing.state import State
from courses.runtime.sequencing.termination import (
    end_attempt,
    terminate_descendent_attempts,
    termination_request,
)
from courses.runtime.sequencing.tracked import Initial, Tracked
from courses.runtime.sequencing.tree import NothingToDeliver, SequencingError, Tree


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

    `continues` and `goes_back` say whether these requests would succeed, whatever is shown. `choices` says
    of each activity whether it can be chosen, `jumps` whether it can be jumped to; `hidden` are the
    activities that the contents do not show.
    """

    continue_: str
    previous: str
    exit: str
    exit_all: str
    suspend_all: str
    abandon: str
    abandon_all: str
    continues: bool
    goes_back: bool
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
        suspendAll, abandon, abandonAll, and "" for content that closed without asking. An abandoned attempt
        leaves nothing behind.
        """
        tree = self._tree()
        if tracked is not None and kind not in {"abandon", "abandonAll"}:
            _record(tree, tracked)
            # Content that ran out of time or signed the learner out ends everything (RTE 4.2.8).
            if tracked.exit in {"time-out", "logout"} and kind != "suspendAll":
                kind = "exitAll"
        return process(tree, kind, target) if kind else Result()

    def track(self, tracked: Tracked) -> None:
        """What the current SCO says so far, without navigating."""
        _record(self._tree(), tracked)

    def initial(self, identifier: str) -> Initial:
        """What a SCO finds in its data model when an attempt begins. Raises KeyError."""
        return data_model.initial(self._tree(), self.definition.nodes[identifier])

    def controls(self, tracked: Tracked | None = None) -> Controls:
        """What is valid now, or would be with what the current SCO says so far; nothing is changed."""
        tree = self._tree(self.state if tracked is None else self.state.copy())
        if tracked is not None:
            _record(tree, tracked)
        outlook, current = Outlook(tree), tree.current
        hidden = current.hidden_controls if current and tree.of(current).active else frozenset()
        continues, goes_back = outlook.valid("continue"), outlook.valid("previous")

        def shown(kind: str, *, able: bool) -> str:
            if kind in hidden:
                return "hidden"
            return "enabled" if able else "disabled"

        nodes = self.definition.nodes
        return Controls(
            # Flow decides whether there is a Continue; where it leads shows when it is pressed.
            continue_=shown("continue", able=_accepted(tree, "continue")),
            previous=shown("previous", able=goes_back),
            exit=shown("exit", able=outlook.valid("exit")),
            exit_all=shown("exitAll", able=outlook.valid("exitAll")),
            suspend_all=shown("suspendAll", able=outlook.valid("suspendAll")),
            abandon=shown("abandon", able=outlook.valid("abandon")),
            abandon_all=shown("abandonAll", able=outlook.valid("abandonAll")),
            continues=continues,
            goes_back=goes_back,
            choices={name: outlook.valid("choice", name) for name in nodes},
            jumps={name: outlook.valid("jump", name) for name in nodes},
            hidden=_hidden(tree),
        )

    def valid(self, kind: str, target: str = "") -> bool:
        """Whether a request would deliver an activity or end the session."""
        return Outlook(self._tree()).valid(kind, target)


def _record(tree: Tree, tracked: Tracked) -> None:
    current = tree.current
    if current is None or not tree.of(current).active:
        return
    data_model.record(tree, current, tracked)
    tree.of(current).suspended = tracked.exit == "suspend"
    overall_rollup(tree, current)


def _accepted(tree: Tree, kind: str) -> bool:
    try:
        navigation_request(tree, kind)
    except SequencingError:
        return False
    return True


def _hidden(tree: Tree) -> frozenset[str]:
    """Not in the contents: invisible itself, or with all below it not selected or hidden from choice."""
    gone: set[str] = set()
    for node in tree.root.walk():  # an activity comes before what is below it
        parent = tree.parent(node)
        if (
            (parent is not None and parent.identifier in gone)
            or not tree.is_available(node)
            or rules_check(tree, node, node.pre_rules, HIDDEN)
        ):
            gone.add(node.identifier)
    return frozenset(name for name, node in tree.definition.nodes.items() if name in gone or not node.visible)


def process(tree: Tree, kind: str, target: str = "") -> Result:
    """OP.1: navigation, termination, sequencing and delivery of one request."""
    try:
        asked = navigation_request(tree, kind, target)
        if tree.current is None:
            begin_session(tree)
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
    except NothingToDeliver as reached:
        terminate_descendent_attempts(tree, reached.ancestor)
        end_attempt(tree, reached.ancestor)
        tree.current = reached.target
        return Result(exception=reached.code)
    except SequencingError as refused:
        return Result(exception=refused.code)
    return Result(deliver=found.node.identifier, resumed=resumed)


def _ended(tree: Tree) -> Result:
    """The session is over: where flow walked off the tree, what still goes on ends with it."""
    terminate_descendent_attempts(tree, tree.root)
    if tree.of(tree.root).active:
        end_attempt(tree, tree.root)
    tree.current = None
    return Result(ended=True)
