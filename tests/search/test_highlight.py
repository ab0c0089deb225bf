"""Marks stand where the words stand, whatever the text; and nothing unescaped comes through."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from accounts.text import fold, nfc
from search.analysis import tokens, words
from search.highlight import begins_with, completed, marked, snippet, spans
from search.queries import parse

VIETNAMESE = "aăâeêioôơuưyáàảãạấầẩẫậắằẳẵặếềểễệđĐbchklmnpqrstvx 5.,&<>\"'\u0301\u0302\u0323İßﬁ"
TEXT = st.text(alphabet=st.one_of(st.sampled_from(VIETNAMESE), st.characters()), max_size=80)


@given(TEXT)
def test_folding_keeps_every_place(text):
    whole = nfc(text)
    assert len(fold(text)) == len(whole)
    for token in tokens(whole):
        assert whole[token.start : token.end]
        assert words(whole[token.start : token.end]) == (token.word,)


@given(TEXT, TEXT)
def test_marks_never_change_the_text(text, query):
    shown = marked(text, parse(query))
    assert html.unescape(re.sub("</?mark>", "", shown)) == nfc(text)
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in plain
    assert shown.count("<mark>") == shown.count("</mark>")


@given(TEXT, st.text(alphabet=VIETNAMESE, max_size=5))
def test_completion_marks_never_change_the_text(text, prefix):
    shown = completed(text, parse(prefix, exact=True))
    assert html.unescape(re.sub("</?mark>", "", shown)) == nfc(text)


@given(st.text(alphabet=VIETNAMESE, max_size=40))
def test_every_word_of_a_text_is_found_in_it(text):
    whole = nfc(text)
    assume(words(whole))
    for token in tokens(whole):
        query = parse(whole[token.start : token.end], exact=True)
        assert any(span.start <= token.start and token.end <= span.end for span in spans(whole, query))


@given(st.text(alphabet=VIETNAMESE, min_size=300, max_size=600), st.text(alphabet=VIETNAMESE, max_size=6))
def test_snippets_are_short_pieces(text, query):
    shown = html.unescape(re.sub("</?mark>", "", snippet(text, parse(query), 100)))
    piece = shown.strip("…")
    assert len(piece) <= 101
    assert piece in " ".join(nfc(text).split())


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("Toán lớp 5, tập một", "toan lop 5", "<mark>Toán lớp 5</mark>, tập một"),
        ("Bài 5: số 5", "toan lop 5", "Bài 5: số 5"),
        ("Con bò và bố", "bò", "Con <mark>bò</mark> và bố"),
        ("Con bò và bố", "bo", "Con <mark>bò</mark> và <mark>bố</mark>"),
        ("Vật lí", "vật lý", "<mark>Vật lí</mark>"),
        ("a < b & toán", "toan", "a &lt; b &amp; <mark>toán</mark>"),
        ("Toa\u0301n", "toán", "<mark>Toán</mark>"),
    ],
)
def test_what_is_marked(text, query, shown):
    assert marked(text, parse(query)) == shown


def test_a_snippet_stands_around_the_match():
    text = "mở đầu " * 60 + "phân số bằng nhau " + "kết thúc " * 60
    shown = snippet(text, parse("phan so"))
    assert shown.startswith(("…mở ", "…đầu "))
    assert "<mark>phân số</mark> bằng nhau" in shown
    assert shown.endswith("…")


def test_completion_marks_the_typed_beginning():
    assert completed("Phân số thập phân", parse("phan", exact=True)) == (
        "<mark>Phân</mark> số thập <mark>phân</mark>"
    )
    assert begins_with("Lịch sử và Địa lí", parse("lich s", exact=True))
    assert not begins_with("Toán", parse("an", exact=True))


def test_a_single_letter_is_marked_only_where_it_goes_on_from_what_was_typed():
    assert (
        completed("Toán lớp 5 lên lớp 6", parse("toán l", exact=True)) == "<mark>Toán l</mark>ớp 5 lên lớp 6"
    )
    assert (
        completed("Sáng kiến giúp học sinh", parse("s", exact=True)) == "<mark>S</mark>áng kiến giúp học sinh"
    )
