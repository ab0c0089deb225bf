"""Delivering an activity (DB.1.1, DB.2, DB.2.1)."""

from __future__ import annotations

from courses.runtime.sequencing.attempts import begin_attempt
from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.rules import check_activity
from courses.runtime.sequencing.termination import terminate_descendent_attempts
from courses.runtime.sequencing.tree import SequencingError, Tree


def delivery_request(tree: Tree, node: Node) -> None:
    """DB.1.1: raises SequencingError where the activity may not be delivered."""
    if not node.is_leaf:
        raise SequencingError("DB.1.1-1")
    if any(check_activity(tree, step) for step in tree.path(node)):
        raise SequencingError("DB.1.1-3")


def content_delivery(tree: Tree, node: Node) -> None:
    """DB.2: the attempts on the path begin, the activity becomes the current one."""
    current = tree.current
    if current is not None and tree.of(current).active:
        raise SequencingError("DB.2-1")
    if tree.suspended is not node:
        clear_suspended_activity(tree, node)
    terminate_descendent_attempts(tree, node)
    for step in tree.path(node):
        if not tree.of(step).active:
            begin_attempt(tree, step)
    tree.current = node
    tree.suspended = None


def clear_suspended_activity(tree: Tree, node: Node) -> None:
    """DB.2.1: what was suspended is given up, as another activity is delivered."""
    suspended = tree.suspended
    if suspended is None:
        return
    ancestor = tree.common_ancestor(node, suspended)
    for step in reversed(tree.below(ancestor, suspended)):
        tree.of(step).suspended = any(tree.of(child).suspended for child in step.children)
    tree.suspended = None
