"""A learner's activity tree under a newer version of the package. Pure."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from courses.runtime.sequencing import Definition, Sequencer, State, Tracked
from courses.runtime.sequencing.carried import carried_state
from courses.runtime.sequencing.definition import ControlModes, Node, Objective, ObjectiveMap

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FLOW = ControlModes(flow=True)


def leaf(name: str, shared: str = "") -> Node:
    maps = (ObjectiveMap(shared, frozenset({"satisfied"}), frozenset({"satisfied"})),) if shared else ()
    return Node(name, resource=f"r-{name}", primary=Objective("main", maps=maps))


def tree(*names: str, unit: str = "unit", shared: str = "") -> Definition:
    cluster = Node(unit, modes=FLOW, children=tuple(leaf(name, shared) for name in names))
    return Definition(Node("org", modes=FLOW, children=(cluster,)))


def run(definition: Definition, state: State) -> Sequencer:
    return Sequencer(definition, state, now=NOW, rng=random.Random(1))


def in_the_second(definition: Definition) -> State:
    """The first part is done, the second was put aside."""
    state = State()
    run(definition, state).navigate("start")
    done = Tracked(completion_status="completed", success_status="passed")
    run(definition, state).navigate("continue", "", done)
    run(definition, state).navigate("suspendAll", "", Tracked(completion_status="incomplete"))
    return state


def test_the_way_goes_on_where_it_was_put_aside() -> None:
    before, after = tree("a", "b", "c"), tree("a", "b", "d")
    state = in_the_second(before)
    kept = state.as_dict()
    carried = carried_state(state, before, after, {"a": "a", "b": "b"})
    assert carried is not None
    assert state.as_dict() == kept  # the former tree stays as it is
    assert carried.suspended == "b"
    assert carried.activity("a").objective("main").completed is True
    assert run(after, carried).navigate("resumeAll").deliver == "b"
    assert run(after, carried).navigate("continue").deliver == "d"


def test_parts_and_root_under_new_names_go_on_too() -> None:
    before = tree("a", "b")
    after = Definition(
        Node("other", modes=FLOW, children=(Node("unit", modes=FLOW, children=(leaf("x"), leaf("y"))),))
    )
    carried = carried_state(in_the_second(before), before, after, {"x": "a", "y": "b"})
    assert carried is not None
    assert (carried.suspended, carried.activity("x").objective("main").satisfied) == ("y", True)
    assert run(after, carried).navigate("resumeAll").deliver == "y"


def test_the_sequence_begins_anew_where_the_part_or_its_heading_is_gone() -> None:
    before = tree("a", "b", "c")
    state = in_the_second(before)
    assert carried_state(state, before, tree("a", "c"), {"a": "a", "c": "c"}) is None
    assert carried_state(state, before, tree("a", "b", unit="chapter"), {"a": "a", "b": "b"}) is None
    assert carried_state(state, before, tree("x", "y"), {}) is None


def test_objectives_and_shared_ones_that_the_newer_tree_knows_come_along() -> None:
    before, after = tree("a", "b", shared="goal"), tree("a", "b", shared="goal")
    carried = carried_state(in_the_second(before), before, after, {"a": "a", "b": "b"})
    assert carried is not None
    assert "goal" in carried.shared
    without = carried_state(in_the_second(before), before, tree("a", "b"), {"a": "a", "b": "b"})
    assert without is not None
    assert "goal" not in without.shared


def test_what_was_not_begun_stays_not_begun() -> None:
    before, after = tree("a", "b"), tree("a", "b", "c")
    carried = carried_state(State(), before, after, {"a": "a", "b": "b"})
    assert carried is not None
    assert run(after, carried).navigate("start").deliver == "a"
