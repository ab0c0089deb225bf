"""What writing a list of people would do now: the list beside who is known."""

from __future__ import annotations

from accounts.days import today
from accounts.models import Membership, OrgUnit, Role, RoleGrant, RosterImport, UnitFacts
from accounts.querysets import on_day
from accounts.roster import matching
from accounts.roster.matching import Known, Plan
from accounts.roster.units import Units
from accounts.text import nfc


def plan_of(roster: RosterImport, known: list[Known] | None = None) -> Plan:
    """What writing the list would do now."""
    rows, first = roster.table["rows"], roster.table["first_row"]
    columns = {field: int(column) for field, column in roster.columns.items()}
    read = [
        (first + n, {field: row[column] for field, column in columns.items() if column < len(row)})
        for n, row in enumerate(rows)
        if any(row)
    ]
    people = [
        (number, text)
        for number, text in read
        if len(columns) <= 2 or sum(1 for cell in rows[number - first] if cell) > 1
    ]
    inside = set(OrgUnit.objects.subtree(roster.unit_id).values_list("pk", flat=True))
    facts = list(UnitFacts.objects.filter(on_day()).values_list("unit_id", "unit__code", "name"))
    units = Units([row for row in facts if row[0] in inside], [row for row in facts if row[0] not in inside])
    return matching.compare(
        people,
        known if known is not None else people_known(roster),
        units,
        roster.unit_id,
        repairs={int(row): fields for row, fields in roster.repairs.items()},
        left_out=frozenset(roster.left_out),
        leavers=roster.leavers,
    )


def people_known(roster: RosterImport) -> list[Known]:
    """Who has the main place below the unit of the list; guarded: who holds roles beyond it."""
    inside = set(OrgUnit.objects.subtree(roster.unit_id).values_list("pk", flat=True))
    rows = Membership.objects.primary_on(roster.on).filter(unit__in=inside)
    held = RoleGrant.objects.filter(valid_to__gt=today(), user__memberships__unit__in=inside)
    guarded = {
        user
        for user, unit, role in held.values_list("user_id", "unit_id", "role")
        if unit not in inside or role == Role.SYSTEM_ADMINISTRATOR
    }
    fields = (
        "user_id", "user__last_name", "user__first_name", "user__username", "user__email", "user__phone",
        "user__staff_code", "user__born_on", "unit_id", "position", "level", "user__is_superuser",
    )  # fmt: skip
    return [
        Known(pk, nfc(last), nfc(first), *facts, guarded=pk in guarded or superuser)
        for pk, last, first, *facts, superuser in rows.values_list(*fields)
    ]
