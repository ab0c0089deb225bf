"""What is an outage, by errors that real databases gave."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from django.db import DataError, Error, InterfaceError, OperationalError
from psycopg import errors

from accounts.outages import database_is_away


def raised(error: Error, cause: Exception | None = None) -> Error:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (raised(InterfaceError("the connection is closed")), True),
        (raised(OperationalError("connection refused"), psycopg.OperationalError("refused")), True),
        (raised(OperationalError("…"), errors.AdminShutdown("terminating connection")), True),
        (raised(OperationalError("…"), errors.CannotConnectNow("starting up")), True),
        (raised(OperationalError("…"), errors.TooManyConnections("sorry, too many clients already")), True),
        (raised(OperationalError("…"), errors.DeadlockDetected("deadlock detected")), False),
        (raised(OperationalError("database is locked"), sqlite3.OperationalError("locked")), True),
        (raised(OperationalError("no such table: x"), sqlite3.OperationalError("no such table")), False),
        (raised(DataError("too long"), errors.StringDataRightTruncation("too long")), False),
    ],
)
def test_an_outage_is_told_from_a_mistake(error: Error, away: bool) -> None:
    assert database_is_away(error) is away


def test_nothing_is_no_outage() -> None:
    assert not database_is_away(None)
    assert not database_is_away(ConnectionRefusedError())
