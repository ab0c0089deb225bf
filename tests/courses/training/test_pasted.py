"""Lists pasted to enrol from: what a line may mean, and the page that shows it before it writes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.text import sort_key
from courses.training.pasted import Line, Somebody, meant_by, read_lines
from tests.courses.training.test_sessions import signed_in, text_of
from tests.courses.world import Sector, make_sector
from tests.factories import person

PEOPLE = [
    Somebody(
        1, "Trần Thị Mỹ Dung", sort_key("Dung", "Trần Thị Mỹ"), "Tiểu học An Tảo", frozenset({"dungttm"})
    ),
    Somebody(2, "Trần Thị Mỹ Dung", sort_key("Dung", "Trần Thị Mỹ"), "THCS Lê Lợi", frozenset({"0331-22"})),
    Somebody(3, "Trần Thị Mỹ Dũng", sort_key("Dũng", "Trần Thị Mỹ"), "THCS Lê Lợi", frozenset({"dung@x.vn"})),
]


def test_lines_are_split_as_excel_pastes_them() -> None:
    lines = read_lines("0331-22\n\n  Lương Văn  Quyết,Tiểu học An Tảo \nSTT\tLê Thị Hoa\tTHCS Lê Lợi\n , \n")
    assert [line.cells for line in lines] == [
        ("0331-22",),
        ("Lương Văn Quyết", "Tiểu học An Tảo"),
        ("STT", "Lê Thị Hoa", "THCS Lê Lợi"),
    ]
    assert (lines[1].name, lines[1].unit, lines[1].sort_prefix) == (
        "Lương Văn Quyết",
        "Tiểu học An Tảo",
        "|quyet luong van ",
    )
    assert lines[0].keys == ("0331-22",)


@pytest.mark.parametrize(
    ("cells", "people"),
    [
        (("0331-22",), [2]),
        (("DUNG@X.VN",), [3]),
        (("Trần Thị Mỹ Dung",), [1, 2]),
        (("tran thi my dung",), [1, 2, 3]),
        (("Trần Thị Mỹ Dũng",), [3]),
        (("Trần Thị Mỹ Dung", "Lê Lợi"), [2]),  # a part of the school's name is enough
        (("Trần Thị Mỹ Dung", "THCS Lê Lợi"), [2]),
        (("Trần Thị Mỹ Dung", "Trường THCS Lê Lợi, xã X"), [2]),
        (("Lê Văn Tám",), []),
        (("Dung",), []),
    ],
)
def test_who_a_line_means(cells: tuple[str, ...], people: list[int]) -> None:
    meant = meant_by(Line(", ".join(cells), cells), PEOPLE)
    assert [one.pk for one in meant.people] == people


@pytest.fixture
def sector(db: None) -> Sector:
    return make_sector()


def test_recognised_people_are_shown_then_enrolled(sector: Sector) -> None:
    quyet = person(sector.school, first_name="Quyết", last_name="Lương Văn")
    client = signed_in(sector.xa_manager)
    url = reverse("courses:run_paste", args=[sector.run.uid])
    lines = (
        f"{quyet.username}\nTrần Thị Thu Hằng\nLương Văn Quyết, Tiểu học Tiên Lữ\n{sector.stranger.username}"
    )
    answer = client.post(url, {"lines": lines, "act": "read"})
    words = text_of(answer)
    assert "Nhận ra 3 trong 4 dòng" in words
    assert "Trần Thị Thu Hằng : Đã ở lớp này" in words
    assert "có hai lần trong danh sách" in words
    assert "chưa tìm thấy ở các đơn vị thầy cô quản lí" in words
    assert answer.content.decode().count('name="people"') == 1
    assert sector.run.enrolments.count() == 1
    refused = client.post(url, {"lines": lines, "act": "enrol", "people": [sector.stranger.uid]})
    assert (refused.status_code, sector.run.enrolments.count()) == (422, 1)
    done = client.post(url, {"lines": lines, "act": "enrol", "people": [quyet.uid]}, follow=True)
    assert "Ghi danh mới 1 người" in text_of(done)
    assert sector.run.enrolments.filter(user=quyet).exists()


def test_nothing_or_too_much_is_refused(sector: Sector) -> None:
    client = signed_in(sector.xa_manager)
    url = reverse("courses:run_paste", args=[sector.run.uid])
    for lines, said in (("  \n", "ít nhất một dòng"), ("a\n" * 501, "nhiều nhất 500 dòng")):
        answer = client.post(url, {"lines": lines, "act": "read"})
        assert answer.status_code == 422
        assert said in text_of(answer)
    assert signed_in(sector.sister_manager).get(url).status_code == 404
