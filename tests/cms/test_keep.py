"""A kept piece of a page brings the drawings it uses, and is told apart by language."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.template import engines
from django.utils import translation


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


def render(source: str, **context: object) -> str:
    return str(engines["django"].from_string("{% load keep ui %}" + source).render(context))


def test_what_is_kept_is_shown_again_with_its_symbols() -> None:
    source = (
        '{% page_symbols %}{% keep name 60 %}{% icon "search" %}{{ word }}{% endkeep %}{% endpage_symbols %}'
    )
    first = render(source, name="a", word="một")
    again = render(source, name="a", word="hai")
    assert again == first
    assert 'id="i-search"' in again and "một" in again
    assert "hai" in render(source, name="b", word="hai")


def test_each_language_has_its_own_and_without_a_name_nothing_is_kept() -> None:
    source = "{% keep name 60 %}{{ word }}{% endkeep %}"
    assert render(source, name="a", word="<một>") == "&lt;một&gt;"
    with translation.override("en"):
        assert render(source, name="a", word="one") == "one"
    assert render(source, name="", word="x") == "x"
    assert render(source, name="", word="y") == "y"
