"""Fills an empty database with the demo, once: units, people, library, learning, portal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import OrgUnit
from cms.demo import learning, library, people, portal, scale, sign_ins, units, uses
from repository import inner_texts
from repository.models import Version


class DemoRefusedError(Exception):
    """The demo may not be loaded here; the text says why."""


def is_loaded() -> bool:
    return OrgUnit.objects.filter(code=units.ROOT).exists()


def load(*, small: bool, say: Callable[[str], object]) -> bool:
    """Loads the demo, all or nothing; False where it is there already. Raises DemoRefusedError."""
    if settings.PRODUCTION:
        raise DemoRefusedError("HOCLIEU_PRODUCTION is 1: demo data do not belong into a real installation.")
    if is_loaded():
        sign_ins.write(settings.VAR)
        return False
    if OrgUnit.objects.exists():
        raise DemoRefusedError("There are units already: the demo is loaded into an empty database only.")
    with transaction.atomic():
        say("Units and the reform of 1-7-2025")
        made = units.load(small=small)
        say("People and roles")
        folk = people.load(made, small=small, say=say)
        say("Library: upload, check, review, publish")
        resources = library.load(made, folk, small=small, say=say)
        say("Course, classes, targets")
        learning.load(made, folk, resources, small=small, say=say)
        uses.load(resources, folk, small=small)
        say("Portal")
        with _quiet("wagtail"):
            portal.load(small=small)
    _index(say)
    sign_ins.write(settings.VAR)
    return True


def load_big(*, say: Callable[[str], object], people: int = 20_000, courses: int = 1_000) -> scale.Scale:
    """Around a loaded demo a sector of that size, for benchmarks; its ids stand in a file as well."""
    say("A large sector around it")
    made = scale.fill(people=people, courses=courses, resources=3_000, say=say)
    from search.engines import engine  # with its tasks, it opens the index

    engine().rebuild()
    scale.write(made, settings.VAR)
    return made


def _index(say: Callable[[str], object]) -> None:
    """The worker would do this after its start; done here, the first search finds everything."""
    from repository import tasks as repository_tasks
    from search import wordbooks
    from search.actions import drain_marks  # with its tasks, it opens the index
    from search.tasks import drain

    say("Text inside the files")
    _read_texts()
    say("Search index")
    drain_marks()
    wordbooks.learn()
    # What waits of these has been done above, or would write mail about the past.
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    ready.filter(
        Q(task_path=drain.module_path) | Q(task_path__startswith=f"{repository_tasks.__name__}.")
    ).delete()


@transaction.atomic
def _read_texts() -> None:
    for version in Version.objects.filter(pk__in=inner_texts.waiting(most=10_000)).select_related("blob"):
        inner_texts.read_here(version)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keeps a logger's reports of routine work out of the progress lines."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
