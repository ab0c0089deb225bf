"""Synonyms act at once, words of the library are learnt, and neither tells of hidden lessons."""

from __future__ import annotations

import pytest
from django.urls import reverse

from search import results, wordbooks
from search.models import Synonym, Wordbook
from search.queries import parse
from search.vocabulary import terms
from tests.factories import person
from tests.search.conftest import publish

pytestmark = pytest.mark.django_db


def titles(user, text: str) -> list[str]:
    return [row.document.title for row in results.search(user, text, {}).rows]


def test_a_synonym_acts_at_once_and_stops_at_once(tree):
    publish(tree, "Ôn luyện học sinh giỏi")
    assert titles(tree.teacher, "đội tuyển") == []
    made = Synonym.objects.create(words="đội tuyển", meaning="học sinh giỏi")
    assert titles(tree.teacher, "đội tuyển") == ["Ôn luyện học sinh giỏi"]
    made.delete()
    assert titles(tree.teacher, "đội tuyển") == []


@pytest.mark.parametrize(("both_ways", "found"), [(True, 1), (False, 0)])
def test_one_way_or_both(tree, both_ways, found):
    publish(tree, "Bài về cái bát")
    Synonym.objects.create(words="bát", meaning="chén", both_ways=both_ways)
    assert len(titles(tree.teacher, "chén")) == found


def test_what_is_kept_costs_one_query(tree, django_assert_num_queries):
    Synonym.objects.create(words="bát", meaning="chén")
    terms()
    with django_assert_num_queries(1):
        terms()


def test_a_lost_book_is_not_taken_for_the_one_that_is_kept(tree):
    Synonym.objects.create(words="bát", meaning="chén")
    assert wordbooks.known().synonyms
    Synonym.objects.all().delete()
    Wordbook.objects.all().delete()
    assert wordbooks.known().synonyms == ()


def test_words_are_learnt_and_correct(tree):
    publish(tree, "Quang hợp ở thực vật", keywords="diệp lục")
    assert wordbooks.learn() == 1
    found = results.search(tree.teacher, "quag hop", {})
    assert [row.document.title for row in found.rows] == ["Quang hợp ở thực vật"]
    assert found.instead_of == "quag hop"


def test_a_correction_with_much_takes_the_place_of_words_that_stand_apart(tree):
    for number in range(3):
        publish(tree, f"Phân số {number}")
    publish(tree, "Soạn thảo", description="Xô vào giữa một phần")
    wordbooks.learn()
    found = results.search(tree.teacher, "phan xo", {})
    assert (found.query.text, found.instead_of, found.total) == ("phân số", "phan xo", 3)
    assert found.is_instead_of_some
    found = results.search(tree.teacher, "phân xố", {})
    assert (found.query.text, found.instead_of, found.total) == ("phân số", "phân xố", 3)
    assert not found.is_instead_of_some


def test_words_in_a_row_take_the_place_of_a_few_that_have_them_apart(tree):
    for number in range(3):
        publish(tree, f"Khởi nghĩa Lam Sơn {number}")
        publish(tree, f"Soạn {number}", description="Xơn xao nấu cơm lam")
    wordbooks.learn()
    found = results.search(tree.teacher, "lam xơn", {})
    assert (found.query.text, found.instead_of, found.total) == ("lam sơn", "lam xơn", 3)


def test_a_name_that_has_results_is_no_slip(tree):
    tree.teacher.last_name, tree.teacher.first_name = "Trần Duy", "An"
    tree.teacher.save()
    publish(tree, "Đạo hàm")
    publish(tree, "Trần dạy an toàn")
    wordbooks.learn()
    found = results.search(tree.teacher, "tran duy an", {})
    assert (found.total, found.corrected, found.instead_of) == (2, "", "")


def test_an_abbreviation_that_nothing_has_is_not_replaced(tree):
    publish(tree, "Lễ hội quê em")
    wordbooks.learn()
    found = results.search(tree.teacher, "led", {})
    assert (found.total, found.corrected, found.instead_of) == (0, "lễ", "")


def test_a_filter_hides_no_correction(tree):
    publish(tree, "Quang hợp ở thực vật", keywords="diệp lục")
    wordbooks.learn()
    found = results.search(tree.teacher, "quag hop", {"year": ("1999",)})
    assert (found.rows, found.instead_of, found.corrected) == ([], "", "quang hợp")
    assert "year" not in found.corrected_address


def test_words_of_hidden_lessons_correct_nothing(tree):
    publish(tree, "Bảo mật hội đồng", at=tree.far, owner=tree.far)
    publish(tree, "Bài khác")
    wordbooks.learn()
    stranger = person(tree.sister, "teacher", username="la")
    found = results.search(stranger, "bao mta hội đồng", {})
    assert (found.corrected, found.instead_of, found.rows) == ("", "", [])


def test_small_libraries_learn_by_themselves_but_not_each_time(tree):
    publish(tree, "Quang hợp")
    assert wordbooks.keep_up()
    assert not wordbooks.keep_up()


def test_editors_keep_synonyms_and_others_do_not(tree, client):
    editor = person(tree.so, "resource_reviewer", username="bien")
    add = reverse(Synonym.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
    client.force_login(tree.teacher)
    assert client.get(add).status_code in {302, 403}
    client.force_login(editor)
    form = client.get(add).content.decode()
    assert "Từ hay gõ" in form
    assert "SKKN" in form.split("Đã có sẵn:")[1]
    same = client.post(add, {"words": "Vật lý", "meaning": "vật lí", "both_ways": "on"})
    assert same.status_code == 200
    built_in = client.post(add, {"words": "hsg", "meaning": "Học sinh giỏi", "both_ways": "on"})
    assert "Tìm kiếm đã hiểu chữ viết tắt này là" in built_in.content.decode()
    assert not Synonym.objects.exists()
    client.post(add, {"words": "  chuyên   đề ", "meaning": "chủ đề", "both_ways": "on"})
    assert [str(row) for row in Synonym.objects.all()] == ["chuyên đề ↔ chủ đề"]
    asked = parse("chuyên đề", terms().words).groups
    assert len(asked) == 1
    assert len(asked[0].phrases) == 2
