"""What an act on a person touches, by name: shown before it, told after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from accounts import person_page
from accounts.actions.places import LAPSED
from accounts.days import today
from accounts.models import Membership, RoleGrant, UnitAncestry, UnitFacts, User
from accounts.querysets import on_day


def roles_resting_on(membership: Membership) -> list[RoleGrant]:
    """Roles that end with a place of work, unless the next one lies below the same unit."""
    user, day = membership.user, max(today(), membership.valid_from)
    above = UnitAncestry.objects.filter(on_day(day), descendant=membership.unit_id).values("ancestor")
    others = Membership.objects.filter(on_day(day), user=user).exclude(pk=membership.pk)
    held_up = UnitAncestry.objects.filter(on_day(day), descendant__in=others.values("unit"))
    grants = RoleGrant.objects.filter(user=user, valid_to__gt=day, unit__in=above)
    return list(grants.exclude(unit__in=held_up.values("ancestor")).order_by("valid_from", "pk"))


def roles_lapsed(user: User, on: date) -> list[RoleGrant]:
    """Roles that ended with a place of work on a day."""
    return list(RoleGrant.objects.filter(user=user, valid_to=on, revoked_reason__startswith=LAPSED))


def named(grants: Iterable[RoleGrant]) -> str:
    """Roles with their units in one line."""
    grants = list(grants)
    names = unit_names({grant.unit_id for grant in grants})
    return "; ".join(_with_unit(grant, names) for grant in grants)


def _with_unit(grant: RoleGrant, names: dict[int, str]) -> str:
    return f"{grant.get_role_display()}, {names.get(grant.unit_id, '')}"


def unit_names(ids: Iterable[int]) -> dict[int, str]:
    """The names of units, the latest that they have by today."""
    rows = UnitFacts.objects.filter(unit__in=list(ids)).order_by("valid_from")
    return dict(rows.values_list("unit_id", "name"))


def touched(reader: User, membership: Membership | None, person: User, *, moves: bool) -> list[str]:
    """Lines for the form of a move or an end: place, roles, learning."""
    lines: list[str] = []
    if membership is not None:
        grants = roles_resting_on(membership)
        names = unit_names({membership.unit_id, *(grant.unit_id for grant in grants)})
        place = f"{membership.get_position_display()}, {names.get(membership.unit_id, '')}"
        lines.append(_("Place that ends: %(place)s") % {"place": place})
        for grant in grants:
            role = _with_unit(grant, names)
            if moves:
                told = _("Role that ends: %(role)s; it goes on only if the new unit is %(unit)s or below it")
                lines.append(told % {"role": role, "unit": names.get(grant.unit_id, "")})
            else:
                lines.append(_("Role that ends: %(role)s") % {"role": role})
    stays = _("Stays with the person: %(what)s: %(value)s")
    learnt = person_page.learning(reader, person)
    return [*lines, *(stays % {"what": line.label, "value": line.value} for line in learnt)]


def moved_words(membership: Membership, lapsed: list[RoleGrant]) -> str:
    """What a move did."""
    name = unit_names({membership.unit_id}).get(membership.unit_id, "")
    told = _("Works at %(unit)s from %(day)s.") % {"unit": name, "day": f"{membership.valid_from:%d/%m/%Y}"}
    if lapsed:
        told = told + " " + _("Ended with the old place: %(roles)s.") % {"roles": named(lapsed)}
    new = RoleGrant.objects.filter(
        user=membership.user_id, unit=membership.unit_id, valid_from=membership.valid_from
    )
    if new:
        told = told + " " + _("Given: %(roles)s.") % {"roles": named(new)}
    return told
