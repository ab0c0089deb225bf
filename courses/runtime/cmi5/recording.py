"""Taking a unit's statements into the outcome of its attempt, by the same way as a commit.

Lock order: attempt, state, launch, then whatever receivers lock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.access import require_open
from courses.runtime.cmi5.models import Cmi5Launch, Statement
from courses.runtime.cmi5.refusals import StatementRefused, forbidden
from courses.runtime.cmi5.statements import Facts, Said, SoFar, fingerprint, is_satisfied, judge, read_id
from courses.runtime.cmi5.writing import Launched, own_statement
from courses.runtime.commits import announce
from courses.runtime.models import NEVER, Attempt, CommitLog, RuntimeSession, ScoState
from courses.runtime.outcome import COMPLETE, COMPLETIONS, SUCCESSES, better
from courses.runtime.scos import all_scos
from repository.models import Sco

#: Of one attempt; a lesson says some dozens.
MOST_STATEMENTS = 10_000
_MOST_HEARD = 200


@dataclass(slots=True)
class Reached:
    """What a unit has reached under a registration; kept in its state's document."""

    completed: bool = False
    passed: bool = False
    failed: bool = False
    waived: bool = False


def reached_in(state: ScoState) -> Reached:
    kept = json.loads(state.document).get("cmi5") or {}
    return Reached(**{name: bool(kept.get(name)) for name in Reached.__slots__})


def keep_reached(state: ScoState, reached: Reached) -> None:
    kept = {name: getattr(reached, name) for name in Reached.__slots__}
    state.document = json.dumps({"cmi5": kept}, separators=(",", ":"))


def facts_of(launched: Launched) -> Facts:
    mastery = launched.unit.get("masteryScore")
    return Facts(
        account=(launched.site, launched.learner),
        registration=launched.registration,
        session=launched.session,
        activity=launched.activity,
        mode=launched.mode,
        mastery=float(mastery) if mastery is not None else None,
    )


@transaction.atomic
def record(
    *, launch: Cmi5Launch, sco: Sco, launched: Launched, statements: Sequence[Mapping[str, Any]]
) -> list[UUID]:
    """Takes all of them, or none: the ids in their order. Those that were taken before change nothing.

    Raises StatementRefused.
    """
    if launched.mode != "normal" or launch.session.attempt_id is None:
        return _listen(launch, launched, statements)
    attempts = Attempt.objects.select_for_update(of=("self",)).select_related("version")
    attempt = attempts.get(pk=launch.session.attempt_id)
    states = ScoState.objects.select_for_update()
    state = states.get(attempt=attempt, sco_identifier=launch.session.sco_identifier)
    launch = _locked(launch)
    if state.session != launch.session.uid:
        raise forbidden("session_closed", "a newer launch has taken over")
    run = _Run(attempt, state, launch, sco, launched, timezone.now())
    return run.take(statements)


def _locked(launch: Cmi5Launch) -> Cmi5Launch:
    """The launch as it stands now, with the lock, if its session is still open."""
    rows = Cmi5Launch.objects.select_for_update(of=("self",)).select_related("session")
    fresh = rows.get(pk=launch.pk)
    require_open(fresh)
    return fresh


def _so_far(launch: Cmi5Launch, reached: Reached) -> SoFar:
    return SoFar(
        initialized=launch.initialized_at is not None,
        terminated=launch.terminated_at is not None,
        passed=launch.passed,
        failed=launch.failed,
        ever_completed=reached.completed,
        ever_passed=reached.passed,
        ever_failed=reached.failed,
    )


def _listen(launch: Cmi5Launch, launched: Launched, statements: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """Looking is not recorded: the order is watched, nothing that is said is kept."""
    launch = _locked(launch)
    so_far, ids, heard = _so_far(launch, Reached()), [], list(launch.heard)
    for statement in statements:
        uid = read_id(statement.get("id"))
        ids.append(uid)
        if uid.hex in heard:
            continue
        judge(statement, facts_of(launched), so_far)
        heard.append(uid.hex)
    _note(launch, so_far, timezone.now())
    launch.heard = heard[-_MOST_HEARD:]
    launch.save()
    return ids


def _note(launch: Cmi5Launch, so_far: SoFar, now: datetime) -> None:
    launch.initialized_at = launch.initialized_at or (now if so_far.initialized else None)
    launch.terminated_at = launch.terminated_at or (now if so_far.terminated else None)
    launch.passed, launch.failed = so_far.passed, so_far.failed


@dataclass(slots=True)
class _Run:
    """One request of a tracked session, with its rows locked."""

    attempt: Attempt
    state: ScoState
    launch: Cmi5Launch
    sco: Sco
    launched: Launched
    now: datetime
    reached: Reached = field(init=False)
    so_far: SoFar = field(init=False)
    before: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.reached = reached_in(self.state)
        self.so_far = _so_far(self.launch, self.reached)
        self.before = (self.state.completion, self.state.success)

    def take(self, statements: Sequence[Mapping[str, Any]]) -> list[UUID]:
        ids = [read_id(statement.get("id")) for statement in statements]
        known = dict(
            Statement.objects.filter(attempt=self.attempt, uid__in=ids).values_list("uid", "fingerprint")
        )
        if Statement.objects.filter(attempt=self.attempt).count() + len(ids) > MOST_STATEMENTS:
            raise StatementRefused(429, "statements_too_many", "no more statements are taken")
        said: list[Said] = []
        for uid, statement in zip(ids, statements, strict=True):
            if uid in known:
                if known[uid] != fingerprint(statement):
                    raise StatementRefused(409, "statement_conflict", "another statement has this id")
                continue
            found = judge(statement, facts_of(self.launched), self.so_far)
            said.append(found)
            known[uid] = found.fingerprint
            self._keep(found, statement)
        if said:
            self._settle(said)
        return ids

    def _keep(self, said: Said, statement: Mapping[str, Any]) -> None:
        Statement.objects.create(
            attempt=self.attempt,
            session=self.launch.session,
            sco_identifier=self.state.sco_identifier,
            uid=said.uid,
            verb=said.verb,
            score=said.score,
            document=json.dumps(statement, ensure_ascii=False, separators=(",", ":")),
            fingerprint=said.fingerprint,
            stored_at=self.now,
        )

    def _settle(self, said: Sequence[Said]) -> None:
        """Into launch, state, attempt and history."""
        first, last = self.launch.initialized_at is None, self.launch.terminated_at is None
        _note(self.launch, self.so_far, self.now)
        self.launch.save()
        state, so_far = self.state, self.so_far
        self.reached.completed, self.reached.passed = so_far.ever_completed, so_far.ever_passed
        self.reached.failed = so_far.ever_failed
        due = self._figures(said)
        satisfied = apply_reached(state, self.reached, self.sco)
        state.exit = "normal" if so_far.terminated else ""
        state.seq += len(said)
        state.commits += 1
        state.revision += 1
        state.changed_at = self.now
        state.save()
        if first and self.launch.initialized_at:
            self._log(CommitLog.Reason.FIRST)
        if (state.completion, state.success) != self.before:
            self._log(CommitLog.Reason.OUTCOME)
        if last and self.launch.terminated_at:
            self._log(CommitLog.Reason.LAST)
        if satisfied:
            whole_satisfied(self.attempt, self.launch.session, self.launched, self.now)
        announce(self.attempt, always=due)

    def _figures(self, said: Sequence[Said]) -> bool:
        """Score and progress; whether a rule waits for what changed. A pass keeps its score."""
        state = self.state
        was = state.score
        for one in said:
            if one.score is not None and (one.verb == words.PASSED or not self.reached.passed):
                state.score = max(one.score, 0.0)
            if one.progress is not None:
                state.progress = max(one.progress, state.progress)
        enough = state.progress >= state.progress_due
        if enough and state.progress_due >= 0:
            state.progress_due = NEVER
        return enough or (state.score_watched and state.score != was)

    def _log(self, reason: CommitLog.Reason) -> None:
        state = self.state
        CommitLog.objects.create(
            session=self.launch.session,
            attempt=self.attempt,
            sco_identifier=state.sco_identifier,
            seq=state.seq,
            reason=reason,
            completion=state.completion,
            success=state.success,
            score=None if state.score < 0 else state.score,
            seconds=state.session_seconds,
        )


def apply_reached(state: ScoState, reached: Reached, sco: Sco) -> bool:
    """Writes onto the state what was reached; whether the unit is satisfied with this (moveOn)."""
    move_on = str((sco.facts or {}).get("moveOn") or "NotApplicable")
    satisfied = is_satisfied(
        move_on, completed=reached.completed, passed=reached.passed, waived=reached.waived
    )
    keep_reached(state, reached)
    was = state.completion
    state.completion = better(was, COMPLETE if satisfied else "incomplete", COMPLETIONS)
    success = "passed" if reached.passed else "failed" if reached.failed else "unknown"
    state.success = better(state.success, success, SUCCESSES)
    return state.completion == COMPLETE != was


def say(
    attempt: Attempt,
    launched: Launched,
    verb: str,
    now: datetime,
    *,
    session: RuntimeSession | None,
    sco: Sco | None = None,
    **more: Any,
) -> None:
    """Stores a statement of the platform's own; ``more`` as ``own_statement`` takes it."""
    statement = own_statement(launched, verb, now, **more)
    Statement.objects.create(
        attempt=attempt,
        session=session,
        sco_identifier=sco.identifier if sco else "",
        uid=UUID(statement["id"]),
        verb=verb,
        by_platform=True,
        document=json.dumps(statement, ensure_ascii=False, separators=(",", ":")),
        fingerprint=fingerprint(statement),
        stored_at=now,
    )


def whole_satisfied(
    attempt: Attempt, session: RuntimeSession | None, launched: Launched, now: datetime
) -> None:
    """After a unit was satisfied: the blocks around it and the course, once each, where all in them are
    (9.3.9)."""
    contents = all_scos(attempt.version)
    done = set(attempt.states.filter(completion=COMPLETE).values_list("sco_identifier", flat=True))
    told = set(
        Statement.objects.filter(attempt=attempt, verb=words.SATISFIED).values_list(
            "sco_identifier", flat=True
        )
    )
    for block in (sco for sco in contents if not sco.path and sco.identifier not in told):
        units = _units_in(block, contents)
        if units and all(unit.identifier in done for unit in units):
            target = {"id": (block.facts or {}).get("id", block.identifier), "type": words.BLOCK_TYPE}
            say(attempt, launched, words.SATISFIED, now, session=session, sco=block, target=target)
    course = str(launched.unit.get("course") or "")
    if course and "" not in told and all(sco.identifier in done for sco in contents if sco.path):
        target = {"id": course, "type": words.COURSE_TYPE}
        say(attempt, launched, words.SATISFIED, now, session=session, target=target)


def _units_in(block: Sco, contents: Sequence[Sco]) -> list[Sco]:
    """The units below a block, at any depth."""
    inside = {block.identifier}
    units = []
    for sco in contents:
        if sco.parent_identifier in inside:
            if sco.path:
                units.append(sco)
            else:
                inside.add(sco.identifier)
    return units
