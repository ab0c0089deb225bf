"""Pages of targets: the desk, the list, the report with its sheets, the people missing."""

from courses.coverage.views.desk import manage
from courses.coverage.views.people import people, undo
from courses.coverage.views.report import target
from courses.coverage.views.sheets import excel
from courses.coverage.views.targets import target_act, target_edit, target_new, targets

__all__ = [
    "excel",
    "manage",
    "people",
    "target",
    "target_act",
    "target_edit",
    "target_new",
    "targets",
    "undo",
]
