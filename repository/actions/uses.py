"""Counting how often a resource is used: one row a resource and day, raised where it stands."""

from __future__ import annotations

from datetime import date

from django.core.cache import cache
from django.db import connection, transaction

from accounts.days import today
from accounts.models import User
from repository.models import ResourceUse

_KEPT_SECONDS = 24 * 3600


def record_use(*, resource_id: int, by: User | None = None, visitor: str = "") -> None:
    """Counts one use today: tried, opened, downloaded, or begun in a class.

    A person known by ``by``, or a ``visitor`` known by an address, counts once a day and resource. It is
    done after the caller's transaction, so that nobody waits for the day's row, and a failure is logged,
    never raised.
    """
    day = today()
    who = str(by.pk) if by is not None else visitor
    if who and not cache.add(f"use:{day}:{resource_id}:{who}", 1, _KEPT_SECONDS):
        return

    def count() -> None:  # Django logs the failure of a function by its name, which a partial has not
        _raise_count(resource_id, day)

    transaction.on_commit(count, robust=True)


def _raise_count(resource_id: int, day: date) -> None:
    """One statement, in the words that SQLite and PostgreSQL share; Django's upsert cannot add."""
    quote = connection.ops.quote_name
    table = quote(ResourceUse._meta.db_table)
    count = quote("count")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (resource_id, day, {count}) VALUES (%s, %s, 1) "  # noqa: S608 -- our names
            f"ON CONFLICT (resource_id, day) DO UPDATE SET {count} = {table}.{count} + 1",
            [resource_id, connection.ops.adapt_datefield_value(day)],
        )
