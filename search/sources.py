"""What can be found, by kind: where its documents come from, and who may see it at this moment.

Resources and courses are registered by search itself (``search.kinds``), pages and news by the portal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from search.documents import RESOURCE, Document, Key


@dataclass(frozen=True, slots=True)
class Kind:
    """One of ``documents.KINDS``.

    ``documents``: those of all, or of the ids given; what nobody may find has none. ``count``: about how
    many there are. ``shown``: the keys of those documents that the database shows a person now, in one
    query. ``address``: where a document's page is. ``marked``: the documents of all without the text
    inside, but with its mark; of a kind that has no such text None.
    """

    what: str
    documents: Callable[[Iterable[int] | None], Iterable[Document]]
    count: Callable[[], int]
    shown: Callable[[Any, Sequence[Document]], set[Key]]
    address: Callable[[Document], str]
    marked: Callable[[], Iterable[Document]] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Makes a kind findable; in place of what was registered for it before."""
    _kinds[kind.what] = kind


def names() -> tuple[str, ...]:
    """The kinds that there are."""
    return tuple(_kinds)


def of(what: str) -> Kind:
    """Raises KeyError for a kind that nobody registered."""
    return _kinds[what]


def shown_now(user: Any, documents: Iterable[Document]) -> set[Key]:
    """The keys of those documents that the database shows a person: one query a kind that is among them."""
    by_kind: dict[str, list[Document]] = {}
    for document in documents:
        by_kind.setdefault(document.what, []).append(document)
    return {key for what, found in by_kind.items() for key in of(what).shown(user, found)}


def address(document: Document) -> str:
    """Where the page of a document is."""
    return of(document.what).address(document)


class Library:
    """The source of all engines: what the database says may be found."""

    def documents(self, ids: Iterable[int] | None = None, what: str = RESOURCE) -> Iterator[Document]:
        if ids is not None:
            yield from of(what).documents(ids)
            return
        for kind in list(_kinds.values()):
            yield from kind.documents(None)

    def marked(self) -> Iterator[Document]:
        for kind in list(_kinds.values()):
            yield from kind.marked() if kind.marked else kind.documents(None)

    def count(self) -> int:
        return sum(kind.count() for kind in _kinds.values())
