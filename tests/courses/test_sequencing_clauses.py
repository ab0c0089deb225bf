"""Clauses of the sequencing pseudo-code on small trees of our own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from courses.runtime.sequencing import (
    Definition,
    Node,
    Sequencer,
    State,
    Tracked,
    TrackedObjective,
    read,
)
from courses.runtime.sequencing.definition import (
    CompletionThreshold,
    Condition,
    ControlModes,
    DataMap,
    Limits,
    Objective,
    ObjectiveMap,
    RollupControls,
    RollupRule,
    Rule,
    Selection,
)
from courses.runtime.sequencing.rules import combine
from courses.runtime.sequencing.state import ObjectiveState
from courses.runtime.sequencing.tree import Tree
from repository.packages import xml

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
FLOW = ControlModes(flow=True)
PASSED = Tracked(success_status="passed", completion_status="completed")


def leaf(name: str, **more: object) -> Node:
    return Node(name, title=name, resource=f"res-{name}", **more)  # type: ignore[arg-type]


def cluster(name: str, *children: Node, **more: object) -> Node:
    return Node(name, title=name, children=children, **{"modes": FLOW, **more})  # type: ignore[arg-type]


def sequencer(root: Node, state: State | None = None, seed: int = 1) -> Sequencer:
    return Sequencer(Definition(root), state or State(), now=NOW, rng=Random(seed))


def when(name: str, action: str, **more: object) -> tuple[Rule, ...]:
    return (Rule(action, (Condition(name, **more),)),)  # type: ignore[arg-type]


def three(**more: object) -> Node:
    return cluster("root", leaf("a"), leaf("b"), leaf("c"), **more)


def primary(made: Sequencer, name: str) -> ObjectiveState:
    tree = Tree(made.definition, made.state, NOW, Random(1))
    return tree.primary(made.definition.nodes[name])


def test_flow_goes_through_the_leaves_and_ends_after_the_last() -> None:
    made = sequencer(three())
    assert made.navigate("start").deliver == "a"
    assert made.navigate("continue").deliver == "b"
    assert made.navigate("previous").deliver == "a"
    assert made.navigate("previous").exception == "SB.2.1-3"
    made.navigate("choice", "c")
    result = made.navigate("continue")
    assert (result.deliver, result.ended) == ("", True)
    assert made.state.current == ""


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("continue", "NB.2.1-2"),
        ("previous", "NB.2.1-2"),
        ("exit", "NB.2.1-2"),
        ("suspendAll", "NB.2.1-2"),
        ("resumeAll", "NB.2.1-3"),
        ("nonsense", "NB.2.1-13"),
    ],
)
def test_before_a_session_has_begun(kind: str, code: str) -> None:
    assert sequencer(three()).navigate(kind).exception == code


def test_a_session_cannot_begin_twice_and_unknown_targets_are_refused() -> None:
    made = sequencer(three())
    made.navigate("start")
    assert made.navigate("start").exception == "NB.2.1-1"
    assert made.navigate("choice", "nowhere").exception == "NB.2.1-11"
    assert made.navigate("jump", "nowhere").exception == "NB.2.1-11"


def test_without_flow_nothing_starts_and_one_chooses() -> None:
    made = sequencer(three(modes=ControlModes()))
    assert made.navigate("start").exception == "SB.2.2-1"
    assert made.navigate("choice", "b").deliver == "b"
    assert made.navigate("continue").exception == "NB.2.1-4"


def test_control_modes_bar_choice_and_the_way_back() -> None:
    made = sequencer(three(modes=ControlModes(choice=False, flow=True, forward_only=True)))
    made.navigate("start")
    made.navigate("continue")
    assert made.navigate("choice", "c").exception == "NB.2.1-10"
    assert made.navigate("previous").exception == "NB.2.1-5"
    assert made.navigate("jump", "c").deliver == "c"


def test_a_choice_may_not_leave_where_choice_exit_is_off() -> None:
    inner = cluster("inner", leaf("a"), leaf("b"), modes=ControlModes(flow=True, choice_exit=False))
    made = sequencer(cluster("root", inner, leaf("c")))
    made.navigate("start")
    assert made.navigate("choice", "c").exception == "NB.2.1-8"
    assert made.navigate("choice", "b").deliver == "b"


def test_skipped_disabled_and_hidden_activities() -> None:
    made = sequencer(
        cluster(
            "root",
            leaf("a"),
            leaf("b", pre_rules=when("always", "skip")),
            leaf("c", pre_rules=when("always", "hiddenFromChoice")),
            leaf("d", pre_rules=when("always", "disabled")),
        )
    )
    made.navigate("start")
    controls = made.controls()
    assert controls.choices == {"root": True, "a": True, "b": True, "c": False, "d": False}
    assert controls.hidden == {"c"}
    assert made.navigate("continue").deliver == "c"
    assert made.navigate("continue").exception == "SB.2.2-2"


def test_an_attempt_limit_lets_no_further_attempt_begin() -> None:
    made = sequencer(cluster("root", leaf("a", limits=Limits(attempts=1)), leaf("b")))
    made.navigate("start")
    assert made.navigate("continue").deliver == "b"
    assert made.navigate("choice", "a").exception == "DB.1.1-3"


def test_post_condition_rules_override_the_request() -> None:
    made = sequencer(
        cluster("root", leaf("a", post_rules=when("satisfied", "retry", negated=True)), leaf("b"))
    )
    made.navigate("start")
    assert made.navigate("continue", tracked=Tracked(success_status="failed")).deliver == "a"
    assert made.navigate("continue", tracked=PASSED).deliver == "b"
    assert made.state.activities["a"].attempts == 2


def test_exit_parent_and_exit_all_rules() -> None:
    inner = cluster("inner", leaf("a", post_rules=when("always", "exitParent")), leaf("b"))
    made = sequencer(cluster("root", inner, leaf("c", post_rules=when("always", "exitAll"))))
    made.navigate("start")
    assert made.navigate("continue").deliver == "c"
    assert made.navigate("previous").ended


def test_exit_rules_are_looked_at_from_the_root_down() -> None:
    inner = cluster("inner", leaf("a"), leaf("b"), exit_rules=when("attempted", "exit"))
    made = sequencer(cluster("root", inner, leaf("c")))
    made.navigate("start")
    assert made.navigate("continue").deliver == "c"


def test_suspend_all_and_resume_all_keep_the_attempt() -> None:
    made = sequencer(three())
    made.navigate("start")
    made.navigate("continue")
    half = Tracked(success_status="failed", scaled=0.25)
    assert made.navigate("suspendAll", tracked=half).ended
    stored = json.loads(json.dumps(made.state.as_dict()))
    again = sequencer(three(), State.from_dict(stored))
    result = again.navigate("resumeAll")
    assert (result.deliver, result.resumed) == ("b", True)
    assert again.state.activities["b"].attempts == 1
    assert primary(again, "b").measure == pytest.approx(0.25)


def test_choosing_another_activity_gives_up_what_was_suspended() -> None:
    made = sequencer(three())
    made.navigate("start")
    made.navigate("suspendAll")
    result = made.navigate("choice", "c")
    assert (result.deliver, result.resumed) == ("c", False)
    assert made.state.suspended == ""
    assert not made.state.activities["a"].suspended


def test_time_out_ends_everything_whatever_was_asked_for() -> None:
    made = sequencer(three())
    made.navigate("start")
    assert made.navigate("continue", tracked=Tracked(exit="time-out")).ended


def test_default_rollup_needs_all_children() -> None:
    made = sequencer(three())
    made.navigate("start")
    made.navigate("continue", tracked=PASSED)
    assert primary(made, "root").satisfied is None
    made.navigate("continue", tracked=PASSED)
    made.navigate("continue", tracked=Tracked(success_status="failed"))
    # Every child was attempted, not all are satisfied; what was never said counts as completed.
    assert (primary(made, "root").satisfied, primary(made, "root").completed) == (False, True)


def test_measure_rollup_is_weighted_and_unknown_counts_as_nothing() -> None:
    weights = [RollupControls(objective_measure_weight=weight) for weight in (1.0, 0.5, 0.5)]
    root = three(primary=Objective("", satisfied_by_measure=True, minimum_measure=0.6))
    children = [replace(child, rollup=w) for child, w in zip(root.children, weights, strict=True)]
    made = sequencer(replace(root, children=tuple(children)))
    made.navigate("start")
    made.navigate("continue", tracked=Tracked(scaled=0.8))
    assert primary(made, "root").measure == pytest.approx(0.4)
    assert primary(made, "root").satisfied is False
    made.navigate("continue", tracked=Tracked(scaled=1.0))
    assert primary(made, "root").measure == pytest.approx(0.65)
    assert primary(made, "root").satisfied is True


def test_rollup_rules_and_children_left_out() -> None:
    rule = RollupRule("completed", (Condition("completed"),), child_set="atLeastCount", minimum_count=1)
    out = RollupControls(progress_completion=False)
    made = sequencer(cluster("root", leaf("a", rollup=out), leaf("b"), leaf("c"), rollup_rules=(rule,)))
    made.navigate("start")
    made.navigate("continue", tracked=PASSED)
    assert primary(made, "root").completed is None
    made.navigate("continue", tracked=PASSED)
    assert primary(made, "root").completed is True


def test_completion_by_measure_of_a_leaf_and_its_parent() -> None:
    threshold = CompletionThreshold(by_measure=True, minimum_progress=0.5)
    made = sequencer(cluster("root", leaf("a", completion=threshold), leaf("b"), completion=threshold))
    made.navigate("start")
    made.track(Tracked(completion_status="completed", progress_measure=0.4))
    assert primary(made, "a").completed is False
    made.navigate("continue", tracked=Tracked(progress_measure=1.0))
    assert (primary(made, "a").completed, primary(made, "root").completed) == (True, True)


def test_shared_objectives_carry_from_one_activity_to_another() -> None:
    writes = ObjectiveMap("shared", frozenset(), frozenset({"satisfied", "measure"}))
    reads = ObjectiveMap("shared", frozenset({"satisfied", "measure"}), frozenset())
    made = sequencer(
        cluster(
            "root",
            leaf("a", objectives=(Objective("o", maps=(writes,)),)),
            leaf("b", primary=Objective("p", maps=(reads,)), pre_rules=when("satisfied", "skip")),
            leaf("c", objectives=(Objective("q", maps=(reads,)),)),
        )
    )
    made.navigate("start")
    said = TrackedObjective("o", success_status="passed", scaled=0.9)
    assert made.navigate("continue", tracked=Tracked(objectives=(said,))).deliver == "c"
    shown = made.initial("c").objectives[0]
    assert (shown.id, shown.success_status, shown.scaled) == ("q", "passed", 0.9)


def test_shared_data_is_read_and_written_as_the_maps_say() -> None:
    made = sequencer(
        cluster(
            "root",
            leaf("a", data=(DataMap("notes"), DataMap("closed", write=False))),
            leaf("b", data=(DataMap("notes", read=False), DataMap("closed"), DataMap("notes"))),
        )
    )
    made.navigate("start")
    made.navigate("continue", tracked=Tracked(data={"notes": "ghi chú", "closed": "x"}))
    assert [one.store for one in made.initial("b").data] == [None, None, "ghi chú"]


def test_content_that_says_nothing_has_completed_but_unknown_is_an_answer() -> None:
    made = sequencer(three())
    made.navigate("start")
    made.navigate("continue", tracked=Tracked())
    made.navigate("continue", tracked=Tracked(completion_status="unknown"))
    assert primary(made, "a").completed is True
    assert primary(made, "b").completed is None


def test_a_new_attempt_on_a_cluster_forgets_its_children() -> None:
    made = sequencer(three())
    made.navigate("start")
    made.navigate("exitAll", tracked=PASSED)
    assert primary(made, "a").satisfied is True
    made.navigate("choice", "b")
    assert primary(made, "a").satisfied is None
    kept = three(modes=ControlModes(flow=True, use_current_attempt_objective_info=False))
    made = sequencer(kept)
    made.navigate("start")
    made.navigate("exitAll", tracked=PASSED)
    made.navigate("choice", "b")
    assert primary(made, "a").satisfied is True


def test_selection_takes_some_children_once_and_keeps_them() -> None:
    pick = Selection("once", 2, "once", reorder_children=True)
    made = sequencer(three(selection=pick), seed=3)
    first = made.navigate("start").deliver
    second = made.navigate("continue").deliver
    assert {first, second} < {"a", "b", "c"}
    assert made.navigate("continue").ended
    assert made.navigate("start").deliver == first
    assert len(made.controls().hidden) == 1


def test_controls_change_nothing_and_follow_hide_lms_ui() -> None:
    made = sequencer(cluster("root", leaf("a", hidden_controls=frozenset({"continue"})), leaf("b")))
    made.navigate("start")
    before = made.state.as_dict()
    controls = made.controls()
    assert (controls.continue_, controls.previous) == ("hidden", "disabled")
    assert (controls.suspend_all, controls.exit_all) == ("enabled", "enabled")
    assert made.state.as_dict() == before


@pytest.mark.parametrize(
    ("bag", "any_of", "expected"),
    [
        ([], False, None),
        ([True, None], False, None),
        ([False, None], False, False),
        ([True, None], True, True),
        ([False, None], True, None),
        ([False, False], True, False),
        ([True, True], False, True),
    ],
)
def test_conditions_combine_in_three_valued_logic(
    bag: list[bool | None], any_of: bool, expected: bool | None
) -> None:
    assert combine(bag, any_of=any_of) is expected


MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss"
  xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3">
 <organizations default="o"><organization identifier="o"><title>Bài học</title>
  <item identifier="i1" identifierref="r"><title>Một</title>
   <imsss:sequencing IDRef="shared"><imsss:limitConditions attemptLimit="2"/></imsss:sequencing>
   <adlcp:data><adlcp:map targetID="kho" writeSharedData="false"/></adlcp:data>
  </item>
  <item identifier="i2" identifierref="r" isvisible="false"><title>Hai</title></item>
  <imsss:sequencing><imsss:controlMode choice="false" flow="true"/></imsss:sequencing>
 </organization></organizations>
 <imsss:sequencingCollection><imsss:sequencing ID="shared">
   <imsss:limitConditions attemptLimit="9"/>
   <imsss:objectives><imsss:primaryObjective objectiveID="p" satisfiedByMeasure="true">
     <imsss:minNormalizedMeasure>0.7</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>
   <adlseq:objectives><adlseq:objective objectiveID="p">
     <adlseq:mapInfo targetObjectiveID="chung" writeRawScore="true"/></adlseq:objective></adlseq:objectives>
 </imsss:sequencing></imsss:sequencingCollection>
</manifest>"""


def test_a_manifest_with_a_sequencing_collection() -> None:
    definition = read(xml.parse(MANIFEST.encode()).root)
    assert definition is not None
    one, two = definition.root.children
    assert (definition.root.modes.choice, definition.root.modes.flow) == (False, True)
    assert one.limits.attempts == 2
    assert (one.primary.minimum_measure, one.primary.satisfied_by_measure) == (0.7, True)
    assert one.primary.maps[0].writes == {"raw"}
    assert "completed" in one.primary.maps[0].reads
    assert one.data == (DataMap("kho", write=False),)
    assert not two.visible


def test_a_manifest_with_nothing_to_sequence() -> None:
    single = MANIFEST.partition('<item identifier="i2"')[0].partition("<imsss:sequencing IDRef")[0]
    whole = single + "</item></organization></organizations></manifest>"
    assert read(xml.parse(whole.encode()).root) is None
    assert read(xml.parse(b"<manifest><organizations/></manifest>").root) is None


def test_a_state_of_a_newer_version_is_refused() -> None:
    with pytest.raises(ValueError, match="newer"):
        State.from_dict({"schema": 99})
