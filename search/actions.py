"""Keeping the index up with the database: marking in the change's transaction, draining by task."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from courses.training.models import Course
from repository.models import LearningResource
from search.documents import COURSE, KINDS, RESOURCE, uses_of
from search.engines import engine
from search.engines.base import Drift
from search.models import SearchDirty

UNIT = "unit"
BATCH = 200


@transaction.atomic
def mark_dirty(kind: str, ids: Iterable[int]) -> None:
    """Notes in the transaction of a change that what the index says of these may be wrong.

    ``kind``: one of ``documents.KINDS``, or "unit" for all that a unit or one below it owns.
    """
    from search.tasks import drain  # tasks call this module

    rows = [(kind, pk, timezone.now()) for pk in sorted(set(ids))]
    if not rows:
        return
    # One statement, so that a mark raised while a drain clears it is never lost.
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_searchdirty (kind, object_id, marks, marked_at) VALUES (%s, %s, 1, %s)"
            " ON CONFLICT (kind, object_id) DO UPDATE SET marks = search_searchdirty.marks + 1",
            rows,
        )
    drain.enqueue()


def drain_marks() -> int:
    """Brings the index up with everything marked; returns how many marks were cleared.

    Safe to run twice and by two workers at once: a mark made meanwhile stays for the next round.
    """
    cleared = 0
    while marks := list(SearchDirty.objects.order_by("marked_at", "pk")[:BATCH]):
        for what, ids in _marked(marks).items():
            engine().refresh(ids, what)
        done = 0
        for mark in marks:
            done += SearchDirty.objects.filter(pk=mark.pk, marks=mark.marks).delete()[0]
        cleared += done
    return cleared


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


def bring_up_uses() -> int:
    """Tells the index how often everything was used lately; returns how many documents changed."""
    return engine().set_uses(uses_of())


def repair() -> Drift:
    """Compares the index with the database and mends what differs; returns what did."""
    drift = engine().check()
    engine().repair(drift)
    return drift
