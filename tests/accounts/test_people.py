"""Memberships and roles: one main unit a day, roles that end with the work below them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts import actions
from accounts.days import FOREVER, today
from accounts.errors import NotAllowed, Refusal
from accounts.models import Role, User
from accounts.permissions import TABLE, holds, may, top_units, units_where, verbs_of
from tests.accounts.conftest import DAY_1, REFORM, Province


@pytest.fixture
def teacher(province: Province) -> User:
    return actions.create_person(
        by=None,
        username="hanh",
        last_name="Nguyễn Thị",
        first_name="Hạnh",
        unit=province.school,
        on=DAY_1,
        level="th",
        subjects=["toan"],
    )


def test_names_are_sorted_by_ten(teacher: User) -> None:
    assert teacher.full_name == "Nguyễn Thị Hạnh"
    assert teacher.sort_name.endswith("|hanh nguyen thi Hạnh Nguyễn Thị")


def test_one_main_unit_a_day(province: Province, teacher: User) -> None:
    with pytest.raises(Refusal) as refused:
        actions.add_membership(by=None, user=teacher, unit=province.sister, on=date(2026, 1, 1))
    assert refused.value.code == "membership_overlap"
    second = actions.add_membership(
        by=None, user=teacher, unit=province.sister, on=date(2026, 1, 1), primary=False
    )
    assert second.primary is False


def test_moving_ends_the_old_membership_and_lapses_roles(province: Province, teacher: User) -> None:
    actions.grant_role(by=None, user=teacher, unit=province.school, role=Role.RESOURCE_REVIEWER, on=DAY_1)
    actions.grant_role(by=None, user=teacher, unit=province.so, role=Role.TRAINING_MANAGER, on=DAY_1)
    day = date(2026, 1, 1)
    moved = actions.move_person(by=None, user=teacher, unit=province.sister, on=day)
    assert (moved.level, moved.subjects, moved.valid_from) == ("th", ["toan"], day)
    ended = {grant.role: grant.valid_to == day for grant in teacher.role_grants.all()}
    assert ended == {"resource_reviewer": True, "training_manager": False}


def test_roles_hold_at_their_unit_and_below(province: Province, teacher: User) -> None:
    actions.grant_role(by=None, user=teacher, unit=province.commune, role=Role.TRAINING_MANAGER, on=REFORM)
    allowed = {
        unit.code: may(teacher, "class.manage", unit)
        for unit in (province.so, province.commune, province.school, province.ward, province.sister)
    }
    assert allowed == {"so": False, "xa": True, "th-a": True, "phuong": False, "th-b": False}
    assert sorted(units_where(teacher, "class.manage").values_list("code", flat=True)) == ["th-a", "xa"]
    assert [unit.code for unit in top_units(teacher, "class.manage")] == ["xa"]
    assert not holds(teacher, "resource.review")


@pytest.mark.parametrize("role", list(Role))
def test_a_role_allows_what_the_table_says_and_nothing_else(
    province: Province, teacher: User, role: Role
) -> None:
    actions.grant_role(by=None, user=teacher, unit=province.school, role=role, on=REFORM)
    wanted = {verb for verb, roles in TABLE.items() if role in roles}
    assert {verb for verb in TABLE if may(teacher, verb, province.school)} == wanted
    assert verbs_of(teacher) == wanted
    assert not any(may(teacher, verb, province.commune) for verb in TABLE)


def test_a_deactivated_person_may_nothing(province: Province, teacher: User) -> None:
    actions.grant_role(by=None, user=teacher, unit=province.school, role=Role.UNIT_ADMINISTRATOR, on=REFORM)
    actions.deactivate_person(by=None, user=teacher)
    assert not may(teacher, "unit.manage", province.school)
    assert not units_where(teacher, "unit.manage").exists()


def test_nobody_grants_above_her_own_units(province: Province, teacher: User) -> None:
    admin = actions.create_person(
        by=None, username="qt", last_name="Vũ", first_name="Hà", unit=province.commune, on=REFORM
    )
    actions.grant_role(by=None, user=admin, unit=province.commune, role=Role.UNIT_ADMINISTRATOR, on=REFORM)
    grant = actions.grant_role(by=admin, user=teacher, unit=province.school, role=Role.RESOURCE_REVIEWER)
    assert grant.granted_by == admin
    for unit in (province.so, province.sister):
        with pytest.raises(NotAllowed):
            actions.grant_role(by=admin, user=teacher, unit=unit, role=Role.RESOURCE_REVIEWER)
    with pytest.raises(NotAllowed):
        actions.grant_role(by=admin, user=teacher, unit=province.school, role=Role.SYSTEM_ADMINISTRATOR)


def test_same_name_twice_is_refused_and_leaves_one(province: Province, teacher: User) -> None:
    with pytest.raises(Refusal) as refused:
        actions.create_person(
            by=None, username="hanh", last_name="", first_name="Hạnh", unit=province.so, on=DAY_1
        )
    assert refused.value.code == "username_taken"
    assert User.objects.filter(username="hanh").count() == 1


def test_a_move_to_come_is_cancelled_with_all_that_it_did(province: Province, teacher: User) -> None:
    day = today() + timedelta(days=30)
    for role in (Role.TEACHER, Role.RESOURCE_REVIEWER):
        actions.grant_role(by=None, user=teacher, unit=province.school, role=role, on=DAY_1)
    moved = actions.move_person(by=None, user=teacher, unit=province.sister, on=day)
    held = set(teacher.role_grants.filter(valid_to__gt=day).values_list("role", "unit__code"))
    assert held == {("teacher", "th-b")}
    actions.cancel_membership(by=None, membership=moved)
    [place] = teacher.memberships.all()
    assert (place.unit, place.valid_to) == (province.school, FOREVER)
    held = set(teacher.role_grants.values_list("role", "unit__code", "valid_to", "revoked_reason"))
    assert held == {("teacher", "th-a", FOREVER, ""), ("resource_reviewer", "th-a", FOREVER, "")}
    with pytest.raises(Refusal, match="membership_begun"):
        actions.cancel_membership(by=None, membership=place)


def test_whoever_holds_a_role_above_is_neither_moved_nor_ended(province: Province) -> None:
    def new(name: str, role: Role) -> User:
        user = actions.create_person(
            by=None, username=name, last_name="Vũ", first_name=name, unit=province.so, on=DAY_1
        )
        actions.grant_role(by=None, user=user, unit=province.so, role=role, on=DAY_1)
        return user

    admin, mighty = new("so", Role.UNIT_ADMINISTRATOR), new("qt", Role.SYSTEM_ADMINISTRATOR)
    with pytest.raises(Refusal, match="person_above"):
        actions.move_person(by=admin, user=mighty, unit=province.school, on=today())
    with pytest.raises(Refusal, match="person_above"):
        actions.end_membership(by=admin, membership=mighty.memberships.get(), on=today())
    assert actions.move_person(by=mighty, user=admin, unit=province.school, on=today(), teaches=True)
    assert may(admin, "resource.create", province.school)


def test_the_last_administrator_of_a_unit_is_kept(province: Province, teacher: User) -> None:
    grant = actions.grant_role(
        by=None, user=teacher, unit=province.so, role=Role.UNIT_ADMINISTRATOR, on=DAY_1
    )
    with pytest.raises(Refusal, match="last_administrator"):
        actions.revoke_role(by=teacher, grant=grant)
