"""Rollup: what the children's tracking says of their parent (RB.1.1 to RB.1.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from courses.runtime.sequencing.definition import Condition, Node, RollupRule
from courses.runtime.sequencing.rules import SKIP, combine, evaluate, rules_check
from courses.runtime.sequencing.tree import Tree


def _default(action: str, condition: str) -> tuple[RollupRule, ...]:
    return (RollupRule(action, (Condition(condition),)),)


#: What holds where no rule speaks, for all children together (RB.1.2 b, 1; RB.1.3 b, 1). The better
#: verdict is looked at last, so that the worse is what remains once all are known.
_DEFAULTS = {
    "satisfied": _default("satisfied", "satisfied"),
    "notSatisfied": _default("notSatisfied", "objectiveStatusKnown"),
    "completed": _default("completed", "completed"),
    "incomplete": _default("incomplete", "activityProgressKnown"),
}


def _weighted(pairs: Iterable[tuple[float | None, float]]) -> float | None:
    """The weighted mean; an unknown value counts with its weight as nothing. None = unknown."""
    taken = list(pairs)
    weights = sum(weight for _, weight in taken)
    if weights <= 0 or all(value is None for value, _ in taken):
        return None
    return sum((value or 0.0) * weight for value, weight in taken) / weights


def _contributors(tree: Tree, node: Node) -> list[Node]:
    return [child for child in tree.available(node) if child.delivery.tracked]


def measure_rollup(tree: Tree, node: Node) -> None:
    """RB.1.1 a: the parent's measure, from -1 to 1, is the weighted mean of its children's."""
    tree.local(node, node.primary).measure = _weighted(
        (tree.primary(child).measure, child.rollup.objective_measure_weight)
        for child in _contributors(tree, node)
    )


def completion_measure_rollup(tree: Tree, node: Node) -> None:
    """RB.1.1 b: the parent's completion amount, 0 to 1, is the weighted mean of its children's."""
    tree.local(node, node.primary).progress = _weighted(
        (tree.primary(child).progress, child.completion.progress_weight)
        for child in _contributors(tree, node)
    )


def objective_rollup(tree: Tree, node: Node) -> None:
    """RB.1.2: the parent's satisfaction, by its measure or by rules."""
    if node.primary.satisfied_by_measure:
        objective_rollup_by_measure(tree, node)
    else:
        objective_rollup_by_rules(tree, node)


def objective_rollup_by_measure(tree: Tree, node: Node) -> None:
    """RB.1.2 a: satisfied where the measure reaches the minimum; unknown while it must wait."""
    local = tree.local(node, node.primary)
    waits = tree.of(node).active and not node.rollup.measure_satisfaction_if_active
    known = local.measure is not None and not waits
    local.satisfied = (local.measure or 0.0) >= node.primary.minimum_measure if known else None


def objective_rollup_by_rules(tree: Tree, node: Node) -> None:
    """RB.1.2 b: by the rules, those that all children together give where there are none."""
    local, rules = tree.local(node, node.primary), _rules(node, "satisfied", "notSatisfied")
    if rollup_rule_check(tree, node, rules, "notSatisfied"):
        local.satisfied = False
    if rollup_rule_check(tree, node, rules, "satisfied"):
        local.satisfied = True


def activity_progress_rollup(tree: Tree, node: Node) -> None:
    """RB.1.3: the parent's completion, by its completion amount or by rules."""
    if node.completion.by_measure:
        activity_progress_rollup_by_measure(tree, node)
    else:
        activity_progress_rollup_by_rules(tree, node)


def activity_progress_rollup_by_measure(tree: Tree, node: Node) -> None:
    """RB.1.3 a: complete where the completion amount reaches the minimum."""
    local = tree.local(node, node.primary)
    known = local.progress is not None
    local.completed = (local.progress or 0.0) >= node.completion.minimum_progress if known else None


def activity_progress_rollup_by_rules(tree: Tree, node: Node) -> None:
    """RB.1.3 b: by the rules, those that all children together give where there are none."""
    local, rules = tree.local(node, node.primary), _rules(node, "completed", "incomplete")
    if rollup_rule_check(tree, node, rules, "incomplete"):
        local.completed = False
    if rollup_rule_check(tree, node, rules, "completed"):
        local.completed = True


def _rules(node: Node, *actions: str) -> tuple[RollupRule, ...]:
    """An activity's own rules of these actions; the defaults where it has none of them."""
    wanted = {action.lower() for action in actions}
    own = tuple(rule for rule in node.rollup_rules if rule.action.lower() in wanted)
    return own or tuple(rule for action in actions for rule in _DEFAULTS[action])


def rollup_rule_check(tree: Tree, node: Node, rules: tuple[RollupRule, ...], action: str) -> bool:
    """RB.1.4: whether one of the rules of this action holds for the children that count."""
    for rule in rules:
        if rule.action.lower() != action.lower():
            continue
        bag = [
            evaluate_conditions(tree, child, rule)
            for child in tree.available(node)
            if child.delivery.tracked and check_child(tree, child, action)
        ]
        if bag and _holds(rule, bag):
            return True
    return False


def _holds(rule: RollupRule, bag: list[bool | None]) -> bool:
    true = bag.count(True)
    sets: dict[str, Callable[[], bool]] = {
        "all": lambda: true == len(bag),
        "any": lambda: true > 0,
        "none": lambda: true == 0 and None not in bag,
        "atleastcount": lambda: true >= rule.minimum_count,
        "atleastpercent": lambda: true / len(bag) >= rule.minimum_percent,
    }
    return sets.get(rule.child_set.lower(), sets["all"])()


def evaluate_conditions(tree: Tree, child: Node, rule: RollupRule) -> bool | None:
    """RB.1.4.1: a rule's conditions for one child; None = unknown."""
    bag = [evaluate(tree, child, condition) for condition in rule.conditions]
    return combine(bag, any_of=rule.any_of)


def check_child(tree: Tree, child: Node, action: str) -> bool:
    """RB.1.4.2: whether a child counts for a rollup action."""
    controls = child.rollup
    included, required = {
        "satisfied": (controls.objective_satisfied, controls.required_for_satisfied),
        "notSatisfied": (controls.objective_satisfied, controls.required_for_not_satisfied),
        "completed": (controls.progress_completion, controls.required_for_completed),
        "incomplete": (controls.progress_completion, controls.required_for_incomplete),
    }[action]
    state = tree.of(child)
    match required.lower():
        case "ifnotsuspended":
            left_out = not state.progress_known or (state.attempts > 0 and state.suspended)
        case "ifattempted":
            left_out = not state.progress_known or state.attempts == 0
        case "ifnotskipped":
            left_out = bool(rules_check(tree, child, child.pre_rules, SKIP))
        case _:
            left_out = False
    return included and not left_out


def overall_rollup(tree: Tree, node: Node) -> None:
    """RB.1.5: from the activity up to the root, then for all that reads what was written on the way."""
    _roll_up(tree, tree.path(node))
    done: set[str] = set()
    while fresh := tree.changed - done:
        done |= fresh
        readers = [other for name in sorted(fresh) for other in tree.definition.readers.get(name, ())]
        _roll_up(tree, [step for other in readers if other is not node for step in tree.path(other)])
    tree.changed.clear()


def _roll_up(tree: Tree, steps: Iterable[Node]) -> None:
    """Each of these once, the deepest first."""
    clusters = {step.identifier: step for step in steps if not step.is_leaf and step.delivery.tracked}
    for step in sorted(clusters.values(), key=lambda cluster: -len(tree.path(cluster))):
        before = tree.local(step, step.primary).copy()
        measure_rollup(tree, step)
        completion_measure_rollup(tree, step)
        objective_rollup(tree, step)
        activity_progress_rollup(tree, step)
        if tree.local(step, step.primary) != before:
            tree.share(step, step.primary, before)
