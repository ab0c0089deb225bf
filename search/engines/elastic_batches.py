"""Documents on their way into Elasticsearch, in portions that fit into one request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from search.documents import Document
from search.engines import elastic_index

#: Documents in a request, and the text inside that goes in one.
BATCH, PORTION_CHARS = 500, 4_000_000


def adding(index: str, document: Document, fields: frozenset[str]) -> dict[str, Any]:
    taken = elastic_index.fitting(elastic_index.entry(document), fields)
    return {"_op_type": "index", "_index": index, "_id": elastic_index.id_of(document), "_source": taken}


def portions(documents: Iterable[Document], index: str) -> Iterator[list[dict[str, Any]]]:
    """Additions to an index, as many as go in one request."""
    portion: list[dict[str, Any]] = []
    size = 0
    for document in documents:
        portion.append(adding(index, document, elastic_index.FIELDS))
        size += len(document.inner)
        if len(portion) >= BATCH or size >= PORTION_CHARS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch


def whole_batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """About BATCH documents at a time; those of one thing, one behind the other, stay together."""
    batch: list[Document] = []
    for _ref, group in groupby(documents, key=lambda document: document.ref):
        batch += group
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
