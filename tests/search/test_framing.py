"""What a long question says around its subject need not occur; what it is about must."""

from __future__ import annotations

import pytest

from search.asked import Query, Vocabulary
from search.lexicon import Lexicon
from search.queries import parse

TITLES = (
    "Bảng nhân 5", "Phép trừ có nhớ trong phạm vi 100", "Lực ma sát", "Học hát: Lá cây", "Ôn phép trừ có nhớ",
    "Kể chuyện Sơn Tinh", "An toàn trên đường đến trường",
)  # fmt: skip
LIBRARY = Vocabulary(
    subjects=("Toán",),
    grades={n: f"Lớp {n}" for n in range(1, 13)},
    lexicon=Lexicon.of((title, "", "Học sinh học bài") for title in TITLES * 4),
)


def needed(query: Query) -> list[str]:
    return [group.phrases[0][0].folded for group in query.required]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("làm thế nào để học sinh lớp 2 nhớ bảng nhân 5 lâu hơn", ["bang", "nhan", "5"]),
        ("cho tôi xin tài liệu giúp các em học lực ma sát dễ hiểu", ["luc", "ma", "sat"]),
        ("lam the nao de hoc sinh lop 6 hieu luc ma sat", ["luc", "ma", "sat"]),
    ],
)
def test_the_frame_of_a_question_need_not_occur(text, words):
    assert needed(parse(text, LIBRARY)) == words


def test_a_word_of_the_frame_that_belongs_to_a_longer_word_is_meant():
    assert "nho" in needed(parse("tài liệu dạy học sinh lớp 2 phép trừ có nhớ trong phạm vi 100", LIBRARY))


def test_short_queries_mean_every_word():
    assert needed(parse("trò chơi học sinh", LIBRARY)) == ["tro", "choi", "hoc", "sinh"]


def test_a_question_of_nothing_but_its_frame_is_asked_as_it_stands():
    assert needed(parse("tài liệu giúp học sinh học bài dễ hiểu", LIBRARY))


def test_a_long_question_is_long_by_what_was_typed():
    assert parse("tài liệu giúp các em học sinh hiểu lực ma sát", LIBRARY).is_long
    assert not parse("lực ma sát", LIBRARY).is_long


def test_safety_is_no_maths():
    kinds = [group.kind for group in parse("duong an toan den truong", LIBRARY).groups]
    assert "subject" not in kinds
