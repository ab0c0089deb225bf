"""Small activity trees of our own, and a learner's way through them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from courses.runtime.sequencing import Definition, Node, Sequencer, State, Tracked
from courses.runtime.sequencing.definition import Condition, ControlModes, ObjectiveMap, RollupRule, Rule
from courses.runtime.sequencing.state import ActivityState, ObjectiveState
from courses.runtime.sequencing.tree import Tree

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
FLOW = ControlModes(flow=True)
PASSED = Tracked(success_status="passed", completion_status="completed")
FAILED = Tracked(success_status="failed", completion_status="incomplete")
UNSAID = Tracked(success_status="unknown", completion_status="unknown")


def leaf(name: str, **more: object) -> Node:
    return Node(name, title=name, resource=f"res-{name}", **more)  # type: ignore[arg-type]


def cluster(name: str, *children: Node, **more: object) -> Node:
    return Node(name, title=name, children=children, **{"modes": FLOW, **more})  # type: ignore[arg-type]


def three(**more: object) -> Node:
    return cluster("root", leaf("a"), leaf("b"), leaf("c"), **more)


def two_by_two(**more: object) -> Node:
    """root: A (a1, a2), B (b1, b2)."""
    return cluster("root", cluster("A", leaf("a1"), leaf("a2")), cluster("B", leaf("b1"), leaf("b2")), **more)


def when(name: str, action: str, **more: object) -> tuple[Rule, ...]:
    return (Rule(action, (Condition(name, **more),)),)  # type: ignore[arg-type]


def rolls(name: str, action: str, child_set: str = "all", **more: object) -> tuple[RollupRule, ...]:
    return (RollupRule(action, (Condition(name),), child_set=child_set, **more),)  # type: ignore[arg-type]


def writes(target: str, *names: str) -> ObjectiveMap:
    return ObjectiveMap(target, frozenset(), frozenset(names))


def reads(target: str, *names: str) -> ObjectiveMap:
    return ObjectiveMap(target, frozenset(names), frozenset())


def walker(root: Node, state: State | None = None, seed: int = 1, **more: bool) -> Sequencer:
    return Sequencer(Definition(root, **more), state or State(), now=NOW, rng=Random(seed))


def tree_of(made: Sequencer) -> Tree:
    return Tree(made.definition, made.state, NOW, Random(1))


def primary(made: Sequencer, name: str) -> ObjectiveState:
    return tree_of(made).primary(made.definition.nodes[name])


def activity(made: Sequencer, name: str) -> ActivityState:
    return made.state.activity(name)


def led(made: Sequencer, *steps: str | tuple[str, Tracked]) -> list[str]:
    """What is delivered at each step; "end" for the end of the session, else the exception.

    A step is a request, "choice:x" and "jump:x" with their target, alone or with what the SCO said.
    """
    found = []
    for step in steps:
        request, tracked = step if isinstance(step, tuple) else (step, None)
        kind, _, target = request.partition(":")
        result = made.navigate(kind, target, tracked)
        found.append(result.deliver or result.exception or ("end" if result.ended else "nothing"))
    return found


def told(root: Node, *said: Tracked) -> Sequencer:
    """Flow through the leaves, saying this in turn."""
    made = walker(root)
    led(made, "start", *(("continue", one) for one in said))
    return made


def kinds(root: Node, **more: object) -> Node:
    """The same tree with this for each of its children."""
    return replace(root, children=tuple(replace(child, **more) for child in root.children))  # type: ignore[arg-type]
