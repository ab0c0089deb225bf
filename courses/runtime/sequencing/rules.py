"""Rules and limits of one activity: UP.1, UP.2, UP.5, and the evaluation of conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from courses.runtime.sequencing.definition import Condition, Node, Objective, Rule
from courses.runtime.sequencing.tree import Tree

SKIP = ("skip",)
DISABLED = ("disabled",)
HIDDEN = ("hiddenFromChoice",)
STOP_FORWARD = ("stopForwardTraversal",)
EXIT = ("exit",)


def limit_conditions_check(tree: Tree, node: Node) -> bool:
    """UP.1: whether a limit condition is violated.

    The attempt limit only: the pseudo-code leaves the evaluation of durations to the system, and
    a SCO is told its own by cmi.max_time_allowed.
    """
    state = tree.of(node)
    if not node.delivery.tracked or state.active or state.suspended:
        return False
    return _limit_reached(tree, node)


def _limit_reached(tree: Tree, node: Node) -> bool:
    state, limit = tree.of(node), node.limits.attempts
    return state.progress_known and limit is not None and state.attempts >= limit


def rules_check(tree: Tree, node: Node, rules: Iterable[Rule], actions: Collection[str]) -> str:
    """UP.2: the action of the first rule of these actions that holds, "" = nil."""
    wanted = {action.lower() for action in actions}
    for rule in rules:
        if rule.action.lower() in wanted and rule_check(tree, node, rule):
            return rule.action
    return ""


def rule_check(tree: Tree, node: Node, rule: Rule) -> bool:
    """UP.2.1: whether a rule's conditions hold; unknown is not enough."""
    bag = [evaluate(tree, node, condition) for condition in rule.conditions]
    return combine(bag, any_of=rule.any_of) is True


def combine(bag: list[bool | None], *, any_of: bool) -> bool | None:
    """Conditions as one, in three-valued logic; an empty bag is unknown."""
    if not bag:
        return None
    decisive = any_of
    if decisive in bag:
        return decisive
    return None if None in bag else not decisive


def check_activity(tree: Tree, node: Node) -> bool:
    """UP.5: True where the activity is disabled or violates a limit condition."""
    if rules_check(tree, node, node.pre_rules, DISABLED):
        return True
    return limit_conditions_check(tree, node)


def evaluate(tree: Tree, node: Node, condition: Condition) -> bool | None:
    """A condition's value (SN 3.4.2, 3.7.1); None = unknown, which negation leaves unknown."""
    value = _value(tree, node, condition)
    return value if value is None or not condition.negated else not value


def _value(tree: Tree, node: Node, condition: Condition) -> bool | None:
    name, state = condition.name.lower(), tree.of(node)
    if name == "always":
        return True
    if name == "attempted":
        return state.progress_known and state.attempts > 0
    if name == "attemptlimitexceeded":
        return _limit_reached(tree, node)
    if name in {"completed", "activityprogressknown"}:
        completed = tree.primary(node).completed if node.delivery.tracked else None
        return completed if name == "completed" else completed is not None
    return _objective_value(tree, node, condition)


def _objective_value(tree: Tree, node: Node, condition: Condition) -> bool | None:
    objective = _referred(node, condition.objective)
    if objective is None or not node.delivery.tracked:
        return False if condition.name.lower().endswith("known") else None
    known, measure = tree.read(node, objective), condition.measure
    values: dict[str, bool | None] = {
        "satisfied": known.satisfied,
        "objectivestatusknown": known.satisfied is not None,
        "objectivemeasureknown": known.measure is not None,
        "objectivemeasuregreaterthan": None if known.measure is None else known.measure > measure,
        "objectivemeasurelessthan": None if known.measure is None else known.measure < measure,
        # Time limits are not evaluated (UP.1).
        "timelimitexceeded": False,
        "outsideavailabletimerange": False,
    }
    return values.get(condition.name.lower())


def _referred(node: Node, identifier: str) -> Objective | None:
    if not identifier:
        return node.primary
    return next((one for one in node.all_objectives if one.identifier == identifier), None)
