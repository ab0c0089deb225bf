"""Statements that learners' windows run all the time, prepared once a connection.

On PostgreSQL they go straight to the database's own library: half of what a save costs this process would be
the cursors of Django and psycopg. A statement is committed when ``run`` returns, and its errors are those of
Django. Inside a transaction, where queries are watched, and behind a pooler that hands each statement to
another connection, Django's cursor runs it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID
from weakref import WeakSet
from zlib import crc32

from django.db import DEFAULT_DB_ALIAS, connections

Value = str | int | float | datetime | UUID
#: SQLSTATE of a statement that the connection has forgotten, as it does with a DISCARD
_UNKNOWN_STATEMENT = "26000"
#: SQLSTATE of one that it knows already, as it may behind a pooler
_KNOWN_STATEMENT = "42P05"


class Statement:
    """An UPDATE, INSERT or DELETE with ``%s`` for each of its values, none of them null."""

    def __init__(self, name: str, sql: str) -> None:
        numbers = count(1)
        self._sql = sql
        self._numbered = re.sub("%s", lambda _: f"${next(numbers)}", sql).encode()
        self._name = f"hoclieu_{name}_{crc32(self._numbered):08x}".encode()
        self._prepared: WeakSet[Any] = WeakSet()

    def run(self, values: Sequence[Value]) -> int:
        """How many rows it touched."""
        database = connections[DEFAULT_DB_ALIAS]
        watched = database.queries_logged or database.execute_wrappers
        if database.vendor == "postgresql" and not (database.in_atomic_block or watched):
            database.ensure_connection()
            with database.wrap_database_errors:
                rows = self._run_prepared(database.connection, [_as_text(value) for value in values])
            if rows is not None:
                return rows
        with database.cursor() as cursor:
            cursor.execute(self._sql, [_adapted(database, value) for value in values])
            return int(cursor.rowcount)

    def _run_prepared(self, line: Any, values: list[bytes]) -> int | None:
        """How many rows it touched; None where what was just prepared is unknown all the same."""
        for _attempt in range(2):
            if line not in self._prepared:
                self._prepare(line)
            result = line.pgconn.exec_prepared(self._name, values)
            if _is_done(result) or _state(result) != _UNKNOWN_STATEMENT:
                _raise_unless_done(line, result)
                return int(result.command_tuples or 0)
            self._prepared.discard(line)
        return None

    def _prepare(self, line: Any) -> None:
        result = line.pgconn.prepare(self._name, self._numbered)
        if _is_done(result) or _state(result) != _KNOWN_STATEMENT:
            _raise_unless_done(line, result)
        self._prepared.add(line)


def _adapted(database: Any, value: Value) -> Any:
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not database.features.has_native_uuid_field:
        return value.hex
    return value


def _as_text(value: Value) -> bytes:
    return (value.isoformat() if isinstance(value, datetime) else str(value)).encode()


def _is_done(result: Any) -> bool:
    from psycopg.pq import ExecStatus  # SQLite needs no psycopg

    return bool(result.status == ExecStatus.COMMAND_OK)


def _state(result: Any) -> str:
    from psycopg.pq import DiagnosticField

    return (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()


def _raise_unless_done(line: Any, result: Any) -> None:
    if _is_done(result):
        return
    import psycopg
    from psycopg.pq import ConnStatus

    if line.pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(line.pgconn.error_message.decode(errors="replace"))
    raise psycopg.errors.error_from_result(result)
