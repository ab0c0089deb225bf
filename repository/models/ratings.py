"""What colleagues think of a resource: stars, and a few words that the sector reads."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.models.resources import LearningResource
from repository.querysets import RatingQuerySet

LEAST_STARS, MOST_STARS = 1, 5
COMMENT_CHARS = 500


class Rating(models.Model):
    """One person's stars for one resource, with an optional comment. Its text may be hidden, its stars count.

    It belongs to the resource, not to a version: what was good stays good when a spelling is mended.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(LearningResource, models.CASCADE, related_name="ratings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ratings")
    stars = models.PositiveSmallIntegerField(
        _("stars"), validators=[MinValueValidator(LEAST_STARS), MaxValueValidator(MOST_STARS)]
    )
    comment = models.CharField(_("comment"), max_length=COMMENT_CHARS, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)
    # The last time that stars or words changed.
    changed_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, default=None)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(fields=["resource", "user"], name="rating_once"),
            models.CheckConstraint(
                condition=models.Q(stars__gte=LEAST_STARS, stars__lte=MOST_STARS), name="rating_stars"
            ),
        ]
        indexes = [models.Index(fields=["resource", "-changed_at"], name="rating_newest")]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.stars}"
