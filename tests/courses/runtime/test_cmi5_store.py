"""The store of cmi5 units under programs that mean no good, and under two that write at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from courses.runtime.actions import open_session
from courses.runtime.cmi5 import documents, views
from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.documents import as_document
from courses.runtime.cmi5.models import Cmi5Launch, Statement, UnitDocument
from courses.runtime.cmi5.refusals import StatementRefused
from courses.runtime.models import Attempt
from tests.courses.runtime.test_cmi5 import Unit, cmi5_stage, launch, told

pytestmark = [pytest.mark.django_db, pytest.mark.urls("cms.urls_content")]


def test_figures_and_texts_that_nothing_holds(client: Client) -> None:
    stage = cmi5_stage()
    unit = Unit.of(client, launch(stage))
    unit.say(words.INITIALIZED)
    huge = 10**400
    unit.say(words.PASSED, 400, "xapi_malformed", result={"score": {"scaled": huge}})
    unit.say(words.PASSED, result={"score": {"raw": huge, "min": 0, "max": huge}, "extensions": {
        words.PROGRESS: huge}})  # fmt: skip
    assert unit.get("statements", verb="\0").json()["statements"] == []
    for method in ("GET", "PUT", "DELETE"):
        answer = unit.call(method, "activities/state", {}, stateId="a\0b")
        assert (answer.status_code, answer.json()["code"]) == (400, "xapi_malformed")
    for _again in range(2):
        sent = unit.call("POST", "activities/state", b'{"a": "\\ud800", "b": "\\u0000"}', stateId="x")
        assert sent.status_code == 204
    wanted = b'{"languagePreference": "vi\\u0000\\ud800", "audioPreference": "on"}'
    assert unit.call("PUT", "agents/profile", wanted, profileId=words.PREFERENCES).status_code == 204


def test_all_documents_of_a_unit_together_are_bounded(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST_TOGETHER", 5_000)
    unit = Unit.of(client, launch(cmi5_stage()))
    large = json.dumps("x" * 2_990).encode()
    assert unit.call("PUT", "activities/state", large, stateId="one").status_code == 204
    assert unit.call("PUT", "activities/state", large, stateId="one").status_code == 204
    refused = unit.call("PUT", "activities/state", large, stateId="two")
    assert (refused.status_code, refused.json()["code"]) == (429, "documents_too_many")
    assert unit.call("PUT", "activities/state", {}, stateId="two").status_code == 204


def test_a_window_that_was_taken_over_while_it_waited_writes_nothing(client: Client) -> None:
    stage = cmi5_stage()
    first = Unit.of(client, launch(stage))
    assert first.call("PUT", "activities/state", {"page": 1}, stateId="mark").status_code == 204
    stale = Cmi5Launch.objects.select_related("session__user").get()  # as its request read it
    launch(stage)
    for change in (
        lambda: documents.keep(stale, "mark", as_document({"page": 9}), merge=False, match=("", "")),
        lambda: documents.forget(stale, "mark"),
        lambda: documents.forget(stale, ""),
        lambda: documents.keep_profile(
            stale, as_document({"languagePreference": "en", "audioPreference": "on"}), language="vi",
            match=("", ""),
        ),
    ):  # fmt: skip
        with pytest.raises(StatementRefused, match="session_closed"):
            change()
    assert json.loads(bytes(UnitDocument.objects.get().body)) == {"page": 1}


def test_whoever_read_an_older_document_overwrites_nothing(client: Client) -> None:
    unit = Unit.of(client, launch(cmi5_stage()))
    for resource, name, values in (
        ("activities/state", {"stateId": "mark"}, [{"page": n} for n in range(3)]),
        (
            "agents/profile",
            {"profileId": words.PREFERENCES},
            [{"languagePreference": text, "audioPreference": "off"} for text in ("en", "fr", "vi")],
        ),
    ):

        def put(value: Any, resource: str = resource, name: Any = name, **headers: str) -> int:
            path = f"/xapi/{resource}"
            query = unit.whose() | name
            headers |= {"Authorization": f"Basic {unit.token}", "X-Experience-API-Version": "1.0.3"}
            answer = client.put(
                path, json.dumps(value), "application/json", headers=headers, query_params=query
            )
            return answer.status_code

        if resource == "agents/profile":  # what is read before anything was left can be relied on too
            assert put(values[0], **{"If-Match": unit.get(resource, **name)["ETag"]}) == 204
        assert put(values[0]) == 204
        etag = unit.get(resource, **name)["ETag"]
        assert put(values[1], **{"If-Match": f'"0", {etag}'}) == 204
        assert put(values[2], **{"If-Match": etag}) == 412
        assert put(values[2], **{"If-None-Match": "*"}) == 412
        assert unit.get(resource, **name).json() == values[1]


def test_statements_are_listed_page_by_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_MOST_LOOKED_AT", 3)
    unit = Unit.of(client, launch(cmi5_stage()))
    unit.say(words.INITIALIZED)
    other = "https://so.example/khac"
    for verb in ("seen", "asked", "answered"):
        thing = {"id": other if verb == "answered" else unit.query["activityId"]}
        unit.say(f"https://w3id.org/xapi/{verb}", defined=False, object=thing)

    def all_of(**query: str) -> list[list[str]]:
        pages, address = [], ""
        while not pages or address:
            headers = {"Authorization": f"Basic {unit.token}"}
            found = (
                client.get(address, headers=headers) if address else unit.get("statements", **query)
            ).json()
            pages.append([one["verb"]["id"].rpartition("/")[2] for one in found["statements"]])
            address = found["more"]
        return pages

    assert all_of(ascending="true", limit="2") == [
        ["launched", "initialized"],
        ["seen", "asked"],
        ["answered"],
    ]
    assert all_of(ascending="true", activity=other) == [[], ["answered"]]
    monkeypatch.setattr(views, "MOST_BYTES", 1)
    assert [len(page) for page in all_of()] == [1] * 5


def test_looking_back_is_not_abandoned(client: Client) -> None:
    stage = cmi5_stage()
    Unit.of(client, launch(stage))
    attempt = Attempt.objects.get(enrolment=stage.enrolment)
    looking = open_session(by=stage.learner, attempt=attempt, mode="review")
    review = Unit.of(client, looking)
    Unit.of(client, launch(stage))
    assert told(stage) == ["launched", "abandoned", "launched"]
    assert str(looking.session.uid) not in Statement.objects.get(verb=words.ABANDONED).document
    assert review.get("activities/state", stateId=words.LAUNCH_DATA).status_code == 200
