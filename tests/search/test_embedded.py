"""The embedded engine keeps the contract, survives a lost or damaged file, and lets processes share it."""

from __future__ import annotations

import random
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.search_library import Made, documents
from search.documents import Document
from search.engines import prepared
from search.engines.base import SearchRequest
from search.engines.bits import numbers_in
from search.engines.columns import Columns, stored
from search.engines.embedded import EmbeddedEngine
from search.queries import parse
from search.scope import Scope
from tests.search.contract import AT_SCHOOL, WORDS, EngineContract, Shelf, ask, document, toan

AT_MADE = Scope(frozenset({1, 15, 53}))


class TestEmbedded(EngineContract):
    @pytest.fixture
    def make(self, tmp_path: Path):
        return lambda shelf, *more: EmbeddedEngine(shelf, tmp_path / "search.sqlite3", *more)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "search.sqlite3"


def test_a_missing_file_is_built_when_asked(path):
    engine = EmbeddedEngine(Shelf(document(1, "Phân số")), path)
    assert ask(engine, "phan so") == [1]
    path.unlink()
    assert ask(engine, "phan so") == [1]


@pytest.mark.parametrize("where", [0, 100, 4_096, 8_192])
def test_a_damaged_file_is_built_anew(path, where):
    shelf = Shelf(*(document(n, f"Phân số {n}") for n in range(1, 60)))
    EmbeddedEngine(shelf, path).rebuild()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(path.read_bytes())
    data[where:] = b"\xa5" * len(data[where:])
    path.write_bytes(data)
    engine = EmbeddedEngine(shelf, path)
    assert engine.search(SearchRequest(parse("phân số"), AT_SCHOOL)).total == 59


def test_an_index_of_another_make_is_built_anew(path, monkeypatch):
    EmbeddedEngine(Shelf(document(1, "Cũ")), path).rebuild()
    monkeypatch.setattr("search.engines.index_file.MAKE", "newer")
    assert ask(EmbeddedEngine(Shelf(document(2, "Mới")), path)) == [2]


def test_another_reader_sees_what_one_wrote(path):
    shelf = Shelf(document(1, "Một"))
    writer, reader = EmbeddedEngine(shelf, path), EmbeddedEngine(shelf, path)
    assert ask(reader) == [1]
    writer.index([document(2, "Hai", subject="toan")])
    page = reader.search(SearchRequest(scope=AT_SCHOOL))
    assert (page.total, page.facets["subject"]) == (2, [("toan", 1)])
    writer.delete([1])
    assert ask(reader) == [2]
    writer.rebuild()
    assert ask(reader) == [1]


def test_readers_go_on_while_one_writes(path):
    shelf = Shelf(document(1, "Một"))
    engine = EmbeddedEngine(shelf, path)
    engine.rebuild()
    seen = []
    with engine.exclusive():
        engine.index([document(2, "Hai")])
        reader = threading.Thread(target=lambda: seen.extend(ask(EmbeddedEngine(shelf, path))))
        reader.start()
        reader.join()
    assert seen == [1]
    assert ask(engine) == [2, 1]


def test_what_fails_half_way_is_not_written(path):
    engine = EmbeddedEngine(Shelf(document(1, "Một")), path)
    engine.rebuild()

    def broken():
        yield document(1, "Khác")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        engine.index(broken())
    assert ask(engine, "một") == [1]
    assert not engine.check()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), title=st.text(min_size=1, max_size=60))
def test_no_text_breaks_a_search(tmp_path_factory, text, title):
    engine = _shared(tmp_path_factory)
    engine.index([document(1, title)])
    ask(engine, text)
    ask(engine, text, exact=True)
    engine.suggest(parse(text), AT_SCHOOL)
    assert ask(engine) == [1]


ASKED = ("phan so", "phân số", "Toán lớp 5", "hình tam giác", "luyện tập toán 7", "hoc", "ôn tập học kì")


def answers(engine: EmbeddedEngine) -> list[object]:
    found: list[object] = []
    for text in ASKED:
        for exact in (False, True):
            page = engine.search(SearchRequest(parse(text, exact=exact), AT_MADE))
            counted = {name: sorted(counts) for name, counts in page.facets.items()}
            found.append((page.total, [hit.document.resource for hit in page.hits], counted))
    begun = [parse(text, exact=True) for text in ("phan s", "hoc t", "h", "hinh tam g")]
    return found + [[each.resource for each in engine.suggest(query, AT_MADE)] for query in begun]


def test_what_the_file_holds_ready_changes_no_answer(tmp_path, monkeypatch):
    made = {}
    for least in (10_000, 5):
        monkeypatch.setattr(prepared, "LEAST", least)
        path = tmp_path / f"{least}.sqlite3"
        EmbeddedEngine(Made(300), path).rebuild()
        engine = EmbeddedEngine(Made(300), path)
        before = answers(engine)
        again = answers(engine)
        more = [replace(each, resource=1_000 + each.resource, published=9) for each in documents(20)]
        EmbeddedEngine(Made(300), path).index(more)
        after = answers(engine)
        assert after == answers(EmbeddedEngine(Made(300), path))
        EmbeddedEngine(Made(300), path).set_uses({40: 9})
        made[least] = (before, again, after, answers(EmbeddedEngine(Made(300), path)))
        with sqlite3.connect(path) as connection:
            (ready,) = connection.execute("SELECT count(*) FROM prepared").fetchone()
        connection.close()
        assert (ready > 1_000) is (least == 5)
    assert made[5] == made[10_000]
    before, again, after, _later = made[5]
    assert before == again != after


@pytest.mark.parametrize("least", [5, 10_000])
def test_one_that_has_long_answered_answers_as_one_that_has_just_begun(path, monkeypatch, least):
    monkeypatch.setattr(prepared, "LEAST", least)
    chance = random.Random(7)
    heard = ["cộng", "trừ", "nhân", "chia", "tròn", "vuông", "trái", "phải", "xanh", "đỏ", "tím", "vàng"]

    def lesson(number: int) -> Document:
        said = chance.choices(heard, [2**at for at in range(len(heard))], k=3)
        return toan(number, " ".join(said), inner=" ".join(chance.choices(heard, k=2)))

    asked = [" ".join(chance.sample(heard, size)) for size in (1, 2, 2, 3, 3, 3, 4, 4, 5)]
    asked += ["cộng trừ toán lớp 5", '"trừ nhân"', "vang tim do"]

    def told(engine: EmbeddedEngine) -> list[object]:
        pages = [engine.search(SearchRequest(parse(text, WORDS), AT_SCHOOL)) for text in asked]
        hits = [[(hit.document.resource, hit.document.title) for hit in page.hits] for page in pages]
        counts = [{name: sorted(values) for name, values in page.facets.items()} for page in pages]
        return [hits, counts, [(page.total, page.whole, page.relaxed) for page in pages]]

    warm = EmbeddedEngine(Shelf(*map(lesson, range(1, 60))), path)
    for _ in range(3):
        told(warm)
        # Once all are others, and what was rare may be gone.
        EmbeddedEngine(Shelf(), path).index(map(lesson, range(1, 50)))
        warm.delete(chance.sample(range(1, 60), 12))
        assert told(warm) == told(EmbeddedEngine(Shelf(), path))
    warm.delete(range(1, 58))
    assert told(warm) == told(EmbeddedEngine(Shelf(), path))


def test_columns_come_back_as_they_were_packed():
    first = (3, 1_763_800_000, 7, "phân\nsố", *stored(document(1, "a")))
    columns = Columns().with_changes([first, (9, 5, 0, "b", *stored(document(2, "b")))], [9])
    same = Columns.unpacked(columns.packed())
    assert numbers_in(columns.bits) == [3]
    for name in ("columns", "published", "uses", "titles", "groups", "bits"):
        assert getattr(same, name) == getattr(columns, name)


_kept: list[EmbeddedEngine] = []


def _shared(tmp_path_factory) -> EmbeddedEngine:
    if not _kept:
        _kept.append(EmbeddedEngine(Shelf(), tmp_path_factory.mktemp("index") / "search.sqlite3"))
        _kept[0].rebuild()
    return _kept[0]
