"""A page of results with five facets, suggestions and an update becoming visible, for both engines.

Run as `python -m benchmarks.search [--engine embedded elasticsearch] [--documents 20000 100000]`. The
documents are made up from a fixed seed, as are the questions. The embedded index lies in a folder of its
own; Elasticsearch is the one named in HOCLIEU_TEST_ELASTICSEARCH_URL or started by `make services`, where
the indices of the run are deleted at its end.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import machine, yardstick
from benchmarks.search_library import NAMES, Made, documents

if TYPE_CHECKING:
    from search.documents import Document
    from search.engines.base import Engine, SearchRequest

GOALS = (
    "goals: embedded at 100,000 p95 ≤ 80 ms alone, ≤ 300 ms 8 at once, suggest ≤ 5 ms; "
    "Elasticsearch at 1,000,000 p95 ≤ 50 ms alone; an update visible within 5 s"
)
FACETS = ("level", "grade", "subject", "type", "unit")
QUERIES = (
    "toan lop 5", "Toán lớp 5", "phân số", "phan so", "hình tam giác lớp 5", "GDCD 8", "khtn7", "lực",
    "luyện tập", "ôn tập học kì", "vật lý 10", "năng lượng ánh sáng", "lịch sử địa lý 4", "bản đồ",
    "tiếng việt lớp 1", "", "quê hương đất nước", "thí nghiệm hóa học", "đề kiểm tra toán 6",
    "nguyễn thị lan",
)  # fmt: skip
PREFIXES = ("p", "ph", "pha", "phan s", "to", "t", "luyen t", "vat li", "q", "nang luong a")
UPDATES = 20


def requests(facets: tuple[str, ...]) -> list[SearchRequest]:
    """Every query bare and with filters, as a teacher of one school asks."""
    from search.engines.base import SearchRequest
    from search.queries import Vocabulary, parse
    from search.scope import Scope

    words = Vocabulary(NAMES, {n: f"Lớp {n}" for n in range(1, 13)})
    scope, near = Scope(frozenset({1, 15, 53})), ("don-vi-53", "xa-13", "so")
    made = []
    for text in QUERIES:
        query = parse(text, words)
        asked = SearchRequest(query, scope, facets=facets, near=near)
        narrowed = {"grade": ("lop-5", "lop-6"), "unit": ("xa-13",)}
        made += [
            asked,
            replace(asked, filters=narrowed),
            replace(asked, filters={"subject": ("mon-0",)}, page=2),
        ]
    return made


def figures(times: list[float]) -> str:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95)]
    return f"p50 {statistics.median(ordered):.1f} ms, p95 {p95:.1f} ms, most {ordered[-1]:.1f} ms"


def timed(
    ask: Callable[..., object], items: list[object], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    times = []
    for item in items:
        started = clock()
        ask(item)
        times.append((clock() - started) * 1000)
    return times


def unprepared(engine: Engine, asked: list[SearchRequest]) -> list[float]:
    """As if nothing had been asked of this process before each question."""
    times = []
    for each in asked:
        engine.forget()  # type: ignore[attr-defined]
        times += timed(engine.search, [each], time.thread_time)
    return times


def together(engine: Engine, asked: list[SearchRequest], threads: int) -> list[float]:
    times: list[float] = []

    def work(seed: int) -> None:
        mine = random.Random(seed).sample(asked, len(asked))
        times.extend(timed(engine.search, list(mine)))

    started = [threading.Thread(target=work, args=(seed,)) for seed in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return times


def update(engine: Engine, document: Document, number: int) -> None:
    """One document changes; returns when a question for its new word finds it."""
    from search.engines.base import SearchRequest
    from search.queries import parse
    from search.scope import Scope

    word = f"zyx{number}"
    engine.index([replace(document, title=f"{document.title} {word}")])
    asked = SearchRequest(parse(word), Scope(frozenset({1})), facets=())
    while not engine.search(asked).total:
        time.sleep(0.01)


@contextmanager
def embedded(count: int) -> Iterator[tuple[Engine, Callable[[], int]]]:
    """The engine over a file of its own, and how many bytes that has."""
    from search.engines.embedded import EmbeddedEngine

    with tempfile.TemporaryDirectory(prefix="hoclieu-search-") as folder:
        path = Path(folder) / "search.sqlite3"
        yield EmbeddedEngine(Made(count), path), lambda: path.stat().st_size


@contextmanager
def elasticsearch(count: int) -> Iterator[tuple[Engine, Callable[[], int]]]:
    """The engine over indices of its own, and how many bytes they have."""
    from search.engines.elastic import ElasticEngine

    prefix = f"hoclieu-benchmark-{secrets.token_hex(4)}"
    engine = ElasticEngine(Made(count), _address(), prefix)
    server = engine.server

    def size() -> int:
        server.writer.indices.forcemerge(index=server.alias, flush=True)
        stats = server.writer.indices.stats(index=server.alias, metric="store")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])

    try:
        yield engine, size
    finally:
        server.drop([*server.ours(), server.notes])
        server.client.close()


def _address() -> str:
    from deploy.dev import services

    given = os.environ.get("HOCLIEU_TEST_ELASTICSEARCH_URL", "")
    state = {} if given else services.status(["elasticsearch"])["elasticsearch"]
    if not given and state["state"] != "up":
        raise SystemExit(f"Elasticsearch is not up: {state['why'] or 'make services starts it'}")
    return given or state["url"]


ENGINES = {"embedded": embedded, "elasticsearch": elasticsearch}


def measure(name: str, count: int, rounds: int, threads: int) -> None:
    """Prints the figures for an index of ``count`` documents."""
    from search.facets import FIELDS
    from search.queries import parse
    from search.scope import Scope

    with ENGINES[name](count) as (engine, size):
        started = time.perf_counter()
        engine.rebuild()
        built = time.perf_counter() - started
        print(f"{name}, {count:,} documents: {built:.1f} s, {count / built:,.0f} a second,", end=" ")
        print(f"{size() / 1_000_000:.0f} MB")
        asked = requests(FACETS)
        first = timed(engine.search, [asked[0]])[0]
        timed(engine.search, list(asked))
        alone = [t for _ in range(rounds) for t in timed(engine.search, list(asked))]
        print(f"  a page alone: {figures(alone)}")
        print(f"  the first of a process: {first:.0f} ms; of this process's time:", end=" ")
        print(figures(timed(engine.search, list(asked), time.thread_time)))
        if hasattr(engine, "forget"):
            print(f"  words not asked before, of its time: {figures(unprepared(engine, asked))}")
        print(f"  with all {len(FIELDS)} facets: {figures(timed(engine.search, list(requests(FIELDS))))}")
        print(f"  {threads} threads of one process: {figures(together(engine, asked, threads))}")
        scope = Scope(frozenset({1, 15, 53}))
        typed = [parse(text, exact=True) for text in PREFIXES * 5]
        print(f"  suggest: {figures(timed(lambda query: engine.suggest(query, scope), list(typed)))}")
        numbered = list(enumerate(documents(UPDATES)))
        seen = timed(lambda each: update(engine, each[1], each[0]), list(numbered))
        print(f"  an update visible: {figures(seen)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", nargs="+", default=["embedded"], choices=list(ENGINES))
    parser.add_argument("--documents", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--together", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoclieu-search-") as var:
        os.environ.update(DJANGO_SETTINGS_MODULE="cms.settings", HOCLIEU_VAR=var, HOCLIEU_PROCESS="command")
        import django

        django.setup()
        print(f"{machine()}; yardstick {yardstick():.0f} ms. {GOALS}")
        for name in options.engine:
            for count in options.documents:
                measure(name, count, options.rounds, options.together)
        print(f"yardstick {yardstick():.0f} ms")


if __name__ == "__main__":
    main()
