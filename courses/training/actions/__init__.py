"""What can be done to courses, classes and enrolments, a function a verb. ``by=None`` is the system."""

from courses.training.actions.classes import (
    close_run,
    create_run,
    delete_run,
    edit_run,
    open_run,
    set_instructors,
)
from courses.training.actions.courses import (
    add_activity,
    add_section,
    close_course,
    create_course,
    delete_course,
    edit_activity,
    edit_course,
    edit_section,
    move_activity,
    move_section,
    open_course,
    remove_activity,
    remove_section,
    reports_outcome,
    restore_activity,
)
from courses.training.actions.enrolments import Enrolled, end_enrolment, enrol
from courses.training.actions.learning import is_running, open_lesson
from courses.training.actions.outcomes import (
    record_opened,
    record_outcome,
    reevaluate,
    revoke_completion,
)

__all__ = [
    "Enrolled",
    "add_activity",
    "add_section",
    "close_course",
    "close_run",
    "create_course",
    "create_run",
    "delete_course",
    "delete_run",
    "edit_activity",
    "edit_course",
    "edit_run",
    "edit_section",
    "end_enrolment",
    "enrol",
    "is_running",
    "move_activity",
    "move_section",
    "open_course",
    "open_lesson",
    "open_run",
    "record_opened",
    "record_outcome",
    "reevaluate",
    "remove_activity",
    "remove_section",
    "reports_outcome",
    "restore_activity",
    "revoke_completion",
    "set_instructors",
]
