"""Sites on PostgreSQL, Redis, S3 and Elasticsearch, and services of a test's own that it may stop.

`tests/services.py` hands out places on services that all tests share; those are never stopped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.dev import recipes
from deploy.dev.services import TITLES, Services
from tests import postgres
from tests.live import ALL, Live, Template, prepare_live, run, template_database
from tests.ports import free_ports
from tests.services import Bucket, address, client_of, fresh_bucket, fresh_prefix, fresh_redis

EVERY = ("postgres", "redis", "elasticsearch", "s3")


@dataclass
class Own:
    """Services of one test, which it may stop and start."""

    services: Services

    def url(self, name: str) -> str:
        return self.services.known[name].url

    def start(self, *names: str) -> None:
        """Starts them; skips the test where one cannot be had, or fails it where CI is set."""
        states, _ours = self.services.start(names, say=lambda _: None)
        for name, state in states.items():
            if state.state == "impossible":
                reason = f"{TITLES[name]}: {state.why}"
                pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
            assert state.state == "up", f"{name}: {state.why}"

    def stop(self, *names: str) -> None:
        self.services.stop(names, say=lambda _: None)


@contextmanager
def own_services(folder: Path, *names: str) -> Iterator[Own]:
    """These services, started on free ports over ``folder``; stopped at the end."""
    running = Own(Services(folder, dict(zip(EVERY, free_ports(len(EVERY)), strict=True))))
    elastic = running.services.known["elasticsearch"]
    if isinstance(elastic, recipes.Elasticsearch):
        elastic.heap = "512m"
    try:
        running.start(*names)
        yield running
    finally:
        running.stop(*EVERY)
        if running.services.folder != folder / "services":
            shutil.rmtree(running.services.folder, ignore_errors=True)


@dataclass(frozen=True)
class Places:
    """Where a site keeps what it has; what is empty is as in the default."""

    postgres: str = ""
    redis: str = ""
    elasticsearch: str = ""
    prefix: str = "hoclieu"
    bucket: Bucket | None = None
    template: Template | None = None

    def settings(self) -> dict[str, str]:
        """The HOCLIEU_… variables but the database's, which is made from a template."""
        named = {"REDIS_URL": self.redis, "ELASTICSEARCH_URL": self.elasticsearch}
        if self.elasticsearch:
            named["ELASTICSEARCH_PREFIX"] = self.prefix
        if self.bucket:
            named |= self.bucket.settings()
        return {name: value for name, value in named.items() if value}


def own_places(own: Own) -> Places:
    """All four of one's own. The demo's template is brought over from the server that all tests share."""
    shared = address("postgres")
    name, folder = template_database(shared, demo=True)
    postgres.bring(name, shared, own.url("postgres"))
    url = own.url("s3")
    bucket = Bucket(url, recipes.S3_BUCKET, recipes.S3_ACCESS_KEY, recipes.S3_SECRET_KEY, recipes.S3_REGION)
    return Places(
        postgres=own.url("postgres"),
        redis=own.url("redis"),
        elasticsearch=own.url("elasticsearch"),
        bucket=bucket,
        template=(name, folder),
    )


@contextmanager
def shared_places(*names: str) -> Iterator[Places]:
    """Fresh places on the services that all tests share; skips where one of these is not up."""
    with ExitStack() as closing:
        for name in names:
            address(name)
        yield Places(
            postgres=address("postgres") if "postgres" in names else "",
            redis=closing.enter_context(fresh_redis()) if "redis" in names else "",
            elasticsearch=address("elasticsearch") if "elasticsearch" in names else "",
            prefix=closing.enter_context(fresh_prefix()) if "elasticsearch" in names else "",
            bucket=closing.enter_context(fresh_bucket()) if "s3" in names else None,
        )


@contextmanager
def start_live_on(
    folder: Path, places: Places, *, demo: bool, names: tuple[str, ...] = ALL, **settings: str
) -> Iterator[Live]:
    """A running site over a copy of the template on these engines."""
    chosen = {**places.settings(), **settings}
    server, template = places.postgres, places.template
    with prepare_live(folder, demo=demo, postgres_server=server, template=template, **chosen) as live:
        if places.bucket:
            _fill(places.bucket, live.var)
        if places.elasticsearch and demo:
            (live.var / "search.sqlite3").unlink(missing_ok=True)  # the template's
            live.manage("search_rebuild")
        with run(live, *names):
            yield live


def _fill(bucket: Bucket, var: Path) -> None:
    """Moves the blobs and media of a folder of state into a bucket, under the same keys."""
    with client_of(bucket) as client:
        for name in ("blobs", "media"):
            for path in sorted((var / name).rglob("*")):
                if path.is_file():
                    client.upload_file(str(path), bucket.bucket, path.relative_to(var).as_posix())
            shutil.rmtree(var / name, ignore_errors=True)
