"""Links with which a person sets her password for the first time. Nothing of them is stored.

A link holds until the password is set, and fourteen days: long enough for a sheet on paper.
"""

from __future__ import annotations

from django.core import signing
from django.utils.crypto import salted_hmac

from accounts.models import User

DAYS = 14
_SALT = "accounts.first_link"


def _mark(user: User) -> str:
    """Changes with the password, so that a link works once."""
    return salted_hmac(_SALT, f"{user.pk}:{user.password}").hexdigest()[:20]


def make(user: User) -> str:
    """The secret of a new link, safe in an address."""
    return signing.dumps([user.pk, _mark(user)], salt=_SALT)


def owner(secret: str) -> User | None:
    """Whose link it is; None where it is spoilt, older than its days, or was used."""
    try:
        pk, mark = signing.loads(secret, salt=_SALT, max_age=DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and _mark(user) == mark else None
