"""Questions about targets. Permission is part of each."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import OrgUnit, UnitAncestry
from accounts.permissions import top_units, units_where
from accounts.querysets import on_day


class TargetQuerySet(models.QuerySet[Any]):
    """Targets."""

    def visible_to(self, user: Any) -> TargetQuerySet:
        """Those of a unit whose coverage she sees, and those set from above for such a unit."""
        above = UnitAncestry.objects.filter(
            on_day(), descendant__in=top_units(user, "coverage.view").values("pk")
        ).values("ancestor")
        return self.filter(Q(unit__in=above) | Q(unit__in=units_where(user, "coverage.view").values("pk")))

    def editable_by(self, user: Any) -> TargetQuerySet:
        return self.filter(unit__in=units_where(user, "target.manage").values("pk"))


def units_in_view(user: Any, target_unit: OrgUnit | int) -> models.QuerySet[OrgUnit]:
    """The units below a target's whose coverage a person may see: her own subtrees, no sister's."""
    return units_where(user, "coverage.view").filter(
        pk__in=UnitAncestry.objects.filter(on_day(), ancestor=target_unit).values("descendant")
    )
