"""Questions about saved searches."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone


class SavedSearchQuerySet(models.QuerySet[Any]):
    """Saved searches of a person, and those about which mail is due."""

    def of(self, user: Any) -> SavedSearchQuerySet:
        """Hers, those deleted apart."""
        return self.filter(user=user, deleted_at=None)

    def deleted_by(self, user: Any) -> SavedSearchQuerySet:
        """Hers that may still be brought back."""
        return self.filter(user=user, deleted_at__isnull=False)

    def due_on(self, day: date) -> SavedSearchQuerySet:
        """Told last before that day began, or a week before: told once, it is not due again that day."""
        begin = timezone.make_aware(datetime.combine(day, time.min))
        daily = Q(frequency="daily", told_until__lt=begin)
        weekly = Q(frequency="weekly", told_until__lt=begin - timedelta(days=6))
        return self.filter(daily | weekly, deleted_at=None, paused=False, user__is_active=True)
