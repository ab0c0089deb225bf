"""The picture of a package's first page, drawn by a browser after import."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.models.resources import Version


class PagePicture(models.Model):
    """A picture that Pillow wrote anew, in the database like the index: some 20 kB, gone with its version.

    Versions without a row wait for a worker whose host has a browser.
    """

    class State(models.TextChoices):
        DRAWING = "drawing", _("Being drawn")
        DONE = "done", _("Drawn")
        # The page shows one colour: it may wait for a click or a film
        BLANK = "blank", _("The page is blank")
        FAILED = "failed", _("Could not be drawn")

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True, related_name="page_picture")
    state = models.CharField(max_length=10, choices=State, default=State.DRAWING)
    # Why not: see repository.pictures.browser
    code = models.CharField(max_length=40, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    media_type = models.CharField(max_length=40, blank=True, default="")
    data = models.BinaryField(null=True, default=None)

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"
