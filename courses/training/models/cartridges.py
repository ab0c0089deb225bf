"""Common Cartridges taken into courses, and the questions that are kept from them for a question bank."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from courses.training.models.courses import Activity, Course, Section
from repository.models import Version


class CartridgeImport(models.Model):
    """A cartridge of the library that becomes sections of a course; what was made of it can be taken back.

    ``report`` says what was made, kept and left out; see ``courses.training.actions.cartridges``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("import", "Waiting")
        READING = "reading", pgettext_lazy("import", "Being read")
        DONE = "done", pgettext_lazy("import", "Done")
        FAILED = "failed", pgettext_lazy("import", "Not done")
        UNDONE = "undone", pgettext_lazy("import", "Taken back")

    #: States in which something is still to come
    UNDER_WAY = (State.WAITING, State.READING)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="cartridges")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    # Why it was not done: a code of the refusal
    code = models.CharField(max_length=40, blank=True, default="")
    sections = models.ManyToManyField(Section, related_name="+")
    activities = models.ManyToManyField(Activity, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(state__in=["waiting", "reading"]), name="cartridge_one_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.version_id} {self.state}"


class KeptQuestions(models.Model):
    """A file of QTI questions as it came, with its own identity: kept until there is a question bank."""

    class Format(models.TextChoices):
        QTI1 = "1.2", "QTI 1.2"
        QTI2 = "2", "QTI 2"
        UNKNOWN = "", pgettext_lazy("questions", "Unknown")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(CartridgeImport, models.CASCADE, related_name="questions")
    # The identity of the file in its cartridge, and where it lies there
    identifier = models.CharField(max_length=400)
    path = models.CharField(max_length=1000)
    title = models.CharField(max_length=250)
    count = models.PositiveIntegerField(default=0)
    is_bank = models.BooleanField(default=False)
    format = models.CharField(max_length=5, choices=Format, blank=True, default="")
    document = models.BinaryField()
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["source", "pk"]
        verbose_name = pgettext_lazy("questions", "kept questions")

    def __str__(self) -> str:
        return self.title
