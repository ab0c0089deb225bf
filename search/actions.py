"""Keeping the index up with the database: marking in the change's transaction, draining by task."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from courses.training.models import Course
from repository.models import LearningResource
from search import engines
from search.documents import COURSE, KINDS, RESOURCE, uses_of
from search.engines.base import Drift, EngineUnavailableError
from search.models import SearchDirty

logger = logging.getLogger(__name__)

UNIT = "unit"
BATCH = 200
#: When to look again after an engine that was away.
AGAIN = timedelta(seconds=5)


@transaction.atomic
def mark_dirty(kind: str, ids: Iterable[int]) -> None:
    """Notes in the transaction of a change that what the index says of these may be wrong.

    ``kind``: one of ``documents.KINDS``, or "unit" for all that a unit or one below it owns.
    """
    from search.tasks import drain  # tasks call this module

    numbers = sorted(set(ids))
    rows = [(name, kind, pk, timezone.now()) for name in engines.kept_up() for pk in numbers]
    if not rows:
        return
    # One statement, so that a mark raised while a drain clears it is never lost.
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_searchdirty (engine, kind, object_id, marks, marked_at)"
            " VALUES (%s, %s, %s, 1, %s) ON CONFLICT (engine, kind, object_id)"
            " DO UPDATE SET marks = search_searchdirty.marks + 1",
            rows,
        )
    drain.enqueue()


def drain_marks() -> int:
    """Brings every index up with everything marked; returns how many marks were cleared.

    Safe to run twice and by two workers at once: a mark made meanwhile stays for the next round. The
    marks of an engine that is away stay, and a task comes back to them.
    """
    SearchDirty.objects.exclude(engine__in=engines.kept_up()).delete()
    cleared = 0
    away = []
    for name in engines.kept_up():
        try:
            cleared += _drain(name)
        except EngineUnavailableError as error:
            away.append(f"{name}: {error}")
    if away:
        logger.warning("Changes wait for a search engine that is away. %s", "; ".join(away))
        _come_back()
    return cleared


def _drain(name: str) -> int:
    cleared = 0
    while marks := list(SearchDirty.objects.filter(engine=name).order_by("marked_at", "pk")[:BATCH]):
        for what, ids in _marked(marks).items():
            engines.engine(name).refresh(ids, what)
        for mark in marks:
            cleared += SearchDirty.objects.filter(pk=mark.pk, marks=mark.marks).delete()[0]
    return cleared


def _come_back() -> None:
    """Drains once more in a while, unless that is planned already."""
    from search.tasks import drain  # tasks call this module

    now = timezone.now()
    planned = DBTaskResult.objects.filter(
        task_path=drain.module_path,
        status=TaskResultStatus.READY,
        run_after__gt=now,
        run_after__lte=now + AGAIN,
    )
    if not planned.exists():
        drain.using(run_after=now + AGAIN).enqueue()


def _marked(marks: list[SearchDirty]) -> dict[str, list[int]]:
    """The numbers of what is marked, by kind."""
    found = {what: {mark.object_id for mark in marks if mark.kind == what} for what in KINDS}
    units = [mark.object_id for mark in marks if mark.kind == UNIT]
    if units:
        below = LearningResource.objects.published().filter(owner_unit__above__ancestor__in=units)
        found[RESOURCE].update(below.values_list("pk", flat=True))
        given = Course.objects.filter(unit__above__ancestor__in=units)
        found[COURSE].update(given.values_list("pk", flat=True))
    return {what: sorted(ids) for what, ids in found.items() if ids}


def bring_up_uses(name: str = "") -> int:
    """Tells an index how often everything was used lately; returns how many documents changed."""
    return engines.engine(name).set_uses(uses_of())


def repair(name: str = "") -> Drift:
    """Compares an index with the database and mends what differs; returns what did."""
    engine = engines.engine(name)
    drift = engine.check()
    engine.repair(drift)
    return drift
