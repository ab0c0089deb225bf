"""What administrators did to the tree and to lists of people, kept so that it can be undone."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.people import User
from accounts.models.units import OrgUnit


class UnitChange(models.Model):
    """One act on the tree, with the dated rows before and after it.

    ``before`` and ``after`` hold the rows of ``scope`` (ids of units) by table: undoing puts the
    former back, and only while the latter still stand as they were written.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", pgettext_lazy("unit", "Opened")
        RENAMED = "renamed", pgettext_lazy("unit", "Renamed")
        MOVED = "moved", pgettext_lazy("unit", "Moved")
        CLOSED = "closed", pgettext_lazy("unit", "Closed")
        MERGED = "merged", pgettext_lazy("unit", "Merged")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    decision = models.CharField(_("decision"), max_length=200, blank=True, default="")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    scope = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_id} {self.on}"


class RosterImport(models.Model):
    """A list of people from a file: what it holds, how it is read, and what came of it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Trial run")
        APPLIED = "applied", pgettext_lazy("list", "Written")
        UNDONE = "undone", pgettext_lazy("list", "Undone")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="roster_imports")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    filename = models.CharField(max_length=200)
    sheet = models.CharField(max_length=100, blank=True, default="")
    on = models.DateField(_("holds from"))
    leavers = models.BooleanField(default=False, help_text="end those of the unit who are not in the file")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    table = models.JSONField(default=dict, help_text="first_row, headers, rows of text")
    columns = models.JSONField(default=dict, help_text="field → number of the column")
    repairs = models.JSONField(default=dict, help_text="row → field → text that stands instead")
    left_out = models.JSONField(default=list, help_text="rows not to be written")
    result = models.JSONField(default=dict)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.filename
