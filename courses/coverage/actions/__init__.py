"""The verbs of targets: setting and settling them, counting, and putting people missing into classes."""

from courses.coverage.actions.counting import (
    move_stored_people,
    recompute,
    recompute_all,
    recompute_people,
    recompute_stale,
    recompute_target,
    recompute_units,
    turn_day,
)
from courses.coverage.actions.enrolling import Placed, Plan, enrol_missing, plan_class
from courses.coverage.actions.targets import (
    close_target,
    copy_target,
    create_target,
    delete_target,
    edit_target,
    freeze_target,
    reopen_target,
    thaw_target,
)

__all__ = [
    "Placed",
    "Plan",
    "close_target",
    "copy_target",
    "create_target",
    "delete_target",
    "edit_target",
    "enrol_missing",
    "freeze_target",
    "move_stored_people",
    "plan_class",
    "recompute",
    "recompute_all",
    "recompute_people",
    "recompute_stale",
    "recompute_target",
    "recompute_units",
    "reopen_target",
    "thaw_target",
    "turn_day",
]
