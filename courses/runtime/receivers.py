"""What ends a runtime session from outside: a person may no longer act, a version is withdrawn for cause."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.signals import users_deactivated
from courses.runtime.actions import close_sessions
from repository.signals import resource_withdrawn


@receiver(users_deactivated, dispatch_uid="runtime_users_deactivated")
def _users_deactivated(user_ids: list[int], **_: Any) -> None:
    close_sessions(user_ids=user_ids, reason="deactivated")


@receiver(resource_withdrawn, dispatch_uid="runtime_resource_withdrawn")
def _resource_withdrawn(version_ids: list[int], for_cause: bool, **_: Any) -> None:
    if for_cause:
        close_sessions(version_ids=version_ids, reason="withdrawn")
