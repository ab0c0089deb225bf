"""Folding and sorting of Vietnamese."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import fold, nfc, sort_key


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
