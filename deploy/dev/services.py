"""The services that a province runs on, started on a developer's machine without Docker.

Standard library only. `status` says what answers; ports and keys are the project's own.
"""

from __future__ import annotations

import json
import socket
import sys

S3_ACCESS_KEY = "hoclieu"
S3_SECRET_KEY = "hoclieu-secret"  # noqa: S105 -- of a server on the loopback interface, for tests
S3_REGION = "us-east-1"
PORTS = {"postgres": 18432, "redis": 18379, "elasticsearch": 18920, "s3": 18070}
TITLES = {
    "postgres": "PostgreSQL",
    "redis": "Redis",
    "elasticsearch": "Elasticsearch",
    "s3": "The S3-compatible server",
}
URLS = {
    "postgres": "postgresql://hoclieu@127.0.0.1:{}/postgres",
    "redis": "redis://127.0.0.1:{}/0",
    "elasticsearch": "http://127.0.0.1:{}",
    "s3": "http://127.0.0.1:{}",
}


def status(names: list[str] | None = None) -> dict[str, dict[str, str]]:
    """Name → state ("up", "down", "impossible"), url, why."""
    found = {}
    for name in names or list(PORTS):
        with socket.socket() as probe:
            probe.settimeout(1)
            up = probe.connect_ex(("127.0.0.1", PORTS[name])) == 0
        url = URLS[name].format(PORTS[name])
        found[name] = {"state": "up" if up else "down", "url": url, "why": "" if up else "not started"}
    return found


if __name__ == "__main__":
    json.dump(status(sys.argv[2:]), sys.stdout, indent=1)
