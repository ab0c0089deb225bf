"""A question in FTS5's language taken apart into words and phrases, each asked for by itself. Pure.

Only what ``fts`` writes is known: phrases in quotes, columns in braces, AND, OR and parentheses. Anything
else stays one question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from search.ranking import WEIGHTS

_PART = re.compile(r'\s*(?:("(?:[^"]|"")*")|(\{[^}]*\})\s*:|(AND\b|OR\b|[()]))')
_LEAF = re.compile(r'(?:\{([^}]*)\} : )?"([^"]*)"')
_FOLDED = frozenset(WEIGHTS)
_MARKED = frozenset({"marked"})


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Asked, ...]


Asked = str | And | Or
"""A question that is asked as it is, or several and how their answers go together."""


@lru_cache(maxsize=2_000)
def read(question: str) -> Asked:
    """The same question, taken apart."""
    try:
        return _lean(_Reading(question).whole())
    except _OtherError:
        return question


@lru_cache(maxsize=2_000)
def written(asked: Asked) -> str:
    """A question as FTS5 reads it."""
    if isinstance(asked, str):
        return asked
    return f"({(' AND ' if isinstance(asked, And) else ' OR ').join(map(written, asked.parts))})"


def _lean(asked: Asked) -> Asked:
    """The same without alternatives that others contain: what has a phrase in a field has its words there."""
    if isinstance(asked, str):
        return asked
    parts = tuple(map(_lean, asked.parts))
    if isinstance(asked, And):
        return And(parts)
    kept = [
        part
        for part in parts
        if not isinstance(part, str) or not any(_implies(part, other) for other in parts if other is not part)
    ]
    return (kept[0] if len(kept) == 1 else Or(tuple(kept))) if kept else asked


def _implies(leaf: str, asked: Asked) -> bool:
    """Whether a phrase in any one field of ``leaf`` is a match of ``asked``. Not so says nothing."""
    phrase, fields = parted(leaf)
    return bool(phrase) and all(_has(phrase, field, asked) for field in fields)


def _has(phrase: str, field: str, asked: Asked) -> bool:
    if isinstance(asked, str):
        said, fields = parted(asked)
        return bool(said) and field in fields and f" {said} " in f" {phrase} "
    how = all if isinstance(asked, And) else any
    return how(_has(phrase, field, part) for part in asked.parts)


@lru_cache(maxsize=5_000)
def parted(leaf: str) -> tuple[str, frozenset[str]]:
    """A phrase without its quotes, and the fields it may stand in; nothing of what was not taken apart."""
    match = _LEAF.fullmatch(leaf)
    if match is None:
        return "", frozenset()
    return match[2], frozenset(match[1].split()) if match[1] else _FOLDED | _MARKED


def leaves(asked: Asked) -> set[str]:
    """What is asked as it is."""
    if isinstance(asked, str):
        return {asked}
    return set().union(*map(leaves, asked.parts))


class _OtherError(Exception):
    """Something that is not taken apart."""


class _Reading:
    def __init__(self, question: str) -> None:
        self._parts: list[str] = []
        at = 0
        question = question.rstrip()
        while at < len(question):
            match = _PART.match(question, at)
            if match is None:
                raise _OtherError(question)
            self._parts.append(match[1] or match[2] or match[3])
            at = match.end()
        self._at = 0

    def whole(self) -> Asked:
        found = self._either(())
        if self._next():
            raise _OtherError
        return found

    def _next(self) -> str:
        return self._parts[self._at] if self._at < len(self._parts) else ""

    def _either(self, columns: tuple[str, ...]) -> Asked:
        found = [self._all(columns)]
        while self._next() == "OR":
            self._at += 1
            found.append(self._all(columns))
        return found[0] if len(found) == 1 else Or(tuple(dict.fromkeys(found)))

    def _all(self, columns: tuple[str, ...]) -> Asked:
        found = [self._one(columns)]
        while self._next() == "AND":
            self._at += 1
            found.append(self._one(columns))
        return found[0] if len(found) == 1 else And(tuple(dict.fromkeys(found)))

    def _one(self, columns: tuple[str, ...]) -> Asked:
        part = self._next()
        self._at += 1
        if part.startswith("{"):
            if columns:
                raise _OtherError
            return self._one(tuple(part[1:-1].split()))
        if part == "(":
            found = self._either(columns)
            if self._next() != ")":
                raise _OtherError
            self._at += 1
            return found
        if not part.startswith('"'):
            raise _OtherError
        return _in_columns(part, columns)


def _in_columns(phrase: str, columns: tuple[str, ...]) -> str:
    """Without the columns where they tell nothing, which is twice as fast.

    Marks are kept in words that nothing without marks is written like. A single word without any stands
    among the marked only where it also stands in its own field.
    """
    if not columns or (frozenset(columns) == _FOLDED and " " not in phrase and phrase.isascii()):
        return phrase
    if frozenset(columns) == _MARKED and not phrase.isascii():
        return phrase
    return f"{{{' '.join(columns)}}} : {phrase}"
