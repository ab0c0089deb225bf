"""Resources that another catalogue tells of: what they are called there, so that loading again adds none."""

from __future__ import annotations

from django.db import models

from accounts.models import OrgUnit
from repository.models.resources import LearningResource


class ExternalRecord(models.Model):
    """Where a resource of kind ``record`` comes from. Its file lies elsewhere."""

    resource = models.OneToOneField(
        LearningResource, models.CASCADE, primary_key=True, related_name="external_record"
    )
    # The unit for which it was loaded; ids of other catalogues are unique in it.
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=200)
    # Who made it, as the other catalogue writes; the row's author is whoever loaded it.
    author = models.CharField(max_length=200, blank=True, default="")
    # Of the line it was loaded from: the same again is left alone.
    digest = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "external_id"], name="externalrecord_once")]

    def __str__(self) -> str:
        return self.external_id
