"""Moving through a sequenced package on the server: what is delivered, kept, shared and refused."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.errors import NotAllowed
from courses.models import LearnerRecord, ScoState, SequencingState
from courses.runtime.activitytree import definition_of
from courses.runtime.commits import record_commit
from courses.runtime.durations import parse_interval
from courses.runtime.keys import write_key
from courses.runtime.launchdata import LaunchFacts, launch_data
from courses.runtime.leases import data_of, launched_of, lease_of, sco_of, state_of
from courses.runtime.models import Attempt
from courses.runtime.sequenced import Moved, move
from courses.runtime.snapshot import parse_snapshot
from tests.courses.runtime.helpers import begin
from tests.courses.runtime.stage import Stage, make_stage, stage_with

pytestmark = pytest.mark.django_db

MANIFEST = """<?xml version="1.0"?>
<manifest identifier="seq" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
  <organizations default="org"><organization identifier="org"><title>Bài tuần tự</title>
    <item identifier="one" identifierref="res"><title>Phần một</title>
      <adlcp:data><adlcp:map targetID="notes"/></adlcp:data>
      <imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID="obj">
        <imsss:mapInfo targetObjectiveID="shared-obj" writeSatisfiedStatus="true"
          readNormalizedMeasure="false"/>
      </imsss:primaryObjective></imsss:objectives>
      <imsss:deliveryControls objectiveSetByContent="true" completionSetByContent="true"/>
      </imsss:sequencing></item>
    <item identifier="two" identifierref="res"><title>Phần hai</title>
      <adlcp:data><adlcp:map targetID="notes"/></adlcp:data>
      <imsss:sequencing>
      <imsss:deliveryControls objectiveSetByContent="true" completionSetByContent="true"/>
      </imsss:sequencing></item>
    <imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>
  </organization></organizations>
  <resources><resource identifier="res" type="webcontent" adlcp:scormType="sco" href="index.html">
    <file href="index.html"/></resource></resources>
</manifest>"""


def package(manifest: str = MANIFEST) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", manifest)
        archive.writestr("index.html", "<!doctype html><title>Phần</title><p>Một trang")
    return held.getvalue()


def sequenced_stage() -> Stage:
    return stage_with(package())


@pytest.fixture
def stage() -> Stage:
    return sequenced_stage()


def go(stage: Stage, kind: str = "", target: str = "", attempt: Attempt | None = None) -> Moved:
    return move(
        by=stage.learner,
        attempt=attempt or begin(stage),
        kind=kind,
        target=target,
        open_until=timezone.now() + timedelta(days=3),
    )


def say(
    moved: Moved, seq: int = 1, *, final: bool = False, data: dict[str, Any] | None = None, **cmi: Any
) -> None:
    """What the open part saves."""
    assert moved.launch is not None
    session = moved.launch.session
    lease = lease_of(session, sco_of(session))
    body = {
        "session": str(session.uid),
        "key": write_key(lease),
        "sco": session.sco_identifier,
        "seq": seq,
        "seconds": seq,
        "final": final,
        "cmi": cmi,
    }
    if data:
        body["adl"] = {"data": {str(n): {"id": k, "store": v} for n, (k, v) in enumerate(data.items())}}
    answer = record_commit(lease=lease, snapshot=parse_snapshot(body))
    assert answer.verdict.value == "saved", answer


def delivered(moved: Moved) -> str:
    return moved.launch.sco.identifier if moved.launch else ""


def found(moved: Moved) -> dict[str, Any]:
    """The data model the opened part starts with."""
    assert moved.launch is not None
    session = moved.launch.session
    return data_of(session, sco_of(session), state_of(session), launched_of(session))


def test_continue_weighs_what_was_saved(stage: Stage):
    first = go(stage)
    assert delivered(first) == "one"
    assert first.controls["continue"] == "enabled"
    assert first.nav["choice"] == {"org": True, "one": True, "two": True}
    say(first, completion_status="completed", success_status="passed", score={"scaled": "0.5"}, final=True)
    second = go(stage, "continue")
    assert delivered(second) == "two"
    assert found(second)["cmi"]["entry"] == "ab-initio"
    say(second, completion_status="completed", success_status="passed", score={"scaled": "1"})
    attempt = begin(stage)
    # The root rolls up what is saved, before anything else is asked for
    assert (attempt.completion, attempt.success) == ("completed", "passed")
    assert attempt.score == pytest.approx(0.75)
    over = go(stage, "exitAll")
    assert over.ended and not over.suspended and over.launch is None
    row = SequencingState.objects.get(attempt=attempt)
    assert (row.completion, row.success, row.score) == ("completed", "passed", pytest.approx(0.75))


def test_a_closed_window_goes_on_where_it_stood(stage: Stage):
    first = go(stage, "choice", "two")
    say(first, completion_status="incomplete", location="3", suspend_data="giữa chừng")
    again = go(stage)
    assert delivered(again) == "two"
    cmi = found(again)["cmi"]
    assert (cmi["entry"], cmi["location"], cmi["suspend_data"]) == ("resume", "3", "giữa chừng")


def test_a_new_try_begins_with_nothing_and_the_old_one_is_kept(stage: Stage):
    first = go(stage)
    say(first, completion_status="incomplete", suspend_data="lần một", session_time="PT1S", final=True)
    go(stage, "continue")
    back = go(stage, "previous")
    assert delivered(back) == "one"
    cmi = found(back)["cmi"]
    assert cmi["entry"] == "ab-initio"
    assert "suspend_data" not in cmi
    assert cmi["total_time"] == "PT0H0M0S"
    kept = back.attempt.commits_kept.get(sco_identifier="one", reason="last")
    assert "lần một" in kept.document


def test_the_time_a_part_is_told_is_what_it_reported(stage: Stage):
    """Not what the clock says, which counts for the learner: RTE 4.2.28."""
    first = go(stage)
    say(first, session_time="PT1H59M20S", exit="suspend", final=True)
    again = go(stage, "choice", "one")
    assert found(again)["cmi"]["total_time"] == "PT1H59M20S"
    say(again, session_time="PT0H0M0S", exit="suspend", final=True)
    go(stage, "controls")
    third = go(stage, "choice", "one")
    assert found(third)["cmi"]["total_time"] == "PT1H59M20S"
    say(third, 2, exit="suspend", final=True)  # says nothing of time: what was measured
    state = third.attempt.states.get(sco_identifier="one")
    measured = state.session_seconds
    assert 0 < measured < 60
    assert state.total_seconds < 60
    fourth = go(stage, "choice", "one")
    told = parse_interval(found(fourth)["cmi"]["total_time"])
    assert told == pytest.approx(7160 + measured, abs=0.02)


def test_what_is_global_to_the_system_reaches_other_packages(stage: Stage):
    first = go(stage)
    say(first, success_status="passed", completion_status="completed", data={"notes": "ghi chú"}, final=True)
    second = go(stage, "continue")
    assert found(second)["adl"]["data"] == [{"id": "notes", "store": "ghi chú"}]
    records = LearnerRecord.objects.filter(user=stage.learner)
    assert set(records.values_list("scope", "identifier")) == {("objective", "shared-obj"), ("data", "notes")}
    other = sequenced_stage()
    other.learner = stage.learner
    attempt = Attempt.objects.create(user=stage.learner, version=other.version)
    opened = go(other, "", attempt=attempt)
    assert found(opened)["adl"]["data"] == [{"id": "notes", "store": "ghi chú"}]


def test_a_refusal_changes_nothing(stage: Stage):
    first = go(stage)
    refused = go(stage, "previous")
    assert refused.launch is None
    assert refused.exception
    assert refused.attempt.revision == first.attempt.revision
    assert go(stage, "choice", "nowhere").exception


SHUT = MANIFEST.replace(
    """<adlcp:data><adlcp:map targetID="notes"/></adlcp:data>
      <imsss:sequencing>
      <imsss:delivery""",
    """<adlcp:data><adlcp:map targetID="notes"/></adlcp:data>
      <imsss:sequencing><imsss:sequencingRules><imsss:preConditionRule>
      <imsss:ruleConditions><imsss:ruleCondition condition="always"/></imsss:ruleConditions>
      <imsss:ruleAction action="disabled"/></imsss:preConditionRule></imsss:sequencingRules>
      <imsss:delivery""",
)


@pytest.mark.parametrize("away", [False, True])
def test_where_nothing_follows_the_lesson_goes_on_with_its_last_part(away: bool):
    stage = stage_with(package(SHUT))
    assert delivered(go(stage)) == "one"
    nothing = go(stage, "continue")
    assert nothing.launch is None
    assert nothing.exception
    assert "org" not in nothing.controls["hidden"]
    if away:  # put aside while nothing was open
        assert go(stage, "suspendAll").ended
    assert delivered(go(stage)) == "one"
    assert delivered(go(stage)) == "one"


def test_nobody_moves_anothers_attempt(stage: Stage):
    attempt = begin(stage)
    with pytest.raises(NotAllowed):
        move(by=stage.author, attempt=attempt)


def test_over_http(stage: Stage, client: Client):
    client.force_login(stage.learner)
    page = client.get(stage.address()).content.decode()
    assert "data-sequenced" in page
    assert "data-end" in page
    assert page.index('<li data-sco="org"') < page.index('<li data-sco="one"')
    opened = client.post(stage.address() + "open/").json()
    assert opened["sco"] == "one"
    assert opened["controls"]["previous"] == "disabled"
    ended = client.post(stage.address() + "open/", {"request": "exitAll"}).json()
    assert ended["ended"] is True
    assert ended["title"] == "Bài học đã kết thúc"
    assert ended["message"] == "Chưa học xong bài. Phần đã làm được lưu."
    refused = client.post(stage.address() + "open/", {"request": "previous"}).json()
    assert refused["refused"]
    assert "NB" not in refused["message"]
    assert "học xong phần trước" in refused["message"]
    assert client.post(stage.address() + "open/", {"request": "fly"}).status_code == 400


def test_a_package_without_a_tree_has_none():
    plain = make_stage("water_scorm2004_4th")
    assert definition_of(plain.version) is None
    assert not ScoState.objects.exists()
    data = launch_data(LaunchFacts("scorm2004", "id", "Tên"))
    assert "adl" not in data
    assert "objectives" not in data["cmi"]
