"""An activity goes over to the newer version of its resource, in its open classes; and back again.

Who has not begun gets the newer version. Who is in the middle of it stays, or moves with her tracks: each
attempt by itself, by task. Lock order: the activity; a person, her attempts, her enrolment.
"""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refusal
from accounts.models import User
from courses.runtime.carrying import Carried, carry, take_back
from courses.runtime.models import Attempt
from courses.training.actions.building import require_manages
from courses.training.actions.outcomes import record_outcome
from courses.training.models import (
    Activity,
    ActivityCompletion,
    CourseRun,
    Enrolment,
    RunPin,
    Switch,
    SwitchedAttempt,
    SwitchedRun,
)
from courses.training.publication import published_version, withdrawn_for_cause
from courses.training.switching import Touched, in_progress, routes_of, touched_of
from repository.models import Version

logger = logging.getLogger(__name__)

#: What of bookmark and kept data comes along: of parts whose files are the same, of all, of none
BOOKMARKS = ("same", "all", "none")


@transaction.atomic
def switch_version(
    *, by: User | None, activity: Activity, version: Version, way: str, bookmarks: str = "same"
) -> Switch:
    """Gives the open classes of an activity the version published now; ``version`` is the one that was shown.

    Raises Refusal ``switch_busy``, ``switch_changed``, ``switch_nothing``.
    """
    activity = _locked(by, activity)
    if Switch.objects.filter(activity=activity, state__in=Switch.BUSY).exists():
        raise busy()
    target = published_version(activity.resource_id or 0, activity.section.course.unit_id)
    if target is None or target.pk != version.pk:
        raise Refusal("switch_changed", _("Another version was published meanwhile. Look at it first."))
    found = touched_of(by or AnonymousUser(), Activity.objects.filter(pk=activity.pk))
    touched = found[0] if found else None
    wanted = touched is not None and (touched.waits or (way == Switch.Way.MOVE and touched.late))
    if touched is None or not wanted:
        raise Refusal("switch_nothing", _("Every class has the newest version already."))
    return _begin(by, touched, target, way, bookmarks if bookmarks in BOOKMARKS else "same")


def _begin(by: User | None, touched: Touched, target: Version, way: str, bookmarks: str) -> Switch:
    activity = touched.activity
    moving = way == Switch.Way.MOVE
    plan = {str(route.older.pk): route.plan(bookmarks) for route in routes_of(touched)} if moving else {}
    switch = Switch.objects.create(
        activity=activity,
        version=target,
        way=Switch.Way.MOVE if moving else Switch.Way.STAY,
        plan=plan,
        by=by,
    )
    older = [run for run in touched.runs if run.version.number < target.number]
    SwitchedRun.objects.bulk_create(
        SwitchedRun(switch=switch, run=run.run, former=run.version) for run in older
    )
    RunPin.objects.filter(activity=activity, run__in=[run.run.pk for run in older]).update(version=target)
    if moving:
        latest = {row.enrolment_id: row for row in in_progress([activity.pk])}
        SwitchedAttempt.objects.bulk_create(
            SwitchedAttempt(switch=switch, former=row)
            for row in latest.values()
            if str(row.version_id) in plan
        )
        _enqueue(switch)
    else:
        _settle(switch, Switch.State.DONE)
    return switch


def busy() -> Refusal:
    return Refusal("switch_busy", _("Learners are being moved just now. Wait until that is done."))


def _locked(by: User | None, activity: Activity) -> Activity:
    rows = Activity.objects.select_for_update(of=("self",)).select_related("section__course")
    found = rows.get(pk=activity.pk)
    require_manages(by, found.section.course.unit_id)
    return found


def _enqueue(switch: Switch) -> None:
    from courses.training.tasks import carry_on_switch  # the task itself calls an action

    carry_on_switch.enqueue(switch.pk)


def _settle(switch: Switch, state: str) -> None:
    Switch.objects.filter(pk=switch.pk).update(state=state)
    switch.state = state


def carry_on(*, switch_id: int) -> int:
    """Moves, or brings back, whoever still waits, each in a transaction of her own; how many it were.

    Safe to run twice and at the same time: each row is taken under its lock. Whose tracks cannot be carried
    stays where she is, and holds up nobody else.
    """
    switch = Switch.objects.filter(pk=switch_id, state__in=Switch.BUSY).first()
    if switch is None:
        return 0
    moving = switch.state == Switch.State.MOVING
    waiting = SwitchedAttempt.State.WAITING if moving else SwitchedAttempt.State.MOVED
    step = move_one if moving else bring_back_one
    ids = list(switch.attempts.filter(state=waiting).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        try:
            step(switched_id=pk)
        except (OperationalError, InterfaceError, OSError):  # something is away: the task is tried again
            raise
        except Exception:
            logger.exception("Attempt %s of switch %s stays where it is.", pk, switch.pk)
            SwitchedAttempt.objects.filter(pk=pk, state=waiting).update(state=SwitchedAttempt.State.LEFT)
    if not switch.attempts.filter(state=waiting).exists():
        done = Switch.State.DONE if moving else Switch.State.RETURNED
        Switch.objects.filter(pk=switch.pk, state=switch.state).update(state=done)
    return len(ids)


@transaction.atomic
def move_one(*, switched_id: int) -> SwitchedAttempt:
    """Moves one attempt to the newer version; nothing happens where that is not needed any more."""
    row = _row(switched_id)
    if row.state != SwitchedAttempt.State.WAITING:
        return row
    former = _attempt_of(row)
    if not _still_in_progress(former):
        return _note(row, SwitchedAttempt.State.LEFT)
    parts = [_carried(one) for one in row.switch.plan.get(str(former.version_id), [])]
    row.successor = carry(former=former, version=row.switch.version, parts=parts)
    record_outcome(attempt=row.successor, seen=False)
    return _note(row, SwitchedAttempt.State.MOVED)


def _row(switched_id: int) -> SwitchedAttempt:
    rows = SwitchedAttempt.objects.select_for_update(of=("self",)).select_related("switch__version")
    return rows.get(pk=switched_id)


def _attempt_of(row: SwitchedAttempt) -> Attempt:
    """The former attempt, locked, after its person: a launch of hers locks in the same order."""
    user_id = Attempt.objects.values_list("user_id", flat=True).get(pk=row.former_id)
    User.objects.select_for_update(no_key=True).get(pk=user_id)
    locked = Attempt.objects.select_for_update(of=("self",)).select_related("version", "enrolment__run")
    return locked.get(pk=row.former_id)


def _note(row: SwitchedAttempt, state: str) -> SwitchedAttempt:
    row.state = state
    row.save(update_fields=["state", "successor", "at"])
    return row


def _carried(one: dict[str, Any]) -> Carried:
    return Carried(new=one["new"], old=one["old"], whole=one["whole"])


def _still_in_progress(former: Attempt) -> bool:
    enrolment = former.enrolment
    if enrolment is None or former.set_aside_at is not None or enrolment.state != Enrolment.State.ACTIVE:
        return False
    theirs = {"enrolment": former.enrolment_id, "activity": former.activity_id}
    later = Attempt.objects.standing().filter(**theirs, number__gt=former.number)
    completed = ActivityCompletion.objects.filter(**theirs)
    return enrolment.run.state == CourseRun.State.OPEN and not later.exists() and not completed.exists()


@transaction.atomic
def return_switch(*, by: User | None, switch: Switch) -> Switch:
    """Classes go back to the version they had, moved learners to their tracks there, by task.

    What they did meanwhile is kept; who began at the newer version stays at it. Raises Refusal
    ``switch_busy``, ``switch_returned``, ``switch_not_latest``, ``switch_former_withdrawn``.
    """
    _locked(by, switch.activity)
    switch = Switch.objects.select_for_update(of=("self",)).select_related("activity").get(pk=switch.pk)
    if switch.state in Switch.BUSY:
        raise busy()
    if switch.state == Switch.State.RETURNED:
        raise Refusal("switch_returned", _("This was taken back before."))
    later = Switch.objects.filter(activity=switch.activity_id, pk__gt=switch.pk)
    if later.exclude(state=Switch.State.RETURNED).exists():
        raise Refusal("switch_not_latest", _("Take back what was decided after it first."))
    rows = list(switch.runs.select_related("former"))
    if any(withdrawn_for_cause(row.former) for row in rows):
        raise Refusal(
            "switch_former_withdrawn", _("The former version was taken down. It cannot be used again.")
        )
    for row in rows:
        RunPin.objects.filter(run=row.run_id, activity=switch.activity_id, version=switch.version_id).update(
            version=row.former_id
        )
    switch.returned_by, switch.returned_at = by, timezone.now()
    switch.state = Switch.State.RETURNING
    switch.save(update_fields=["returned_by", "returned_at", "state"])
    if switch.attempts.filter(state=SwitchedAttempt.State.MOVED).exists():
        _enqueue(switch)
    else:
        _settle(switch, Switch.State.RETURNED)
    return switch


@transaction.atomic
def bring_back_one(*, switched_id: int) -> SwitchedAttempt:
    """One learner's former attempt stands again, unless she has begun another one since."""
    row = _row(switched_id)
    if row.state != SwitchedAttempt.State.MOVED or row.successor_id is None:
        return row
    former = _attempt_of(row)
    locked = Attempt.objects.select_for_update(of=("self",)).select_related("version")
    successor = locked.get(pk=row.successor_id)
    theirs = {"enrolment": former.enrolment_id, "activity": former.activity_id}
    if Attempt.objects.standing().filter(**theirs, number__gt=successor.number).exists():
        return _note(row, SwitchedAttempt.State.LEFT)
    successor.moved_from = former
    take_back(successor)
    record_outcome(attempt=former, seen=False)
    return _note(row, SwitchedAttempt.State.BACK)
