"""A question to FTS5 as the words and phrases it is made of, and how their answers go together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from search.ranking import WEIGHTS

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


def in_columns(columns: str, phrase: str) -> str:
    """A phrase in any one of some columns, given as FTS5 takes them; without these where they tell nothing,
    which is twice as fast.

    Marks are kept in words that nothing without marks is written like. A single word without any stands
    among the marked only where it also stands in its own field.
    """
    fields = frozenset(columns[1:-1].split())
    plain = fields == _FOLDED and " " not in phrase and phrase.isascii()
    if plain or (fields == _MARKED and not phrase.isascii()):
        return quoted(phrase)
    return f"{columns} : {quoted(phrase)}"


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def all_of(asked: Iterable[Asked]) -> Asked:
    """What matches every question; there is at least one."""
    parts = tuple(dict.fromkeys(asked))
    return parts[0] if len(parts) == 1 else And(parts)


def any_of(asked: Iterable[Asked]) -> Asked:
    """What matches one of the questions; there is at least one."""
    parts = tuple(dict.fromkeys(asked))
    return parts[0] if len(parts) == 1 else Or(parts)


@lru_cache(maxsize=2_000)
def lean(asked: Asked) -> Asked:
    """The same without alternatives that others contain: what has a phrase in a field has its words there."""
    if isinstance(asked, str):
        return asked
    parts = tuple(map(lean, asked.parts))
    if isinstance(asked, And):
        return And(parts)
    kept = [
        part
        for part in parts
        if not isinstance(part, str) or not any(_implies(part, other) for other in parts if other is not part)
    ]
    return (kept[0] if len(kept) == 1 else Or(tuple(kept))) if kept else asked


def _implies(one: str, asked: Asked) -> bool:
    """Whether a phrase in any one field of ``one`` is a match of ``asked``. Not so says nothing."""
    phrase, fields = parted(one)
    return bool(phrase) and all(_has(phrase, field, asked) for field in fields)


def _has(phrase: str, field: str, asked: Asked) -> bool:
    if isinstance(asked, str):
        said, fields = parted(asked)
        return bool(said) and field in fields and f" {said} " in f" {phrase} "
    how = all if isinstance(asked, And) else any
    return how(_has(phrase, field, part) for part in asked.parts)


@lru_cache(maxsize=2_000)
def written(asked: Asked) -> str:
    """A question as FTS5 reads it."""
    if isinstance(asked, str):
        return asked
    return f"({(' AND ' if isinstance(asked, And) else ' OR ').join(map(written, asked.parts))})"


@lru_cache(maxsize=5_000)
def parted(asked: str) -> tuple[str, frozenset[str]]:
    """A phrase without its quotes, and the fields it may stand in; nothing of a word that is unfinished."""
    match = _LEAF.fullmatch(asked)
    if match is None:
        return "", frozenset()
    return match[2], frozenset(match[1].split()) if match[1] else _FOLDED | _MARKED


def leaves(asked: Asked) -> set[str]:
    """What is asked as it is."""
    if isinstance(asked, str):
        return {asked}
    return set().union(*map(leaves, asked.parts))
