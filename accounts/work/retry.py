"""When a failed task is tried again."""

from __future__ import annotations

from datetime import timedelta

MAX_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=2)
FACTOR = 4


def pause_before(attempts: int, *, is_verdict: bool) -> timedelta | None:
    """How long to wait after ``attempts`` runs have failed; None: give up.

    The pauses are 2 s, 8 s, 32 s, 2 min 8 s and 8 min 32 s. ``is_verdict``: the task refused for a
    reason that waiting does not change.
    """
    if is_verdict or attempts >= MAX_ATTEMPTS:
        return None
    return FIRST_PAUSE * FACTOR ** (max(attempts, 1) - 1)
