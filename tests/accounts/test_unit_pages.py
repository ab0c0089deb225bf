"""The desk of units: whose tree it is, a day, a search, acts with a trial run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.days import today
from accounts.models import OrgUnit, Role, UnitChange, UnitFacts
from accounts.permissions import TABLE
from tests.accounts.conftest import REFORM, Province
from tests.factories import OrgUnitFactory, person, published_lesson

ALLOWED = TABLE["unit.manage"]


def text(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query, follow=True)
    assert answer.status_code == 200, (name, args, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def so(client: Client, province: Province) -> Client:
    client.force_login(person(province.so, Role.UNIT_ADMINISTRATOR))
    return client


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_only_her_own_subtree(client: Client, province: Province, role: Role) -> None:
    client.force_login(person(province.commune, role))
    found = {}
    for unit in (
        province.so,
        province.commune,
        province.school,
        province.ward,
        province.sister,
        province.district,
    ):
        found[unit.code] = client.get(reverse("accounts:unit", args=[unit.code])).status_code
        found[f"{unit.code} act"] = client.get(
            reverse("accounts:unit_act", args=[unit.code, "rename"])
        ).status_code
    if role not in ALLOWED:
        assert set(found.values()) == {403}
        return
    own = {"xa", "th-a", "xa act", "th-a act"}
    assert {code for code, status in found.items() if status == 200} == own
    assert {status for code, status in found.items() if code not in own} == {404}


def test_a_unit_tells_its_life(so: Client, province: Province) -> None:
    shown = text(so, "accounts:unit", "phuong")
    assert "Sáp nhập từ:" in shown
    assert reverse("accounts:unit", args=["pgd"]) in shown
    old = text(so, "accounts:unit", "pgd")
    assert "Đã đóng, ngày cuối 30/06/2025" in old
    assert "Tiếp nhận:" in old


def test_the_tree_of_a_day(so: Client, province: Province) -> None:
    before = text(so, "accounts:unit", "so", day="2020-01-01")
    assert "Phòng GD&amp;ĐT Tiên Lữ" in before
    assert "Phường Phố Hiến" not in before
    now = text(so, "accounts:unit", "so")
    assert "Phường Phố Hiến" in now
    answer = so.get(reverse("accounts:unit", args=["phuong"]), {"day": "2020-01-01"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("?day=2025-07-01")


def test_a_day_that_is_none_is_said(so: Client, province: Province) -> None:
    assert "Chưa phải một ngày" in text(so, "accounts:unit", "so", day="31/02/2026")


def test_search_knows_old_names_and_no_marks(so: Client, province: Province) -> None:
    actions.rename_unit(by=None, unit=province.school, name="Trường Bãi Sậy", on=REFORM)
    by_old = text(so, "accounts:units", q="tieu hoc a")
    assert "Trường Bãi Sậy" in by_old
    assert "trước đây là Tiểu học A" in by_old
    assert "Chưa thấy đơn vị nào" in text(so, "accounts:units", q="khong co truong nay")


def test_search_stays_in_the_own_subtree(client: Client, province: Province) -> None:
    client.force_login(person(province.commune, Role.UNIT_ADMINISTRATOR))
    shown = text(client, "accounts:units", q="tieu hoc")
    assert "Tiểu học A" in shown
    assert "Tiểu học B" not in shown


def test_trial_run_then_written_then_undone(so: Client, province: Province) -> None:
    address = reverse("accounts:unit_act", args=["phuong", "rename"])
    data = {"name": "Phường Hồng Châu", "kind": "phuong", "on": "2026-09-01"}
    trial = so.post(address, data)
    assert "chưa ghi gì" in trial.content.decode()
    assert "Phường Hồng Châu" in trial.content.decode()
    assert not UnitFacts.objects.filter(name="Phường Hồng Châu").exists()
    assert so.post(address, {**data, "confirm": "1"}).status_code == 302
    change = UnitChange.objects.get()
    assert UnitFacts.objects.filter(name="Phường Hồng Châu").exists()
    assert reverse("accounts:unit_undo", args=[change.uid]) in text(so, "accounts:unit", "phuong")
    so.post(reverse("accounts:unit_undo", args=[change.uid]))
    assert not UnitFacts.objects.filter(name="Phường Hồng Châu").exists()


def test_a_refusal_keeps_what_was_typed(so: Client, province: Province) -> None:
    answer = so.post(
        reverse("accounts:unit_act", args=["xa", "close"]), {"on": "2026-09-01", "decision": "214/QĐ-UBND"}
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Hãy chuyển hoặc đóng các đơn vị ấy trước" in shown
    assert "214/QĐ-UBND" in shown


def test_a_new_unit_gets_a_code_from_its_name(so: Client, province: Province) -> None:
    data = {"name": "Tiểu học Đường Thẳng", "kind": "tieu_hoc", "on": "2026-09-01", "confirm": "1"}
    so.post(reverse("accounts:unit_act", args=["phuong", "add"]), data)
    assert OrgUnit.objects.children(province.ward, REFORM.replace(year=2026, month=10)).filter(
        code="tieu-hoc-duong-thang"
    )


def test_an_administrator_cannot_move_a_unit_to_where_she_may_not(client: Client, province: Province) -> None:
    client.force_login(person(province.commune, Role.UNIT_ADMINISTRATOR))
    answer = client.post(
        reverse("accounts:unit_act", args=["th-a", "move"]),
        {"parent": "phuong", "on": "2026-09-01", "confirm": "1"},
    )
    assert answer.status_code == 422
    assert not UnitChange.objects.exists()


def test_queries_do_not_grow(so: Client, province: Province, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _n in range(12):
        school = OrgUnitFactory(parent=province.ward, on=REFORM)
        for _m in range(3):
            person(school)
        person(province.ward, Role.RESOURCE_REVIEWER)
    so.get(reverse("accounts:unit", args=["phuong"]))
    with django_assert_max_num_queries(27):
        so.get(reverse("accounts:unit", args=["phuong"]))


def test_a_trial_run_says_what_belongs_to_a_closing_unit(so: Client, province: Province) -> None:
    published_lesson(province.school, person(province.school))
    answer = so.post(reverse("accounts:unit_act", args=["th-a", "close"]), {"on": "2026-09-01"})
    shown = answer.content.decode()
    assert "Học liệu của đơn vị: 1" in shown
    assert "1 người không còn đơn vị" in shown


def test_kinds_are_plausible_and_a_change_of_kind_or_a_name_twice_is_told(
    so: Client, province: Province
) -> None:
    address = reverse("accounts:unit_act", args=["th-a", "rename"])
    shown = so.get(address).content.decode()
    assert ('value="thcs"' in shown, 'value="so"' in shown, 'value="bo"' in shown) == (True, False, False)
    trial = so.post(address, {"name": "Tiểu học A", "kind": "lien_cap", "on": "2026-09-01"}).content.decode()
    assert "<del>Trường tiểu học</del> → <ins>" in trial
    data = {"name": "xã tiên lữ", "kind": "phuong", "on": "2026-09-01"}
    warned = so.post(reverse("accounts:unit_act", args=["phuong", "rename"]), data).content.decode()
    assert "Bên cạnh đã có đơn vị tên Xã Tiên Lữ" in warned


def test_only_kin_units_are_offered_for_merging(so: Client, province: Province) -> None:
    shown = so.get(reverse("accounts:unit_act", args=["th-a", "merge"])).content.decode()
    assert ('value="th-b"' in shown, 'value="xa"' in shown) == (True, False)
    assert "Tiểu học B, Phường Phố Hiến" in shown


def test_roles_are_those_of_the_day_shown(so: Client, province: Province) -> None:
    now, later = today(), today() + timedelta(days=10)
    coming = person(province.school, last_name="Lê Thị", first_name="Sắp")
    coming.role_grants.create(
        role=Role.TRAINING_MANAGER, unit=province.school, valid_from=later, granted_by=coming
    )
    teacher = person(province.school, Role.TEACHER)
    teacher.role_grants.update(valid_from=later)
    code = province.school.code
    shown = text(so, "accounts:unit", code)
    assert "chưa đến ngày" in shown
    assert "giáo viên được tải" not in shown
    then = text(so, "accounts:unit", code, day=later.isoformat())
    assert "chưa đến ngày" not in then
    assert "1 giáo viên được tải" in then
    assert (
        "Lê Thị Sắp"
        not in text(so, "accounts:unit", code, day=(now - timedelta(days=1)).isoformat())
        .split("roles-h", 1)[1]
        .split("people-h", 1)[0]
    )
