"""The names of the taxonomy as search shows and recognises them, kept in the process."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from repository.models import Grade, Level, Licence, ResourceType, Subject, TextbookSeries
from search.facets import Names
from search.queries import Vocabulary

KEEP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """Words for queries, labels for facets, and the subjects in force: code and name."""

    words: Vocabulary
    names: Names
    subjects: tuple[tuple[str, str], ...]


_kept: tuple[float, Terms] | None = None


def terms() -> Terms:
    """Six queries once a minute, none in between."""
    global _kept  # noqa: PLW0603 -- a cache of the process
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEEP_SECONDS:
        _kept = (now, _read())
    return _kept[1]


def forget() -> None:
    """The taxonomy changed."""
    global _kept  # noqa: PLW0603
    _kept = None


def _read() -> Terms:
    subjects = list(
        Subject.objects.order_by("position", "code").values_list("code", "name", "curriculum__code")
    )
    grades = list(Grade.objects.order_by("position", "code").values_list("code", "name", "number"))
    levels = list(Level.objects.order_by("position", "code").values_list("code", "name"))
    labels = {
        "level": dict(levels),
        "subject": _told_apart(subjects),
        "grade": {code: name for code, name, _number in grades},
        "type": dict(ResourceType.objects.values_list("code", "name")),
        "licence": dict(Licence.objects.values_list("code", "name")),
        "series": dict(TextbookSeries.objects.values_list("code", "name")),
    }
    return Terms(
        Vocabulary(
            tuple(dict.fromkeys(name for _code, name, _curriculum in subjects)),
            {number: name for _code, name, number in grades if number},
        ),
        Names(
            labels,
            {
                "grade": [code for code, _name, _number in grades],
                "level": [code for code, _name in levels],
            },
        ),
        tuple((code, name) for code, name, _curriculum in subjects if labels["subject"][code] == name),
    )


def _told_apart(subjects: list[tuple[str, str, str]]) -> dict[str, str]:
    """Subjects of one name in two curricula: the later ones say which they are of."""
    seen: Counter[str] = Counter()
    labels = {}
    for code, name, curriculum in subjects:
        labels[code] = f"{name} ({curriculum.upper()})" if seen[name] else name
        seen[name] += 1
    return labels
