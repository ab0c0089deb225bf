"""Marking what matched in a text, and cutting a piece of a long one around it. Pure.

Matching is done on keys, marking on the NFC original: a key's place is its word's place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.text import nfc
from search.analysis import Token, find_phrase, tokens
from search.queries import Group, Query, pairs_of

SNIPPET_CHARS = 220
LEAD_CHARS = 60
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` matched."""

    start: int
    end: int


def is_exact(text: str, query: Query) -> bool:
    """Whether a word of the text matches with its marks."""
    return query.has_marks and bool(_matching(tokens(nfc(text)), query, marked=True))


def has_all(query: Query, *texts: str) -> bool:
    """Whether some texts have all words of a query with their marks."""
    said = {token.word.marked for text in texts for token in tokens(nfc(text))}
    return all(w.marked in said for w in query.words)


def together(query: Query, *texts: str) -> Query:
    """The query as it is to be marked: where one text has words of a run side by side, no word alone."""
    pairs = tuple(Group(found) for run in query.runs if (found := pairs_of(run)))
    rest = tuple(run[0] for run in query.runs if len(run) == 1)
    side_by_side = replace(query, groups=pairs)
    if not pairs or not any(_matching(tokens(nfc(text)), side_by_side, marked=False) for text in texts):
        return query
    return replace(query, groups=(*rest, *pairs))


def spans(text: str, query: Query, *, exact: bool = False) -> list[Span]:
    """What of an NFC text the query matched: in order, apart, joined over blanks.

    Where some words match with their marks, those that match only without are left unmarked; with
    ``exact`` they are anyway, because a text beside this one has the words with their marks.
    """
    found = tokens(text)
    same = _matching(found, query, marked=True) if query.has_marks else set()
    hits = same if same or exact else _matching(found, query, marked=False)
    joined: list[Span] = []
    for at in sorted(hits):
        token = found[at]
        if joined and at - 1 in hits and text[joined[-1].end : token.start].isspace():
            joined[-1] = Span(joined[-1].start, token.end)
        else:
            joined.append(Span(token.start, token.end))
    return joined


def _matching(found: list[Token], query: Query, *, marked: bool) -> set[int]:
    """The numbers of the tokens that some phrase of the query matches."""
    keys = [t.word.marked if marked else t.word.folded for t in found]
    hits: set[int] = set()
    for group in query.groups:
        if group.optional:
            continue
        for phrase in group.phrases:
            wanted = [w.marked if marked else w.folded for w in phrase]
            for at in find_phrase(keys, wanted):
                hits.update(range(at, at + len(wanted)))
    return hits


def marked(text: str, query: Query, *, exact: bool = False) -> SafeString:
    """The text, escaped, with what matched inside ``<mark>``; ``exact`` as in ``spans``."""
    text = nfc(text)
    return _render(text, spans(text, query, exact=exact))


def completed(text: str, prefix: Query) -> SafeString:
    """The text, escaped, with the typed beginning of its words marked."""
    text = nfc(text)
    if not prefix.words:
        return _render(text, [])
    *whole, last = [w.folded for w in prefix.words]
    places: list[Span] = []
    before = ""
    for token in tokens(text):
        ahead, before = before, token.word.folded
        # A single letter begins half of all words: it is marked where it goes on from what was typed.
        if token.word.folded.startswith(last) and (len(last) > 1 or ahead == (whole[-1] if whole else "")):
            # One letter of the key is one letter of the text.
            span = Span(token.start, min(token.start + len(last), token.end))
        elif token.word.folded in whole:
            span = Span(token.start, token.end)
        else:
            continue
        if places and text[places[-1].end : span.start].isspace():
            span = Span(places.pop().start, span.end)
        places.append(span)
    return _render(text, places)


def begins_with(text: str, prefix: Query) -> bool:
    """Whether the words of a text begin with those typed, the last of which may be unfinished."""
    typed = [w.folded for w in prefix.words]
    keys = _keys(text)
    if not typed or len(typed) > len(keys):
        return False
    return list(keys[: len(typed) - 1]) == typed[:-1] and keys[len(typed) - 1].startswith(typed[-1])


@lru_cache(maxsize=2_000)
def _keys(text: str) -> tuple[str, ...]:
    """The folded words of a name; the same ones are asked with every letter that is typed."""
    return tuple(token.word.folded for token in tokens(nfc(text)))


def _render(text: str, found: list[Span]) -> SafeString:
    parts, at = [], 0
    for span in found:
        parts += [escape(text[at : span.start]), "<mark>", escape(text[span.start : span.end]), "</mark>"]
        at = span.end
    parts.append(escape(text[at:]))
    return mark_safe("".join(parts))  # noqa: S308 -- every piece of text was escaped


def snippet(text: str, query: Query, chars: int = SNIPPET_CHARS, *, exact: bool = False) -> SafeString:
    """At most ``chars`` characters of the text around the first match, on one line, marked."""
    text = " ".join(nfc(text).split())
    if len(text) <= chars:
        return marked(text, query, exact=exact)
    found = spans(text, query, exact=exact)
    start = _word_start(text, max(found[0].start - LEAD_CHARS, 0)) if found else 0
    start = min(start, _word_start(text, len(text) - chars))
    end = _word_end(text, start + chars)
    piece = text[start:end]
    inside = [Span(s.start - start, s.end - start) for s in found if s.start >= start and s.end <= end]
    before = ELLIPSIS if start else ""
    after = ELLIPSIS if end < len(text) else ""
    return mark_safe(f"{before}{_render(piece, inside)}{after}")  # noqa: S308


def _word_start(text: str, at: int) -> int:
    """The first place at or behind ``at`` where a word begins."""
    if at <= 0 or text[at - 1].isspace():
        return max(at, 0)
    blank = text.find(" ", at)
    return at if blank < 0 else blank + 1


def _word_end(text: str, at: int) -> int:
    """The last place at or before ``at`` where a word ends."""
    if at >= len(text) or text[at].isspace():
        return min(at, len(text))
    blank = text.rfind(" ", 0, at)
    return at if blank <= 0 else blank
