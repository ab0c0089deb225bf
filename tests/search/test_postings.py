"""What a process keeps of the words of an index: the same answers as SQLite's, also after changes."""

from __future__ import annotations

import json
import random
import sqlite3

import pytest

from search.engines.bits import bits_of, numbers_in
from search.engines.match import And, Or, all_of, any_of, in_columns, lean, leaves
from search.engines.postings import Postings, Reader

COLUMNS = ("title", "keywords", "facts", "description", "people", "inner", "marked")
#: No document is gone.
ALL = -1
FOLDED = "{title keywords facts description people inner}"
#: Questions, and the same in SQLite's words.
ASKED = {
    in_columns(FOLDED, "phan"): f'{FOLDED} : "phan"',
    any_of(
        [
            in_columns(FOLDED, "phan so"),
            all_of(
                [
                    any_of([in_columns("{title}", "phan"), in_columns("{inner}", "phan so")]),
                    in_columns(FOLDED, "so"),
                ]
            ),
        ]
    ): f'({FOLDED} : "phan so") OR (({{title}} : "phan" OR {{inner}} : "phan so") AND {FOLDED} : "so")',
    all_of([in_columns("{marked}", "phân"), in_columns("{marked}", "sôβ")]): '{marked} : ("phân" AND "sôβ")',
    all_of(
        [any_of([in_columns("{title}", "so"), in_columns("{title}", "phan")]), in_columns(FOLDED, "hai")]
    ): f'{{title}} : ("so" OR "phan") AND {FOLDED} : "hai"',
    in_columns("{marked}", "phan"): '{marked} : "phan"',
    any_of([in_columns("{title inner}", "hai ba"), in_columns(FOLDED, "ba")]): f'{FOLDED} : "ba"',
    all_of([in_columns(FOLDED, "no such"), in_columns(FOLDED, "so")]): f'{FOLDED} : ("no such" AND "so")',
}


@pytest.fixture
def connection():
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.execute("CREATE TABLE doc (id INTEGER PRIMARY KEY)")
    made.execute("CREATE TABLE prepared (asked TEXT PRIMARY KEY, upto INTEGER NOT NULL, bits BLOB NOT NULL)")
    made.execute(
        f"CREATE VIRTUAL TABLE words USING fts5({', '.join(COLUMNS)}, content='',"
        ' tokenize="unicode61 remove_diacritics 0")'
    )
    add(made, range(1, 200))
    yield made
    made.close()


def add(connection: sqlite3.Connection, numbers: range) -> None:
    chance = random.Random(numbers.start)
    for number in numbers:
        texts = [" ".join(chance.choices(("phan", "so", "mot", "hai", "ba"), k=3)) for _ in COLUMNS[:-1]]
        marked = " ".join(texts).replace("phan", "phân" if number % 2 else "phan").replace("so", "sôβ")
        connection.execute("INSERT INTO doc VALUES (?)", (number,))
        connection.execute(
            f"INSERT INTO words (rowid, {', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (number, *texts, marked),
        )


def told(connection: sqlite3.Connection, asked: str) -> list[int]:
    rows = connection.execute("SELECT json_group_array(rowid) FROM words WHERE words MATCH ?", (asked,))
    return json.loads(rows.fetchone()[0])


def test_bits_are_the_numbers_they_were_made_of():
    for size, most in ((0, 10), (1, 5), (40, 100_000), (90, 100), (3_000, 4_000)):
        numbers = sorted(random.Random(size).sample(range(most), size))
        assert numbers_in(bits_of(numbers)) == numbers


def test_columns_that_tell_nothing_go_and_so_do_alternatives_that_others_contain():
    title, inner, word = in_columns("{title}", "c"), in_columns("{inner}", "d c"), in_columns(FOLDED, "e")
    asked = any_of([in_columns(FOLDED, "a b"), all_of([any_of([title, inner]), word])])
    assert asked == Or((f'{FOLDED} : "a b"', And((Or(('{title} : "c"', '{inner} : "d c"')), '"e"'))))
    assert leaves(asked) == {f'{FOLDED} : "a b"', '{title} : "c"', '{inner} : "d c"', '"e"'}
    assert lean(asked) == asked
    assert lean(any_of([in_columns("{inner}", "a e b"), word, title])) == Or(('"e"', '{title} : "c"'))
    assert all_of([word, word]) == any_of([word, word]) == word


def test_answers_are_those_of_the_index_before_and_after_they_are_kept(connection):
    postings = Postings()
    for _ in range(4):
        reader = Reader(postings, connection, "one", ALL)
        for asked, said in ASKED.items():
            assert reader.numbers(asked) == told(connection, said)
            assert reader.count(asked) == len(told(connection, said))


def test_documents_that_came_later_are_asked_for_alone_and_unseen_in_an_earlier_snapshot(connection):
    postings = Postings()
    before = Reader(postings, connection, "one", ALL)
    first = {asked: before.numbers(asked) for asked in ASKED}
    add(connection, range(200, 260))
    after = Reader(postings, connection, "one", ALL)
    for asked, said in ASKED.items():
        assert after.numbers(asked) == told(connection, said)
        assert before.numbers(asked) == first[asked]
    assert any(told(connection, said) != first[asked] for asked, said in ASKED.items())


def test_nothing_is_taken_over_from_an_index_that_was_replaced(connection):
    postings = Postings()
    kept = Reader(postings, connection, "one", ALL).numbers(next(iter(ASKED)))
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    assert kept
    assert Reader(postings, connection, "two", ALL).numbers(next(iter(ASKED))) == []


def test_no_more_is_kept_than_allowed(connection):
    postings = Postings(most=1_000)
    reader = Reader(postings, connection, "one", ALL)
    for asked in ('"phan"', '"so"', '"hai"', '"ba"'):
        assert reader.numbers(asked) == told(connection, asked)
    assert [postings.get("one", asked) is not None for asked in ('"phan"', '"so"', '"hai"', '"ba"')] == [
        False, False, True, True,
    ]  # fmt: skip
