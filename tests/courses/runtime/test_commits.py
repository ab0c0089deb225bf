"""Every answer a commit can get, and what it leaves behind."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import ActivityCompletion, Completion
from courses.runtime import refusals
from courses.runtime.actions import close_sessions, open_session
from courses.runtime.keys import write_key
from courses.runtime.leases import lease_of, sco_of
from courses.runtime.models import Attempt, CommitLog, RuntimeSession, SessionPart
from courses.runtime.signals import outcome_changed
from courses.runtime.snapshot import parse_snapshot
from courses.runtime.watch import Watch
from repository.models import Sco
from tests.courses.runtime.helpers import (
    beat,
    begin,
    body,
    cmi12,
    commit,
    heartbeat,
    launch,
    post,
    rows,
    state_of,
)
from tests.courses.runtime.stage import make_stage
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("cms.urls_content")]


@pytest.fixture(autouse=True)
def _as_the_content_process(settings):
    settings.MIDDLEWARE = []


@pytest.fixture
def stage():
    return make_stage()


@pytest.fixture
def opened(stage):
    return launch(stage)


@pytest.fixture
def news():
    """Attempts announced to whoever judges them."""
    heard: list[tuple[str, str, float | None]] = []

    def listen(attempt, **_):
        heard.append((attempt.completion, attempt.success, attempt.score))

    outcome_changed.connect(listen)
    yield heard
    outcome_changed.disconnect(listen)


# --- what is saved -----------------------------------------------------------------------------


def test_a_snapshot_is_saved_whole(opened, client: Client):
    answer = post(client, body(opened, 1, cmi12(place="4")))
    assert (answer.status_code, answer.json()["answer"], answer.json()["errorCode"]) == (200, "saved", 0)
    state = state_of(opened)
    assert (state.location, state.seq, state.commits, state.session_seconds) == ("4", 1, 1, 10)
    assert json.loads(state.document)["cmi"]["suspend_data"] == "trang=4"
    assert (state.completion, state.exit) == ("incomplete", "")


def test_the_common_commit_is_one_statement(opened, client, django_assert_num_queries):
    post(client, body(opened, 1))
    data = body(opened, 2, cmi12(place="5"))
    with django_assert_num_queries(1) as seen:
        answer = post(client, data)
    assert answer.json()["answer"] == "saved"
    assert seen[0]["sql"].lstrip().startswith("UPDATE courses_scostate")
    assert state_of(opened).location == "5"


def test_a_heartbeat_is_one_statement_and_overwrites_nothing(opened, client, django_assert_num_queries):
    post(client, body(opened, 1, cmi12(place="4")))
    data = heartbeat(opened, 300)
    with django_assert_num_queries(1):
        assert post(client, data).json()["answer"] == "saved"
    state = state_of(opened)
    assert (state.location, state.seq, state.session_seconds) == ("4", 1, 300)


def test_only_first_last_and_outcome_changing_commits_are_logged(opened):
    for seq in range(1, 5):
        commit(opened, seq)
    commit(opened, 5, cmi12("completed"))
    commit(opened, 6, cmi12("completed", exit="suspend"), final=True)
    kept = CommitLog.objects.order_by("pk").values_list("seq", "reason")
    assert list(kept) == [(1, "first"), (1, "outcome"), (5, "outcome"), (6, "last")]
    assert state_of(opened).commits == 6
    assert state_of(opened).exit == "suspend"


def test_completion_reaches_course_and_enrolment_in_the_same_transaction(stage, opened, news):
    commit(opened, 1)
    commit(opened, 2, cmi12("passed", raw="80"))
    attempt = Attempt.objects.get()
    assert (attempt.completion, attempt.success, attempt.score) == ("completed", "passed", 0.8)
    assert news[-1] == ("completed", "passed", 0.8)
    assert ActivityCompletion.objects.get().score == 0.8
    assert Completion.objects.get().user == stage.learner


def test_a_later_incomplete_takes_nothing_back(opened):
    commit(opened, 1, cmi12("completed"))
    assert commit(opened, 2, cmi12("incomplete")).code == ""
    assert state_of(opened).completion == "completed"
    assert json.loads(state_of(opened).document)["cmi"]["core"]["lesson_status"] == "incomplete"


def test_the_best_of_a_gap_counts(opened):
    """The commit that said "passed" was lost; the next carries it."""
    commit(opened, 3, cmi12("incomplete"), best={"completion": "completed", "success": "passed"})
    state = state_of(opened)
    assert (state.completion, state.success) == ("completed", "passed")


def test_a_claimed_best_does_not_beat_a_mastery_score(stage):
    Sco.objects.update(facts={"mastery_score": "80"})
    opened = launch(stage)
    claim = {"completion": "completed", "success": "passed"}
    commit(opened, 1, cmi12("completed", raw="50"), best=claim)
    assert (state_of(opened).completion, state_of(opened).success) == ("completed", "failed")
    commit(opened, 2, cmi12("completed", raw="85"), best=claim)
    assert state_of(opened).success == "passed"


def test_a_passed_lesson_looked_into_again_stays_the_common_case(stage, client, django_assert_num_queries):
    commit(launch(stage), 1, cmi12("passed"))
    again = launch(stage)
    key = write_key(lease_of(again.session, sco_of(again.session), state_of(again)))
    post(client, body(again, 1, cmi12("incomplete"), key=key))
    data = body(again, 2, cmi12("incomplete"), key=key)
    with django_assert_num_queries(1):
        assert post(client, data).json()["answer"] == "saved"
    assert state_of(again).success == "passed"


def test_a_new_score_is_looked_at_only_where_a_rule_reads_it(stage, news):
    first = launch(stage)
    commit(first, 1, cmi12(raw="10"))
    heard = len(news)
    commit(first, 2, cmi12(raw="20"))
    assert len(news) == heard
    second = launch(stage, watch=Watch(score_watched=True))
    commit(second, 1, cmi12(raw="20"))
    heard = len(news)
    commit(second, 2, cmi12(raw="30"))
    assert news[heard:] == [("incomplete", "unknown", 0.3)]


def test_characters_no_database_takes_are_left_out(opened, client):
    raw = json.dumps(body(opened, 1, cmi12(place="a\0b\ud800c")))
    assert post(client, raw).json()["answer"] == "saved"
    assert state_of(opened).location == "ab\ufffdc"


# --- what changes nothing ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (lambda data: b"cmi.core.lesson_status=passed", 400, "commit_not_json"),
        (lambda data: b"\xff\xfe", 400, "commit_not_json"),
        (lambda data: json.dumps(data | {"seconds": float("nan")}), 400, "commit_not_json"),
        (lambda data: "[" * 50_000, 400, "commit_not_json"),
        (lambda data: "[1, 2]", 400, "commit_malformed"),
        (lambda data: data | {"session": "../../etc"}, 400, "commit_malformed"),
        (lambda data: data | {"seq": -1}, 400, "commit_malformed"),
        (lambda data: data | {"seq": True}, 400, "commit_malformed"),
        (lambda data: data | {"seq": 10**12}, 400, "commit_malformed"),
        (lambda data: data | {"cmi": "x"}, 400, "commit_malformed"),
        (lambda data: data | {"cmi": cmi12() | {"suspend_data": ["x"]}}, 400, "commit_malformed"),
        (lambda data: data | {"cmi": cmi12() | {"suspend_data": "ă" * 64_001}}, 400, "commit_suspend_data"),
        (lambda data: data | {"cmi": cmi12() | {"suspend_data": "😀" * 32_001}}, 400, "commit_suspend_data"),
        (lambda data: data | {"pad": "x" * 1024 * 1024}, 413, "commit_too_large"),
        (lambda data: data | {"session": str(uuid.uuid4())}, 403, "commit_unknown_session"),
        (lambda data: data | {"key": "AAAA"}, 403, "commit_unknown_session"),
        (lambda data: data | {"key": "ế"}, 403, "commit_unknown_session"),
        (lambda data: data | {"key": data["key"][:-8] + "AAAAAAA="}, 403, "commit_unknown_session"),
        (lambda data: data | {"sco": "another"}, 403, "commit_other_sco"),
    ],
)
def test_what_is_refused_changes_nothing(opened, client, change, status, code):
    post(client, body(opened, 1))
    before, logged = rows(), CommitLog.objects.count()
    data = body(opened, 2, cmi12("passed"))
    sent = change(data)
    answer = post(client, sent)
    assert (answer.status_code, answer.json()["answer"], answer.json()["code"]) == (status, "refused", code)
    assert answer.json()["message"]
    assert rows() == before
    text = sent if isinstance(sent, str) else json.dumps(sent) if not isinstance(sent, bytes) else ""
    known = data["key"] in text
    assert CommitLog.objects.count() == logged + known
    if known:
        noted = CommitLog.objects.get(reason="refused")
        assert (noted.session, noted.code, noted.document) == (opened.session, code, "")


def test_a_session_leaves_few_refusals_however_often_it_is_refused(opened, client, monkeypatch):
    for seq in range(1, 9):
        post(client, body(opened, seq, cmi12() | {"suspend_data": "ă" * 64_001}))
        post(client, body(opened, seq) | {"sco": "another"})
    noted = CommitLog.objects.filter(reason="refused").order_by("code")
    assert [row.code for row in noted] == ["commit_other_sco", "commit_suspend_data"]
    monkeypatch.setattr(refusals, "MOST", 3)
    for change in ({"seq": -1}, {"pad": "x" * 1024 * 1024}, {"session": str(uuid.uuid4())}):
        post(client, body(opened, 9) | change)
    assert noted.all().count() == 3


def test_a_refusal_tells_a_12_lesson_its_own_error(opened, client):
    answer = post(client, body(opened, 1, cmi12() | {"suspend_data": "ă" * 64_001})).json()
    assert (answer["code"], answer["errorCode"]) == ("commit_suspend_data", 405)


def test_64000_characters_are_taken(opened, client):
    assert post(client, body(opened, 1, cmi12() | {"suspend_data": "ễ" * 64_000})).json()["answer"] == "saved"


def test_another_learners_key_does_not_open_her_neighbours_attempt(stage, opened, client):
    other = make_stage()
    stranger = launch(other)
    before = rows()
    data = body(opened, 1, cmi12("passed")) | {"key": body(stranger)["key"]}
    answer = post(client, data)
    assert (answer.status_code, answer.json()["code"]) == (403, "commit_unknown_session")
    assert rows() == before


def test_an_old_number_is_a_success_without_effect(opened, client):
    commit(opened, 5, cmi12(place="5"))
    before = rows()
    for seq in (4, 5):
        answer = post(client, body(opened, seq, cmi12(place="1")))
        assert (answer.status_code, answer.json()["answer"]) == (200, "saved")
        assert answer.json()["code"] == "commit_old_seq"
    assert rows() == before


def test_an_old_number_still_brings_its_completion(opened):
    commit(opened, 5, cmi12(place="5"))
    assert commit(opened, 4, cmi12("completed", place="4")).code == "commit_old_seq"
    state = state_of(opened)
    assert (state.completion, state.location) == ("completed", "5")


@pytest.mark.parametrize("mode", ["review", "browse"])
def test_looking_writes_nothing(stage, opened, client, mode):
    commit(opened, 1, cmi12(place="2"))
    looking = launch(stage, mode=mode)
    before = rows()
    answer = post(client, body(looking, 1, cmi12("passed")))
    assert (answer.status_code, answer.json()["code"]) == (403, "commit_not_tracked")
    assert rows() == before
    assert commit(opened, 2, cmi12(place="3")).verdict == "saved"  # and it takes nothing from the learner


def test_get_is_no_commit(client):
    assert client.get("/commit/").status_code == 405


# --- what is kept ------------------------------------------------------------------------------


def test_after_the_class_closed_a_commit_is_kept_and_flagged(stage, client):
    opened = launch(stage, open_until=timezone.now() + timedelta(hours=1))
    commit(opened, 1, cmi12(place="2"))
    RuntimeSession.objects.update(open_until=timezone.now())
    state = state_of(opened)
    state.open_until = timezone.now()
    state.save()
    before = rows()
    for seq in (2, 4, 3):
        answer = post(client, body(opened, seq, cmi12("passed", place=str(seq))))
        assert (answer.status_code, answer.json()["answer"], answer.json()["code"]) == (
            202,
            "kept",
            "commit_late",
        )
    assert rows() == before
    kept = CommitLog.objects.get(reason="late")
    assert (kept.late, kept.seq, kept.completion, kept.success) == (True, 4, "completed", "passed")
    assert json.loads(kept.document)["cmi"]["core"]["lesson_location"] == "4"
    assert not ActivityCompletion.objects.exists()


def test_a_closed_session_keeps_what_comes_after(stage, opened, client):
    commit(opened, 1, cmi12(place="2"))
    assert close_sessions(user_ids=[stage.learner.pk], reason="deactivated") == 1
    before = rows()
    answer = post(client, body(opened, 2, cmi12("passed")))
    assert (answer.status_code, answer.json()["answer"], answer.json()["code"]) == (
        202,
        "kept",
        "commit_closed",
    )
    assert answer.json()["errorCode"] == 101
    assert rows() == before
    # what was acknowledged before is not kept a second time
    assert post(client, body(opened, 1)).json()["code"] == "commit_old_seq"
    assert CommitLog.objects.filter(reason="late").count() == 1


def test_the_last_launch_wins_and_the_older_is_kept(stage, opened, client):
    commit(opened, 1, cmi12(place="2"), seconds=100)
    newer = launch(stage)
    commit(newer, 1, cmi12(place="7"), seconds=50)
    answer = post(client, body(opened, 2, cmi12(place="3"), seconds=130))
    assert (answer.status_code, answer.json()["answer"], answer.json()["code"]) == (
        409,
        "kept",
        "commit_superseded",
    )
    assert answer.json()["errorCode"] == 101
    state = state_of(newer)
    assert (state.location, state.seq, state.session) == ("7", 1, newer.session.uid)
    assert (state.banked_seconds, state.session_seconds) == (130, 50)
    kept = CommitLog.objects.get(reason="superseded")
    assert json.loads(kept.document)["cmi"]["core"]["lesson_location"] == "3"


def test_an_older_windows_completion_counts(stage, opened):
    commit(opened, 1)
    launch(stage)
    assert commit(opened, 2, cmi12("completed")).code == "commit_superseded"
    assert Attempt.objects.get().completion == "completed"
    assert ActivityCompletion.objects.exists()


def test_an_older_windows_repeats_count_once(stage, opened):
    commit(opened, 1, seconds=100)
    launch(stage)
    for _ in range(3):
        assert commit(opened, 2, seconds=160).code == "commit_superseded"
        beat(opened, 170)
    assert commit(opened, 1, seconds=100).code == "commit_old_seq"
    assert state_of(opened).banked_seconds == 170
    assert SessionPart.objects.get().seconds == 170
    assert CommitLog.objects.filter(reason="superseded").count() == 1


def took_over(stage, opened, *, ago: float):
    """A newer window, opened so many seconds ago."""
    newer = launch(stage, ago=ago)
    at = timezone.now() - timedelta(seconds=ago)
    RuntimeSession.objects.filter(pk=opened.session.pk).update(closed_at=at)
    return newer


def test_two_windows_at_once_count_once(stage):
    opened = launch(stage, ago=1000)
    commit(opened, 1, seconds=400)
    newer = took_over(stage, opened, ago=600)
    beat(newer, 600)
    beat(opened, 1000)  # went on all the while
    assert state_of(newer).total_seconds == pytest.approx(1000, abs=2)
    assert SessionPart.objects.get().seconds == pytest.approx(400, abs=2)


def test_an_older_window_without_network_counts_where_the_newer_was_not_used(stage):
    opened = launch(stage, ago=1000)
    commit(opened, 1, seconds=400)
    newer = took_over(stage, opened, ago=600)
    beat(newer, 50)
    type(state_of(newer)).objects.update(changed_at=timezone.now() - timedelta(seconds=500))
    commit(opened, 2, seconds=1000)
    assert state_of(newer).total_seconds == pytest.approx(1000, abs=2)


def test_late_work_claims_no_more_time_than_until_its_last_sign_of_life(stage):
    opened = launch(stage, ago=3600)
    commit(opened, 1, cmi12(session_time="00:50:00"), seconds=20, age=3540)
    assert state_of(opened).session_seconds == pytest.approx(60, abs=2)
    # a clock that was put right in between takes nothing of what was measured
    commit(opened, 2, cmi12(session_time="00:50:00"), seconds=90, age=1e12)
    assert state_of(opened).session_seconds == 90


@pytest.mark.parametrize("age", [True, "60", float("-5"), None, []])
def test_an_age_that_is_none_is_passed_over(opened, age):
    assert parse_snapshot(body(opened, 1, age=age)).age == 0


def test_the_next_launch_goes_on_from_kept_work(stage, opened):
    commit(opened, 1, cmi12(place="2"))
    newer = launch(stage)
    commit(newer, 1, cmi12(place="3"))
    commit(opened, 2, cmi12(place="9"))
    kept = CommitLog.objects.get(reason="superseded")
    third = launch(stage, restore=kept.pk)
    assert json.loads(state_of(third).document)["cmi"]["core"]["lesson_location"] == "9"
    assert state_of(third).entry == "resume"


def test_kept_work_of_another_attempt_is_not_taken(stage, opened):
    commit(opened, 1, cmi12(place="2"))
    launch(stage)
    commit(opened, 2, cmi12(place="9"))
    kept = CommitLog.objects.get(reason="superseded")
    other = launch(make_stage(), restore=kept.pk)
    assert state_of(other).document == "{}"


# --- time --------------------------------------------------------------------------------------


def test_time_is_the_latest_value_of_each_session(stage):
    for place, seconds in enumerate((100, 60), start=1):
        opened = launch(stage)
        for seq in (1, 2, 3):
            commit(opened, seq, cmi12(place=str(place)), seconds=seconds * seq / 3)
    assert state_of(opened).total_seconds == 160


def test_time_is_never_more_than_the_clock(stage):
    opened = launch(stage, ago=120)
    commit(opened, 1, cmi12(session_time="9999:00:00"), seconds=500_000)
    assert 119 < state_of(opened).session_seconds < 125


def test_at_its_end_a_sco_says_how_long_it_took(opened):
    commit(opened, 1, cmi12(session_time="00:01:00"), seconds=90)
    assert state_of(opened).session_seconds == 90
    commit(opened, 2, cmi12(session_time="00:01:20.50", exit="suspend"), seconds=95, final=True)
    assert state_of(opened).session_seconds == 80.5


def test_a_rule_on_time_is_met_by_a_heartbeat(news):
    stage = make_stage(rule={"when": "minutes", "at_least": 10})
    opened = launch(stage, watch=Watch(seconds_due=600))
    commit(opened, 1, seconds=100)
    heard = len(news)
    beat(opened, 599)
    assert len(news) == heard
    beat(opened, 601)
    assert len(news) == heard + 1
    assert ActivityCompletion.objects.exists()
    beat(opened, 650)
    assert len(news) == heard + 1


def test_time_of_earlier_sessions_counts_towards_the_rule(news):
    stage = make_stage(rule={"when": "minutes", "at_least": 10})
    first = launch(stage, watch=Watch(seconds_due=600))
    commit(first, 1, seconds=400)
    second = launch(stage, watch=Watch(seconds_due=600))
    heard = len(news)
    commit(second, 1, seconds=100)
    commit(second, 2, seconds=201)
    assert len(news) == heard + 1
    assert ActivityCompletion.objects.exists()


# --- HTML5 -------------------------------------------------------------------------------------


def test_an_html5_lesson_is_complete_when_opened():
    stage = make_stage(kind="html5")
    opened = launch(stage)
    assert Attempt.objects.get().completion == "completed"
    assert ActivityCompletion.objects.exists()
    beat(opened, 42)
    assert state_of(opened).session_seconds == 42


def test_a_rolled_back_commit_leaves_nothing(opened, monkeypatch):
    commit(opened, 1)
    before = rows()

    def fail(**_):
        raise RuntimeError("evaluation fails")

    outcome_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            commit(opened, 2, cmi12("passed"))
    finally:
        outcome_changed.disconnect(fail)
    assert rows() == before
    assert not CommitLog.objects.filter(seq=2).exists()


def test_nobody_opens_anothers_attempt(stage):
    from accounts.errors import NotAllowed

    attempt = begin(stage)
    with pytest.raises(NotAllowed):
        open_session(by=UserFactory(), attempt=attempt)
