"""Smaller questions than a page of results: completing what is typed, choosing one, subjects with any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from accounts.models import OrgUnit
from search import highlight
from search.analysis import words
from search.documents import Document
from search.engines import engine
from search.engines.base import SearchRequest
from search.names import kept_words
from search.queries import Group, Query, parse
from search.scope import Scope, scope_of, usable_at
from search.shown import Row, ask, row
from search.sources import shown_now
from search.spelling import correct
from search.thesaurus import OTHER_NAMES
from search.vocabulary import Terms, terms

PICK_SIZE = 12
SUGGESTIONS = 6
SUBJECTS = 2
#: So many authors are offered, of so many with the name typed; a name has two words and so many letters.
PEOPLE, LIKELY, NAME_WORDS, NAME_LETTERS = 2, 12, 2, 5
#: Among so many lessons of these they are looked for.
OF_PEOPLE = 50
#: Of words typed with marks so many times more are looked at, so that those with the very marks come first.
MORE_MARKED = 5
#: A last word shorter than this may become anything.
MEANINGFUL = 4
PACKAGE_KINDS = ("scorm12", "scorm2004", "cmi5")
OTHER_KINDS = ("html5", "h5p", "imscc", "pdf", "image", "audio", "video")


def stocked_subjects(user: Any, most: int) -> list[tuple[str, str]]:
    """Code and name of the subjects in which the person may find something, the fullest first."""
    request = SearchRequest(scope=scope_of(user), size=1, facets=("subject",))
    counted = engine().search(request).facets.get("subject", [])
    names = terms().names
    return [(code, names.label("subject", code)) for code, _count in counted[:most]]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the typed beginning may become: a query string that narrows by subject and grade or asks for what
    a person made, lessons.
    """

    query: Query
    places: list[tuple[str, SafeString]]
    people: list[tuple[str, SafeString]]
    lessons: list[tuple[Document, SafeString]]


def suggest(user: Any, text: str) -> Suggestions:
    """Completions of a beginning, among what the person may find."""
    known, scope = terms(), scope_of(user)
    found = _beginning(user, scope, text, known)
    if found.places or found.people or found.lessons:
        return found
    # Keys that were not taken, swapped letters: what was probably meant, if that begins anything here.
    meant = correct(text, known.words.lexicon, kept_words(text, known.words))
    return _beginning(user, scope, meant.text, known) if meant is not None else found


def _beginning(user: Any, scope: Scope, text: str, known: Terms) -> Suggestions:
    query = parse(text, exact=True)
    documents = engine().suggest(query, scope, SUGGESTIONS * (MORE_MARKED if query.has_marks else 2))
    if query.has_marks:
        documents.sort(key=lambda document: not _is_as_typed(document.title, query))
    allowed = shown_now(user, documents)
    titles: dict[str, Document] = {}
    for document in documents:
        if document.key in allowed:
            titles.setdefault(document.title, document)
    lessons = [(d, highlight.completed(title, query)) for title, d in titles.items()]
    people = _people(user, scope, known, query)
    return Suggestions(
        query, _places(scope, known, text, query), people, lessons[: SUGGESTIONS - len(people)]
    )


def _people(user: Any, scope: Scope, known: Terms, typed: Query) -> list[tuple[str, SafeString]]:
    """Authors by the beginning of their names: those alone of whom she may see something."""
    if len(typed.words) < NAME_WORDS or sum(len(w.folded) for w in typed.words) < NAME_LETTERS:
        return []
    names = known.words.lexicon.people_like(typed.words, LIKELY)
    if not names:
        return []
    anyone = Group(tuple(words(name) for name in names), quoted=True)
    query = Query(typed.text, anyone.phrases[0], (anyone,))
    _answer, hits = ask(user, SearchRequest(query, scope, size=OF_PEOPLE, facets=(), fill=False))
    seen = {hit.document.author for hit in hits}
    shown = [name for name in names if name in seen][:PEOPLE]
    return [(urlencode({"q": f'"{name}"'}), highlight.completed(name, typed)) for name in shown]


def _is_as_typed(title: str, query: Query) -> bool:
    """Whether a title has the words with the marks typed, the last of which may be unfinished."""
    keys = [each.marked for each in words(title)]
    *whole, last = [each.marked for each in query.words]
    return all(each in keys for each in whole) and any(key.startswith(last) for key in keys)


def _places(scope: Scope, known: Terms, text: str, typed: Query) -> list[tuple[str, SafeString]]:
    """Where the words name a subject, or with a grade a shelf that holds anything: that shelf."""
    query = parse(text, known.words)
    named = {part.kind: part.label for part in query.understood}
    subjects = {name: code for code, name in known.subjects}
    grades = {name: code for code, name in known.names.labels["grade"].items()}
    subject, grade = subjects.get(named.get("subject", "")), grades.get(named.get("grade", ""))
    if subject and grade and len(query.groups) == len(query.understood) == 2:
        label = f"{named['subject']}, {named['grade']}"
        shelf = {"subject": subject, "grade": grade}
        return [(urlencode(shelf), highlight.completed(label, typed))] if _holds(scope, shelf) else []
    if grade and len(query.groups) == len(query.understood) == 1:
        return [(urlencode({"grade": grade}), highlight.completed(named["grade"], typed))]
    found = [
        (urlencode({"subject": code}), highlight.completed(name, typed))
        for code, name in known.subjects
        if any(highlight.begins_with(each, typed) for each in (name, *_also_called(name)))
    ]
    found.sort(key=lambda place: "<mark>" not in place[1])  # by its own name before what it is also called
    # "toán l": the subject stands, of what follows only a letter or two.
    if not found and subject and len(query.groups) == 2 and len(typed.words[-1].folded) < MEANINGFUL:
        found = [(urlencode({"subject": subject}), highlight.completed(named["subject"], typed))]
    return found[:SUBJECTS]


def _holds(scope: Scope, shelf: Mapping[str, str]) -> bool:
    """Whether a shelf has anything that may be found."""
    filters = {name: (code,) for name, code in shelf.items()}
    return bool(engine().search(SearchRequest(scope=scope, filters=filters, size=1, facets=())).total)


def _also_called(name: str) -> list[str]:
    """What teachers say for a subject that the curriculum calls otherwise."""
    lower = name.lower()
    return [spoken for spoken, names in OTHER_NAMES.items() if lower in names]


def pick(user: Any, text: str, *, kind: str = "", usable: OrgUnit | None = None) -> list[Row]:
    """Resources to choose from: a few that match, or the newest. ``usable`` as in ``scope.usable_at``."""
    scope: Scope = scope_of(user)
    if usable is not None:
        scope = usable_at(scope, usable)
    query = parse(text, terms().words)
    # What another catalogue tells of has no file to be used here.
    anything = (*PACKAGE_KINDS, *OTHER_KINDS)
    kinds: Sequence[str] = {"package": PACKAGE_KINDS, "resource": OTHER_KINDS}.get(kind, anything)
    filters = {"kind": tuple(kinds)}
    _answer, hits = ask(user, SearchRequest(query, scope, filters, size=PICK_SIZE, facets=()))
    return [row(hit.document, query) for hit in hits]
