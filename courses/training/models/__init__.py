"""Courses, classes, enrolments and completions, a file a concept."""

from courses.training.models.cartridges import CartridgeImport, KeptQuestions
from courses.training.models.classes import ClassSession, CourseRun, Instructor, RunPin
from courses.training.models.courses import Activity, Course, Section
from courses.training.models.enrolments import (
    ActivityCompletion,
    Attendance,
    Completion,
    Enrolment,
    Reminder,
)
from courses.training.models.switches import Switch, SwitchedAttempt, SwitchedRun, VersionNews

__all__ = [
    "Activity",
    "ActivityCompletion",
    "Attendance",
    "CartridgeImport",
    "ClassSession",
    "Completion",
    "Course",
    "CourseRun",
    "Enrolment",
    "Instructor",
    "KeptQuestions",
    "Reminder",
    "RunPin",
    "Section",
    "Switch",
    "SwitchedAttempt",
    "SwitchedRun",
    "VersionNews",
]
