"""News from training to the apps at its right. Sent inside the transaction of the change."""

from django.dispatch import Signal

# user_ids: list[int], course_id: int -- these people completed the course, or no longer count
completion_recorded = Signal()
# course_ids: list[int] -- a course was changed, opened or closed
course_changed = Signal()
