"""What must be indexed anew. The index itself is disposable and lives outside the database."""

from __future__ import annotations

from django.db import models


class SearchDirty(models.Model):
    """A thing whose index entry may be out of date; marked in the transaction that changed it."""

    # The engine whose index it is: each catches up by itself.
    engine = models.CharField(max_length=20, default="embedded")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    # Raised by every further mark, so that a drain does not clear a mark it did not see.
    marks = models.PositiveIntegerField(default=1)
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engine", "kind", "object_id"], name="searchdirty_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
