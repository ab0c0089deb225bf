"""The taxonomy as choices of forms: plain data, kept in the cache and dropped when a term changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language

from repository.models import (
    Curriculum,
    Grade,
    Level,
    Licence,
    ResourceType,
    Subject,
    SubjectOffer,
    TextbookSeries,
)
from repository.terms import data_name

KEY = "repository:vocabulary"
# Other processes of one machine have caches of their own: a change reaches them this late.
SECONDS = 60
MODELS = (Curriculum, Grade, Level, Licence, ResourceType, Subject, SubjectOffer, TextbookSeries)

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Vocabulary:
    """Codes and names, in the order of the lists; subjects and grades in groups with a heading."""

    subjects: list[tuple[str, Choices]]
    grades: list[tuple[str, Choices]]
    types: Choices
    licences: list[tuple[str, str, str]]
    series: Choices
    offered: frozenset[str]
    levels: dict[str, str]


def vocabulary() -> Vocabulary:
    """In the language of the page, from the cache or in seven queries."""
    found = cache.get(KEY)
    if found is None:
        found = _read()
        cache.set(KEY, found, SECONDS)
    return found if get_language() == "vi" else _in_words_of_the_page(found)


def _in_words_of_the_page(known: Vocabulary) -> Vocabulary:
    def named(choices: Choices) -> Choices:
        return [(code, data_name(name)) for code, name in choices]

    return replace(
        known,
        subjects=[(data_name(heading), named(rows)) for heading, rows in known.subjects],
        grades=[(data_name(heading), named(rows)) for heading, rows in known.grades],
        types=named(known.types),
        licences=[(code, data_name(name), data_name(summary)) for code, name, summary in known.licences],
        levels={code: data_name(name) for code, name in known.levels.items()},
    )


def drop(**_news: Any) -> None:
    cache.delete(KEY)


def _grouped(rows: list[tuple[str, str, str]]) -> list[tuple[str, Choices]]:
    groups: dict[str, Choices] = {}
    for heading, code, name in rows:
        groups.setdefault(heading, []).append((code, name))
    return list(groups.items())


def _read() -> Vocabulary:
    subjects = Subject.objects.order_by("curriculum__position", "position")
    grades = Grade.objects.order_by("position")
    offered = SubjectOffer.objects.order_by().values_list("subject__code", flat=True).distinct()
    return Vocabulary(
        subjects=_grouped(list(subjects.values_list("curriculum__name", "code", "name"))),
        grades=_grouped(list(grades.values_list("level__name", "code", "name"))),
        types=list(ResourceType.objects.values_list("code", "name")),
        licences=list(Licence.objects.values_list("code", "name", "summary")),
        series=list(TextbookSeries.objects.values_list("code", "name")),
        offered=frozenset(offered),
        levels=dict(Level.objects.values_list("code", "name")),
    )
