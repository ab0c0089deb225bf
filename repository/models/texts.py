"""The text inside a version's file, in pieces that a search result can open."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.models.resources import Sco, Version


class TextReading(models.Model):
    """How far reading the text of a ready version has come. Ready versions without a row wait for it."""

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        DONE = "done", _("Read")
        # A limit was reached, or the reader died: what was read before is kept.
        PARTIAL = "partial", _("Read in part")
        FAILED = "text_failed", _("The text could not be read")

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True, related_name="text_reading")
    state = models.CharField(max_length=12, choices=State, default=State.READING)
    # Why it is not whole: see repository.text.reading
    code = models.CharField(max_length=40, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    characters = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    # Changes with the text: an index compares it instead of the text.
    digest = models.CharField(max_length=32, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "at"], name="textreading_state_at")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"


class InnerText(models.Model):
    """One page, slide, sheet, part of a package or table of contents line, as plain text (NFC)."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="inner_texts")
    position = models.PositiveIntegerField()
    # The title of the page or slide, or the name of the file; in the language of the file
    label = models.CharField(max_length=200, blank=True, default="")
    # The path of the package's member; empty where the version is one file
    place = models.CharField(max_length=1000, blank=True, default="")
    # Of a document's page, a presentation's slide or a workbook's sheet, from 1
    number = models.PositiveIntegerField(null=True, default=None)
    # The part of the package to launch in order to see it, where it is one part's
    sco = models.ForeignKey(Sco, models.SET_NULL, null=True, related_name="+")
    text = models.TextField()

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="innertext_once")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.position}: {self.label}"
