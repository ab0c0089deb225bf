"""Walking the tree forward and backward in search of an activity to deliver (SB.2.1 to SB.2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.rules import SKIP, check_activity, rules_check
from courses.runtime.sequencing.termination import terminate_descendent_attempts
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
    """SB.2.1: one step through the tree."""
    turned = False
    siblings = tree.siblings(node)
    if previous == "backward" and siblings[-1] is node:
        # A cluster of forward-only children was entered from behind: its first child comes next.
        direction, node, turned = "backward", siblings[0], True
    if direction == "forward":
        return _forward(tree, node, consider_children=consider_children)
    return _backward(tree, node, turned=turned, consider_children=consider_children)


def _forward(tree: Tree, node: Node, *, consider_children: bool) -> Step:
    inside = consider_children and not node.is_leaf
    last = tree.preorder()[-1] is node
    if (last and not inside) or (tree.is_root(node) and not consider_children):
        terminate_descendent_attempts(tree, tree.root)
        return Step(None, end_session=True)
    if inside:
        children = tree.available(node)
        return Step(children[0]) if children else Step(None, exception="SB.2.1-2")
    siblings, place = tree.siblings(node), tree.position(node)
    if place < len(siblings) - 1:
        return Step(siblings[place + 1])
    parent = tree.parent(node) or tree.root
    return flow_tree_traversal(tree, parent, "forward", consider_children=False)


def _backward(tree: Tree, node: Node, *, turned: bool, consider_children: bool) -> Step:
    parent = tree.parent(node)
    if parent is None:
        return Step(None, exception="SB.2.1-3")
    if consider_children and not node.is_leaf:
        return _into_from_behind(tree, node)
    if parent.modes.forward_only and not turned:
        return Step(None, exception="SB.2.1-4")
    place = tree.position(node)
    if place > 0:
        return Step(tree.siblings(node)[place - 1], "backward")
    return flow_tree_traversal(tree, parent, "backward", consider_children=False)


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
    """SB.2.2: whether an activity can be delivered, else the next one that can."""
    parent = tree.parent(node)
    if parent is None or not parent.modes.flow:
        return Flowed(node, deliverable=False, exception="SB.2.2-1")
    if rules_check(tree, node, node.pre_rules, SKIP):
        return _past(tree, node, direction, previous)
    if check_activity(tree, node):
        return Flowed(node, deliverable=False, exception="SB.2.2-2")
    return Flowed(node, deliverable=True) if node.is_leaf else _inside(tree, node, direction)


def _inside(tree: Tree, node: Node, direction: Direction) -> Flowed:
    """SB.2.2, 5: into a cluster."""
    step = flow_tree_traversal(tree, node, direction, consider_children=True)
    if step.node is None:
        return Flowed(node, False, step.end_session, step.exception)
    if direction == "backward" and step.direction == "forward":
        return flow_activity_traversal(tree, step.node, "forward", "backward")
    return flow_activity_traversal(tree, step.node, direction)


def _past(tree: Tree, node: Node, direction: Direction, previous: Direction | None) -> Flowed:
    """SB.2.2, 3: past an activity that is skipped."""
    step = flow_tree_traversal(tree, node, direction, previous, consider_children=False)
    if step.node is None:
        return Flowed(node, False, step.end_session, step.exception)
    if previous == "backward" and step.direction == "backward":
        return flow_activity_traversal(tree, step.node, "backward")
    return flow_activity_traversal(tree, step.node, direction, previous)


def flow(tree: Tree, node: Node, direction: Direction, *, consider_children: bool) -> Flowed:
    """SB.2.3: the activity that flow leads to from here."""
    step = flow_tree_traversal(tree, node, direction, consider_children=consider_children)
    if step.node is None:
        return Flowed(node, False, step.end_session, step.exception)
    return flow_activity_traversal(tree, step.node, direction)
