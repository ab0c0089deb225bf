"""The way around Django for saves: the same answers, errors included, and the real server."""

from __future__ import annotations

import io
import json
import socket
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from courses.runtime import views_content
from courses.runtime.actions import open_session
from courses.runtime.models import CommitLog, SessionPart
from courses.runtime.snapshot import MOST_BYTES
from courses.runtime.wsgi import SavesFirst
from tests.courses.runtime.helpers import body, commit, heartbeat, launch, post, rows, state_of
from tests.courses.runtime.stage import make_stage
from tests.live import start_live


@pytest.fixture(autouse=True)
def _content_process(settings) -> None:
    settings.ROOT_URLCONF = "cms.urls_content"
    settings.MIDDLEWARE = []


def environ(data: bytes, **more: Any) -> dict[str, Any]:
    return {
        "PATH_INFO": "/commit/",
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(data)),
        "CONTENT_TYPE": "text/plain",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(data),
        **more,
    }


def ask(variables: dict[str, Any]) -> tuple[str, dict[str, str], bytes] | None:
    """Status line, headers and body; None where it was passed on."""
    started: list[Any] = []
    passed_on: list[dict[str, Any]] = []

    def rest(asked: dict[str, Any], _start: object) -> list[bytes]:
        passed_on.append(asked)
        return []

    answer = b"".join(SavesFirst(rest)(variables, lambda *args: started.append(args)))
    if passed_on:
        return None
    status, headers = started[0]
    return status, dict(headers), answer


def without_clock(text: bytes) -> dict[str, Any]:
    return {name: value for name, value in json.loads(text).items() if name != "at"}


@pytest.mark.django_db
def test_a_save_is_in_the_database() -> None:
    opened = launch(make_stage())
    data = json.dumps(body(opened)).encode()
    answer = ask(environ(data))
    assert answer is not None
    status, headers, text = answer
    assert (status, json.loads(text)["answer"]) == ("200 OK", "saved")
    assert headers["Content-Length"] == str(len(text))
    assert state_of(opened).location == "3"


@pytest.mark.django_db
def test_the_same_answer_as_through_django() -> None:
    opened = launch(make_stage())
    good = body(opened)
    assert post(Client(), good).json()["answer"] == "saved"
    for data in (
        json.dumps(good).encode(),  # an old number by now
        json.dumps({**good, "key": "no-key"}).encode(),
        json.dumps({**good, "sco": "another"}).encode(),
        json.dumps({**good, "seq": -1}).encode(),
        b"{",
        b"",
        b"x" * (MOST_BYTES + 1),
    ):
        answer = ask(environ(data))
        expected = post(Client(), data)
        assert answer is not None
        status, headers, text = answer
        assert status.split()[0] == str(expected.status_code)
        assert headers == dict(expected.items())
        assert without_clock(text) == without_clock(expected.content)


@pytest.mark.django_db
def test_everything_else_is_passed_on() -> None:
    assert ask(environ(b"", PATH_INFO="/commit")) is None
    assert ask(environ(b"", PATH_INFO="/health/")) is None
    assert ask(environ(b"", REQUEST_METHOD="GET")) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (RuntimeError, "500", "Hệ thống có lỗi"),
        (InterfaceError, "503", "chưa đọc được dữ liệu"),
    ],
)
def test_errors_are_answered_and_written_down(
    error: type[Exception], status: str, words: str, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    opened = launch(make_stage())
    before = rows()

    def fail(**_facts: object) -> None:
        raise error("connection refused")

    monkeypatch.setattr(views_content, "record_commit", fail)
    answer = ask(environ(json.dumps(body(opened)).encode()))
    assert answer is not None
    assert answer[0].startswith(status)
    assert words in answer[2].decode()
    assert answer[1]["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer[1]
    assert "/commit/" in caplog.text
    assert rows() == before


@pytest.mark.django_db
def test_a_connection_that_died_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = launch(make_stage())
    real, tries = views_content.record_commit, []

    def first_fails(**facts: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise InterfaceError("connection already closed")
        return real(**facts)

    data = json.dumps(body(opened)).encode()
    monkeypatch.setattr(views_content, "record_commit", first_fails)
    with monkeypatch.context() as outside:  # of the transaction that goes around every test
        outside.setattr(views_content, "connection", SimpleNamespace(in_atomic_block=False, close=list))
        answer = ask(environ(data))
    assert answer is not None
    assert (json.loads(answer[2])["answer"], len(tries)) == ("saved", 2)


def stands() -> list[Any]:
    """States and history as they are."""
    history = CommitLog.objects.order_by("pk").values_list("session", "reason", "seq", "seconds")
    return [rows(), list(history), list(SessionPart.objects.order_by("pk").values_list("seq", "seconds"))]


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["first", "common", "last", "beat", "older"])
def test_a_save_that_the_database_confirmed_to_nobody_counts_once(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection dies between the database's COMMIT and its word about it: the save is tried again."""
    opened = launch(make_stage())
    if what != "first":
        commit(opened)
    if what == "older":
        open_session(by=opened.session.user, attempt=opened.attempt)
    data = heartbeat(opened, 15) if what == "beat" else body(opened, 2, final=what == "last")
    real, saved = views_content.record_commit, []

    def dies_afterwards(**facts: Any) -> Any:
        answer = real(**facts)
        saved.append(stands())
        if len(saved) == 1:
            raise OperationalError("terminating connection due to administrator command")
        return answer

    before = stands()
    monkeypatch.setattr(views_content, "record_commit", dies_afterwards)
    with monkeypatch.context() as outside:
        outside.setattr(views_content, "connection", SimpleNamespace(in_atomic_block=False, close=list))
        answer = ask(environ(json.dumps(data).encode()))
    assert answer is not None
    assert json.loads(answer[2])["answer"] == ("kept" if what == "older" else "saved")
    assert saved[0] == saved[1] != before


LAUNCH = """
import json
from tests.courses.runtime.helpers import body, launch
from tests.courses.runtime.stage import make_stage
print(json.dumps(body(launch(make_stage()))))
"""


def test_under_the_real_server(tmp_path: Path) -> None:
    """A body that comes in pieces, several saves on one connection, and one that is not ours."""
    with start_live(tmp_path, demo=False, names=("content",)) as live:
        data = json.loads(live.python(LAUNCH))
        address = urlsplit(live.content_url)
        with socket.create_connection((str(address.hostname), address.port or 80), timeout=20) as line:
            for seq, expected in ((1, "saved"), (2, "saved"), (2, "saved"), (0, "refused")):
                text = json.dumps({**data, "seq": seq}).encode()
                head = f"POST /commit/ HTTP/1.1\r\nHost: {address.netloc}\r\n"
                line.sendall(f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text[:100])
                time.sleep(0.05)
                line.sendall(text[100:])
                answer = line.recv(65_536)
                while b'"at"' not in answer:
                    answer += line.recv(65_536)
                assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["answer"] == expected
        assert live.rows("SELECT seq, commits FROM courses_scostate") == [(2, 2)]
