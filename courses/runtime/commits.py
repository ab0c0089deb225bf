"""Saving what a SCO has reached. One function for the player, the beacon and the outbox.

The common commit, which changes no outcome, is one conditional statement. Where it touches no row,
``_settle`` locks and finds out why. Lock order: attempt, state, then whatever receivers lock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from courses.runtime import codes, followed
from courses.runtime.codes import Answer
from courses.runtime.keys import Lease
from courses.runtime.models import NEVER, Attempt, CommitLog, RuntimeSession, ScoState, SessionPart
from courses.runtime.outcome import (
    COMPLETE,
    COMPLETIONS,
    H5P,
    HTML5,
    MEDIA,
    SCORM12,
    SCORM2004,
    SUCCESSES,
    Outcome,
    better,
    outcome_of,
    with_best,
)
from courses.runtime.signals import outcome_changed
from courses.runtime.snapshot import Snapshot, exit_of, location_of
from courses.runtime.statements import Statement
from courses.runtime.states import NOTHING, keep_rolled_up, outcome_of_attempt

#: Why a session ended that a newer launch took over from
SUPERSEDED = "superseded"
#: A window that is looked at reports its time so often, and a little
HEARD_SECONDS = 40

_SAVE = Statement(
    "save",
    """
UPDATE courses_scostate
SET document=%s, location=%s, score=%s, progress=%s, session_seconds=%s, seq=%s, exit='',
    commits=commits+1, revision=revision+1, changed_at=%s
WHERE attempt_id=%s AND sco_identifier=%s AND session=%s AND seq<%s AND seq>0 AND open_until>%s
  AND completion=%s AND success=%s AND seconds_due>%s AND progress_due>%s
  AND (NOT score_watched OR score=%s)
""",
)
_BEAT = Statement(
    "beat",
    """
UPDATE courses_scostate SET session_seconds=%s, changed_at=%s
WHERE attempt_id=%s AND sco_identifier=%s AND session=%s AND session_seconds<%s AND open_until>%s
  AND seconds_due>%s
""",
)


def record_commit(*, lease: Lease, snapshot: Snapshot, now: datetime | None = None) -> Answer:
    """Saves a snapshot, or keeps it, or says why not; see ``codes`` for every answer.

    The caller has checked the lease: its signature, or that the session is the signed-in person's.
    """
    if snapshot.session != lease.session:
        return codes.UNKNOWN_SESSION
    if snapshot.sco and snapshot.sco != lease.sco:
        return codes.OTHER_SCO
    if not lease.tracked:
        return codes.NOT_TRACKED
    now = now or timezone.now()
    speaks = _speaks(lease) and snapshot.cmi is not None
    outcome = judged(lease, snapshot) if speaks else Outcome()
    seconds = session_seconds(lease, snapshot, outcome.seconds, now)
    if not speaks:
        return codes.SAVED if _beat(lease, seconds, now) else _settle(lease, snapshot, None, seconds, now)
    # What was played adds to what is kept, which takes the lock.
    common = not snapshot.final and lease.standard != MEDIA
    if common and _save(lease, snapshot, outcome, seconds, now):
        return codes.SAVED
    return _settle(lease, snapshot, outcome, seconds, now)


def _speaks(lease: Lease) -> bool:
    """Whether snapshots are taken; a page that nothing but its time is asked of sends heartbeats only."""
    if lease.standard == HTML5:
        return lease.terms.asks == followed.SCROLLED
    return lease.standard in {SCORM12, SCORM2004, H5P, MEDIA}


def judged(lease: Lease, snapshot: Snapshot) -> Outcome:
    """The outcome of a snapshot by the lease's terms, raised to the best of the session and of those before.

    What thresholds decide, a player's claim of the session's best does not: the figures are in the snapshot.
    """
    if lease.standard == MEDIA:  # weighed with what is kept, under the lock
        return Outcome()
    if lease.standard == HTML5:
        outcome = followed.scrolled(snapshot.cmi or {}, lease.terms)
        return with_best(outcome, lease.completion, "unknown")
    outcome = outcome_of(lease.standard, snapshot.cmi or {}, lease.terms)
    outcome = with_best(outcome, lease.completion, lease.success)
    return with_best(
        outcome,
        "unknown" if lease.terms.decide_completion else snapshot.best_completion,
        "unknown" if lease.terms.decide_success else snapshot.best_success,
    )


def session_seconds(lease: Lease, snapshot: Snapshot, reported: float, now: datetime) -> float:
    """The time of the session so far: what the SCO says at its end, before that the more of what it says and
    what the player measured; never more than passed from its opening to its last sign of life.

    A device's clock may be put right in between: what was measured, without it, stands against the age.
    """
    measured = snapshot.seconds
    claimed = (reported or measured) if snapshot.final else max(reported, measured)
    passed = max(now.timestamp() - lease.opened, 0.0)
    return min(claimed, passed, max(measured, passed - snapshot.age))


def _figure(value: float | None) -> float:
    return NOTHING if value is None else value


def _save(lease: Lease, snapshot: Snapshot, outcome: Outcome, seconds: float, now: datetime) -> bool:
    """The common commit. False where any of its conditions does not hold."""
    cmi = snapshot.cmi or {}
    score, progress = _figure(outcome.score), _figure(outcome.progress)
    rows = _SAVE.run(
        (
            *(snapshot.document(), location_of(lease.standard, cmi), score, progress, seconds),
            *(snapshot.seq, now, lease.attempt, lease.sco, lease.session, snapshot.seq, now),
            *(outcome.completion, outcome.success, seconds, progress, score),
        )
    )
    return rows == 1


def _beat(lease: Lease, seconds: float, now: datetime) -> bool:
    owner = (lease.attempt, lease.sco, lease.session)
    return _BEAT.run((seconds, now, *owner, seconds, now, seconds)) == 1


@dataclass(slots=True)
class _Case:
    """A commit that needs a closer look, with the locked rows. ``outcome`` is None for a heartbeat."""

    lease: Lease
    snapshot: Snapshot
    outcome: Outcome | None
    seconds: float
    now: datetime
    attempt: Attempt
    state: ScoState
    session: RuntimeSession


@transaction.atomic
def _settle(
    lease: Lease, snapshot: Snapshot, outcome: Outcome | None, seconds: float, now: datetime
) -> Answer:
    """Under the lock: why the common statement did not do, and what follows."""
    attempts = Attempt.objects.select_for_update(of=("self",)).select_related("version")
    attempt = attempts.filter(pk=lease.attempt).first()
    states = ScoState.objects.select_for_update()
    state = states.filter(attempt=lease.attempt, sco_identifier=lease.sco).first()
    session = RuntimeSession.objects.filter(uid=lease.session).first()
    if attempt is None or state is None or session is None:
        return codes.UNKNOWN_SESSION
    case = _Case(lease, snapshot, outcome, seconds, now, attempt, state, session)
    if lease.standard == MEDIA and outcome is not None:
        _add_up(case)
    return _judge(case)


def _add_up(case: _Case) -> None:
    """What was played in this session joins what is kept, no more of it than the session's clock allows."""
    session, newest = case.session, case.state.session == case.session.uid
    until = min(case.now, session.closed_at or case.now)
    so_far = followed.add_up(
        followed.played_in(case.state.document),
        followed.played(case.snapshot.cmi or {}),
        open_for=until.timestamp() - case.lease.opened,
        length=case.attempt.version.seconds or 0.0,
        newest=newest,
    )
    case.snapshot = replace(case.snapshot, cmi=so_far.as_cmi())
    case.outcome = followed.watched(so_far, case.lease.terms)
    if newest or session.close_reason != SUPERSEDED:
        return
    # An older window's stretches overwrite nothing: they join.
    case.state.document, case.state.progress = case.snapshot.document(), so_far.share
    case.state.save(update_fields=["document", "progress"])


def _judge(case: _Case) -> Answer:
    state, session = case.state, case.session
    current = state.session == session.uid
    part = None if current else SessionPart.objects.filter(session=session, state=state).first()
    seq_seen = state.seq if current else part.seq if part else 0
    if case.outcome is not None and case.snapshot.seq <= seq_seen:
        _raise_best(case)
        return codes.SUPERSEDED if not current and _only_kept(case) else codes.OLD_SEQ
    ended = session.closed_at and session.close_reason != SUPERSEDED
    if ended or session.open_until <= case.now:
        answer = codes.CLOSED if ended else codes.LATE
        _keep(case, CommitLog.Reason.LATE, answer)
        return answer
    if not current:
        return _take_from_older(case, part or SessionPart(session=session, state=state, seq=0, seconds=0.0))
    return _count_seconds(case) if case.outcome is None else _save_locked(case, case.outcome)


def _only_kept(case: _Case) -> bool:
    """Whether the history alone has this very snapshot: a window that sends it again was not told so."""
    kept = CommitLog.objects.filter(session=case.session, reason=CommitLog.Reason.SUPERSEDED)
    return kept.filter(seq=case.snapshot.seq).exists()


def _raise_best(case: _Case) -> None:
    """A completion or success that came in late still counts."""
    if case.outcome is None:
        return
    state = case.state
    state.completion = better(state.completion, case.outcome.completion, COMPLETIONS)
    state.success = better(state.success, case.outcome.success, SUCCESSES)
    state.save(update_fields=["completion", "success"])
    announce(case.attempt)


def _keep(case: _Case, reason: CommitLog.Reason, answer: Answer) -> None:
    """Into the history: one row a session, its newest snapshot."""
    session, outcome, snapshot = case.session, case.outcome, case.snapshot
    facts = {"session": session, "reason": reason, "code": answer.code}
    kept = CommitLog.objects.filter(**facts).first() or CommitLog(
        **facts,
        attempt_id=session.attempt_id,
        sco_identifier=session.sco_identifier,
        late=reason == CommitLog.Reason.LATE,
        seq=0,
    )
    kept.seconds = max(kept.seconds, case.seconds)
    if outcome is not None and snapshot.seq > kept.seq:
        kept.seq, kept.document = snapshot.seq, snapshot.document()
        kept.completion, kept.success, kept.score = outcome.completion, outcome.success, outcome.score
    kept.save()


def _room(case: _Case) -> float:
    """How many seconds of an older session can count: all until a newer one took over, and afterwards no more
    than the newer ones leave of the clock. Nobody learns in two windows at once."""
    session, now = case.session, case.now
    until = session.closed_at or now
    newer = SessionPart.objects.filter(session__attempt=session.attempt_id, session__opened_at__gte=until)
    counted = newer.aggregate(total=Sum("seconds"))["total"] or 0.0
    states = case.attempt.states.filter(session_seconds__gt=0).values_list("session_seconds", "changed_at")
    for seconds, heard in states:
        silent = (now - heard).total_seconds()
        counted += seconds + (silent if silent < HEARD_SECONDS else 0.0)
    since = (now - until).total_seconds()
    return (until - session.opened_at).total_seconds() + max(since - counted, 0.0)


def _take_from_older(case: _Case, part: SessionPart) -> Answer:
    """An older window's late snapshot: its time and a completion count, its data overwrite nothing."""
    gain = max(min(case.seconds, _room(case)) - part.seconds, 0.0)
    part.seconds += gain
    part.seq = max(part.seq, case.snapshot.seq)
    part.save()
    if gain:
        case.state.banked_seconds += gain
        case.state.save(update_fields=["banked_seconds"])
        waiting = case.attempt.states.filter(seconds_due__lt=NEVER)
        waiting.update(seconds_due=F("seconds_due") - gain)
    if case.outcome is not None:
        if case.lease.standard != MEDIA:  # what was played has joined already: nothing is left to offer
            _keep(case, CommitLog.Reason.SUPERSEDED, codes.SUPERSEDED)
        _raise_best(case)
    if gain:
        announce(case.attempt, always=True)
    return codes.SUPERSEDED


def _count_seconds(case: _Case) -> Answer:
    state = case.state
    if case.seconds > state.session_seconds:
        state.session_seconds = case.seconds
        due = case.seconds >= state.seconds_due
        state.seconds_due = NEVER if due else state.seconds_due
        if due and case.lease.terms.asks == followed.MINUTES:
            state.completion = COMPLETE
        state.save(update_fields=["session_seconds", "seconds_due", "completion"])
        announce(case.attempt, always=due)
    return codes.SAVED


def _save_locked(case: _Case, outcome: Outcome) -> Answer:
    """Saves a commit that is the first, the last, or changes what a rule reads."""
    state, snapshot, standard = case.state, case.snapshot, case.lease.standard
    cmi, first = snapshot.cmi or {}, state.seq == 0
    before = (state.completion, state.success)
    score, progress = _figure(outcome.score), _figure(outcome.progress)
    enough_time, enough_progress = case.seconds >= state.seconds_due, progress >= state.progress_due
    due = enough_time or enough_progress or (state.score_watched and score != state.score)
    state.completion = better(state.completion, outcome.completion, COMPLETIONS)
    state.success = better(state.success, outcome.success, SUCCESSES)
    if enough_time and case.lease.terms.asks == followed.MINUTES:
        state.completion = COMPLETE
    state.document, state.location = snapshot.document(), location_of(standard, cmi)
    state.score, state.progress, state.session_seconds = score, progress, case.seconds
    state.seconds_due = NEVER if enough_time else state.seconds_due
    state.progress_due = NEVER if enough_progress and state.progress_due >= 0 else state.progress_due
    state.exit = exit_of(standard, cmi) if snapshot.final else ""
    state.seq, state.changed_at = snapshot.seq, case.now
    state.commits += 1
    state.revision += 1
    state.save()
    if first:
        _log(case, CommitLog.Reason.FIRST)
    if (state.completion, state.success) != before:
        _log(case, CommitLog.Reason.OUTCOME)
    if snapshot.final:
        _log(case, CommitLog.Reason.LAST)
    announce(case.attempt, always=due)
    return codes.SAVED


def _log(case: _Case, reason: CommitLog.Reason) -> None:
    state, session = case.state, case.session
    CommitLog.objects.create(
        session=session,
        attempt_id=session.attempt_id,
        sco_identifier=session.sco_identifier,
        seq=case.snapshot.seq,
        reason=reason,
        completion=state.completion,
        success=state.success,
        score=None if state.score < 0 else state.score,
        seconds=state.session_seconds,
    )


def announce(attempt: Attempt, *, always: bool = False) -> None:
    """Rolls the SCOs up into the attempt and tells whoever judges it, in this transaction.

    ``always``: also where the rolled-up outcome stayed the same, for time and progress that a rule waits for.
    """
    if keep_rolled_up(attempt, outcome_of_attempt(attempt)) or always:
        outcome_changed.send(sender=Attempt, attempt=attempt)
