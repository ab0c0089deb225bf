"""The fixtures of the services: each is empty, works, and is gone afterwards."""

from __future__ import annotations

import json
import socket
import urllib.request
from types import SimpleNamespace

import pytest

from tests import run_report, services


def test_a_database_of_its_own():
    import psycopg

    server = services.address("postgres")
    with services.fresh_database() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE words (word text)")
            connection.execute("INSERT INTO words VALUES ('Học liệu')")
        name = url.rpartition("/")[2]
        left_open = psycopg.connect(url)
    left_open.close()
    with psycopg.connect(server) as connection:
        found = connection.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name]).fetchone()
    assert found == (0,)


def test_the_database_of_the_run_is_not_the_servers_own(postgres_url):
    import psycopg

    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT current_database()").fetchone()
    assert found is not None
    assert found[0].startswith("hoclieu_test_")


def test_two_redis_databases_are_apart():
    import redis

    with services.fresh_redis() as one:
        first = redis.Redis.from_url(one)
        first.set("a", 1)
        with services.fresh_redis() as other:
            assert redis.Redis.from_url(other).get("a") is None
        assert first.get("a") == b"1"
    assert first.get("a") is None
    first.close()


def test_indices_of_the_prefix_go_and_no_others(elasticsearch_url):
    with services.fresh_prefix() as other:
        with services.fresh_prefix() as prefix:
            for name in (f"{prefix}-resources", f"{other}-kept"):
                urllib.request.urlopen(urllib.request.Request(f"{elasticsearch_url}/{name}", method="PUT"))
        with urllib.request.urlopen(f"{elasticsearch_url}/_cat/indices?format=json&h=index") as response:
            names = {row["index"] for row in json.load(response)}
    assert f"{prefix}-resources" not in names
    assert f"{other}-kept" in names


def test_a_bucket_goes_with_all_that_lies_in_it(s3):
    with services.client_of(s3) as client:
        with services.fresh_bucket() as bucket:
            client.put_object(Bucket=bucket.bucket, Key="blobs/ab/c", Body=b"x")
            client.create_multipart_upload(Bucket=bucket.bucket, Key="arriving/y")
        names = {each["Name"] for each in client.list_buckets()["Buckets"]}
    assert bucket.bucket not in names
    assert s3.bucket in names


@pytest.mark.parametrize("variable", ["HOCLIEU_DATABASE_URL", "HOCLIEU_TEST_S3_ENDPOINT"])
def test_only_named_hosts_are_reached(monkeypatch, variable):
    monkeypatch.setenv(variable, "scheme://user:word@192.0.2.17:99/x")
    assert "192.0.2.17" in services.hosts()
    with socket.socket() as probe, pytest.raises(AssertionError, match="tests stay on this machine"):
        probe.connect(("192.0.2.1", 9))


def test_a_missing_service_skips_and_in_ci_fails(monkeypatch):
    monkeypatch.setattr(services, "addresses", lambda: {"redis": ("", "there is no such package")})
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Redis is not up: there is no such package"):
        services.address("redis")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="there is no such package"):
        services.address("redis")


def report(when: str, *names: str) -> SimpleNamespace:
    return SimpleNamespace(when=when, user_properties=[(run_report.PROPERTY, list(names))] if names else [])


@pytest.mark.parametrize(("url", "database"), [("", "SQLite"), ("postgresql://there/name", "PostgreSQL")])
def test_the_run_says_what_it_ran_against(monkeypatch, url, database):
    monkeypatch.setenv("HOCLIEU_DATABASE_URL", url)
    stats = {
        "passed": [report("call", "redis"), report("call"), report("setup", "s3")],
        "failed": [report("call", "postgres")],
        "skipped": [report("call", "elasticsearch")],
    }
    known = dict.fromkeys(services.TITLES, ("redis://there", "")) | {"s3": ("", "Go is needed")}
    monkeypatch.setattr(services, "addresses", lambda: known)
    monkeypatch.setattr(run_report, "version", lambda name, url: f"{name} 1.2")
    ran, rest = run_report.lines(SimpleNamespace(stats=stats))
    assert ran == f"Engines: embedded ({database}, folder, FTS5); postgres 1.2; redis 1.2"
    assert rest == (
        "Not run against: Elasticsearch (no test asked for it); S3-compatible storage (Go is needed)"
    )


def test_a_fixture_tells_the_report(request, redis_url):
    run_report.note(request.node)
    assert (run_report.PROPERTY, ["redis"]) in request.node.user_properties
    assert redis_url.startswith("redis://")
