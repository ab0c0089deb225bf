"""Users, the dated management tree, memberships and roles."""

from accounts.models.changes import RosterImport, UnitChange
from accounts.models.people import Membership, Position, Role, RoleGrant, User
from accounts.models.units import (
    OrgUnit,
    UnitAncestry,
    UnitFacts,
    UnitKind,
    UnitLink,
    UnitSuccessor,
)
from accounts.models.work import ScheduleMark, TaskWorker

__all__ = [
    "Membership",
    "OrgUnit",
    "Position",
    "Role",
    "RoleGrant",
    "RosterImport",
    "ScheduleMark",
    "TaskWorker",
    "UnitAncestry",
    "UnitChange",
    "UnitFacts",
    "UnitKind",
    "UnitLink",
    "UnitSuccessor",
    "User",
]
