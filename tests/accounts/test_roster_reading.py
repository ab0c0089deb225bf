"""Lists as schools send them: headings, dates as text, lost zeros, old fonts, hostile files. No database."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import xlsxwriter

from accounts.errors import Refusal
from accounts.roster import cells, matching
from accounts.roster.columns import recognise
from accounts.roster.matching import Known, compare
from accounts.roster.reading import read_table
from accounts.roster.units import Units

UNITS = Units(
    [
        (1, "phuong-pho-hien", "Phường Phố Hiến"),
        (2, "th-nguyen-hue", "Trường Tiểu học Nguyễn Huệ"),
        (3, "thcs-le-loi", "Trường THCS Lê Lợi"),
        (4, "mn-hoa-sen", "Mầm non Hoa Sen"),
    ]
)


def excel(rows: Sequence[Sequence[Any]], merged: Sequence[tuple[int, int, int, int, str]] = ()) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Ghi chú").write(0, 0, "Họ và tên trưởng đoàn")
        sheet = book.add_worksheet("Cả phường")
        for first, left, last, right, text in merged:
            sheet.merge_range(first, left, last, right, text)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for n, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(n, column, cell, day)
                elif cell is not None:
                    sheet.write(n, column, cell)
    return out.getvalue()


def known(pk: int, name: str, **more: Any) -> Known:
    last, first = cells.name_parts(name)
    facts = {
        "username": f"u{pk}", "email": "", "phone": "", "staff_code": "", "born_on": None,
        "unit": 2, "position": "teacher", "level": "", **more,
    }  # fmt: skip
    return Known(pk, last, first, **facts)


def plan(rows: list[dict[str, str]], people: Sequence[Known] = (), **more: Any) -> matching.Plan:
    numbered = list(enumerate(rows, start=5))
    return compare(numbered, people, UNITS, 1, **{"repairs": {}, **more})


def test_headings_in_two_merged_rows_below_a_title() -> None:
    table = read_table(
        excel(
            [
                [],
                [],
                ["STT", None, None, None, "Ghi chú"],
                [None, "Họ và tên", "Ngày sinh", "Số ĐT"],
                [1, "Bùi Thị Lan Anh", date(1986, 3, 14), 915000222],
                [2, "Đỗ Hùng", "2.6.90", "0915000333"],
            ],
            [(0, 0, 0, 4, "DANH SÁCH CÁN BỘ, GIÁO VIÊN"), (2, 1, 2, 3, "Cá nhân")],
        ),
        "ds.xlsx",
    )
    assert table.sheet == "Cả phường"
    found = recognise(table.headers)
    assert table.first_row == 5
    first = table.rows[0]
    assert [first[found[name]] for name in ("full_name", "born_on", "phone")] == [
        "Bùi Thị Lan Anh",
        "14/03/1986",
        "915000222",
    ]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            ["TT", "Họ tên CB, GV, NV", "Ngày, tháng, năm sinh", "Số CCCD", "Đơn vị công tác", "Chức vụ"],
            {"full_name": 1, "born_on": 2, "unit": 4, "position": 5},
        ),
        (["Email", "Tên", "Họ đệm", "Mã GV"], {"email": 0, "first_name": 1, "last_name": 2, "staff_code": 3}),
        (["HO VA TEN", "TRUONG", "NHIEM VU DUOC GIAO"], {"full_name": 0, "unit": 1, "position": 2}),
        (["Tên đăng nhập", "Họ và tên", "Điện thoại"], {"username": 0, "full_name": 1, "phone": 2}),
        (["Ghi chú", "Lớp"], {}),
    ],
)
def test_headings_in_any_order(headers: list[str], expected: dict[str, int]) -> None:
    assert recognise(headers) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_as_programs_write_it(encoding: str, sign: str) -> None:
    text = f"Họ và tên{sign}Đơn vị\r\nVũ Thị Hải Yến{sign}=1+1\r\n"
    table = read_table(text.encode(encoding), "ds.csv")
    assert table.rows == [["Vũ Thị Hải Yến", "=1+1"]]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(2):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", b" " * 60_000_000)
    return out.getvalue()


def entities() -> bytes:
    source = excel([["Họ và tên"], ["Vũ Hà"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/sharedStrings.xml":
                data = data.replace(
                    b"<sst", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><sst', 1
                ).replace("Vũ Hà".encode(), b"Vu &e;")
            new.writestr(part, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "roster_no_heading"),
        (b"PK\x03\x04 no zip", "roster_unreadable"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 2000, "roster_unreadable"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "roster_unreadable"),
        (b"x" * 2_600_000, "roster_too_large"),
        ("Họ và tên\n".encode(), "roster_empty"),
        ("Ghi chú,Lớp\na,b\n".encode(), "roster_no_heading"),
        (("Họ và tên\n" + "A B\n" * 26_000).encode(), "roster_too_many"),
    ],
)
def test_hostile_and_empty_files(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_table(content, "ds")
    assert refused.value.code == code


def test_a_workbook_that_swells_is_not_opened() -> None:
    content = bomb()
    start = perf_counter()
    with pytest.raises(Refusal, match="roster_too_many"):
        read_table(content, "ds.xlsx")
    assert perf_counter() - start < 2


def test_entities_of_a_workbook_are_not_followed() -> None:
    try:
        table = read_table(entities(), "ds.xlsx")
    except Refusal:
        return
    assert Path("/etc/hostname").read_text(encoding="utf-8").strip() not in str(table.rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14/3/1986", date(1986, 3, 14)),
        ("2.6.90", date(1990, 6, 2)),
        ("02-06-05", date(2005, 6, 2)),
        ("1990-06-02 00:00:00", date(1990, 6, 2)),
        ("31/02/1991", None),
        ("tháng 3", None),
    ],
)
def test_days_as_people_type_them(text: str, expected: date | None) -> None:
    assert cells.day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GV lớp 3", "teacher"),
        ("Phó hiệu trưởng", "vice_principal"),
        ("Hiệu trưởng", "principal"),
        ("PHT", "vice_principal"),
        ("NV thư viện", "staff"),
        ("Chuyên viên", "official"),
        ("thỉnh giảng", ""),
    ],
)
def test_positions(text: str, expected: str) -> None:
    assert cells.position(text) == expected


def test_old_fonts_are_read_and_asked_about() -> None:
    assert cells.from_old_font("§inh ThÞ Thïy Linh") == "Đinh Thị Thùy Linh"
    assert not cells.is_old_font("Đặng Thị Ngọc Ánh, Võ Ước, Lê Hồ Ưng")
    row = {"full_name": "§inh ThÞ Thïy Linh"}
    assert [one.code for one in plan([row]).items[0].problems] == ["old_font"]
    mended = plan([row], repairs={5: {"confirmed": "1"}}).items[0]
    assert (mended.kind, mended.name) == ("new", "Đinh Thị Thùy Linh")


def test_names_zeros_and_units() -> None:
    item = plan([{"full_name": "ĐÀO THỊ NGÂN", "phone": "915000222", "unit": "TH Nguyễn Huệ"}]).items[0]
    assert (item.name, item.phone, item.unit) == ("Đào Thị Ngân", "0915000222", 2)
    [near] = plan([{"full_name": "Đào Ngân", "unit": "TH Nguyên Huê 2"}]).items[0].problems
    assert (near.code, near.choices[0][1]) == ("unit_unknown", "Trường Tiểu học Nguyễn Huệ")


def test_new_changed_moved_same_and_left() -> None:
    people = [
        known(1, "Bùi Thị Lan Anh"),
        known(2, "Đỗ Quang Hưng", email="cu@x.vn", staff_code="A2"),
        known(3, "Lê Hoàng Sơn", born_on=date(1980, 1, 2)),
        known(4, "Nguyễn Văn Bảy"),
    ]
    rows = [
        {"full_name": "Bùi Thị Lan Anh", "unit": "TH Nguyễn Huệ", "position": "GV"},
        {"full_name": "Đỗ Quang Hưng", "staff_code": "A2", "email": "Moi@x.vn", "unit": "th nguyễn huệ"},
        {"full_name": "Lê Hoàng Sơn", "born_on": "2/1/1980", "unit": "THCS Lê Lợi"},
        {"full_name": "Vũ Thị Hải Yến", "unit": "MN Hoa Sen"},
    ]
    found = plan(rows, people, leavers=True)
    assert [item.kind for item in found.items] == ["same", "changed", "moved", "new"]
    assert found.items[1].changes == [("email", "cu@x.vn", "moi@x.vn")]
    assert [one.pk for one in found.leavers] == [4]
    assert found.to_write == 4


def test_two_of_one_name_are_asked_about() -> None:
    people = [
        known(1, "Trần Hùng", born_on=date(1984, 5, 1)),
        known(2, "Trần Hùng", born_on=date(1992, 5, 1)),
    ]
    row = {"full_name": "Trần Hùng", "unit": "th-nguyen-hue"}
    [asked] = plan([row], people).items[0].problems
    assert asked.code == "several"
    assert [value for value, _label in asked.choices] == ["1", "2"]
    assert plan([row], people, repairs={5: {"person": "2"}}).items[0].person == 2
    assert plan([row], people, repairs={5: {"person": "new"}}).items[0].kind == "new"
    assert plan([{**row, "born_on": "1/5/1992"}], people).items[0].person == 2


def test_doubtful_rows() -> None:
    rows = [
        {"full_name": "Mai"},
        {"full_name": "Lê Mai", "born_on": "31/02/1991"},
        {"full_name": "Lê Nam", "email": "khong phai"},
        {"full_name": "Lê An", "staff_code": "7"},
        {"full_name": "Lê An", "staff_code": "7"},
    ]
    codes = [[one.code for one in item.problems] for item in plan(rows).items]
    assert codes == [["name_short"], ["no_such_day"], ["email_odd"], [], ["twice"]]


def test_an_account_beyond_reach_is_not_changed() -> None:
    mighty = known(1, "Lê Mai", email="a@x.vn", guarded=True)
    item = plan([{"full_name": "Lê Mai", "email": "b@x.vn", "unit": "th-nguyen-hue"}], [mighty]).items[0]
    assert [one.code for one in item.problems] == ["guarded"]


def test_a_row_is_left_out_and_taken_in() -> None:
    row = {"full_name": "Lê Mai"}
    assert plan([row], left_out=frozenset({5})).items[0].kind == "skipped"
    assert plan([row]).items[0].kind == "new"


def test_three_thousand_rows_in_a_second() -> None:
    people = [known(n, f"Nguyễn Thị Số {n}", staff_code=f"C{n}") for n in range(3000)]
    rows = [
        {"full_name": f"Nguyễn Thị Số {n}", "staff_code": f"C{n}", "unit": "TH Nguyễn Huệ", "position": "GV"}
        for n in range(3000)
    ]
    start = perf_counter()
    found = plan(rows, people)
    assert perf_counter() - start < 1
    assert {item.kind for item in found.items} == {"same"}


def test_rows_without_a_name_addresses_twice_and_odd_birthdays_are_told() -> None:
    rows = [
        {"full_name": "", "staff_code": "7"},
        {"full_name": "=A1&B1", "staff_code": "8"},
        {"full_name": "Lê Mai", "email": "mai@x.vn"},
        {"full_name": "Lê Nam", "email": "mai@x.vn"},
        {"full_name": "Lê An", "born_on": "01/01/2024"},
    ]
    problems = [[(one.code, one.row) for one in item.problems] for item in plan(rows).items]
    assert problems == [[("no_name", 0)], [("no_name", 0)], [], [("email_twice", 7)], [("born_odd", 0)]]
