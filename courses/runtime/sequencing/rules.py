"""Rules and limits of one activity: UP.1, UP.2, UP.5, and the evaluation of conditions."""

from __future__ import annotations

from collections.abc import Sequence

from courses.runtime.sequencing.definition import Condition, Node, Rule
from courses.runtime.sequencing.tree import Tree

SKIP = frozenset({"skip"})
DISABLED = frozenset({"disabled"})
HIDDEN = frozenset({"hiddenfromchoice"})
STOP_FORWARD = frozenset({"stopforwardtraversal"})
EXIT = frozenset({"exit"})


def limit_conditions_check(tree: Tree, node: Node) -> bool:
    """UP.1: whether a limit condition forbids a new attempt.

    Only the number of attempts does. Steps 4 to 9 are optional in the 4th edition, and an absolute duration
    counts the nights too: a part that was put aside would be shut for good. Content is told its limit
    (cmi.max_time_allowed), and a rule may ask for `timeLimitExceeded`.
    """
    state = tree.of(node)
    if not node.delivery.tracked or state.active or state.suspended:
        return False
    return _limit_reached(tree, node)


def _limit_reached(tree: Tree, node: Node) -> bool:
    state, limit = tree.of(node), node.limits.attempts
    return state.progress_known and limit is not None and state.attempts >= limit


def _time_exceeded(tree: Tree, node: Node) -> bool:
    """SN 3.5 in seconds: by the clock from begin to end, or as the content counted its work."""
    limits, state = node.limits, tree.of(node)
    if not limits.durations or not state.progress_known:
        return False
    until = tree.now.timestamp() if state.active or state.suspended else state.ended
    spent = {
        "attempt_absolute": until - state.began,
        "attempt_experienced": state.worked,
        "activity_absolute": until - state.first,
        "activity_experienced": state.earlier + state.worked,
    }
    return any(spent[name] >= limit for name, limit in limits.durations.items())


def rules_check(tree: Tree, node: Node, rules: Sequence[Rule], actions: frozenset[str]) -> str:
    """UP.2: the action of the first rule of these actions (in lower case) that holds, "" = nil."""
    if not rules:
        return ""
    asked = (node.identifier, actions)
    if tree.answers is not None and asked in tree.answers:
        return tree.answers[asked]
    holding = (rule for rule in rules if rule.action.lower() in actions and rule_check(tree, node, rule))
    found = next((rule.action for rule in holding), "")
    if tree.answers is not None:
        tree.answers[asked] = found
    return found


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
    if name in {"always", "never"}:
        return name == "always"
    if name == "attempted":
        return state.progress_known and state.attempts > 0
    if name == "attemptlimitexceeded":
        return _limit_reached(tree, node)
    if name == "timelimitexceeded":
        return _time_exceeded(tree, node)
    if name == "outsideavailabletimerange":
        return False  # SCORM has no begin and end of a time range (CAM 5.1.3)
    return _objective_value(tree, node, condition)


def _objective_value(tree: Tree, node: Node, condition: Condition) -> bool | None:
    name, objective = condition.name.lower(), tree.named(node, condition.objective)
    if objective is None or not node.delivery.tracked:
        return False if name in _KNOWN else None
    known = tree.read(node, objective)
    if name in _KNOWN:
        return getattr(known, _KNOWN[name]) is not None
    if name in {"satisfied", "completed"}:
        return known.satisfied if name == "satisfied" else known.completed
    if known.measure is None:
        return None
    if name == "objectivemeasuregreaterthan":
        return known.measure > condition.measure
    return known.measure < condition.measure if name == "objectivemeasurelessthan" else None


_KNOWN = {
    "objectivestatusknown": "satisfied",
    "objectivemeasureknown": "measure",
    "activityprogressknown": "completed",
}
