"""What can be done to courses, classes and enrolments, a function a verb. ``by=None`` is the system."""

from courses.training.actions.activities import (
    Keep,
    add_activities,
    add_activity,
    edit_activity,
    move_activity,
    remove_activity,
    restore_activity,
    rules_of,
)
from courses.training.actions.attendance import Marked, mark_attendance
from courses.training.actions.choice import change_run, enrol_self, leave_self, set_choice
from courses.training.actions.classes import (
    close_run,
    create_run,
    delete_run,
    edit_run,
    open_run,
    set_instructors,
)
from courses.training.actions.courses import (
    add_section,
    close_course,
    create_course,
    delete_course,
    edit_course,
    edit_section,
    move_section,
    open_course,
    remove_section,
)
from courses.training.actions.enrolments import (
    Enrolled,
    end_enrolment,
    end_enrolments,
    enrol,
    restore_enrolment,
    restore_enrolments,
    undo_enrol,
)
from courses.training.actions.learning import is_running, open_lesson
from courses.training.actions.outcomes import (
    record_attended,
    record_opened,
    record_outcome,
    reevaluate,
    revoke_completion,
    take_back_attended,
)
from courses.training.actions.pages import add_meeting, add_page, write_page
from courses.training.actions.reminding import Reminded, remind
from courses.training.actions.sessions import add_session, cancel_session, edit_session, restore_session
from courses.training.actions.switching import return_switch, switch_version

__all__ = [
    "Enrolled",
    "Keep",
    "Marked",
    "Reminded",
    "add_activities",
    "add_activity",
    "add_meeting",
    "add_page",
    "add_section",
    "add_session",
    "cancel_session",
    "change_run",
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
    "edit_session",
    "end_enrolment",
    "end_enrolments",
    "enrol",
    "enrol_self",
    "is_running",
    "leave_self",
    "mark_attendance",
    "move_activity",
    "move_section",
    "open_course",
    "open_lesson",
    "open_run",
    "record_attended",
    "record_opened",
    "record_outcome",
    "reevaluate",
    "remind",
    "remove_activity",
    "remove_section",
    "restore_activity",
    "restore_enrolment",
    "restore_enrolments",
    "restore_session",
    "return_switch",
    "revoke_completion",
    "rules_of",
    "set_choice",
    "set_instructors",
    "switch_version",
    "take_back_attended",
    "undo_enrol",
    "write_page",
]
