"""Whether a navigation request is valid and what it asks for (NB.2.1)."""

from __future__ import annotations

from dataclasses import dataclass

from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.tree import SequencingError, Tree


@dataclass(frozen=True, slots=True)
class Asked:
    """A navigation request as a termination request, "" = none, and a sequencing request."""

    termination: str
    sequencing: str
    target: Node | None = None


def navigation_request(tree: Tree, kind: str, target: str = "") -> Asked:
    """NB.2.1. Raises SequencingError where the request is not valid."""
    match kind:
        case "start" | "resumeAll":
            return _beginning(tree, kind)
        case "continue" | "previous":
            return _flow(tree, kind)
        case "choice":
            return _choice(tree, target)
        case "jump":
            return _jump(tree, target)
        case "exit" | "abandon":
            if not tree.of(_begun(tree)).active:
                raise SequencingError("NB.2.1-12")
            return Asked(kind, "exit")
        case "exitAll" | "abandonAll" | "suspendAll":
            _begun(tree)
            return Asked(kind, "exit")
    raise SequencingError("NB.2.1-13")


def _beginning(tree: Tree, kind: str) -> Asked:
    """NB.2.1, 1 and 2."""
    if tree.current is not None:
        raise SequencingError("NB.2.1-1")
    if kind == "resumeAll" and tree.suspended is None:
        raise SequencingError("NB.2.1-3")
    return Asked("", kind)


def _begun(tree: Tree) -> Node:
    current = tree.current
    if current is None:
        raise SequencingError("NB.2.1-2")
    return current


def _ending(tree: Tree) -> str:
    current = tree.current
    return "exit" if current is not None and tree.of(current).active else ""


def _flow(tree: Tree, kind: str) -> Asked:
    """NB.2.1, 3 and 4."""
    parent = tree.parent(_begun(tree))
    if kind == "continue" and (parent is None or not parent.modes.flow):
        raise SequencingError("NB.2.1-4")
    if kind == "previous":
        if parent is None:
            raise SequencingError("NB.2.1-6")
        if not parent.modes.flow or parent.modes.forward_only:
            raise SequencingError("NB.2.1-5")
    return Asked(_ending(tree), kind)


def _choice(tree: Tree, target: str) -> Asked:
    """NB.2.1, 7."""
    node = tree.definition.nodes.get(target)
    if node is None:
        raise SequencingError("NB.2.1-11")
    parent = tree.parent(node)
    if parent is not None and not parent.modes.choice:
        raise SequencingError("NB.2.1-10")
    current = tree.current
    if current is None:
        return Asked("", "choice", node)
    ancestor = tree.common_ancestor(current, node)
    # The common ancestor goes on, unless it is the current activity itself.
    leaving = tree.below(ancestor, current)[1:] or [current]
    if any(tree.of(step).active and not step.modes.choice_exit for step in leaving):
        raise SequencingError("NB.2.1-8")
    return Asked(_ending(tree), "choice", node)


def _jump(tree: Tree, target: str) -> Asked:
    """NB.2.1, 14: the control modes do not matter, only that the target is there."""
    node = tree.definition.nodes.get(target)
    if node is None or not all(tree.is_available(step) for step in tree.path(node)):
        raise SequencingError("NB.2.1-11")
    return Asked(_ending(tree), "jump", node)
