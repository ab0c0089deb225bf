"""System checks: what would go wrong later is said at start-up, with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 -- Django's own name

from cms import messages

TAG = "hoclieu"
BROWSER_FILES = ("htmx/htmx.min.js", "scorm-again/scorm12.min.js", "scorm-again/scorm2004.min.js")
Apps = Sequence[AppConfig] | None


@register(TAG)
def state_is_writable(app_configs: Apps = None, **_: Any) -> Iterable[CheckMessage]:
    """Uploads, database and keys live below HOCLIEU_VAR."""
    if not os.access(settings.VAR, os.W_OK | os.X_OK):
        yield Error(
            f"The folder of all state, {settings.VAR}, cannot be written by this user.",
            hint="Change its owner, or name another folder in HOCLIEU_VAR.",
            id="hoclieu.E001",
        )


@register(TAG)
def browser_libraries_are_there(app_configs: Apps = None, **_: Any) -> Iterable[CheckMessage]:
    """Without them no package can be played."""
    missing = [name for name in BROWSER_FILES if not (settings.BROWSER_LIBS / name).is_file()]
    if missing:
        yield Warning(
            f"Browser libraries are missing from {settings.BROWSER_LIBS}: {', '.join(missing)}.",
            hint="Run: make setup",
            id="hoclieu.W002",
        )


@register(TAG)
def messages_are_compiled(app_configs: Apps = None, **_: Any) -> Iterable[CheckMessage]:
    """Without the compiled catalogue every screen speaks English."""
    for language in messages.languages():
        if messages.parts(language) and not messages.catalogue_path(language).exists():
            yield Warning(
                f"The translations into '{language}' are not compiled.",
                hint="Run: make messages",
                id="hoclieu.W003",
            )


@register(TAG)
def variables_are_known(app_configs: Apps = None, **_: Any) -> Iterable[CheckMessage]:
    """A misspelt variable would be ignored in silence."""
    for name in settings.UNKNOWN_VARIABLES:
        yield Warning(
            f"{name} is not a setting of this version.",
            hint="docs/settings.md lists them all.",
            id="hoclieu.W004",
        )


@register(TAG, deploy=True)
def production_is_meant(app_configs: Apps = None, **_: Any) -> Iterable[CheckMessage]:
    """What the default install does well on one machine and badly in a province."""
    if not settings.PRODUCTION:
        yield Warning(
            "HOCLIEU_PRODUCTION is not 1.",
            hint="Set it, with HOCLIEU_SECRET_KEY and the addresses.",
            id="hoclieu.W010",
        )
    if not settings.HTTPS:
        yield Error(
            "The addresses are http; passwords would travel in the clear.",
            hint="Put a proxy with https in front and set HOCLIEU_SITE_URL and HOCLIEU_CONTENT_URL to https.",
            id="hoclieu.E011",
        )
    if str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
        yield Warning(
            "The database is SQLite, which lets one process write at a time, on this host only.",
            hint="Name a PostgreSQL server in HOCLIEU_DATABASE_URL.",
            id="hoclieu.W012",
        )
    yield Warning(
        f"The embedded search index ({settings.SEARCH_INDEX}) serves one host only.",
        hint="Keep all site processes and workers on this host.",
        id="hoclieu.W013",
    )
    if not settings.EMAIL_HOST:
        yield Warning(
            f"Mail is written to files in {settings.EMAIL_FILE_PATH}; nobody receives it.",
            hint="Name a mail server in HOCLIEU_EMAIL_HOST.",
            id="hoclieu.W014",
        )
