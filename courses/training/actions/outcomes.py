"""From outcomes to completions, in the transaction of the commit that brought them.

Lock order: the runtime's rows (held by the caller), then the enrolment, then the coverage states.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from accounts.permissions import require
from courses.runtime.models import Attempt, ScoState
from courses.training.actions.learning import is_running
from courses.training.completion import (
    ATTENDED,
    MINUTES,
    Reached,
    Step,
    course_rule,
    decide_course,
    is_met,
    parse_rule,
)
from courses.training.models import Activity, ActivityCompletion, Completion, CourseRun, Enrolment, RunPin
from courses.training.signals import completion_recorded


@transaction.atomic
def record_outcome(*, attempt: Attempt, seen: bool = True) -> None:
    """Evaluates the activity's rule, then the course's, on what an attempt has reached.

    ``seen``: whether the learner is at work now, which counts as her last visit.
    """
    if attempt.enrolment_id is None or attempt.activity_id is None:
        return
    enrolment = Enrolment.objects.select_for_update().get(pk=attempt.enrolment_id)
    if enrolment.state != Enrolment.State.ACTIVE:
        return
    activity = Activity.objects.get(pk=attempt.activity_id)
    rule = parse_rule(activity.rule)
    reached = Reached(
        completion=attempt.completion,
        success=attempt.success,
        score=attempt.score,
        progress=attempt.progress,
        seconds=seconds_worked(attempt.enrolment_id, attempt.activity_id) if rule.when == MINUTES else 0.0,
    )
    _note(enrolment, activity, rule.as_json() if is_met(rule, reached) else None, reached.score, seen=seen)


def seconds_worked(enrolment_id: int, activity_id: int) -> float:
    """Time worked in an activity, all attempts at it taken together, in seconds."""
    total = ScoState.objects.filter(attempt__enrolment=enrolment_id, attempt__activity=activity_id).aggregate(
        total=Sum(F("banked_seconds") + F("session_seconds"))
    )["total"]
    return float(total or 0.0)


@transaction.atomic
def record_opened(*, by: User | None, enrolment: Enrolment, activity: Activity) -> None:
    """The learner opened a resource: completes an activity whose rule asks for no more."""
    if by is not None and by.pk != enrolment.user_id:
        raise NotAllowed("enrolment.learn")
    enrolment = Enrolment.objects.select_for_update().select_related("run").get(pk=enrolment.pk)
    run = enrolment.run
    if enrolment.state != Enrolment.State.ACTIVE or not is_running(run):
        raise Refusal("class_not_running", _("The class is not running. What is opened now does not count."))
    if not _in_class(enrolment, activity):
        raise Refusal("activity_not_in_class", _("This activity does not belong to the class."))
    rule = parse_rule(activity.rule)
    met = is_met(rule, Reached(opened=True))
    _note(enrolment, activity, rule.as_json() if met else None, None)


@transaction.atomic
def record_attended(*, enrolment_id: int, activity: Activity) -> None:
    """The learner was at a session that fulfils the activity. Safe to run twice.

    Whoever kept the roll was asked for the right to do so before (``mark_attendance``).
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
    if enrolment.state != Enrolment.State.ACTIVE or not _in_class(enrolment, activity):
        return
    rule = parse_rule(activity.rule)
    met = is_met(rule, Reached(opened=False, attended=True))
    _note(enrolment, activity, rule.as_json() if met else None, None, seen=False)


@transaction.atomic
def take_back_attended(*, enrolment_id: int, activity: Activity) -> bool:
    """A mark of attendance was withdrawn: the activity is no longer completed by it.

    Once the course is completed nothing is taken back: then False.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
    kept = ActivityCompletion.objects.filter(
        enrolment=enrolment, activity=activity, rule__when=ATTENDED
    ).first()
    if kept is None:
        return True
    if Completion.objects.filter(enrolment=enrolment).exists():
        return False
    kept.delete()
    _decide(enrolment)
    enrolment.save(update_fields=["progress"])
    return True


def _in_class(enrolment: Enrolment, activity: Activity) -> bool:
    return RunPin.objects.filter(run=enrolment.run_id, activity=activity).exists()


def _note(
    enrolment: Enrolment,
    activity: Activity,
    rule: dict[str, Any] | None,
    score: float | None,
    *,
    seen: bool = True,
) -> None:
    """Writes what was reached; ``rule`` is None while the activity is not completed by it.

    A completion is never taken back; its score only rises.
    """
    if seen:
        enrolment.last_active_at = timezone.now()
    kept = ActivityCompletion.objects.filter(enrolment=enrolment, activity=activity).first()
    changed = False
    if kept is None and rule is not None:
        ActivityCompletion.objects.create(
            enrolment=enrolment, activity=activity, at=timezone.now(), score=score, rule=rule
        )
        changed = True
    elif kept is not None and score is not None and (kept.score is None or score > kept.score):
        kept.score = score
        kept.save(update_fields=["score"])
        changed = True
    if changed:
        _decide(enrolment)
    enrolment.save(update_fields=["progress", "last_active_at"])


def steps_of(enrolment: Enrolment) -> list[Step]:
    """The activities of the class, the pinned ones, as this learner stands in them."""
    done = dict(ActivityCompletion.objects.filter(enrolment=enrolment).values_list("activity_id", "score"))
    rows = RunPin.objects.filter(run=enrolment.run_id).order_by(
        "activity__section__position", "activity__position", "activity_id"
    )
    return [
        Step(str(uid), required, pk in done, done.get(pk))
        for pk, uid, required in rows.values_list("activity_id", "activity__uid", "activity__required")
    ]


def _decide(enrolment: Enrolment) -> None:
    steps = steps_of(enrolment)
    decision = decide_course(steps)
    enrolment.progress = decision.progress
    if not decision.completed:
        return
    course_id = CourseRun.objects.values_list("course_id", flat=True).get(pk=enrolment.run_id)
    completion, created = Completion.objects.get_or_create(
        enrolment=enrolment,
        defaults={
            "user_id": enrolment.user_id,
            "course_id": course_id,
            "on": today(),
            "score": decision.score,
            "rule": course_rule(steps),
        },
    )
    if created:
        completion_recorded.send(sender=Completion, user_ids=[enrolment.user_id], course_id=course_id)
    elif decision.score is not None and (completion.score is None or decision.score > completion.score):
        completion.score = decision.score
        completion.save(update_fields=["score"])


@transaction.atomic
def reevaluate(*, enrolment_id: int, activity_id: int) -> None:
    """Judges again what a learner reached, after the rule or weight of an activity changed.

    Gives what is due under the new rule; takes nothing back. Safe to run twice.
    """
    attempts = Attempt.objects.select_for_update().filter(enrolment=enrolment_id, activity=activity_id)
    for attempt in attempts.order_by("pk"):  # runtime rows first, as in a commit
        record_outcome(attempt=attempt, seen=False)
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment_id)
    if enrolment.state == Enrolment.State.ACTIVE:
        _decide(enrolment)
        enrolment.save(update_fields=["progress"])


@transaction.atomic
def revoke_completion(*, by: User | None, completion: Completion, on: date | None = None) -> None:
    """Takes a completion back from a day on, by a person's decision; the row stays."""
    if by is not None:
        require(by, "class.manage", completion.enrolment.run.unit_id)
    completion.revoked_on = on or today()
    completion.save(update_fields=["revoked_on"])
    completion_recorded.send(sender=Completion, user_ids=[completion.user_id], course_id=completion.course_id)
