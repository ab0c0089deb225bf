"""How a unit proves which session it speaks for: a one-time address, then a token in each request.

No cookie is involved, and nothing but the session's own row decides whether the token still opens.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from courses.runtime.cmi5.models import Cmi5Launch
from courses.runtime.cmi5.refusals import StatementRefused, forbidden

#: Fetching has to follow the launch: what lies about in a history opens nothing.
FETCH_SECONDS = 15 * 60
_FETCH = b"courses.runtime.cmi5.fetch"


def new_fetch() -> tuple[str, str]:
    """The secret of a one-time address, and the digest that is kept of it."""
    secret = secrets.token_urlsafe(24)
    return secret, fetch_digest(secret)


def fetch_digest(secret: str) -> str:
    """Keyed, so that it can never be taken for the digest of a player's ticket."""
    return hmac.digest(_FETCH, secret.encode(), "sha256").hex()


@lru_cache(maxsize=2)
def _secret(key: str) -> bytes:
    return hashlib.sha256(b"courses.runtime.cmi5" + key.encode()).digest()


def token_of(session: UUID) -> str:
    """The token of a session, to be sent as ``Authorization: Basic TOKEN``."""
    password = hmac.digest(_secret(settings.SECRET_KEY), session.bytes, "sha256").hex()
    return base64.b64encode(f"{session.hex}:{password}".encode()).decode()


def exchange(secret: str) -> tuple[str, str]:
    """Uses up a one-time address: (token, ""), or ("", the standard's error code) (8.2.3)."""
    now = timezone.now()
    rows = Cmi5Launch.objects.filter(fetch_hash=fetch_digest(secret))
    launch = rows.select_related("session").first()
    if launch is None:
        return "", "1"
    # Conditional, so that of two requests with one address one gets the token.
    if not rows.filter(pk=launch.pk, fetched_at=None).update(fetched_at=now):
        return "", "1"
    session = launch.session
    if session.open_until <= now or (now - session.opened_at).total_seconds() > FETCH_SECONDS:
        return "", "2"
    return token_of(session.uid), ""


def session_in(header: str) -> UUID:
    """The session that an Authorization header speaks for. Raises StatementRefused (401)."""
    scheme, _blank, token = header.partition(" ")
    try:
        name, _colon, password = base64.b64decode(token.strip(), validate=True).decode().partition(":")
        session = UUID(hex=name)
    except (binascii.Error, ValueError):
        raise StatementRefused(401, "xapi_unknown_token", "the token was not made here") from None
    expected = hmac.digest(_secret(settings.SECRET_KEY), session.bytes, "sha256").hex()
    if scheme.lower() != "basic" or not hmac.compare_digest(password.encode(), expected.encode()):
        raise StatementRefused(401, "xapi_unknown_token", "the token was not made here")
    return session


def launch_in(header: str) -> Cmi5Launch:
    """The launch of an Authorization header, while its session is open. Raises StatementRefused."""
    rows = Cmi5Launch.objects.select_related(
        "session__version__resource", "session__attempt", "session__user"
    )
    launch = rows.filter(session__uid=session_in(header), fetched_at__isnull=False).first()
    if launch is None:
        raise StatementRefused(401, "xapi_unknown_token", "the session is not known")
    require_open(launch)
    return launch


def require_open(launch: Cmi5Launch) -> None:
    """Raises StatementRefused where the session was closed, ended or taken over by a newer one."""
    session = launch.session
    if launch.abandoned_at is not None or session.closed_at is not None:
        raise forbidden("session_closed", "the session is closed; launch the unit again")
    if session.open_until <= timezone.now():
        raise forbidden("session_closed", "the session is over")
