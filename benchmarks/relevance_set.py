"""A judged set of Vietnamese searches: documents, queries, and how well each document answers each query.

Everything is made by code from topics (those of the demo library and ``relevance_topics.txt``), always the
same. A judgement follows from what a document was made of, never from what an engine found: 3 the topic
asked for, in the form asked for; 2 the same in another form; 1 a neighbour of the topic; 0 the rest.
Half of the topics are held out: rules are tuned on one half and must hold on the other.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from accounts.text import fold
from benchmarks.relevance_queries import (
    Ask,
    placed_words,
    queries_about,
    requests,
    shelf_queries,
    short_words,
)
from benchmarks.relevance_texts import CLOSING, LEADS, PATTERNS, SCHOOLS, SURNAMES, UNNAMED, WEEKS
from cms.demo.topics import topics as demo_topics
from repository.migrations import _taxonomy as taxonomy

SEED = 20261122
EACH = 6
_FILE = Path(__file__).with_name("relevance_topics.txt")
_SUBJECTS = {row[0]: row[1] for row in taxonomy.SUBJECTS}
_GRADES = {code: (name, level, number) for code, name, level, number in taxonomy.GRADES}
_LEVELS = {code: name for code, name, _short in taxonomy.LEVELS}
_TYPES = dict(taxonomy.RESOURCE_TYPES)


@dataclass(frozen=True)
class Topic:
    """What lessons are about. ``family``: topics of one subject that are neighbours."""

    number: int
    subject: str
    grade: str
    family: str
    title: str
    keywords: tuple[str, ...]
    sentences: tuple[str, ...]
    questions: tuple[str, ...] = ()

    @property
    def held_out(self) -> bool:
        """Whether rules may not be tuned on it."""
        return self.number % 2 == 1

    @property
    def subject_name(self) -> str:
        return _SUBJECTS[self.subject]

    @property
    def grade_name(self) -> str:
        return _GRADES[self.grade][0] if self.grade in _GRADES else ""

    @property
    def grade_number(self) -> int:
        return (_GRADES[self.grade][2] or 0) if self.grade in _GRADES else 0

    @property
    def level_name(self) -> str:
        return _LEVELS[_GRADES[self.grade][1]] if self.grade in _GRADES else ""

    @property
    def core(self) -> str:
        """The title without what stands before a colon, where that is long enough."""
        tail = self.title.rpartition(": ")[2]
        return tail if len(tail.split()) > 1 else self.title


@dataclass(frozen=True)
class Query:
    """A search and its class; ``judgements``: document → 1 to 3."""

    qid: str
    query: str
    kind: str
    held_out: bool
    judgements: dict[str, int] = field(default_factory=dict)


@cache
def all_topics() -> tuple[Topic, ...]:
    """The topics, numbered."""
    found: list[Topic] = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("? "):
            found[-1] = Topic(**{**vars(found[-1]), "questions": (*found[-1].questions, line[2:])})
        elif line and not line.startswith("#"):
            head, title, keywords, sentence = line.split(" | ")
            subject, grade, family = head.split(" ")
            grade = f"lop-{grade}" if grade.isdigit() else grade
            words = tuple(keywords.split(", "))
            found.append(Topic(len(found), subject, grade, family, title, words, (sentence,)))
    for topic in demo_topics():
        asks = tuple(f"{ask.text} {ask.answer}." for ask in topic.asks)
        found.append(Topic(len(found), topic.subject, topic.grade, "", topic.name, (), asks))
    return tuple(found)


@cache
def documents() -> tuple[dict[str, Any], ...]:
    """The documents as ``search_eval`` reads them, with two fields more: topic and where it is said."""
    chance = random.Random(SEED)
    made: list[dict[str, Any]] = []
    everything = all_topics()
    for topic in everything:
        kinds = chance.sample(sorted(PATTERNS), EACH - 1)
        made += [_document(chance, topic, kind, everything, len(made) + at) for at, kind in enumerate(kinds)]
        made.append(_document(chance, topic, "", everything, len(made)))
    return tuple(made)


def _document(
    chance: random.Random, topic: Topic, kind: str, everything: tuple[Topic, ...], number: int
) -> dict[str, Any]:
    """``kind`` "": a title that does not say the topic; it stands in the description or only inside."""
    values = {
        "title": topic.title,
        "lower": topic.title[0].lower() + topic.title[1:],
        "subject": topic.subject_name,
        "grade": topic.grade_name or "giáo viên",
        "number": topic.grade_number or "",
    }
    type_code = kind or chance.choice(sorted(PATTERNS))
    said = "title"
    if kind:
        title = " ".join(chance.choice(PATTERNS[kind]).format(**values).split())
    else:
        title = chance.choice(UNNAMED).format(week=chance.choice(WEEKS), **values)
        said = chance.choice(("description", "inside"))
    lead, closing = chance.choice(LEADS).format(**values), chance.choice(CLOSING)
    middle = topic.sentences[0] + "." if said != "inside" else ""
    if said == "description":
        middle = f"{topic.title}. {middle}"
    keywords = list(topic.keywords[: chance.randint(1, 3)]) if said == "title" else []
    if chance.random() < 0.3:
        keywords = []
    # What others say in passing is never what a search for text inside asks for.
    others = chance.sample([other for other in everything if len(other.sentences) > 1], 3)
    inside = [*topic.sentences, *(other.sentences[0] for other in others)]
    chance.shuffle(inside)
    if said == "inside":
        inside.insert(0, topic.title)
    has_text = said == "inside" or chance.random() < 0.6
    return {
        "id": f"d{number:05d}",
        "title": title,
        "description": " ".join(filter(None, (lead, middle, closing))),
        "subject": topic.subject_name,
        "level": topic.level_name,
        "grades": [topic.grade_name] if topic.grade_name else [],
        "curriculum": "mam-non" if topic.subject.startswith("mn-") else "2018",
        "type": _TYPES[type_code],
        "year": chance.randint(2016, 2026),
        "author": f"{chance.choice(SURNAMES)} {chance.choice(('Hạnh', 'Bình', 'Bảo', 'Cả', 'Mai', 'Tùng'))}",
        "unit": chance.choice(SCHOOLS),
        "keywords": keywords,
        "text": " ".join(inside) if has_text else None,
        "topic": topic.number,
        "said": said,
        "kind": type_code,
    }


def _judged(ask: Ask) -> dict[str, int]:
    """The documents that answer, by what they were made of."""
    found: dict[str, int] = {}
    everything = all_topics()
    for document in documents():
        topic = everything[document["topic"]]
        grade = ask.judge(document, topic)
        if grade:
            found[document["id"]] = grade
    return found


@cache
def queries() -> tuple[Query, ...]:
    """All searches with their judgements; some without an answer in the set are left out."""
    chance = random.Random(SEED + 1)
    made: list[Query] = []
    asks: Iterable[Ask] = (
        *queries_about(chance, all_topics()),
        *shelf_queries(all_topics()),
        *short_words(),
        *requests(all_topics()),
        *placed_words(),
    )
    for ask in asks:
        judged = _judged(ask)
        if judged and max(judged.values()) > 1:
            made.append(Query(f"q{len(made):03d}", ask.text, ask.kind, ask.held_out, judged))
    return tuple(made)


def write(folder: Path) -> None:
    """The set as the three files that ``search_eval`` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "docs.jsonl").open("w", encoding="utf-8") as file:
        for document in documents():
            file.write(json.dumps(document, ensure_ascii=False) + "\n")
    lines = [f"{q.qid}\t{q.query}\t{q.kind}\t{'held' if q.held_out else 'tuned'}" for q in queries()]
    (folder / "queries.tsv").write_text("\n".join(["qid\tquery\tclass\tpart", *lines, ""]), encoding="utf-8")
    rows = list(_rows(queries()))
    (folder / "judgements.tsv").write_text("\n".join(["qid\tid\tgrade", *rows, ""]), encoding="utf-8")


def _rows(found: Iterable[Query]) -> Iterator[str]:
    for query in found:
        for document, grade in query.judgements.items():
            yield f"{query.qid}\t{document}\t{grade}"


def unmarked(text: str) -> str:
    """The text as typed without marks."""
    return fold(text)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
    print(json.dumps({"documents": len(documents()), "queries": len(queries())}))
    print(json.dumps(asdict(queries()[0]), ensure_ascii=False)[:300])
