"""A cmi5 unit from its launch to the outcome: token, launch data, statements and their order, documents."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.errors import NotAllowed, Refusal
from courses.models import ActivityCompletion
from courses.runtime.actions import close_sessions, open_session
from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.models import Statement, UnitDocument
from courses.runtime.models import Attempt, CommitLog, RuntimeSession, ScoState
from courses.training.actions.excusing import excuse_from_part
from repository.models import Sco
from tests.courses.runtime import helpers
from tests.courses.runtime.helpers import begin
from tests.courses.runtime.stage import Stage, make_stage
from tests.factories import person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("cms.urls_content")]
UNIT = "https://so.example/au/"


def cmi5_stage(*units: dict[str, Any], rule: dict[str, Any] | None = None) -> Stage:
    """A class with a cmi5 lesson: a block with units of these facts (one CompletedOrPassed by default)."""
    stage = make_stage(kind="cmi5", rule=rule)
    Sco.objects.create(
        version=stage.version, position=0, identifier="urn:x:khoi", title="Khối", facts={"id": "urn:x:khoi"}
    )
    for number, facts in enumerate(units or ({"moveOn": "CompletedOrPassed"},), start=1):
        Sco.objects.create(
            version=stage.version,
            position=number,
            depth=1,
            identifier=f"{UNIT}{number}",
            parent_identifier="urn:x:khoi",
            title=f"Bài {number}",
            path=f"bai{number}.html",
            query="?a=1#dau",
            scorm_type="au",
            facts={"id": f"{UNIT}{number}", "course": "https://so.example/khoa", **facts},
        )
    return stage


def launch(stage: Stage, **options: Any) -> Any:
    """Opened just now: the token has to be fetched soon after."""
    return helpers.launch(stage, ago=5, **options)


@dataclass
class Unit:
    """The program of a unit, as it stands after its launch: speaks to the store as such programs do."""

    client: Client
    address: str
    query: dict[str, str] = field(default_factory=dict)
    token: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, client: Client, opened: Any) -> Unit:
        page = client.get(urlsplit(opened.url).path)
        assert page.status_code == 200
        found = re.search(
            r'<script id="launch" type="application/json">(.*?)</script>', page.content.decode()
        )
        assert found
        address = json.loads(found[1])["src"]
        parts = urlsplit(address)
        assert (parts.fragment, parse_qs(parts.query)["a"]) == ("dau", ["1"])
        unit = cls(client, address, {name: values[0] for name, values in parse_qs(parts.query).items()})
        unit.token = unit.fetch()["auth-token"]
        unit.data = unit.get("activities/state", stateId=words.LAUNCH_DATA).json()
        return unit

    def fetch(self) -> Any:
        return self.client.post(urlsplit(self.query["fetch"]).path).json()

    def call(
        self, method: str, resource: str, body: Any = None, *, token: str | None = None, **query: str
    ) -> Any:
        path = urlsplit(self.query["endpoint"]).path + resource
        wanted = query if "statements" in resource else self.whose() | query
        address = path + "?" + "&".join(f"{name}={_quoted(value)}" for name, value in wanted.items())
        data = body if isinstance(body, bytes) else json.dumps(body) if body is not None else b""
        headers = {"Authorization": f"Basic {self.token if token is None else token}"}
        headers["X-Experience-API-Version"] = "1.0.3"
        return self.client.generic(method, address, data, "application/json", headers=headers)

    def whose(self) -> dict[str, str]:
        return {
            "activityId": self.query["activityId"],
            "agent": self.query["actor"],
            "registration": self.query["registration"],
        }

    def get(self, resource: str, **query: str) -> Any:
        return self.call("GET", resource, **query)

    def statement(self, verb: str, *, defined: bool = True, **more: Any) -> dict[str, Any]:
        context = json.loads(json.dumps(self.data["contextTemplate"]))
        context["registration"] = self.query["registration"]
        if defined:
            context["contextActivities"]["category"] = [{"id": words.CATEGORY}]
        return {
            "id": str(uuid4()),
            "actor": json.loads(self.query["actor"]),
            "verb": {"id": verb},
            "object": {"id": self.query["activityId"]},
            "context": context,
            "timestamp": timezone.now().isoformat(),
            **more,
        }

    def put(self, statement: dict[str, Any], **options: Any) -> Any:
        return self.call("PUT", "statements", statement, statementId=statement["id"], **options)

    def say(self, verb: str, status: int = 204, code: str = "", **more: Any) -> None:
        answer = self.put(self.statement(verb, **more))
        assert (answer.status_code, answer.json()["code"] if answer.content else "") == (status, code)


def _quoted(value: str) -> str:
    return quote(value, safe="")


PASS = {"result": {"success": True, "score": {"scaled": 0.9}, "duration": "PT30S"}}
FAIL = {"result": {"success": False, "score": {"scaled": 0.2}, "duration": "PT30S"}}
DONE = {"result": {"completion": True, "duration": "PT30S"}}
END = {"result": {"duration": "PT40S"}}


def outcome(stage: Stage) -> tuple[str, str, float | None, float | None]:
    attempt = Attempt.objects.get(enrolment=stage.enrolment)
    return attempt.completion, attempt.success, attempt.score, attempt.progress


def told(stage: Stage) -> list[str]:
    """The platform's own statements, in their order, by the last words of verb and object type."""
    rows = Statement.objects.filter(attempt__enrolment=stage.enrolment, by_platform=True).order_by("pk")
    found = []
    for row in rows:
        kind = json.loads(row.document)["object"].get("definition", {}).get("type", "").rpartition("/")[2]
        found.append(row.verb.rpartition("/")[2] + (f" {kind}" if kind else ""))
    return found


def test_a_launch_hands_over_what_the_standard_asks_for(client: Client) -> None:
    facts = {
        "moveOn": "CompletedAndPassed",
        "masteryScore": 0.5,
        "launchMethod": "OwnWindow",
        "launchParameters": "x=1",
        "entitlementKey": "k",
    }
    stage = cmi5_stage(facts)
    unit = Unit.of(client, launch(stage))
    actor = json.loads(unit.query["actor"])
    attempt = Attempt.objects.get(enrolment=stage.enrolment)
    session = RuntimeSession.objects.get(attempt=attempt)
    assert actor["account"]["name"] == str(stage.learner.uid)
    assert "name" not in actor  # no more of the learner than the lesson needs
    assert unit.query["registration"] == str(attempt.uid)
    assert unit.query["activityId"] not in {f"{UNIT}1", ""}
    assert unit.data == {
        "contextTemplate": {
            "contextActivities": {"grouping": [{"objectType": "Activity", "id": f"{UNIT}1"}]},
            "extensions": {words.SESSION_ID: str(session.uid)},
        },
        "launchMode": "Normal",
        "launchMethod": "OwnWindow",
        "launchParameters": "x=1",
        "masteryScore": 0.5,
        "moveOn": "CompletedAndPassed",
        "entitlementKey": {"courseStructure": "k"},
        "returnURL": unit.data["returnURL"],
    }
    assert client.get(urlsplit(unit.data["returnURL"]).path).status_code == 200
    launched = json.loads(Statement.objects.get(attempt=attempt).document)
    assert launched["verb"]["id"] == words.LAUNCHED
    assert launched["context"]["extensions"][words.MASTERY_SCORE] == 0.5
    assert "fetch" not in json.dumps(launched)
    # The address of the token works once.
    assert unit.fetch() == {"error-code": "1", "error-text": "This address has been used."}
    assert client.get("/xapi/about").json() == {"version": ["1.0.3"]}


def test_statements_count_to_the_outcome_of_the_activity(client: Client) -> None:
    stage = cmi5_stage({"moveOn": "CompletedOrPassed", "masteryScore": 0.3})
    unit = Unit.of(client, launch(stage))
    unit.say(words.INITIALIZED)
    assert outcome(stage)[:2] == ("incomplete", "unknown")
    seen = {"result": {"extensions": {words.PROGRESS: 40}}}
    unit.say("http://adlnet.gov/expapi/verbs/experienced", defined=False, **seen)
    assert outcome(stage)[3] == 0.4
    assert not ActivityCompletion.objects.filter(enrolment=stage.enrolment).exists()
    unit.say(words.PASSED, **PASS)
    assert outcome(stage)[:3] == ("completed", "passed", 0.9)
    assert ActivityCompletion.objects.get(enrolment=stage.enrolment).score == 0.9
    unit.say(words.TERMINATED, **END)
    assert told(stage) == ["launched", "satisfied block", "satisfied course"]
    kept = CommitLog.objects.filter(attempt__enrolment=stage.enrolment).values_list("reason", flat=True)
    assert sorted(kept) == ["first", "last", "outcome", "outcome"]
    listed = unit.call("GET", "statements", ascending="true").json()["statements"]
    assert [one["verb"]["id"].rpartition("/")[2] for one in listed] == [
        "launched", "initialized", "experienced", "passed", "satisfied", "satisfied", "terminated",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("move_on", "completed", "passed", "both"),
    [
        ("NotApplicable", True, True, True),
        ("Completed", True, False, True),
        ("Passed", False, True, True),
        ("CompletedOrPassed", True, True, True),
        ("CompletedAndPassed", False, False, True),
    ],
)
def test_move_on_decides_when_a_unit_is_satisfied(
    client: Client, move_on: str, completed: bool, passed: bool, both: bool
) -> None:
    for verbs, satisfied in (
        ([words.COMPLETED], completed),
        ([words.PASSED], passed),
        ([words.COMPLETED, words.PASSED], both),
    ):
        stage = cmi5_stage({"moveOn": move_on})
        unit = Unit.of(client, launch(stage))
        unit.say(words.INITIALIZED)
        for verb in verbs:
            unit.say(verb, **(DONE if verb == words.COMPLETED else PASS))
        assert (outcome(stage)[0] == "completed") is satisfied
        assert ("satisfied course" in told(stage)) is satisfied
        assert told(stage).count("satisfied course") <= 1


def test_the_order_of_statements(client: Client) -> None:
    stage = cmi5_stage({"moveOn": "CompletedAndPassed", "masteryScore": 0.6})
    unit = Unit.of(client, launch(stage))
    unit.say(words.COMPLETED, 403, "statement_before_start", **DONE)
    unit.say("https://so.example/verbs/read", 403, "statement_before_start", defined=False)
    unit.say(words.INITIALIZED, 403, "statement_before_start", defined=False)
    unit.say(words.INITIALIZED)
    unit.say(words.INITIALIZED, 403, "statement_twice")
    unit.say(words.PASSED, 403, "statement_score", result={"success": True, "score": {"scaled": 0.5}})
    unit.say(words.FAILED, 403, "statement_score", result={"success": False, "score": {"scaled": 0.6}})
    unit.say(words.PASSED, 403, "statement_result", result={"success": False})
    unit.say(words.COMPLETED, 403, "statement_result", result={"completion": False})
    unit.say(words.COMPLETED, **DONE)
    unit.say(words.COMPLETED, 403, "statement_twice", **DONE)
    unit.say(words.FAILED, **FAIL)
    unit.say(words.PASSED, 403, "statement_twice", **PASS)
    unit.say("https://so.example/verbs/read", 403, "statement_verb")
    for verb in (words.SATISFIED, words.WAIVED, words.ABANDONED, words.LAUNCHED, words.VOIDED):
        unit.say(verb, 403, "statement_verb")
        unit.say(verb, 403, "statement_verb", defined=False)
    unit.say(words.TERMINATED, **END)
    unit.say(words.TERMINATED, 403, "statement_after_end", **END)
    unit.say("https://so.example/verbs/read", 403, "statement_after_end", defined=False)
    assert outcome(stage)[:3] == ("incomplete", "failed", 0.2)
    # In the next session the learner passes; what was completed stays.
    again = Unit.of(client, launch(stage))
    again.say(words.INITIALIZED)
    again.say(words.COMPLETED, 403, "statement_twice", **DONE)
    again.say(words.PASSED, **PASS)
    assert outcome(stage)[:3] == ("completed", "passed", 0.9)
    refused = CommitLog.objects.filter(attempt__enrolment=stage.enrolment, reason="refused")
    assert set(refused.values_list("code", flat=True)) == {"statement_refused"}


def test_a_statement_must_be_of_this_launch(client: Client) -> None:
    stage = cmi5_stage()
    unit = Unit.of(client, launch(stage))
    other = {"account": {"homePage": "https://so.example", "name": "khác"}}
    unit.say(words.INITIALIZED, 403, "statement_actor", actor=other)
    unit.say(words.INITIALIZED, 403, "statement_actor", actor={"mbox": "mailto:a@b.vn"})
    unit.say(words.INITIALIZED, 403, "statement_object", object={"id": f"{UNIT}1"})
    statement = unit.statement(words.INITIALIZED)
    statement["context"]["registration"] = str(uuid4())
    assert unit.put(statement).json()["code"] == "statement_registration"
    statement = unit.statement(words.INITIALIZED)
    statement["context"]["extensions"] = {}
    assert unit.put(statement).json()["code"] == "statement_session"
    for broken in ({"verb": {"id": "x"}}, {"verb": 1}, {"object": None}, {"result": []}, {"id": "x"},
                   {"timestamp": "gestern"}, {"context": []}):  # fmt: skip
        answer = unit.call("POST", "statements", unit.statement(words.INITIALIZED) | broken)
        assert (answer.status_code, answer.json()["code"]) == (400, "xapi_malformed"), broken
    for body in (b"{", b"[1]", b"\xff", b"[" * 100_000, b'{"a": NaN}', b'"x"'):
        assert unit.call("POST", "statements", body).status_code == 400
    assert unit.call("POST", "statements", b" " * (1024 * 1024 + 1)).status_code == 413
    assert not Statement.objects.filter(by_platform=False).exists()


def test_sent_twice_counts_once_and_a_list_is_taken_whole_or_not_at_all(client: Client) -> None:
    stage = cmi5_stage()
    unit = Unit.of(client, launch(stage))
    both = [unit.statement(words.INITIALIZED), unit.statement(words.PASSED, **PASS)]
    answer = unit.call("POST", "/statements", both)
    assert (answer.status_code, answer.json()) == (200, [one["id"] for one in both])
    before = list(ScoState.objects.order_by("pk").values())
    assert unit.call("POST", "statements", both).status_code == 200
    assert unit.put(both[1]).status_code == 204
    assert list(ScoState.objects.order_by("pk").values()) == before
    other = both[1] | {"result": {"success": True, "score": {"scaled": 1}}}
    assert (unit.put(other).status_code, unit.put(other).json()["code"]) == (409, "statement_conflict")
    lot = [
        unit.statement("https://so.example/verbs/read", defined=False),
        unit.statement(words.PASSED, **PASS),
    ]
    assert unit.call("POST", "statements", lot).status_code == 403
    assert Statement.objects.filter(by_platform=False).count() == 2
    found = unit.call("GET", "statements", statementId=both[0]["id"]).json()
    assert found["verb"] == both[0]["verb"]
    assert unit.call("GET", "statements", statementId=str(uuid4())).status_code == 404
    listed = unit.call("GET", "statements", verb=words.PASSED).json()
    assert [one["id"] for one in listed["statements"]] == [both[1]["id"]]
    for limit in ("²", "9" * 5_000, "-1", "0"):  # not a number that anybody means: as without
        assert unit.call("GET", "statements", limit=limit).status_code == 200
    assert len(unit.call("GET", "statements", limit="1").json()["statements"]) == 1


def test_a_newer_launch_abandons_the_one_before(client: Client) -> None:
    stage = cmi5_stage()
    first = Unit.of(client, launch(stage))
    first.say(words.INITIALIZED)
    second = Unit.of(client, launch(stage))
    assert told(stage) == ["launched", "abandoned", "launched"]
    abandoned = Statement.objects.get(verb=words.ABANDONED)
    assert (
        json.loads(abandoned.document)["context"]["extensions"][words.SESSION_ID]
        == (first.data["contextTemplate"]["extensions"][words.SESSION_ID])
    )
    first.say(words.PASSED, 403, "session_closed", **PASS)
    assert first.get("activities/state", stateId=words.LAUNCH_DATA).status_code == 403
    second.say(words.INITIALIZED)
    assert first.query["registration"] == second.query["registration"]
    assert first.query["activityId"] == second.query["activityId"]


def test_the_token_closes_with_its_session(client: Client) -> None:
    stage = cmi5_stage()
    unit = Unit.of(client, launch(stage))
    assert unit.put(unit.statement(words.INITIALIZED), token="").status_code == 401
    assert unit.put(unit.statement(words.INITIALIZED), token="YTpi").status_code == 401
    unit.say(words.INITIALIZED)
    close_sessions(user_ids=[stage.learner.pk], reason="deactivated")
    unit.say(words.PASSED, 403, "session_closed", **PASS)
    assert outcome(stage)[:2] == ("incomplete", "unknown")
    # A token that was never fetched, and one fetched after the session ended
    opened = launch(stage, open_until=timezone.now() + timedelta(hours=1))
    page = client.get(urlsplit(opened.url).path).content.decode()
    secret = re.search(r"fetch%2F([\w-]+)%2F", page) or re.search(r"fetch/([\w-]+)/", page)
    close_sessions(user_ids=[stage.learner.pk], reason="deactivated")
    assert secret
    assert client.post(f"/xapi/fetch/{secret[1]}/").json()["error-code"] == "2"


def test_documents_are_kept_for_the_next_session(client: Client) -> None:
    stage = cmi5_stage()
    unit = Unit.of(client, launch(stage))
    mark = {"bookmark": "trang 3"}
    assert unit.get("activities/state", stateId="suspendData").status_code == 404
    assert unit.call("PUT", "activities/state", mark, stateId="suspendData").status_code == 204
    assert unit.call("POST", "activities/state", {"more": 1}, stateId="suspendData").status_code == 204
    again = Unit.of(client, launch(stage))
    found = again.get("activities/state", stateId="suspendData")
    assert found.json() == mark | {"more": 1}
    assert found["ETag"]
    assert again.get("activities/state").json() == [words.LAUNCH_DATA, "suspendData"]
    # Nobody writes the platform's document, nor reads in another's name.
    assert again.call("PUT", "activities/state", {}, stateId=words.LAUNCH_DATA).status_code == 403
    assert again.call("DELETE", "activities/state", stateId=words.LAUNCH_DATA).status_code == 403
    other = json.dumps({"account": {"homePage": "x", "name": "y"}})
    assert again.get("activities/state", stateId="suspendData", agent=other).status_code == 403
    assert again.get("activities/state", stateId="suspendData", agent="{").status_code == 400
    assert again.get("activities/state", stateId="suspendData", activityId="x").status_code == 403
    assert again.get("activities/state", stateId="suspendData", registration=str(uuid4())).status_code == 403
    assert again.call("PUT", "activities/state", {}, stateId="x" * 401).status_code == 400
    assert again.call("DELETE", "activities/state", stateId="suspendData").status_code == 204
    assert not UnitDocument.objects.exists()


def test_preferences_of_the_learner(client: Client) -> None:
    stage = cmi5_stage()
    unit = Unit.of(client, launch(stage))
    found = unit.get("agents/profile", profileId=words.PREFERENCES)
    assert found.json() == {"languagePreference": "vi", "audioPreference": "on"}
    wanted = {"languagePreference": "en-US", "audioPreference": "off"}
    assert unit.call("PUT", "agents/profile", wanted, profileId=words.PREFERENCES).status_code == 204
    again = Unit.of(client, launch(stage))
    assert again.get("agents/profile", profileId=words.PREFERENCES).json() == wanted
    assert again.call("PUT", "agents/profile", {"a": 1}, profileId=words.PREFERENCES).status_code == 400
    assert again.get("agents/profile", profileId="khac").status_code == 404
    assert again.call("PUT", "agents/profile", wanted, profileId="khac").status_code == 403


@pytest.mark.parametrize("mode", ["browse", "review"])
def test_looking_records_nothing(client: Client, mode: str) -> None:
    stage = cmi5_stage()
    attempt = begin(stage)
    opened = open_session(
        by=stage.learner,
        attempt=attempt if mode == "review" else None,
        version=stage.version,
        mode=mode,
    )
    unit = Unit.of(client, opened)
    assert unit.data["launchMode"] == mode.title()
    first = unit.statement(words.INITIALIZED)
    assert unit.put(first).status_code == 204
    assert unit.put(first).status_code == 204
    unit.say(words.PASSED, 403, "statement_mode", **PASS)
    unit.say(words.INITIALIZED, 403, "statement_twice")
    assert unit.call("PUT", "activities/state", {"a": 1}, stateId="suspendData").status_code == 204
    unit.say(words.TERMINATED, **END)
    unit.say(words.TERMINATED, 403, "statement_after_end", **END)
    assert not Statement.objects.exists()
    assert not UnitDocument.objects.exists()
    assert not CommitLog.objects.filter(reason__in=["first", "outcome", "last"]).exists()


def test_several_units_have_states_of_their_own(client: Client) -> None:
    stage = cmi5_stage({"moveOn": "Passed"}, {"moveOn": "Completed"})
    unit = Unit.of(client, launch(stage))
    unit.say(words.INITIALIZED)
    unit.say(words.PASSED, **PASS)
    unit.say(words.TERMINATED, **END)
    assert outcome(stage)[0] == "incomplete"
    assert told(stage) == ["launched"]
    opened = launch(stage)  # goes on with the unit that is not satisfied yet
    assert opened.sco.identifier == f"{UNIT}2"
    unit = Unit.of(client, opened)
    unit.say(words.INITIALIZED)
    unit.say(words.COMPLETED, **DONE)
    assert outcome(stage)[:3] == ("completed", "passed", 0.9)
    assert told(stage)[2:] == ["satisfied block", "satisfied course"]


def test_an_excused_unit_is_satisfied(client: Client) -> None:
    stage = cmi5_stage({"moveOn": "Passed"}, {"moveOn": "Completed"})
    launch(stage)
    attempt = Attempt.objects.get(enrolment=stage.enrolment)
    with pytest.raises(NotAllowed):
        excuse_from_part(by=stage.learner, attempt=attempt, sco=f"{UNIT}1", reason="tested")
    leader = person(stage.unit, "training_manager")
    for sco, reason in ((f"{UNIT}9", "tested"), ("urn:x:khoi", "tested"), (f"{UNIT}1", "because")):
        with pytest.raises(Refusal, match="part_not_excused"):
            excuse_from_part(by=leader, attempt=attempt, sco=sco, reason=reason)
    excuse_from_part(by=leader, attempt=attempt, sco=f"{UNIT}1", reason="tested")
    assert outcome(stage)[0] == "incomplete"
    waived = json.loads(Statement.objects.get(verb=words.WAIVED).document)
    assert waived["result"]["extensions"] == {words.REASON: "Tested Out"}
    assert {"objectType": "Activity", "id": words.CATEGORY_MOVE_ON} in (
        waived["context"]["contextActivities"]["category"]
    )
    sessions = {str(uid) for uid in RuntimeSession.objects.values_list("uid", flat=True)}
    assert waived["context"]["extensions"][words.SESSION_ID] not in sessions
    excuse_from_part(by=leader, attempt=attempt, sco=f"{UNIT}2", reason="administrative")
    assert outcome(stage)[:2] == ("completed", "unknown")
    assert ActivityCompletion.objects.filter(enrolment=stage.enrolment).exists()
    assert told(stage)[-2:] == ["satisfied block", "satisfied course"]
    with pytest.raises(Refusal, match="part_not_excused"):
        excuse_from_part(by=leader, attempt=attempt, sco=f"{UNIT}2", reason="administrative")
