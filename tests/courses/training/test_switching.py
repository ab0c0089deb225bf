"""A newer version of a lesson in use: who is touched, who moves with which tracks, and the way back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from accounts.errors import NotAllowed, Refusal
from courses.models import (
    ActivityCompletion,
    Attempt,
    CommitLog,
    RunPin,
    RuntimeSession,
    ScoState,
    Switch,
    SwitchedAttempt,
)
from courses.runtime.launch import kept_elsewhere
from courses.runtime.leases import data_of, sco_of
from courses.training import news
from courses.training.actions import return_switch, switch_version
from courses.training.actions.learning import latest_attempt
from courses.training.actions.switching import carry_on
from courses.training.models import Activity, Course
from courses.training.switching import reach_of, touched_of
from courses.training.undecided import undecided_in
from tests.courses.runtime import test_sequenced as sequenced
from tests.courses.runtime.stage import Stage
from tests.courses.training.versions import (
    FIRST,
    SECOND,
    class_in_the_middle,
    next_version,
    one_more,
    opens,
    package,
    saves,
    tracks,
)
from tests.factories import OrgUnitFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    """A class at the first version; its learner has worked in two of three parts."""
    made = class_in_the_middle()
    first = opens(made.enrolment, made.activity, "i1")
    aged(first)
    saves(first, status="completed", place="9", final=True, seconds=60)
    second = opens(made.enrolment, made.activity, "i2")
    aged(second)
    saves(second, place="4", seconds=30)
    return made


def aged(opened: Any) -> None:
    """As if opened an hour ago, so that its time counts."""
    RuntimeSession.objects.filter(pk=opened.session.pk).update(opened_at=timezone.now() - timedelta(hours=1))
    opened.session.refresh_from_db()


def renew(stage: Stage, way: str = "move", bookmarks: str = "same", parts: Any = SECOND) -> Switch:
    """The next version is published, decided about, and everybody who moves has moved."""
    version = next_version(stage.activity.resource, stage.author, package(parts), note="Sửa bài luyện tập")
    switch = switch_version(by=None, activity=stage.activity, version=version, way=way, bookmarks=bookmarks)
    carry_on(switch_id=switch.pk)
    switch.refresh_from_db()
    return switch


def standing(stage: Stage) -> Attempt:
    found = latest_attempt(stage.enrolment, stage.activity)
    assert found is not None
    return found


def seconds(stage: Stage) -> float:
    return sum(state.total_seconds for state in ScoState.objects.filter(attempt__enrolment=stage.enrolment))


def everything(attempt: Attempt) -> list[dict[str, Any]]:
    return [*attempt.states.order_by("pk").values(), *attempt.commits_kept.order_by("pk").values()]


# --- whom it touches ----------------------------------------------------------------------------


def test_learners_are_counted_by_where_they_stand(stage: Stage) -> None:
    one_more(stage)
    done = one_more(stage)
    ActivityCompletion.objects.create(
        enrolment=done, activity=stage.activity, at=timezone.now(), rule={"when": "completed"}
    )
    opens(done, stage.activity, "i1")
    left = one_more(stage)
    left.state = "ended"
    left.save()
    version = next_version(stage.activity.resource, stage.author, package(SECOND))
    (touched,) = touched_of(stage.author, Activity.objects.filter(pk=stage.activity.pk))
    assert touched.target == version
    assert touched.waits
    assert (touched.counts.people, touched.counts.fresh, touched.counts.busy, touched.counts.done) == (
        3,
        1,
        1,
        1,
    )
    assert touched.late == 1


def test_names_are_for_whom_they_are_others_are_counted(stage: Stage) -> None:
    reviewer = person(stage.unit, "resource_reviewer")
    manager = person(stage.unit, "training_manager")
    hers = reach_of(manager, stage.activity.resource_id)
    assert [one.course for one in hers.touched] == [stage.activity.section.course]
    assert [run.run for run in hers.touched[0].runs_seen] == [stage.run]
    assert hers.hidden_courses == hers.hidden_runs == 0
    seen = reach_of(reviewer, stage.activity.resource_id)
    assert seen.runs == 1 and seen.counts.people == 1
    assert seen.hidden_runs == 1
    assert not any(one.runs_seen for one in seen.touched)


@pytest.mark.parametrize("more", [0, 4])
def test_queries_do_not_grow_with_classes_and_courses(
    stage: Stage, more: int, django_assert_max_num_queries: Any
) -> None:
    for _number in range(more):
        run = stage.run
        run.pk, run.uid = None, None
        run._state.adding = True
        from uuid import uuid4

        run.uid = uuid4()
        run.save()
        RunPin.objects.create(run=run, activity=stage.activity, version=stage.version)
        enrolment = one_more(stage, run)
        opens(enrolment, stage.activity, "i1")
    manager = person(stage.unit, "training_manager")
    with django_assert_max_num_queries(16):
        assert reach_of(manager, stage.activity.resource_id).runs == 1 + more


# --- staying ------------------------------------------------------------------------------------


def test_those_in_progress_stay_and_new_ones_get_the_newer_version(stage: Stage) -> None:
    attempt = standing(stage)
    before = everything(attempt)
    switch = renew(stage, way="stay")
    assert switch.state == Switch.State.DONE
    assert RunPin.objects.get(run=stage.run).version == switch.version
    assert standing(stage) == attempt
    assert everything(attempt) == before
    assert opens(stage.enrolment, stage.activity).session.version == stage.version
    fresh = one_more(stage)
    assert opens(fresh, stage.activity).session.version == switch.version


def test_those_who_stayed_can_be_moved_later(stage: Stage) -> None:
    first = renew(stage, way="stay")
    with pytest.raises(Refusal) as refusal:
        switch_version(by=None, activity=stage.activity, version=first.version, way="stay")
    assert refusal.value.code == "switch_nothing"
    second = switch_version(by=None, activity=stage.activity, version=first.version, way="move")
    carry_on(switch_id=second.pk)
    assert standing(stage).version == first.version
    return_switch(by=None, switch=second)
    carry_on(switch_id=second.pk)
    assert standing(stage).version == stage.version
    assert RunPin.objects.get(run=stage.run).version == first.version


# --- moving -------------------------------------------------------------------------------------


def test_tracks_go_along_part_by_part_and_nothing_of_the_old_is_touched(stage: Stage) -> None:
    former = standing(stage)
    before, total = everything(former), seconds(stage)
    switch = renew(stage)
    successor = standing(stage)
    assert successor.version == switch.version
    assert successor.moved_from == former
    assert everything(former) == before
    assert seconds(stage) == total  # time is counted once, where it was spent
    kept = tracks(successor)
    assert set(kept) == {"i1", "i2"}
    whole, changed = kept["i1"], kept["i2"]
    assert (whole.completion, whole.location, whole.carried) == ("completed", "9", "whole")
    assert json.loads(whole.document)["cmi"]["suspend_data"] == "nhớ 9"
    assert (changed.completion, changed.location, changed.carried) == ("incomplete", "", "status")
    assert "suspend_data" not in changed.document
    assert changed.entry == "ab-initio"


def test_the_sco_is_told_of_the_time_spent_before(stage: Stage) -> None:
    spent = tracks(standing(stage))["i1"].total_seconds
    assert spent == pytest.approx(60)
    renew(stage)
    opened = opens(stage.enrolment, stage.activity, "i1")
    session = opened.session
    state = ScoState.objects.get(attempt=session.attempt, sco_identifier="i1")
    core = data_of(session, sco_of(session), state)["cmi"]["core"]
    assert core["total_time"].startswith("0000:01:00") or core["total_time"].startswith("00:01:00")
    assert core["lesson_location"] == "9"


@pytest.mark.parametrize(("bookmarks", "places"), [("all", ("9", "4")), ("none", ("", ""))])
def test_bookmarks_come_along_as_the_manager_says(
    stage: Stage, bookmarks: str, places: tuple[str, str]
) -> None:
    renew(stage, bookmarks=bookmarks)
    kept = tracks(standing(stage))
    assert (kept["i1"].location, kept["i2"].location) == places
    assert kept["i1"].completion == "completed"


def test_who_completed_the_activity_stays_completed_at_her_version(stage: Stage) -> None:
    ActivityCompletion.objects.create(
        enrolment=stage.enrolment, activity=stage.activity, at=timezone.now(), rule={"when": "completed"}
    )
    attempt = standing(stage)
    switch = renew(stage)
    assert not switch.attempts.exists()
    assert standing(stage) == attempt
    assert ActivityCompletion.objects.filter(enrolment=stage.enrolment).count() == 1


def test_parts_that_vanish_may_complete_the_lesson(stage: Stage) -> None:
    renew(stage, parts=SECOND[:1])
    assert standing(stage).completion == "completed"
    assert ActivityCompletion.objects.filter(enrolment=stage.enrolment, activity=stage.activity).exists()


def test_moving_twice_moves_once(stage: Stage) -> None:
    switch = renew(stage)
    attempts = list(Attempt.objects.values())
    assert carry_on(switch_id=switch.pk) == 0
    Switch.objects.filter(pk=switch.pk).update(state=Switch.State.MOVING)
    carry_on(switch_id=switch.pk)
    assert list(Attempt.objects.values()) == attempts
    switch.refresh_from_db()
    assert switch.state == Switch.State.DONE


@pytest.mark.parametrize(
    "away", [OSError("storage is away"), OperationalError("the database is away")], ids=type
)
def test_where_something_is_away_the_others_are_moved_and_the_rest_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, away: Exception
) -> None:
    other = one_more(stage)
    saves(opens(other, stage.activity, "i1"))
    from courses.training.actions import switching

    carry = switching.carry
    version = next_version(stage.activity.resource, stage.author, package(SECOND))
    switch = switch_version(by=None, activity=stage.activity, version=version, way="move")

    def breaks(*, former: Attempt, **rest: Any) -> Attempt:
        made = carry(former=former, **rest)
        if former.user == other.user:
            raise away
        return made

    monkeypatch.setattr(switching, "carry", breaks)
    with pytest.raises(type(away), match="away"):
        carry_on(switch_id=switch.pk)
    assert standing(stage).version == version
    assert latest_attempt(other, stage.activity).version == stage.version  # type: ignore[union-attr]
    monkeypatch.setattr(switching, "carry", carry)
    carry_on(switch_id=switch.pk)
    assert latest_attempt(other, stage.activity).version == version  # type: ignore[union-attr]
    assert switch.attempts.filter(state="moved").count() == 2


# --- a lesson that leads through its parts ------------------------------------------------------


def led_to_the_second_part() -> tuple[Stage, Attempt]:
    """A sequenced lesson: the first part is done, the window was closed in the second."""
    stage = sequenced.sequenced_stage()
    stage.activity.resource = stage.version.resource
    stage.activity.save()
    first = sequenced.go(stage)
    sequenced.say(first, final=True, completion_status="completed", success_status="passed")
    second = sequenced.go(stage, "continue")
    sequenced.say(second, completion_status="incomplete", location="trang 3")
    return stage, second.attempt


def test_the_sequence_goes_on_where_she_was() -> None:
    stage, former = led_to_the_second_part()
    kept = former.sequencing.document
    more = sequenced.MANIFEST.replace(
        '<item identifier="two"',
        '<item identifier="zero" identifierref="res"><title>Không</title></item><item identifier="two"',
    )
    version = next_version(stage.activity.resource, stage.author, sequenced.package(more))
    switch = switch_version(by=None, activity=stage.activity, version=version, way="move")
    carry_on(switch_id=switch.pk)
    former.sequencing.refresh_from_db()
    assert former.sequencing.document == kept
    moved = sequenced.go(stage)
    assert moved.attempt.version == version
    assert (sequenced.delivered(moved), sequenced.found(moved)["cmi"]["location"]) == ("two", "trang 3")
    assert tracks(moved.attempt)["one"].success == "passed"
    assert sequenced.delivered(sequenced.go(stage, "previous")) == "zero"
    return_switch(by=None, switch=switch)
    carry_on(switch_id=switch.pk)
    back = sequenced.go(stage)
    assert (back.attempt, sequenced.delivered(back)) == (former, "two")


def test_the_sequence_begins_anew_where_her_part_is_gone() -> None:
    stage, former = led_to_the_second_part()
    fewer = sequenced.MANIFEST.replace('identifier="two"', 'identifier="three"').replace("Phần hai", "Khác")
    version = next_version(stage.activity.resource, stage.author, sequenced.package(fewer))
    switch = switch_version(by=None, activity=stage.activity, version=version, way="move")
    carry_on(switch_id=switch.pk)
    moved = sequenced.go(stage)
    assert (moved.attempt.moved_from, sequenced.delivered(moved)) == (former, "one")
    assert tracks(moved.attempt)["one"].completion == "completed"


# --- a window that is open meanwhile ------------------------------------------------------------


def test_an_open_window_goes_on_and_moves_with_all_it_saved(stage: Stage) -> None:
    window = opens(stage.enrolment, stage.activity, "i2")
    aged(window)
    saves(window, place="5", seconds=10)
    renew(stage, bookmarks="all")
    saves(window, seq=2, place="6", seconds=20)  # the class has moved; she has not noticed
    former = window.attempt
    assert former is not None
    assert tracks(former)["i2"].location == "6"
    total = seconds(stage)
    again = opens(stage.enrolment, stage.activity, "i2")
    assert again.session.version != stage.version
    assert tracks(again.attempt)["i2"].location == "6"
    assert seconds(stage) == total


def test_what_the_old_window_sends_after_the_new_one_opened_is_kept_and_offered(stage: Stage) -> None:
    window = opens(stage.enrolment, stage.activity, "i1")
    aged(window)
    saves(window, place="5", seconds=10)
    renew(stage)
    again = opens(stage.enrolment, stage.activity, "i1")
    aged(again)
    total = seconds(stage)
    saves(window, seq=2, place="8", seconds=25)
    kept = CommitLog.objects.get(reason=CommitLog.Reason.SUPERSEDED)
    assert "nhớ 8" in kept.document
    assert seconds(stage) == total + 15
    (offer,) = kept_elsewhere(again.attempt)
    assert (offer["id"], offer["sco_identifier"]) == (kept.pk, "i1")
    assert tracks(again.attempt)["i1"].location == "5"
    from courses.training.actions import open_lesson

    pin = RunPin.objects.select_related("activity", "version").get(run=stage.run)
    stage.enrolment.run = stage.run
    restored = open_lesson(by=stage.learner, enrolment=stage.enrolment, pin=pin, sco="i1", restore=kept.pk)
    assert "nhớ 8" in tracks(restored.attempt)["i1"].document


# --- back again ---------------------------------------------------------------------------------


def test_one_click_brings_everybody_back_to_her_own_tracks(stage: Stage) -> None:
    former = standing(stage)
    switch = renew(stage)
    opened = opens(stage.enrolment, stage.activity, "i4")
    aged(opened)
    saves(opened, status="completed", place="2", final=True, seconds=40)
    total = seconds(stage)
    documents = {name: state.document for name, state in tracks(former).items()}
    return_switch(by=None, switch=switch)
    carry_on(switch_id=switch.pk)
    switch.refresh_from_db()
    assert switch.state == Switch.State.RETURNED
    assert RunPin.objects.get(run=stage.run).version == stage.version
    assert standing(stage) == former
    assert {name: state.document for name, state in tracks(former).items()} == documents
    assert seconds(stage) == total  # what was done meanwhile is kept
    assert tracks(opened.attempt)["i4"].completion == "completed"
    back = opens(stage.enrolment, stage.activity, "i2")
    assert (back.session.version, back.attempt) == (stage.version, former)


def test_the_page_speaks_of_the_way_back_not_of_the_former_decision(stage: Stage, client: Client) -> None:
    manager = person(stage.unit, "training_manager")
    client.force_login(manager)
    address = f"/manage/activities/{stage.activity.uid}/version/"
    switch = renew(stage, way="stay")
    decided = client.get(address).content.decode()
    return_switch(by=manager, switch=switch)
    page = client.get(address).content.decode()
    assert "Các lớp đang mở dùng lại bản trước đó" in page
    assert manager.full_name in page
    stayed = gettext("Learners in progress stayed at the version they had begun.")
    assert stayed in decided
    assert stayed not in page


def test_what_was_completed_meanwhile_counts_on_the_way_back(stage: Stage) -> None:
    former = standing(stage)
    switch = renew(stage)
    opened = opens(stage.enrolment, stage.activity, "i2")
    aged(opened)
    saves(opened, status="passed", place="2", final=True, seconds=40)
    return_switch(by=None, switch=switch)
    carry_on(switch_id=switch.pk)
    track = tracks(former)["i2"]
    assert (track.completion, track.success, track.location) == ("completed", "passed", "4")


def test_a_window_of_the_newer_version_loses_nothing_on_the_way_back(stage: Stage) -> None:
    switch = renew(stage)
    window = opens(stage.enrolment, stage.activity, "i1")
    aged(window)
    saves(window, place="10", seconds=10)
    return_switch(by=None, switch=switch)
    carry_on(switch_id=switch.pk)
    saves(window, seq=2, place="11", seconds=20)
    total = seconds(stage)
    opens(stage.enrolment, stage.activity, "i1")
    assert seconds(stage) == total
    assert tracks(window.attempt)["i1"].location == "11"
    saves(window, seq=3, place="12", seconds=21)
    assert "nhớ 12" in CommitLog.objects.get(reason=CommitLog.Reason.SUPERSEDED).document


def test_after_going_back_it_can_be_decided_again(stage: Stage) -> None:
    switch = renew(stage)
    return_switch(by=None, switch=switch)
    carry_on(switch_id=switch.pk)
    again = switch_version(by=None, activity=stage.activity, version=switch.version, way="move")
    carry_on(switch_id=again.pk)
    assert standing(stage).version == switch.version
    assert Attempt.objects.filter(enrolment=stage.enrolment).count() == 3
    with pytest.raises(Refusal) as refusal:
        return_switch(by=None, switch=switch)
    assert refusal.value.code == "switch_returned"


def test_only_the_last_decision_can_be_taken_back(stage: Stage) -> None:
    first = renew(stage)
    renew(stage, parts=FIRST)
    with pytest.raises(Refusal) as refusal:
        return_switch(by=None, switch=first)
    assert refusal.value.code == "switch_not_latest"


def test_a_version_taken_down_is_not_gone_back_to(stage: Stage) -> None:
    switch = renew(stage)
    stage.version.review = "returned"
    stage.version.save()
    with pytest.raises(Refusal) as refusal:
        return_switch(by=None, switch=switch)
    assert refusal.value.code == "switch_former_withdrawn"


# --- refusals and rights ------------------------------------------------------------------------


def test_nothing_is_decided_twice_or_about_what_was_not_shown(stage: Stage) -> None:
    switch = renew(stage)
    for version, code in ((switch.version, "switch_nothing"), (stage.version, "switch_changed")):
        with pytest.raises(Refusal) as refusal:
            switch_version(by=None, activity=stage.activity, version=version, way="move")
        assert refusal.value.code == code
    Switch.objects.filter(pk=switch.pk).update(state=Switch.State.MOVING)
    with pytest.raises(Refusal) as refusal:
        switch_version(by=None, activity=stage.activity, version=switch.version, way="move")
    assert refusal.value.code == "switch_busy"


@pytest.mark.parametrize(
    "role", ["teacher", "resource_reviewer", "unit_administrator", "system_administrator"]
)
def test_only_who_manages_the_course_decides(stage: Stage, role: str, client: Client) -> None:
    version = next_version(stage.activity.resource, stage.author, package(SECOND))
    other = person(stage.unit, role)
    with pytest.raises(NotAllowed):
        switch_version(by=other, activity=stage.activity, version=version, way="stay")
    client.force_login(other)
    address = f"/manage/activities/{stage.activity.uid}/version/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"act": "apply", "version": version.uid, "way": "stay"}).status_code == 404
    assert RunPin.objects.get(run=stage.run).version == stage.version


@pytest.mark.parametrize(
    ("role", "status"),
    [("teacher", 404), ("resource_reviewer", 200), ("training_manager", 200), ("unit_administrator", 404)],
)
def test_whom_it_touches_is_told_to_authors_reviewers_and_managers(
    stage: Stage, role: str, status: int, client: Client
) -> None:
    address = f"/lessons/{stage.activity.resource.uid}/touches/"
    client.force_login(person(stage.unit, role))
    assert client.get(address).status_code == status
    client.force_login(stage.author)
    page = client.get(address)
    assert page.status_code == 200
    assert "Lớp thử" not in page.content.decode()  # she leads none of the classes
    client.logout()
    assert client.get(address).status_code == 302


# --- the pages ----------------------------------------------------------------------------------


@pytest.fixture
def manager(stage: Stage, client: Client) -> Client:
    client.force_login(person(stage.unit, "training_manager"))
    return client


def test_the_page_shows_the_pairs_then_does_it_then_takes_it_back(stage: Stage, manager: Client) -> None:
    version = next_version(stage.activity.resource, stage.author, package(SECOND), note="Sửa bài luyện tập")
    address = f"/manage/activities/{stage.activity.uid}/version/"
    page = manager.get(address).content.decode()
    for words in ("Sửa bài luyện tập", "Vận dụng", "Ôn tập", "Luyện tập", "Lớp thử"):
        assert words in page
    builder = manager.get(f"/manage/courses/{stage.activity.section.course.uid}/").content.decode()
    assert address in builder
    sent = {"act": "apply", "version": version.uid, "way": "move", "bookmarks": "same"}
    assert manager.post(address, sent).status_code == 302
    switch = Switch.objects.get()
    assert (switch.state, switch.attempts.count()) == (Switch.State.MOVING, 1)
    assert 'http-equiv="refresh"' in manager.get(address).content.decode()
    carry_on(switch_id=switch.pk)
    done = manager.get(address).content.decode()
    assert str(switch.uid) in done
    assert manager.post(address, {"act": "return", "switch": switch.uid}).status_code == 302
    carry_on(switch_id=switch.pk)
    switch.refresh_from_db()
    assert switch.state == Switch.State.RETURNED
    assert SwitchedAttempt.objects.get().state == SwitchedAttempt.State.BACK
    assert address not in manager.get("/manage/courses/").content.decode()


def test_the_attempts_page_says_where_it_went_on(stage: Stage, manager: Client) -> None:
    former = standing(stage)
    renew(stage)
    successor = standing(stage)
    for attempt, other in ((former, successor), (successor, former)):
        page = manager.get(f"/classes/{stage.run.uid}/attempts/{attempt.uid}/").content.decode()
        assert f"/attempts/{other.uid}/" in page


def test_a_form_that_says_nothing_changes_nothing(stage: Stage, manager: Client) -> None:
    version = next_version(stage.activity.resource, stage.author, package(SECOND))
    address = f"/manage/activities/{stage.activity.uid}/version/"
    for sent in (
        {"act": "apply"},
        {"act": "apply", "version": version.uid, "way": "fly"},
        {"act": "apply", "version": stage.version.uid, "way": "stay"},
    ):
        assert manager.post(address, sent).status_code == 302
    assert manager.post(address, {"act": "return", "switch": "x"}).status_code == 404
    assert not Switch.objects.exists()


# --- a version that seems to be another lesson ----------------------------------------------------


def test_a_version_of_nothing_alike_is_said_to_whoever_decides(stage: Stage, client: Client) -> None:
    client.force_login(person(stage.unit, "training_manager"))
    address = f"/manage/activities/{stage.activity.uid}/version/"
    other = tuple((f"x{name}", f"Khác {name}", f"khac-{name}", "khác") for name in "abc")
    version = next_version(stage.activity.resource, stage.author, package(other))
    assert "có vẻ là bài khác" in client.get(address).content.decode()
    next_version(stage.activity.resource, stage.author, package(SECOND))
    assert "có vẻ là bài khác" not in client.get(address).content.decode()
    assert version.likeness == ""  # its title is the same


# --- what nobody has decided yet ------------------------------------------------------------------


def undecided(stage: Stage) -> list[tuple[str, int, int]]:
    found = undecided_in(Course.objects.filter(pk=stage.activity.section.course_id))
    return [(one.activity.title, one.version.number, one.runs) for one in found]


def test_versions_wait_until_somebody_decides(stage: Stage, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert undecided(stage) == []
    version = next_version(stage.activity.resource, stage.author, package(SECOND))
    with django_assert_num_queries(5):
        assert undecided(stage) == [(stage.activity.title, version.number, 1)]
    switch = switch_version(by=None, activity=stage.activity, version=version, way="stay")
    assert undecided(stage) == []
    return_switch(by=None, switch=switch)
    assert undecided(stage) == []  # decided, and decided otherwise
    third = next_version(stage.activity.resource, stage.author, package(FIRST))
    assert undecided(stage) == [(stage.activity.title, third.number, 1)]


def test_classes_that_are_over_and_versions_for_others_do_not_wait(stage: Stage) -> None:
    version = next_version(stage.activity.resource, stage.author, package(SECOND))
    beside = OrgUnitFactory(name="Xã khác", kind="xa", code="xa-khac", parent=stage.unit)
    version.publications.update(unit=beside)
    assert undecided(stage) == []
    version.publications.update(unit=stage.unit)
    assert undecided(stage)
    stage.run.state = "closed"
    stage.run.save()
    assert undecided(stage) == []


def test_the_desk_and_the_list_name_what_waits(stage: Stage, client: Client) -> None:
    manager = person(stage.unit, "training_manager")
    version = next_version(stage.activity.resource, stage.author, package(SECOND))
    address = f"/manage/activities/{stage.activity.uid}/version/"
    client.force_login(manager)
    for page in ("/manage/", "/manage/courses/"):
        html = client.get(page).content.decode()
        assert address in html
        assert f"Quyết định về bản {version.number}" in html
    client.force_login(person(stage.unit, "unit_administrator"))
    assert address not in client.get("/manage/").content.decode()
    switch_version(by=None, activity=stage.activity, version=version, way="stay")
    client.force_login(manager)
    for page in ("/manage/", "/manage/courses/"):
        assert address not in client.get(page).content.decode()


class Picky(EmailBackend):
    """A mail server that knows one address less."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if any("tran@so.example.vn" in message.to for message in messages):
            raise SMTPRecipientsRefused({"tran@so.example.vn": (550, b"unknown")})
        return super().send_messages(messages)


def test_an_address_that_is_refused_costs_the_others_neither_their_mail_nor_their_peace(
    stage: Stage, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    for name in ("an", "tran", "vy"):
        person(stage.unit, "training_manager", email=f"{name}@so.example.vn")
    next_version(stage.activity.resource, stage.author, package(SECOND))
    assert news.tell_managers() == 2
    assert news.tell_managers() == 0
    assert sorted(mail.to[0] for mail in mailoutbox) == ["an@so.example.vn", "vy@so.example.vn"]


def test_who_manages_the_course_gets_one_mail(stage: Stage, mailoutbox: list[Any]) -> None:
    manager = person(stage.unit, "training_manager", email="quan-li@so.example.vn")
    person(stage.unit, "unit_administrator", email="so@so.example.vn")
    assert news.tell_managers() == 0
    version = next_version(stage.activity.resource, stage.author, package(SECOND))
    assert news.tell_managers() == 1
    (mail,) = mailoutbox
    assert mail.to == [manager.email]
    assert stage.activity.title in mail.subject
    assert f"/manage/activities/{stage.activity.uid}/version/" in mail.body
    assert f"bản {version.number}" in mail.body
    assert news.tell_managers() == 0  # once
    # what was published long ago, or is decided, is no news
    later = next_version(stage.activity.resource, stage.author, package(FIRST))
    later.publications.update(published_at=timezone.now() - news.FRESH)
    assert news.tell_managers() == 0
    later.publications.update(published_at=timezone.now())
    switch_version(by=None, activity=stage.activity, version=later, way="stay")
    assert news.tell_managers() == 0
    assert len(mailoutbox) == 1
