"""What can be done to units and people, a function a verb. ``by=None`` is the system itself."""

from accounts.actions.history import undo_change
from accounts.actions.people import (
    add_membership,
    create_person,
    rename_person,
)
from accounts.actions.places import cancel_membership, end_membership, move_person
from accounts.actions.reorganising import (
    give_name,
    merge_units,
    open_unit,
    place_below,
    shut_unit,
)
from accounts.actions.roles import grant_role, is_last_administrator, revoke_role
from accounts.actions.sign_in import (
    change_email,
    change_language,
    deactivate_person,
    edit_person,
    make_first_link,
    reactivate_person,
    save_profile,
    set_first_password,
    sign_out_elsewhere,
)
from accounts.actions.units import close_unit, create_unit, move_unit, rename_unit

__all__ = [
    "add_membership",
    "cancel_membership",
    "change_email",
    "change_language",
    "close_unit",
    "create_person",
    "create_unit",
    "deactivate_person",
    "edit_person",
    "end_membership",
    "give_name",
    "grant_role",
    "is_last_administrator",
    "make_first_link",
    "merge_units",
    "move_person",
    "move_unit",
    "open_unit",
    "place_below",
    "reactivate_person",
    "rename_person",
    "rename_unit",
    "revoke_role",
    "save_profile",
    "set_first_password",
    "shut_unit",
    "sign_out_elsewhere",
    "undo_change",
]
