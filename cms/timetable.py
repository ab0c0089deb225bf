"""Subjects by grade, with how many resources each holds: the table of the front page.

What is taught where changes once in years; it is kept until a term does (``receivers``).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.core.cache import cache
from django.db.models import Count, QuerySet

from repository.models import LearningResource, Level, SubjectOffer

GENERATION = "cms:terms:generation"
SECONDS = 900
FIRST_LEVEL = "th"
GDTX = "gdtx"
TAB_CHARACTERS = 12


@dataclass(frozen=True)
class Cell:
    """A subject in a grade: how many resources, or not taught there."""

    grade: str
    grade_name: str
    taught: bool
    count: int


@dataclass(frozen=True)
class Row:
    subject: str
    name: str
    group: str
    sign: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Term:
    """A subject or a grade, by its place in the table."""

    position: int
    code: str
    pk: int
    name: str
    group: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Taught:
    """What is taught at one level: rows, columns, and the pairs that there are."""

    subjects: list[Term]
    grades: list[Term]
    pairs: frozenset[tuple[int, int]]


def forget() -> None:
    """A term, or what is taught in a grade, changed."""
    cache.set(GENERATION, uuid.uuid4().hex, None)


def _kept(name: str, read: Any) -> Any:
    generation = cache.get_or_set(GENERATION, lambda: uuid.uuid4().hex, None)
    return cache.get_or_set(f"cms:terms:{generation}:{name}", read, SECONDS)


def levels() -> list[tuple[str, str]]:
    """Code and name of every level, the name short enough for a tab."""

    def read() -> list[tuple[str, str]]:
        rows = Level.objects.values_list("code", "name", "short_name")
        return [(code, name if len(name) <= TAB_CHARACTERS else short or name) for code, name, short in rows]

    return list(_kept("levels", read))


def chosen(level: str) -> str:
    """The level that is shown where one was asked for."""
    codes = [code for code, _name in levels()]
    return level if level in codes else FIRST_LEVEL if FIRST_LEVEL in codes else (codes or [""])[0]


def taught(level: str) -> Taught:
    """By the level's own curriculum where it has one, else by the newest."""

    def read() -> Taught:
        offers = SubjectOffer.objects.select_related("grade", "subject__curriculum")
        if level == GDTX:
            found = list(offers.filter(subject__curriculum__code=GDTX))
        else:
            found = list(offers.filter(grade__level__code=level).exclude(subject__curriculum__code=GDTX))
            newest = min((offer.subject.curriculum.position for offer in found), default=0)
            found = [offer for offer in found if offer.subject.curriculum.position == newest]
        subjects = {
            s.pk: Term(s.position, s.code, s.pk, s.name, s.group, s.sign)
            for s in (offer.subject for offer in found)
        }
        grades = {g.pk: Term(g.position, g.code, g.pk, g.name) for g in (offer.grade for offer in found)}
        order = attrgetter("position", "code")
        return Taught(
            sorted(subjects.values(), key=order),
            sorted(grades.values(), key=order),
            frozenset((offer.subject_id, offer.grade_id) for offer in found),
        )

    return _kept(f"taught:{level}", read)  # type: ignore[no-any-return]


def timetable(level: str, resources: QuerySet[LearningResource]) -> tuple[list[str], list[Row]]:
    """The names of the columns, and the rows with the counts of some resources; one query."""
    table = taught(level)
    counts: dict[tuple[int, int], int] = {}
    if table.pairs:
        counted = (
            resources.filter(
                subject__in=[s.pk for s in table.subjects], grades__in=[g.pk for g in table.grades]
            )
            .order_by()
            .values_list("subject_id", "grades__pk")
            .annotate(n=Count("pk"))
        )
        counts = {(subject, grade): number for subject, grade, number in counted}
    rows = [
        Row(
            subject=subject.code,
            name=subject.name,
            group=subject.group,
            sign=subject.sign,
            cells=[
                Cell(g.code, g.name, (subject.pk, g.pk) in table.pairs, counts.get((subject.pk, g.pk), 0))
                for g in table.grades
            ],
        )
        for subject in table.subjects
    ]
    return [grade.name for grade in table.grades], rows
