"""The confirmation that a person completed a course: a plain page to print, and who may read it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Membership, OrgUnit, User
from accounts.querysets import on_day
from courses.training.models import Completion, CourseRun


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A completion in the words of its day: ``giver`` held the class, ``home`` was the person's unit."""

    completion: Completion
    giver: str
    home: str

    @property
    def valid(self) -> bool:
        return self.completion.revoked_on is None


def readable_by(user: User) -> Q:
    """Completions of her own, and of classes that she manages or teaches."""
    return Q(user=user) | Q(enrolment__run__in=CourseRun.objects.led_by(user))


def confirmation_of(completion: Completion) -> Confirmation:
    """Two queries. ``completion`` comes with its enrolment, class and user."""
    day = completion.on
    held_by = completion.enrolment.run.unit_id
    home = (
        Membership.objects.filter(on_day(day), user=completion.user_id, primary=True)
        .values_list("unit_id", flat=True)
        .first()
    )
    names = OrgUnit.objects.names([pk for pk in (held_by, home) if pk], day)
    return Confirmation(completion, names.get(held_by, ""), names.get(home, "") if home else "")
