"""A search that somebody keeps."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from search.saved.querysets import SavedSearchQuerySet

QUERY_CHARS = 1_000


class SavedSearch(models.Model):
    """Words and filters of the search page, and how often mail may come about what is new for them."""

    class Frequency(models.TextChoices):
        DAILY = "daily", pgettext_lazy("mail", "every day")
        WEEKLY = "weekly", pgettext_lazy("mail", "every week")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    # As ``search.saved.question`` writes it: two searches that ask the same have the same.
    query = models.CharField(max_length=QUERY_CHARS)
    frequency = models.CharField(_("how often"), max_length=10, choices=Frequency, default=Frequency.DAILY)
    paused = models.BooleanField(_("paused"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # What was published until then is known to her, or was there before.
    told_until = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, default=None)

    objects = SavedSearchQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "query"], condition=models.Q(deleted_at=None), name="savedsearch_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["told_until"],
                condition=models.Q(deleted_at=None, paused=False),
                name="savedsearch_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.query}"
