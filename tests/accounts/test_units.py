"""The dated tree: what actions write, what questions answer, what they refuse."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from accounts import actions
from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, Role, UnitAncestry, UnitFacts, UnitLink
from tests.accounts.conftest import DAY_1, REFORM, Province

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def codes(units) -> list[str]:
    return sorted(units.values_list("code", flat=True))


def test_subtree_is_asked_as_of_a_day(province: Province) -> None:
    assert codes(OrgUnit.objects.subtree(province.district, BEFORE)) == ["pgd", "th-a", "th-b"]
    assert codes(OrgUnit.objects.subtree(province.district, AFTER)) == []
    assert codes(OrgUnit.objects.subtree(province.commune, AFTER)) == ["th-a", "xa"]
    assert codes(OrgUnit.objects.subtree(province.so, AFTER)) == ["phuong", "so", "th-a", "th-b", "xa"]
    assert codes(OrgUnit.objects.children(province.so, BEFORE)) == ["pgd"]


def test_ancestors_come_nearest_first(province: Province) -> None:
    chain = OrgUnit.objects.ancestors(province.school, AFTER).values_list("code", flat=True)
    assert list(chain) == ["th-a", "xa", "so"]


def test_root_is_the_open_unit_without_parent(province: Province) -> None:
    assert OrgUnit.objects.root() == province.so


def test_rename_keeps_the_old_name_for_old_days(province: Province) -> None:
    actions.rename_unit(by=None, unit=province.school, name="Tiểu học An Tảo", on=date(2026, 1, 1))
    names = [
        OrgUnit.objects.named(day).get(pk=province.school.pk).name
        for day in (date(2025, 12, 31), date(2026, 1, 1))
    ]
    assert names == ["Tiểu học A", "Tiểu học An Tảo"]


def test_moving_below_itself_is_refused_and_changes_nothing(province: Province) -> None:
    before = set(UnitAncestry.objects.values_list("ancestor", "descendant", "valid_from", "valid_to"))
    with pytest.raises(Refusal) as refused:
        actions.move_unit(by=None, unit=province.commune, parent=province.school, on=date(2026, 1, 1))
    assert refused.value.code == "unit_cycle"
    after = set(UnitAncestry.objects.values_list("ancestor", "descendant", "valid_from", "valid_to"))
    assert after == before


def test_closing_a_unit_with_children_is_refused(province: Province) -> None:
    with pytest.raises(Refusal) as refused:
        actions.close_unit(by=None, unit=province.commune, on=date(2026, 1, 1))
    assert refused.value.code == "unit_has_children"


def test_closing_ends_names_memberships_and_roles(province: Province) -> None:
    person = actions.create_person(
        by=None, username="an", last_name="Lê Thị", first_name="An", unit=province.school, on=DAY_1
    )
    actions.grant_role(by=None, user=person, unit=province.school, role=Role.TEACHER, on=DAY_1)
    day = date(2026, 1, 1)
    actions.close_unit(by=None, unit=province.school, on=day, successors=[province.sister])
    assert person.memberships.get().valid_to == day
    assert person.role_grants.get().valid_to == day
    assert not OrgUnit.objects.open(day).filter(pk=province.school.pk).exists()
    assert province.school.successors.get().new == province.sister


def test_second_root_and_taken_code_are_refused(province: Province) -> None:
    with pytest.raises(Refusal) as second:
        actions.create_unit(by=None, code="so-2", name="Sở", kind="so", parent=None, on=REFORM)
    with pytest.raises(Refusal) as taken:
        actions.create_unit(by=None, code="xa", name="Xã", kind="xa", parent=province.so, on=REFORM)
    assert (second.value.code, taken.value.code) == ("unit_second_root", "unit_code_taken")


def test_only_an_administrator_above_changes_the_tree(province: Province) -> None:
    admin = actions.create_person(
        by=None, username="qt", last_name="Vũ", first_name="Hà", unit=province.commune, on=REFORM
    )
    actions.grant_role(by=None, user=admin, unit=province.commune, role=Role.UNIT_ADMINISTRATOR, on=REFORM)
    actions.rename_unit(by=admin, unit=province.school, name="Tiểu học C", on=REFORM)
    with pytest.raises(NotAllowed):
        actions.rename_unit(by=admin, unit=province.sister, name="Tiểu học D", on=REFORM)
    with pytest.raises(NotAllowed):
        actions.move_unit(by=admin, unit=province.school, parent=province.ward, on=date(2026, 1, 1))


def org_check() -> tuple[int, list[dict[str, object]]]:
    out = StringIO()
    try:
        call_command("org_check", "--json", stdout=out)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_org_check_passes_a_whole_tree(province: Province) -> None:
    code, lines = org_check()
    assert code == 0
    assert lines == [{"schema": 1, "units": 6, "problems": 0}]


def test_org_check_names_each_kind_of_damage(province: Province) -> None:
    UnitAncestry.objects.filter(descendant=province.school, depth=1, valid_from=REFORM).delete()
    UnitFacts.objects.create(
        unit=province.ward, name="Phường khác", kind="phuong", valid_from=date(2026, 1, 1)
    )
    UnitLink.objects.create(child=province.sister, parent=province.so, valid_from=date(2026, 1, 1))
    UnitFacts.objects.filter(unit=province.commune).update(valid_from=date(2025, 8, 1))
    code, lines = org_check()
    found = {str(line.get("code")) for line in lines}
    assert code == 1
    assert {"ancestry_missing", "ancestry_wrong", "facts_overlap", "links_overlap"} <= found
