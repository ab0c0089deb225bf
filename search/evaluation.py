"""A judged set against an engine: documents of any make into an index of their own, nDCG of the answers."""

from __future__ import annotations

import csv
import json
import re
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from typing import Any

from accounts.text import nfc
from search.analysis import folded_text
from search.answering import answer
from search.asked import Vocabulary
from search.documents import RESOURCE, Document
from search.engines.base import Engine, SearchRequest
from search.facets import Names
from search.lexicon import Lexicon
from search.queries import parse
from search.scope import Scope

UNIT = 1
_NUMBER = re.compile(r"\d+")
_YEARS = re.compile(r"(\d)\s*[-–]\s*(\d)")


class EvaluationError(Exception):
    """A file cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Judged:
    """Queries by their ids, and for each the grades of documents."""

    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Result:
    """One query: how good the first ``k`` are, and which."""

    qid: str
    ndcg: float
    top: tuple[str, ...]
    ms: float


@dataclass(frozen=True)
class Report:
    """All queries; ``empty`` is how many found nothing."""

    results: tuple[Result, ...] = field(default=())

    @property
    def ndcg(self) -> float:
        return statistics.fmean(r.ndcg for r in self.results) if self.results else 0.0

    @property
    def empty(self) -> int:
        return sum(1 for r in self.results if not r.top)

    def percentile(self, share: float) -> float:
        """Milliseconds below which this share of the answers came."""
        times = sorted(r.ms for r in self.results)
        return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0


class Made:
    """The source of a scratch index."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = documents

    def documents(self, ids: Iterable[int] | None = None, what: str = RESOURCE) -> Iterable[Document]:
        if ids is None:
            return self._documents
        wanted = set(ids)
        return [d for d in self._documents if d.resource in wanted and d.what == what]

    def marked(self) -> Iterable[Document]:
        return self._documents

    def count(self) -> int:
        return len(self._documents)


# Reading


def read_documents(path: Path, names: Names | None = None) -> list[Document]:
    """A document a line. Raises EvaluationError for what is no JSON, or has no id or title."""
    found: list[Document] = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    data = json.loads(line)
                    found.append(document(len(found) + 1, data, names))
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise EvaluationError(f"{path}, line {number}: {error!r}") from error
    return found


def document(number: int, data: Mapping[str, Any], names: Names | None = None) -> Document:
    """Terms may be given by code or by name; what is missing is empty. Raises ValueError or KeyError."""

    def named(kind: str) -> str:
        given = str(data.get(kind) or "").strip()
        return names.label(kind, given) if names else given

    title = nfc(str(data["title"])).strip()
    if data["id"] in (None, "") or not title:
        raise ValueError("a document needs an id and a title")
    grades = [_grade(text) for text in _listed(data.get("grades") or data.get("grade"))]
    year = _NUMBER.search(str(data.get("year") or ""))
    return Document(
        resource=number,
        uid=str(data["id"]),
        version=number,
        revision=number,
        title=title,
        description=nfc(str(data.get("description") or "")),
        keywords=", ".join(map(nfc, _listed(data.get("keywords")))),
        author=nfc(str(data.get("author") or "")),
        unit=nfc(str(data.get("unit") or "")),
        subject=_code(data.get("subject")),
        subject_name=named("subject"),
        level=_code(data.get("level")),
        level_name=named("level"),
        grades=tuple(_code(name) for name, _number in grades),
        grade_names=tuple(name for name, _number in grades),
        grade_numbers=tuple(n for _name, n in grades if n),
        curriculum=_code(data.get("curriculum")),
        type=_code(data.get("type")),
        type_name=named("type"),
        licence=_code(data.get("licence")),
        year=int(year[0]) if year else 0,
        published=int(year[0]) * 31_556_952 - 62_167_219_200 if year else 0,
        inner=nfc(str(data.get("text") or "")),
        units=(UNIT,),
    )


def _listed(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, list | tuple):
        return [str(each).strip() for each in value if each not in (None, "")]
    return [part.strip() for part in re.split(r"[,;|]", str(value)) if part.strip()]


def _grade(text: str) -> tuple[str, int]:
    """A grade as the taxonomy names it, and its number: of "4", "lop-4", "Lớp 4", "mg-5-6", "5–6 tuổi"."""
    folded = folded_text(text)
    if match := _YEARS.search(text):
        return f"Mẫu giáo {match[1]}–{match[2]} tuổi", 0
    if "tuoi" in folded or "mg" in folded.split() or "nha tre" in folded or "mau giao" in folded:
        return text, 0
    match = _NUMBER.search(folded)
    return (f"Lớp {int(match[0])}", int(match[0])) if match else (text, 0)


def _code(value: Any) -> str:
    return folded_text(str(value or "")).replace(" ", "-")[:40]


def read_judged(queries: Path, judgements: Path) -> Judged:
    """Two files of tab-separated values; a line of headings in either is passed over."""
    asked = {row[0]: row[1] for row in _rows(queries, 2) if row[0] != "qid"}
    grades: dict[str, dict[str, int]] = {}
    for row in _rows(judgements, 3):
        if row[0] == "qid":
            continue
        try:
            grades.setdefault(row[0], {})[row[1]] = int(float(row[2]))
        except ValueError as error:
            raise EvaluationError(f"{judgements}: {row}: {error}") from error
    return Judged(asked, grades)


def _rows(path: Path, least: int) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row and len(row) < least:
                raise EvaluationError(f"{path}: fewer than {least} columns: {row}")
            if row:
                yield row


# Judging


def vocabulary_of(documents: list[Document], known: Vocabulary) -> Vocabulary:
    """The names and words of the documents, beside those of the taxonomy."""
    subjects = dict.fromkeys(d.subject_name for d in documents if d.subject_name)
    return Vocabulary(
        tuple(dict.fromkeys((*subjects, *known.subjects))),
        known.grades,
        known.series,
        known.synonyms,
        Lexicon.of((d.title, d.keywords, d.description) for d in documents),
    )


def evaluate(engine: Engine, judged: Judged, vocabulary: Vocabulary, k: int = 10) -> Report:
    """Asks every query as the search page would."""
    results = []
    for qid, text in judged.queries.items():
        started = time.perf_counter()
        request = SearchRequest(parse(text, vocabulary), Scope(frozenset({UNIT})), size=k)
        page = answer(engine, request, vocabulary).page
        took = (time.perf_counter() - started) * 1000
        top = tuple(hit.document.uid for hit in page.hits)[:k]
        results.append(Result(qid, ndcg(top, judged.grades.get(qid, {}), k), top, round(took, 2)))
    return Report(tuple(results))


def ndcg(top: Iterable[str], grades: Mapping[str, int], k: int) -> float:
    """Discounted gain of the first ``k`` over the best possible; gain 2^grade − 1, unjudged 0.

    1 where nothing is judged relevant: no order is better than another.
    """

    def gain(values: Iterable[int]) -> float:
        return sum((2**grade - 1) / log2(at + 2) for at, grade in enumerate(values))

    best = gain(sorted(grades.values(), reverse=True)[:k])
    return gain(grades.get(uid, 0) for uid in list(top)[:k]) / best if best else 1.0
