"""Links in mail that stop it without signing in. Nothing of them is stored; they hold as long as it does."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from search.saved.models import SavedSearch

_SALT = "search.saved.links"


def stop_address(saved: SavedSearch) -> str:
    """The link that stops the mail about one search. It lets do nothing else."""
    secret = signing.dumps(saved.uid.hex, salt=_SALT)
    return settings.SITE_URL + reverse("search:stop", args=[secret])


def opened(secret: str) -> SavedSearch | None:
    """Whose link it is; None where it is spoilt or the search is gone."""
    try:
        uid = UUID(signing.loads(secret, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
    return SavedSearch.objects.select_related("user").filter(uid=uid, deleted_at=None).first()
