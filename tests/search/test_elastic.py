"""Elasticsearch keeps the contract; its index is replaced without an empty moment and loses no change."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from search.documents import RESOURCE, Document
from search.engines import elastic_index, elastic_order, elastic_server
from search.engines.base import EngineUnavailableError, SearchRequest
from search.engines.elastic import ElasticEngine
from search.queries import parse
from tests.proxy import door
from tests.search.contract import AT_SCHOOL, EngineContract, Shelf, ask, document

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


# The life of an index


def test_a_rebuild_has_no_empty_moment_and_loses_no_change(make):
    """Asked, changed and withdrawn while the new index is filled: the old one answers until it is whole."""
    shelf = Shelf(*(document(n, f"Bài {n}") for n in range(1, 4)))
    engine, other = make(shelf), make(shelf)
    engine.rebuild()
    (before,) = engine.server.ours()
    seen: list[list[int]] = []

    def meanwhile(ids=None, what=RESOURCE):
        for number, each in enumerate(Shelf.documents(shelf, ids, what)):
            yield each
            seen.append(sorted(ask(other)))
            if number == 0 and ids is None:
                shelf.take(1)
                shelf.put(document(2, "Hai bản mới"), document(4, "Bốn"))
                other.refresh([1, 2, 4])

    engine.source = SimpleNamespace(documents=meanwhile, count=shelf.count)
    engine.rebuild()
    assert seen[0] == [1, 2, 3]
    assert seen[1:] == [[2, 3, 4]] * (len(seen) - 1)
    assert sorted(ask(engine)) == sorted(ask(other)) == [2, 3, 4]
    assert ask(engine, "hai ban moi") == [2]
    assert not other.check()
    (after,) = engine.server.ours()
    assert after != before


def test_a_filled_index_is_in_one_part_and_keeps_what_is_written(make):
    shelf = Shelf(*[document(number, f"Bài {number}") for number in range(1, 1_201)])
    engine = make(shelf)
    engine.rebuild()
    client, index = engine.server.client, engine.server.standing().index
    segments = client.indices.segments(index=index)["indices"][index]["shards"]["0"][0]["segments"]
    assert len(segments) == 1
    kept = client.indices.get_settings(index=index)[index]["settings"]["index"]
    assert kept["refresh_interval"] == "1s"
    assert kept["auto_expand_replicas"] == "0-1"
    assert "translog" not in kept  # as the server has it: on disk before it answers


def test_what_fails_half_way_leaves_the_old_index(make):
    engine = make(Shelf(document(1, "Một")))
    engine.rebuild()
    before = engine.server.ours()

    def broken(*_args):
        yield document(2, "Hai")
        raise RuntimeError

    good, engine.source = engine.source, SimpleNamespace(documents=broken, count=lambda: 2)
    with pytest.raises(RuntimeError):
        engine.rebuild()
    assert (ask(engine), engine.server.ours()) == ([1], before)
    engine.source = good
    assert engine.rebuild() == 1


def test_one_builds_at_a_time(make):
    engine, other = make(Shelf(document(1, "Một"))), make(Shelf(document(1, "Một")))
    engine.rebuild()
    with engine.server.locked():
        engine.server.begin_build()
    with pytest.raises(EngineUnavailableError, match="another process"):
        other.rebuild()
    engine.server.end_build()
    assert other.rebuild() == 1
    assert len(engine.server.ours()) == 1


def test_indices_of_others_are_left_alone(make):
    engine = make(Shelf(document(1, "Một")))
    client, prefix = engine.server.client, engine.server.prefix
    strange = [f"{prefix}-search-20200101000000000000", f"{prefix}-searching", f"{prefix}-search-old"]
    for name in strange:
        client.indices.create(index=name)
    engine.rebuild()
    engine.rebuild()
    assert all(client.indices.exists(index=name) for name in strange)
    assert len(engine.server.ours()) == 1


def test_an_index_of_another_make_answers_and_is_asked_to_be_rebuilt_once(make, monkeypatch):
    shelf = Shelf(document(1, "Một", inner="Quang hợp"))
    make(shelf).rebuild()
    asked: list[int] = []
    monkeypatch.setattr(elastic_index, "MAKE", "newer")
    newer, another = (make(shelf, lambda: asked.append(1)) for _ in range(2))
    assert ask(newer) == ask(another) == [1]
    shelf.put(document(2, "Hai"))
    newer.refresh([2])
    assert ask(another) == [2, 1]
    assert asked == [1]
    newer.rebuild()
    assert newer.server.standing().make == "newer"


def test_an_older_mapping_takes_what_it_knows(make, monkeypatch):
    """A field that only newer code writes is left out until the index is rebuilt."""
    shelf = Shelf(document(1, "Một"))
    engine = make(shelf)
    engine.rebuild()
    real = elastic_index.entry
    monkeypatch.setattr(elastic_index, "entry", lambda each: {**real(each), "colour": "red"})
    shelf.put(document(2, "Hai"))
    engine.refresh([2])
    assert ask(engine) == [2, 1]


def test_two_writers_take_turns(make, monkeypatch):
    shelf = Shelf(document(1, "Một"))
    engine, other = make(shelf), make(shelf)
    engine.rebuild()
    monkeypatch.setattr(elastic_server, "LOCK_SECONDS", 0.2)
    with engine.exclusive(), engine.exclusive(), pytest.raises(EngineUnavailableError, match="is writing"):
        Thread(other.refresh, [1]).result()
    assert other.refresh([1]) == 1
    monkeypatch.setattr(elastic_server, "LEASE_SECONDS", -1)
    with engine.exclusive():  # a lease that ran out: its holder is dead
        assert other.refresh([1]) == 1
    assert engine.refresh([1]) == 1


def test_a_lock_lost_with_the_server_is_taken_again_at_once(make, elasticsearch_url, monkeypatch):
    """Else what waits for the server would wait for the lease to run out as well."""
    monkeypatch.setattr(elastic_server, "LOCK_SECONDS", 0.2)
    engine, other = make(Shelf(document(1, "Một"))), make(Shelf(document(1, "Một")))
    with door(elasticsearch_url) as way:
        engine.server.url = way.url
        engine.rebuild()
        with engine.exclusive():
            way.close()
        with pytest.raises(EngineUnavailableError):
            engine.refresh([1])
        way.open()
        with pytest.raises(EngineUnavailableError, match="is writing"):
            other.refresh([1])
        assert engine.refresh([1]) == 1
    assert other.refresh([1]) == 1


def test_pages_behind_the_final_order_follow_without_gap(emptied, monkeypatch):
    monkeypatch.setattr(elastic_order, "WINDOW", 15)
    documents = [document(n, f"Bài {n}") for n in range(1, 48)]
    engine = emptied(Shelf(*documents))
    engine.index(documents)
    seen = [ask(engine, "bài", page=page) for page in range(1, 6)]
    assert [len(each) for each in seen] == [10, 10, 10, 10, 7]
    assert sorted(n for each in seen for n in each) == list(range(1, 48))
    last = engine.search(SearchRequest(parse("bài"), AT_SCHOOL, page=99))
    assert (last.page, len(last.hits)) == (5, 7)


class Thread:
    """Work in another thread, whose exception comes back."""

    def __init__(self, work: Callable[..., object], *arguments: object) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._work = self._pool.submit(work, *arguments)

    def result(self) -> object:
        with self._pool:
            return self._work.result()
