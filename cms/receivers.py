"""Drops stored pages when what they show changes."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.signals import page_published, page_slug_changed, page_unpublished

from cms.context import PORTAL_KEY
from cms.models import Portal


def drop_portal(**_kwargs: Any) -> None:
    """After the commit: a reader in between must not store the old state again."""
    transaction.on_commit(lambda: cache.delete(PORTAL_KEY))


for signal in (page_published, page_unpublished, page_slug_changed):
    signal.connect(drop_portal, dispatch_uid="cms_portal")


@receiver([post_save, post_delete], sender=Portal)
def portal_changed(**_kwargs: Any) -> None:
    drop_portal()
