"""Reading uids from the command line."""

from __future__ import annotations

from uuid import UUID

from django.core.management.base import CommandError


def as_uid(text: str) -> UUID:
    """Raises CommandError (exit 2) where the text is no uid."""
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(f"{text} is not a uid.", returncode=2) from None
