"""Delivering an activity (DB.1.1, DB.2, DB.2.1)."""

from __future__ import annotations

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
            _begin(tree, step)
    tree.current = node
    tree.suspended = None


def _begin(tree: Tree, node: Node) -> None:
    """DB.2, 5.1: an attempt is resumed where it was suspended, else a new one begins."""
    state = tree.of(node)
    state.launch = 0.0
    if state.suspended:
        state.suspended = False
    elif node.delivery.tracked:
        state.attempts += 1
        state.progress_known = True
        state.completion_said = state.success_said = False
        state.began = tree.now.timestamp()
        state.first = state.first or state.began
        state.earlier, state.worked = state.earlier + state.worked, 0.0
        state.forget(objectives=True, progress=True)
        modes = node.modes
        _forget_below(
            tree,
            node,
            objectives=modes.use_current_attempt_objective_info,
            progress=modes.use_current_attempt_progress_info,
        )
    state.active = True


def _forget_below(tree: Tree, node: Node, *, objectives: bool, progress: bool) -> None:
    """What earlier attempts on the children left no longer counts, where the modes say so (SN 3.2.7); where
    they say it does, so does what counted towards it."""
    for child in node.children:
        if objectives or progress:
            tree.of(child).forget(objectives=objectives, progress=progress)
            modes = child.modes
            _forget_below(
                tree,
                child,
                objectives=objectives and modes.use_current_attempt_objective_info,
                progress=progress and modes.use_current_attempt_progress_info,
            )


def clear_suspended_activity(tree: Tree, node: Node) -> None:
    """DB.2.1: what was suspended is given up, as another activity is delivered."""
    suspended = tree.suspended
    if suspended is None:
        return
    ancestor = tree.common_ancestor(node, suspended)
    for step in reversed(tree.below(ancestor, suspended)):
        tree.of(step).suspended = any(tree.of(child).suspended for child in step.children)
    tree.suspended = None
