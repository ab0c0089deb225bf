"""How much the parts of a question say, and what fills the answer of few."""

from __future__ import annotations

import pytest

from search import filling
from search.queries import Vocabulary, parse
from search.ranking import BESIDE, ENOUGH, OTHER_MARKS, SHELF

WORDS = Vocabulary(("Toán",), {5: "Lớp 5"})


def test_a_part_says_the_more_the_rarer_it_is_and_half_is_enough():
    query = parse("phân số thập", WORDS)
    counts = [(9, 8), (50, 40), (100, 0)]
    shares = filling.shares(query, 1_000, counts, much=False)
    rare, common, other = (filling.rarity(1_010, *each) for each in counts)
    assert rare > common > other
    assert shares.parts == pytest.approx([OTHER_MARKS * each for each in (rare, common, other)])
    assert shares.typed == pytest.approx([(1 - OTHER_MARKS) * each for each in (rare, common, other)])
    beside = [BESIDE * (rare + common) / 2, BESIDE * (common + other) / 2]
    assert shares.pairs == pytest.approx(beside)
    assert shares.enough == pytest.approx((rare + common + other) / 2)
    assert shares.shelf == pytest.approx(SHELF * (rare + common + other))
    # Beside whole answers, of a short question, the pairs are asked for too.
    more = filling.shares(query, 1_000, counts, much=True)
    assert more.enough == pytest.approx((rare + common + other + sum(beside)) / 2)


def test_what_nothing_has_says_nothing_and_what_most_have_is_no_question():
    query = parse("phan so thap", WORDS)
    shares = filling.shares(query, 1_000, [(9, None), (0, None), (50, None)], much=False)
    assert (shares.parts[1], shares.typed, shares.pairs) == (0.0, (0.0, 0.0, 0.0), (0.0, 0.0))
    assert shares.parts[0] == filling.rarity(1_010, 9)
    assert filling.shares(query, 1_000, [(600, None), (700, None), (0, None)], much=False) is None


def test_few_answers_are_filled_and_a_syllable_of_two_is_no_part():
    assert filling.is_filled(parse("phân số thập", WORDS), 0)
    assert filling.is_filled(parse("phân số thập", WORDS), ENOUGH - 1)
    assert not filling.is_filled(parse("phân số thập", WORDS), ENOUGH)
    assert filling.is_filled(parse("quang hợp", WORDS), 0)
    assert not filling.is_filled(parse("quang hợp", WORDS), 1)
    assert filling.is_filled(parse("quang hợp lớp 5", WORDS), 1)
    assert filling.shares(parse("quang hợp lớp 5", WORDS), 1_000, [(9, 8), (9, 8)], much=True) is None
    assert not filling.is_filled(parse('"phân số" thập', WORDS), 0)
    assert not filling.is_filled(parse("phân số thập", WORDS, exact=True), 0)
