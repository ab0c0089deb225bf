"""The demo in the database for as long as a module's tests run: loading it anew for each would be slow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from search.engines import forget_engines


@contextmanager
def state_in(folder: Path) -> Iterator[Path]:
    """Blobs, index and sign-ins in a folder of the test's own."""
    places = {"VAR": folder, "BLOBS_DIR": folder / "blobs", "SEARCH_INDEX": folder / "search.sqlite3"}
    with override_settings(**places):
        forget_engines()
        try:
            yield folder
        finally:
            forget_engines()


@contextmanager
def kept_until_rolled_back(blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around whole tests; each of them still rolls back what it does itself."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def checked() -> None:
    """Foreign keys of what was loaded are checked here, once.

    PostgreSQL would do it for all of it at the end of each test, with plans made for empty tables.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    connection.check_constraints()
