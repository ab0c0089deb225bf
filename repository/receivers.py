"""Keeps the choices of forms fresh when a term of the taxonomy changes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from repository import vocabulary


def term_changed(**_news: Any) -> None:
    """After the commit: a reader in between must not store the old list again."""
    transaction.on_commit(vocabulary.drop)


for model in vocabulary.MODELS:
    for signal in (post_save, post_delete):
        signal.connect(term_changed, sender=model, dispatch_uid=f"vocabulary-{model.__name__}")
