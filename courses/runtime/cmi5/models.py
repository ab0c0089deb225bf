"""What cmi5 units say and keep: their launches, statements and documents."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from courses.runtime.models import Attempt, RuntimeSession


class Cmi5Launch(models.Model):
    """A cmi5 unit launched in a runtime session: how far its session has got."""

    session = models.OneToOneField(RuntimeSession, models.CASCADE, related_name="cmi5")
    # Digest of the one-time address that hands out the token; fetched_at says that it has
    fetch_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    fetched_at = models.DateTimeField(null=True, default=None)
    initialized_at = models.DateTimeField(null=True, default=None)
    terminated_at = models.DateTimeField(null=True, default=None)
    abandoned_at = models.DateTimeField(null=True, default=None)
    passed = models.BooleanField(default=False)
    failed = models.BooleanField(default=False)
    # Of a session that is not tracked: the ids of what it said, so that saying it again is harmless
    heard = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.session_id)


class Statement(models.Model):
    """A statement of a unit, or the platform's own about it, as it was said."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="statements")
    session = models.ForeignKey(RuntimeSession, models.CASCADE, null=True, related_name="statements")
    sco_identifier = models.CharField(max_length=400)
    uid = models.UUIDField()
    verb = models.CharField(max_length=500)
    by_platform = models.BooleanField(default=False)
    score = models.FloatField(null=True, default=None)
    document = models.TextField()
    fingerprint = models.CharField(max_length=32)
    stored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "uid"], name="statement_once")]
        indexes = [models.Index(fields=["attempt", "stored_at"], name="statement_by_time")]

    def __str__(self) -> str:
        return f"{self.uid} {self.verb}"


class UnitDocument(models.Model):
    """A document that a unit keeps under a name of its own (xAPI's State resource)."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="unit_documents")
    sco_identifier = models.CharField(max_length=400)
    name = models.CharField(max_length=400)
    media_type = models.CharField(max_length=100)
    body = models.BinaryField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "sco_identifier", "name"], name="unitdocument_once")
        ]

    def __str__(self) -> str:
        return self.name
