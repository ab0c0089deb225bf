"""What Wagtail's admin searches: Vietnamese as in the library, with or without marks, and half words.

A word typed without marks finds the word with any; one typed with marks finds those marks, wherever the
tone was put. The database compares, so lists of any length stay one query.
"""

from __future__ import annotations

import unicodedata
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import F, Func, Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
from modelsearch.backends.database.fallback import DatabaseSearchBackend, DatabaseSearchQueryCompiler
from wagtail.snippets.views.snippets import IndexView

from accounts.text import fold, nfc

MOST_WORDS = 12
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "aăâeêioôơuưy"
#: Every small letter that carries a mark, and what is left without it: đ and what a vowel and a tone make
_CARRYING = "".join(
    sorted({"đ", *(nfc(vowel + tone) for vowel in _VOWELS for tone in ("", *_TONES))} - set("aeiouy"))
)
_PLAIN = fold(_CARRYING)


class Lowered(Func):
    """Text in lower case and composed, its marks kept."""

    function = "hoclieu_lowered"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **kwargs: Any) -> Any:
        return self.as_sql(compiler, connection, template="lower(normalize(%(expressions)s, NFC))", **kwargs)


class Folded(Func):
    """Text in lower case without marks."""

    function = "hoclieu_folded"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **kwargs: Any) -> Any:
        template = f"translate(lower(normalize(%(expressions)s, NFC)), '{_CARRYING}', '{_PLAIN}')"
        return self.as_sql(compiler, connection, template=template, **kwargs)


def teach_sqlite(connection: Any, **_kwargs: Any) -> None:
    """SQLite knows neither Vietnamese capitals nor marks: it asks here."""
    if connection.vendor != "sqlite":
        return
    for name, made in (("hoclieu_lowered", _lowered), ("hoclieu_folded", fold)):
        connection.connection.create_function(name, 1, _of_text(made), deterministic=True)


def _lowered(text: str) -> str:
    return nfc(text).lower()


def _of_text(made: Any) -> Any:
    return lambda value: None if value is None else made(str(value))


def matching(text: str, fields: list[str]) -> Q:
    """Rows that have every word of ``text`` in one of the fields; without a word, all."""
    words = text.split()[:MOST_WORDS]
    return reduce(and_, (_has(word, fields) for word in words), Q())


def _has(word: str, fields: list[str]) -> Q:
    typed = _lowered(word)
    kept: type[Func] = Folded if fold(typed) == typed else Lowered
    found = (
        Q(Contains(kept(Cast(F(field), TextField())), spelling))
        for field in fields
        for spelling in spellings(typed)
    )
    return reduce(or_, found, Q())


def spellings(word: str) -> list[str]:
    """The ways to write a word in small letters: where its tone stands (hoà, hòa), i or y at its end."""
    parts = unicodedata.normalize("NFD", word)
    tones = [char for char in parts if char in _TONES]
    if len(tones) > 1:
        return [word]  # several syllables in one: as it was typed
    tone = "".join(tones)
    letters = nfc("".join(char for char in parts if char not in _TONES))
    written = [letters]
    if letters[-1:] in {"i", "y"} and (letters[-2:-1] not in _VOWELS or letters[-3:-1] == "qu"):
        written.append(letters[:-1] + ("y" if letters[-1] == "i" else "i"))
    if not tone:
        return written
    return [
        nfc(one[: at + 1] + tone + one[at + 1 :])
        for one in written
        for at, char in enumerate(one)
        if char in _VOWELS
    ] or [word]


class Compiler(DatabaseSearchQueryCompiler):  # type: ignore[misc]
    """Wagtail's plain queries, each word compared as above."""

    def build_single_term_filter(self, term: str) -> Q:
        return matching(term, self.fields_names)


class SearchBackend(DatabaseSearchBackend):  # type: ignore[misc]
    """Named in ``WAGTAILSEARCH_BACKENDS``: pages, images, documents."""

    query_compiler_class = Compiler
    autocomplete_query_compiler_class = Compiler


class SearchedList(IndexView):
    """A list of snippets, which Wagtail searches without its backend."""

    def search_queryset(self, queryset: Any) -> Any:
        if not self.is_searching:
            return queryset
        return queryset.filter(matching(self.search_query, list(self.search_fields or ())))
