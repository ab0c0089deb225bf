"""Sheets: real figures and days, nothing taken for a formula, the same rights as the pages."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
import python_calamine
from django.db import connection
from django.http.response import HttpResponseBase
from django.test.utils import CaptureQueriesContext

from accounts.days import today
from courses.coverage import actions
from courses.coverage.sheets import DAY, SHARE, WHOLE, Column, Sheet, csv_lines, write_xlsx
from tests.courses.coverage.board import Board
from tests.courses.training.test_pages import signed_in
from tests.factories import CompletionFactory, OrgUnitFactory, person

pytestmark = pytest.mark.django_db


def read(response: HttpResponseBase) -> list[list[Any]]:
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(response.getvalue()))  # type: ignore[attr-defined]
    return book.get_sheet_by_index(0).to_python()


def table(rows: list[list[Any]], first: str = "Đơn vị") -> list[list[Any]]:
    top = next(n for n, row in enumerate(rows) if row[0] == first)
    return rows[top:]


def test_the_tree_as_a_sheet(board: Board) -> None:
    s = board.sector
    CompletionFactory(user=s.teacher, course=s.course, on=today())
    actions.recompute_target(target=board.target)
    response = signed_in(s.manager).get(board.url("excel"))
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    name = f"ket-qua-boi-duong-theo-don-vi-so-gddt-hung-yen-{today():%Y-%m-%d}.xlsx"
    assert name in response["Content-Disposition"]
    rows = read(response)
    above = [row[0] for row in rows[:6]]
    assert "Chỉ tiêu: 70 % đạt kĩ năng CNTT cơ bản" in above
    assert f"Số liệu đến ngày: {today():%d/%m/%Y}, cơ cấu hiện nay" in above
    head, whole, *below = table(rows)
    assert head[:6] == ["Đơn vị", "Mã đơn vị", "Loại", "Số người", "Đã đạt", "Tỉ lệ"]
    assert whole[:9] == ["Sở GD&ĐT Hưng Yên", "so", "Sở GD&ĐT", 5, 1, 0.2, 0.7, 4, 3]
    assert [row[0] for row in below] == [
        "   Xã Ân Thi",
        "      Tiểu học Ân Thi",
        "   Xã Tiên Lữ",
        "      Tiểu học Tiên Lữ",
    ]


def test_people_as_a_sheet(board: Board) -> None:
    s = board.sector
    CompletionFactory(user=s.teacher, course=s.course, on=date(2026, 3, 5))
    person(s.school, first_name="Bảy", last_name="Nguyễn Văn", username="=cmd|' /C calc'!A0")
    client = signed_in(s.xa_manager)
    trained = table(read(client.get(board.url("excel", what="people", state="trained"))), "Họ và tên")
    assert [row[0] for row in trained[1:]] == ["Trần Thị Thu Hằng"]
    assert trained[1][trained[0].index("Ngày đạt")] == date(2026, 3, 5)
    missing = table(read(client.get(board.url("excel", what="people"))), "Họ và tên")
    by_name = {row[0]: row for row in missing[1:]}
    assert by_name["Nguyễn Văn Bảy"][1] == "=cmd|' /C calc'!A0"  # a text in its cell, not a formula
    assert by_name["Nguyễn Văn Bảy"][5] == "Chưa ghi danh"
    text = b"".join(client.get(board.url("excel", what="people", format="csv")).streaming_content)  # type: ignore[attr-defined]
    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(StringIO(text.decode("utf-8-sig")), delimiter=";"))
    assert any(line[:2] == ["Nguyễn Văn Bảy", "'=cmd|' /C calc'!A0"] for line in lines)


def test_filters_of_the_list_hold_for_its_sheet(board: Board) -> None:
    s = board.sector
    person(s.school, first_name="Bảy", last_name="Nguyễn Văn")
    client = signed_in(s.manager)
    rows = table(read(client.get(board.url("excel", what="people", unit="th", q="bay"))), "Họ và tên")
    assert [row[0] for row in rows[1:]] == ["Nguyễn Văn Bảy"]
    assert len(table(read(client.get(board.url("excel", what="people", q="khong-ai"))), "Họ và tên")) == 1


def test_a_past_day_in_the_structure_of_then(board: Board) -> None:
    s = board.sector
    CompletionFactory(user=s.teacher, course=s.course, on=today())
    yesterday = today() - timedelta(days=1)
    rows = read(signed_in(s.manager).get(board.url("excel", as_of=yesterday.isoformat(), structure="then")))
    assert any(f"{yesterday:%d/%m/%Y}, cơ cấu tại ngày đó" in str(row[0]) for row in rows)
    assert table(rows)[1][4] == 0


def test_everybody_takes_away_her_own_subtree_only(board: Board) -> None:
    s = board.sector
    principal = person(s.school, "unit_administrator")
    seen = {
        s.manager: (200, 200, 200),
        s.xa_manager: (404, 200, 200),
        s.sister_manager: (404, 404, 404),
        principal: (404, 404, 200),
        s.teacher: (404, 404, 404),
    }
    for what in ("units", "people"):
        for user, codes in seen.items():
            client = signed_in(user)
            found = [
                client.get(board.url("excel", unit=u, what=what)).status_code for u in ("so", "xa", "th")
            ]
            assert tuple(found) == codes
    own = table(read(signed_in(s.xa_manager).get(board.url("excel"))))
    assert [row[1] for row in own[1:]] == ["xa", "th"]


def test_queries_do_not_grow_with_rows(board: Board) -> None:
    s = board.sector
    client = signed_in(s.manager)

    def counted() -> list[int]:
        found = []
        for query in ({}, {"what": "people"}, {"format": "csv"}):
            with CaptureQueriesContext(connection) as queries:
                client.get(board.url("excel", **query)).getvalue()
            found.append(len(queries))
        return found

    counted()  # the names of levels are kept
    few = counted()
    for n in range(6):
        school = OrgUnitFactory(code=f"them-{n}", parent=s.xa)
        person(school)
    actions.recompute_target(target=board.target)
    assert counted() == few
    assert max(few) <= 10


class TestWriting:
    SHEET = Sheet(
        title="Thử [1]: a/b",
        about=[("Ngày", "=1+1")],
        columns=[Column("Tên"), Column("Số", WHOLE), Column("Tỉ lệ", SHARE), Column("Ngày", DAY)],
        rows=[["+84912", 1234, 0.4696, date(2026, 11, 23)], ["http://a.b", 0, None, None]],
        levels=[0, 3],
    )

    def test_types_are_those_of_a_sheet(self) -> None:
        out = BytesIO()
        write_xlsx(self.SHEET, out)
        sheet = python_calamine.CalamineWorkbook.from_filelike(BytesIO(out.getvalue())).get_sheet_by_index(0)
        assert sheet.name == "Thử  1   a b"
        rows = sheet.to_python()
        assert rows[-2] == ["+84912", 1234, 0.4696, date(2026, 11, 23)]
        assert rows[-1][0] == "http://a.b"

    def test_csv_leaves_nothing_to_be_run(self) -> None:
        text = b"".join(csv_lines(self.SHEET)).decode("utf-8-sig")
        assert "Ngày;'=1+1" in text
        assert "'+84912;1234;47,0;23/11/2026" in text
