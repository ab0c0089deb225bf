"""The models of the three packages, gathered where Django looks for them."""

from courses.coverage.models import CoverageState, Target, TargetPerson
from courses.runtime.models import Attempt, CommitLog, RuntimeSession, ScoState, SessionPart
from courses.training.models import (
    Activity,
    ActivityCompletion,
    Attendance,
    ClassSession,
    Completion,
    Course,
    CourseRun,
    Enrolment,
    Instructor,
    RunPin,
    Section,
)

__all__ = [
    "Activity",
    "ActivityCompletion",
    "Attempt",
    "Attendance",
    "ClassSession",
    "CommitLog",
    "Completion",
    "Course",
    "CourseRun",
    "CoverageState",
    "Enrolment",
    "Instructor",
    "RunPin",
    "RuntimeSession",
    "ScoState",
    "Section",
    "SessionPart",
    "Target",
    "TargetPerson",
]
