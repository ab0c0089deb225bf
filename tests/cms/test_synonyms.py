"""What editors may say of words, and what contradicts the list."""

from __future__ import annotations

import pytest

from cms.synonyms import synonym_panels
from search.models import Synonym

pytestmark = pytest.mark.django_db


def refused(
    words: str, meaning: str, *, both_ways: bool = True, instance: Synonym | None = None
) -> list[str]:
    form_class = synonym_panels.bind_to_model(Synonym).get_form_class()
    given = {"words": words, "meaning": meaning, "both_ways": "on" if both_ways else ""}
    return sorted(form_class(given, instance=instance).errors)


@pytest.mark.parametrize(
    ("words", "meaning"),
    [("ĐỘI TUYỂN", "toán"), ("Đội tuyển", "học sinh giỏi"), ("học sinh giỏi", "đội tuyển")],
)
def test_what_the_list_says_already_is_refused(words, meaning):
    Synonym.objects.create(words="đội tuyển", meaning="học sinh giỏi", both_ways=False)
    assert refused(words, meaning) == ["words"]


def test_another_meaning_and_other_marks_are_taken():
    row = Synonym.objects.create(words="bát", meaning="chén")
    assert refused("bát", "tô") == []
    assert refused("bạt", "vải che") == []
    assert refused("bát", "chén", instance=row) == []


@pytest.mark.parametrize("meaning", ["khoa học", "khoa học tự nhiên"])
def test_a_built_in_abbreviation_keeps_its_meaning(meaning):
    assert refused("KHTN", meaning) == ["words"]
