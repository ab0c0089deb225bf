"""Two engines as one: the second answers while the first cannot. Each is kept up by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from search.documents import RESOURCE, Document
from search.engines.base import Drift, Engine, EngineUnavailableError, SearchPage, SearchRequest
from search.queries import Query
from search.scope import Scope

logger = logging.getLogger(__name__)
T = TypeVar("T")


class FallbackEngine(Engine):
    """Asks ``first``, else ``second``. Writing goes to ``first`` alone; see ``search.actions``."""

    name = "elasticsearch, else embedded"

    def __init__(self, first: Engine, second: Engine) -> None:
        super().__init__(first.source)
        self.first = first
        self.second = second

    def ask(self, request: SearchRequest) -> SearchPage:
        return self._either(lambda engine: engine.search(request))

    def suggest(
        self, prefix: Query, scope: Scope, size: int = 6, what: tuple[str, ...] = (RESOURCE,)
    ) -> list[Document]:
        return self._either(lambda engine: engine.suggest(prefix, scope, size, what))

    def _either(self, ask: Callable[[Engine], T]) -> T:
        try:
            return ask(self.first)
        except EngineUnavailableError as error:
            logger.warning("%s is away, %s answers: %s", self.first.name, self.second.name, error)
            return ask(self.second)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with self.first.exclusive():
            yield

    def index(self, documents: Iterable[Document]) -> int:
        return self.first.index(documents)

    def delete(self, ids: Iterable[int], what: str = RESOURCE) -> None:
        self.first.delete(ids, what)

    def refresh(self, ids: Iterable[int], what: str = RESOURCE) -> int:
        return self.first.refresh(ids, what)

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        return self.first.rebuild(progress)

    def check(self) -> Drift:
        return self.first.check()

    def set_uses(self, uses: Mapping[int, int]) -> int:
        return self.first.set_uses(uses)
