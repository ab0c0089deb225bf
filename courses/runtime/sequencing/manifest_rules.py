"""Reads rules, rollup rules and objectives of a <sequencing> element (SN 3.4, 3.7, 3.10)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from urllib.parse import unquote

from lxml import etree

from courses.runtime.sequencing.definition import (
    Condition,
    Objective,
    ObjectiveMap,
    RollupRule,
    Rule,
)
from repository.packages import xml

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


def sequencing_rules(element: etree._Element | None, kind: str, names: Iterable[str]) -> tuple[Rule, ...]:
    """The pre-, post- or exit-condition rules, in order (SN 3.4); `names` are the objectives'."""
    known = {_same(name): name for name in names}
    found = []
    for part in xml.children(element, kind) if element is not None else []:
        action = xml.attribute(xml.child(part, "ruleaction"), "action")
        holder = xml.child(part, "ruleconditions")
        any_of = xml.attribute(holder, "conditioncombination").lower() == "any"
        found.append(Rule(action, _conditions(holder, "rulecondition", known), any_of))
    return tuple(found)


def rollup_rules(element: etree._Element | None) -> tuple[RollupRule, ...]:
    """The rollup rules, in order (SN 3.7)."""
    found = []
    for part in xml.children(element, "rolluprule") if element is not None else []:
        holder = xml.child(part, "rollupconditions")
        count = xml.attribute(part, "minimumcount")
        found.append(
            RollupRule(
                xml.attribute(xml.child(part, "rollupaction"), "action"),
                _conditions(holder, "rollupcondition", {}),
                # Unlike a sequencing rule, any of its conditions is enough unless it says all.
                xml.attribute(holder, "conditioncombination").lower() != "all",
                xml.attribute(part, "childactivityset") or "all",
                int(count) if count.isdecimal() and len(count) < 10 else 0,
                number(part, "minimumpercent", 0.0, low=0.0, high=1.0),
            )
        )
    return tuple(found)


def _same(identifier: str) -> str:
    """Identifiers are URIs: blanks around and between, escaped or not, do not tell two apart."""
    return " ".join(unquote(identifier).split())


def _conditions(holder: etree._Element | None, name: str, known: dict[str, str]) -> tuple[Condition, ...]:
    def objective(part: etree._Element) -> str:
        written = xml.attribute(part, "referencedobjective")
        return known.get(_same(written), written)

    return tuple(
        Condition(
            xml.attribute(part, "condition"),
            xml.attribute(part, "operator").lower() == "not",
            objective(part),
            number(part, "measurethreshold", 0.0, low=-1.0, high=1.0),
        )
        for part in (xml.children(holder, name) if holder is not None else [])
    )


def objectives(
    element: etree._Element | None, extended: etree._Element | None
) -> tuple[Objective, tuple[Objective, ...]]:
    """The primary objective and the others; `extended` are the maps of adlseq:objectives."""
    more = {
        xml.attribute(part, "objectiveid"): xml.children(part, "mapinfo")
        for part in (xml.children(extended, "objective") if extended is not None else [])
    }
    found = xml.child(element, "primaryobjective")
    primary = Objective("") if found is None else _objective(found, more)
    others = xml.children(element, "objective") if element is not None else []
    return primary, tuple(_objective(part, more) for part in others if xml.attribute(part, "objectiveid"))


def _objective(element: etree._Element, more: dict[str, list[etree._Element]]) -> Objective:
    identifier = xml.attribute(element, "objectiveid")
    minimum = parsed(xml.child_text(element, "minnormalizedmeasure"), low=-1.0, high=1.0)
    own = {xml.attribute(part, "targetobjectiveid"): part for part in xml.children(element, "mapinfo")}
    extra = {xml.attribute(part, "targetobjectiveid"): part for part in more.get(identifier, [])}
    return Objective(
        identifier,
        truth(element, "satisfiedbymeasure", default=False),
        1.0 if minimum is None else minimum,
        tuple(_map(target, own.get(target), extra.get(target)) for target in {**own, **extra}),
    )


def _map(target: str, own: etree._Element | None, extra: etree._Element | None) -> ObjectiveMap:
    reads, writes = set(), set()
    for element, names in ((own, _IMSSS_MAPS), (extra, _ADLSEQ_MAPS)):
        for field, reading, writing in names:
            # A map is read unless it says otherwise, and written only where it says so.
            if element is not None and truth(element, reading, default=True):
                reads.add(field)
            if element is not None and truth(element, writing, default=False):
                writes.add(field)
    return ObjectiveMap(_same(target), frozenset(reads), frozenset(writes))
