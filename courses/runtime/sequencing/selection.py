"""Which children of a cluster are available and in which order (SR.1, SR.2)."""

from __future__ import annotations

from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.tree import Tree

_EACH = "oneachnewattempt"


def _due(tree: Tree, node: Node, timing: str) -> bool:
    """Whether a timing asks for it now; never while the activity's attempt goes on."""
    state = tree.of(node)
    if node.is_leaf or state.active or state.suspended:
        return False
    if timing.lower() == "once":
        return not state.progress_known and state.order is None
    return timing.lower() == _EACH


def select_children(tree: Tree, node: Node) -> None:
    """SR.1: take as many of the children as the selection count says, keeping their order."""
    controls = node.selection
    if controls.select_count is None or not _due(tree, node, controls.selection_timing):
        return
    names = [child.identifier for child in node.children]
    count = min(controls.select_count, len(names))
    taken = set(tree.rng.sample(names, count))
    tree.of(node).order = [name for name in names if name in taken]


def randomize_children(tree: Tree, node: Node, *, due: bool) -> None:
    """SR.2: put the available children in a random order; `due` is what `_due` said before SR.1."""
    if not node.selection.reorder_children or not due:
        return
    names = [child.identifier for child in tree.available(node)]
    tree.rng.shuffle(names)
    tree.of(node).order = names


def prepare(tree: Tree, node: Node) -> None:
    """SR.1 and SR.2 for an activity and all below it, before an attempt on it can begin."""
    for each in node.walk():
        due = _due(tree, each, each.selection.randomization_timing)
        select_children(tree, each)
        randomize_children(tree, each, due=due)
