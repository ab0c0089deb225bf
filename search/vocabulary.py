"""The names of the taxonomy as search shows and recognises them, kept in the process."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from repository.models import Curriculum, Grade, Level, Licence, ResourceType, Subject, TextbookSeries
from search import wordbooks
from search.facets import Names
from search.queries import Vocabulary
from search.wordbooks import Known

KEEP_SECONDS = 60
LANGUAGES: Mapping[str, str | Promise] = dict(settings.LANGUAGES)
#: "3" is chosen for three stars and more.
STARS: Mapping[str, str | Promise] = {
    "1": _("1 star or more"),
    "2": _("2 stars or more"),
    "3": _("3 stars or more"),
    "4": _("4 stars or more"),
    "5": _("5 stars"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """Words for queries, labels for facets, and the subjects in force: code and name."""

    words: Vocabulary
    names: Names
    subjects: tuple[tuple[str, str], ...]


_kept: tuple[float, Terms, Known] | None = None


def terms() -> Terms:
    """The names, read once a minute; synonyms and the library's words as they are now, by one query."""
    global _kept  # noqa: PLW0603 -- a cache of the process
    now = time.monotonic()
    said = wordbooks.known()
    if _kept is None or now - _kept[0] > KEEP_SECONDS:
        _kept = (now, _read(), Known())
    if _kept[2] is not said:
        words = replace(_kept[1].words, synonyms=said.synonyms, lexicon=said.lexicon)
        _kept = (_kept[0], replace(_kept[1], words=words), said)
    return _kept[1]


def names() -> Names:
    """The labels alone, for which nothing need be asked while they are kept."""
    if _kept is None or time.monotonic() - _kept[0] > KEEP_SECONDS:
        return terms().names
    return _kept[1].names


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
        "curriculum": dict(Curriculum.objects.values_list("code", "name")),
        "language": LANGUAGES,
        "rating": STARS,
    }
    return Terms(
        Vocabulary(
            tuple(dict.fromkeys(name for _code, name, _curriculum in subjects)),
            {number: name for _code, name, number in grades if number},
            tuple(dict.fromkeys(map(str, labels["series"].values()))),
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
