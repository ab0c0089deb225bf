"""Targets for training a population by a day, and how far each unit is."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import OrgUnit, Position
from courses.coverage.querysets import TargetPersonQuerySet, TargetQuerySet
from courses.training.models import Course


class Target(models.Model):
    """A share of a population that is to have completed a course by a day.

    Empty ``positions`` or ``levels`` mean all.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=250)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="targets", verbose_name=_("unit"))
    course = models.ForeignKey(
        Course, models.PROTECT, related_name="targets", verbose_name=pgettext_lazy("training", "course")
    )
    positions = models.JSONField(pgettext_lazy("training", "positions"), default=list, blank=True)
    levels = models.JSONField(pgettext_lazy("training", "levels"), default=list, blank=True)
    percent = models.DecimalField(
        pgettext_lazy("training", "percent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    # Completions before this day do not count
    first_day = models.DateField(_("first day that counts"))
    deadline = models.DateField(pgettext_lazy("training", "deadline"))
    school_year = models.PositiveSmallIntegerField(pgettext_lazy("training", "school year"))
    # From this day on the population is the people stored in ``TargetPerson``, whoever comes or goes
    frozen_on = models.DateField(_("population fixed on"), null=True, blank=True, default=None)
    # Completions after this day no longer count: the result of the target
    closed_on = models.DateField(_("closed on"), null=True, blank=True, default=None)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("training", "target")
        verbose_name_plural = pgettext_lazy("training", "targets")
        ordering = ["deadline", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("deadline")), name="target_dates"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(frozen_on__isnull=False), name="target_closed_is_frozen"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetPerson(models.Model):
    """A person of a frozen population: counted at this unit, in this position, until the target thaws.

    Where the unit closes, the row moves to where ``placing`` puts the person.
    """

    target = models.ForeignKey(Target, models.CASCADE, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="target_places")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    position = models.CharField(max_length=20)
    level = models.CharField(max_length=10, blank=True, default="")

    objects = TargetPersonQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "user"], name="targetperson_once")]
        indexes = [models.Index(fields=["target", "unit", "user"])]

    def __str__(self) -> str:
        return f"{self.target_id} {self.user_id} @ {self.unit_id}"

    def get_position_display(self) -> str:
        return str(dict(Position.choices).get(self.position, self.position))


class CoverageState(models.Model):
    """How many people a unit itself employs in a target's population, and how many are trained.

    Recomputed, never incremented; ancestors are summed on reading.
    """

    target = models.ForeignKey(Target, models.CASCADE, related_name="states")
    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    people = models.PositiveIntegerField(default=0)
    trained = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "unit"], name="coveragestate_once")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.unit_id}: {self.trained}/{self.people}"
