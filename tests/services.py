"""Databases, indices and buckets of real services for the tests, made fresh and taken away again.

Addresses come from HOCLIEU_TEST_… variables, else from the services that ``make services`` started.
Where one is not up its tests skip with the reason; where CI is set they fail with it.
Each fixture has a function of the same work for those who need more than one, or another scope.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

import pytest

from deploy.dev import recipes, services

VARIABLES = {
    "postgres": "HOCLIEU_TEST_POSTGRES_URL",
    "redis": "HOCLIEU_TEST_REDIS_URL",
    "elasticsearch": "HOCLIEU_TEST_ELASTICSEARCH_URL",
    "s3": "HOCLIEU_TEST_S3_ENDPOINT",
}
#: Which service a fixture asks for.
FIXTURES = {
    "postgres_url": "postgres",
    "redis_url": "redis",
    "elasticsearch_url": "elasticsearch",
    "elasticsearch_prefix": "elasticsearch",
    "s3": "s3",
}
TITLES = services.TITLES
CLAIM_SECONDS = 3 * 3600
_used: set[str] = set()


def asked_for(fixtures: Iterable[str]) -> list[str]:
    """The services behind these fixtures."""
    return sorted({FIXTURES[name] for name in fixtures if name in FIXTURES})


@dataclass(frozen=True)
class Bucket:
    """A bucket of an S3-compatible server and the keys that open it."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str

    def settings(self) -> dict[str, str]:
        """The settings that name it; with HOCLIEU_ before them, the variables."""
        return {
            "S3_ENDPOINT": self.endpoint,
            "S3_BUCKET": self.bucket,
            "S3_ACCESS_KEY": self.access_key,
            "S3_SECRET_KEY": self.secret_key,
            "S3_REGION": self.region,
        }


def use_bucket(settings: Any, bucket: Bucket) -> None:
    """Blobs of this test lie there; that a server was away a moment ago is forgotten."""
    from repository.storage import ranged

    for name, value in bucket.settings().items():
        setattr(settings, name, value)
    ranged._away_until.clear()


@cache
def addresses() -> dict[str, tuple[str, str]]:
    """Name → (address, ""), or ("", why there is none)."""
    found = {name: (os.environ.get(variable, ""), "") for name, variable in VARIABLES.items()}
    if missing := [name for name, (url, _) in found.items() if not url]:
        for name, state in services.status(missing).items():
            why = state["why"].replace("not started", "make services starts it")
            found[name] = (state["url"], "") if state["state"] == "up" else ("", why)
    return found


def address(name: str) -> str:
    """Where the service answers; skips the test, or fails it where CI is set."""
    url, why = addresses()[name]
    if not url:
        absent(f"{TITLES[name]} is not up: {why}")
    _used.add(name)
    return url


def absent(reason: str) -> NoReturn:
    """Skips the test for want of something; fails it where CI is set, where a skip would be a hole."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def used_since_last_asked() -> set[str]:
    """The services whose address was given out since the last call."""
    found = set(_used)
    _used.clear()
    return found


def hosts() -> set[str]:
    """Hosts and their addresses that tests may reach besides this machine: those that were named."""
    named = [os.environ.get(name, "") for name in ("HOCLIEU_DATABASE_URL", *VARIABLES.values())]
    names = {host for url in named if url and (host := urlsplit(url).hostname)}
    found = set(names)
    for name in names:
        with contextlib.suppress(OSError):
            found |= {str(info[4][0]) for info in socket.getaddrinfo(name, None)}
    return found


@contextmanager
def fresh_database() -> Iterator[str]:
    """The address of an empty PostgreSQL database, dropped at the end whoever is still connected."""
    import psycopg
    from psycopg import sql

    server = address("postgres")
    name = f"hoclieu_test_{secrets.token_hex(6)}"
    quoted = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))


@contextmanager
def fresh_redis() -> Iterator[str]:
    """The address of an empty Redis database of one's own, emptied at the end.

    An address that names a database other than 0 is taken as it is; else one is claimed in database 0.
    """
    import redis

    parts = urlsplit(address("redis"))
    given = parts.path.strip("/")
    base: Any = redis.Redis.from_url(urlunsplit(parts._replace(path="/0")))
    number = int(given) if given not in {"", "0"} else _claim(base)
    url = urlunsplit(parts._replace(path=f"/{number}"))
    own: Any = redis.Redis.from_url(url)
    try:
        own.flushdb()
        yield url
    finally:
        own.flushdb()
        base.delete(f"hoclieu-test:{number}")
        own.close()
        base.close()


def _claim(base: Any) -> int:
    for number in range(1, int(base.config_get("databases")["databases"])):
        if base.set(f"hoclieu-test:{number}", os.getpid(), nx=True, ex=CLAIM_SECONDS):
            return number
    raise AssertionError(
        "Every database of this Redis is claimed; a run that was killed frees them in 3 hours."
    )


@contextmanager
def fresh_prefix() -> Iterator[str]:
    """A prefix of index names that nobody else uses; its indices are deleted at the end, no others."""
    server = address("elasticsearch")
    prefix = f"hoclieu-test-{secrets.token_hex(6)}"
    try:
        yield prefix
    finally:
        rows = _json("GET", f"{server}/_cat/indices/{prefix}*?format=json&h=index&expand_wildcards=all")
        for row in rows:
            _json("DELETE", f"{server}/{row['index']}")


def _json(method: str, url: str) -> Any:
    """One request to Elasticsearch without its client, which a test may have replaced or closed."""
    import base64

    parts = urlsplit(url)
    headers = {}
    if parts.username:
        token = base64.b64encode(f"{parts.username}:{parts.password or ''}".encode()).decode()
        headers["Authorization"] = f"Basic {token}"
        url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    request = urllib.request.Request(url, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


@contextmanager
def client_of(bucket: Bucket) -> Iterator[Any]:
    """boto3's client of the bucket's server, apart from the project's own."""
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3",
        endpoint_url=bucket.endpoint,
        aws_access_key_id=bucket.access_key,
        aws_secret_access_key=bucket.secret_key,
        region_name=bucket.region,
        config=Config(s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=30),
    )
    try:
        yield client
    finally:
        client.close()


@contextmanager
def fresh_bucket() -> Iterator[Bucket]:
    """An empty bucket, deleted at the end with all that lies in it, half-finished uploads included."""
    bucket = Bucket(
        endpoint=address("s3"),
        bucket=f"hoclieu-test-{secrets.token_hex(6)}",
        access_key=recipes.S3_ACCESS_KEY,
        secret_key=recipes.S3_SECRET_KEY,
        region=recipes.S3_REGION,
    )
    with client_of(bucket) as client:
        client.create_bucket(Bucket=bucket.bucket)
        try:
            yield bucket
        finally:
            _empty(client, bucket.bucket)
            client.delete_bucket(Bucket=bucket.bucket)


def _empty(client: Any, name: str) -> None:
    for page in client.get_paginator("list_multipart_uploads").paginate(Bucket=name):
        for upload in page.get("Uploads", []):
            client.abort_multipart_upload(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=name):
        for entry in page.get("Contents", []):
            client.delete_object(Bucket=name, Key=entry["Key"])


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A fresh, empty PostgreSQL database of this process of the run; more by ``fresh_database()``."""
    with fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis database of this process of the run, empty at its start."""
    with fresh_redis() as url:
        yield url


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    return address("elasticsearch")


@pytest.fixture(scope="module")
def elasticsearch_prefix() -> Iterator[str]:
    """Index names of this module begin with it."""
    with fresh_prefix() as prefix:
        yield prefix


@pytest.fixture(scope="module")
def s3() -> Iterator[Bucket]:
    """An empty bucket for this module."""
    with fresh_bucket() as bucket:
        yield bucket
