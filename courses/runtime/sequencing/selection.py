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


def select_children(tree: Tree, node: Node, *, due: bool) -> None:
    """SR.1: take as many of the children as the selection count says, keeping their order.

    A count of 0 is the schema's default and selects nothing away.
    """
    if not due or not node.selection.select_count:
        return
    names = [child.identifier for child in node.children]
    count = min(node.selection.select_count, len(names))
    taken = set(tree.rng.sample(names, count))
    tree.arrange(node, [name for name in names if name in taken])


def randomize_children(tree: Tree, node: Node, *, due: bool) -> None:
    """SR.2: put the available children in a random order."""
    if not due or not node.selection.reorder_children:
        return
    names = [child.identifier for child in tree.available(node)]
    tree.rng.shuffle(names)
    tree.arrange(node, names)


def prepare(tree: Tree, node: Node) -> None:
    """SR.1 and SR.2 for an activity and all below it, before an attempt on it can begin."""
    for each in node.walk():
        controls = each.selection
        if each.is_leaf or (controls.selection_timing == controls.randomization_timing == "never"):
            continue
        # Both are asked before either changes what the question looks at.
        selects = _due(tree, each, controls.selection_timing)
        randomizes = _due(tree, each, controls.randomization_timing)
        select_children(tree, each, due=selects)
        randomize_children(tree, each, due=randomizes)
