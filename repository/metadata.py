"""What a resource is said to be: cleaning, what is still missing, and the snapshot of a revision. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

TITLE_CHARS = 250
KEYWORDS = 15
#: The earliest year in which a resource can have been made.
FIRST_YEAR = 1945
GDTX = "gdtx"

_SPACES = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Described metadata as a person gives them: terms by their codes, "" where nothing is chosen.

    Level and curriculum are not given: they follow from the subject and the grades. ``year`` is the year
    it was made; None keeps what is known, for a new resource the current year.
    """

    title: str
    description: str = ""
    keywords: str = ""
    type: str = "e-learning"
    licence: str = "all-rights"
    subject: str = ""
    series: str = ""
    grades: tuple[str, ...] = ()
    language: str = "vi"
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """A resource with the names of everything it refers to, for a snapshot.

    The dictionaries are terms: ``code``, ``name`` and what the kind of term adds. ``unit`` and
    ``author`` have ``code`` or ``uid``, and ``name``.
    """

    title: str
    description: str
    keywords: str
    language: str
    type: dict[str, Any]
    licence: dict[str, Any]
    subject: dict[str, Any] | None
    level: dict[str, Any] | None
    curriculum: dict[str, Any] | None
    series: dict[str, Any] | None
    grades: list[dict[str, Any]]
    unit: dict[str, Any]
    author: dict[str, Any]
    year: int | None = None


def one_line(text: str) -> str:
    """NFC, without control characters, with single spaces."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", unicodedata.normalize("NFC", text))).strip()


def keyword_list(text: str) -> list[str]:
    """Keywords as people type them, split at commas and semicolons, each once, at most ``KEYWORDS``."""
    found = (one_line(word) for word in re.split(r"[,;\n]", text))
    return list(dict.fromkeys(word for word in found if word))[:KEYWORDS]


def cleaned(metadata: Metadata) -> Metadata:
    """The same, with texts normalised; grades once each, in the order given."""
    description = unicodedata.normalize("NFC", metadata.description).replace("\r\n", "\n")
    return replace(
        metadata,
        title=one_line(metadata.title)[:TITLE_CHARS],
        description=_CONTROL.sub(" ", description).strip(),
        keywords=", ".join(keyword_list(metadata.keywords))[:300],
        grades=tuple(dict.fromkeys(metadata.grades)),
    )


def gaps(*, title: str, subject: str, grades: list[str], offered: bool) -> list[str]:
    """The fields that must be filled in before review: "title", "subject", "grades".

    ``offered``: whether the subject is taught in grades at all; if not, no grade is asked for.
    """
    missing = []
    if not title:
        missing.append("title")
    if not subject:
        missing.append("subject")
    elif offered and not grades:
        missing.append("grades")
    return missing


def level_of(curriculum: str, grade_levels: list[str]) -> str:
    """The code of the level: continuing education by its curriculum, else that of the lowest grade."""
    if curriculum == GDTX:
        return GDTX
    return grade_levels[0] if grade_levels else ""


def snapshot(described: Described) -> dict[str, Any]:
    """The dictionary kept in a ``MetadataRevision`` and shown by publications.

    Keys: title, description, keywords (list), language, year (lacking in old ones), type, licence (with
    url, summary, allows_download), subject (with group, sign), level, curriculum, series, grades (list,
    with number), unit, author; terms as ``{"code", "name", …}`` or None.
    """
    return {
        "title": described.title,
        "description": described.description,
        "keywords": keyword_list(described.keywords),
        "language": described.language,
        "year": described.year,
        "type": described.type,
        "licence": described.licence,
        "subject": described.subject,
        "level": described.level,
        "curriculum": described.curriculum,
        "series": described.series,
        "grades": described.grades,
        "unit": described.unit,
        "author": described.author,
    }
