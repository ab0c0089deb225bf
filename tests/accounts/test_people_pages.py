"""The desk of people: who sees whom, what is found, acts, links for the first sign-in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions, first_link, people_list, unit_tree
from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import Membership, Role, RoleGrant, User
from accounts.permissions import TABLE, may_over
from accounts.words import VERBS, allowed_words
from tests.accounts.conftest import REFORM, Province
from tests.factories import PASSWORD, CompletionFactory, CourseFactory, RoleGrantFactory, UserFactory, person

DAY = date(2026, 9, 1)


@pytest.fixture
def admin(client: Client, province: Province) -> User:
    """Administers the commune."""
    user = person(province.commune, Role.UNIT_ADMINISTRATOR)
    client.force_login(user)
    return user


def listed(client: Client, **query: str) -> str:
    answer = client.get(reverse("accounts:people"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client: Client, user: User, name: str, *args: object, **data: object) -> int:
    return client.post(reverse(f"accounts:{name}", args=[user.uid, *args]), data).status_code


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_the_people_of_her_own_subtree(client: Client, province: Province, role: Role) -> None:
    own, other = person(province.school), person(province.sister)
    client.force_login(person(province.commune, role))
    found = [
        client.get(reverse("accounts:people")).status_code,
        client.get(reverse("accounts:person", args=[own.uid])).status_code,
        client.get(reverse("accounts:person", args=[other.uid])).status_code,
    ]
    assert found == ([200, 200, 404] if role in TABLE["person.view"] else [403, 403, 403])


@pytest.mark.parametrize("role", [Role.TRAINING_MANAGER, Role.TEACHER, Role.RESOURCE_REVIEWER])
def test_who_only_looks_changes_nothing(client: Client, province: Province, role: Role) -> None:
    own = person(province.school)
    client.force_login(person(province.commune, role))
    for name in ("person_edit", "person_place", "person_move", "role_give"):
        assert client.get(reverse(f"accounts:{name}", args=[own.uid])).status_code == 403, name
    for name in ("person_link", "person_close", "person_open"):
        assert act(client, own, name) == 403, name
    assert client.get(reverse("accounts:person_new")).status_code == 403
    assert client.get(reverse("accounts:roster")).status_code == 403


def test_sorted_by_ten_and_found_with_or_without_marks(
    client: Client, province: Province, admin: User
) -> None:
    for last, first in (("Trần Thị Thu", "Hằng"), ("Lê Văn", "Đào"), ("Nguyễn Thị", "Ánh"), ("Vũ", "Hang")):
        person(province.school, last_name=last, first_name=first)
    shown = listed(client)
    order = [shown.index(name) for name in ("Nguyễn Thị Ánh", "Lê Văn Đào", "Trần Thị Thu Hằng")]
    assert order == sorted(order)
    assert "Trần Thị Thu Hằng" in listed(client, q="hang thu")
    assert "Lê Văn Đào" in listed(client, q="đào")
    marked = listed(client, q="Hằng")
    assert "Trần Thị Thu Hằng" in marked
    assert "Vũ Hang" not in marked


def test_filters(client: Client, province: Province, admin: User) -> None:
    without = person(province.school, first_name="Không Thư", email="")
    reviewer = person(province.school, Role.RESOURCE_REVIEWER, first_name="Duyệt")
    closed = person(province.school, first_name="Đã Đóng", is_active=False)
    left = person(province.school, first_name="Đã Nghỉ")
    actions.end_membership(by=None, membership=left.memberships.get(), on=REFORM)
    names = {
        "no_email": listed(client, no_email="1"),
        "role": listed(client, role="resource_reviewer"),
        "closed": listed(client, state="closed"),
        "left": listed(client, state="left"),
        "all": listed(client),
    }
    assert {key for key, text in names.items() if without.full_name in text} == {"no_email", "all"}
    assert {key for key, text in names.items() if reviewer.full_name in text} == {"role", "all"}
    assert {key for key, text in names.items() if closed.full_name in text} == {"closed"}
    assert {key for key, text in names.items() if left.full_name in text} == {"left"}
    assert "Chưa thấy ai phù hợp" in listed(client, q="khongcoai")


def test_a_strange_unit_in_the_address_is_passed_over(
    client: Client, province: Province, admin: User
) -> None:
    other = person(province.sister, first_name="Nơi Khác")
    assert other.full_name not in listed(client, unit="th-b", page="x", role="?")


def test_ten_thousand_people_in_the_same_queries(
    client: Client,
    province: Province,
    admin: User,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    users = User.objects.bulk_create(
        User(username=f"u{n}", last_name="Nguyễn Văn", first_name=f"A{n}", sort_name=f"a{n:05} nguyen van")
        for n in range(10_000)
    )
    Membership.objects.bulk_create(
        Membership(user=user, unit=province.school, valid_from=REFORM) for user in users
    )
    listed(client)  # what all pages share is kept from now on
    with django_assert_max_num_queries(14):
        shown = listed(client, page="3")
    assert "10.001 người" in shown
    assert shown.count("<tr") == people_list_page_size() + 1


def people_list_page_size() -> int:
    from accounts.views.people import PER_PAGE

    return PER_PAGE


def test_a_new_person_gets_a_link_that_works_once(client: Client, province: Province, admin: User) -> None:
    data = {
        "last_name": "Trần Thị Thu",
        "first_name": "Hà",
        "unit": "th-a",
        "position": "teacher",
        "on": "2026-09-01",
    }
    page = client.post(reverse("accounts:person_new"), data, follow=True).content.decode()
    made = User.objects.get(username="hattt")
    assert "/account/first/" in page
    assert "/account/first/" not in client.get(reverse("accounts:person", args=[made.uid])).content.decode()
    address = reverse("accounts:first", args=[first_link.make(made)])
    guest = Client()
    assert "hattt" in guest.get(address).content.decode()
    assert guest.post(address, {"password1": "123", "password2": "123"}).status_code == 422
    assert guest.post(address, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    assert guest.session["_auth_user_id"] == str(made.pk)
    assert Client().get(address).status_code == 404
    made.refresh_from_db()
    assert made.check_password(PASSWORD)
    assert made.last_login is not None


def test_a_link_that_is_spoilt_or_of_a_closed_account_opens_nothing(
    province: Province, client: Client
) -> None:
    user = person(province.school)
    secret = first_link.make(user)
    assert client.get(reverse("accounts:first", args=[secret[:-2] + "xx"])).status_code == 404
    actions.deactivate_person(by=None, user=user)
    assert client.get(reverse("accounts:first", args=[secret])).status_code == 404


def test_nobody_takes_over_an_account_with_roles_beyond_her_reach(province: Province, admin: User) -> None:
    mighty = person(province.school)
    RoleGrantFactory(user=mighty, unit=province.so, role=Role.SYSTEM_ADMINISTRATOR)
    assert may_over(admin, mighty, account=False)
    for do in (
        lambda: actions.make_first_link(by=admin, user=mighty),
        lambda: actions.deactivate_person(by=admin, user=mighty),
        lambda: actions.edit_person(by=admin, user=mighty, last_name="X", first_name="Y", email="x@y.vn"),
    ):
        with pytest.raises(NotAllowed):
            do()
    boss = person(province.so, Role.SYSTEM_ADMINISTRATOR)
    assert actions.make_first_link(by=boss, user=mighty)


def test_a_second_place_gives_no_right_over_the_account(province: Province, admin: User) -> None:
    guest = person(province.sister)
    actions.add_membership(by=admin, user=guest, unit=province.school, on=REFORM, primary=False)
    with pytest.raises(NotAllowed):
        actions.make_first_link(by=admin, user=guest)
    with pytest.raises(NotAllowed):
        actions.rename_person(by=admin, user=guest, last_name="Lạ", first_name="Tên")


def test_places_are_added_moved_and_ended(client: Client, province: Province, admin: User) -> None:
    user = person(province.school)
    assert act(client, user, "person_move", unit="xa", position="official", on="2026-09-01") == 302
    assert Membership.objects.primary_on(DAY).get(user=user).unit == province.commune
    assert act(client, user, "person_place", unit="th-a", position="teacher", on="2026-09-01") == 302
    second = Membership.objects.get(user=user, primary=False)
    assert act(client, user, "place_end", second.pk, last_day="2026-12-31") == 302
    second.refresh_from_db()
    assert second.valid_to == date(2027, 1, 1)
    assert act(client, user, "person_move", unit="th-b", position="teacher", on="2026-10-01") == 422


def test_roles_are_given_and_revoked_with_a_reason(client: Client, province: Province, admin: User) -> None:
    user = person(province.school)
    given = {"role": "resource_reviewer", "unit": "th-a", "on": "2026-09-01", "last_day": "2026-12-31"}
    assert act(client, user, "role_give", **given) == 302
    grant = RoleGrant.objects.get(user=user)
    assert (grant.granted_by, grant.valid_to) == (admin, date(2027, 1, 1))
    shown = client.get(reverse("accounts:person", args=[user.uid])).content.decode()
    assert "trả lại, duyệt và đăng bài" in shown
    assert act(client, user, "role_end", grant.pk, on="2026-10-01") == 422
    assert act(client, user, "role_end", grant.pk, on="2026-10-01", reason="Chuyển việc") == 302
    grant.refresh_from_db()
    assert (grant.revoked_by, grant.revoked_reason) == (admin, "Chuyển việc")
    assert "Chuyển việc" in client.get(reverse("accounts:person", args=[user.uid])).content.decode()


@pytest.mark.parametrize(
    ("role", "unit"), [("system_administrator", "th-a"), ("teacher", "so"), ("teacher", "th-b")]
)
def test_nothing_is_granted_above_or_beside(
    client: Client, province: Province, admin: User, role: str, unit: str
) -> None:
    user = person(province.school)
    assert act(client, user, "role_give", role=role, unit=unit, on="2026-09-01") == 422
    assert not RoleGrant.objects.filter(user=user).exists()


def test_the_last_system_administrator_stays(province: Province) -> None:
    boss = person(province.so, Role.SYSTEM_ADMINISTRATOR)
    with pytest.raises(Refusal, match="last_administrator"):
        actions.revoke_role(by=boss, grant=boss.role_grants.get())
    other = person(province.so, Role.SYSTEM_ADMINISTRATOR)
    actions.revoke_role(by=boss, grant=other.role_grants.get())


def test_account_closed_and_opened(client: Client, province: Province, admin: User) -> None:
    user = person(province.school)
    act(client, user, "person_close")
    user.refresh_from_db()
    assert not user.is_active
    act(client, user, "person_open")
    user.refresh_from_db()
    assert user.is_active
    act(client, admin, "person_close")
    admin.refresh_from_db()
    assert admin.is_active


def test_every_verb_has_its_words() -> None:
    assert set(VERBS) == set(TABLE)
    assert all(allowed_words(role) for role in Role)


def test_people_without_a_place_belong_to_the_top(province: Province) -> None:
    loose = UserFactory()
    boss, lower = (
        person(province.so, Role.UNIT_ADMINISTRATOR),
        person(province.commune, Role.UNIT_ADMINISTRATOR),
    )
    assert people_list.seen_person(unit_tree.managed(boss), loose.uid) == loose
    assert people_list.seen_person(unit_tree.managed(lower), loose.uid) is None


def test_learning_is_told_to_who_may_see_who_is_trained(
    client: Client, province: Province, admin: User
) -> None:
    user = person(province.school)
    CompletionFactory(user=user, course=CourseFactory(unit=province.so, owner=user), on=date(2026, 10, 1))
    shown = client.get(reverse("accounts:person", args=[user.uid])).content.decode()
    assert "1, gần nhất ngày 01/10/2026" in shown
    client.force_login(person(province.so, Role.SYSTEM_ADMINISTRATOR))
    assert (
        "Khóa học đã hoàn thành"
        not in client.get(reverse("accounts:person", args=[user.uid])).content.decode()
    )


def test_who_begins_later_is_found_and_the_move_can_be_undone(
    client: Client, province: Province, admin: User
) -> None:
    later = (today() + timedelta(days=20)).isoformat()
    data = {"last_name": "Trần", "first_name": "Sắp Đến", "unit": "th-a", "position": "teacher", "on": later}
    assert client.post(reverse("accounts:person_new"), {**data, "teaches": "on"}).status_code == 302
    made = User.objects.get(first_name="Sắp Đến")
    assert made.role_grants.get().role == Role.TEACHER
    shown = {state: made.full_name in listed(client, state=state) for state in ("working", "coming")}
    assert shown == {"working": False, "coming": True}
    assert made.full_name in listed(client, q="den sap")
    assert made.full_name in listed(client, unit="th-a", own="1", day=later)
    user = person(province.school)
    assert act(client, user, "person_move", unit="xa", position="official", on=later) == 302
    address = reverse("accounts:person", args=[user.uid])
    coming = Membership.objects.get(user=user, valid_from=later)
    undo = reverse("accounts:place_cancel", args=[user.uid, coming.pk])
    assert f'action="{undo}"' in client.get(address).content.decode()
    assert f'href="{undo}"' in client.get(address).content.decode()
    assert client.post(undo).status_code == 302
    assert Membership.objects.get(user=user).unit == province.school
