"""The search engine of a province: Elasticsearch, for any number of hosts and documents.

An index is built beside the one that answers and takes its place in one step. What is written while it
is being built is noted and written to it once more before that, so that nothing is lost.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import groupby
from typing import Any

from elasticsearch import ApiError, TransportError, helpers

from search import filling
from search.documents import RESOURCE, Document, Ref
from search.engines import elastic_batches, elastic_index, elastic_order, elastic_query
from search.engines.base import (
    MAX_PAGE,
    Digests,
    Drift,
    Engine,
    EngineUnavailableError,
    SearchPage,
    SearchRequest,
    Source,
)
from search.engines.elastic_query import Asked, Way
from search.engines.elastic_server import BUSY, MissingIndexError, Server, Standing
from search.queries import Query
from search.scope import Scope

SCAN = 5_000
#: Requests of a build that are on the way at once.
SENDERS = 2
BEAT_SECONDS = 10
#: How long a process believes what it saw of the index.
LOOK_SECONDS = 30


class ElasticEngine(Engine):
    """``ask_rebuild`` is called when the index is missing and large, or of another make than this code."""

    name = "elasticsearch"

    def __init__(
        self, source: Source, url: str, prefix: str, ask_rebuild: Callable[[], object] = lambda: None
    ) -> None:
        super().__init__(source)
        self.server = Server(url, prefix)
        self.ask_rebuild = ask_rebuild
        self._looked = 0.0

    # Writing

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        self._standing()
        with self.server.locked():
            yield

    def index(self, documents: Iterable[Document]) -> int:
        done = 0
        with self.exclusive():
            for batch in elastic_batches.whole_batches(documents):
                done += self._write({document.ref for document in batch}, batch)
        return done

    def delete(self, ids: Iterable[int], what: str = RESOURCE) -> None:
        with self.exclusive():
            for batch in elastic_batches.batches(ids):
                self._write({(what, number) for number in batch}, [])

    def refresh(self, ids: Iterable[int], what: str = RESOURCE) -> int:
        """In one step for each batch: nothing is missing between forgetting and adding."""
        done = 0
        with self.exclusive():
            for batch in elastic_batches.batches(ids):
                documents = list(self.source.documents(batch, what))
                done += self._write({(what, number) for number in batch}, documents)
        return done

    def set_uses(self, uses: Mapping[int, int]) -> int:
        changed = [number for number, before in self._scan_uses() if uses.get(number, 0) != before]
        with self.exclusive():
            for batch in elastic_batches.batches(changed):
                documents = [replace(d, uses=uses.get(d.resource, 0)) for d in self.source.documents(batch)]
                self._write({(RESOURCE, number) for number in batch}, documents)
        return len(changed)

    def _write(self, refs: set[Ref], documents: list[Document]) -> int:
        """Puts documents in the place of all that is known of some things; visible at the end."""
        standing = self._standing()
        with self.server.reached():
            self._put(standing.index, standing.fields, refs, documents)
            if self.server.building():
                self.server.note_written(refs)
        return len(documents)

    def _put(self, index: str, fields: frozenset[str], refs: set[Ref], documents: list[Document]) -> None:
        client = self.server.writer
        names = [elastic_index.ref_of(*ref) for ref in refs]
        there = client.search(index=index, query={"terms": {"ref": names}}, size=10_000, source=False)
        gone = {hit["_id"] for hit in there["hits"]["hits"]} - {elastic_index.id_of(d) for d in documents}
        actions = [elastic_batches.adding(index, document, fields) for document in documents]
        actions += [{"_op_type": "delete", "_index": index, "_id": name} for name in gone]
        helpers.bulk(client, actions, refresh=True)

    # Building

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        server = self.server
        with server.locked(), server.reached():
            index = server.begin_build()
        try:
            done = self._fill(index, progress)
            self._catch_up(index)
        except BaseException:
            with suppress(EngineUnavailableError, ApiError, TransportError), server.locked():
                server.drop([index])
                server.end_build()
            raise
        self._looked = 0.0
        return done

    def _fill(self, index: str, progress: Callable[[int, int], None] | None) -> int:
        expected = self.source.count()
        beaten = time.monotonic()
        done = 0
        sent: deque[Future[Any]] = deque()
        with self.server.reached(), ThreadPoolExecutor(SENDERS) as pool:
            for actions in elastic_batches.portions(self.source.documents(), index):
                for _action in actions:
                    done += 1
                    if progress and done % elastic_batches.BATCH == 0:
                        progress(done, expected)
                # The server works on some while the next ones are read.
                sent.append(pool.submit(helpers.bulk, self.server.writer, actions))
                if len(sent) > SENDERS:
                    sent.popleft().result()
                if time.monotonic() - beaten > BEAT_SECONDS:
                    self.server.beat(index)
                    beaten = time.monotonic()
            for rest in sent:
                rest.result()
            self._merge(index)
        return done

    def _merge(self, index: str) -> None:
        """Others hear meanwhile that the build is alive."""
        with ThreadPoolExecutor(1) as pool:
            merging = pool.submit(self.server.merge, index)
            while not wait([merging], timeout=BEAT_SECONDS).done:
                self.server.beat(index)
            merging.result()
        self.server.writer.indices.refresh(index=index)

    def _catch_up(self, index: str) -> None:
        """Writes to a new index what changed while it was filled; then it answers."""
        server = self.server
        while True:
            with server.locked(), server.reached():
                refs = server.written(elastic_batches.BATCH)
                for what, group in groupby(sorted(refs), key=lambda ref: ref[0]):
                    ids = [number for _what, number in group]
                    documents = list(self.source.documents(ids, what))
                    self._put(index, elastic_index.FIELDS, {(what, number) for number in ids}, documents)
                server.forget_written(refs)
                if len(refs) < elastic_batches.BATCH:
                    server.show(index)
                    server.end_build()
                    return
                server.beat(index)

    def _standing(self) -> Standing:
        """The index that answers, made where there is none; for one of another make a rebuild is asked."""
        standing = self.server.standing()
        if standing is None:
            self._missing()
            standing = self.server.standing()
            if standing is None:
                raise EngineUnavailableError("the index is missing")
        if standing.make != elastic_index.MAKE and self.server.ask_once():
            self.ask_rebuild()
        self._looked = time.monotonic()
        return standing

    def _missing(self) -> None:
        if self.is_small():
            self.rebuild()
            return
        if self.server.ask_once():
            self.ask_rebuild()
        raise EngineUnavailableError("the index is being built")

    def _look(self) -> None:
        """From time to time, and when a process begins, what is there is compared with this code."""
        if not self._looked or time.monotonic() - self._looked > LOOK_SECONDS:
            self._standing()

    # Asking

    def ask(self, request: SearchRequest) -> SearchPage:
        self._look()
        try:
            return self._search(request)
        except MissingIndexError:
            self._standing()
            return self._search(request)

    def suggest(
        self, prefix: Query, scope: Scope, size: int = 6, what: tuple[str, ...] = (RESOURCE,)
    ) -> list[Document]:
        if not prefix.words:
            return []
        self._look()
        (found,) = self._ask(elastic_query.beginning(prefix, scope, size, what))
        return [elastic_index.document_of(hit["_source"]) for hit in found["hits"]["hits"]]

    def _ask(self, *bodies: dict[str, Any]) -> list[Any]:
        """The answers to some questions, asked together."""
        searches = [part for body in bodies for part in ({}, body)]
        with self.server.reached():
            answers = self.server.client.msearch(index=self.server.alias, searches=searches)["responses"]
        for answer in answers:
            if "error" in answer:
                raise _failure(answer)
        return list(answers)

    def _search(self, request: SearchRequest) -> SearchPage:
        started = time.perf_counter()
        way, hits, counts, relaxed = self._found(request)
        if way.whole is not None:
            request = replace(request, query=request.query.as_filled())
        total = counts["aggregations"]["narrowed"]["doc_count"]
        pages = max(1, -(-total // request.size))
        page = max(1, min(request.page, pages, MAX_PAGE))
        if page != request.page:
            request = replace(request, page=page)
            (hits,) = self._ask(elastic_query.hits(request, way, *elastic_order.reach(request)))
        shown = elastic_order.shown(request, hits["hits"]["hits"])
        found = counts["aggregations"]
        facets = {name: elastic_order.values(found[f"facet:{name}"]) for name in request.facets}
        took = (time.perf_counter() - started) * 1000
        whole = found["whole"]["doc_count"] if way.whole is not None else None
        whole = None if whole == total else whole
        return SearchPage(total, shown, facets, page, pages, relaxed and bool(total), whole, round(took, 2))

    def _found(self, request: SearchRequest) -> tuple[Way, Any, Any, bool]:
        """How it was asked, hits, counts, and whether nothing has all words: as the embedded engine does."""
        query, way, visible = request.query, Way(None), 0
        for way in elastic_query.strict_ways(query):
            hits, counts = self._both(request, way)
            visible = counts["hits"]["total"]["value"]
            if visible or (way.settled_by is not None and self._has(request, way.settled_by)):
                break
        if not request.fill or not filling.is_filled(query, visible):
            return way, hits, counts, False
        (rare,) = self._ask(elastic_query.rarity(query))
        filled = elastic_query.filled_way(
            query, way, rare, much=bool(visible), with_shelf=RESOURCE in request.what
        )
        if filled is None:
            return way, hits, counts, False
        return filled, *self._both(request, filled), not visible

    def _has(self, request: SearchRequest, asked: Asked) -> bool:
        """Whether the person may see any document that matches, whatever the filters."""
        (counted,) = self._ask(elastic_query.counts(replace(request, facets=()), asked))
        return bool(counted["hits"]["total"]["value"])

    def _both(self, request: SearchRequest, way: Way) -> tuple[Any, Any]:
        first, size = elastic_order.reach(request)
        hits, counts = self._ask(
            elastic_query.hits(request, way, first, size),
            elastic_query.counts(request, way.matching, way.whole),
        )
        return hits, counts

    # Comparing

    def check(self) -> Drift:
        indexed: Digests = {}
        for fields in self._scan({"match_all": {}}, ["what", "number", "digest"]):
            indexed.setdefault((fields["what"][0], fields["number"][0]), set()).add(fields["digest"][0])
        return self.drift_from(indexed)

    def _scan_uses(self) -> list[tuple[int, int]]:
        rows = self._scan({"term": {"what": RESOURCE}}, ["number", "uses"])
        return list({(row["number"][0], row["uses"][0]) for row in rows})

    def _scan(self, query: dict[str, Any], fields: list[str]) -> Iterator[dict[str, list[Any]]]:
        """Some fields of everything that matches, as it was when the scan began. Nothing, of no index."""
        client = self.server.writer
        with self.server.reached():
            if not client.indices.exists_alias(name=self.server.alias):
                return
            pit: str = client.open_point_in_time(index=self.server.alias, keep_alive="2m")["id"]
            after: list[Any] | None = None
            while True:
                found = client.search(
                    query=query,
                    pit={"id": pit, "keep_alive": "2m"},
                    sort=["_shard_doc"],
                    size=SCAN,
                    search_after=after,
                    source=False,
                    docvalue_fields=[{"field": name} for name in fields],
                    track_total_hits=False,
                )
                hits = found["hits"]["hits"]
                yield from (hit["fields"] for hit in hits)
                if len(hits) < SCAN:
                    break
                after = hits[-1]["sort"]
            client.close_point_in_time(id=pit)


def _failure(answer: Mapping[str, Any]) -> Exception:
    """What is wrong with one of several answers."""
    status, reason = answer.get("status", 500), str(answer["error"].get("reason", answer["error"]))
    if status == 404:
        return MissingIndexError(reason)
    if status in BUSY:
        return EngineUnavailableError(reason)
    return AssertionError(f"a question that Elasticsearch does not understand: {reason}")
