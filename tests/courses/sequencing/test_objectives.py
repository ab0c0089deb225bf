"""Objectives and their maps (SN 3.10, 4.2.1), shared data (CAM 3.4.1.17), and what a SCO begins with."""

from __future__ import annotations

import pytest

from courses.runtime.sequencing import Node, Sequencer, Tracked, TrackedObjective
from courses.runtime.sequencing.definition import (
    CompletionThreshold,
    DataMap,
    Delivery,
    Objective,
    ObjectiveMap,
)
from courses.runtime.sequencing.state import OBJECTIVE_FIELDS, ObjectiveState
from tests.courses.sequencing.trees import (
    FAILED,
    PASSED,
    cluster,
    leaf,
    led,
    primary,
    reads,
    tree_of,
    walker,
    writes,
)

FULL = TrackedObjective(
    "o",
    success_status="passed",
    completion_status="incomplete",
    scaled=0.75,
    raw=7.5,
    min=0.0,
    max=10.0,
    progress_measure=0.4,
)
VALUES = {
    "satisfied": True,
    "measure": 0.75,
    "raw": 7.5,
    "min": 0.0,
    "max": 10.0,
    "completed": False,
    "progress": 0.4,
}


def between(write: ObjectiveMap, read: ObjectiveMap, said: TrackedObjective = FULL) -> Sequencer:
    root = cluster(
        "root",
        leaf("w", objectives=(Objective("o", maps=(write,)),)),
        leaf("x"),
        leaf("r", objectives=(Objective("q", maps=(read,)),)),
    )
    made = walker(root)
    led(made, "start", ("continue", Tracked(objectives=(said,))))
    return made


def known(made: Sequencer, name: str, objective: int = 0) -> ObjectiveState:
    node = made.definition.nodes[name]
    return tree_of(made).read(node, node.objectives[objective])


@pytest.mark.parametrize("name", OBJECTIVE_FIELDS)
def test_each_value_is_written_and_read_by_its_own_map(name: str) -> None:
    everything = ("satisfied", "measure", "raw", "min", "max", "completed", "progress")
    made = between(writes("g", name), reads("g", *everything))
    assert known(made, "r").known() == {name: VALUES[name]}
    made = between(writes("g", *everything), reads("g", name))
    assert known(made, "r").known() == {name: VALUES[name]}
    assert made.state.shared["g"].known() == VALUES


def test_what_is_shared_takes_the_place_of_its_own_status_even_unknown() -> None:
    reader = leaf("r", objectives=(Objective("q", maps=(reads("g", "satisfied", "measure", "raw"),)),))
    made = walker(cluster("root", reader, leaf("b")))
    own = TrackedObjective("q", success_status="passed", scaled=1.0, raw=3.0)
    led(made, "start", ("continue", Tracked(objectives=(own,))))
    assert known(made, "r").known() == {"raw": 3.0}


def test_one_objective_may_write_many_and_read_one() -> None:
    many = (writes("g", "satisfied"), writes("h", "satisfied", "measure"), reads("k", "measure"))
    made = walker(cluster("root", leaf("w", objectives=(Objective("o", maps=many),)), leaf("b")))
    led(made, "start", ("continue", Tracked(objectives=(FULL,))))
    assert made.state.shared["g"].known() == {"satisfied": True}
    assert made.state.shared["h"].known() == {"satisfied": True, "measure": 0.75}
    assert "k" not in made.state.shared


def test_what_was_said_and_is_unsaid_again_is_unknown_to_others_too() -> None:
    made = between(writes("g", "satisfied", "measure"), reads("g", "satisfied"))
    led(made, "previous")
    assert made.state.shared["g"].satisfied is True  # a new attempt takes nothing back
    made.track(Tracked(objectives=(FULL,)))
    made.track(Tracked(objectives=(TrackedObjective("o", success_status="unknown", scaled=0.1),)))
    assert made.state.shared["g"].known() == {"measure": 0.1}


@pytest.mark.parametrize(("scaled", "satisfied"), [(0.6, True), (0.59, False), (None, None)])
def test_satisfaction_by_measure_is_what_is_written(scaled: float | None, satisfied: bool | None) -> None:
    judged = Objective("o", satisfied_by_measure=True, minimum_measure=0.6, maps=(writes("g", "satisfied"),))
    made = walker(cluster("root", leaf("w", objectives=(judged,)), leaf("b")))
    said = TrackedObjective("o", success_status="passed", scaled=scaled)
    led(made, "start", ("continue", Tracked(objectives=(said,))))
    assert known(made, "w").satisfied is satisfied
    assert made.state.shared.get("g", ObjectiveState()).satisfied is satisfied


def test_a_measure_that_is_read_is_judged_by_the_readers_own_minimum() -> None:
    strict = Objective("q", satisfied_by_measure=True, minimum_measure=0.8, maps=(reads("g", "measure"),))
    root = cluster(
        "root",
        leaf("w", objectives=(Objective("o", maps=(writes("g", "measure"),)),)),
        leaf("x"),
        leaf("r", objectives=(strict,)),
    )
    made = walker(root)
    led(made, "start", ("continue", Tracked(objectives=(FULL,))))
    assert (known(made, "r").measure, known(made, "r").satisfied) == (0.75, False)


@pytest.mark.parametrize(("progress", "completed"), [(0.5, True), (0.49, False), (None, None)])
def test_completion_by_measure_is_what_is_written(progress: float | None, completed: bool | None) -> None:
    half = CompletionThreshold(by_measure=True, minimum_progress=0.5)
    shared = Objective("p", maps=(writes("g", "completed"),))
    made = walker(cluster("root", leaf("w", primary=shared, completion=half), leaf("b")))
    led(made, "start", ("continue", Tracked(completion_status="completed", progress_measure=progress)))
    assert primary(made, "w").completed is completed
    assert made.state.shared.get("g", ObjectiveState()).completed is completed


def test_a_cluster_writes_what_was_rolled_up_for_it() -> None:
    shared = Objective("p", maps=(writes("g", "satisfied", "measure", "completed", "progress"),))
    made = walker(cluster("root", cluster("A", leaf("a1"), primary=shared), leaf("b")))
    led(made, "start", ("continue", Tracked(success_status="passed", scaled=0.5, progress_measure=0.25)))
    assert made.state.shared["g"].known() == {
        "satisfied": True,
        "measure": 0.5,
        "completed": True,
        "progress": 0.25,
    }


def test_the_sco_may_speak_of_its_primary_objective_by_name() -> None:
    made = walker(cluster("root", leaf("a", primary=Objective("p")), leaf("b")))
    named = TrackedObjective("p", success_status="passed", scaled=0.5, completion_status="completed")
    led(made, "start", ("continue", Tracked(success_status="failed", objectives=(named,))))
    found = primary(made, "a")
    assert (found.satisfied, found.measure, found.completed) == (False, 0.5, True)


def test_objectives_that_nobody_defined_are_not_tracked() -> None:
    made = walker(cluster("root", leaf("a"), leaf("b")))
    led(made, "start", ("continue", Tracked(success_status="passed", objectives=(FULL,))))
    assert set(made.state.activities["a"].objectives) == {""}


# What a SCO begins with


def one(*maps: ObjectiveMap, **more: object) -> Node:
    return leaf("r", primary=Objective("p", maps=maps), **more)


def test_a_sco_begins_with_its_objectives_in_order_as_they_are_read() -> None:
    third = Objective("s", maps=(reads("g", "measure"),))
    root = cluster(
        "root",
        leaf("w", objectives=(Objective("o", maps=(writes("g", *VALUES),)),)),
        leaf("x"),
        one(reads("g", "satisfied", "raw"), objectives=(Objective("q"), third)),
    )
    made = walker(root)
    led(made, "start", ("continue", Tracked(objectives=(FULL,))))
    found = made.initial("r").objectives
    assert [(one.id, one.success_status, one.completion_status) for one in found] == [
        ("p", "passed", "unknown"),
        ("q", "unknown", "unknown"),
        ("s", "unknown", "unknown"),
    ]
    assert [(one.raw, one.scaled) for one in found] == [(7.5, None), (None, None), (None, 0.75)]
    assert made.initial("x").objectives == ()


def test_where_measure_decides_a_sco_finds_what_it_comes_to() -> None:
    maps = (reads("g", "satisfied", "measure", "completed"),)
    high = Objective("high", satisfied_by_measure=True, minimum_measure=0.8, maps=maps)
    low = Objective("low", satisfied_by_measure=True, minimum_measure=0.7, maps=maps)
    waits = Objective("waits", satisfied_by_measure=True, maps=(reads("h", "satisfied", "measure"),))
    root = cluster(
        "root",
        leaf("w", objectives=(Objective("o", maps=(writes("g", *VALUES), writes("h", "satisfied"))),)),
        one(objectives=(high, low, waits)),
    )
    made = walker(root)
    led(made, "start", ("continue", Tracked(objectives=(FULL,))))
    found = {one.id: (one.success_status, one.completion_status) for one in made.initial("r").objectives}
    assert found["high"] == ("failed", "incomplete")
    assert found["low"] == ("passed", "incomplete")
    assert found["waits"] == ("unknown", "unknown")


def test_stores_of_shared_data_by_what_the_maps_allow() -> None:
    root = cluster(
        "root",
        leaf("w", data=(DataMap("d1"), DataMap("d2", write=False), DataMap("d3", read=False))),
        leaf("r", data=(DataMap("d3"), DataMap("d2"), DataMap("d1", read=False))),
    )
    made = walker(root)
    led(made, "start", ("continue", Tracked(data={"d1": "một", "d2": "hai", "d3": "ba", "d4": "bốn"})))
    assert made.state.data == {"d1": "một", "d3": "ba"}
    shown = [(item.id, item.store, item.read, item.write) for item in made.initial("r").data]
    assert shown == [("d3", "ba", True, True), ("d2", None, True, True), ("d1", None, False, True)]


def test_stores_are_kept_though_the_activity_is_not_tracked_but_not_when_it_is_abandoned() -> None:
    root = cluster("root", leaf("a", data=(DataMap("d"),), delivery=Delivery(tracked=False)), leaf("b"))
    made = walker(root)
    led(made, "start", ("continue", Tracked(data={"d": "x"})))
    assert made.state.data == {"d": "x"}
    led(made, "previous", ("abandon", Tracked(data={"d": "y"})))
    assert made.state.data == {"d": "x"}


def test_tracking_twice_is_tracking_the_last() -> None:
    made = walker(cluster("root", leaf("a"), leaf("b")))
    led(made, "start")
    made.track(FAILED)
    made.track(PASSED)
    assert (primary(made, "a").satisfied, primary(made, "a").completed) == (True, True)
    made.track(Tracked())
    assert (primary(made, "a").satisfied, primary(made, "a").completed) == (None, None)


def test_a_status_that_is_said_to_be_unknown_is_unknown_whatever_the_objective_says() -> None:
    made = walker(cluster("root", leaf("a", primary=Objective("p")), leaf("b")))
    named = TrackedObjective("p", success_status="passed", completion_status="completed")
    own = Tracked(success_status="unknown", objectives=(named,))
    led(made, "start", ("continue", own))
    assert (primary(made, "a").satisfied, primary(made, "a").completed) == (None, True)
