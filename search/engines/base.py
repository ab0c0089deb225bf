"""What every search engine does. The database is the truth; an index may be lost at any time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from search.documents import Document
from search.facets import FIELDS
from search.queries import Query
from search.scope import GUEST, Scope

SORTS = ("relevance", "new", "title", "used")
PAGE_SIZE = 10
MAX_PAGE = 500


class EngineUnavailableError(Exception):
    """The engine cannot answer now: its index is being built, or it cannot be reached."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question. ``filters``: field → codes, any of which will do; fields must all be met.

    ``sort`` is one of SORTS; without words everything is equally relevant, and the newest comes
    first. Titles sort without marks first, uses by how many there were lately.
    """

    query: Query = field(default_factory=Query)
    scope: Scope = GUEST
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    size: int = PAGE_SIZE
    facets: tuple[str, ...] = FIELDS


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found. A greater score is a better match; scores of two requests do not compare."""

    document: Document
    score: float


@dataclass(frozen=True, slots=True)
class SearchPage:
    """An answer. ``facets``: field → (code, results with all other facets as chosen), most first.

    ``relaxed``: nothing had all words, these have some. A page past the end is the last one.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)
    page: int = 1
    pages: int = 1
    relaxed: bool = False
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Drift:
    """Where an index disagrees with the database: ids of resources."""

    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()

    @property
    def resources(self) -> list[int]:
        return sorted({*self.missing, *self.extra, *self.stale})

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.stale)


class Source(Protocol):
    """Where documents come from."""

    def documents(self, resource_ids: Iterable[int] | None = None) -> Iterable[Document]:
        """Those of all resources, or of some; what is no longer published has none."""

    def count(self) -> int:
        """About how many resources there are."""


class Engine(ABC):
    """An index of documents and the ways to ask it."""

    name: str

    def __init__(self, source: Source) -> None:
        self.source = source

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Inside, no other process writes; what is written becomes visible at the end, at once."""
        yield

    @abstractmethod
    def index(self, documents: Iterable[Document]) -> int:
        """Adds documents, in place of all that is known of their resources; returns how many."""

    @abstractmethod
    def delete(self, ids: Iterable[int]) -> None:
        """Forgets resources by their ids; unknown ones are ignored."""

    @abstractmethod
    def search(self, request: SearchRequest) -> SearchPage:
        """Answers a question. Raises EngineUnavailableError."""

    @abstractmethod
    def suggest(self, prefix: Query, scope: Scope, size: int = 6) -> list[Document]:
        """Documents whose title has these words, the last of which may be unfinished; newest first."""

    @abstractmethod
    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Builds the index anew from the source while the old one answers; returns the documents.

        ``progress`` is told how many documents are done, of about how many resources.
        """

    @abstractmethod
    def check(self) -> Drift:
        """Compares the index with the source; ``uses`` may differ, they are brought up once a day."""

    @abstractmethod
    def set_uses(self, uses: Mapping[int, int]) -> int:
        """Takes over how often resources were used, of those that are indexed; returns how many changed."""

    def refresh(self, resource_ids: Iterable[int]) -> int:
        """Makes the index agree with the source about some resources.

        Read under the engine's lock: of two refreshes at once, the later one has the later state.
        """
        ids = list(resource_ids)
        with self.exclusive():
            self.delete(ids)
            return self.index(self.source.documents(ids))
