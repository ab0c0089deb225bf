"""What system checks say, one fault at a time."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models.work import TaskWorker
from cms import checks, messages


def ids(found) -> list[str]:
    return [message.id for message in found]


def test_nothing_to_say_about_a_folder_that_can_be_written(settings, tmp_path):
    settings.VAR = tmp_path
    assert ids(checks.state_is_writable()) == []


def test_a_folder_that_cannot_be_written(settings):
    settings.VAR = Path("/proc/nowhere")
    assert ids(checks.state_is_writable()) == ["hoclieu.E001"]


def test_missing_browser_libraries_are_named(settings, tmp_path):
    settings.BROWSER_LIBS = tmp_path
    for name in checks.BROWSER_FILES[1:]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (message,) = checks.browser_libraries_are_there()
    assert message.id == "hoclieu.W002"
    assert "htmx/htmx.min.js" in message.msg
    assert "scorm" not in message.msg


def test_messages_that_are_not_compiled(tmp_path, monkeypatch):
    assert ids(checks.messages_are_compiled()) == []
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "a.po").write_text('msgid "A"\nmsgstr "B"\n')
    assert ids(checks.messages_are_compiled()) == ["hoclieu.W003"]


def test_misspelt_variables(settings):
    settings.UNKNOWN_VARIABLES = ["HOCLIEU_SIET_URL"]
    (message,) = checks.variables_are_known()
    assert "HOCLIEU_SIET_URL" in message.msg


@pytest.mark.parametrize("production", [False, True])
def test_deployment(settings, production):
    settings.PRODUCTION = settings.HTTPS = production
    settings.EMAIL_HOST = "mail.example.vn" if production else ""
    settings.ELASTICSEARCH_URL = "http://search.example.vn:9200" if production else ""
    settings.REDIS_URL = "redis://cache.example.vn/0" if production else ""
    found = ids(checks.production_is_meant())
    for one_machine_only in (
        "hoclieu.W010",
        "hoclieu.E011",
        "hoclieu.W013",
        "hoclieu.W014",
        "hoclieu.W017",
    ):
        assert (one_machine_only in found) is not production


@pytest.mark.parametrize(("version", "found"), [(140_012, ["hoclieu.E019"]), (150_001, []), (170_002, [])])
def test_an_old_postgresql_is_refused(version: int, found: list[str]) -> None:
    assert ids(checks._postgres_is_new_enough(version)) == found


def test_the_postgresql_of_the_tests_is_asked(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert ids(checks._postgres_is_new_enough(connection.info.server_version)) == []


@pytest.mark.django_db
def test_several_machines_need_shared_engines(settings) -> None:
    settings.ELASTICSEARCH_URL = settings.S3_ENDPOINT = ""
    now = timezone.now()
    rows = [("a", "one", now), ("b", "one", now), ("c", "two", now), ("d", "gone", now - timedelta(hours=1))]
    for worker, machine, seen in rows:
        TaskWorker.objects.create(
            worker_id=worker, machine=machine, process="1:1", started_at=seen, seen_at=seen
        )
    assert ids(checks.engines_fit()) == ["hoclieu.E020", "hoclieu.W021"]
    TaskWorker.objects.filter(machine="two").delete()
    assert ids(checks.engines_fit()) == []


@pytest.mark.django_db
def test_a_database_that_is_away_is_said(monkeypatch) -> None:
    def away():
        raise OperationalError("connection refused\n")

    monkeypatch.setattr(connection.introspection, "table_names", away)
    (message,) = checks.engines_fit()
    assert (message.id, "connection refused" in message.msg) == ("hoclieu.E018", True)
