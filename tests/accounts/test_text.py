"""Folding and sorting of Vietnamese."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import SORT_NAME_LENGTH, collation, fold, nfc, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường thẳng", "duong thang"),
        ("ĐẶNG THỊ NGỌC ÁNH", "dang thi ngoc anh"),
        (unicodedata.normalize("NFD", "Nghị luận"), "nghi luan"),
        ("Toán lớp 5", "toan lop 5"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_keeps_offsets(text: str) -> None:
    assert len(fold(text)) == len(nfc(text))


def test_names_sort_by_ten_then_ho_dem() -> None:
    people = [("Bình", "Trần Văn"), ("An", "Vũ Thị"), ("Ánh", "Đỗ"), ("An", "Lê Thị")]
    ordered = sorted(people, key=lambda name: sort_key(*name))
    assert ordered == [("An", "Lê Thị"), ("An", "Vũ Thị"), ("Ánh", "Đỗ"), ("Bình", "Trần Văn")]


def test_names_sort_in_the_order_of_vietnamese_letters_and_tones() -> None:
    wanted = [
        ("An", "Vũ Thị"),
        ("Anh", "Đặng Văn"),
        ("Anh", "Vũ Lan"),
        ("Ánh", "Bùi Thị"),
        ("Ân", "Bùi Thị"),
        ("Dung", "Lê Thị"),
        ("Dũng", "Lê Văn"),
        ("Đào", "Lê Thị"),
        ("Hạnh", "Nguyễn Thị"),
        ("Hằng", "Bùi Thị"),
        ("Hân", "Bùi Thị"),
        ("Hiên", "Bùi Thị"),
        ("Long", "Vũ"),
        ("Lợi", "An"),
        ("Tuấn", "Đặng"),
        ("Tư", "Ân"),
        ("Tư", "Đặng"),
    ]
    mixed = wanted[::-1]
    assert sorted(mixed, key=lambda name: sort_key(*name)) == wanted


def test_tones_sort_as_in_dictionaries_and_only_after_letters() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma", "man"], key=collation) == [
        "ma", "mà", "mả", "mã", "má", "mạ", "man"
    ]  # fmt: skip
    assert collation(unicodedata.normalize("NFD", "Lợi")) == collation("LỢI")


def test_a_sorting_name_can_be_searched_in_and_always_fits() -> None:
    name = sort_key("Hạnh", "Nguyễn Thị")
    assert name.endswith("|hanh nguyen thi Hạnh Nguyễn Thị")
    assert "anh" not in collation("Hạnh"), "a search finds the written part alone"
    assert sort_key("", "") == ""
    long = sort_key("H" * 50, "Ê" * 100)
    assert len(long) <= SORT_NAME_LENGTH and long.endswith("Ê" * 100)
