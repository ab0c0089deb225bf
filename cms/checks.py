"""System checks: what would go wrong later is said at start-up, with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 -- Django's own name
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.models.work import TaskWorker
from cms import messages, readiness
from repository.storage import cors, incoming

TAG = "hoclieu"
BROWSER_FILES = (
    "htmx/htmx.min.js",
    "scorm-again/scorm12.min.js",
    "h5p/main.bundle.js",
)
POSTGRES_LEAST = 15
#: A machine counts whose worker was heard of within this.
SEEN = timedelta(minutes=10)
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
    if not settings.ELASTICSEARCH_URL:
        yield Warning(
            f"The embedded search index ({settings.SEARCH_INDEX}) serves one host only.",
            hint="Keep all site processes and workers on this host, or name HOCLIEU_ELASTICSEARCH_URL.",
            id="hoclieu.W013",
        )
    if not settings.REDIS_URL:
        yield Warning(
            "The cache is the memory of each process: limits on sign-in count in each by itself, and what "
            "was changed in one shows minutes later in another.",
            hint="Run one site process only, or name a Redis server in HOCLIEU_REDIS_URL.",
            id="hoclieu.W017",
        )
    if not settings.EMAIL_HOST:
        yield Warning(
            f"Mail is written to files in {settings.EMAIL_FILE_PATH}; nobody receives it.",
            hint="Name a mail server in HOCLIEU_EMAIL_HOST.",
            id="hoclieu.W014",
        )


@register(TAG, deploy=True)
def engines_fit(app_configs: Apps = None, **_: Any) -> Iterable[CheckMessage]:
    """What only the database can say: its own version, and on how many machines work is done."""
    try:
        if connection.vendor == "postgresql":
            yield from _postgres_is_new_enough(connection.pg_version)  # type: ignore[attr-defined]
        if "accounts_taskworker" in connection.introspection.table_names():
            machines = TaskWorker.objects.filter(seen_at__gt=timezone.now() - SEEN)
            yield from _hosts_share(machines.values("machine").distinct().count())
    except DatabaseError as error:
        yield Error(
            f"The database cannot be asked: {str(error).strip()}",
            hint="Start it, or correct HOCLIEU_DATABASE_URL.",
            id="hoclieu.E018",
        )


@register(TAG, deploy=True)
def servers_answer(app_configs: Apps = None, **_: Any) -> Iterable[CheckMessage]:
    """Asked before the first teacher uploads or searches."""
    asked = (
        (f"The bucket {settings.S3_BUCKET} of {settings.S3_ENDPOINT}", "storage", "hoclieu.E022"),
        ("Elasticsearch", "search", "hoclieu.E023"),
        ("Redis", "cache", "hoclieu.E024"),
    )
    for what, part, code in asked:
        state = readiness.look([part])[part]
        if hint := readiness.HINTS.get((part, state)):
            yield Error(f"{what} cannot be used: {state}.", hint=hint, id=code)


def _postgres_is_new_enough(version: int) -> Iterable[CheckMessage]:
    if version < POSTGRES_LEAST * 10_000:
        yield Error(
            f"PostgreSQL is of version {version // 10_000}; this needs {POSTGRES_LEAST} or newer.",
            hint="Upgrade the server before anything else.",
            id="hoclieu.E019",
        )


def _hosts_share(machines: int) -> Iterable[CheckMessage]:
    if machines > 1 and not settings.ELASTICSEARCH_URL:
        yield Error(
            f"Workers run on {machines} machines, and each would have a search index of its own.",
            hint="Name an Elasticsearch server in HOCLIEU_ELASTICSEARCH_URL.",
            id="hoclieu.E020",
        )
    if machines > 1 and not settings.S3_ENDPOINT:
        yield Warning(
            f"Workers run on {machines} machines; uploaded files lie in {settings.BLOBS_DIR} of each.",
            hint="Mount one folder on all, or name object storage in HOCLIEU_S3_ENDPOINT.",
            id="hoclieu.W021",
        )


@register(TAG, deploy=True)
def pages_may_send_to_the_bucket(app_configs: Apps = None, **_: Any) -> Iterable[CheckMessage]:
    """Without the bucket's rule every large file falls back to the site, after a wait."""
    if not incoming.offered() or readiness.storage() != readiness.UP:
        return  # what else is wrong is said by servers_answer
    try:
        fault = cors.fault(cors.rules())
    except OSError as error:
        fault = f"cannot be read ({error})"
    if fault:
        words = {"missing": "is missing", "open": "lets other sites send files too"}
        yield Warning(
            f"The rule of the bucket {settings.S3_BUCKET} for uploads {words.get(fault, fault)}.",
            hint="Run: manage.py s3_cors",
            id="hoclieu.W016",
        )
