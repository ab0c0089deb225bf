"""Commits of lessons without SCORM: what the server makes of what their player sends."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import ActivityCompletion
from courses.runtime.commits import record_commit
from courses.runtime.followed_page import followed_page
from courses.runtime.launch import kept_elsewhere
from courses.runtime.leases import lease_of, sco_of
from courses.runtime.models import Attempt, RuntimeSession
from courses.runtime.snapshot import parse_snapshot
from courses.training.actions.learning import open_lesson
from courses.training.goals import goal_of
from courses.training.models import Activity, RunPin
from repository.models import Version
from tests.courses.runtime.helpers import body, heartbeat, state_of
from tests.courses.runtime.stage import make_stage

pytestmark = pytest.mark.django_db


def stage_for(kind: str, rule: dict, seconds: float | None = None):
    """A class with one lesson of a kind under a rule; no file lies behind it."""
    stage = make_stage(kind=kind, rule=rule)
    Version.objects.filter(pk=stage.version.pk).update(seconds=seconds, launch="", filename="phim.mp4")
    if kind == "html5":
        Version.objects.filter(pk=stage.version.pk).update(launch="index.html")
    stage.version.scos.all().delete()
    stage.version.refresh_from_db()
    return stage


def opened(stage, ago: float = 60):
    """The learner opens it, as her page does; ``ago`` seconds before now, so that time may count."""
    pin = RunPin.objects.select_related("activity__opens_after", "version__resource").get(run=stage.run)
    launch = open_lesson(by=stage.learner, enrolment=stage.enrolment, pin=pin)
    at = timezone.now() - timedelta(seconds=ago)
    RuntimeSession.objects.filter(pk=launch.session.pk).update(opened_at=at)
    launch.session.refresh_from_db()
    return launch


def sent(launch, cmi: dict | None, seq: int = 1, **more):
    lease = lease_of(launch.session, sco_of(launch.session), state_of(launch))
    data = body(launch, seq, cmi, **more) if cmi is not None else heartbeat(launch, more["seconds"])
    return record_commit(lease=lease, snapshot=parse_snapshot(data))


def done(stage) -> bool:
    return ActivityCompletion.objects.filter(enrolment=stage.enrolment).exists()


def film(*ranges: tuple[float, float], place: float = 0, duration: float = 100) -> dict:
    return {"location": str(place), "duration": duration, "ranges": [list(pair) for pair in ranges]}


WATCHED = {"when": "watched", "at_least": 0.8}


def test_what_was_played_adds_up_over_launches():
    stage = stage_for("video", WATCHED)
    first = opened(stage)
    assert state_of(first).completion == "unknown"
    assert sent(first, film((0, 50), place=50)).verdict == "saved"
    state = state_of(first)
    assert (state.progress, state.completion, state.location) == (0.5, "incomplete", "50.0")
    assert not done(stage)
    again = opened(stage)
    page = followed_page(
        again.session, sco_of(again.session), state_of(again), lease_of(again.session, sco_of(again.session))
    )
    assert page["data"]["cmi"]["location"] == "50.0"
    assert page["data"]["cmi"]["ranges"] == [[0.0, 50.0]]
    sent(again, film((40, 85), place=85))
    state = state_of(again)
    assert (state.progress, state.completion) == (0.85, "completed")
    assert done(stage)
    # Watching on takes nothing back.
    sent(again, film((40, 85), place=3), seq=2)
    assert state_of(again).progress == 0.85


def test_a_client_that_lies_is_held_to_the_clock_and_the_file():
    stage = stage_for("video", WATCHED, seconds=600)
    launch = opened(stage, ago=30)
    sent(launch, film((0, 600), duration=600))
    assert state_of(launch).progress == pytest.approx(0.1, abs=0.01)
    # The length of the file is the server's to say.
    sent(launch, film((0, 10), duration=10), seq=2)
    assert state_of(launch).progress == pytest.approx(0.1, abs=0.01)
    assert not done(stage)
    assert json.loads(state_of(launch).document)["cmi"]["duration"] == 600


def test_an_older_window_joins_and_leaves_the_place():
    stage = stage_for("video", WATCHED)
    older = opened(stage, ago=120)
    sent(older, film((0, 30), place=30))
    newer = opened(stage, ago=60)
    sent(newer, film((60, 90), place=90))
    answer = sent(older, film((0, 50), place=50), seq=2)
    assert answer.code == "commit_superseded"
    state = state_of(newer)
    assert (state.progress, state.location) == (0.8, "90.0")
    assert done(stage)
    assert kept_elsewhere(Attempt.objects.get()) == []  # it is in already: nothing to go on from


def test_a_repeated_or_late_snapshot_changes_nothing():
    stage = stage_for("video", WATCHED)
    launch = opened(stage)
    sent(launch, film((0, 50)), seq=5)
    assert sent(launch, film((0, 90)), seq=5).code == "commit_old_seq"
    assert state_of(launch).progress == 0.5


def test_opening_a_video_is_enough_where_that_is_asked():
    stage = stage_for("video", {"when": "opened"})
    launch = opened(stage)
    assert state_of(launch).completion == "completed"
    assert done(stage)
    sent(launch, film((0, 20), place=20))  # the place is kept all the same
    assert json.loads(state_of(launch).document)["cmi"]["location"] == "20.0"


def test_minutes_of_a_page():
    stage = stage_for("html5", {"when": "minutes", "at_least": 1})
    launch = opened(stage, ago=300)
    assert state_of(launch).completion == "unknown"
    assert not done(stage)
    sent(launch, None, seconds=59)
    assert not done(stage)
    assert sent(launch, {"progress_measure": "1", "success_status": "passed"}, seconds=59).verdict == "saved"
    assert state_of(launch).progress == -1  # nothing was asked of its scrolling
    sent(launch, None, seconds=61)
    assert done(stage)
    assert (state_of(launch).completion, state_of(launch).success) == ("completed", "unknown")


def test_scrolling_a_page():
    stage = stage_for("html5", {"when": "scrolled"})
    launch = opened(stage)
    assert not done(stage)
    sent(launch, {"progress_measure": "0.4", "completion_status": "completed"})
    state = state_of(launch)
    assert (state.progress, state.completion) == (0.4, "incomplete")
    sent(launch, {"progress_measure": "0.7"}, seq=2)  # the common statement
    assert state_of(launch).progress == 0.7
    assert not done(stage)
    sent(launch, {"progress_measure": "1", "score": {"scaled": "1"}}, seq=3)
    state = state_of(launch)
    assert (state.completion, state.success, state.score) == ("completed", "unknown", -1)
    assert done(stage)


def test_an_exercise_speaks_in_the_words_of_2004():
    stage = stage_for("h5p", {"when": "passed"})
    Version.objects.filter(pk=stage.version.pk).update(launch="h5p.json")
    stage.version.refresh_from_db()
    launch = opened(stage)
    assert state_of(launch).completion == "unknown"
    sent(
        launch,
        {
            "completion_status": "completed",
            "success_status": "failed",
            "score": {"scaled": "0.25"},
            "suspend_data": "{}",
        },
    )
    assert (state_of(launch).completion, state_of(launch).score) == ("completed", 0.25)
    assert not done(stage)
    sent(
        launch,
        {"completion_status": "completed", "success_status": "passed", "score": {"scaled": "1"}},
        seq=2,
    )
    assert done(stage)
    assert ActivityCompletion.objects.get().score == 1


def test_how_far_she_is():
    stage = stage_for("video", WATCHED)
    activity = Activity.objects.get()
    goal = goal_of(stage.enrolment, activity, "video", None)
    assert (goal.when, goal.least, goal.so_far, goal.percent, goal.met) == ("watched", 80, 0, 0, False)
    launch = opened(stage)
    sent(launch, film((0, 40)))
    goal = goal_of(stage.enrolment, activity, "video", launch.attempt)
    assert (goal.so_far, goal.percent) == (40, 50)
    sent(launch, film((0, 80)), seq=2)
    assert goal_of(stage.enrolment, activity, "video", launch.attempt).met
    activity.rule = {"when": "minutes", "at_least": 1.5}
    assert goal_of(stage.enrolment, activity, "html5", None).clocks == ("0:20", "1:30")
    activity.rule = {"when": "opened"}
    goal = goal_of(stage.enrolment, activity, "video", None)
    assert (goal.words, goal.least, goal.far) == ("Xong khi mở", 0, "")


def test_a_rule_that_is_eased_reaches_who_has_done_enough(django_capture_on_commit_callbacks):
    stage = stage_for("video", WATCHED)
    launch = opened(stage)
    sent(launch, film((0, 50)))
    from courses.training.actions import edit_activity, reevaluate

    activity = Activity.objects.get()
    edit_activity(
        by=None,
        activity=activity,
        title=activity.title,
        rule={"when": "watched", "at_least": 0.5},
        required=True,
    )
    assert not done(stage)
    reevaluate(enrolment_id=stage.enrolment.pk, activity_id=activity.pk)
    assert done(stage)
