"""Reading what people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import word, words
from search.lexicon import Lexicon
from search.queries import MAX_CHARS, MAX_WORDS, Query, Vocabulary, parse, understood_words

WORDS = Vocabulary(
    (
        "Toán",
        "Ngữ văn",
        "Ngoại ngữ 1",
        "Giáo dục công dân",
        "Tự nhiên và Xã hội",
        "Khoa học tự nhiên",
        "Lịch sử và Địa lí",
        "Vật lí",
        "Giáo dục quốc phòng và an ninh",
    ),
    {n: f"Lớp {n}" for n in range(1, 13)},
)


def read(text: str) -> Query:
    return parse(text, WORDS)


def phrases(query: Query) -> list[set[str]]:
    return [{" ".join(w.folded for w in p) for p in g.phrases} for g in query.groups]


def meaning(text: str) -> list[tuple[str, str]]:
    return [(part.kind, part.label) for part in read(text).understood]


@pytest.mark.parametrize(
    "text",
    [
        "toan lop 5",
        "Toán lớp 5",
        "toán 5",
        "toán5",
        "TOAN5",
        "toán khối 5",
        "toán L5",
        "toán k5",
        "toan lop5",
    ],
)
def test_a_subject_and_a_grade_however_written(text):
    assert meaning(text) == [("subject", "Toán"), ("grade", "Lớp 5")]
    asked = phrases(read(text))
    assert "toan" in asked[0]
    assert {"lop 5", "khoi 5", "toan 5"} <= asked[1]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("GDCD", "Giáo dục công dân"),
        ("gdcd", "Giáo dục công dân"),
        ("TNXH", "Tự nhiên và Xã hội"),
        ("tự nhiên xã hội", "Tự nhiên và Xã hội"),
        ("KHTN", "Khoa học tự nhiên"),
        ("LS&ĐL", "Lịch sử và Địa lí"),
        ("LS & ĐL", "Lịch sử và Địa lí"),
        ("GDQP-AN", "Giáo dục quốc phòng và an ninh"),
        ("lịch sử và địa lý", "Lịch sử và Địa lí"),
        ("tiếng Anh", "Ngoại ngữ 1"),
        ("lý 8", "Vật lí"),
        ("khtn7", "Khoa học tự nhiên"),
    ],
)
def test_names_and_abbreviations_of_subjects(text, subject):
    assert ("subject", subject) in meaning(text)


@pytest.mark.parametrize(
    ("text", "grade"), [("6A1", 6), ("lớp 12", 12), ("lop 1", 1), ("L9", 9), ("10a2", 10)]
)
def test_grades(text, grade):
    assert meaning(text) == [("grade", f"Lớp {grade}")]


@pytest.mark.parametrize(
    "text", ["lớp 13", "toán 15", "3D", "thở", "lí do", "lop", "5", "2026", "b52", "lớp 0"]
)
def test_what_is_no_grade(text):
    assert ("grade") not in [kind for kind, _label in meaning(text)]


def test_an_abbreviation_asks_for_the_long_form_too():
    assert phrases(read("SKKN")) == [{"skkn", "sang kien kinh nghiem", "sang kien"}]
    assert phrases(read("giáo dục công dân")) == [{"giao duc cong dan", "gdcd"}]


def test_linking_words_are_optional_unless_alone():
    query = read("phân số và hỗn số")
    assert [g.optional for g in query.groups] == [False, False, True, False, False]
    assert len(read("và").required) == 1


def test_exact_stands_for_itself():
    query = parse("toán5 GDCD", WORDS, exact=True)
    assert phrases(query) == [{"toan5"}, {"gdcd"}]
    assert query.understood == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà", "hòa"), ("thuỷ", "thủy"), ("lý", "lí"), ("Mỹ", "Mĩ"), ("quý", "quí"), ("kỹ", "kĩ")],
)
def test_spellings_of_one_word(one, other):
    assert word(one) == word(other)


@pytest.mark.parametrize(("one", "other"), [("bò", "bố"), ("may", "mai"), ("túy", "túi"), ("đa", "da")])
def test_words_that_only_look_alike(one, other):
    assert word(one) != word(other)


def test_decomposed_text_is_the_same():
    assert words("Toa\u0301n lơ\u0301p") == words("Toán lớp")


@given(st.text(max_size=500))
def test_limits_hold_for_any_text(text):
    query = read(text)
    assert len(query.text) <= MAX_CHARS
    assert len(query.words) <= MAX_WORDS
    assert bool(query.groups) == bool(query.words)
    assert all(phrase for group in query.groups for phrase in group.phrases)
    assert parse(query.text, WORDS) == query


@pytest.mark.parametrize(
    "text", ["học kì 2", "hk2", "HKII", "cuối kì 2", "giữa học kì 1", "tuần 12", "bài 5"]
)
def test_a_time_of_the_school_year_lifts_and_hides_nothing(text):
    groups = parse(f"phân số {text}").groups
    assert [group.optional for group in groups[:2]] == [False, False]
    assert groups[2:] and all(group.optional for group in groups[2:])


@pytest.mark.parametrize("text", ["lớp 5A", "lop 5a3", "5A", "khối lớp 5", "lớp V", "grade 5"])
def test_a_class_names_its_grade(text):
    assert [group.numbers for group in parse(text).groups] == [(5,)]


@pytest.mark.parametrize("text", ["mô hình 3D", "mô hình 5E"])
def test_a_digit_with_a_letter_is_not_always_a_class(text):
    assert not any(group.numbers for group in parse(text).groups)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("toanlop5", [("subject", "Toán"), ("grade", "Lớp 5")]),
        ("nguvan9", [("subject", "Ngữ văn"), ("grade", "Lớp 9")]),
        ("vatly8", [("subject", "Vật lí"), ("grade", "Lớp 8")]),
        ("vănhọc", [("subject", "Ngữ văn")]),
        ("toantap", []),
    ],
)
def test_subjects_written_without_blanks(text, said):
    assert meaning(text) == said


def test_short_subjects_with_marks_have_their_own():
    assert meaning("viết văn miêu tả lớp 4") == [("grade", "Lớp 4")]
    assert meaning("ảnh lớp 5") == [("grade", "Lớp 5")]
    assert meaning("TA lớp 4")[0] == ("subject", "Ngoại ngữ 1")
    assert meaning("văn lớp 4")[0] == ("subject", "Ngữ văn")
    assert meaning("lý 8")[0] == ("subject", "Vật lí")


def test_two_grades_side_by_side_are_both_meant():
    assert meaning("toán 4 5") == [("subject", "Toán"), ("grade", "Lớp 4"), ("grade", "Lớp 5")]
    assert meaning("toán 5 10") != meaning("toán 5 6")


@pytest.mark.parametrize(
    ("text", "so"),
    [("bò", ["bò"]), ("bò là gì", ["bò"]), ("con bò", ["bò"]), ("bộ", []), ("bo", []), ("bò phận", [])],
)
def test_a_word_with_marks_that_the_library_does_not_know_is_meant_so(text, so):
    library = Vocabulary(lexicon=Lexicon.of([("Bộ phận của con vật", "", "")]))
    found = [group for group in parse(text, library).groups if group.as_typed]
    assert [group.phrases for group in found] == [(words(each),) for each in so]
    assert all(group.needs_marks for group in found)


def test_a_meaning_is_all_its_words_with_their_marks():
    looser = read("HSG").loosened
    assert looser is not None and not looser.can_be_filled(answered=False)
    assert [group.phrases for group in looser.groups] == [((each,),) for each in words("học sinh giỏi")]
    assert all(group.needs_marks for group in looser.groups if group.phrases[0][0].has_marks)
    several = read("ước chung ucln bcnn").loosened
    assert several is not None and several.can_be_filled(answered=False)
    assert read("học sinh").loosened is None


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("phân số Lớp 5", "Lớp 5"),
        ("Toán phân số lớp 5", "Toán … lớp 5"),
        ("toán 5", "toán 5"),
        ("toan5 phân số", "toan5 phân số"),
        ("trò chơi mầm non 4-5 tuổi", "mầm non 4-5 tuổi"),
    ],
)
def test_of_what_was_typed_the_words_understood_are_told(text, quoted):
    query = parse(text, Vocabulary(("Toán",), {5: "Lớp 5"}))
    assert understood_words(query.text, [part for part in query.understood if part.label]) == quoted


@pytest.mark.parametrize(
    ("text", "label"), [("vẽ mẫu giáo", "Mầm non"), ("tròn cap 2", "Trung học cơ sở"), ("cây TH", "Tiểu học")]
)
def test_a_level_is_understood_beside_other_words(text, label):
    query = parse(text)
    assert [part.label for part in query.understood] == [label]
    assert [group.kind for group in query.required] == [""]
