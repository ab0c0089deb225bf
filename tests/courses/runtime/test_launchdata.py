"""What a SCO finds when it starts. Pure."""

from __future__ import annotations

import pytest

from courses.runtime.launchdata import LaunchFacts, entry_of, launch_data

KEPT_12 = {
    "suspend_data": "trang=3",
    "launch_data": "của bài",
    "student_data": {"mastery_score": "1"},
    "interactions": {"0": {"id": "q1", "result": "correct"}},
    "objectives": {},
    "core": {
        "student_id": "somebody-else",
        "lesson_location": "3",
        "lesson_status": "incomplete",
        "lesson_mode": "review",
        "credit": "no-credit",
        "score": {"raw": "5"},
        "session_time": "00:10:00",
        "total_time": "9999:00:00",
        "exit": "suspend",
    },
}


def test_12_gives_back_only_what_a_sco_may_set():
    facts = LaunchFacts(
        standard="scorm12",
        learner_id="uid-1",
        learner_name="Nguyễn Thị Lan",
        entry="resume",
        total_seconds=90,
        document={"cmi": KEPT_12},
        mastery_score="80",
    )
    assert launch_data(facts) == {
        "cmi": {
            "suspend_data": "trang=3",
            "interactions": {"0": {"id": "q1", "result": "correct"}},
            "core": {
                "student_id": "uid-1",
                "student_name": "Nguyễn Thị Lan",
                "lesson_location": "3",
                "lesson_status": "incomplete",
                "score": {"raw": "5"},
                "credit": "credit",
                "lesson_mode": "normal",
                "entry": "resume",
                "total_time": "0000:01:30.00",
            },
            "student_data": {"mastery_score": "80"},
        }
    }


def test_2004_gives_back_only_what_a_sco_may_set():
    facts = LaunchFacts(
        standard="scorm2004",
        learner_id="uid-1",
        learner_name="Lan",
        mode="review",
        total_seconds=3700,
        document={
            "cmi": {
                "location": "7",
                "mode": "normal",
                "learner_id": "x",
                "scaled_passing_score": "0",
                "total_time": "PT99H",
                "session_time": "PT1S",
                "exit": "suspend",
                "success_status": "passed",
            },
            "adl": {"data": {"0": {"id": "d", "store": "x"}}, "nav": {"request": "exitAll"}},
        },
        scaled_passing_score="0.6",
    )
    assert launch_data(facts) == {
        "cmi": {
            "location": "7",
            "success_status": "passed",
            "learner_id": "uid-1",
            "learner_name": "Lan",
            "credit": "no-credit",
            "mode": "review",
            "entry": "ab-initio",
            "total_time": "PT1H1M40S",
            "scaled_passing_score": "0.6",
        },
        "adl": {"data": {"0": {"id": "d", "store": "x"}}},
    }


@pytest.mark.parametrize(
    ("commits", "exit_word", "entry"),
    [
        (0, "", "ab-initio"),
        (3, "", "resume"),  # the window was closed without a word
        (3, "suspend", "resume"),
        (3, "logout", "resume"),
        (3, "normal", ""),
        (3, "time-out", ""),
    ],
)
def test_entry(commits, exit_word, entry):
    assert entry_of(commits=commits, exit_word=exit_word) == entry


@pytest.mark.parametrize("document", [{}, {"cmi": None}, {"cmi": "x"}, {"cmi": {"core": "x"}}])
def test_a_broken_document_is_an_empty_one(document):
    facts = LaunchFacts(standard="scorm12", learner_id="1", learner_name="a", document=document)
    assert launch_data(facts)["cmi"]["core"]["entry"] == "ab-initio"


@pytest.mark.parametrize(
    ("written", "given"),
    [
        (("80", "00:30:00", "exit,message"), ("80", "00:30:00", "exit,message")),
        (
            (" 72.5 ", "0001:05:00.50", "Continue, no message"),
            ("72.5", "0001:05:00.50", "continue,no message"),
        ),
        (("0", "PT1H30M", "exit,no message"), ("0", "0001:30:00.00", "exit,no message")),
        (("80%", "30 phút", "stop"), ("", "", "")),
        (("101", "00:00:00", "exit"), ("", "", "")),
        (("", "", ""), ("", "", "")),
    ],
)
def test_12_limits_are_given_as_the_standard_writes_them(written, given):
    mastery, most, action = written
    facts = LaunchFacts(
        standard="scorm12",
        learner_id="uid-1",
        learner_name="Lan",
        launch_data="che-do=thi",
        mastery_score=mastery,
        max_time_allowed=most,
        time_limit_action=action,
    )
    data = launch_data(facts)["cmi"]
    limits = data.get("student_data", {})
    names = ("mastery_score", "max_time_allowed", "time_limit_action")
    assert tuple(limits.get(name, "") for name in names) == given
    assert "" not in limits.values()
    assert data["launch_data"] == "che-do=thi"


@pytest.mark.parametrize("mode", ["browse", "review"])
def test_only_what_is_tracked_is_for_credit(mode):
    facts = LaunchFacts(standard="scorm12", learner_id="uid-1", learner_name="Lan", mode=mode)
    core = launch_data(facts)["cmi"]["core"]
    assert (core["lesson_mode"], core["credit"]) == (mode, "no-credit")


def test_objectives_that_were_kept_learn_what_they_share():
    kept = {"0": {"id": "a", "score": {"raw": "3"}, "success_status": "failed"}, "1": {"id": "own"}}
    facts = LaunchFacts(
        standard="scorm2004",
        learner_id="1",
        learner_name="a",
        document={"cmi": {"objectives": kept}},
        objectives=[{"id": "a", "success_status": "passed", "score": {"scaled": "1"}}, {"id": "new"}],
    )
    assert launch_data(facts)["cmi"]["objectives"] == [
        {"id": "a", "score": {"raw": "3", "scaled": "1"}, "success_status": "passed"},
        {"id": "own"},
    ]
