"""The text inside published versions, as documents carry it: read for a few documents at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice

from repository.models import InnerText, TextReading
from search.documents import BATCH, INNER_CHARS, Document

#: Documents whose text is in memory together: at most a few megabytes.
TOGETHER = 25


def with_inner(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents, each with the text inside its version and the mark of that; two queries for TOGETHER."""
    rest = iter(documents)
    while some := list(islice(rest, TOGETHER)):
        # Marked before it is read: what changes in between is found to differ, and read again.
        marked = list(with_marks(some))
        texts = inner_of({document.version for document in some})
        for document in marked:
            text = texts.get(document.version, "")
            yield replace(document, inner=text) if text else document


def with_marks(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents with the marks of the text inside, which is not read."""
    rest = iter(documents)
    while some := list(islice(rest, BATCH)):
        readings = TextReading.objects.filter(pk__in={document.version for document in some})
        marks = dict(readings.exclude(digest="").values_list("pk", "digest"))
        for document in some:
            mark = marks.get(document.version)
            yield replace(document, inner_mark=f"{_MAKE}{mark}") if mark else document


def inner_of(versions: Iterable[int]) -> dict[int, str]:
    """What stands inside versions, at most INNER_CHARS characters of each; those without text are absent."""
    rows = (
        InnerText.objects.filter(version__in=list(versions))
        .order_by("version", "position")
        .values_list("version", "label", "text")
    )
    found = groupby(rows.iterator(chunk_size=200), key=lambda row: row[0])
    return {version: _joined((label, text) for _version, label, text in parts) for version, parts in found}


def _joined(parts: Iterable[tuple[str, str]]) -> str:
    """Labels and texts, one below the other; a label that repeats is said once."""
    pieces: list[str] = []
    size, label_before = 0, ""
    for label, text in parts:
        piece = text if label == label_before or not label else f"{label}\n{text}"
        label_before = label
        pieces.append(piece)
        size += len(piece) + 1
        if size >= INNER_CHARS:
            break
    return "\n".join(pieces)[:INNER_CHARS]


def _make() -> str:
    """Changes when other code would make another text of the same parts."""
    probe = _joined(
        [("Trang 1", "một"), ("Trang 1", "hai"), ("", "ba"), ("Trang 2", "\u00a0bốn " * INNER_CHARS)]
    )
    return hashlib.sha256(probe.encode()).hexdigest()[:8]


_MAKE = _make()
