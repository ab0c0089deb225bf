"""The script language of SCORM 1.2's prerequisites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.runtime.prerequisites import ScriptError, enough, holds, missing, read_script, status12

PARTS = ("S1", "S2", "S3", "S4", "S5")


def met(script: str, parts: tuple[str, ...] = PARTS, **statuses: str) -> bool:
    return holds(read_script(script, parts), statuses)


@pytest.mark.parametrize("status", ["completed", "passed"])
def test_a_part_alone_is_done_or_passed(status: str) -> None:
    assert met("S1", S1=status)


@pytest.mark.parametrize("status", ["failed", "incomplete", "browsed", "not attempted"])
def test_a_part_alone_is_not_met_by_less(status: str) -> None:
    assert not met("S1", S1=status)
    assert not met("S1")


def test_and_or_not() -> None:
    assert met("S1 & S2", S1="passed", S2="completed")
    assert not met("S1&S2", S1="passed")
    assert met("S1|S2", S2="completed")
    assert not met("S1 | S2")
    assert met("~S1")
    assert not met("~S1", S1="passed")
    assert met("~~S1", S1="passed")


def test_and_binds_closer_than_or_and_brackets_closer_than_both() -> None:
    assert met("S1 | S2 & S3", S1="passed")
    assert not met("(S1 | S2) & S3", S1="passed")
    assert met("(S1 | S2) & S3", S1="passed", S3="passed")
    assert met("~S1 & S2", S2="passed")
    assert not met("~(S1 | S2)", S2="passed")


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("passed", "passed"),
        ('"passed"', "passed"),
        ("P", "passed"),
        ("Completed", "completed"),
        ("complete", "completed"),
        ("C", "completed"),
        ("f", "failed"),
        ("incomplete", "incomplete"),
        ("I", "incomplete"),
        ("not attempted", "not attempted"),
        ('"not attempted"', "not attempted"),
        ("N", "not attempted"),
        ("browsed", "browsed"),
    ],
)
def test_a_status_is_asked_for_by_word_or_letter(written: str, status: str) -> None:
    other = "failed" if status != "failed" else "passed"
    assert met(f"S1={written}", S1=status)
    assert not met(f"S1 = {written}", S1=other)
    assert not met(f"S1<>{written}", S1=status)
    assert met(f"S1 <> {written}", S1=other)


def test_what_was_never_opened_is_not_attempted() -> None:
    assert met("S1 = not attempted")
    assert met("S1 <> passed")


def test_sets() -> None:
    assert met("{S1, S2}", S1="passed", S2="passed")
    assert not met("{S1, S2}", S1="passed")
    assert met("2*{S1, S2, S3}", S1="passed", S3="completed")
    assert not met("2*{S1, S2, S3}", S3="completed")
    assert met("1 * {S1=failed, S2} & S3", S1="failed", S3="passed")


def test_identifiers_may_hold_signs_and_begin_alike() -> None:
    parts = ("BAI-1", "BAI-10", "A&B", "mm-ITEM.s01", "Phần 1")
    assert met("BAI-10", parts, **{"BAI-10": "passed"})
    assert not met("BAI-10", parts, **{"BAI-1": "passed"})
    assert met("A&B & BAI-1", parts, **{"A&B": "passed", "BAI-1": "passed"})
    assert met("Phần 1|mm-ITEM.s01", parts, **{"Phần 1": "passed"})
    assert met('"BAI-1"', parts, **{"BAI-1": "passed"})


def test_nothing_asked_is_met() -> None:
    assert read_script("  \n", PARTS) is None
    assert holds(None, {})
    assert missing(None, {}) == []


@pytest.mark.parametrize(
    "script",
    [
        *("S1 &", "& S1", "S1 S2", "(S1", "S1)", "{S1", "S1,S2", "S9", "S1 = often", "S1 =", "= S1", "~"),
        *("2*S1", "x*{S1}", "S1 > S2", '"S1', "{}", "~" * 200 + "S1", "(" * 5000 + "S1"),
    ],
)
def test_what_cannot_be_read_says_so(script: str) -> None:
    with pytest.raises(ScriptError):
        read_script(script, PARTS)


@given(st.text(alphabet='S12345 &|~=<>(){},*"passed\n\u00e9', max_size=60))
def test_whatever_is_written_is_read_or_refused(script: str) -> None:
    try:
        condition = read_script(script, PARTS)
    except ScriptError:
        return
    assert holds(condition, {"S1": "passed"}) in {True, False}


def test_what_is_missing_is_what_she_can_still_do() -> None:
    condition = read_script("S1 & (S2 | S3) & ~S4", PARTS)
    assert missing(condition, {}) == ["S1", "S2", "S3"]
    assert missing(condition, {"S1": "passed", "S3": "passed"}) == []
    assert missing(condition, {"S1": "passed", "S2": "passed", "S4": "passed"}) == []
    assert missing(read_script("S1 & S1 = passed", PARTS), {}) == ["S1"]


@pytest.mark.parametrize(
    ("script", "statuses", "count"),
    [
        ("2*{S1, S2, S3}", {}, 2),
        ("2*{S1, S2, S3}", {"S1": "passed"}, 1),
        ("{S1, S2}", {}, 2),
        ("S1 | S2", {}, 1),
        ("S1 & S2", {"S2": "completed"}, 1),
        ("S1 & (S2 | S3)", {}, 3),
        ("S1", {}, 1),
        ("S1", {"S1": "passed"}, 0),
        ("", {}, 0),
    ],
)
def test_how_many_of_the_missing_are_enough(script: str, statuses: dict[str, str], count: int) -> None:
    assert enough(read_script(script, PARTS), statuses) == count


def test_statuses_of_what_was_reached() -> None:
    assert status12("completed", "unknown", worked=True) == "completed"
    assert status12("completed", "passed", worked=True) == "passed"
    assert status12("incomplete", "failed", worked=True) == "failed"
    assert status12("unknown", "unknown", worked=True) == "incomplete"
    assert status12("unknown", "unknown", worked=False) == "not attempted"
