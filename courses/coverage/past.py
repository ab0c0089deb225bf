"""What a report of a past day says of units, and of targets, that were not there yet."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from accounts.days import today
from accounts.models import OrgUnit, UnitAncestry
from accounts.querysets import on_day
from courses.coverage.figures import standing
from courses.coverage.models import Target


def not_begun(target: Target, day: date) -> str:
    """Why a target has no figures on a past day; empty from its first day on."""
    if day >= target.first_day or day >= today():
        return ""
    said = _("On %(day)s the target had not begun: it counts from %(first)s on.")
    return said % {"day": f"{day:%d/%m/%Y}", "first": f"{target.first_day:%d/%m/%Y}"}


def in_other_units(target: Target, unit: OrgUnit, tree: date) -> tuple[str, bool]:
    """Of a unit without its place in the tree of a past day: why, and whether there is something to count.

    What can be counted are the units of that day that lie in it today.
    """
    if tree == today() or _below(target.unit_id, unit.pk, tree):
        return "", True
    found = standing(unit.pk, tree).filter(descendant__in=standing(target.unit_id, tree).values("descendant"))
    inside = list(found.values_list("descendant_id", flat=True))
    name = _missing(target, unit, tree)
    if not inside:
        other = _("On that day %(name)s stood under another unit.") % {"name": str(unit)}
        return _("%(name)s did not exist yet on that day.") % {"name": name} if name else other, False
    said = _(
        "%(name)s did not exist yet on that day. Counted are the units of then that lie in it today; "
        "they stood under %(parents)s."
    )
    parents = OrgUnit.objects.open(tree).filter(
        pk__in=UnitAncestry.objects.filter(on_day(tree), depth=1, descendant__in=inside).values("ancestor")
    )
    outer = parents.exclude(pk__in=inside).named(tree).order_by("name")[:3]
    return said % {
        "name": name or str(unit),
        "parents": ", ".join(str(one) for one in outer),
    }, True


def _below(above: int, unit: int, tree: date) -> bool:
    return bool(UnitAncestry.objects.filter(on_day(tree), ancestor=above, descendant=unit).exists())


def _missing(target: Target, unit: OrgUnit, tree: date) -> str:
    """The name of the unit asked for, or of the target's, whichever was not open."""
    asked = OrgUnit.objects.filter(pk__in={target.unit_id, unit.pk}).named()
    is_open = set(OrgUnit.objects.open(tree).filter(pk__in=asked.values("pk")).values_list("pk", flat=True))
    lacking = [one for one in asked if one.pk not in is_open]
    lacking.sort(key=lambda one: one.pk != unit.pk)
    return str(lacking[0]) if lacking else ""
