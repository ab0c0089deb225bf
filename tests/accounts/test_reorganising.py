"""Acts of administrators on the tree: kept, tried without writing, taken back; merging."""

from __future__ import annotations

from datetime import date

import pytest

from accounts import actions, trial
from accounts.errors import NotAllowed, Refusal
from accounts.models import Membership, OrgUnit, Role, RoleGrant, UnitAncestry, UnitChange, UnitFacts, User
from accounts.tree_check import check_tree
from tests.accounts.conftest import REFORM, Province
from tests.factories import person

DAY = date(2026, 9, 1)


@pytest.fixture
def admin(province: Province) -> User:
    return person(province.so, Role.UNIT_ADMINISTRATOR)


def state() -> dict[str, set[tuple[object, ...]]]:
    """All dated rows but their ids."""
    return {
        "facts": set(UnitFacts.objects.values_list("unit__code", "name", "kind", "valid_from", "valid_to")),
        "ancestry": set(
            UnitAncestry.objects.values_list(
                "ancestor__code", "descendant__code", "depth", "valid_from", "valid_to"
            )
        ),
        "people": set(
            Membership.objects.values_list("user_id", "unit__code", "primary", "valid_from", "valid_to")
        ),
        "roles": set(
            RoleGrant.objects.values_list("user_id", "unit__code", "role", "valid_from", "valid_to")
        ),
    }


def act(name: str, province: Province, by: User) -> None:
    """Each of the five acts once."""
    if name == "open":
        actions.open_unit(
            by=by, code="th-c", name="Tiểu học C", kind="tieu_hoc", parent=province.ward, on=DAY
        )
    elif name == "rename":
        actions.give_name(by=by, unit=province.ward, name="Phường Hồng Châu", on=DAY)
    elif name == "move":
        actions.place_below(by=by, unit=province.school, parent=province.ward, on=DAY)
    elif name == "close":
        actions.shut_unit(by=by, unit=province.school, on=DAY, successors=[province.sister])
    else:
        actions.merge_units(by=by, units=[province.commune], into=province.ward, on=DAY, name="Phường Mới")


ACTS = ["open", "rename", "move", "close", "merge"]


@pytest.mark.parametrize("name", ACTS)
def test_each_act_is_undone_to_the_row(province: Province, admin: User, name: str) -> None:
    person(province.school, Role.TEACHER)
    before = state()
    act(name, province, admin)
    assert state() != before
    actions.undo_change(by=admin, change=UnitChange.objects.get())
    assert state() == before
    assert list(check_tree()) == []
    assert OrgUnit.objects.filter(code="th-c").exists() is False


@pytest.mark.parametrize("name", ACTS)
def test_a_trial_run_writes_nothing(province: Province, admin: User, name: str) -> None:
    person(province.school, Role.TEACHER)
    before = state()
    run = trial.run(lambda: act(name, province, admin), DAY)
    assert run.refusal is None
    assert run.units
    assert state() == before
    assert not UnitChange.objects.exists()


def test_merging_moves_people_children_and_roles(province: Province, admin: User) -> None:
    teacher = person(province.school, Role.RESOURCE_REVIEWER)
    both = person(province.commune)
    actions.add_membership(by=None, user=both, unit=province.ward, on=REFORM, primary=False)
    actions.grant_role(by=None, user=both, unit=province.commune, role=Role.TRAINING_MANAGER, on=REFORM)
    run = trial.run(lambda: act("merge", province, admin), DAY)
    rows = {row.before: row for row in run.units}
    assert (run.moved, run.ended) == (1, 0)
    assert rows["Xã Tiên Lữ"].after == ""
    assert (rows["Phường Phố Hiến"].after, rows["Phường Phố Hiến"].people_after) == ("Phường Mới", 1)
    school = rows["Tiểu học A"]
    assert (school.parent_before, school.parent_after) == ("Xã Tiên Lữ", "Phường Mới")
    assert [(row.person, row.kept) for row in run.roles] == [(both.full_name, True)]
    act("merge", province, admin)
    places = Membership.objects.valid_on(DAY).filter(user=both)
    assert [(row.unit.code, row.primary) for row in places] == [("phuong", True)]
    assert RoleGrant.objects.filter(user=both, unit=province.ward, valid_from=DAY).exists()
    assert Membership.objects.valid_on(DAY).get(user=teacher).unit == province.school
    assert OrgUnit.objects.children(province.ward, DAY).filter(code="th-a").exists()
    assert list(check_tree()) == []


def test_undo_is_refused_once_somebody_came(province: Province, admin: User) -> None:
    act("open", province, admin)
    person(OrgUnit.objects.get(code="th-c"))
    with pytest.raises(Refusal) as refused:
        actions.undo_change(by=admin, change=UnitChange.objects.get())
    assert refused.value.code == "change_not_last"


def test_undo_twice_is_refused(province: Province, admin: User) -> None:
    act("rename", province, admin)
    change = UnitChange.objects.get()
    actions.undo_change(by=admin, change=change)
    with pytest.raises(Refusal, match="change_not_last"):
        actions.undo_change(by=admin, change=change)


def test_nobody_closes_the_own_top_unit(province: Province) -> None:
    of_ward = person(province.ward, Role.UNIT_ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        actions.shut_unit(by=of_ward, unit=province.ward, on=DAY)
    with pytest.raises(NotAllowed):
        actions.merge_units(by=of_ward, units=[province.commune], into=province.ward, on=DAY)
    with pytest.raises(Refusal, match="unit_is_root"):
        actions.shut_unit(by=of_ward, unit=province.so, on=DAY)


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.UNIT_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR}]
)
@pytest.mark.parametrize("name", ACTS)
def test_others_change_no_unit(province: Province, role: Role, name: str) -> None:
    with pytest.raises(NotAllowed):
        act(name, province, person(province.so, role))


def test_a_school_is_not_merged_into_a_commune(province: Province, admin: User) -> None:
    with pytest.raises(Refusal, match="merge_kinds"):
        actions.merge_units(by=admin, units=[province.sister], into=province.commune, on=DAY)
