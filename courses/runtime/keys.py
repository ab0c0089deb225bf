"""Tickets and write keys. A ticket opens the player once; a key says, signed, what its holder may write.

The key is checked without asking the database, so that the common commit stays one statement; whether
its session still writes is a condition of that statement.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from courses.runtime.outcome import Terms


@dataclass(frozen=True, slots=True)
class Lease:
    """What one runtime session may write, and by which terms it is judged.

    ``opened`` is the instant of opening in seconds since 1970; ``standard`` scorm12, scorm2004 or html5;
    ``completion`` and ``success`` what had been reached before.
    """

    session: UUID
    attempt: int
    sco: str
    standard: str
    tracked: bool
    opened: float
    terms: Terms
    completion: str = "unknown"
    success: str = "unknown"


def new_ticket() -> str:
    return secrets.token_urlsafe(24)


def ticket_hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


@lru_cache(maxsize=2)
def _secret(key: str) -> bytes:
    return hashlib.sha256(b"courses.runtime.keys" + key.encode()).digest()


def _sign(payload: bytes) -> bytes:
    return hmac.digest(_secret(settings.SECRET_KEY), payload, "sha256")


def write_key(lease: Lease) -> str:
    facts = asdict(lease) | {"session": lease.session.hex, "terms": asdict(lease.terms)}
    payload = json.dumps(facts, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sign(payload) + payload).decode()


@lru_cache(maxsize=1024)
def read_key(key: str) -> Lease | None:
    """The lease in a key; None where the key was not made here."""
    try:
        raw = base64.urlsafe_b64decode(key)
    except ValueError:
        return None
    signature, payload = raw[:32], raw[32:]
    if not hmac.compare_digest(signature, _sign(payload)):
        return None
    facts = json.loads(payload)
    return Lease(**facts | {"session": UUID(hex=facts["session"]), "terms": Terms(**facts["terms"])})
