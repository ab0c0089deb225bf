"""The management tree. Units, their names and their parents are dated: they change by decree."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.days import FOREVER
from accounts.querysets import OrgUnitQuerySet


class UnitKind(models.TextChoices):
    BO = "bo", _("Ministry")
    SO = "so", _("Department of education")
    PHONG_GDDT = "phong_gddt", _("District education office")
    XA = "xa", _("Commune")
    PHUONG = "phuong", _("Ward")
    DAC_KHU = "dac_khu", _("Special zone")
    MAM_NON = "mam_non", _("Kindergarten")
    TIEU_HOC = "tieu_hoc", _("Primary school")
    THCS = "thcs", _("Lower secondary school")
    THPT = "thpt", _("Upper secondary school")
    LIEN_CAP = "lien_cap", _("Multi-level school")
    CHUYEN_BIET = "chuyen_biet", _("Special school")
    GDTX = "gdtx", _("Continuing education centre")
    TO_CHUYEN_MON = "to_chuyen_mon", _("Professional group")


class OrgUnit(models.Model):
    """A unit whose identity outlives its names and parents."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=40, unique=True)

    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return getattr(self, "name", None) or self.code


class Dated(models.Model):
    """Holds from a day on, up to but not on another: [valid_from, valid_to)."""

    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), default=FOREVER)

    class Meta:
        abstract = True


def _dates_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name=name)


class UnitFacts(Dated):
    """What a unit is called and what it is, between two days."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="facts")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)

    class Meta:
        ordering = ["unit", "valid_from"]
        constraints = [
            _dates_in_order("unitfacts_dates"),
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unitfacts_once"),
        ]

    def __str__(self) -> str:
        return self.name


class UnitLink(Dated):
    """Whose child a unit is, between two days."""

    child = models.ForeignKey(OrgUnit, models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(OrgUnit, models.CASCADE, related_name="child_links")

    class Meta:
        constraints = [
            _dates_in_order("unitlink_dates"),
            models.UniqueConstraint(fields=["child", "valid_from"], name="unitlink_once"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="unitlink_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} < {self.parent_id}"


class UnitSuccessor(models.Model):
    """Which unit carries on for one that closed."""

    old = models.ForeignKey(OrgUnit, models.CASCADE, related_name="successors")
    new = models.ForeignKey(OrgUnit, models.CASCADE, related_name="predecessors")
    on = models.DateField(_("on"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="unitsuccessor_once")]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class UnitAncestry(Dated):
    """Every pair of a unit and one below it (itself at depth 0), kept by actions.

    Answers every question about subtrees by one join; never edited by hand.
    """

    ancestor = models.ForeignKey(OrgUnit, models.CASCADE, related_name="below")
    descendant = models.ForeignKey(OrgUnit, models.CASCADE, related_name="above")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            _dates_in_order("unitancestry_dates"),
            models.UniqueConstraint(
                fields=["ancestor", "descendant", "valid_from"], name="unitancestry_once"
            ),
        ]
        indexes = [
            models.Index(fields=["descendant", "valid_from", "valid_to", "ancestor", "depth"]),
            models.Index(fields=["ancestor", "depth", "valid_from", "valid_to", "descendant"]),
        ]

    def __str__(self) -> str:
        return f"{self.descendant_id} below {self.ancestor_id}"
