"""Granting and revoking roles."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.days import FOREVER, today
from accounts.errors import Refusal
from accounts.models import OrgUnit, Role, RoleGrant, User
from accounts.permissions import require_grantable, roles_for
from accounts.querysets import on_day


@transaction.atomic
def grant_role(
    *,
    by: User | None,
    user: User,
    unit: OrgUnit,
    role: str,
    on: date | None = None,
    until: date = FOREVER,
) -> RoleGrant:
    """Gives a role at a unit. Nobody grants what lies above her own units."""
    if by is not None:
        require_grantable(by, role, unit)
    on = on or today()
    if until <= on:
        raise Refusal("role_dates", _("The role would end before it begins."))
    same = RoleGrant.objects.filter(on_day(on), user=user, unit=unit, role=role).first()
    if same is not None:
        return same
    later = RoleGrant.objects.filter(user=user, unit=unit, role=role, valid_from__gt=on, valid_from__lt=until)
    later.delete()
    return RoleGrant.objects.create(
        user=user, unit=unit, role=role, valid_from=on, valid_to=until, granted_by=by
    )


def give_teacher_role(*, by: User | None, user: User, unit: OrgUnit, on: date) -> None:
    """The role of a teacher at a unit from a day, unless she holds it there or above by then."""
    above = OrgUnit.objects.ancestors(unit, on).values("pk")
    held = RoleGrant.objects.filter(on_day(on), user=user, role=Role.TEACHER, unit__in=above)
    if not held.exists():
        grant_role(by=by, user=user, unit=unit, role=Role.TEACHER, on=on)


@transaction.atomic
def revoke_role(*, by: User | None, grant: RoleGrant, on: date | None = None, reason: str = "") -> None:
    """Ends a role on a day; a role that had not begun is removed."""
    if by is not None:
        require_grantable(by, grant.role, grant.unit_id)
    on = on or today()
    if by is not None:
        _keep_an_administrator(grant, on)
    if on <= grant.valid_from:
        grant.delete()
        return
    grant.valid_to, grant.revoked_by, grant.revoked_reason = on, by, reason.strip()[:300]
    grant.save(update_fields=["valid_to", "revoked_by", "revoked_reason"])


def is_last_administrator(grant: RoleGrant, on: date | None = None) -> bool:
    """Whether nobody else would administer a unit, neither there nor above."""
    on = on or today()
    if grant.role not in roles_for("unit.manage"):
        return False
    above = OrgUnit.objects.ancestors(grant.unit_id, on).values("pk")
    others = RoleGrant.objects.filter(
        on_day(on), unit__in=above, role__in=roles_for("unit.manage"), user__is_active=True
    )
    return not others.exclude(pk=grant.pk).exists()


def _keep_an_administrator(grant: RoleGrant, on: date) -> None:
    """The last one who may give roles at the top of the tree cannot be taken away from there."""
    if grant.valid_from < on and is_last_administrator(grant, on):
        raise Refusal(
            "last_administrator",
            _("Nobody else administers this unit or one above. Give the role to somebody else first."),
        )
    givers = {Role.SYSTEM_ADMINISTRATOR, Role.UNIT_ADMINISTRATOR}
    root = OrgUnit.objects.root(on)
    if grant.role not in givers or root is None or grant.unit_id != root.pk:
        return
    others = RoleGrant.objects.filter(
        on_day(on), unit=root, role=Role.SYSTEM_ADMINISTRATOR, user__is_active=True
    ).exclude(pk=grant.pk)
    if grant.role == Role.SYSTEM_ADMINISTRATOR and not others.exists():
        raise Refusal(
            "last_administrator",
            _("This is the last system administrator at the top. Give the role to somebody else first."),
        )
