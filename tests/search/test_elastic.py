"""Elasticsearch keeps the contract; its index is replaced without an empty moment and loses no change."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from search.documents import Document
from search.engines.elastic import ElasticEngine
from tests.search.contract import EngineContract, Shelf

_numbers = itertools.count()

pytestmark = pytest.mark.service


@pytest.fixture
def make(elasticsearch_url: str, elasticsearch_prefix: str) -> Iterator[Callable[..., ElasticEngine]]:
    """Makes engines over one index of this test's own."""
    prefix = f"{elasticsearch_prefix}-{next(_numbers)}"
    made: list[ElasticEngine] = []

    def one(shelf: Shelf, ask_rebuild: Callable[[], object] = lambda: None) -> ElasticEngine:
        made.append(ElasticEngine(shelf, elasticsearch_url, prefix, ask_rebuild))
        return made[-1]

    yield one
    for engine in made:
        engine.server.client.close()


@pytest.fixture(scope="module")
def emptied(elasticsearch_url: str, elasticsearch_prefix: str) -> Iterator[Callable[[Shelf], ElasticEngine]]:
    """An engine whose index is emptied for each test: making one takes ten times as long."""
    engine = ElasticEngine(Shelf(), elasticsearch_url, f"{elasticsearch_prefix}-shared")
    engine.rebuild()

    def over(shelf: Shelf) -> ElasticEngine:
        engine.source = shelf
        everything = {"match_all": {}}
        engine.server.client.delete_by_query(index=engine.server.alias, query=everything, refresh=True)
        return engine

    yield over
    engine.server.client.close()


class TestElasticsearch(EngineContract):
    @pytest.fixture
    def make(self, make):
        return make

    @pytest.fixture
    def filled(self, emptied):
        def fill(*documents: Document) -> ElasticEngine:
            engine = emptied(Shelf(*documents))
            engine.index(documents)
            return engine

        return fill
