"""Stored bytes and the uploads that bring them.

A blob's row is committed before its first byte; ``sweep_blobs`` alone deletes one.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Blob(models.Model):
    """An immutable run of bytes in storage, under its uid. The same bytes share one row."""

    class State(models.TextChoices):
        ARRIVING = "arriving", _("Arriving")
        STORED = "stored", _("Stored")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVING)
    # Empty while arriving: a hash is known only at the end.
    sha256 = models.CharField(max_length=64, unique=True, null=True, default=None)
    size = models.BigIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    # Since when nothing refers to it; the sweep waits from then.
    unused_since = models.DateTimeField(null=True, default=None)
    refused = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"])]

    def __str__(self) -> str:
        return str(self.uid)


class Upload(models.Model):
    """A file on its way, in pieces; it can be taken up again until it expires."""

    class State(models.TextChoices):
        ARRIVING = "arriving", _("Arriving")
        # All bytes are in storage, sent there directly; they are put in their place and hashed.
        SETTLING = "settling", _("Being stored")
        RECEIVED = "received", _("Received")
        USED = "used", _("Used")
        REFUSED = "refused", _("Refused")

    class Way(models.TextChoices):
        SITE = "site", _("Through the site")
        DIRECT = "direct", _("To the storage directly")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="uploads")
    filename = models.CharField(max_length=255)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVING)
    way = models.CharField(max_length=10, choices=Way, default=Way.SITE)
    # Of a direct one: what object storage calls it, "" once it is whole, and bytes of a part.
    multipart = models.CharField(max_length=1024, blank=True, default="")
    part_bytes = models.BigIntegerField(default=0)
    # Until when somebody is settling it; afterwards anybody may.
    leased_until = models.DateTimeField(null=True, default=None)
    # Of one through the site: what object storage has of it, written in one step with the offset, and
    # how many numbers of parts were given out, to requests that failed too.
    arrived = models.JSONField(default=dict)
    numbers = models.PositiveIntegerField(default=0)
    # Running SHA-256 cannot be kept across processes: it is computed when the last byte is in,
    # or while receiving where one request brings the whole.
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "state"]), models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return self.filename


class PackageIndex(models.Model):
    """Where each member of a stored package lies; see ``repository.packages.index``."""

    blob = models.OneToOneField(Blob, models.CASCADE, related_name="package_index")
    document = models.BinaryField()
    files = models.PositiveIntegerField()
    unpacked_bytes = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.blob_id)


class MediaMember(models.Model):
    """A deflated audio or video member, stored whole as well so that it can be seeked."""

    package = models.ForeignKey(Blob, models.CASCADE, related_name="media_members")
    path = models.CharField(max_length=1000)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="member_of")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "path"], name="mediamember_once")]

    def __str__(self) -> str:
        return self.path
