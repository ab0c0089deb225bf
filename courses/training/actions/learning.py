"""Opening a lesson as part of a class."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from courses.runtime import actions as runtime
from courses.runtime.activitytree import definition_of
from courses.runtime.models import Attempt, ScoState, SessionMode
from courses.runtime.sequenced import Moved, move
from courses.runtime.watch import Watch
from courses.training.completion import MINUTES, parse_rule, watch
from courses.training.models import Activity, ActivityCompletion, CourseRun, Enrolment, RunPin
from courses.training.publication import withdrawn_for_cause
from courses.training.sessions import open_until
from repository.models import Version


def is_running(run: CourseRun) -> bool:
    """Whether learning in a class counts today."""
    return run.state == CourseRun.State.OPEN and run.opens_on <= today() <= run.closes_on


def has_begun(run: CourseRun) -> bool:
    """Whether the lessons of a class can be opened: from its first day on, also when it is over."""
    return run.state != CourseRun.State.PLANNED and run.opens_on <= today()


def require_openable(*, by: User, enrolment: Enrolment, pin: RunPin) -> None:
    """Raises NotAllowed for another's enrolment, Refusal where the class or the lesson is not open.

    An enrolment opens its class's lessons even where the library would not; a withdrawal for cause
    beats it.
    """
    if by.pk != enrolment.user_id or enrolment.state != Enrolment.State.ACTIVE:
        raise NotAllowed("enrolment.learn")
    run = enrolment.run
    if not has_begun(run):
        raise Refusal("class_not_begun", _("The class has not begun. Come back on its first day."))
    if pin.version is not None:
        _require_not_withdrawn(pin.version)
    _require_unlocked(enrolment, pin.activity)


def _require_not_withdrawn(version: Version) -> None:
    """An attempt may be at another version than the class has now."""
    if withdrawn_for_cause(version):
        raise Refusal(
            "lesson_withdrawn",
            _("This lesson was taken down. What you did is kept; ask the instructor what replaces it."),
        )


def _require_unlocked(enrolment: Enrolment, activity: Activity) -> None:
    """While the class runs, an activity may wait for another of the class to be completed first.

    What was completed once stays open, and after the class everything may be looked at.
    """
    after = activity.opens_after
    if after is None or not is_running(enrolment.run):
        return
    completed = ActivityCompletion.objects.filter(enrolment=enrolment, activity__in=[activity, after])
    if completed.exists() or not RunPin.objects.filter(run=enrolment.run_id, activity=after).exists():
        return
    said = (
        _("This opens once you have attended “%(title)s”.")
        if after.kind == Activity.Kind.SESSION
        else _("This opens once you have completed “%(title)s”.")
    )
    raise Refusal("activity_locked", said, title=after.title)


def latest_attempt(enrolment: Enrolment, activity: Activity) -> Attempt | None:
    return (
        Attempt.objects.standing()
        .filter(enrolment=enrolment, activity=activity)
        .select_related("version")
        .order_by("-number")
        .first()
    )


@transaction.atomic
def open_lesson(
    *,
    by: User,
    enrolment: Enrolment,
    pin: RunPin,
    sco: str = "",
    restore: int | None = None,
    device: str = "",
    request: str = "",
    target: str = "",
) -> runtime.Launch | Moved:
    """Opens a lesson for its learner: recorded while the class runs, afterwards to look at only.

    A sequenced lesson is asked with ``request`` and ``target`` (``requests.REQUESTS``) instead of ``sco``.
    """
    require_openable(by=by, enrolment=enrolment, pin=pin)
    if pin.version is None:
        raise Refusal("activity_not_played", _("This activity has no lesson to open."))
    activity, run = pin.activity, enrolment.run
    if not is_running(run):
        attempt = latest_attempt(enrolment, activity)
        return runtime.open_session(
            by=by,
            attempt=attempt,
            version=attempt.version if attempt else pin.version,
            sco=sco,
            mode=SessionMode.REVIEW if attempt else SessionMode.BROWSE,
            device=device,
        )
    attempt = runtime.start_attempt(
        by=by, user=by, version=pin.version, enrolment=enrolment, activity=activity
    )
    _require_not_withdrawn(attempt.version)
    facts: dict[str, Any] = {
        "watch": _watch(enrolment, activity, attempt),
        "open_until": open_until(run),
        "device": device,
        "restore": restore,
    }
    opened: runtime.Launch | Moved
    if definition_of(attempt.version) is None:
        opened = runtime.open_session(by=by, attempt=attempt, sco=sco, **facts)
    else:
        opened = move(by=by, attempt=attempt, kind=request, target=target, **facts)
    Enrolment.objects.filter(pk=enrolment.pk).update(last_active_at=timezone.now())
    return opened


def _watch(enrolment: Enrolment, activity: Activity, attempt: Attempt) -> Watch:
    rule = parse_rule(activity.rule)
    met = ActivityCompletion.objects.filter(enrolment=enrolment, activity=activity).exists()
    before = 0.0
    if rule.when == MINUTES and not met and attempt.number > 1:
        earlier = ScoState.objects.filter(attempt__enrolment=enrolment, attempt__activity=activity).exclude(
            attempt=attempt
        )
        worked = earlier.aggregate(total=Sum(F("banked_seconds") + F("session_seconds")))["total"]
        before = float(worked or 0)
    return watch(rule, met=met, seconds_before=before)
