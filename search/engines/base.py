"""What every search engine does. The database is the truth; an index may be lost at any time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from search.documents import RESOURCE, Document, Ref
from search.facets import FIELDS
from search.queries import Query
from search.scope import GUEST, Scope

SORTS = ("relevance", "new", "title", "used")
PAGE_SIZE = 10
MAX_PAGE = 500
REPAIR_BATCH = 500
#: Indices of sources up to this size are built by whoever misses them, larger ones by a task.
INLINE_RESOURCES = 2_000


class EngineUnavailableError(Exception):
    """The engine cannot answer now: its index is being built, or it cannot be reached."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question. ``filters``: field → codes, any of which will do; fields must all be met.

    ``what``: the kinds of document that are asked for. ``near``: the codes of the asker's units and of
    all above them; what such a unit owns is lifted a little. ``sort`` is one of SORTS; without words
    everything is equally relevant, and the newest comes first. Titles sort without marks first, uses by
    how many there were lately. ``fill``: where few have all that is asked, those with a part of it follow.
    """

    query: Query = field(default_factory=Query)
    scope: Scope = GUEST
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    size: int = PAGE_SIZE
    facets: tuple[str, ...] = FIELDS
    what: tuple[str, ...] = (RESOURCE,)
    near: tuple[str, ...] = ()
    fill: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found. A greater score is a better match; scores of two requests do not compare."""

    document: Document
    score: float


@dataclass(frozen=True, slots=True)
class SearchPage:
    """An answer. ``facets``: field → (code, results with all other facets as chosen), most first.

    ``relaxed``: nothing had all words, these have some. ``whole``: how many have all, where those follow
    that have a part; None where there are no such. A page past the end is the last one.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)
    page: int = 1
    pages: int = 1
    relaxed: bool = False
    whole: int | None = None
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Drift:
    """Where an index disagrees with the database, in order."""

    missing: tuple[Ref, ...] = ()
    extra: tuple[Ref, ...] = ()
    stale: tuple[Ref, ...] = ()

    @property
    def by_kind(self) -> dict[str, list[int]]:
        """The numbers of what differs, for each kind that has any."""
        found: dict[str, list[int]] = {}
        for what, number in sorted({*self.missing, *self.extra, *self.stale}):
            found.setdefault(what, []).append(number)
        return found

    def of(self, what: str) -> Drift:
        """Of one kind alone."""
        parts = (self.missing, self.extra, self.stale)
        return Drift(*(tuple(ref for ref in part if ref[0] == what) for part in parts))

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.stale)


#: What is there: the digests of the documents of each thing.
Digests = dict[Ref, set[str]]


class Source(Protocol):
    """Where documents come from."""

    def documents(self, ids: Iterable[int] | None = None, what: str = RESOURCE) -> Iterable[Document]:
        """Those of everything, or of some things of one kind; what nobody may find has none."""

    def marked(self) -> Iterable[Document]:
        """Those of everything, to be compared: the text inside may be missing where its mark is there."""

    def count(self) -> int:
        """About how many things there are."""


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
        """Adds documents, in place of all that is known of what they are of; returns how many."""

    @abstractmethod
    def delete(self, ids: Iterable[int], what: str = RESOURCE) -> None:
        """Forgets things of one kind by their ids; unknown ones are ignored."""

    def search(self, request: SearchRequest) -> SearchPage:
        """Answers a question; where nothing has what an abbreviation means, by the words of its meaning.

        Raises EngineUnavailableError.
        """
        page = self.ask(request)
        if not request.fill or (page.total and not page.relaxed):
            return page
        looser = request.query.loosened
        if looser is None:
            return page
        other = self.ask(replace(request, query=looser))
        if other.total <= page.total:
            return page
        return replace(other, relaxed=True, whole=0, took_ms=page.took_ms + other.took_ms)

    @abstractmethod
    def ask(self, request: SearchRequest) -> SearchPage:
        """Answers a question as it is. Raises EngineUnavailableError."""

    @abstractmethod
    def suggest(
        self, prefix: Query, scope: Scope, size: int = 6, what: tuple[str, ...] = (RESOURCE,)
    ) -> list[Document]:
        """Documents whose title has these words, the last of which may be unfinished; newest first."""

    @abstractmethod
    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Builds the index anew from the source while the old one answers; returns the documents.

        ``progress`` is told how many documents are done, of about how many things.
        """

    @abstractmethod
    def check(self) -> Drift:
        """Compares the index with the source; ``uses`` may differ, they are brought up once a day."""

    @abstractmethod
    def set_uses(self, uses: Mapping[int, int]) -> int:
        """Takes over how often resources were used, of those that are indexed; returns how many changed."""

    def refresh(self, ids: Iterable[int], what: str = RESOURCE) -> int:
        """Makes the index agree with the source about some things of one kind.

        Read under the engine's lock: of two refreshes at once, the later one has the later state.
        """
        numbers = list(ids)
        with self.exclusive():
            self.delete(numbers, what)
            return self.index(self.source.documents(numbers, what))

    def is_small(self) -> bool:
        """Whether whoever misses the index builds it on the spot."""
        return self.source.count() <= INLINE_RESOURCES

    def repair(self, drift: Drift) -> None:
        """Makes the index agree with the source about everything that differs."""
        for what, ids in drift.by_kind.items():
            for at in range(0, len(ids), REPAIR_BATCH):
                self.refresh(ids[at : at + REPAIR_BATCH], what)

    def drift_from(self, indexed: Digests) -> Drift:
        """What ``indexed`` lacks of the source, has beside it, or has otherwise."""
        expected: Digests = {}
        for document in self.source.marked():
            expected.setdefault(document.ref, set()).add(document.digest())
        return Drift(
            missing=tuple(sorted(expected.keys() - indexed.keys())),
            extra=tuple(sorted(indexed.keys() - expected.keys())),
            stale=tuple(sorted(ref for ref in expected if ref in indexed and indexed[ref] != expected[ref])),
        )
