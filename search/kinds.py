"""The kinds that search knows by itself: resources and courses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.urls import reverse

from courses.training.models import Course
from repository.models import Publication
from search import sources
from search.documents import (
    BATCH,
    COURSE,
    DESCRIPTION_CHARS,
    RESOURCE,
    Document,
    Key,
    count_published,
    published,
    unit_paths,
)
from search.inner import with_inner, with_marks


def _resources_shown(user: Any, documents: Sequence[Document]) -> set[Key]:
    visible = Publication.objects.visible_to(user).filter(
        version__in={d.version for d in documents}, metadata__in={d.revision for d in documents}
    )
    rows = visible.values_list("version__resource_id", "version_id", "metadata_id")
    return {(RESOURCE, *row) for row in rows}


def open_courses(ids: Iterable[int] | None = None) -> Iterator[Document]:
    """The documents of open courses. Who may see one is asked of the database: see ``scope``."""
    found = Course.objects.filter(state=Course.State.OPEN)
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    rest = found.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rest, BATCH)):
        paths = unit_paths({course.unit_id for course in batch})
        for course in batch:
            path = paths[course.unit_id]
            yield Document(
                what=COURSE,
                resource=course.pk,
                uid=str(course.uid),
                title=course.title,
                description=course.summary[:DESCRIPTION_CHARS],
                unit=path.name,
                unit_path=path.codes,
                published=int(course.created_at.timestamp()),
                units=(course.pk,),
            )


def _count_courses() -> int:
    return Course.objects.filter(state=Course.State.OPEN).count()


def _courses_shown(user: Any, documents: Sequence[Document]) -> set[Key]:
    ids = {document.resource for document in documents}
    shown = Course.objects.visible_to(user).filter(state=Course.State.OPEN, pk__in=ids)
    return {(COURSE, pk, 0, 0) for pk in shown.values_list("pk", flat=True)}


def register() -> None:
    """Makes resources and courses findable."""
    sources.register(
        sources.Kind(
            RESOURCE,
            lambda ids: with_inner(published(ids)),
            count_published,
            _resources_shown,
            lambda document: reverse("repository:resource", args=[document.uid]),
            lambda: with_marks(published()),
        )
    )
    sources.register(
        sources.Kind(
            COURSE,
            open_courses,
            _count_courses,
            _courses_shown,
            lambda document: reverse("courses:course", args=[document.uid]),
        )
    )
