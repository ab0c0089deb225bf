"""Answers are compared by their type; what is wrong stays wrong."""

from __future__ import annotations

import pytest

from tests.conformance.cases import Command
from tests.conformance.compare import answered


def get(element: str, expected: str, *, kind: str = "", match: str = "equal", error: int = 0) -> Command:
    return Command("GetValue", element, "", kind, expected, match, error)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("element", "expected", "got", "kind"),
    [
        ("cmi.location", "test", "test", ""),
        ("cmi.score.raw", "0.0", "0", ""),
        ("cmi.score.scaled", "-.5", "-0.5", ""),
        ("cmi.progress_measure", "0.12345", "0.123450000", ""),
        ("cmi.total_time", "PT0H0M0S", "PT0S", ""),
        ("cmi.total_time", "PT2H6M9S", "PT126M9S", ""),
        ("cmi.max_time_allowed", "P1Y", "P12M", ""),
        ("cmi.score._children", "scaled,raw,min,max", "max,min,raw,scaled", ""),
        ("cmi.interactions.0.timestamp", "2004-04-01T09:45:58+00:00", "2004-04-01T10:45:58+01:00", ""),
        ("cmi.comments_from_learner.0.comment", "{lang=en}ok", "ok", ""),
        ("cmi.interactions.0.correct_responses.0.pattern", "a[,]b", "b[,]a", "choice"),
        ("cmi.interactions.0.correct_responses.0.pattern", "{case_matters=false}a", "a", "fill-in"),
        ("cmi.interactions.0.correct_responses.0.pattern", "1.0[:]2", "1[:]2.0", "numeric"),
    ],
)
def test_what_means_the_same_is_right(element: str, expected: str, got: str, kind: str) -> None:
    assert answered(get(element, expected, kind=kind), got, "0")


@pytest.mark.parametrize(
    ("element", "expected", "got", "kind"),
    [
        ("cmi.location", "test", "Test", ""),
        ("cmi.location", "", "x", ""),
        ("cmi.score.raw", "7.0001", "7.0002", ""),
        ("cmi.score.raw", "0", "", ""),
        ("cmi.total_time", "PT1M", "PT1S", ""),
        ("cmi.total_time", "P1M", "P30D", ""),
        ("cmi.score._children", "scaled,raw", "scaled,raw,min", ""),
        ("cmi.interactions.0.correct_responses.0.pattern", "a[,]b", "b[,]a", "sequencing"),
        ("cmi.interactions.0.correct_responses.0.pattern", "{case_matters=true}a", "a", "fill-in"),
        ("adl.nav.request_valid.continue", "true", "false", ""),
    ],
)
def test_what_means_something_else_is_wrong(element: str, expected: str, got: str, kind: str) -> None:
    assert not answered(get(element, expected, kind=kind), got, "0")


def test_the_error_code_counts() -> None:
    assert answered(get("cmi.exit", "", error=405), "", "405")
    assert not answered(get("cmi.exit", "", error=405), "", "0")
    assert not answered(get("cmi.exit", "", error=405), "normal", "405")


def test_texts_of_errors_are_short_or_empty() -> None:
    short = Command("GetErrorString", "", "402", "", "", "short", 0)
    empty = Command("GetErrorString", "", "1444", "", "", "empty", 0)
    assert answered(short, "x" * 255, "0")
    assert not answered(short, "x" * 256, "0")
    assert answered(empty, "", "0")
    assert not answered(empty, "x", "0")


def test_objectives_are_those_named_in_any_order() -> None:
    ids = Command("CompareObjectiveIds", "", "obj1,PRIMARYOBJ", "", "", "any", None)
    assert answered(ids, "PRIMARYOBJ,obj1", "0")
    assert not answered(ids, "PRIMARYOBJ", "0")
    assert not answered(ids, "PRIMARYOBJ,obj1,obj2", "0")


def test_an_objective_found_by_its_id_answers_with_it() -> None:
    found = get("cmi.objectives.&obj1&.id", "")
    assert answered(found, "obj1", "0")
    assert not answered(found, "obj2", "0")
    assert not answered(found, "", "0")
