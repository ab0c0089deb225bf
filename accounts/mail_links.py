"""Links that prove whose a new mail address is. Nothing of them is stored; they hold for three days."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User

DAYS = 3
_SALT = "accounts.mail_links"


def address(user: User, email: str) -> str:
    """The link to send; it stops working once the account's address changes."""
    secret = signing.dumps([user.pk, user.email, email], salt=_SALT)
    return settings.SITE_URL + reverse("accounts:confirm_email", args=[secret])


def opened(secret: str) -> tuple[User, str] | None:
    """Whose link it is, and the new address; None where it is spoilt, old or used."""
    try:
        pk, before, email = signing.loads(secret, salt=_SALT, max_age=DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, email=before, is_active=True).first()
    return (user, email) if user is not None else None
