"""Tells a database that is away, which comes back by itself, from a mistake of ours."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

#: Seconds after which to ask again, for browsers and players.
RETRY_SECONDS = 10
#: Classes of SQLSTATE: no connection, no room for one more, stopped by whoever runs it.
_AWAY = ("08", "53", "57P")
_SQLITE_AWAY = ("locked", "busy", "unable to open", "disk i/o")


def database_is_away(error: BaseException | None) -> bool:
    """Whether the same request may succeed a little later. ``error`` as Django raises it."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    if cause is None or type(cause).__module__.startswith("sqlite3"):
        return any(words in str(error).lower() for words in _SQLITE_AWAY)
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(_AWAY)
