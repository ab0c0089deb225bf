"""Questions about targets. Permission is part of each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from accounts.days import today
from accounts.models import OrgUnit, UnitAncestry, UnitFacts
from accounts.permissions import told, top_units, units_where, where
from accounts.querysets import on_day


class TargetQuerySet(models.QuerySet[Any]):
    """Targets."""

    def visible_to(self, user: Any) -> TargetQuerySet:
        """Those of a unit whose coverage she sees, and those set from above for such a unit."""
        above = UnitAncestry.objects.filter(
            on_day(), descendant__in=top_units(user, "coverage.view").values("pk")
        ).values("ancestor")
        return self.filter(Q(unit__in=above) | where(user, "coverage.view"))

    def with_unit_name(self) -> TargetQuerySet:
        """Annotates ``unit_name``, the name today of the unit whose people count."""
        facts = UnitFacts.objects.filter(on_day(), unit=OuterRef("unit"))
        return self.annotate(unit_name=Subquery(facts.values("name")[:1]))

    def editable_flag(self, user: Any) -> TargetQuerySet:
        """Annotates ``may_edit``."""
        return self.annotate(may_edit=told(user, "target.manage"))

    def editable_by(self, user: Any) -> TargetQuerySet:
        return self.filter(where(user, "target.manage"))


class TargetPersonQuerySet(models.QuerySet[Any]):
    """People of frozen populations; the same questions as of memberships."""

    def in_subtree(self, unit: OrgUnit | int, day: date | None = None) -> TargetPersonQuerySet:
        return self.filter(on_day(day, "unit__above__"), unit__above__ancestor=unit)


def _below(day: date, ancestors: Any) -> Any:
    return UnitAncestry.objects.filter(on_day(day), ancestor__in=ancestors).values("descendant")


def units_in_view(user: Any, target_unit: OrgUnit | int, day: date | None = None) -> models.QuerySet[OrgUnit]:
    """The units below a target's whose coverage a person may see: her own subtrees, no sister's.

    On a past day these are units of the tree of that day: below the target's unit, and below a unit
    at which she holds her right today, or in her view today.
    """
    pk = target_unit if isinstance(target_unit, int) else target_unit.pk
    seen: models.QuerySet[OrgUnit] = units_where(user, "coverage.view")
    if day is None or day == today():
        return seen.filter(pk__in=_below(today(), [pk]))
    then = _below(day, top_units(user, "coverage.view").values("pk"))
    return OrgUnit.objects.filter(Q(pk__in=then) | Q(pk__in=seen.values("pk")), pk__in=_below(day, [pk]))
