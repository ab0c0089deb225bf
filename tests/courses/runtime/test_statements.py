"""Prepared statements past Django's cursor, on PostgreSQL: the same rows, values and errors."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connection
from django.db.utils import ConnectionHandler
from django.utils import timezone

from accounts.outages import database_is_away
from courses.runtime import statements
from courses.runtime.statements import Statement

pytestmark = [pytest.mark.service, pytest.mark.django_db]

SQL = "UPDATE kept SET text=%s, figure=%s, at=%s, owner=%s, number=number+1 WHERE number<%s"


@pytest.fixture
def database(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A connection as the settings make it, with a table of two rows."""
    parts = urlsplit(postgres_url)
    handler = ConnectionHandler(
        {
            DEFAULT_DB_ALIAS: {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.strip("/"),
                "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""),
                "HOST": parts.hostname or "",
                "PORT": str(parts.port or ""),
                "CONN_MAX_AGE": None,
                "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
                "TIME_ZONE": None,
            }
        }
    )
    monkeypatch.setattr(statements, "connections", handler)
    made = handler[DEFAULT_DB_ALIAS]
    with made.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS kept")
        cursor.execute(
            "CREATE TABLE kept (number integer CHECK (number < 50), text text, figure double precision, "
            "at timestamptz, owner uuid)"
        )
        cursor.execute("INSERT INTO kept (number) VALUES (0), (1)")
    try:
        yield made
    finally:
        made.close()


def rows(database: Any) -> list[Any]:
    with database.cursor() as cursor:
        cursor.execute("SELECT text, figure, at, owner, number FROM kept ORDER BY number")
        return cursor.fetchall()


def test_values_arrive_as_they_are(database) -> None:
    statement = Statement("test", SQL)
    now, owner, long = timezone.now(), uuid.uuid4(), "Đã xem trang 1; " * 60_000
    for text in ("", 'it\'s \\ "so" %s $1', long):
        assert statement.run((text, 0.1, now, owner, 40)) == 2
        assert rows(database)[0][:4] == (text, 0.1, now, owner)
    assert statement.run(("x", 1e-300, now, owner, -5)) == 0


def test_without_a_transaction_it_is_committed_on_return(database) -> None:
    assert Statement("test", SQL).run(("kept", 0.5, timezone.now(), uuid.uuid4(), 40)) == 2
    database.close()
    assert rows(database)[0][0] == "kept"


def test_inside_a_transaction_it_belongs_to_it(database) -> None:
    statement = Statement("test", SQL)
    statement.run(("before", 0.5, timezone.now(), uuid.uuid4(), 40))
    database.set_autocommit(False)
    database.in_atomic_block = True
    statement.run(("within", 0.5, timezone.now(), uuid.uuid4(), 40))
    database.in_atomic_block = False
    database.rollback()
    database.set_autocommit(True)
    assert rows(database)[0][0] == "before"


def test_a_connection_that_forgot_it_prepares_it_again(database) -> None:
    statement = Statement("test", SQL)
    for _ in range(2):
        assert statement.run(("a", 0.5, timezone.now(), uuid.uuid4(), 40)) == 2
        with database.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")


def test_behind_a_pooler_the_server_may_know_it_already_or_not_at_all(database) -> None:
    values = ("b", 0.5, timezone.now(), uuid.uuid4(), 40)
    assert Statement("test", SQL).run(values) == 2
    assert Statement("test", SQL).run(values) == 2  # another process's, on the same server connection

    class Forgotten(Statement):
        def _prepare(self, line: Any) -> None:
            self._prepared.add(line)  # on a connection that does not run it

    assert Forgotten("elsewhere", SQL).run(("c", 0.5, timezone.now(), uuid.uuid4(), 40)) == 2
    assert rows(database)[0][0] == "c"


def test_errors_are_djangos(database) -> None:
    with pytest.raises(IntegrityError):
        Statement("refused", "UPDATE kept SET number=%s").run((70,))
    with pytest.raises(Exception, match="nowhere") as caught:
        Statement("nowhere", "UPDATE nowhere SET number=%s").run((70,))
    assert not database_is_away(caught.value)


def test_a_server_that_went_is_said_and_the_next_connection_works(database) -> None:
    statement = Statement("test", SQL)
    values = ("a", 0.5, timezone.now(), uuid.uuid4(), 40)
    statement.run(values)
    pid = database.connection.info.backend_pid

    def kill() -> None:
        other = database.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        other.close()

    killing = threading.Thread(target=kill)
    killing.start()
    killing.join()
    with pytest.raises(OperationalError) as caught:
        statement.run(values)
    assert database_is_away(caught.value)
    assert database.errors_occurred
    database.close_if_unusable_or_obsolete()
    assert statement.run(values) == 2


def test_watched_queries_are_seen(database) -> None:
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with database.execute_wrapper(watch):
        Statement("test", SQL).run(("a", 0.5, timezone.now(), uuid.uuid4(), 40))
    assert seen == [SQL]


def test_elsewhere_it_runs_by_djangos_cursor() -> None:
    if connection.vendor == "postgresql":
        pytest.skip("the database is PostgreSQL")
    assert Statement("test", "UPDATE courses_scostate SET seq=%s WHERE id=%s").run((1, -1)) == 0
