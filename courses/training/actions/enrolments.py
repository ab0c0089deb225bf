"""Putting people into a class and out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

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
    #: of the new ones, those who had left the class before
    back: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Undone:
    """How taking an enrolment back went: who is out again, and who had begun and stays."""

    gone: int
    begun: int


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
    require_seats(run, len(fresh) + len(back))
    Enrolment.objects.bulk_create(Enrolment(run=run, user_id=pk, enrolled_by=by) for pk in fresh)
    run.enrolments.filter(user__in=back).update(
        state=Enrolment.State.ACTIVE, ended_at=None, enrolled_by=by, how=Enrolment.How.MANAGER
    )
    return Enrolled(new=fresh + sorted(back), already=sorted(states.keys() - set(back)), back=sorted(back))


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


def require_seats(run: CourseRun, wanted: int) -> None:
    """Raises Refusal where a class, locked by the caller, has less room than is wanted."""
    if run.seats is None or wanted == 0:
        return
    left = max(run.seats - run.enrolments.active().count(), 0)
    if wanted <= left:
        return
    if left == 0:
        raise Refusal("class_full", _("The class is full: all %(seats)s seats are taken."), seats=run.seats)
    raise Refusal(
        "class_seats_left",
        _("The class has %(left)s seats left, and %(wanted)s people were chosen. Nobody was enrolled."),
        left=left,
        wanted=wanted,
    )


@transaction.atomic
def end_enrolment(*, by: User | None, enrolment: Enrolment) -> None:
    """Takes a person out of a class; what she did is kept, an open lesson can save no more."""
    if by is not None and by.pk != enrolment.user_id:
        require(by, "class.manage", enrolment.run.unit_id)
    elif by is not None:
        raise NotAllowed("class.manage", enrolment.run.unit_id)
    put_out(enrolment)


def put_out(enrolment: Enrolment) -> None:
    """Ends an enrolment, in the transaction of a caller who has looked at the right to do so."""
    # Runtime rows first: a commit locks them before it locks the enrolment.
    close_sessions_of(enrolment_ids=[enrolment.pk], reason="ended")
    enrolment.state, enrolment.ended_at = Enrolment.State.ENDED, timezone.now()
    enrolment.save(update_fields=["state", "ended_at"])


@transaction.atomic
def end_enrolments(*, by: User | None, enrolments: Iterable[Enrolment]) -> None:
    """Takes several people out of their classes, all or none."""
    for enrolment in enrolments:
        end_enrolment(by=by, enrolment=enrolment)


@transaction.atomic
def restore_enrolments(*, by: User | None, enrolments: Iterable[Enrolment]) -> None:
    """Puts several people back, all or none."""
    for enrolment in enrolments:
        restore_enrolment(by=by, enrolment=enrolment)


@transaction.atomic
def restore_enrolment(*, by: User | None, enrolment: Enrolment) -> None:
    """Puts a person back into the class she was taken out of; what she did there counts on."""
    run = CourseRun.objects.select_for_update().get(pk=enrolment.run_id)
    if by is not None:
        require(by, "class.manage", run.unit_id)
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.state == Enrolment.State.ACTIVE:
        return
    if run.state == CourseRun.State.CLOSED:
        raise Refusal("class_closed", _("The class has closed. Nobody can be enrolled any more."))
    require_seats(run, 1)
    enrolment.state, enrolment.ended_at = Enrolment.State.ACTIVE, None
    enrolment.save(update_fields=["state", "ended_at"])


@transaction.atomic
def undo_enrol(
    *, by: User | None, run: CourseRun, user_ids: Collection[int], back: Collection[int] = ()
) -> Undone:
    """Takes back an enrolment of many made by mistake, of those who have not begun since.

    Those in ``back`` had been in the class before: they have left it again. Of the others no row stays.
    """
    if by is not None:
        require(by, "class.manage", run.unit_id)
    rows = list(run.enrolments.active().select_for_update().filter(user__in=user_ids))
    begun = {row.pk for row in rows if row.user_id not in back and _has_begun(row)}
    ended = [row for row in rows if row.user_id in back]
    for row in ended:
        put_out(row)
    fresh = [row.pk for row in rows if row.user_id not in back and row.pk not in begun]
    Enrolment.objects.filter(pk__in=fresh).delete()
    return Undone(gone=len(ended) + len(fresh), begun=len(begun))


def _has_begun(enrolment: Enrolment) -> bool:
    return (
        enrolment.last_active_at is not None
        or enrolment.activity_completions.exists()
        or enrolment.attendance.exists()
        or enrolment.attempts.exists()
    )
