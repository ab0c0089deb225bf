"""Who may change a lesson: its author, and the reviewers of its unit."""

from __future__ import annotations

from accounts.models import User
from accounts.permissions import may, require
from repository.models import LearningResource


def require_edit(by: User | None, resource: LearningResource) -> None:
    """Raises NotAllowed. The system itself (None) may."""
    if by is None or (resource.author_id == by.pk and by.is_active):
        return
    require(by, "resource.review", resource.owner_unit_id)


def may_review(by: User | None, resource: LearningResource) -> bool:
    return by is None or may(by, "resource.review", resource.owner_unit_id)
