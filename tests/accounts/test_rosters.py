"""A list of people taken in over the pages: trial run, repairs, writing, links, undoing."""

from __future__ import annotations

import io
from datetime import date, timedelta
from time import process_time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts import actions, roster_plan
from accounts.actions import rosters
from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import Membership, Role, RosterImport, User
from accounts.roster.reading import read_table
from accounts.views.roster import LEAVERS_AT_FIRST
from tests.accounts.conftest import REFORM, Province
from tests.factories import person

LIST = """Họ và tên;Ngày sinh;Mã cán bộ;Đơn vị;Chức vụ;E-mail
Vũ Thị Hải Yến;14/3/1986;C1;Tiểu học A;Giáo viên;yen@x.vn
Nguyễn Mai;31/02/1991;C2;Tiểu học A;GV;
Lê Sơn;2/1/1980;C3;Xã Tiên Lữ;Chuyên viên;
"""
ON = date(2026, 11, 1)


@pytest.fixture
def admin(client: Client, province: Province) -> User:
    user = person(province.commune, Role.UNIT_ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.fixture
def moving(province: Province) -> User:
    """Works at the school and is in the list as an official of the commune."""
    return person(
        province.school,
        Role.RESOURCE_REVIEWER,
        last_name="Lê",
        first_name="Sơn",
        staff_code="C3",
        born_on=date(1980, 1, 2),
    )


def taken(admin: User, province: Province, text: str = LIST) -> RosterImport:
    table = read_table(text.encode(), "ds.csv")
    return rosters.take_roster(by=admin, unit=province.commune, filename="ds.csv", table=table, on=ON)


def people() -> set[tuple[object, ...]]:
    rows = Membership.objects.values_list(
        "user__last_name", "user__first_name", "user__email", "user__is_active",
        "unit__code", "position", "valid_from", "valid_to",
    )  # fmt: skip
    return set(rows)


def test_over_the_pages(client: Client, province: Province, admin: User, moving: User) -> None:
    file = SimpleUploadedFile("ds.csv", LIST.encode())
    answer = client.post(reverse("accounts:roster"), {"file": file, "unit": "xa", "on": "2026-11-01"})
    roster = RosterImport.objects.get()
    address = reverse("accounts:roster_run", args=[roster.uid])
    assert answer["Location"] == address
    shown = client.get(address).content.decode()
    assert "Không có ngày “31/02/1991”" in shown
    assert "Chưa ghi gì" in shown
    assert "Ghi 2 thay đổi" in shown
    assert not User.objects.filter(first_name="Yến").exists()
    client.post(reverse("accounts:roster_repair", args=[roster.uid]), {"row": "3", "born_on": "3/2/1991"})
    assert "Ghi 3 thay đổi" in client.get(address).content.decode()
    result = client.post(reverse("accounts:roster_write", args=[roster.uid]), follow=True).content.decode()
    assert "Đã ghi 3 thay đổi" in result
    assert User.objects.get(first_name="Yến").username == "yenvth"
    assert Membership.objects.primary_on(ON).get(user=moving).unit == province.commune
    assert not moving.role_grants.filter(valid_to__gt=ON, unit=province.school).exists()


def test_the_sheet_of_links_opens_the_accounts(client: Client, province: Province, admin: User) -> None:
    roster = rosters.apply_roster(by=admin, roster=taken(admin, province))
    sheet = client.get(reverse("accounts:roster_links", args=[roster.uid])).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["Lê Sơn", "Vũ Thị Hải Yến"]
    path = str(rows[2][3]).split("localhost:8000")[-1]
    assert "yenvth" in Client().get(path).content.decode()


def test_the_sheet_of_links_names_the_unit_of_who_begins_later(
    client: Client, province: Province, admin: User
) -> None:
    roster = rosters.apply_roster(by=admin, roster=taken(admin, province))
    later = today() + timedelta(days=9)
    Membership.objects.filter(user__in=roster.result["created"]).update(valid_from=later)
    sheet = client.get(reverse("accounts:roster_links", args=[roster.uid])).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert all(row[1] for row in rows[1:])


def test_columns_leavers_and_rows_left_out(client: Client, province: Province, admin: User) -> None:
    gone = person(province.school, last_name="Nguyễn Văn", first_name="Bảy")
    roster = taken(admin, province)
    columns = {f"column{n}": name for n, name in enumerate(["full_name", "", "staff_code", "unit"])}
    client.post(reverse("accounts:roster_columns", args=[roster.uid]), {**columns, "leavers": "on"})
    client.post(reverse("accounts:roster_skip", args=[roster.uid]), {"row": "2"})
    roster.refresh_from_db()
    assert "born_on" not in roster.columns
    assert roster.left_out == [2]
    plan = roster_plan.plan_of(roster)
    assert {one.pk for one in plan.leavers} == {gone.pk, admin.pk}
    assert [item.kind for item in plan.items] == ["skipped", "new", "new"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"column0": "full_name", "column3": "unit", "column4": "unit"}, "“Đơn vị” và “Chức vụ”"),
        ({"column0": "full_name", "column3": "password"}, "Chưa hiểu"),
        ({"column3": "unit"}, "Chọn cột ghi họ và tên"),
    ],
)
def test_columns_that_make_no_sense_change_nothing(
    client: Client, province: Province, admin: User, sent: dict[str, str], said: str
) -> None:
    roster = taken(admin, province)
    address = reverse("accounts:roster_columns", args=[roster.uid])
    shown = client.post(address, sent, follow=True).content.decode()
    assert said in shown
    assert "Đã đọc lại" not in shown
    before = roster.columns
    roster.refresh_from_db()
    assert roster.columns == before


def test_a_cell_is_asked_about_once(client: Client, province: Province, admin: User) -> None:
    rows = "".join(f"{name};gv0@;Tiểu học A\n" for name in ("Vũ Thị Yến", "Nguyễn Thị Mai"))
    roster = taken(admin, province, f"Họ và tên;E-mail;Đơn vị\n{rows}")
    plan = roster_plan.plan_of(roster)
    assert [[problem.code for problem in item.problems] for item in plan.items] == [["email_odd"]] * 2


def test_a_long_list_of_leavers_comes_in_pages(client: Client, province: Province, admin: User) -> None:
    for _n in range(LEAVERS_AT_FIRST):
        person(province.school)
    roster = taken(admin, province)
    roster.leavers = True
    roster.save()
    address = reverse("accounts:roster_run", args=[roster.uid])
    first = client.get(address)
    assert len(first.context["leavers"]) == LEAVERS_AT_FIRST
    assert "Xem tất cả người nghỉ" in first.content.decode()
    everybody = client.get(address, {"group": "left"})
    assert len(everybody.context["leavers"]) == LEAVERS_AT_FIRST + 1
    assert "Xem tất cả người nghỉ" not in everybody.content.decode()


def test_who_left_can_no_longer_sign_in(province: Province, admin: User) -> None:
    gone = person(province.school)
    roster = taken(admin, province, f"Họ và tên;Đơn vị\n{admin.full_name};xa\n")
    rosters.set_columns(by=admin, roster=roster, columns={"full_name": 0, "unit": 1}, leavers=True)
    rosters.apply_roster(by=admin, roster=roster)
    gone.refresh_from_db()
    assert gone.memberships.get().valid_to == ON
    assert gone.is_active == (date.today() < ON)  # noqa: DTZ011 - the day of the machine is enough here


def test_undone_to_the_row(province: Province, admin: User, moving: User) -> None:
    before = people()
    roster = rosters.apply_roster(by=admin, roster=taken(admin, province))
    assert people() != before
    rosters.undo_roster(by=admin, roster=roster)
    assert people() == before
    assert not User.objects.filter(username="yenvth").exists()
    with pytest.raises(Refusal, match="roster_undo_late"):
        rosters.undo_roster(by=admin, roster=roster)


def test_not_undone_once_somebody_signed_in(province: Province, admin: User) -> None:
    roster = rosters.apply_roster(by=admin, roster=taken(admin, province))
    Client().force_login(User.objects.get(username="yenvth"))
    with pytest.raises(Refusal, match="roster_signed_in"):
        rosters.undo_roster(by=admin, roster=roster)


def test_written_once(province: Province, admin: User) -> None:
    roster = rosters.apply_roster(by=admin, roster=taken(admin, province))
    with pytest.raises(Refusal, match="roster_written"):
        rosters.apply_roster(by=admin, roster=roster)


def test_lists_of_others_are_not_there(client: Client, province: Province, admin: User) -> None:
    other = person(province.ward, Role.UNIT_ADMINISTRATOR)
    table = read_table(LIST.encode(), "ds.csv")
    roster = rosters.take_roster(by=other, unit=province.ward, filename="ds", table=table, on=ON)
    assert client.get(reverse("accounts:roster_run", args=[roster.uid])).status_code == 404
    assert client.get(reverse("accounts:roster_links", args=[roster.uid])).status_code == 404
    with pytest.raises(NotAllowed):
        rosters.apply_roster(by=admin, roster=roster)
    with pytest.raises(NotAllowed):
        rosters.take_roster(by=admin, unit=province.ward, filename="ds", table=table, on=ON)


def test_a_unit_beyond_the_own_ones_is_doubtful(province: Province, admin: User) -> None:
    roster = taken(admin, province, "Họ và tên;Đơn vị\nLê Mai;Tiểu học B\n")
    [item] = roster_plan.plan_of(roster).items
    assert [one.code for one in item.problems] == ["unit_outside"]


def test_a_bad_file_is_refused_on_the_page(client: Client, province: Province, admin: User) -> None:
    file = SimpleUploadedFile("ds.xlsx", b"PK\x03\x04 nothing")
    answer = client.post(reverse("accounts:roster"), {"file": file, "unit": "xa", "on": "2026-11-01"})
    assert answer.status_code == 422
    assert "Chưa đọc được tệp" in answer.content.decode()


def test_template_is_recognised(client: Client, province: Province, admin: User) -> None:
    content = client.get(reverse("accounts:roster_template")).content
    with pytest.raises(Refusal, match="roster_empty"):
        read_table(content, "mau.xlsx")


def test_two_thousand_people_are_written_fast(
    province: Province,
    admin: User,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    lines = "".join(f"Nguyễn Văn Số {n};C{n};Tiểu học A;GV\n" for n in range(2000))
    roster = taken(admin, province, f"Họ và tên;Mã cán bộ;Đơn vị;Chức vụ\n{lines}")
    start = process_time()  # not the clock: others use the machine
    with django_assert_max_num_queries(100):
        rosters.apply_roster(by=admin, roster=roster)
    assert process_time() - start < 6
    assert Membership.objects.filter(unit=province.school).count() == 2000
    assert actions.create_person(
        by=None, username="x", last_name="A", first_name="B", unit=province.school, on=REFORM
    )


def test_a_duty_read_as_another_position_is_said(client: Client, province: Province, admin: User) -> None:
    rows = "Vũ Thị Yến;Tiểu học A;Tổ trưởng Toán\nNguyễn Thị Mai;Tiểu học A;GV\n"
    roster = taken(admin, province, f"Họ và tên;Đơn vị;Chức vụ\n{rows}")
    page = client.get(reverse("accounts:roster_run", args=[roster.uid])).content.decode()
    assert "Danh sách ghi “Tổ trưởng Toán”, đọc là Giáo viên" in page
    assert page.count("đọc là") == 1
