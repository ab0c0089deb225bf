"""Who may change a lesson: its author, and the reviewers of its unit."""

from __future__ import annotations

from accounts.models import OrgUnit, RoleGrant, User
from accounts.permissions import may, require, roles_for
from accounts.querysets import on_day
from repository import errors
from repository.models import LearningResource, Version


def require_edit(by: User | None, resource: LearningResource) -> None:
    """Raises NotAllowed. The system itself (None) may."""
    if by is None or (resource.author_id == by.pk and by.is_active):
        return
    require(by, "resource.review", resource.owner_unit_id)


def may_review(by: User | None, resource: LearningResource) -> bool:
    return by is None or may(by, "resource.review", resource.owner_unit_id)


def is_own(by: User, version: Version, resource: LearningResource) -> bool:
    """Whether she made it: as the author, or by uploading this version."""
    return by.pk in (resource.author_id, version.by_id)


def others_review(by: User, resource: LearningResource) -> bool:
    """Whether somebody else may review what this unit owns."""
    above = OrgUnit.objects.ancestors(resource.owner_unit_id)
    grants = RoleGrant.objects.filter(
        on_day(), unit__in=above.values("pk"), role__in=roles_for("resource.review"), user__is_active=True
    )
    return grants.exclude(user=by).exists()


def require_other_eyes(by: User | None, version: Version, resource: LearningResource) -> None:
    """Nobody judges her own lesson while somebody else can; see docs/decisions/05. Raises a Refusal."""
    if by is not None and is_own(by, version, resource) and others_review(by, resource):
        raise errors.own_lesson()
