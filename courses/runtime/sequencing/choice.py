"""The choice sequencing request process (SB.2.4, SB.2.9)."""

from __future__ import annotations

from collections.abc import Iterable

from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.flow import Direction, flow
from courses.runtime.sequencing.rules import HIDDEN, STOP_FORWARD, rules_check
from courses.runtime.sequencing.tree import NothingToDeliver, SequencingError, Tree


def choice_activity_traversal(tree: Tree, node: Node, direction: Direction) -> None:
    """SB.2.4: raises SequencingError where an activity may not be walked past."""
    if direction == "forward":
        if rules_check(tree, node, node.pre_rules, STOP_FORWARD):
            raise SequencingError("SB.2.4-1")
        return
    parent = tree.parent(node)
    if parent is None:
        raise SequencingError("SB.2.4-3")
    if parent.modes.forward_only:
        raise SequencingError("SB.2.4-2")


def choice_request(tree: Tree, target: Node | None) -> Node:
    """SB.2.9: the activity to deliver when one is chosen. Changes nothing. Raises SequencingError."""
    if target is None:
        raise SequencingError("SB.2.9-1")
    _choosable(tree, target)
    current = tree.current
    ancestor = tree.common_ancestor(current, target) if current else tree.root
    if current is not target:
        _reachable(tree, current, target, ancestor)
    if target.is_leaf:
        return target
    found = flow(tree, target, "forward", consider_children=True)
    if found.deliverable:
        return found.node
    raise NothingToDeliver(ancestor, target)


def _choosable(tree: Tree, target: Node) -> None:
    """SB.2.9, 2 to 4: the target is there, is not hidden, and its parent allows choice."""
    for step in tree.path(target):
        if not tree.is_available(step):
            raise SequencingError("SB.2.9-2")
        if rules_check(tree, step, step.pre_rules, HIDDEN):
            raise SequencingError("SB.2.9-3")
    parent = tree.parent(target)
    if parent is not None and not parent.modes.choice:
        raise SequencingError("SB.2.9-4")


def _reachable(tree: Tree, current: Node | None, target: Node, ancestor: Node) -> None:
    """SB.2.9, 7 to 10: by where the target stands to the current activity."""
    if current is not None and tree.parent(current) is tree.parent(target):
        _among_siblings(tree, current, target)
    elif current is None or current is ancestor:
        _downwards(tree, ancestor, target, walked=True)
    elif target is ancestor:
        for step in tree.below(ancestor, current)[1:]:
            if not step.modes.choice_exit:
                raise SequencingError("SB.2.9-7")
    else:
        _across(tree, current, target, ancestor)


def _among_siblings(tree: Tree, current: Node, target: Node) -> None:
    """SB.2.9, 7."""
    siblings, here, there = tree.siblings(current), tree.position(current), tree.position(target)
    if here < 0 or there < 0:
        raise SequencingError("SB.2.9-5")
    if there > here:
        for step in siblings[here:there]:
            if step.pre_rules:
                choice_activity_traversal(tree, step, "forward")
    else:
        # Backward it is their parent that bars the way, the same for all of them.
        choice_activity_traversal(tree, current, "backward")


def _downwards(tree: Tree, ancestor: Node, target: Node, *, walked: bool) -> None:
    """SB.2.9, 8 and 10.6: from the common ancestor to the target, exclusive of the target."""
    for step in tree.below(ancestor, target)[:-1]:
        if walked:
            choice_activity_traversal(tree, step, "forward")
        barred = not tree.of(step).active and step.prevent_activation
        if barred and step is not ancestor:
            raise SequencingError("SB.2.9-6")


def _across(tree: Tree, current: Node, target: Node, ancestor: Node) -> None:
    """SB.2.9, 10: up from the current activity to the common ancestor and down again."""
    upwards = tree.below(ancestor, current)[:0:-1]
    if any(not step.modes.choice_exit for step in upwards):
        raise SequencingError("SB.2.9-7")
    # What a leaf says of its own constraint holds for the choice within it: for nothing.
    clusters = [step for step in upwards if not step.is_leaf]
    constrained = next((step for step in clusters if step.constrain_choice), None)
    if constrained is not None:
        _constrained(tree, constrained, target)
    _downwards(tree, ancestor, target, walked=tree.is_forward(target, current))


def _constrained(tree: Tree, constrained: Node, target: Node) -> None:
    """SB.2.9, 10.4: only what is next to a constrained activity may be chosen."""
    forward = tree.is_forward(target, constrained)
    consider = choice_flow(tree, constrained, "forward" if forward else "backward")
    if not _contains(tree.path(target), (consider, constrained)):
        raise SequencingError("SB.2.9-8")


def _contains(path: Iterable[Node], nodes: tuple[Node, Node]) -> bool:
    consider, constrained = nodes
    steps = list(path)
    return steps[-1] is constrained or any(step is consider for step in steps)


def choice_flow(tree: Tree, constrained: Node, direction: Direction) -> Node:
    """SB.2.9.1: the activity next to a constrained one, itself where there is none."""
    return choice_flow_tree_traversal(tree, constrained, direction) or constrained


def choice_flow_tree_traversal(tree: Tree, node: Node, direction: Direction) -> Node | None:
    """SB.2.9.2: the logically next activity in a direction, not considering children."""
    parent = tree.parent(node)
    if parent is None:
        return None
    siblings = tree.siblings(node)
    place = tree.position(node) + (1 if direction == "forward" else -1)
    if 0 <= place < len(siblings):
        return siblings[place]
    return choice_flow_tree_traversal(tree, parent, direction)
