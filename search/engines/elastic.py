"""The search engine of a province: Elasticsearch, for any number of hosts and documents.

An index is built beside the one that answers and takes its place in one step. What is written while it
is being built is noted and written to it once more before that, so that nothing is lost.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import groupby, islice
from math import log
from typing import Any

from elasticsearch import ApiError, TransportError, helpers
from elasticsearch.dsl.query import Query as Asked

from search.documents import RESOURCE, Document, Ref
from search.engines import elastic_index, elastic_query
from search.engines.asking import RARITY_FROM
from search.engines.base import (
    MAX_PAGE,
    Digests,
    Drift,
    Engine,
    EngineUnavailableError,
    Hit,
    SearchPage,
    SearchRequest,
    Source,
)
from search.engines.elastic_server import BUSY, MissingIndexError, Server, Standing
from search.engines.fts import BEHIND
from search.queries import Query
from search.ranking import WINDOW, card_of, score
from search.scope import Scope

#: Indices of sources up to this size are built by whoever misses them.
INLINE_RESOURCES = 2_000
BATCH = 500
SCAN = 5_000
#: Requests of a build on the way at once, and the text inside that goes in one.
SENDERS, PORTION_CHARS = 2, 4_000_000
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
            for batch in _whole_batches(documents):
                done += self._write({document.ref for document in batch}, batch)
        return done

    def delete(self, ids: Iterable[int], what: str = RESOURCE) -> None:
        with self.exclusive():
            for batch in _batches(ids):
                self._write({(what, number) for number in batch}, [])

    def refresh(self, ids: Iterable[int], what: str = RESOURCE) -> int:
        """In one step for each batch: nothing is missing between forgetting and adding."""
        done = 0
        with self.exclusive():
            for batch in _batches(ids):
                documents = list(self.source.documents(batch, what))
                done += self._write({(what, number) for number in batch}, documents)
        return done

    def set_uses(self, uses: Mapping[int, int]) -> int:
        changed = [number for number, before in self._scan_uses() if uses.get(number, 0) != before]
        with self.exclusive():
            for batch in _batches(changed):
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
        actions: list[dict[str, Any]] = [_adding(index, document, fields) for document in documents]
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
            for actions in _portions(self.source.documents(), index):
                for _action in actions:
                    done += 1
                    if progress and done % BATCH == 0:
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
            self.server.writer.indices.refresh(index=index)
        return done

    def _catch_up(self, index: str) -> None:
        """Writes to a new index what changed while it was filled; then it answers."""
        server = self.server
        while True:
            with server.locked(), server.reached():
                refs = server.written(BATCH)
                for what, group in groupby(sorted(refs), key=lambda ref: ref[0]):
                    ids = [number for _what, number in group]
                    documents = list(self.source.documents(ids, what))
                    self._put(index, elastic_index.FIELDS, {(what, number) for number in ids}, documents)
                server.forget_written(refs)
                if len(refs) < BATCH:
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
        if self.source.count() <= INLINE_RESOURCES:
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

    def search(self, request: SearchRequest) -> SearchPage:
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
        return [elastic_index.read(hit["_source"])[0] for hit in found["hits"]["hits"]]

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
        matching: Asked | None = None
        for matching, some in self._ways(request.query):
            first, size = _reach(request)
            hits, counts = self._ask(
                elastic_query.hits(request, matching, first, size, some=some),
                elastic_query.counts(request, matching),
            )
            if counts["hits"]["total"]["value"]:
                break
        total = counts["aggregations"]["narrowed"]["doc_count"]
        pages = max(1, -(-total // request.size))
        page = max(1, min(request.page, pages, MAX_PAGE))
        if page != request.page:
            request = replace(request, page=page)
            first, size = _reach(request)
            (hits,) = self._ask(elastic_query.hits(request, matching, first, size, some=some))
        found = _in_order(request, hits["hits"]["hits"])
        at = (page - 1) * request.size - first
        took = (time.perf_counter() - started) * 1000
        facets = {name: _values(counts["aggregations"][f"facet:{name}"]) for name in request.facets}
        shown = tuple(found[at : at + request.size])
        return SearchPage(total, shown, facets, page, pages, some and bool(total), round(took, 2))

    def _ways(self, query: Query) -> Iterator[tuple[Asked | None, bool]]:
        """What documents must have, the strictest first; the later ones where nothing has that."""
        if not query.groups:
            yield None, False
            return
        if not query.exact and len(query.runs) < len(query.required):
            yield elastic_query.together(query), False
        yield elastic_query.anywhere(query), False
        if len(query.required) > 1:
            yield elastic_query.some_of(query, self._rarities(query)), True

    def _rarities(self, query: Query) -> list[float]:
        (found,) = self._ask(elastic_query.rarity(query))
        everything = found["hits"]["total"]["value"] + RARITY_FROM
        counted = [found["aggregations"][str(at)]["doc_count"] for at in range(len(query.required))]
        return [log(everything / max(count, 1)) for count in counted]

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
                    docvalue_fields=fields,
                    track_total_hits=False,
                )
                hits = found["hits"]["hits"]
                yield from (hit["fields"] for hit in hits)
                if len(hits) < SCAN:
                    break
                after = hits[-1]["sort"]
            client.close_point_in_time(id=pit)


def _adding(index: str, document: Document, fields: frozenset[str]) -> dict[str, Any]:
    taken = elastic_index.fitting(elastic_index.entry(document), fields)
    return {"_op_type": "index", "_index": index, "_id": elastic_index.id_of(document), "_source": taken}


def _portions(documents: Iterable[Document], index: str) -> Iterator[list[dict[str, Any]]]:
    """Additions to an index, as many as go in one request."""
    portion: list[dict[str, Any]] = []
    size = 0
    for document in documents:
        portion.append(_adding(index, document, elastic_index.FIELDS))
        size += len(document.inner)
        if len(portion) >= BATCH or size >= PORTION_CHARS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _whole_batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """About BATCH documents at a time; those of one thing, one behind the other, stay together."""
    batch: list[Document] = []
    for _ref, group in groupby(documents, key=lambda document: document.ref):
        batch += group
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _reach(request: SearchRequest) -> tuple[int, int]:
    """From which hit on, and how many: the first pages need all that is put into the final order."""
    start = (request.page - 1) * request.size
    if not _is_ranked(request) or start >= WINDOW:
        return start, request.size
    return 0, max(WINDOW, start + request.size)


def _is_ranked(request: SearchRequest) -> bool:
    return bool(request.query.groups) and request.sort == "relevance"


def _in_order(request: SearchRequest, found: list[Any]) -> list[Hit]:
    """Hits as they are shown: those within the window by ``ranking.score``, the rest as they came."""
    read = [(hit, *elastic_index.read(hit["_source"])) for hit in found]
    if not _is_ranked(request):
        return [Hit(document, 0.0) for _hit, document, _keys in read]
    first, _size = _reach(request)
    window = read[: max(0, WINDOW - first)]
    now = int(time.time())
    ranked = []
    for hit, document, keys in window:
        names = hit.get("matched_queries", ())
        inside = [int(name.removeprefix(elastic_query.INSIDE)) for name in names]
        points = score(request.query, card_of(document, keys), inside=inside, near=request.near, now=now)
        ranked.append(Hit(document, points))
    ranked.sort(key=lambda each: (each.score, each.document.published, each.document.resource), reverse=True)
    return ranked + [Hit(document, hit["_score"] - BEHIND) for hit, document, _keys in read[len(window) :]]


def _values(facet: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(each["key"], each["doc_count"]) for each in facet["values"]["buckets"]]


def _failure(answer: Mapping[str, Any]) -> Exception:
    """What is wrong with one of several answers."""
    status, reason = answer.get("status", 500), str(answer["error"].get("reason", answer["error"]))
    if status == 404:
        return MissingIndexError(reason)
    if status in BUSY:
        return EngineUnavailableError(reason)
    return AssertionError(f"a question that Elasticsearch does not understand: {reason}")
