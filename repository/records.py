"""Lines of another catalogue read as records: what is wrong with a line, which terms nobody knows. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.text import fold, nfc
from repository.metadata import FIRST_YEAR, TITLE_CHARS, one_line

ID_CHARS, NAME_CHARS, DESCRIPTION_CHARS = 200, 200, 20_000
#: Of one line, in characters.
LINE_CHARS = 4_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be taken over: ``field`` of line ``line`` (from 1), why, and what stood there.

    ``code``: not_json, missing, twice, too_long make the file unusable; unknown, not_offered,
    unlikely and cut leave the field empty or shorter.
    """

    line: int
    field: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One line. Terms are as they were written: names or codes."""

    line: int
    id: str
    title: str
    description: str = ""
    keywords: str = ""
    subject: str = ""
    level: str = ""
    grades: tuple[str, ...] = ()
    curriculum: str = ""
    type: str = ""
    year: str = ""
    author: str = ""
    unit: str = ""
    text: str = ""
    digest: str = field(default="", compare=False)


def read_records(lines: Iterable[str]) -> Iterator[Record | Problem]:
    """Each line as a record, or the fatal problem that it has. Empty lines are passed over."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _record(number, line)
        if isinstance(found, Record) and found.id in seen:
            found = Problem(number, "id", "twice", found.id)
        if isinstance(found, Record):
            seen.add(found.id)
        yield found


def _record(number: int, line: str) -> Record | Problem:
    if len(line) > LINE_CHARS:
        return Problem(number, "", "too_long")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return Problem(number, "", "not_json", line.strip()[:60])
    if not isinstance(data, dict):
        return Problem(number, "", "not_json", line.strip()[:60])
    key, title = _text(data.get("id")), one_line(_text(data.get("title")))[:TITLE_CHARS]
    if not key or not title:
        return Problem(number, "title" if key else "id", "missing")
    if len(key) > ID_CHARS:
        return Problem(number, "id", "too_long", key[:60])
    return Record(
        line=number,
        id=key,
        title=title,
        description=_text(data.get("description"))[:DESCRIPTION_CHARS],
        keywords=", ".join(_several(data.get("keywords"))),
        subject=_text(data.get("subject")),
        level=_text(data.get("level")),
        grades=tuple(_several(data.get("grades"))),
        curriculum=_text(data.get("curriculum")),
        type=_text(data.get("type")),
        year=_text(data.get("year")),
        author=one_line(_text(data.get("author")))[:NAME_CHARS],
        unit=_text(data.get("unit")),
        text=_text(data.get("text")),
        digest=hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32],
    )


def _text(value: Any) -> str:
    """A value as text without what no database keeps; "" for null and for what is no value."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    return nfc(str(value).encode("utf-8", "ignore").decode()).replace("\0", "").strip()


def _several(value: Any) -> list[str]:
    """A list, or text with commas between."""
    parts = (
        value if isinstance(value, list) else str("" if value is None else value).replace(";", ",").split(",")
    )
    return [text for part in parts if (text := _text(part))]


@dataclass(frozen=True, slots=True)
class Terms:
    """Keys by which terms are called, folded → code; subjects also by curriculum: (curriculum, key)."""

    subjects: Mapping[tuple[str, str], str]
    levels: Mapping[str, str]
    grades: Mapping[str, str]
    curricula: Mapping[str, str]
    types: Mapping[str, str]
    #: subject → codes of the grades in which it is taught; none said: any
    offers: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Understood:
    """The codes that a record's terms mean; "" where none is known."""

    subject: str = ""
    level: str = ""
    grades: tuple[str, ...] = ()
    curriculum: str = ""
    type: str = ""
    year: int | None = None


def key(name: str) -> str:
    """How a term is looked up: without marks and case, one blank between words, y as i."""
    return " ".join(fold(name).replace("-", " ").replace("y", "i").split())


def understand(record: Record, terms: Terms, this_year: int) -> tuple[Understood, list[Problem]]:
    """What the names and codes of a record mean, and what of them is not known."""
    problems: list[Problem] = []

    def note(name: str, code: str, value: str) -> None:
        problems.append(Problem(record.line, name, code, value[:120]))

    def one(name: str, value: str, known: Mapping[str, str]) -> str:
        found = known.get(key(value), "")
        if value and not found:
            note(name, "unknown", value)
        return found

    curriculum = one("curriculum", record.curriculum, terms.curricula)
    subject = terms.subjects.get((curriculum, key(record.subject)), "") or terms.subjects.get(
        ("", key(record.subject)), ""
    )
    if record.subject and not subject:
        note("subject", "unknown", record.subject)
    grades = []
    for written in record.grades:
        code = terms.grades.get(key(written), "")
        offered = terms.offers.get(subject)
        if not code:
            note("grades", "unknown", written)
        elif offered and code not in offered:
            note("grades", "not_offered", written)
        else:
            grades.append(code)
    year = int(record.year) if record.year.isascii() and record.year.isdigit() else None
    if record.year and (year is None or not FIRST_YEAR <= year <= this_year + 1):
        note("year", "unlikely", record.year)
        year = None
    level = one("level", record.level, terms.levels)
    kind = one("type", record.type, terms.types)
    return Understood(subject, level, tuple(dict.fromkeys(grades)), curriculum, kind, year), problems
