"""What was probably meant: slips, keys of the input method, lost blanks, unfinished words."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import word, words
from search.keyboard import from_telex, from_vni
from search.lexicon import NOTHING, Lexicon
from search.spelling import correct

TITLES = (
    "Văn học dân gian lớp 9",
    "Phân số bằng nhau",
    "Cộng hai phân số",
    "Lịch sử địa phương",
    "Chuyển động thẳng đều",
    "Quang hợp ở thực vật",
    "Trường hợp bằng nhau của tam giác",
    "Không khí cần cho sự cháy",
    "Nguyên tử và phân tử",
    "Con bò sữa",
)
LEXICON = Lexicon.of((title, "quang hợp, diệp lục", "Bài giảng cho học sinh") for title in TITLES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vawn hojc 9", "văn học 9"),
        ("va8n ho5c", "văn học"),
        ("phaan soos", "phân số"),
        ("truwowngf hopwj", "trường hợp"),
        ("phanso", "phân số"),
        ("conbosua", "con bò sữa"),
        ("lị ch sử", "lịch sử"),
        ("phâ nsố", "phân số"),
        ("chuyen dong thnag deu", "chuyển động thẳng đều"),
        ("quag hợp", "quang hợp"),
        ("nguyên tửu", "nguyên tử"),
        ("trực vật", "thực vật"),
        ("diệp lụ", "diệp lục"),
        ("quang hợp ở thực v", "quang hợp ở thực vật"),
    ],
)
def test_what_was_meant(typed, meant):
    found = correct(typed, LEXICON)
    assert found is not None
    assert found.text == meant


@pytest.mark.parametrize("typed", ["phân số", "phan so", "con bò sữa", "", "2026", "xyzqw kkk", "lớp 9"])
def test_what_needs_no_correction_or_has_none(typed):
    assert correct(typed, LEXICON) is None


def test_a_correction_has_only_words_of_the_lexicon():
    found = correct("phanso chuyen dong thnag", LEXICON)
    assert found is not None
    assert all(word(each).folded in LEXICON.by_folded for each in found.text.split())
    assert correct("phanso", NOTHING) is None


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("vawn", "văn"),
        ("hojc", "học"),
        ("toasn", "toán"),
        ("dduwowngf", "đường"),
        ("tieengs", "tiếng"),
        ("nguwowif", "người"),
        ("muaw", "mưa"),
        ("quyeenf", "quyền"),
    ],
)
def test_telex(keys, meant):
    assert from_telex(keys) == word(meant).marked


@pytest.mark.parametrize(
    ("keys", "meant"), [("va8n", "văn"), ("ho5c", "học"), ("d9u7o7ng2", "đường"), ("tie61ng", "tiếng")]
)
def test_vni(keys, meant):
    assert from_vni(keys) == word(meant).marked


@given(st.text(max_size=200))
def test_no_text_breaks_it(text):
    found = correct(text, LEXICON)
    assert found is None or found.text


def test_it_is_quick():
    long = "chuyen dogn thnag deu phanso quag hop nguyen tửu khong khy"
    correct(long, LEXICON)
    started = time.process_time()
    for _ in range(10):
        correct(long, LEXICON)
    assert (time.process_time() - started) / 10 < 0.05  # 5 ms on an idle machine


def test_a_lexicon_is_the_same_after_storing():
    lexicon = Lexicon.of([("Bảng nhân", "", "")], Counter({"Đào Thu Thúy": 2}))
    again = Lexicon.from_bytes(lexicon.to_bytes())
    assert again == lexicon and again.words and again.pairs
    assert again.people_like(words("thu thú"), 5) == ["Đào Thu Thúy"]


def test_people_are_known_by_words_in_a_row_with_the_marks_typed():
    lexicon = Lexicon.of([], Counter({"Đào Thu Thúy": 2, "Dao Thu": 1, "Thu Đào": 1}))
    assert lexicon.people_like(words("dao thu"), 5) == ["Đào Thu Thúy", "Dao Thu"]
    assert lexicon.people_like(words("dao thu"), 1) == ["Đào Thu Thúy"]
    assert lexicon.people_like(words("đào th"), 5) == ["Đào Thu Thúy"]
    assert lexicon.people_like(words("đáo thu"), 5) == []


def test_rare_words_say_more():
    many = Lexicon.of((f"Bài {n}", "", "phân số" if n % 10 == 0 else "") for n in range(100))
    assert many.weight(word("phân")) > many.weight(word("bài"))
    assert many.weight(word("bài")) == pytest.approx(0.05)


def test_a_syllable_with_marks_is_changed_only_in_an_offer():
    offered, taken = correct("nguyên tửu", LEXICON), correct("quag hợp", LEXICON)
    assert offered is not None and not offered.certain
    assert taken is not None and taken.certain


def test_words_that_are_kept_and_bare_consonants_stay():
    assert correct("quag hợp", LEXICON, {"quag"}) is None
    assert correct("qgh", LEXICON) is None


@pytest.mark.parametrize(("typed", "meant"), [("quang hop o thuk vat", "quang hợp ở thực vật")])
def test_short_and_foreign_letters_are_corrected_by_their_neighbours(typed, meant):
    found = correct(typed, LEXICON)
    assert found is not None and found.text == meant and found.certain


def test_two_letters_are_changed_only_beside_a_known_word():
    lexicon = Lexicon.of(
        (title, "", "") for title in ("Chiến dịch Điện Biên Phủ", "Định luật Ohm", "Sơn Tinh")
    )
    taken, offered = correct("dien bien fu", lexicon), correct("định luật om", lexicon)
    assert taken is not None and taken.text == "điện biên phủ" and taken.certain
    assert offered is not None and offered.text == "định luật ohm" and not offered.certain
    assert correct("om", lexicon) is None


def test_letters_alone_make_no_correction_certain():
    lexicon = Lexicon.of(
        (title, "", "") for title in ("Tính nhanh", "Đá cuội, sơn mài", "Trái tim", "Cái tin")
    )
    found = correct("sơn timn", lexicon)
    assert found is not None and not found.certain and found.beside == ()


def test_a_changed_word_takes_the_marks_it_has_beside_its_neighbour():
    lexicon = Lexicon.of((title, "", "") for title in ("Tính nhanh", "Tính tổng", "Sơn Tinh, Thủy Tinh"))
    found = correct("son tinnh", lexicon)
    assert found is not None and found.text == "sơn tinh"
    assert found.beside == (("son tinh",),)
    assert found.is_borne_out(["truyen son tinh"]) and not found.is_borne_out(["son va tinh"])


def test_words_found_only_apart_are_corrected_by_their_neighbours():
    assert correct("quan hợp", Lexicon.of((t, "quan sát", "") for t in TITLES)) is None
    found = correct("quan hợp", Lexicon.of((t, "quan sát", "") for t in TITLES), apart=True)
    assert found is not None and found.text == "quang hợp" and not found.certain


def test_a_short_word_that_is_no_syllable_is_corrected_only_in_an_offer():
    lexicon = Lexicon.of([("Lễ hội", "", ""), ("Tập thể dục", "", ""), ("Phân số", "", "")])
    for typed in ("led", "atp"):
        assert correct(typed, lexicon).doubtful, typed
    assert not correct("phna so", lexicon).doubtful
    assert correct("led", lexicon).text == "lễ"
    assert correct("đèn LED", Lexicon.of([("Đèn lễ hội", "", "")])) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("quanghop12", "quang hợp 12"),
        ("phanso3", "phân số 3"),
        ("phan so4", "phân số 4"),
        ("phânsố7", "phân số 7"),
    ],
)
def test_blanks_lost_before_a_number(typed, meant):
    assert correct(typed, LEXICON).text == meant
