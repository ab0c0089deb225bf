"""Questions about people and units. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from accounts.days import today

if TYPE_CHECKING:
    from accounts.models import OrgUnit


def on_day(day: date | None = None, prefix: str = "") -> Q:
    """The rows whose half-open validity holds on a day."""
    day = day or today()
    return Q(**{f"{prefix}valid_from__lte": day, f"{prefix}valid_to__gt": day})


class OrgUnitQuerySet(models.QuerySet["OrgUnit"]):
    """Units, asked for as of a day."""

    def named(self, day: date | None = None) -> OrgUnitQuerySet:
        """Annotates ``name`` and ``kind`` as they were on a day."""
        from accounts.models import UnitFacts

        facts = UnitFacts.objects.filter(on_day(day), unit=OuterRef("pk"))
        return self.annotate(name=Subquery(facts.values("name")[:1]), kind=Subquery(facts.values("kind")[:1]))

    def names(self, ids: Collection[int], day: date | None = None) -> dict[int, str]:
        """The names of some units on a day, in one query; one without a name then keeps its code."""
        rows = self.named(day).filter(pk__in=ids).values_list("pk", "name", "code")
        return {pk: name or code for pk, name, code in rows}

    def open(self, day: date | None = None) -> OrgUnitQuerySet:
        return self.filter(on_day(day, "above__"), above__depth=0)

    def subtree(self, unit: OrgUnit | int, day: date | None = None) -> OrgUnitQuerySet:
        """The unit itself and all below it."""
        return self.filter(on_day(day, "above__"), above__ancestor=unit)

    def children(self, unit: OrgUnit | int, day: date | None = None) -> OrgUnitQuerySet:
        return self.filter(on_day(day, "above__"), above__ancestor=unit, above__depth=1)

    def ancestors(self, unit: OrgUnit | int, day: date | None = None) -> OrgUnitQuerySet:
        """The unit itself and all above it, the nearest first."""
        return self.filter(on_day(day, "below__"), below__descendant=unit).order_by("below__depth")

    def roots(self, day: date | None = None) -> OrgUnitQuerySet:
        """Units that are open on a day and have no parent: one in a deployment."""
        from accounts.models import UnitLink

        linked = UnitLink.objects.filter(on_day(day), child=OuterRef("pk"))
        return self.open(day).filter(~models.Exists(linked))

    def root(self, day: date | None = None) -> OrgUnit | None:
        return self.roots(day).order_by("pk").first()


class MembershipQuerySet(models.QuerySet[Any]):
    """Memberships, asked for as of a day."""

    def valid_on(self, day: date | None = None) -> MembershipQuerySet:
        return self.filter(on_day(day))

    def primary_on(self, day: date | None = None) -> MembershipQuerySet:
        return self.filter(on_day(day), primary=True)

    def in_subtree(self, unit: OrgUnit | int, day: date | None = None) -> MembershipQuerySet:
        return self.filter(on_day(day, "unit__above__"), unit__above__ancestor=unit)
