"""What must be indexed anew, and which words mean the same. Indices are disposable and live elsewhere."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from search.saved.models import SavedSearch

__all__ = ["SavedSearch", "SearchDirty", "Synonym", "Wordbook"]


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


class Synonym(models.Model):
    """Words that a search takes for others; read with every query, so that it acts at once."""

    words = models.CharField(
        pgettext_lazy("synonym", "Words"), max_length=60, help_text=_("What people type, such as CLB.")
    )
    meaning = models.CharField(
        _("Meaning"), max_length=100, help_text=_("What is searched for as well, such as câu lạc bộ.")
    )
    both_ways = models.BooleanField(
        _("Both ways"), default=True, help_text=_("Whoever types the meaning finds the words too.")
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ("words", "meaning")
        constraints = [models.UniqueConstraint(fields=["words", "meaning"], name="synonym_once")]

    def __str__(self) -> str:
        return f"{self.words} {'↔' if self.both_ways else '→'} {self.meaning}"


class Wordbook(models.Model):
    """Something that every process keeps in memory, and when it was last changed.

    ``name``: "synonyms", which have rows of their own, or "lexicon", whose bytes are ``data``.
    """

    name = models.CharField(max_length=20, primary_key=True)
    generation = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)
    data = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return f"{self.name} {self.generation}"
