"""Other spellings of names and terms, and what is none of them."""

from __future__ import annotations

import pytest

from search import spellings
from search.analysis import words
from search.lexicon import Lexicon
from search.names import kept_words, keys, names_of
from search.queries import Vocabulary, parse
from search.spelling import correct


def asked(text: str) -> set[str]:
    return {" ".join(w.folded for w in phrase) for phrase in parse(text).groups[0].phrases}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("talet", "thales"),
        ("Ác si mét", "archimedes"),
        ("menden", "mendel"),
        ("darwin", "dac uyn"),
        ("Cu-lông", "coulomb"),
        ("bazơ", "base"),
        ("bazo", "base"),
        ("benzen", "benzene"),
        ("canxi", "calcium"),
        ("hoóc-môn", "hormone"),
        ("toan do", "toan co loi van"),
        ("hpt", "he phuong trinh"),
        ("PCCC", "phong chay chua chay"),
    ],
)
def test_a_name_finds_its_other_spellings(typed, written):
    assert written in asked(typed)


@pytest.mark.parametrize("typed", ["viet", "viết", "co si", "cu long", "cửu long", "men đến", "mo da"])
def test_another_word_is_no_name(typed):
    assert all(len(group.phrases) == 1 for group in parse(typed).groups)
    assert not parse(typed).understood


def test_what_is_a_word_without_its_marks_is_looked_for_with_them():
    assert parse("viét").groups[0].needs_marks
    assert not parse("niuton").groups[0].needs_marks


def test_the_name_of_today_is_not_explained():
    assert [part.label for part in parse("niu tơn").understood] == ["Newton"]
    assert parse("Newton").understood == ()


def test_no_spelling_is_of_two_families():
    seen: dict[tuple[str, ...], tuple[str, ...]] = {}
    for family in spellings.FAMILIES:
        for text in family:
            assert seen.setdefault(keys(words(text)), family) is family, text
    assert not {keys(words(text)) for text in spellings.TERMS} & set(seen)


def test_spellings_are_kept_and_read_once():
    known = Vocabulary()
    assert names_of(known) is names_of(known)
    assert kept_words("cấu tạo adn", known) == {"adn"}
    lexicon = Lexicon.of([("Dẫn điện", "", "")])
    assert correct("adn", lexicon, kept_words("adn", known)) is None


def test_of_two_that_stand_for_each_other_the_longer_explains_the_shorter():
    known = Vocabulary(synonyms=(("clb", ("câu lạc bộ",)), ("câu lạc bộ", ("clb",))))
    assert [part.label for part in parse("clb", known).understood if part.label] == ["câu lạc bộ"]
    assert not [part for part in parse("câu lạc bộ", known).understood if part.label]
