"""What many learners did in classes, as rows: those that launches, commits and completions would have left.

``study`` does the same one launch at a time; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection

from accounts.models import User
from cms.demo import clock
from cms.demo.lesson import Lesson
from cms.demo.study import DEVICE, MINUTES_A_PAGE, Reached, Work, lessons_of
from courses.runtime.commits import SUPERSEDED
from courses.runtime.models import Attempt, CommitLog, RuntimeSession, ScoState, SessionPart
from courses.runtime.outcome import COMPLETE, Outcome, outcome_of, rollup
from courses.runtime.scos import launchable, terms_of
from courses.runtime.snapshot import Snapshot, exit_of, location_of
from courses.runtime.watch import Watch
from courses.training.completion import Step, course_rule, decide_course, parse_rule
from courses.training.models import (
    Activity,
    ActivityCompletion,
    Completion,
    CourseRun,
    Enrolment,
    RunPin,
)
from courses.training.sessions import open_until
from repository.models import Kind, Sco

BATCH = 500
_TICKET = timedelta(minutes=2)
_BREAK = timedelta(minutes=2)


@dataclass(frozen=True)
class Evening:
    """One evening of a learner: from ``at``, ``activities`` to their end, then ``page`` pages of the next.

    ``wrong`` answers in each quiz; ``skip`` activities were done before, on an earlier evening.
    """

    at: datetime
    activities: int = 0
    page: int = 0
    wrong: int = 0
    skip: int = 0


@dataclass
class _Place:
    """An activity of a class as it is worked through."""

    activity: Activity
    version_kind: str
    version_id: int | None
    scos: list[Sco]
    lessons: tuple[Lesson, ...]


@dataclass
class Course:
    """A class with all that its learners open, read once. ``places`` are without sessions.

    ``before`` holds what was completed already, by attending: activities with the instant, by enrolment.
    """

    run: CourseRun
    every: list[_Place]
    before: dict[int, dict[int, datetime]]

    @property
    def places(self) -> list[_Place]:
        return [place for place in self.every if place.activity.kind != Activity.Kind.SESSION]

    @classmethod
    def of(cls, run: CourseRun) -> Course:
        pins = (
            RunPin.objects.filter(run=run)
            .select_related("activity__resource", "version")
            .prefetch_related("version__scos")
            .order_by("activity__section__position", "activity__position")
        )
        before: dict[int, dict[int, datetime]] = {}
        done = ActivityCompletion.objects.filter(enrolment__run=run)
        for enrolment, activity, at in done.values_list("enrolment_id", "activity_id", "at"):
            before.setdefault(enrolment, {})[activity] = at
        return cls(run, [_place(pin) for pin in pins], before)


def _place(pin: RunPin) -> _Place:
    activity, version = pin.activity, pin.version
    if activity.kind != Activity.Kind.PACKAGE or version is None or activity.resource is None:
        return _Place(activity, "", None, [], ())
    if version.kind not in {Kind.SCORM12, Kind.SCORM2004}:  # nobody is told to have learnt these
        return _Place(activity, version.kind, version.pk, [], ())
    scos = launchable(list(version.scos.all()))
    return _Place(activity, version.kind, version.pk, scos, lessons_of(activity.resource.title))


@dataclass
class History:
    """Rows of many learners, written together by ``write``."""

    attempts: list[Attempt] = field(default_factory=list)
    sessions: list[RuntimeSession] = field(default_factory=list)
    states: list[ScoState] = field(default_factory=list)
    parts: list[SessionPart] = field(default_factory=list)
    commits: list[CommitLog] = field(default_factory=list)
    done: list[ActivityCompletion] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)

    def live(self, course: Course, enrolment: Enrolment, user: User, evenings: Sequence[Evening]) -> None:
        """A learner's evenings in a class, one after another."""
        attended = course.before.get(enrolment.pk, {})
        done: dict[int, float | None] = dict.fromkeys(attended)
        places = course.places
        for evening in evenings:
            now = evening.at
            for n, place in enumerate(places[evening.skip :]):
                if n >= evening.activities + bool(evening.page):
                    break
                whole = n < evening.activities
                work = Work(wrong=evening.wrong) if whole else Work(page=evening.page)
                now, score = self._open(course, place, enrolment, user, work, now)
                if whole or not place.scos:
                    done[place.activity.pk] = score
                    rule = parse_rule(place.activity.rule).as_json()
                    self.done.append(
                        ActivityCompletion(
                            enrolment=enrolment, activity=place.activity, at=now, score=score, rule=rule
                        )
                    )
                enrolment.last_active_at = now
                now += _BREAK
        self._conclude(course, enrolment, done, list(attended.values()))
        self.enrolments.append(enrolment)

    def _conclude(
        self, course: Course, enrolment: Enrolment, done: dict[int, float | None], attended: list[datetime]
    ) -> None:
        steps = [
            Step(str(p.activity.uid), p.activity.required, p.activity.pk in done, done.get(p.activity.pk))
            for p in course.every
        ]
        decision = decide_course(steps)
        enrolment.progress = decision.progress
        if decision.completed and enrolment.last_active_at is not None:
            at = max([enrolment.last_active_at, *attended])
            self.completions.append(
                Completion(
                    enrolment=enrolment,
                    user_id=enrolment.user_id,
                    course_id=course.run.course_id,
                    on=clock.day_of(at),
                    at=at,
                    score=decision.score,
                    rule=course_rule(steps),
                )
            )

    def _open(  # noqa: PLR0917 - who opens what, where and when
        self,
        course: Course,
        place: _Place,
        enrolment: Enrolment,
        user: User,
        work: Work,
        now: datetime,
    ) -> tuple[datetime, float | None]:
        """Opens one activity; when it is left, and the score reached."""
        if not place.scos:
            return now, None
        attempt = Attempt(
            user=user,
            enrolment=enrolment,
            activity=place.activity,
            number=1,
            version_id=place.version_id,
            started_at=now,
            terms=Watch().terms(),
        )
        self.attempts.append(attempt)
        until = open_until(course.run)
        states = [
            ScoState(attempt=attempt, sco_identifier=s.identifier, open_until=until) for s in place.scos
        ]
        self.states += states
        outcomes = []
        session: RuntimeSession | None = None
        for n, (sco, lesson) in enumerate(zip(place.scos, place.lessons, strict=True)):
            if session is not None:
                session.closed_at, session.close_reason = now, SUPERSEDED
                self._bank(session, states[n - 1])
            session = _session(attempt, sco, n + 1, now, until)
            self.sessions.append(session)
            attempt.revision = n + 1
            now += timedelta(minutes=MINUTES_A_PAGE * Reached.of(lesson, work).seen)
            outcomes.append(self._commit(attempt, session, states[n], place, sco, lesson, work, now))
            if not work.finishes:
                outcomes += [Outcome()] * (len(place.scos) - 1)
                break
            now += _BREAK
        for state in states:
            state.session = session.uid if session else None
        total = rollup(outcomes, completion="all", score="highest")
        attempt.completion, attempt.success = total.completion, total.success
        attempt.score, attempt.progress = total.score, total.progress
        left = now - _BREAK if work.finishes else now
        return left, total.score if total.completion == COMPLETE else None

    def _bank(self, session: RuntimeSession, state: ScoState) -> None:
        self.parts.append(SessionPart(session=session, state=state, seq=1, seconds=state.session_seconds))
        state.banked_seconds, state.session_seconds, state.seq = state.session_seconds, 0, 0

    def _commit(  # noqa: PLR0917 - what the SCO said, of which row
        self,
        attempt: Attempt,
        session: RuntimeSession,
        state: ScoState,
        place: _Place,
        sco: Sco,
        lesson: Lesson,
        work: Work,
        now: datetime,
    ) -> Outcome:
        said = _said(place.version_kind, lesson, work, tuple(sorted((sco.facts or {}).items())))
        outcome, seconds = said.outcome, said.seconds
        state.document, state.location, state.exit = said.document, said.location, said.exit
        state.completion, state.success = outcome.completion, outcome.success
        state.score = -1.0 if outcome.score is None else outcome.score
        state.progress = -1.0 if outcome.progress is None else outcome.progress
        state.session_seconds, state.seq, state.commits, state.revision = seconds, 1, 1, 1
        state.changed_at = now
        for reason in (CommitLog.Reason.FIRST, CommitLog.Reason.OUTCOME, CommitLog.Reason.LAST):
            self.commits.append(
                CommitLog(
                    session=session,
                    attempt=attempt,
                    sco_identifier=sco.identifier,
                    seq=1,
                    reason=reason,
                    completion=outcome.completion,
                    success=outcome.success,
                    score=outcome.score,
                    seconds=seconds,
                    at=now,
                )
            )
        return outcome

    def write(self) -> None:
        """All rows, each with the instants it carries."""
        with clock.as_dated(Attempt, RuntimeSession, ScoState, CommitLog, ActivityCompletion, Completion):
            Attempt.objects.bulk_create(self.attempts, batch_size=BATCH)
            RuntimeSession.objects.bulk_create(self.sessions, batch_size=BATCH)
            for state in self.states:
                state.changed_at = state.changed_at or state.attempt.started_at
            ScoState.objects.bulk_create(self.states, batch_size=BATCH)
            SessionPart.objects.bulk_create(self.parts, batch_size=BATCH)
            CommitLog.objects.bulk_create(self.commits, batch_size=BATCH)
            ActivityCompletion.objects.bulk_create(self.done, batch_size=BATCH)
            Completion.objects.bulk_create(self.completions, batch_size=BATCH)
        self._write_standing()

    def _write_standing(self) -> None:
        """How far each enrolment is: one statement with many rows, a dozen times quicker than bulk_update."""
        instant = connection.ops.adapt_datetimefield_value
        rows = [(e.progress, instant(e.last_active_at), e.pk) for e in self.enrolments]
        table = connection.ops.quote_name(Enrolment._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET progress=%s, last_active_at=%s WHERE id=%s",  # noqa: S608 - our table
                rows,
            )


def _session(attempt: Attempt, sco: Sco, revision: int, now: datetime, until: datetime) -> RuntimeSession:
    return RuntimeSession(
        attempt=attempt,
        user=attempt.user,
        version_id=attempt.version_id,
        sco_identifier=sco.identifier,
        revision=revision,
        opened_at=now,
        ticket_until=now + _TICKET,
        open_until=until,
        device=DEVICE,
    )


@dataclass(frozen=True)
class _Said:
    """What one SCO told its system at its end, and what the runtime makes of it."""

    document: str
    outcome: Outcome
    location: str
    exit: str
    seconds: float


@cache
def _said_once(kind: str, title: str, work: Work, facts: tuple[tuple[str, Any], ...]) -> _Said:
    reached = Reached.of(_LESSONS[title], work)
    cmi = reached.cmi(kind)
    outcome = outcome_of(kind, cmi, terms_of(Sco(facts=dict(facts))))
    kept = Snapshot(_NOBODY, "", "", 1, reached.seconds, True, "unknown", "unknown", cmi).document()
    return _Said(kept, outcome, location_of(kind, cmi), exit_of(kind, cmi), reached.seconds)


_LESSONS: dict[str, Lesson] = {}
_NOBODY = RuntimeSession().uid


def _said(kind: str, lesson: Lesson, work: Work, facts: tuple[tuple[str, Any], ...]) -> _Said:
    """A lesson is known by its title: hundreds of learners leave it in the same few ways."""
    _LESSONS[lesson.title] = lesson
    return _said_once(kind, lesson.title, work, facts)
