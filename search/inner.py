"""The text inside published versions, as documents carry it: read for a few documents at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice

from repository.models import InnerText
from search.documents import INNER_CHARS, Document

#: Documents whose text is in memory together: at most a few megabytes.
TOGETHER = 25


def with_inner(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents, each with the text inside its version; one query for TOGETHER of them."""
    rest = iter(documents)
    while some := list(islice(rest, TOGETHER)):
        texts = inner_of({document.version for document in some})
        for document in some:
            text = texts.get(document.version, "")
            yield replace(document, inner=text) if text else document


def inner_of(versions: Iterable[int]) -> dict[int, str]:
    """What stands inside versions, at most INNER_CHARS characters of each; those without text are absent."""
    rows = (
        InnerText.objects.filter(version__in=list(versions))
        .order_by("version", "position")
        .values_list("version", "label", "text")
    )
    found: dict[int, str] = {}
    for version, parts in groupby(rows.iterator(chunk_size=200), key=lambda row: row[0]):
        pieces: list[str] = []
        size, label_before = 0, ""
        for _version, label, text in parts:
            if size >= INNER_CHARS:
                continue
            piece = text if label == label_before or not label else f"{label}\n{text}"
            label_before = label
            pieces.append(piece)
            size += len(piece) + 1
        found[version] = "\n".join(pieces)[:INNER_CHARS]
    return found
