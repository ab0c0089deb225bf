"""The roll of a meeting: who was there, and what that completes.

Lock order: the session, then the enrolments by id, as every completion locks them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from accounts.text import nfc
from courses.training.actions.outcomes import record_attended, take_back_attended
from courses.training.models import Activity, Attendance, ClassSession, CourseRun, Enrolment


@dataclass(frozen=True, slots=True)
class Marked:
    """How a roll went, in ids of enrolments.

    ``changed`` were written; ``left_out`` are no longer in the class, or were marked by somebody else
    after these marks were made; ``completed_before`` had their course completed by a mark that is now
    taken back: the completion stays.
    """

    changed: list[int]
    left_out: list[int]
    completed_before: list[int]


@transaction.atomic
def mark_attendance(
    *,
    by: User | None,
    session: ClassSession,
    marks: Mapping[int, tuple[str, str]],
    made_at: datetime | None = None,
) -> Marked:
    """Writes the roll, or a part of it: enrolment id → mark and reason; an empty mark takes one back.

    Safe to run twice. ``made_at``: when the marks were made on a device that sends them late; what
    another person has marked since then stands.
    """
    session = (
        ClassSession.objects.select_for_update(of=("self",))
        .select_related("run", "activity")
        .get(pk=session.pk)
    )
    _require_markable(by, session)
    wanted = {pk: _valid(mark, reason) for pk, (mark, reason) in marks.items()}
    stored = {row.enrolment_id: row for row in session.attendance.filter(enrolment__in=wanted)}
    there = set(
        Enrolment.objects.active().filter(run=session.run_id, pk__in=wanted).values_list("pk", flat=True)
    )
    later = {
        pk
        for pk, row in stored.items()
        if made_at is not None and row.marked_at > made_at and row.marked_by_id != (by.pk if by else None)
    }
    left_out = {pk for pk in wanted if pk not in there or pk in later}
    changed = sorted(
        pk
        for pk, (mark, reason) in wanted.items()
        if pk not in left_out and _differs(stored.get(pk), mark, reason)
    )
    _write(by, session, {pk: wanted[pk] for pk in changed})
    _note_held(session)
    kept = settle(session.run, session.activity, changed)
    return Marked(changed=changed, left_out=sorted(left_out), completed_before=kept)


def _require_markable(by: User | None, session: ClassSession) -> None:
    run = session.run
    if by is not None and not CourseRun.objects.led_by(by).filter(pk=run.pk).exists():
        raise NotAllowed("class.manage", run.unit_id)
    if session.state == ClassSession.State.CANCELLED:
        raise Refusal("session_cancelled", _("The session is cancelled. Put it back before marking."))
    if run.state == CourseRun.State.CLOSED:
        raise Refusal("class_over", _("The class is closed. Its sessions stay as they are."))
    if run.state == CourseRun.State.PLANNED:
        raise Refusal("session_class_planned", _("Open the class first: attendance counts from then on."))
    if timezone.localdate(session.starts_at) > today():
        raise Refusal("session_not_begun", _("Attendance is marked from the day of the session on."))


def _valid(mark: str, reason: str) -> tuple[str, str]:
    if mark and mark not in Attendance.Mark.values:
        raise Refusal("mark_unknown", _("Choose present, late, excused or absent."))
    reason = nfc(reason).strip()[:250]
    return mark, reason if mark and mark != Attendance.Mark.PRESENT else ""


def _differs(row: Attendance | None, mark: str, reason: str) -> bool:
    return bool(mark) if row is None else (row.mark, row.reason) != (mark, reason)


def _write(by: User | None, session: ClassSession, marks: Mapping[int, tuple[str, str]]) -> None:
    gone = [pk for pk, (mark, _reason) in marks.items() if not mark]
    session.attendance.filter(enrolment__in=gone).delete()
    now = timezone.now()
    Attendance.objects.bulk_create(
        (
            Attendance(
                session=session, enrolment_id=pk, mark=mark, reason=reason, marked_by=by, marked_at=now
            )
            for pk, (mark, reason) in marks.items()
            if mark
        ),
        update_conflicts=True,
        update_fields=["mark", "reason", "marked_by", "marked_at"],
        unique_fields=["session", "enrolment"],
    )


def _note_held(session: ClassSession) -> None:
    """A session with marks has been held; without any it is planned again."""
    state = ClassSession.State.HELD if session.attendance.exists() else ClassSession.State.PLANNED
    if session.state != state:
        session.state = state
        session.save(update_fields=["state"])


def settle(run: CourseRun, activity: Activity | None, enrolment_ids: Collection[int]) -> list[int]:
    """Brings the completions of a session activity in line with the marks of all sessions that fulfil it.

    Returns the enrolments whose course was completed already, so that nothing was taken back.
    """
    if activity is None or not enrolment_ids:
        return []
    attended = set(
        Attendance.objects.filter(
            session__run=run,
            session__activity=activity,
            enrolment__in=enrolment_ids,
            mark__in=Attendance.ATTENDED,
        )
        .exclude(session__state=ClassSession.State.CANCELLED)
        .values_list("enrolment_id", flat=True)
    )
    kept = []
    for pk in sorted(enrolment_ids):
        if pk in attended:
            record_attended(enrolment_id=pk, activity=activity)
        elif not take_back_attended(enrolment_id=pk, activity=activity):
            kept.append(pk)
    return kept


def settle_session(session: ClassSession, *, activities: Iterable[Activity | None]) -> None:
    """After a session changed as a whole: everybody marked in it, for each activity concerned."""
    marked = list(session.attendance.values_list("enrolment_id", flat=True))
    for activity in activities:
        settle(session.run, activity, marked)
