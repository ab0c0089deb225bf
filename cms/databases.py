"""The database and the caches, as the addresses in the environment choose them. Read by cms/settings.py."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from cms.env import Env

Settings = dict[str, object]

#: A host that vanished is noticed within seconds, not after the kernel's quarter of an hour.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
#: A copy of a session that a lost connection left behind is believed no longer than this.
_SESSION_COPY_SECONDS = 300


def database(env: Env, var: Path) -> Settings:
    """PostgreSQL where DATABASE_URL names it, else a file below ``var``."""
    url = env.text("DATABASE_URL")
    return _postgres(env, url) if url else _sqlite(var)


def _sqlite(var: Path) -> Settings:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": var / "hoclieu.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # FULL, for NORMAL can lose an acknowledged commit when the power fails.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgres(env: Env, url: str) -> Settings:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/") or port == 0:
        env.refuse("DATABASE_URL", "is not of the form postgresql://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5, **_PATIENCE},
    }


def caches(redis: str) -> dict[str, Settings]:
    """The cache, and with Redis one more for copies of sessions: only Redis may know those."""
    if not redis:
        memory = "django.core.cache.backends.locmem.LocMemCache"
        return {"default": {"BACKEND": memory, "LOCATION": "hoclieu"}}
    shared: Settings = {"BACKEND": "cms.redis_cache.Cache", "LOCATION": redis}
    only_there = {"spare": "none", "most_seconds": _SESSION_COPY_SECONDS}
    return {"default": shared, "sessions": {**shared, "KEY_PREFIX": "session", "OPTIONS": only_there}}
