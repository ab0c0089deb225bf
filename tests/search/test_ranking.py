"""The final order: where words stand, marks, what fits, and the little things."""

from __future__ import annotations

import pytest

from search.documents import Document, searchable_text
from search.queries import Vocabulary, parse
from search.ranking import card, score

WORDS = Vocabulary(
    ("Toán", "Vật lí", "Khoa học tự nhiên"), {n: f"Lớp {n}" for n in range(1, 13)}, ("Cánh Diều",)
)


def lesson(title: str = "Bài", **more: object) -> Document:
    return Document(resource=1, uid="u", title=title, **more)  # type: ignore[arg-type]


def points(text: str, document: Document, **more: object) -> float:
    return score(parse(text, WORDS), card(document, searchable_text(document)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["phân số", "phan so"])
def test_title_keywords_facts_description_inside(text):
    found = [
        points(text, lesson("Phân số")),
        points(text, lesson(keywords="phân số")),
        points(text, lesson(type_name="Phân số")),
        points(text, lesson(description="phân số")),
        points(text, lesson(), inside=(0, 1)),
        points(text, lesson()),
    ]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_exact_marks_before_others_and_phrases_before_scattered_words():
    assert points("bò", lesson("Con bò")) > points("bò", lesson("Bố con"))
    assert points("phân số", lesson("Phân số nhỏ")) > points("phân số", lesson("Số nhỏ phân"))


@pytest.mark.parametrize(
    "text", ["hỗn số lớp 5", "hỗn số 5A2", "hỗn số khối 5", "hỗn số lớp năm", "hon so lop 4-5"]
)
def test_a_grade_lifts_and_another_sinks(text):
    right, silent, wrong = (
        points(text, lesson("Hỗn số", grade_numbers=grades)) for grades in ((5,), (), (9,))
    )
    assert right > silent > wrong
    assert wrong > points(text, lesson("Khác", grade_numbers=(5,)))


@pytest.mark.parametrize("text", ["đếm trẻ 5 tuổi", "đếm mẫu giáo lớn", "dem 5-6 tuoi", "đếm lớp lá"])
def test_ages(text):
    fits = lesson("Đếm", grade_names=("Mẫu giáo 5–6 tuổi",))
    other = lesson("Đếm", grade_names=("Mẫu giáo 3–4 tuổi",))
    assert points(text, fits) > points(text, other)


def test_a_subject_its_kin_and_others():
    found = [points("lí 8 áp suất", lesson("Áp suất", subject_name=name, grade_numbers=(8,)))
             for name in ("Vật lí", "Khoa học tự nhiên", "", "Toán")]  # fmt: skip
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("text", ["giáo án phân số", "KHBD phân số", "kế hoạch bài dạy phân số"])
def test_a_sort_lifts(text):
    assert points(text, lesson("Phân số", type_name="Giáo án")) > points(
        text, lesson("Phân số", type_name="Đề thi")
    )


def test_little_things_decide_between_equals_only():
    plain = points("bò", lesson("Con bò"), now=10**9, near=("truong", "xa"))
    for better in (
        lesson("Con bò", published=10**9),
        lesson("Con bò", uses=50),
        lesson("Con bò", rating=5.0, rated=10),
        lesson("Con bò", unit_path=("truong", "xa")),
    ):
        assert plain < points("bò", better, now=10**9, near=("truong", "xa")) < plain + 2
    bad = lesson("Con bò", rating=1.0, rated=10)
    assert points("bò", bad, now=10**9) < plain
