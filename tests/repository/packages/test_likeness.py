"""Whether two packages can be two versions of one lesson: what tells, and what any two packages share."""

from __future__ import annotations

import pytest

from repository.packages.likeness import Facts, can_be_told, matches


def facts(*titles: str, ids: str = "", parts: str = "", files: str = "") -> Facts:
    return Facts(
        titles,
        frozenset(ids.split()),
        frozenset(filter(None, parts.split(","))),
        frozenset((len(name), ord(name[0])) for name in files.split()),
    )


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Phân số", "phân  SỐ"),
        ("Phân số", "Phân số (bản sửa lần 2)"),
        ("Bài 5. Phép cộng phân số", "Phép cộng các phân số – tiết 2"),
        ("phan_so_lop5_v1", "phan_so_lop5_final"),
    ],
)
def test_titles_that_are_one_lesson(older: str, newer: str) -> None:
    assert matches(facts(older), facts(newer)) == ["title"]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Phân số", "Chiến thắng Điện Biên Phủ"),
        ("Bài giảng điện tử lớp 5", "Bài giảng điện tử lớp 4"),
        ("scorm_final", "scorm_new"),
        ("Bài 5", "Bài 6"),
        ("bai", "bai"),
        ("", "Phân số"),
    ],
)
def test_titles_that_are_not(older: str, newer: str) -> None:
    assert matches(facts(older), facts(newer)) == []


@pytest.mark.parametrize("one", ["item_1", "SCO_ID1", "ITEM-0001", "i1", "resource", "A001", ""])
def test_numbers_of_a_program_tell_nothing(one: str) -> None:
    assert matches(facts(ids=one), facts(ids=one)) == []


@pytest.mark.parametrize("one", ["6hMxWYJ9kpQ", "https://so.example/au/1", "B20251130184501", "phan-so-5"])
def test_an_identifier_of_its_own_tells(one: str) -> None:
    assert matches(facts(ids=one), facts(ids=one)) == ["identifier"]


def test_half_of_the_parts_tell_but_not_those_of_every_lesson() -> None:
    older = facts(parts="Khởi động,Đọc phân số,Viết phân số,Vận dụng")
    assert matches(older, facts(parts="Đọc phân số,So sánh phân số")) == ["parts"]
    assert matches(older, facts(parts="Khởi động,Vận dụng,Trận Bạch Đằng,Ngô Quyền,Ý nghĩa")) == []


def test_a_quarter_of_the_authors_files_tells() -> None:
    assert matches(facts(files="a b c d e"), facts(files="a x y z")) == ["files"]
    assert matches(facts(files="a b c d e"), facts(files="a x y z u v")) == []


def test_where_nothing_is_known_nothing_is_claimed() -> None:
    assert not can_be_told(facts("Bài giảng 5", parts="Khởi động", ids="item_1"))
    assert can_be_told(facts("Phân số"))
    assert can_be_told(facts(parts="Ngô Quyền"))
