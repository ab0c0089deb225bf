"""Putting people into a class and out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed, Refusal
from accounts.models import Membership, User
from accounts.permissions import require, units_where
from courses.training.models import CourseRun, Enrolment
from courses.training.sessions import close_sessions_of


@dataclass(frozen=True, slots=True)
class Enrolled:
    """How an enrolment of many went: newly in the class, and in it before."""

    new: list[int]
    already: list[int]


@transaction.atomic
def enrol(*, by: User | None, run: CourseRun, users: Iterable[User]) -> Enrolled:
    """Enrols people, all or none. By a manager of the class, over people of her own subtree.

    People already in the class are left as they are; those who had left come back.
    """
    if by is not None:
        require(by, "class.manage", run.unit_id)
    run = CourseRun.objects.select_for_update().get(pk=run.pk)
    if run.state == CourseRun.State.CLOSED:
        raise Refusal("class_closed", _("The class has closed. Nobody can be enrolled any more."))
    wanted = {user.pk for user in users}
    if by is not None:
        _require_over(by, wanted)
    states = dict(run.enrolments.filter(user__in=wanted).values_list("user_id", "state"))
    back = [pk for pk, state in states.items() if state == Enrolment.State.ENDED]
    fresh = sorted(wanted - states.keys())
    Enrolment.objects.bulk_create(Enrolment(run=run, user_id=pk, enrolled_by=by) for pk in fresh)
    run.enrolments.filter(user__in=back).update(state=Enrolment.State.ACTIVE, ended_at=None, enrolled_by=by)
    return Enrolled(new=fresh + sorted(back), already=sorted(states.keys() - set(back)))


def _require_over(by: User, user_ids: Collection[int]) -> None:
    below = Membership.objects.valid_on().filter(
        user__in=user_ids,
        user__is_active=True,
        unit__in=units_where(by, "class.manage").values("pk"),
    )
    outside = set(user_ids) - set(below.values_list("user_id", flat=True))
    if outside:
        raise Refusal(
            "enrol_outside",
            _("%(n)s of these people do not work in units you manage. Nobody was enrolled."),
            n=len(outside),
        )


@transaction.atomic
def end_enrolment(*, by: User | None, enrolment: Enrolment) -> None:
    """Takes a person out of a class; what she did is kept, an open lesson can save no more."""
    if by is not None and by.pk != enrolment.user_id:
        require(by, "class.manage", enrolment.run.unit_id)
    elif by is not None:
        raise NotAllowed("class.manage", enrolment.run.unit_id)
    # Runtime rows first: a commit locks them before it locks the enrolment.
    close_sessions_of(enrolment_ids=[enrolment.pk], reason="ended")
    enrolment.state, enrolment.ended_at = Enrolment.State.ENDED, timezone.now()
    enrolment.save(update_fields=["state", "ended_at"])
