"""Browsing and the outbox, on the site; tickets and libraries, on the content origin."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.runtime.actions import open_session
from courses.runtime.commits import record_commit
from courses.runtime.leases import lease_of, sco_of
from courses.runtime.libs import lib_url
from courses.runtime.models import CommitLog, RuntimeSession, ScoState
from courses.runtime.snapshot import parse_snapshot
from tests.courses.runtime.helpers import begin, body, cmi12, commit, launch, rows, state_of
from tests.courses.runtime.stage import make_stage
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return make_stage()


@pytest.fixture
def client(stage):
    browser = Client()
    browser.force_login(stage.learner)
    return browser


def put(client: Client, data: dict) -> tuple[int, str, str]:
    answer = client.post("/learn/outbox/", json.dumps(data), content_type="application/json")
    told = answer.json()
    return answer.status_code, told["answer"], told["code"]


def test_the_outbox_saves_what_the_player_could_not(stage, client):
    opened = launch(stage)
    data = body(opened, 3, cmi12("completed", place="9"))
    del data["key"]
    assert put(client, data) == (200, "saved", "")
    assert (state_of(opened).location, state_of(opened).completion) == ("9", "completed")
    assert put(client, data) == (200, "saved", "commit_old_seq")


def test_the_outbox_brings_seconds(stage, client):
    opened = launch(stage)
    commit(opened, 1)
    assert put(client, {"session": str(opened.session.uid), "seconds": 77}) == (200, "saved", "")
    assert state_of(opened).session_seconds == 77


def test_the_outbox_takes_only_ones_own(stage, client):
    opened = launch(stage)
    before = rows()
    stranger = Client()
    for person in (None, UserFactory()):
        if person:
            stranger.force_login(person)
        assert put(stranger, body(opened, 1, cmi12("passed"))) == (403, "refused", "commit_not_yours")
    unknown = body(opened, 1) | {"session": str(uuid.uuid4())}
    assert put(client, unknown) == (403, "refused", "commit_not_yours")
    assert rows() == before


def test_the_outbox_demands_csrf(stage):
    opened = launch(stage)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(stage.learner)
    answer = strict.post("/learn/outbox/", json.dumps(body(opened)), content_type="application/json")
    assert answer.status_code == 403
    assert not ScoState.objects.filter(seq__gt=0).exists()


def test_the_outbox_of_an_older_session_is_kept(stage, client):
    older = launch(stage)
    launch(stage)
    assert put(client, body(older, 1)) == (409, "kept", "commit_superseded")
    assert CommitLog.objects.get().reason == "superseded"


def test_the_outbox_notes_what_is_refused(stage, client):
    opened = launch(stage)
    large = {"session": str(opened.session.uid), "pad": "x" * 1024 * 1024}
    assert put(client, large) == (413, "refused", "commit_too_large")
    noted = CommitLog.objects.get()
    assert (noted.reason, noted.code, noted.session) == ("refused", "commit_too_large", opened.session)
    stranger = Client()
    stranger.force_login(UserFactory())
    assert put(stranger, large | {"seq": -1})[1] == "refused"
    assert CommitLog.objects.count() == 1


def test_looking_back_writes_nothing_but_that_it_was_refused(stage, client):
    opened = launch(stage, mode="review")
    before = rows()
    assert put(client, body(opened, 1, cmi12("passed"))) == (403, "refused", "commit_not_tracked")
    assert rows() == before
    assert CommitLog.objects.get().code == "commit_not_tracked"
    looking = open_session(by=stage.author, version=stage.version, mode="browse")
    author = Client()
    author.force_login(stage.author)
    assert put(author, body(looking, 1))[2] == "commit_not_tracked"
    assert CommitLog.objects.count() == 1  # without an attempt there is no history


def test_a_kept_snapshot_is_offered_until_it_is_dismissed(stage, client):
    older = launch(stage)
    newer = launch(stage)
    put(client, body(older, 1))
    page = client.get(stage.address()).content.decode()
    kept = CommitLog.objects.get(reason="superseded")
    assert f"/learn/kept/{kept.pk}/dismiss/" in page
    assert "thay cho phần đang có" not in page
    commit(newer, 1)
    assert "thay cho phần đang có" in client.get(stage.address()).content.decode()
    address = f"/learn/kept/{kept.pk}/dismiss/"
    stranger = Client()
    assert stranger.post(address).status_code == 302
    stranger.force_login(UserFactory())
    assert stranger.post(address).status_code == 404
    assert client.get(address).status_code == 405
    assert "data-offer" in client.get(stage.address()).content.decode()
    assert client.post(address).status_code == 204
    assert client.post(address).status_code == 204
    assert "data-offer" not in client.get(stage.address()).content.decode()
    kept.refresh_from_db()
    assert kept.document  # what was kept stays in the history


@pytest.mark.parametrize("kind", ["pdf", "image"])
def test_a_file_is_shown_by_our_page_in_a_sandbox_that_its_own_tab_leaves(kind):
    stage = make_stage(kind=kind)
    type(stage.activity).objects.filter(pk=stage.activity.pk).update(kind="resource")
    author, learner = Client(), Client()
    author.force_login(stage.author)
    learner.force_login(stage.learner)
    for reader, address in ((author, f"/try/{stage.version.uid}/"), (learner, stage.address())):
        page = reader.get(address).content.decode()
        frame = re.search(r"<iframe[^>]*>", page)[0]
        assert f"/v/{stage.version.uid}/" in frame
        assert "sandbox=" in frame
        assert "allow-popups-to-escape-sandbox" in frame
        assert "player-foot" not in page


def test_the_page_of_the_player_opens_nothing_yet(stage, client, django_assert_max_num_queries):
    begin(stage)
    with django_assert_max_num_queries(18):
        page = client.get(stage.address())
    assert page.status_code == 200
    text = page.content.decode()
    assert "data-open-url" in text
    assert "Xong khi học hết bài" in text
    assert "<iframe" not in text
    assert not RuntimeSession.objects.exists()


def test_opening_answers_with_a_ticket(stage, client):
    told = client.post(f"{stage.address()}open/", {"sco": ""}).json()
    assert told["url"].startswith("http://127.0.0.1:8001/play/")
    assert told["sco"] == "sco-1"
    assert told["contents"] == [{"id": "sco-1", "state": "now", "label": "Đang học"}]
    session = RuntimeSession.objects.get(uid=told["session"])
    assert session.ticket_hash and session.ticket_hash not in told["url"]


@pytest.mark.parametrize(
    ("rule", "words", "far"),
    [
        ({"when": "completed"}, "Xong khi học hết bài", ""),
        ({"when": "passed"}, "Xong khi đạt", "Chưa đạt"),
        ({"when": "score", "at_least": 0.8}, "Xong khi được 8 điểm", "mới được 5,5 điểm"),
        ({"when": "minutes", "at_least": 20}, "Xong khi học đủ 20 phút", "0:30/20:00"),
        ({"when": "opened"}, "Xong khi mở", ""),
    ],
)
def test_every_kind_of_lesson_says_when_it_is_done_and_how_far_it_has_come(rule, words, far):
    stage = make_stage(rule=rule)
    browser = Client()
    browser.force_login(stage.learner)
    address = f"{stage.address()}standing/"
    assert browser.get(address).status_code == 404
    told = browser.post(f"{stage.address()}open/").json()
    assert told["goal"] == {"met": rule["when"] == "opened", "far": ""}
    session = RuntimeSession.objects.get(uid=told["session"])
    opened_at = timezone.now() - timedelta(minutes=40)
    RuntimeSession.objects.filter(pk=session.pk).update(opened_at=opened_at)
    session.refresh_from_db()
    lease = lease_of(session, sco_of(session))
    data = {"session": str(session.uid), "key": "", "sco": "sco-1", "seq": 1, "seconds": 30}
    record_commit(lease=lease, snapshot=parse_snapshot(data | {"cmi": cmi12("failed", raw="55")}))
    page = browser.get(stage.address()).content.decode()
    line = page[page.index("data-goal=") : page.index("data-goal-told")]
    assert words in line
    assert (far or "Đã xong") in line
    data |= {"seq": 2, "seconds": 1300, "cmi": cmi12("passed", raw="85")}
    record_commit(lease=lease, snapshot=parse_snapshot(data))
    stands = browser.get(address).json()
    assert stands["goal"] == {"met": True, "far": ""}
    assert [(part["id"], part["state"]) for part in stands["contents"]] == [("sco-1", "done")]


def test_how_a_lesson_stands_is_told_to_its_learner_alone(stage, client, django_assert_max_num_queries):
    begin(stage)
    address = f"{stage.address()}standing/"
    with django_assert_max_num_queries(11):
        assert client.get(address).status_code == 200
    stranger = Client()
    assert stranger.get(address).status_code == 302
    stranger.force_login(UserFactory())
    assert stranger.get(address).status_code == 404


def test_opening_another_part_than_there_is(stage, client):
    answer = client.post(f"{stage.address()}open/", {"sco": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "launch_unknown_part")
    assert not RuntimeSession.objects.exists()


def test_browsing_is_for_readers_and_writes_no_state(stage, client):
    address = f"/try/{stage.version.uid}/"
    assert client.get(address).status_code == 404  # she belongs to no unit that sees it
    author = Client()
    author.force_login(stage.author)
    assert "không ghi kết quả" in author.get(address).content.decode()
    told = author.post(f"{address}open/").json()
    session = RuntimeSession.objects.get(uid=told["session"])
    assert (session.mode, session.attempt) == ("browse", None)
    assert not ScoState.objects.exists()


def test_guests_browse_what_is_open_to_them(stage):
    stage.version.publications.update(open_to_guests=True)
    told = Client().post(f"/try/{stage.version.uid}/open/").json()
    assert RuntimeSession.objects.get(uid=told["session"]).user is None


@pytest.fixture
def origin(settings) -> Client:
    settings.MIDDLEWARE = []
    settings.ROOT_URLCONF = "cms.urls_content"
    return Client()


def test_a_ticket_opens_once_and_within_two_minutes(stage, origin):
    first, second = launch(stage), launch(stage)
    page = origin.get(f"/play/{second.ticket}/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors http://localhost:8000" in page["Content-Security-Policy"]
    assert not page.cookies
    assert origin.get(f"/play/{second.ticket}/").status_code == 410
    RuntimeSession.objects.filter(pk=first.session.pk).update(ticket_until=timezone.now())
    assert origin.get(f"/play/{first.ticket}/").status_code == 410
    assert origin.get("/play/unknown/").status_code == 410


def test_a_page_of_the_player_holds_data_that_cannot_break_out(stage, origin):
    opened = launch(stage)
    commit(opened, 1, cmi12(place="</script><script>alert(1)</script>"))
    page = origin.get(f"/play/{launch(stage).ticket}/").content.decode()
    assert "<script>alert" not in page
    assert "\\u003C/script\\u003E" in page


def test_head_and_service_workers_use_no_ticket_up(stage, origin):
    opened = launch(stage)
    assert origin.head(f"/play/{opened.ticket}/").status_code == 405
    worker = origin.get(f"/play/{opened.ticket}/", headers={"Service-Worker": "script"})
    assert worker.status_code == 403
    assert origin.get(f"/play/{opened.ticket}/").status_code == 200


def test_libraries_never_change_under_their_address(origin):
    address = lib_url("player-content.js")
    plain = origin.get(address)
    packed = origin.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in plain["Cache-Control"]
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content)
    assert origin.get(address.replace("player-content.js", "settings.py")).status_code == 404
    assert origin.get("/player-lib/0000000000000000/player-content.js").status_code == 404


def test_a_closed_class_opens_nothing_to_write(stage):
    from accounts.errors import Refusal

    with pytest.raises(Refusal) as refused:
        open_session(by=stage.learner, attempt=begin(stage), open_until=timezone.now() - timedelta(seconds=1))
    assert refused.value.code == "launch_closed"
    assert not RuntimeSession.objects.exists()


def test_a_deactivated_person_and_a_withdrawal_for_cause_close_sessions(stage):
    from accounts.signals import users_deactivated
    from repository.signals import resource_withdrawn

    opened = launch(stage)
    resource_withdrawn.send(sender=None, version_ids=[stage.version.pk], for_cause=False)
    assert commit(opened, 1).code == ""
    resource_withdrawn.send(sender=None, version_ids=[stage.version.pk], for_cause=True)
    assert commit(opened, 2).code == "commit_closed"
    again = launch(stage)
    users_deactivated.send(sender=None, user_ids=[stage.learner.pk])
    assert commit(again, 1).code == "commit_closed"
    assert RuntimeSession.objects.get(pk=again.session.pk).close_reason == "deactivated"
