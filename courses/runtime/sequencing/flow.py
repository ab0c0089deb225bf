"""Walking the tree forward and backward in search of an activity to deliver (SB.2.1 to SB.2.3).

Nothing is changed here: a request can be tried by asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.rules import SKIP, check_activity, rules_check
from courses.runtime.sequencing.tree import Tree

Direction = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class Step:
    """Where SB.2.1 came to: the next activity and the direction, or the end of the session, or why not."""

    node: Node | None
    direction: Direction = "forward"
    end_session: bool = False
    exception: str = ""


@dataclass(frozen=True, slots=True)
class Flowed:
    """What SB.2.2 and SB.2.3 found: an activity, and whether it may be delivered."""

    node: Node
    deliverable: bool
    end_session: bool = False
    exception: str = ""


def flow_tree_traversal(
    tree: Tree,
    node: Node,
    direction: Direction,
    previous: Direction | None = None,
    *,
    consider_children: bool,
) -> Step:
    """SB.2.1: one step through the tree. Walking off its end is the end of the session."""
    turned = False
    siblings = tree.siblings(node)
    if previous == "backward" and siblings and siblings[-1] is node:
        # A cluster of forward-only children was entered from behind: its first child comes next.
        direction, node, turned = "backward", siblings[0], True
    if direction == "forward":
        return _forward(tree, node, consider_children=consider_children)
    return _backward(tree, node, turned=turned, consider_children=consider_children)


def _forward(tree: Tree, node: Node, *, consider_children: bool) -> Step:
    """SB.2.1, 3; climbing is the same step taken from the parent, without its children."""
    if tree.last() is node:
        return Step(None, end_session=True)
    if consider_children and not node.is_leaf:
        children = tree.available(node)
        return Step(children[0]) if children else Step(None, exception="SB.2.1-2")
    while (parent := tree.parent(node)) is not None:
        siblings, place = tree.available(parent), tree.position(node)
        if 0 <= place < len(siblings) - 1:
            return Step(siblings[place + 1])
        node = parent
    return Step(None, end_session=True)


def _backward(tree: Tree, node: Node, *, turned: bool, consider_children: bool) -> Step:
    """SB.2.1, 4."""
    parent = tree.parent(node)
    if parent is None:
        return Step(None, exception="SB.2.1-3")
    if consider_children and not node.is_leaf:
        return _into_from_behind(tree, node)
    while parent is not None:
        if parent.modes.forward_only and not turned:
            return Step(None, exception="SB.2.1-4")
        place = tree.position(node)
        if place > 0:
            return Step(tree.available(parent)[place - 1], "backward")
        node, parent, turned = parent, tree.parent(parent), False
    return Step(None, exception="SB.2.1-3")


def _into_from_behind(tree: Tree, node: Node) -> Step:
    """SB.2.1, 4.3: a forward-only cluster is entered at its first child all the same."""
    children = tree.available(node)
    if not children:
        return Step(None, exception="SB.2.1-2")
    if node.modes.forward_only:
        return Step(children[0], "forward")
    return Step(children[-1], "backward")


def flow_activity_traversal(
    tree: Tree, node: Node, direction: Direction, previous: Direction | None = None
) -> Flowed:
    """SB.2.2: whether an activity can be delivered, else the next one that can: past what is skipped,
    into what is a cluster."""
    while True:
        parent = tree.parent(node)
        if parent is None or not parent.modes.flow:
            return Flowed(node, deliverable=False, exception="SB.2.2-1")
        skipped = bool(rules_check(tree, node, node.pre_rules, SKIP))
        if not skipped and check_activity(tree, node):
            return Flowed(node, deliverable=False, exception="SB.2.2-2")
        if not skipped and node.is_leaf:
            return Flowed(node, deliverable=True)
        before = previous if skipped else None
        step = flow_tree_traversal(tree, node, direction, before, consider_children=not skipped)
        if step.node is None:
            return Flowed(node, False, step.end_session, step.exception)
        if skipped and previous == "backward" and step.direction == "backward":
            direction, previous = "backward", None
        elif not skipped:
            turns = direction == "backward" and step.direction == "forward"
            direction, previous = ("forward", "backward") if turns else (direction, None)
        node = step.node


def flow(tree: Tree, node: Node, direction: Direction, *, consider_children: bool) -> Flowed:
    """SB.2.3: the activity that flow leads to from here."""
    step = flow_tree_traversal(tree, node, direction, consider_children=consider_children)
    if step.node is None:
        return Flowed(node, False, step.end_session, step.exception)
    return flow_activity_traversal(tree, step.node, direction)
