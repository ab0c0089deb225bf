"""The right to read a version's files, written into their path so that relative links keep it.

A key is good in the month it was made and the next; a version's new `access_key` ends all of its keys.
Pure: the clock and the secret are handed in.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

KEY_LENGTH = 32


def month_number(at: datetime) -> int:
    """Months since year 0, in UTC: one more each month."""
    moment = at.astimezone(UTC)
    return moment.year * 12 + moment.month - 1


def make_key(secret: str, version: str, access_key: str, month: int) -> str:
    """128 bits of HMAC-SHA-256 as hexadecimal digits."""
    message = f"content/{version}/{access_key}/{month}".encode()
    return hmac.digest(secret.encode(), message, "sha256").hex()[:KEY_LENGTH]


def keys_in_force(secret: str, version: str, access_key: str, month: int) -> tuple[str, str]:
    """This month's and last month's key."""
    return (
        make_key(secret, version, access_key, month),
        make_key(secret, version, access_key, month - 1),
    )
