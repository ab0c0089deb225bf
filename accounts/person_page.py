"""What the page of one person says, and what its reader may do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from accounts.actions.places import LAPSED
from accounts.days import FOREVER, today
from accounts.models import Membership, OrgUnit, Role, RoleGrant, UnitFacts, User
from accounts.permissions import may, may_over, units_where
from accounts.words import allowed_words


@dataclass(frozen=True)
class Learning:
    """One line about a person's learning, told by an app at the right."""

    label: str | Promise
    value: str
    url: str = ""


_tellers: list[Callable[[User, User], list[Learning]]] = []


def register(teller: Callable[[User, User], list[Learning]]) -> None:
    """``teller(reader, person)`` gives lines for the page of a person; filled in AppConfig.ready."""
    if teller not in _tellers:
        _tellers.append(teller)


def learning(reader: User, person: User) -> list[Learning]:
    """What the apps at the right tell a reader about a person's learning."""
    return [line for teller in _tellers for line in teller(reader, person)]


def facts(reader: User, person: User) -> dict[str, Any]:
    """The context of the page."""
    day = today()
    members = list(Membership.objects.filter(user=person).order_by("-valid_to", "-valid_from"))
    grants = list(
        RoleGrant.objects.filter(user=person)
        .select_related("granted_by", "revoked_by")
        .order_by("-valid_to", "-valid_from")
    )
    dated: list[Any] = [*members, *grants]
    names = _names({row.unit_id for row in dated})
    manages = {unit_id: may(reader, "unit.manage", unit_id) for unit_id in {row.unit_id for row in members}}
    grants_at = {unit_id: may(reader, "role.grant", unit_id) for unit_id in {row.unit_id for row in grants}}
    system = {
        row.unit_id: may(reader, "system.manage", row.unit_id)
        for row in grants
        if row.role == Role.SYSTEM_ADMINISTRATOR
    }
    for row in dated:
        row.unit_name, row.unit_code = names.get(row.unit_id, ("", ""))
        row.is_now = row.valid_from <= day < row.valid_to
        row.is_coming = row.valid_from > day
        row.is_endless = row.valid_to == FOREVER  # type: ignore[attr-defined]
        row.last_day = row.valid_to - timedelta(days=1)  # type: ignore[attr-defined]
    root = OrgUnit.objects.root()
    top = root.pk if root else 0
    may_account = may_over(reader, person)
    for member in members:
        allowed = manages[member.unit_id] and (may_account or not member.primary)
        member.may_cancel = allowed and member.valid_from > day  # type: ignore[attr-defined]
        member.may_end = allowed and member.valid_from <= day < member.valid_to  # type: ignore[attr-defined]
    for grant in grants:
        grant.lapsed = grant.revoked_reason.startswith(LAPSED)  # type: ignore[attr-defined]
        grant.words = allowed_words(grant.role, top=grant.unit_id == top)  # type: ignore[attr-defined]
        grant.may_revoke = (  # type: ignore[attr-defined]
            grants_at[grant.unit_id] and grant.valid_to > day and system.get(grant.unit_id, True)
        )
    return {
        "person": person,
        "memberships": members,
        "main": next((m for m in members if m.is_now and m.primary), None),  # type: ignore[attr-defined]
        "grants": [grant for grant in grants if grant.valid_to > day],
        "past_grants": [grant for grant in grants if grant.valid_to <= day],
        "may_account": may_account,
        "may_place": may_over(reader, person, account=False),
        "may_move": may_account and units_where(reader, "unit.manage").count() > 1,
        "learning": learning(reader, person),
    }


def _names(ids: set[int]) -> dict[int, tuple[str, str]]:
    """The last name and the code of units, closed ones too."""
    rows = UnitFacts.objects.filter(Q(unit__in=ids), valid_from__lte=today()).order_by("valid_from")
    return {pk: (name, code) for pk, name, code in rows.values_list("unit_id", "name", "unit__code")}
