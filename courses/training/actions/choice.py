"""Joining a class by one's own choice, where its manager opened it to that, and leaving it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from accounts.permissions import require
from accounts.text import nfc
from courses.training.actions.classes import edit_run
from courses.training.actions.enrolments import put_out, require_seats
from courses.training.models import CourseRun, Enrolment

MOST_SEATS = 10_000


@transaction.atomic
def set_choice(
    *,
    by: User | None,
    run: CourseRun,
    choice: bool,
    choice_until: date | None = None,
    seats: int | None = None,
    description: str = "",
) -> None:
    """Who may come into a class besides those a manager enrols, until when, and how many have room."""
    if by is not None:
        require(by, "class.manage", run.unit_id)
    run = CourseRun.objects.select_for_update().get(pk=run.pk)
    if choice and choice_until and choice_until > run.closes_on:
        raise Refusal("choice_after_class", _("People join until the last day of the class at most."))
    if seats is not None and not 1 <= seats <= MOST_SEATS:
        raise Refusal("seats_range", _("A class has between 1 and 10,000 seats."))
    taken = run.enrolments.active().count()
    if seats is not None and seats < taken:
        raise Refusal(
            "seats_taken",
            _("%(n)s people are in the class already. Give it as many seats at least."),
            n=taken,
        )
    run.choice, run.choice_until, run.seats = choice, choice_until if choice else None, seats
    run.description = nfc(description).strip()[:4000]
    run.save(update_fields=["choice", "choice_until", "seats", "description"])


@transaction.atomic
def change_run(
    *, by: User | None, run: CourseRun, facts: Mapping[str, Any], choice: Mapping[str, Any]
) -> None:
    """All that the form of a class says, or none of it: ``edit_run``, then ``set_choice``."""
    edit_run(by=by, run=run, **facts)
    set_choice(by=by, run=run, **choice)


@transaction.atomic
def enrol_self(*, by: User, run: CourseRun) -> Enrolment:
    """Takes a seat in a class open to choice. Who is in it keeps her place; who had left comes back."""
    if not CourseRun.objects.offered_to(by).filter(pk=run.pk).exists():
        raise NotAllowed("enrolment.choose", run.unit_id)
    # The seats are counted and taken under the lock of the class.
    run = CourseRun.objects.select_for_update().get(pk=run.pk)
    mine = run.enrolments.filter(user=by).first()
    if mine is not None and mine.state == Enrolment.State.ACTIVE:
        return mine
    _require_open(run)
    _require_not_elsewhere(by, run)
    require_seats(run, 1)
    if mine is None:
        return Enrolment.objects.create(run=run, user=by, enrolled_by=by, how=Enrolment.How.CHOICE)
    mine.state, mine.ended_at = Enrolment.State.ACTIVE, None
    mine.enrolled_by, mine.how = by, Enrolment.How.CHOICE
    mine.save(update_fields=["state", "ended_at", "enrolled_by", "how"])
    return mine


def _require_open(run: CourseRun) -> None:
    if run.state == CourseRun.State.CLOSED or run.closes_on < today():
        raise Refusal("choice_over", _("The class has ended. Look for another one of the course."))
    if not run.choice:
        raise Refusal(
            "choice_off", _("The training manager enrols the people of this class. Ask her for a place.")
        )
    if run.choice_until and run.choice_until < today():
        raise Refusal(
            "choice_over_since",
            _("The class took people until %(day)s. Ask its training manager for a place."),
            day=f"{run.choice_until:%d/%m/%Y}",
        )


def _require_not_elsewhere(by: User, run: CourseRun) -> None:
    elsewhere = (
        Enrolment.objects.of(by)
        .filter(run__course=run.course_id, run__closes_on__gte=today())
        .exclude(run__state=CourseRun.State.CLOSED)
        .exclude(run=run)
        .select_related("run")
        .first()
    )
    if elsewhere is not None:
        raise Refusal(
            "choice_elsewhere",
            _("You take this course in the class “%(name)s” already. Leave that one first."),
            name=elsewhere.run.name,
        )


@transaction.atomic
def leave_self(*, by: User, enrolment: Enrolment) -> None:
    """Gives back a seat one took oneself; what was done in the class is kept."""
    if by.pk != enrolment.user_id:
        raise NotAllowed("enrolment.leave")
    enrolment = Enrolment.objects.select_related("run").get(pk=enrolment.pk)
    if enrolment.state == Enrolment.State.ENDED:
        return
    if enrolment.how != Enrolment.How.CHOICE:
        raise Refusal(
            "leave_not_chosen",
            _("The training manager put you in this class. Ask her if you cannot take part."),
        )
    if hasattr(enrolment, "completion"):
        raise Refusal(
            "leave_completed", _("You have completed the course in this class. It stays in your record.")
        )
    if enrolment.run.state == CourseRun.State.CLOSED or enrolment.run.closes_on < today():
        raise Refusal("leave_over", _("The class has ended. There is nothing to leave any more."))
    put_out(enrolment)
