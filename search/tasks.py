"""Background work of search."""

from __future__ import annotations

import logging
from datetime import time

from django_tasks import task

from accounts.work import schedule
from search import actions, engines, wordbooks
from search.engines.base import EngineUnavailableError

logger = logging.getLogger(__name__)


@task()
def drain() -> int:
    """Brings the index up with what was marked, and of a small library its words."""
    cleared = actions.drain_marks()
    wordbooks.keep_up()
    return cleared


@task()
def rebuild(name: str = "") -> int:
    """Builds the index of an engine anew."""
    try:
        return engines.engine(name).rebuild()
    except EngineUnavailableError as error:
        # It is being built already, or is away; whoever misses it then asks again.
        logger.warning("The search index was not rebuilt: %s", error)
        return 0


@task()
def sweep(day: str) -> dict[str, int]:
    """Once a day: what a lost index write or a change of the tree on that day left wrong is mended."""
    wordbooks.learn()
    found = {"missing": 0, "extra": 0, "stale": 0}
    for name in engines.kept_up():
        try:
            drift = actions.repair(name)
            actions.bring_up_uses(name)
        except EngineUnavailableError as error:
            logger.warning("The search index of %s could not be compared on %s: %s", name, day, error)
            continue
        counts = {"missing": len(drift.missing), "extra": len(drift.extra), "stale": len(drift.stale)}
        if drift:
            logger.warning("The search index of %s disagreed with the database on %s: %s", name, day, counts)
        for how, count in counts.items():
            found[how] += count
    return found


schedule.daily(sweep, at=time(0, 20))
