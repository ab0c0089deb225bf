"""The sequencing request processes other than choice (SB.2.5 to SB.2.8, SB.2.10 to SB.2.13).

They look for an activity and change nothing; what follows from what they find is done by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from courses.runtime.sequencing.choice import choice_request
from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.flow import Direction, flow
from courses.runtime.sequencing.tree import SequencingError, Tree


@dataclass(frozen=True, slots=True)
class Sequenced:
    """What a sequencing request leads to: an activity to deliver, or the end of the session, or
    neither (an exit that leaves the session open)."""

    node: Node | None = None
    end_session: bool = False


def sequencing_request(tree: Tree, request: str, target: Node | None = None) -> Sequenced:
    """SB.2.12. Raises SequencingError."""
    if request == "choice":
        return Sequenced(choice_request(tree, target))
    if request == "jump":
        return jump_request(tree, target)
    if request not in _REQUESTS:
        raise SequencingError("SB.2.12-1")
    return _REQUESTS[request](tree)


def start_request(tree: Tree) -> Sequenced:
    """SB.2.5."""
    if tree.current is not None:
        raise SequencingError("SB.2.5-1")
    if tree.root.is_leaf:
        return Sequenced(tree.root)
    return _flowed(tree, tree.root, "forward", consider_children=True)


def resume_all_request(tree: Tree) -> Sequenced:
    """SB.2.6."""
    if tree.current is not None:
        raise SequencingError("SB.2.6-1")
    if tree.suspended is None:
        raise SequencingError("SB.2.6-2")
    return Sequenced(tree.suspended)


def continue_request(tree: Tree) -> Sequenced:
    """SB.2.7."""
    return _beside(tree, "forward", ("SB.2.7-1", "SB.2.7-2"))


def previous_request(tree: Tree) -> Sequenced:
    """SB.2.8."""
    return _beside(tree, "backward", ("SB.2.8-1", "SB.2.8-2"))


def _beside(tree: Tree, direction: Direction, codes: tuple[str, str]) -> Sequenced:
    current = tree.current
    if current is None:
        raise SequencingError(codes[0])
    parent = tree.parent(current)
    if parent is not None and not parent.modes.flow:
        raise SequencingError(codes[1])
    return _flowed(tree, current, direction, consider_children=False)


def _flowed(tree: Tree, node: Node, direction: Direction, *, consider_children: bool) -> Sequenced:
    found = flow(tree, node, direction, consider_children=consider_children)
    if found.deliverable:
        return Sequenced(found.node)
    if found.end_session:
        return Sequenced(end_session=True)
    raise SequencingError(found.exception)


def retry_request(tree: Tree) -> Sequenced:
    """SB.2.10."""
    current = tree.current
    if current is None:
        raise SequencingError("SB.2.10-1")
    state = tree.of(current)
    if state.active or state.suspended:
        raise SequencingError("SB.2.10-2")
    if current.is_leaf:
        return Sequenced(current)
    found = flow(tree, current, "forward", consider_children=True)
    if not found.deliverable:
        raise SequencingError("SB.2.10-3")
    return Sequenced(found.node)


def exit_request(tree: Tree) -> Sequenced:
    """SB.2.11."""
    current = tree.current
    if current is None:
        raise SequencingError("SB.2.11-1")
    if tree.of(current).active:
        raise SequencingError("SB.2.11-2")
    return Sequenced(end_session=tree.is_root(current))


def jump_request(tree: Tree, target: Node | None) -> Sequenced:
    """SB.2.13."""
    if tree.current is None:
        raise SequencingError("SB.2.13-1")
    return Sequenced(target)


_REQUESTS: dict[str, Callable[[Tree], Sequenced]] = {
    "start": start_request,
    "resumeAll": resume_all_request,
    "exit": exit_request,
    "retry": retry_request,
    "continue": continue_request,
    "previous": previous_request,
}
