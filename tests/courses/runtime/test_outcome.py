"""From what packages report to outcomes, and several SCOs to one. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.runtime.outcome import (
    COMPLETIONS,
    SUCCESSES,
    Outcome,
    Terms,
    as_number,
    better,
    outcome12,
    outcome2004,
    rollup,
    with_best,
)


def sco12(status: str, **score: str) -> dict:
    return {"core": {"lesson_status": status, "score": score, "session_time": "00:01:30.50"}}


@pytest.mark.parametrize(
    ("status", "completion", "success"),
    [
        ("passed", "completed", "passed"),
        ("completed", "completed", "unknown"),
        ("failed", "completed", "failed"),
        ("incomplete", "incomplete", "unknown"),
        ("browsed", "incomplete", "unknown"),
        ("not attempted", "not_attempted", "unknown"),
        ("", "not_attempted", "unknown"),
        ("Passed!", "incomplete", "unknown"),
    ],
)
def test_status_of_12(status, completion, success):
    outcome = outcome12(sco12(status))
    assert (outcome.completion, outcome.success, outcome.seconds) == (completion, success, 90.5)


def test_a_course_may_say_that_failed_is_not_done():
    assert outcome12(sco12("failed"), Terms(failed_completes=False)).completion == "incomplete"


@pytest.mark.parametrize(
    ("status", "raw", "success"),
    [
        ("completed", "80", "passed"),
        ("completed", "79.9", "failed"),
        ("passed", "10", "failed"),
        ("incomplete", "10", "unknown"),
        ("completed", "", "unknown"),
    ],
)
def test_mastery_decides_once_the_sco_is_done(status, raw, success):
    assert outcome12(sco12(status, raw=raw), Terms(mastery=80)).success == success


@pytest.mark.parametrize(
    ("score", "share"),
    [
        ({"raw": "45"}, 0.45),
        ({"raw": "5", "min": "0", "max": "10"}, 0.5),
        ({"raw": "15", "min": "10", "max": "20"}, 0.5),
        ({"raw": "150", "max": "100"}, 1.0),
        ({"raw": "-3"}, 0.0),
        ({"raw": ""}, None),
        ({"raw": "1", "min": "5", "max": "5"}, None),
        ({"raw": "nan"}, None),
        ({"raw": ["x"]}, None),
    ],
)
def test_score_of_12(score, share):
    assert outcome12(sco12("incomplete", **score)).score == share


def test_2004_as_given():
    outcome = outcome2004(
        {
            "completion_status": "not attempted",
            "success_status": "failed",
            "progress_measure": "0.25",
            "score": {"scaled": "-0.5"},
            "session_time": "PT1M30.5S",
        }
    )
    assert outcome == Outcome("not_attempted", "failed", 0.0, 0.25, 90.5)


@pytest.mark.parametrize(
    ("progress", "given", "completion"),
    [("0.8", "incomplete", "completed"), ("0.79", "completed", "incomplete"), ("", "completed", "completed")],
)
def test_completion_threshold_beats_the_sco(progress, given, completion):
    cmi = {"completion_status": given, "progress_measure": progress}
    assert outcome2004(cmi, Terms(completion_threshold=0.8)).completion == completion


@pytest.mark.parametrize(
    ("scaled", "given", "success"),
    [("0.5", "failed", "passed"), ("0.49", "passed", "failed"), ("", "passed", "passed")],
)
def test_passing_score_beats_the_sco(scaled, given, success):
    cmi = {"success_status": given, "score": {"scaled": scaled}}
    assert outcome2004(cmi, Terms(passing_score=0.5)).success == success


def test_2004_raw_score_needs_its_range():
    assert outcome2004({"score": {"raw": "5"}}).score is None
    assert outcome2004({"score": {"raw": "5", "min": "0", "max": "10"}}).score == 0.5


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["core", "score", "raw", "scaled", "lesson_status", "completion_status", "success_status", "session_time"]
)


@given(st.dictionaries(names, json_values | st.dictionaries(names, json_values, max_size=4), max_size=6))
def test_nothing_a_sco_writes_breaks_it(cmi):
    for outcome in (outcome12(cmi, Terms(mastery=50)), outcome2004(cmi, Terms(None, 0.5, 0.5))):
        assert outcome.completion in COMPLETIONS
        assert outcome.success in SUCCESSES
        assert outcome.score is None or 0 <= outcome.score <= 1
        assert outcome.seconds >= 0


def test_as_number():
    assert as_number(" 1.5 ") == 1.5
    assert [as_number(value) for value in (True, None, "inf", "1,5", {})] == [None] * 5


def test_the_best_takes_nothing_back():
    assert better("completed", "incomplete", COMPLETIONS) == "completed"
    assert better("failed", "passed", SUCCESSES) == "passed"
    assert better("failed", "nonsense", SUCCESSES) == "failed"
    assert with_best(Outcome("incomplete", "failed"), "completed", "unknown") == Outcome(
        "completed", "failed"
    )


DONE, OPEN, NEW = Outcome("completed", "passed", 0.8), Outcome("incomplete", "failed", 0.4, 0.5), Outcome()


@pytest.mark.parametrize(
    ("parts", "rule", "completion", "success"),
    [
        ([DONE, DONE], "all", "completed", "passed"),
        ([DONE, OPEN], "all", "incomplete", "failed"),
        ([DONE, NEW], "all", "incomplete", "unknown"),
        ([NEW, NEW], "all", "unknown", "unknown"),
        ([OPEN, DONE], "any", "completed", "passed"),
        ([OPEN, NEW], "any", "incomplete", "failed"),
        ([OPEN, DONE], "last", "completed", "passed"),
        ([DONE, OPEN], "last", "incomplete", "failed"),
        ([DONE, Outcome("completed")], "all", "completed", "passed"),
        ([], "all", "unknown", "unknown"),
    ],
)
def test_rollup(parts, rule, completion, success):
    whole = rollup(parts, completion=rule)
    assert (whole.completion, whole.success) == (completion, success)


def test_scores_progress_and_time_add_up():
    parts = [Outcome(score=0.2, seconds=5), Outcome("completed", score=0.9, seconds=7), Outcome(score=0.4)]
    assert rollup(parts, score="highest").score == 0.9
    assert rollup(parts, score="average").score == pytest.approx(0.5)
    assert rollup(parts, score="last").score == 0.4
    assert rollup(parts).progress == pytest.approx(1 / 3)
    assert rollup(parts).seconds == 12
    assert rollup([NEW]).progress is None
