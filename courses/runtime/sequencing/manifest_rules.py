"""Reads rules, rollup rules and objectives of a <sequencing> element (SN 3.4, 3.7, 3.10)."""

from __future__ import annotations

import math
from dataclasses import replace

from lxml import etree

from courses.runtime.sequencing.definition import (
    Condition,
    Objective,
    ObjectiveMap,
    RollupRule,
    Rule,
    canonical,
)
from repository.packages import xml

#: What one activity may have of each kind: items by the thousand can refer to the same sequencing, and all
#: that it says is weighed for each of them at every step.
_MOST_RULES = 60
_MOST_CONDITIONS = 200
_MOST_OBJECTIVES = 100
_MOST_MAPS = 20

#: Field of an objective's state, attribute that reads it, attribute that writes it.
_IMSSS_MAPS = (
    ("satisfied", "readsatisfiedstatus", "writesatisfiedstatus"),
    ("measure", "readnormalizedmeasure", "writenormalizedmeasure"),
)
_ADLSEQ_MAPS = (
    ("raw", "readrawscore", "writerawscore"),
    ("min", "readminscore", "writeminscore"),
    ("max", "readmaxscore", "writemaxscore"),
    ("completed", "readcompletionstatus", "writecompletionstatus"),
    ("progress", "readprogressmeasure", "writeprogressmeasure"),
)


def truth(element: etree._Element | None, name: str, *, default: bool) -> bool:
    """A boolean attribute; the default where it is absent or neither true nor false."""
    value = xml.attribute(element, name).lower()
    return {"true": True, "1": True, "false": False, "0": False}.get(value, default)


def parsed(text: str, *, low: float, high: float) -> float | None:
    """A number within the bounds, else None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and low <= value <= high else None


def number(element: etree._Element | None, name: str, default: float, *, low: float, high: float) -> float:
    """A number attribute; the default where it is absent or out of bounds."""
    value = parsed(xml.attribute(element, name), low=low, high=high)
    return default if value is None else value


def _several(element: etree._Element | None, name: str, most: int) -> list[etree._Element]:
    """Its children of a name, no more of them than any course means."""
    return [] if element is None else xml.children(element, name)[:most]


def sequencing_rules(element: etree._Element | None) -> tuple[tuple[Rule, ...], ...]:
    """The pre-, exit- and post-condition rules, each in order (SN 3.4)."""
    return tuple(_rules(element, f"{kind}conditionrule") for kind in ("pre", "exit", "post"))


def _rules(element: etree._Element | None, kind: str) -> tuple[Rule, ...]:
    found, left = [], _MOST_CONDITIONS
    for part in _several(element, kind, _MOST_RULES):
        action = xml.attribute(xml.child(part, "ruleaction"), "action")
        holder = xml.child(part, "ruleconditions")
        any_of = xml.attribute(holder, "conditioncombination").lower() == "any"
        conditions = _conditions(holder, "rulecondition", left)
        found.append(Rule(action, conditions, any_of))
        left -= len(conditions)
    return tuple(found)


def rollup_rules(element: etree._Element | None) -> tuple[RollupRule, ...]:
    """The rollup rules, in order (SN 3.7)."""
    found, left = [], _MOST_CONDITIONS
    for part in _several(element, "rolluprule", _MOST_RULES):
        holder = xml.child(part, "rollupconditions")
        count = xml.attribute(part, "minimumcount")
        conditions = _conditions(holder, "rollupcondition", left)
        left -= len(conditions)
        found.append(
            RollupRule(
                xml.attribute(xml.child(part, "rollupaction"), "action"),
                conditions,
                # Unlike a sequencing rule, any of its conditions is enough unless it says all.
                xml.attribute(holder, "conditioncombination").lower() != "all",
                xml.attribute(part, "childactivityset") or "all",
                int(count) if count.isdecimal() and len(count) < 10 else 0,
                number(part, "minimumpercent", 0.0, low=0.0, high=1.0),
            )
        )
    return tuple(found)


def _conditions(holder: etree._Element | None, name: str, most: int) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            xml.attribute(part, "condition"),
            xml.attribute(part, "operator").lower() == "not",
            canonical(xml.attribute(part, "referencedobjective")),
            number(part, "measurethreshold", 0.0, low=-1.0, high=1.0),
        )
        for part in _several(holder, name, most)
    )


def objectives(element: etree._Element | None) -> tuple[Objective, ...]:
    """The primary objective, then the others, with the maps of imsss:objectives."""
    found = xml.child(element, "primaryobjective")
    primary = Objective("") if found is None else _objective(found)
    others = _several(element, "objective", _MOST_OBJECTIVES)
    return primary, *(_objective(part) for part in others if xml.attribute(part, "objectiveid"))


def extensions(element: etree._Element | None) -> dict[str, tuple[ObjectiveMap, ...]]:
    """The maps of adlseq:objectives by objective."""
    return {
        xml.attribute(part, "objectiveid"): _maps(part, _ADLSEQ_MAPS)
        for part in _several(element, "objective", _MOST_OBJECTIVES)
    }


def extended(objective: Objective, more: dict[str, tuple[ObjectiveMap, ...]]) -> Objective:
    """The objective with further maps; two to the same shared objective are one."""
    if objective.identifier not in more:
        return objective
    found = {mapping.target: mapping for mapping in objective.maps}
    for mapping in more[objective.identifier]:
        known = found.get(mapping.target, ObjectiveMap(mapping.target, frozenset(), frozenset()))
        reads, writes = known.reads | mapping.reads, known.writes | mapping.writes
        found[mapping.target] = ObjectiveMap(mapping.target, reads, writes)
    return replace(objective, maps=tuple(found.values()))


def _objective(element: etree._Element) -> Objective:
    minimum = parsed(xml.child_text(element, "minnormalizedmeasure"), low=-1.0, high=1.0)
    return Objective(
        xml.attribute(element, "objectiveid"),
        truth(element, "satisfiedbymeasure", default=False),
        1.0 if minimum is None else minimum,
        _maps(element, _IMSSS_MAPS),
    )


def _maps(element: etree._Element, names: tuple[tuple[str, str, str], ...]) -> tuple[ObjectiveMap, ...]:
    """A map is read unless it says otherwise, and written only where it says so."""
    parts = {
        xml.attribute(part, "targetobjectiveid"): part for part in _several(element, "mapinfo", _MOST_MAPS)
    }
    return tuple(
        ObjectiveMap(
            canonical(target),
            frozenset(field for field, reading, _ in names if truth(part, reading, default=True)),
            frozenset(field for field, _, writing in names if truth(part, writing, default=False)),
        )
        for target, part in parts.items()
    )
