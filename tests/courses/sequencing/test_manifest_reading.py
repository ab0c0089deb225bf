"""Sequencing as manifests write it, well and badly (CAM 5.1); whatever they say, reading ends."""

from __future__ import annotations

import time

import pytest

from courses.runtime.sequencing import Definition, Node, Tracked, TrackedObjective, read
from courses.runtime.sequencing.definition import Condition, Limits, ObjectiveMap, Selection
from repository.packages import xml
from tests.courses.sequencing.trees import led, walker

SPACES = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
)
FLOW = '<imsss:sequencing><imsss:controlMode flow="true"/></imsss:sequencing>'


def definition(items: str, after: str = "", organization: str = "") -> Definition:
    text = (
        f'<manifest {SPACES}><organizations default="o"><organization identifier="o" {organization}>'
        f"<title>Bài</title>{items}</organization></organizations>{after}</manifest>"
    )
    found = read(xml.parse(text.encode()).root)
    assert found is not None
    return found


def first(sequencing: str, after: str = "") -> Node:
    item = f'<item identifier="i"><title>Một</title><imsss:sequencing>{sequencing}</imsss:sequencing></item>'
    return definition(item + '<item identifier="j"/>', after).nodes["i"]


def test_every_part_of_a_sequencing_is_read() -> None:
    node = first(
        """<imsss:controlMode choice="false" choiceExit="false" flow="true" forwardOnly="true"
             useCurrentAttemptObjectiveInfo="false" useCurrentAttemptProgressInfo="false"/>
           <imsss:sequencingRules>
             <imsss:preConditionRule><imsss:ruleConditions conditionCombination="any">
               <imsss:ruleCondition condition="objectiveMeasureGreaterThan" referencedObjective="x"
                 measureThreshold="0.25" operator="not"/></imsss:ruleConditions>
               <imsss:ruleAction action="skip"/></imsss:preConditionRule>
             <imsss:exitConditionRule><imsss:ruleConditions><imsss:ruleCondition condition="always"/>
               </imsss:ruleConditions><imsss:ruleAction action="exit"/></imsss:exitConditionRule>
             <imsss:postConditionRule><imsss:ruleConditions><imsss:ruleCondition condition="always"/>
               </imsss:ruleConditions><imsss:ruleAction action="retryAll"/></imsss:postConditionRule>
           </imsss:sequencingRules>
           <imsss:limitConditions attemptLimit="3" attemptAbsoluteDurationLimit="PT1H"
             activityExperiencedDurationLimit="P1DT1S" attemptExperiencedDurationLimit="später"/>
           <imsss:rollupRules rollupObjectiveSatisfied="false" objectiveMeasureWeight="0.5">
             <imsss:rollupRule childActivitySet="atLeastPercent" minimumPercent="0.5">
               <imsss:rollupConditions conditionCombination="all">
                 <imsss:rollupCondition condition="attempted" operator="not"/></imsss:rollupConditions>
               <imsss:rollupAction action="incomplete"/></imsss:rollupRule></imsss:rollupRules>
           <imsss:objectives><imsss:primaryObjective/><imsss:objective objectiveID="x"/></imsss:objectives>
           <imsss:randomizationControls randomizationTiming="once" selectCount="2" reorderChildren="true"
             selectionTiming="onEachNewAttempt"/>
           <imsss:deliveryControls tracked="false" completionSetByContent="true"
             objectiveSetByContent="true"/>
           <adlseq:constrainedChoiceConsiderations preventActivation="true" constrainChoice="true"/>
           <adlseq:rollupConsiderations requiredForSatisfied="ifAttempted"
             requiredForIncomplete="ifNotSkipped" measureSatisfactionIfActive="false"/>"""
    )
    modes = node.modes
    assert (modes.choice, modes.choice_exit, modes.flow, modes.forward_only) == (False, False, True, True)
    assert not (modes.use_current_attempt_objective_info or modes.use_current_attempt_progress_info)
    (rule,) = node.pre_rules
    assert (rule.action, rule.any_of) == ("skip", True)
    assert rule.conditions == (Condition("objectiveMeasureGreaterThan", True, "x", 0.25),)
    assert (node.exit_rules[0].action, node.post_rules[0].action) == ("exit", "retryAll")
    assert node.limits == Limits(3, {"attempt_absolute": 3600.0, "activity_experienced": 86401.0})
    (rolled,) = node.rollup_rules
    assert (rolled.child_set, rolled.minimum_percent, rolled.any_of) == ("atLeastPercent", 0.5, False)
    assert (node.rollup.objective_satisfied, node.rollup.objective_measure_weight) == (False, 0.5)
    assert (node.rollup.required_for_satisfied, node.rollup.required_for_incomplete) == (
        "ifAttempted",
        "ifNotSkipped",
    )
    assert not node.rollup.measure_satisfaction_if_active
    assert node.selection == Selection("onEachNewAttempt", 2, "once", True)
    assert (node.delivery.tracked, node.delivery.completion_set_by_content) == (False, True)
    assert (node.prevent_activation, node.constrain_choice) == (True, True)


def test_a_reference_is_filled_in_and_its_own_parts_win() -> None:
    shared = (
        '<imsss:sequencingCollection><imsss:sequencing ID="s"><imsss:controlMode flow="true"/>'
        '<imsss:limitConditions attemptLimit="1"/></imsss:sequencing></imsss:sequencingCollection>'
    )
    text = '<item identifier="i"><imsss:sequencing IDRef="s"><imsss:limitConditions attemptLimit="2"/>'
    node = definition(text + '</imsss:sequencing></item><item identifier="j"/>', shared).nodes["i"]
    assert (node.modes.flow, node.limits.attempts) == (True, 2)


@pytest.mark.parametrize(
    "collection",
    [
        "",
        '<imsss:sequencing ID="s" IDRef="s"/>',
        '<imsss:sequencing ID="s" IDRef="t"/><imsss:sequencing ID="t" IDRef="s"/>',
    ],
)
def test_references_to_nothing_or_in_a_circle(collection: str) -> None:
    text = '<item identifier="i"><imsss:sequencing IDRef="s"/></item><item identifier="j"/>'
    collection = f"<imsss:sequencingCollection>{collection}</imsss:sequencingCollection>"
    assert definition(text, collection).nodes["i"].limits == Limits()


@pytest.mark.parametrize("written", ["NaN", "inf", "-1", "1e999", "một", "", "0x1"])
def test_numbers_that_are_none_are_their_defaults(written: str) -> None:
    node = first(
        f'<imsss:rollupRules objectiveMeasureWeight="{written}"/>'
        f'<imsss:limitConditions attemptLimit="{written}"/>'
        f'<imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true"><imsss:minNormalizedMeasure>'
        f"{written}</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>"
        f'<imsss:randomizationControls selectionTiming="once" selectCount="{written}"/>'
    )
    assert (node.rollup.objective_measure_weight, node.limits.attempts) == (1.0, None)
    assert node.primary.minimum_measure in {1.0, -1.0}
    assert node.selection.select_count is None


def test_numbers_too_long_to_be_meant() -> None:
    node = first(f'<imsss:limitConditions attemptLimit="{"9" * 5_000}"/>')
    assert node.limits.attempts is None


def test_activities_without_names_or_of_one_name_are_told_apart() -> None:
    items = (
        '<item identifier="o"/><item/><item identifier="x"/><item identifier="x"/><item identifier="x-4"/>'
    )
    found = definition(items + FLOW)
    names = list(found.nodes)
    assert len(set(names)) == len(names) == 6
    assert (names[0], found.root.identifier) == ("o", "o")
    made = walker(found.root)
    assert led(made, "start", *["continue"] * 5)[-1] == "end"


def test_thousands_of_one_name_are_read_in_moments() -> None:
    began = time.process_time()
    found = definition('<item identifier="x"/>' * 5_000 + FLOW)
    assert len(found.nodes) == 5_001
    assert time.process_time() - began < 3.0


def test_thousands_may_share_a_long_sequencing() -> None:
    conditions = '<imsss:ruleCondition condition="always"/>' * 10
    rule = (
        f"<imsss:preConditionRule><imsss:ruleConditions>{conditions}"
        '</imsss:ruleConditions><imsss:ruleAction action="skip"/></imsss:preConditionRule>'
    )
    mapped = '<imsss:objective objectiveID="{0}"><imsss:mapInfo targetObjectiveID="{0}"/></imsss:objective>'
    shared = (
        '<imsss:sequencingCollection><imsss:sequencing ID="s"><imsss:sequencingRules>'
        f"{rule * 2_000}</imsss:sequencingRules><imsss:objectives><imsss:primaryObjective/>"
        f"{''.join(mapped.format(number) for number in range(2_000))}</imsss:objectives>"
        "</imsss:sequencing></imsss:sequencingCollection>"
    )
    item = '<item><imsss:sequencing IDRef="s"><imsss:controlMode flow="true"/></imsss:sequencing></item>'
    began = time.process_time()
    found = definition(item * 1_000, shared)
    assert time.process_time() - began < 3.0
    assert {len(node.pre_rules) for node in found.root.children} < {*range(1, 100)}
    weighed = {sum(len(rule.conditions) for rule in node.pre_rules) for node in found.root.children}
    assert weighed < {*range(10, 300)}
    assert {len(node.objectives) for node in found.root.children} < {*range(1, 200)}


def test_items_nested_deeper_than_any_course_are_cut_off() -> None:
    deep = "<item>" * 200 + "</item>" * 200
    found = definition(deep + FLOW)
    assert 10 < len(found.nodes) < 60
    assert led(walker(found.root), "start")[-1] in {"SB.2.2-1", list(found.nodes)[-1]}


def test_rules_of_kinds_that_nobody_knows_do_nothing() -> None:
    node = first(
        "<imsss:sequencingRules><imsss:preConditionRule/><imsss:preConditionRule><imsss:ruleConditions>"
        '<imsss:ruleCondition condition="?"/></imsss:ruleConditions><imsss:ruleAction action="skip"/>'
        "</imsss:preConditionRule></imsss:sequencingRules>"
        '<imsss:rollupRules><imsss:rollupRule childActivitySet="?">'
        '<imsss:rollupAction action="?"/></imsss:rollupRule></imsss:rollupRules>'
    )
    root = Node("root", children=(node, Node("b")), modes=node.modes)
    made = walker(root)
    assert led(made, "choice:i", "choice:b") == ["i", "b"]


def test_maps_of_both_namespaces_are_one_where_they_name_the_same_objective() -> None:
    node = first(
        '<imsss:objectives><imsss:primaryObjective objectiveID="p">'
        '<imsss:mapInfo targetObjectiveID="one" readNormalizedMeasure="false" writeSatisfiedStatus="true"/>'
        "</imsss:primaryObjective></imsss:objectives>"
        '<adlseq:objectives><adlseq:objective objectiveID="p">'
        '<adlseq:mapInfo targetObjectiveID="%20one" readRawScore="false" writeProgressMeasure="true"/>'
        '<adlseq:mapInfo targetObjectiveID="two"/></adlseq:objective></adlseq:objectives>'
    )
    added = {"min", "max", "completed", "progress"}
    assert node.primary.maps == (
        ObjectiveMap("one", frozenset({"satisfied", *added}), frozenset({"satisfied", "progress"})),
        ObjectiveMap("two", frozenset({"raw", *added}), frozenset()),
    )


def test_a_rule_finds_its_objective_however_its_name_is_escaped() -> None:
    node = first(
        "<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions>"
        '<imsss:ruleCondition referencedObjective="o%201" condition="satisfied"/></imsss:ruleConditions>'
        '<imsss:ruleAction action="disabled"/></imsss:preConditionRule></imsss:sequencingRules>'
        '<imsss:objectives><imsss:primaryObjective/><imsss:objective objectiveID=" o  1 "/>'
        "</imsss:objectives>"
    )
    made = walker(Node("root", children=(node, Node("b")), modes=node.modes))
    said = Tracked(objectives=(TrackedObjective(node.objectives[0].identifier, success_status="passed"),))
    assert led(made, "choice:i", ("choice:b", said), "choice:i") == ["i", "b", "DB.1.1-3"]


@pytest.mark.parametrize(
    "organizations",
    [
        "",
        '<organization identifier="o"/>',
        '<organization identifier="o"><item identifier="alone"><title>Một</title></item></organization>',
    ],
)
def test_nothing_to_sequence(organizations: str) -> None:
    text = f"<manifest {SPACES}><organizations>{organizations}</organizations></manifest>"
    assert read(xml.parse(text.encode()).root) is None


def test_globals_of_this_organization_alone() -> None:
    items = '<item identifier="a"/><item identifier="b"/>'
    said = 'adlseq:objectivesGlobalToSystem="false" adlcp:sharedDataGlobalToSystem="false"'
    found = definition(items, organization=said)
    assert (found.objectives_global_to_system, found.shared_data_global_to_system) == (False, False)
    found = definition(items)
    assert (found.objectives_global_to_system, found.shared_data_global_to_system) == (True, True)
