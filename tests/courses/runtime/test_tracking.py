"""What an activity tracks of a SCO's data model."""

import pytest

from courses.runtime.outcome import Terms
from courses.runtime.sequencing import Initial, TrackedObjective
from courses.runtime.sequencing.tracked import InitialData
from courses.runtime.tracking import launched_with, reported_seconds, tracked_of


@pytest.mark.parametrize("word", ["", None])
def test_a_part_that_never_spoke_leaves_its_status_to_its_activity(word: str | None) -> None:
    status = {"completion_status": word, "success_status": word}
    document = {"cmi": {**status, "objectives": [{"id": "first", **status}]}}
    tracked = tracked_of(document, Terms(), exit_word="", seconds=0)
    assert (tracked.completion_status, tracked.success_status) == ("", "")
    (objective,) = tracked.objectives
    assert (objective.completion_status, objective.success_status) == ("", "")


def test_a_part_that_says_unknown_has_spoken() -> None:
    tracked = tracked_of({"cmi": {"completion_status": "unknown"}}, Terms(), exit_word="", seconds=0)
    assert (tracked.completion_status, tracked.success_status) == ("unknown", "")


def test_its_session_time_is_its_own_word() -> None:
    assert reported_seconds({"cmi": {"session_time": "PT1H0M2S"}}) == 3602
    assert reported_seconds({"cmi": {"session_time": "PT0H0M0S"}}) == 0
    assert reported_seconds({"cmi": {}}) is None
    assert reported_seconds({}) is None


def test_a_store_that_was_emptied_is_written() -> None:
    document = {
        "cmi": {},
        "adl": {"data": [{"id": "a", "store": ""}, {"id": "b", "store": "x"}, {"id": "c"}]},
    }
    assert tracked_of(document, Terms(), exit_word="", seconds=0).data == {"a": "", "b": "x"}


def test_what_a_part_is_launched_with() -> None:
    objective = TrackedObjective("o", "passed", "unknown", scaled=0.5)
    data = (
        InitialData("a", "x", True, False),
        InitialData("b", "", True, True),
        InitialData("c", None, False, True),
    )
    assert launched_with(Initial((objective,), data)) == {
        "objectives": [{"id": "o", "success_status": "passed", "score": {"scaled": "0.5"}}],
        "stores": [{"id": "a", "store": "x"}, {"id": "b"}, {"id": "c"}],
        "access": {"a": [True, False], "b": [True, True], "c": [False, True]},
    }


def test_what_it_said_is_tracked() -> None:
    document = {"cmi": {"completion_status": "incomplete", "success_status": "failed"}}
    tracked = tracked_of(document, Terms(), exit_word="suspend", seconds=0)
    assert (tracked.completion_status, tracked.success_status) == ("incomplete", "failed")
