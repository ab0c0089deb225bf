"""Twenty sessions in which something dies; and that the look for losses finds those that there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.loss.check import Clock, Done, Look, after, found_after, in_document, shown_safe, time_is_wrong
from tests.loss.package import LONG, long_text
from tests.loss.plan import BLOCK, KINDS, STANDARDS, Step, plan
from tests.loss.run import report
from tests.loss.session import Outcome
from tests.loss.worlds import Worlds

SEED = 2026
SESSIONS = 20
WORLDS = 2


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("browsers")  # says where there is none
def test_nothing_is_lost_and_nothing_counts_twice() -> None:
    plans = [plan(SEED, number, brisk=True) for number in range(SESSIONS)]
    with Worlds(plans, WORLDS) as worlds:
        news = list(worlds)
    outcomes = [one for one in news if isinstance(one, Outcome)]
    wrong = [one for one in news if isinstance(one, str)]
    wrong += [
        f"--seed {SEED} --brisk --only {one.plan.number}: {one.failures}" for one in outcomes if one.failures
    ]
    assert not wrong, "\n".join([*wrong, report(outcomes)])
    assert len(outcomes) == SESSIONS
    words = Counter(word for one in outcomes for word in one.safe.values())
    assert words["saved"] > SESSIONS, report(outcomes)
    assert words["kept"], report(outcomes)


def test_a_session_is_drawn_again_from_its_seed() -> None:
    assert plan(3, 17) == plan(3, 17)
    assert len({repr(plan(3, number).launches) for number in range(10)}) == 10
    shares = [plan(5, number) for number in range(BLOCK)]
    assert Counter(one.kind for one in shares) == dict.fromkeys(KINDS, BLOCK // len(KINDS))
    assert Counter(one.standard for one in shares) == dict.fromkeys(STANDARDS, BLOCK // len(STANDARDS))
    assert {one.kind for one in shares[:SESSIONS]} == set(KINDS)
    assert {one.third_party for one in shares[:SESSIONS]} == {True, False}


STEPS = [
    Step(1, 0, status="incomplete", answers=True),
    Step(2, 10, big=True),
    Step(3, 20, status="completed", answers=True),
]


def found(standard: str, steps: list[Step]) -> dict[str, object]:
    return {"completion": "", "success": "", **after(standard, steps)}


def test_what_was_shown_as_safe_must_be_there() -> None:
    safe = {1: "saved", 2: "kept"}
    for kept in (2, 3):
        assert found_after("scorm2004", STEPS, safe, found("scorm2004", STEPS[:kept])) == (kept, "")
    place, wrong = found_after("scorm2004", STEPS, safe, found("scorm2004", STEPS[:1]))
    assert place == 2
    assert "step 2 was shown as kept" in wrong
    assert "location" in wrong


def test_half_a_snapshot_or_an_answer_twice_is_a_loss() -> None:
    torn = {**found("scorm12", STEPS), "score": "1"}
    assert found_after("scorm12", STEPS, {}, torn)[1]
    twice = {**found("scorm12", STEPS), "answers": ["cau-1", "cau-3", "cau-3"]}
    assert found_after("scorm12", STEPS, {}, twice)[1]
    assert found_after("scorm12", STEPS, {}, {**twice, "answers": 2}) == (3, "")


def test_the_line_vouches_for_what_was_done_well_before_it_changed() -> None:
    done = [Done("I1", 1, 1000), Done("I1", 2, 2000)]
    looks = [
        Look(1010, "Đang lưu…"),
        Look(1100, "Đã lưu lúc 10:32:05"),
        Look(2010, "Đang lưu…"),
        Look(2100, "Chưa gửi – sẽ gửi khi có mạng"),
        Look(2200, "Chưa gửi – sẽ gửi khi có mạng"),
    ]
    assert shown_safe(looks, done) == {1: "saved"}
    assert shown_safe([*looks, Look(2300, "Đang lưu…")], done) == {1: "saved", 2: "kept"}
    assert shown_safe(looks[:1], done) == {}


def test_a_document_is_read_in_the_same_words() -> None:
    rows = {str(n): {"id": f"cau-{n}"} for n in (*range(11), "_count")}
    cmi = {
        "core": {"lesson_location": "trang-9", "lesson_status": "incomplete", "score": {"raw": "9"}},
        "suspend_data": "buoc=9",
        "interactions": rows,
        "objectives": {"0": {"id": "muc-1"}},
    }
    read = in_document("scorm12", cmi)
    assert read["answers"] == [f"cau-{n}" for n in range(11)]
    assert (read["location"], read["score"], read["objectives"]) == ("trang-9", "9", 1)


def test_time_is_never_over_and_hardly_short() -> None:
    clock = Clock(least=20.0, most=22.0)
    assert time_is_wrong(clock, 22.5)
    assert time_is_wrong(clock, 14.9)
    assert not time_is_wrong(clock, 15.1)
    assert not time_is_wrong(clock, 22.0)


def test_the_long_text_is_as_long_as_may_be() -> None:
    text = long_text(12)
    assert len(text) == LONG
    assert text.startswith("12|")
    assert len(text.encode()) > LONG * 1.2
    assert replace(STEPS[1], n=12).big
