"""Reads sequencing, navigation and shared data from an imsmanifest.xml (CAM 5.1, 3.4; SN chapter 3).

Written for careless tools: local names without case, a value that cannot be read is its default.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar, cast

from lxml import etree

from courses.runtime.durations import parse_interval
from courses.runtime.sequencing import manifest_rules as rules
from courses.runtime.sequencing.definition import (
    CompletionThreshold,
    ControlModes,
    DataMap,
    Definition,
    Delivery,
    Limits,
    Node,
    RollupControls,
    Selection,
)
from repository.packages import xml

Made = TypeVar("Made")

#: Deeper than any course is meant to be; what lies below is left out.
_DEEPEST = 40
_DURATIONS = {
    "attempt_absolute": "attemptabsolutedurationlimit",
    "attempt_experienced": "attemptexperienceddurationlimit",
    "activity_absolute": "activityabsolutedurationlimit",
    "activity_experienced": "activityexperienceddurationlimit",
}
_CONTROLS = {
    name.lower(): name
    for name in ("continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll")
}


def read(manifest_root: etree._Element) -> Definition | None:
    """The activity tree of the default organization.

    None where there is nothing to sequence: no organization with items, SCORM 1.2, or a single
    activity without any sequencing.
    """
    organization = _organization(manifest_root)
    if organization is None or not _is_2004(manifest_root):
        return None
    items = xml.children(organization, "item")
    if not items:
        return None
    spoken = any(xml.local(part.tag) == "sequencing" for part in organization.iter())
    if not spoken and len(items) == 1 and not xml.children(items[0], "item"):
        return None
    taken: set[str] = set()
    root = _node(organization, _Collection(manifest_root), taken, 0)
    if len(root.children) == 1 and root.children[0].is_leaf and root.modes == ControlModes():
        # Nothing to choose from, and nothing said: the one activity is simply begun.
        root = replace(root, modes=ControlModes(choice=False, flow=True))
    return Definition(
        root,
        rules.truth(organization, "objectivesglobaltosystem", default=True),
        rules.truth(organization, "shareddataglobaltosystem", default=True),
    )


def _is_2004(root: etree._Element) -> bool:
    namespaces = {str(value).lower() for part in root.iter() for value in part.nsmap.values()}
    if any("adlcp_v1p3" in name or "imsss" in name for name in namespaces):
        return True
    version = xml.child_text(xml.child(root, "metadata"), "schemaversion").lower()
    return version.startswith(("2004", "cam"))


def _organization(root: etree._Element) -> etree._Element | None:
    holder = xml.child(root, "organizations")
    if holder is None:
        return None
    found = xml.children(holder, "organization")
    wanted = xml.attribute(holder, "default")
    named = [one for one in found if xml.attribute(one, "identifier") == wanted]
    return next(iter(named or found), None)


class _Collection:
    """The reusable <sequencing> elements by their ID (CAM 5.1.2), each part of them read once however many
    items refer to it."""

    def __init__(self, root: etree._Element) -> None:
        holder = xml.child(root, "sequencingcollection")
        found = xml.children(holder, "sequencing") if holder is not None else []
        self.parts = {
            identifier: {_part_name(part): part for part in element}
            for element in found
            if (identifier := xml.attribute(element, "id"))
        }
        # The elements are kept, and with them what identifies them here.
        self._shared = {id(part) for parts in self.parts.values() for part in parts.values()}
        self._read: dict[tuple[object, ...], object] = {}

    def once(self, make: Callable[[etree._Element | None], Made], part: etree._Element | None) -> Made:
        """What a part of a <sequencing> comes to."""
        if id(part) not in self._shared:
            return make(part)
        asked = (make, id(part))
        if asked not in self._read:
            self._read[asked] = make(part)
        return cast(Made, self._read[asked])


def _node(element: etree._Element, shared: _Collection, taken: set[str], depth: int) -> Node:
    identifier = _name(xml.attribute(element, "identifier"), taken)
    items = xml.children(element, "item") if depth < _DEEPEST else []
    presentation = xml.child(xml.child(element, "presentation"), "navigationinterface")
    hidden = xml.children(presentation, "hidelmsui") if presentation is not None else []
    names = {_CONTROLS.get(xml.text(part).lower(), "") for part in hidden}
    bare = Node(
        identifier=identifier,
        title=xml.child_text(element, "title"),
        visible=rules.truth(element, "isvisible", default=True),
        resource=xml.attribute(element, "identifierref"),
        parameters=xml.attribute(element, "parameters"),
        time_limit_action=xml.child_text(element, "timelimitaction"),
        children=tuple(_node(item, shared, taken, depth + 1) for item in items),
        completion=_completion(xml.child(element, "completionthreshold")),
        hidden_controls=frozenset(names - {""}),
        data=_data(element),
    )
    sequencing = xml.child(element, "sequencing")
    return bare if sequencing is None else _sequenced(bare, _merged(sequencing, shared), shared)


def _name(written: str, taken: set[str]) -> str:
    """Its identifier; the first of several of one name keeps it, the others get a number."""
    name, number = written, len(taken)
    while not name or name in taken:
        name, number = f"{written or 'activity'}-{number}", number + 1
    taken.add(name)
    return name


def _merged(sequencing: etree._Element, shared: _Collection) -> dict[str, etree._Element]:
    """The element's parts by name; its own take the place of those it refers to (CAM 5.1.1)."""
    referred = shared.parts.get(xml.attribute(sequencing, "idref"), {})
    return referred | {_part_name(part): part for part in sequencing}


def _part_name(part: etree._Element) -> str:
    """The local name; <adlseq:objectives> stands beside <imsss:objectives>."""
    name = xml.local(part.tag)
    return f"adlseq:{name}" if "adlseq" in xml.namespace(part.tag).lower() else name


def _sequenced(node: Node, parts: dict[str, etree._Element], shared: _Collection) -> Node:
    rolled = parts.get("rolluprules")
    considerations = parts.get("adlseq:rollupconsiderations")
    constrained = parts.get("adlseq:constrainedchoiceconsiderations")
    more = shared.once(rules.extensions, parts.get("adlseq:objectives"))
    found = shared.once(rules.objectives, parts.get("objectives"))
    primary, *others = [rules.extended(objective, more) for objective in found]
    before, leaving, after = shared.once(rules.sequencing_rules, parts.get("sequencingrules"))
    return replace(
        node,
        modes=_modes(parts.get("controlmode")),
        constrain_choice=rules.truth(constrained, "constrainchoice", default=False),
        prevent_activation=rules.truth(constrained, "preventactivation", default=False),
        pre_rules=before,
        exit_rules=leaving,
        post_rules=after,
        limits=_limits(parts.get("limitconditions")),
        rollup_rules=shared.once(rules.rollup_rules, rolled),
        rollup=_rollup(rolled, considerations),
        primary=primary,
        objectives=tuple(others),
        selection=_selection(parts.get("randomizationcontrols")),
        delivery=_delivery(parts.get("deliverycontrols")),
    )


def _modes(element: etree._Element | None) -> ControlModes:
    return ControlModes(
        choice=rules.truth(element, "choice", default=True),
        choice_exit=rules.truth(element, "choiceexit", default=True),
        flow=rules.truth(element, "flow", default=False),
        forward_only=rules.truth(element, "forwardonly", default=False),
        use_current_attempt_objective_info=rules.truth(
            element, "usecurrentattemptobjectiveinfo", default=True
        ),
        use_current_attempt_progress_info=rules.truth(element, "usecurrentattemptprogressinfo", default=True),
    )


def _limits(element: etree._Element | None) -> Limits:
    attempts = xml.attribute(element, "attemptlimit")
    durations = {name: parse_interval(xml.attribute(element, said)) for name, said in _DURATIONS.items()}
    return Limits(
        _count(attempts), {name: seconds for name, seconds in durations.items() if seconds is not None}
    )


def _count(text: str) -> int | None:
    """A whole number of no more digits than anybody means; None where it is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _rollup(element: etree._Element | None, considerations: etree._Element | None) -> RollupControls:
    def required(name: str) -> str:
        return xml.attribute(considerations, name) or "always"

    return RollupControls(
        rules.truth(element, "rollupobjectivesatisfied", default=True),
        rules.truth(element, "rollupprogresscompletion", default=True),
        rules.number(element, "objectivemeasureweight", 1.0, low=0.0, high=1.0),
        required("requiredforsatisfied"),
        required("requiredfornotsatisfied"),
        required("requiredforcompleted"),
        required("requiredforincomplete"),
        rules.truth(considerations, "measuresatisfactionifactive", default=True),
    )


def _selection(element: etree._Element | None) -> Selection:
    count = xml.attribute(element, "selectcount")
    return Selection(
        xml.attribute(element, "selectiontiming") or "never",
        _count(count),
        xml.attribute(element, "randomizationtiming") or "never",
        rules.truth(element, "reorderchildren", default=False),
    )


def _delivery(element: etree._Element | None) -> Delivery:
    return Delivery(
        rules.truth(element, "tracked", default=True),
        rules.truth(element, "completionsetbycontent", default=False),
        rules.truth(element, "objectivesetbycontent", default=False),
    )


def _completion(element: etree._Element | None) -> CompletionThreshold:
    """adlcp:completionThreshold; before the 4th edition its text was the threshold itself."""
    written = xml.text(element)
    if written and not xml.attribute(element, "minprogressmeasure"):
        value = rules.parsed(written, low=0.0, high=1.0)
        if value is not None:
            return CompletionThreshold(by_measure=True, minimum_progress=value)
    return CompletionThreshold(
        rules.truth(element, "completedbymeasure", default=False),
        rules.number(element, "minprogressmeasure", 1.0, low=0.0, high=1.0),
        rules.number(element, "progressweight", 1.0, low=0.0, high=1.0),
    )


def _data(element: etree._Element) -> tuple[DataMap, ...]:
    holder = xml.child(element, "data")
    maps = xml.children(holder, "map") if holder is not None else []
    return tuple(
        DataMap(
            xml.attribute(part, "targetid"),
            rules.truth(part, "readshareddata", default=True),
            rules.truth(part, "writeshareddata", default=True),
        )
        for part in maps
        if xml.attribute(part, "targetid")
    )
