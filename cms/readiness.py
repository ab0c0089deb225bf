"""Which of the parts that the settings name answer now: for whoever watches the site, and for repairs.

Asked past the engines' own caution, so that the answer is today's. No error is told, only its kind.
"""

from __future__ import annotations

import json
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit, urlunsplit

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from repository.storage import presign
from repository.storage.s3client import place

UP, AWAY, UNUSED = "up", "away", "not used"
REFUSED, NO_BUCKET = "key refused", "no such bucket"
#: What to do about a part in a state, where the settings may be wrong.
HINTS = {
    ("cache", AWAY): "Start the server, or correct HOCLIEU_REDIS_URL.",
    ("storage", AWAY): "Start the server, or correct HOCLIEU_S3_ENDPOINT.",
    ("storage", REFUSED): (
        "Correct HOCLIEU_S3_ACCESS_KEY, HOCLIEU_S3_SECRET_KEY and HOCLIEU_S3_REGION; the key must be allowed "
        "to list the bucket, and the clocks of both servers must agree."
    ),
    ("storage", NO_BUCKET): "Make the bucket, private, or correct HOCLIEU_S3_BUCKET.",
    ("search", AWAY): "Start Elasticsearch, or correct HOCLIEU_ELASTICSEARCH_URL.",
    ("search", REFUSED): "Correct the user and password in HOCLIEU_ELASTICSEARCH_URL.",
}
ANSWER_SECONDS = 2
#: A worker writes every ten seconds that it lives.
SILENT = timedelta(seconds=60)
LEAST_FREE_BYTES = 1024**3


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return AWAY
    return UP


def cache() -> str:
    if not settings.REDIS_URL:
        return UNUSED
    import redis

    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return AWAY
    finally:
        client.close()
    return UP


def storage() -> str:
    """The bucket can be listed with the keys of the settings; a folder can be written."""
    if settings.S3_ENDPOINT:
        return _bucket()
    folder = settings.BLOBS_DIR if settings.BLOBS_DIR.exists() else settings.VAR
    return UP if os.access(folder, os.W_OK | os.X_OK) else AWAY


def _bucket() -> str:
    where = place()
    status, body = _get(
        presign.presign(
            where,
            method="GET",
            scheme=urlsplit(where.endpoint).scheme,
            path=f"/{where.bucket}",
            query={"list-type": "2", "max-keys": "1"},
            headers={"host": presign.host_of(where.endpoint)},
            at=datetime.now(UTC),
            seconds=60,
        )
    )
    if b"NoSuchBucket" in body:
        return NO_BUCKET
    # Servers differ in the status for an unknown key; what is no such server sends no such answer.
    if 400 <= status < 500 and status != 429 and b"<Error>" in body:
        return REFUSED
    return UP if status == 200 else AWAY


def search() -> str:
    """Elasticsearch says that every index of its can be asked (yellow: a copy is missing)."""
    if not settings.ELASTICSEARCH_URL:
        return UNUSED
    status, body = _get(f"{settings.ELASTICSEARCH_URL.rstrip('/')}/_cluster/health?timeout=1s")
    if status in {401, 403}:
        return REFUSED
    try:
        return UP if status == 200 and json.loads(body)["status"] != "red" else AWAY
    except (ValueError, KeyError, TypeError):
        return AWAY


def worker() -> str:
    from accounts.models.work import TaskWorker

    try:
        return UP if TaskWorker.objects.filter(seen_at__gte=timezone.now() - SILENT).exists() else AWAY
    except Error:
        return AWAY


def disk() -> str:
    return UP if shutil.disk_usage(settings.VAR).free >= LEAST_FREE_BYTES else "nearly full"


PARTS: dict[str, Callable[[], str]] = {
    "database": database,
    "cache": cache,
    "storage": storage,
    "search": search,
    "worker": worker,
    "disk": disk,
}


def look(names: list[str] | None = None) -> dict[str, str]:
    """Part → "up", "away", "key refused", "no such bucket", "nearly full"; "not used" where none is named."""
    return {name: PARTS[name]() for name in names or PARTS}


def is_good(state: str) -> bool:
    return state in {UP, UNUSED}


def _get(url: str) -> tuple[int, bytes]:
    """Status and body of a GET; 0 where nobody answers. A sign-in may stand in the address."""
    parts = urlsplit(url)
    request = urllib.request.Request(urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])))  # noqa: S310
    if parts.username:
        import base64

        word = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_header("Authorization", f"Basic {base64.b64encode(word.encode()).decode()}")
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:  # noqa: S310 -- from our settings
            return response.status, response.read(65536)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(65536)
    except (OSError, ValueError):
        return 0, b""
