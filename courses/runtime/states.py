"""From state rows to outcomes, and from them to the attempt's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from courses.runtime.models import NEVER, Attempt, ScoState
from courses.runtime.outcome import Outcome, rollup, with_best
from courses.runtime.scos import all_scos, counted
from courses.runtime.trees import outcome_so_far

# What a state row holds where there is no figure
NOTHING = -1.0


def outcome_of_state(state: ScoState) -> Outcome:
    return Outcome(
        completion=state.completion,
        success=state.success,
        score=None if state.score < 0 else state.score,
        progress=None if state.progress < 0 else state.progress,
        seconds=state.total_seconds,
    )


def outcome_of_attempt(attempt: Attempt, states: Iterable[ScoState] | None = None) -> Outcome:
    """The rolled-up outcome of the attempt's SCOs; a SCO never opened counts as unknown.

    Where the package brings an activity tree, its own rules roll up; what was reached before stays.
    """
    rows = attempt.states.defer("document") if states is None else states
    by_sco = {state.sco_identifier: outcome_of_state(state) for state in rows}
    terms = attempt.terms or {}
    parts = [by_sco.get(sco.identifier, Outcome()) for sco in counted(all_scos(attempt.version))]
    rolled = rollup(parts, completion=terms.get("scos", "all"), score=terms.get("score", "highest"))
    whole = outcome_so_far(attempt)
    if whole is None:
        return rolled
    score = rolled.score if whole.score is None else whole.score
    whole = replace(whole, score=score, seconds=rolled.seconds)
    return with_best(whole, attempt.completion, attempt.success)


def keep_rolled_up(attempt: Attempt, outcome: Outcome) -> bool:
    """Writes the outcome onto the attempt; whether anything changed. The caller holds the lock."""
    fresh = (outcome.completion, outcome.success, outcome.score, outcome.progress)
    if fresh == (attempt.completion, attempt.success, attempt.score, attempt.progress):
        return False
    attempt.completion, attempt.success, attempt.score, attempt.progress = fresh
    attempt.save(update_fields=["completion", "success", "score", "progress"])
    return True


def due_in(total: float | None, elsewhere: float) -> float:
    """What one session still has to reach, NEVER where nothing is waited for."""
    return float(NEVER) if total is None else max(total - elsewhere, 0.0)
