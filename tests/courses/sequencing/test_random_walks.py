"""Random trees and random requests: everything ends, nothing but the specification's exceptions comes of it,
and what has to hold of the state holds after every step."""

from __future__ import annotations

import json
import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.runtime.sequencing import Definition, Node, Sequencer, State, Tracked, TrackedObjective
from courses.runtime.sequencing.definition import (
    CompletionThreshold,
    Condition,
    ControlModes,
    DataMap,
    Delivery,
    Limits,
    Objective,
    ObjectiveMap,
    RollupControls,
    RollupRule,
    Rule,
    Selection,
)
from courses.runtime.sequencing.state import OBJECTIVE_FIELDS
from tests.courses.sequencing.trees import NOW

CODE = re.compile(r"|(NB\.2\.1|TB\.2\.3|SB\.2\.\d+|DB\.1\.1|DB\.2)-\d+")
CONDITIONS = [
    *("satisfied", "objectiveStatusKnown", "objectiveMeasureKnown", "objectiveMeasureGreaterThan"),
    *("objectiveMeasureLessThan", "completed", "activityProgressKnown", "attempted", "always"),
    *("attemptLimitExceeded", "timeLimitExceeded", "outsideAvailableTimeRange", "never", "nonsense"),
]
PRE = ["skip", "disabled", "hiddenFromChoice", "stopForwardTraversal"]
POST = ["exitParent", "exitAll", "retry", "retryAll", "continue", "previous"]
ROLLUP = ["satisfied", "notSatisfied", "completed", "incomplete"]
ENDS = ["exit", "exitAll", "suspendAll", "abandon", "abandonAll"]
KINDS = ["start", "resumeAll", "continue", "previous", *ENDS]

flags = st.booleans()
shares = st.floats(0, 1)
conditions = st.builds(
    Condition, st.sampled_from(CONDITIONS), flags, st.sampled_from(["", "p", "o", "x"]), st.floats(-1, 1)
)
several = st.lists(conditions, max_size=2).map(tuple)


def rules(actions: list[str]) -> st.SearchStrategy[tuple[Rule, ...]]:
    return st.lists(st.builds(Rule, st.sampled_from(actions), several, flags), max_size=2).map(tuple)


names = st.frozensets(st.sampled_from(OBJECTIVE_FIELDS))
maps = st.lists(st.builds(ObjectiveMap, st.sampled_from(["g", "h"]), names, names), max_size=2).map(tuple)
levels = st.sampled_from(["always", "ifAttempted", "ifNotSkipped", "ifNotSuspended"])
timings = st.sampled_from(["never", "once", "onEachNewAttempt"])
modes = st.builds(ControlModes, flags, flags, st.sampled_from([True, True, False]), flags, flags, flags)
rollup_rules = st.builds(
    RollupRule,
    st.sampled_from(ROLLUP),
    several,
    flags,
    st.sampled_from(["all", "any", "none", "atLeastCount", "atLeastPercent", "?"]),
    st.integers(0, 3),
    shares,
)
parts = {
    "modes": modes,
    "constrain_choice": flags,
    "prevent_activation": flags,
    "pre_rules": rules(PRE),
    "exit_rules": rules(["exit"]),
    "post_rules": rules(POST),
    "limits": st.builds(Limits, st.none() | st.integers(0, 3)),
    "rollup_rules": st.lists(rollup_rules, max_size=2).map(tuple),
    "rollup": st.builds(RollupControls, flags, flags, shares, levels, levels, levels, levels, flags),
    "primary": st.builds(Objective, st.sampled_from(["", "p"]), flags, st.floats(-1, 1), maps),
    "objectives": st.lists(st.builds(Objective, st.just("o"), flags, shares, maps), max_size=1).map(tuple),
    "selection": st.builds(Selection, timings, st.none() | st.integers(0, 4), timings, flags),
    "delivery": st.builds(Delivery, st.sampled_from([True, True, False]), flags, flags),
    "completion": st.builds(CompletionThreshold, flags, shares, shares),
    "hidden_controls": st.frozensets(st.sampled_from(["continue", "previous", "exitAll"])),
    "data": st.lists(st.builds(DataMap, st.sampled_from(["d", "e"]), flags, flags), max_size=1).map(tuple),
    "visible": flags,
}


@st.composite
def trees(draw: st.DrawFn) -> Definition:
    """Up to three levels with up to four children each; each activity speaks of a few things only."""
    count = 0

    def node(depth: int) -> Node:
        nonlocal count
        count += 1
        name = f"n{count}"
        wide = draw(st.integers(1 if depth == 0 else 0, 4)) if depth < 3 else 0
        spoken = draw(st.lists(st.sampled_from(sorted(parts)), max_size=3, unique=True))
        said = {part: draw(parts[part]) for part in spoken}
        said.setdefault("modes", ControlModes(flow=True))
        return Node(name, children=tuple(node(depth + 1) for _ in range(wide)), **said)

    return Definition(node(0), draw(flags), draw(flags))


words = st.sampled_from(["", "unknown", "passed", "failed"])
stages = st.sampled_from(["", "unknown", "completed", "incomplete", "not attempted"])
scores = st.none() | st.floats(-1, 1)
amounts = st.none() | shares
told = st.builds(
    TrackedObjective,
    st.sampled_from(["p", "o"]),
    words,
    stages,
    scores,
    scores,
    scores,
    scores,
    amounts,
)
tracked = st.builds(
    Tracked,
    success_status=words,
    completion_status=stages,
    scaled=scores,
    progress_measure=amounts,
    exit=st.sampled_from(["", "", "suspend", "normal", "logout", "time-out"]),
    seconds=st.floats(0, 1e4),
    objectives=st.lists(told, max_size=2).map(tuple),
    data=st.dictionaries(st.sampled_from(["d", "e"]), st.text(max_size=3), max_size=1),
)
steps = st.tuples(
    st.sampled_from(["continue", "choice", "jump", *KINDS]), st.integers(0, 40), st.none() | tracked
)


def holds(definition: Definition, state: State) -> None:
    """What is true of every state between two requests."""
    active = {name for name, known in state.activities.items() if known.active}
    path, name = set(), state.current
    while name:
        path.add(name)
        parent = definition.parents.get(name)
        name = parent.identifier if parent else ""
    assert active <= path, "only the way to the current activity is active"
    leaves = [name for name in active if definition.nodes[name].is_leaf]
    assert leaves in ([], [state.current])
    if leaves:
        assert active == path, "with the current activity all above it is active"
    assert not (state.current and state.suspended), "nothing is put aside while a session goes on"
    for name, known in state.activities.items():
        assert name in definition.nodes
        assert known.attempts >= 0
        assert known.order is None or {*known.order} <= {
            c.identifier for c in definition.nodes[name].children
        }
        for objective in known.objectives.values():
            assert objective.measure is None or -1 <= objective.measure <= 1
            assert objective.progress is None or 0 <= objective.progress <= 1
    kept = state.as_dict()
    assert State.from_dict(json.loads(json.dumps(kept))).as_dict() == kept


@settings(max_examples=40, deadline=None)
@given(trees(), st.lists(steps, min_size=1, max_size=12), st.integers(0, 3))
def test_every_walk_ends_well(
    definition: Definition, walk: list[tuple[str, int, Tracked | None]], seed: int
) -> None:
    state, targets = State(), list(definition.nodes)
    for kind, place, said in [("start", 0, None), *walk]:
        made = Sequencer(definition, state, now=NOW, rng=Random(seed))
        result = made.navigate(kind, targets[place % len(targets)], said)
        assert CODE.fullmatch(result.exception)
        assert [bool(result.deliver), result.ended, bool(result.exception)].count(True) <= 1
        if result.deliver:
            assert definition.nodes[result.deliver].is_leaf
            assert (state.current, state.activities[result.deliver].active) == (result.deliver, True)
            made.initial(result.deliver)
        if result.ended:
            assert state.current == ""
        holds(definition, state)
        before = state.as_dict()
        controls = made.controls(said)
        assert state.as_dict() == before
        assert set(controls.choices) == set(targets)
        state = State.from_dict(json.loads(json.dumps(before)))


@settings(max_examples=25, deadline=None)
@given(trees(), st.lists(steps, min_size=1, max_size=8))
def test_what_is_shown_as_open_is_open(
    definition: Definition, walk: list[tuple[str, int, Tracked | None]]
) -> None:
    """Where nothing is drawn anew: a way shown as open is not refused when it is taken."""
    if any(node.selection != Selection() for node in definition.nodes.values()):
        return
    state, targets = State(), list(definition.nodes)
    for kind, place, said in [("start", 0, None), *walk]:
        Sequencer(definition, state, now=NOW, rng=Random(1)).navigate(
            kind, targets[place % len(targets)], said
        )
        controls = Sequencer(definition, state, now=NOW, rng=Random(1)).controls()
        asked = [("continue", "", controls.continues), ("previous", "", controls.goes_back)]
        asked += [("choice", name, able) for name, able in controls.choices.items()]
        asked += [("jump", name, able) for name, able in controls.jumps.items()]
        for way, target, able in asked:
            if able:
                tried = Sequencer(definition, state.copy(), now=NOW, rng=Random(1))
                assert not tried.navigate(way, target).exception


def test_a_state_of_a_newer_version_is_refused() -> None:
    with pytest.raises(ValueError, match="newer"):
        State.from_dict({"schema": 99})
