"""The line at the end of a run: which engines it ran against, and which it could not.

Which services a test used is noted where it gets their address (tests/services.py) and travels with its
report, so that the line is right with several processes too.
"""

from __future__ import annotations

import contextlib
import json
import os
import urllib.request

import pytest

from tests import services

PROPERTY = "services"


def note(item: pytest.Item) -> None:
    """Writes what this test used into its report."""
    used = services.used_since_last_asked()
    marked = {name for marker in item.iter_markers("service") for name in marker.args}
    if both := used | marked:
        item.user_properties.append((PROPERTY, sorted(both)))


def used(reporter: pytest.TerminalReporter) -> set[str]:
    """The services that a test ran against, however it ended; skipped tests ran against none."""
    reports = [report for kind in ("passed", "failed") for report in reporter.stats.get(kind, [])]
    return {
        name
        for report in reports
        if getattr(report, "when", "") == "call"
        for key, names in report.user_properties
        if key == PROPERTY
        for name in names
    }


def version(name: str, url: str) -> str:
    """What the service says it is, with a number where it tells one."""
    if name == "postgres":
        import psycopg

        with psycopg.connect(url) as connection:
            return f"PostgreSQL {connection.info.parameter_status('server_version')}".split(" (")[0]
    if name == "redis":
        import redis

        with redis.Redis.from_url(url) as client:
            return f"Redis {client.info('server')['redis_version']}"
    if name == "elasticsearch":
        with urllib.request.urlopen(url, timeout=5) as response:
            return f"Elasticsearch {json.load(response)['version']['number']}"
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as response:
        return f"S3 ({response.headers['Server']})"
    return "S3"


def lines(reporter: pytest.TerminalReporter) -> list[str]:
    database = "PostgreSQL" if os.environ.get("HOCLIEU_DATABASE_URL") else "SQLite"
    ran, rest = [f"embedded ({database}, folder, FTS5)"], []
    against = used(reporter)
    for name, title in services.TITLES.items():
        url, why = services.addresses()[name]
        if name in against and url:
            try:
                ran.append(version(name, url))
            except Exception as error:  # noqa: BLE001 -- a service that went away is told, not raised
                ran.append(f"{title} (gone at the end: {type(error).__name__})")
        else:
            rest.append(f"{title} ({why or 'no test asked for it'})")
    return [f"Engines: {'; '.join(ran)}", *([f"Not run against: {'; '.join(rest)}"] if rest else [])]
