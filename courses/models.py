"""The models of the three packages, gathered where Django looks for them."""

from courses.coverage.models import CoverageState, Target, TargetPerson
from courses.runtime.cmi5.models import Cmi5Launch, Statement, UnitDocument
from courses.runtime.models import (
    Attempt,
    CommitLog,
    LearnerRecord,
    RuntimeSession,
    ScoState,
    SequencingState,
    SessionPart,
)
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
    Switch,
    SwitchedAttempt,
    SwitchedRun,
)

__all__ = [
    "Activity",
    "ActivityCompletion",
    "Attempt",
    "Attendance",
    "ClassSession",
    "Cmi5Launch",
    "CommitLog",
    "Completion",
    "Course",
    "CourseRun",
    "CoverageState",
    "Enrolment",
    "Instructor",
    "LearnerRecord",
    "RunPin",
    "RuntimeSession",
    "ScoState",
    "Section",
    "SequencingState",
    "SessionPart",
    "Statement",
    "Switch",
    "SwitchedAttempt",
    "SwitchedRun",
    "Target",
    "TargetPerson",
    "UnitDocument",
]
