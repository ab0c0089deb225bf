"""Ending attempts (UP.3, UP.4) and the termination request process (TB.2.1 to TB.2.3)."""

from __future__ import annotations

from dataclasses import dataclass

from courses.runtime.sequencing.attempts import forget_shared
from courses.runtime.sequencing.definition import Node
from courses.runtime.sequencing.rollup import overall_rollup
from courses.runtime.sequencing.rules import EXIT, rules_check
from courses.runtime.sequencing.selection import prepare
from courses.runtime.sequencing.tree import SequencingError, Tree

_TERMINATION = ("exitParent", "exitAll")
_POST = frozenset({"retry", "continue", "previous", "exitparent", "exitall", "retryall"})


@dataclass(frozen=True, slots=True)
class PostCondition:
    """What a post-condition rule asks for: a termination and a sequencing request, "" = none."""

    termination: str = ""
    sequencing: str = ""


def terminate_descendent_attempts(tree: Tree, node: Node) -> None:
    """UP.3: end the attempts between the current activity and its common ancestor with this one."""
    current = tree.current
    if current is None:
        return
    ancestor = tree.common_ancestor(current, node)
    for step in reversed(tree.below(ancestor, current)[1:-1]):
        end_attempt(tree, step)


def end_attempt(tree: Tree, node: Node) -> None:
    """UP.4: end the attempt on an activity, and roll up."""
    state = tree.of(node)
    if not node.is_leaf:
        state.suspended = any(tree.of(child).suspended for child in tree.available(node))
    elif node.delivery.tracked and not state.suspended:
        _presume(tree, node)
    state.active = False
    state.ended = tree.now.timestamp()
    overall_rollup(tree, node)
    if not state.suspended:
        prepare(tree, node)


def _presume(tree: Tree, node: Node) -> None:
    """UP.4, 1.1: content that said nothing has completed, and satisfied what counts for the parent."""
    state, primary, known = tree.of(node), tree.local(node, node.primary), tree.primary(node)
    if not (node.delivery.completion_set_by_content or state.completion_said):
        primary.completed = True if known.completed is None else primary.completed
    if not (node.delivery.objective_set_by_content or state.success_said):
        primary.satisfied = True if known.satisfied is None else primary.satisfied
    tree.share(node, node.primary)


def exit_action_rules(tree: Tree) -> None:
    """TB.2.1: the first activity from the root down whose exit rule holds ends, with all below it."""
    current = tree.current
    if current is None:
        return
    for step in tree.path(current)[:-1]:
        if rules_check(tree, step, step.exit_rules, EXIT):
            terminate_descendent_attempts(tree, step)
            end_attempt(tree, step)
            tree.current = step
            return


def post_condition_rules(tree: Tree) -> PostCondition:
    """TB.2.2: what the post-condition rules of the current activity ask for."""
    current = tree.current
    if current is None or tree.of(current).suspended:
        return PostCondition()
    action = rules_check(tree, current, current.post_rules, _POST)
    if action.lower() == "retryall":
        return PostCondition("exitAll", "retry")
    for name in _TERMINATION:
        if action.lower() == name.lower():
            return PostCondition(name)
    return PostCondition(sequencing=action.lower())


def termination_request(tree: Tree, request: str) -> str:
    """TB.2.3: end what the request ends; the sequencing request that takes the place of the one
    to follow, "" = none does. Raises SequencingError."""
    current = tree.current
    if current is None:
        raise SequencingError("TB.2.3-1")
    if request in {"exit", "abandon"} and not tree.of(current).active:
        raise SequencingError("TB.2.3-2")
    match request:
        case "exit":
            return _tried_again(tree, _exit(tree, current))
        case "exitAll":
            return _exit_all(tree, "")
        case "suspendAll":
            return _suspend_all(tree, current)
        case "abandon":
            tree.of(current).active = False
            return ""
        case "abandonAll":
            for step in tree.path(current):
                tree.of(step).active = False
            tree.current = tree.root
            return "exit"
    raise SequencingError("TB.2.3-7")


def _tried_again(tree: Tree, sequencing: str) -> str:
    """Before the whole is tried again, its rules must not look at what is shared within the last try."""
    if sequencing == "retry" and tree.current is tree.root:
        forget_shared(tree)
    return sequencing


def _exit(tree: Tree, current: Node) -> str:
    """TB.2.3, 3: the current activity, then whatever its rules end besides."""
    end_attempt(tree, current)
    exit_action_rules(tree)
    while True:
        asked = post_condition_rules(tree)
        here = tree.current or tree.root
        if asked.termination == "exitAll":
            return _exit_all(tree, asked.sequencing)
        if asked.termination == "exitParent":
            parent = tree.parent(here)
            if parent is None:
                raise SequencingError("TB.2.3-4")
            tree.current = parent
            end_attempt(tree, parent)
            continue
        if tree.is_root(here) and asked.sequencing != "retry":
            return "exit"
        return asked.sequencing


def _exit_all(tree: Tree, sequencing: str) -> str:
    """TB.2.3, 4: every attempt ends, the root's last."""
    current = tree.current or tree.root
    if tree.of(current).active:
        end_attempt(tree, current)
    terminate_descendent_attempts(tree, tree.root)
    if not tree.is_root(current) or tree.of(tree.root).active:
        end_attempt(tree, tree.root)
    tree.current = tree.root
    return sequencing or "exit"


def _suspend_all(tree: Tree, current: Node) -> str:
    """TB.2.3, 5: everything on the current path is suspended and the session ends."""
    state = tree.of(current)
    if state.active or state.suspended:
        overall_rollup(tree, current)
        tree.suspended = current
    else:
        parent = tree.parent(current)
        if parent is None:
            raise SequencingError("TB.2.3-3")
        tree.suspended = parent
    for step in tree.path(tree.suspended or current):
        tree.of(step).active = False
        tree.of(step).suspended = True
    tree.current = tree.root
    return "exit"
