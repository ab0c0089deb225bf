"""Where attempts begin: of a session, and of one activity (DB.2, 5; SN 3.2.7, 4.2.1)."""

from __future__ import annotations

from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.selection import prepare
from courses.runtime.sequencing.tree import Tree


def begin_session(tree: Tree) -> None:
    """Before a session begins: where no attempt on the root goes on, its rules must not look at what an
    attempt before has left; then children are selected and ordered."""
    if not tree.of(tree.root).suspended:
        forget_shared(tree)
        _forget_attempts_below(tree, tree.root)
    prepare(tree, tree.root)


def forget_shared(tree: Tree) -> None:
    """What is shared within this organization alone lasts as long as one attempt on it (CAM 5.1.1)."""
    if not tree.definition.objectives_global_to_system:
        tree.state.shared.clear()
    if not tree.definition.shared_data_global_to_system:
        tree.state.data.clear()


def begin_attempt(tree: Tree, node: Node) -> None:
    """DB.2, 5.1: an attempt is resumed where it was suspended, else a new one begins."""
    state = tree.of(node)
    state.launch = 0.0
    if state.suspended:
        state.suspended = False
    elif node.delivery.tracked:
        if tree.is_root(node):
            forget_shared(tree)
        state.attempts += 1
        state.progress_known = True
        state.completion_said = state.success_said = False
        state.began = tree.now.timestamp()
        state.first = state.first or state.began
        state.earlier, state.worked = state.earlier + state.worked, 0.0
        state.forget(objectives=True, progress=True)
        _forget_attempts_below(tree, node)
    state.active = True


def _forget_attempts_below(tree: Tree, node: Node) -> None:
    """What earlier attempts on the children left no longer counts, where the modes say so (SN 3.2.7); where
    they say that it does, so does what counted towards it."""
    waiting = [(node, True, True)]
    while waiting:
        above, objectives, progress = waiting.pop()
        objectives = objectives and above.modes.use_current_attempt_objective_info
        progress = progress and above.modes.use_current_attempt_progress_info
        if objectives or progress:
            for child in above.children:
                tree.of(child).forget(objectives=objectives, progress=progress)
                waiting.append((child, objectives, progress))
