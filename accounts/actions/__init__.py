"""What can be done to units and people, a function a verb. ``by=None`` is the system itself."""

from accounts.actions.people import (
    add_membership,
    create_person,
    deactivate_person,
    end_membership,
    grant_role,
    move_person,
    rename_person,
    revoke_role,
    save_profile,
)
from accounts.actions.units import close_unit, create_unit, move_unit, rename_unit

__all__ = [
    "add_membership",
    "close_unit",
    "create_person",
    "create_unit",
    "deactivate_person",
    "end_membership",
    "grant_role",
    "move_person",
    "move_unit",
    "rename_person",
    "rename_unit",
    "revoke_role",
    "save_profile",
]
