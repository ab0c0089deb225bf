"""The rule of the bucket that lets pages of the site, and no others, send parts to it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from repository.storage.away import told_plainly
from repository.storage.s3client import client, place

_AGE_SECONDS = 3600


def rule() -> dict[str, Any]:
    """One origin, one verb, and the one header of the answer that the page must read."""
    return {
        "ID": "hoclieu-uploads",
        "AllowedOrigins": [settings.SITE_URL],
        "AllowedMethods": ["PUT"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": _AGE_SECONDS,
    }


def rules() -> list[dict[str, Any]]:
    """Those that the bucket has now. Raises FileNotFoundError (no bucket), StorageAwayError, OSError."""
    connection = client()
    with told_plainly():
        try:
            return list(connection.get_bucket_cors(Bucket=place().bucket)["CORSRules"])
        except connection.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchCORSConfiguration":
                return []
            raise


def fault(found: list[dict[str, Any]]) -> str:
    """What is wrong with the rules of a bucket: "missing", "open" (other origins may send), or ""."""
    if any(set(one.get("AllowedOrigins", [])) != {settings.SITE_URL} for one in found if _lets_send(one)):
        return "open"
    good = any(_lets_send(one) and "etag" in map(str.lower, one.get("ExposeHeaders", [])) for one in found)
    return "" if good else "missing"


def _lets_send(one: dict[str, Any]) -> bool:
    return "PUT" in one.get("AllowedMethods", [])


def put() -> None:
    """Puts the rule, in the place of all that the bucket has. Errors as ``rules``."""
    with told_plainly():
        client().put_bucket_cors(Bucket=place().bucket, CORSConfiguration={"CORSRules": [rule()]})
