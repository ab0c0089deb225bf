"""Background work of search."""

from __future__ import annotations

import logging
from datetime import time

from django_tasks import task

from accounts.work import schedule
from search import actions
from search.engines import engine

logger = logging.getLogger(__name__)


@task()
def drain() -> int:
    """Brings the index up with what was marked."""
    return actions.drain_marks()


@task()
def rebuild() -> int:
    """Builds the index anew."""
    return engine().rebuild()


@task()
def sweep(day: str) -> dict[str, int]:
    """Once a day: what a lost index write or a change of the tree on that day left wrong is mended."""
    drift = actions.repair()
    actions.bring_up_uses()
    if drift:
        logger.warning("The search index disagreed with the database on %s: %s", day, drift)
    return {"missing": len(drift.missing), "extra": len(drift.extra), "stale": len(drift.stale)}


schedule.daily(sweep, at=time(0, 20))
