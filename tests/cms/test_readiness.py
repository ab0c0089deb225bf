"""What is told about the parts, by address and by command: of real services, and of ports nobody holds."""

from __future__ import annotations

import json
import socket
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.checks import ERROR
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models.work import TaskWorker
from cms import checks, readiness
from cms.real_address import RealAddress, behind

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody() -> str:
    """A loopback address at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def a_worker(*, seen: datetime) -> None:
    TaskWorker.objects.create(worker_id="w1", machine="m", process="1:2", started_at=seen, seen_at=seen)


def test_a_default_install_uses_its_own_parts():
    a_worker(seen=timezone.now())
    response = Client(SERVER_NAME="localhost").get("/health/ready/")
    assert response.status_code == 200
    assert response.json() == {
        "process": "site",
        "ready": True,
        "parts": {
            "database": "up",
            "cache": "not used",
            "storage": "up",
            "search": "not used",
            "worker": "up",
            "disk": "up",
        },
    }


@override_settings(ROOT_URLCONF="cms.urls_content", MIDDLEWARE=[], PROCESS="content")
def test_the_content_origin_tells_too_and_sets_no_cookie():
    response = Client(SERVER_NAME="127.0.0.1").get("/health/ready/")
    assert response.json()["process"] == "content"
    assert not response.cookies


def test_a_silent_worker_is_away():
    a_worker(seen=timezone.now() - timedelta(minutes=2))
    assert readiness.look(["worker"]) == {"worker": "away"}


def test_what_does_not_answer_is_away_and_the_site_stays_up(nobody):
    with override_settings(
        REDIS_URL=f"redis://{nobody}/0", S3_ENDPOINT=f"http://{nobody}", ELASTICSEARCH_URL=f"http://{nobody}"
    ):
        response = Client(SERVER_NAME="localhost").get("/health/ready/")
    assert response.status_code == 200
    told = response.json()
    assert not told["ready"]
    assert {told["parts"][name] for name in ("cache", "storage", "search")} == {"away"}


@pytest.mark.usefixtures("database_gone")
def test_without_the_database_it_is_503():
    response = Client(SERVER_NAME="localhost").get("/health/ready/")
    assert response.status_code == 503
    assert response.json()["parts"]["database"] == "away"


def test_a_full_disk_is_told(monkeypatch):
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 10**18)
    assert readiness.look(["disk"]) == {"disk": "nearly full"}
    assert not readiness.is_good("nearly full")


def test_real_services_are_up(redis_url, elasticsearch_url, s3):
    with override_settings(REDIS_URL=redis_url, ELASTICSEARCH_URL=elasticsearch_url, **s3.settings()):
        assert set(readiness.look(["cache", "search", "storage"]).values()) == {"up"}


@pytest.mark.parametrize(
    ("wrong", "state", "word"),
    [
        ({"S3_BUCKET": "hoclieu-was-never-made"}, "no such bucket", "HOCLIEU_S3_BUCKET"),
        ({"S3_SECRET_KEY": "not-the-secret"}, "key refused", "HOCLIEU_S3_SECRET_KEY"),
        ({"S3_ACCESS_KEY": "nobody-s-key"}, "key refused", "HOCLIEU_S3_ACCESS_KEY"),
    ],
)
def test_a_wrong_bucket_or_key_is_told_with_what_to_do(s3, wrong, state, word):
    with override_settings(**{**s3.settings(), **wrong}):
        code, told = ask("storage")
        (message,) = checks.servers_answer()
    assert code == 1
    assert state in told
    assert word in told
    assert (message.id, message.level) == ("hoclieu.E022", ERROR)
    assert state in message.msg
    assert word in message.hint


def test_closed_servers_are_errors_before_the_first_upload(nobody):
    address = f"http://{nobody}"
    with override_settings(REDIS_URL=f"redis://{nobody}/0", S3_ENDPOINT=address, ELASTICSEARCH_URL=address):
        found = {message.id: message.hint for message in checks.servers_answer()}
    assert list(found) == ["hoclieu.E022", "hoclieu.E023", "hoclieu.E024"]
    assert "HOCLIEU_ELASTICSEARCH_URL" in found["hoclieu.E023"]
    assert list(checks.servers_answer()) == [], "nothing is named, nothing is missing"


def ask(*arguments: str) -> tuple[int, str]:
    out, code = StringIO(), 0
    try:
        call_command("health", *arguments, stdout=out)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, out.getvalue()


def test_the_command_says_and_its_exit_code_judges(nobody):
    assert ask("database", "disk", "--json") == (
        0,
        json.dumps({"schema": 1, "ready": True, "parts": {"database": "up", "disk": "up"}}) + "\n",
    )
    with override_settings(REDIS_URL=f"redis://{nobody}/0"):
        code, told = ask("cache")
    assert code == 1
    assert told.startswith("cache      away  (Start the server,")


def test_the_command_asks_the_process_of_this_host(nobody):
    host, port = nobody.split(":")
    with override_settings(LISTEN_SITE=(host, int(port))):
        assert ask("site") == (1, "site       away\n")


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("203.0.113.7", 1, "203.0.113.7"),
        ("10.1.1.1, 203.0.113.7", 1, "203.0.113.7"),
        ("203.0.113.7, 10.0.0.2", 2, "203.0.113.7"),
        ("2001:db8::7", 1, "2001:db8::7"),
        ("203.0.113.7", 2, ""),
        ("203.0.113.7", 0, ""),
        ("'; drop table", 1, ""),
        ("", 1, ""),
    ],
)
def test_who_stands_behind_the_proxies(forwarded, proxies, address):
    assert behind(forwarded, proxies) == address


def test_what_the_browser_invents_is_not_believed():
    seen = {}

    def rest(environ, start_response):
        seen.update(environ)
        return [b""]

    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.7"}
    RealAddress(rest, 1)(environ, lambda *_: None)
    assert seen["REMOTE_ADDR"] == "203.0.113.7"
    environ = {"REMOTE_ADDR": "127.0.0.1"}
    RealAddress(rest, 1)(environ, lambda *_: None)
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
