"""The connection to object storage: one client a process, made when it is first needed.

boto3 costs 30 MB and 0.2 s to load and milliseconds a call: what reads files for browsers goes around it, by
``presign`` and ``ranged``.
"""

from __future__ import annotations

import threading
from typing import Any

from django.conf import settings

from repository.storage.place import Place

CONNECT_SECONDS = 3
READ_SECONDS = 60
#: What boto3 calls the time to connect is also the time in which a whole body must be sent.
SEND_SECONDS = 40
#: Threads of a process that may talk to the server at once without waiting for each other.
CONNECTIONS = 32


def place() -> Place:
    """The bucket that the settings name."""
    return Place(
        settings.S3_ENDPOINT,
        settings.S3_BUCKET,
        settings.S3_ACCESS_KEY,
        settings.S3_SECRET_KEY,
        settings.S3_REGION,
    )


_clients: dict[Place, Any] = {}
_lock = threading.Lock()


def client(where: Place | None = None) -> Any:
    """The boto3 client of this process for a place, by default that of the settings. For all threads."""
    where = where or place()
    with _lock:
        if where not in _clients:
            _clients[where] = _make(where)
        return _clients[where]


def config() -> Any:
    """How boto3 talks to any server of this kind."""
    from botocore.config import Config  # not for processes that never write

    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=SEND_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=CONNECTIONS,
        # The newer checksums are not known to every server.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # Never from the machine's own profile or environment.
        ignore_configured_endpoint_urls=True,
    )


def _make(where: Place) -> Any:
    import boto3

    return boto3.session.Session().client(
        "s3",
        endpoint_url=where.endpoint,
        aws_access_key_id=where.access_key,
        aws_secret_access_key=where.secret_key,
        region_name=where.region,
        config=config(),
    )
