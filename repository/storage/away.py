"""Telling that object storage does not answer from what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class StorageAwayError(Exception):
    """Object storage cannot be reached, or has trouble of its own; the same may succeed a little later."""


@contextmanager
def needed() -> Iterator[None]:
    """Turns what boto3 raises for a lost line, a timeout or a 5xx into StorageAwayError."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    try:
        yield
    except (ConnectionError, HTTPClientError) as error:
        raise StorageAwayError(str(error)) from error
    except ClientError as error:
        if int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500:
            raise StorageAwayError(str(error)) from error
        raise
