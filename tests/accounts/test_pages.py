"""The person's own page, the language, limits on bodies and refusals as pages."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import RoleGrant, User
from tests.accounts.conftest import REFORM, Province

PROFILE = {"last_name": "Trần Thị Thu", "first_name": "Hằng", "email": "hang@truong.vn", "language": "vi"}


@pytest.fixture
def person(province: Province) -> User:
    return actions.create_person(
        by=None,
        username="hang",
        last_name="Trần",
        first_name="Hằng",
        unit=province.school,
        on=REFORM,
        password="mot-mat-khau-dai",
    )


@pytest.fixture
def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def test_profile_needs_a_sign_in(client: Client, db: None) -> None:
    response = client.get(reverse("accounts:profile"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_profile_shows_unit_and_saves(signed_in: Client, person: User) -> None:
    assert "Tiểu học A" in signed_in.get(reverse("accounts:profile")).content.decode()
    response = signed_in.post(reverse("accounts:profile"), PROFILE)
    assert response.status_code == 302
    person.refresh_from_db()
    assert (person.full_name, person.email) == ("Trần Thị Thu Hằng", "hang@truong.vn")
    assert person.sort_name.startswith("hang tran thi thu")


def test_saving_speaks_the_language_just_chosen(signed_in: Client, person: User) -> None:
    page = signed_in.post(reverse("accounts:profile"), {**PROFILE, "language": "en"}, follow=True)
    assert "Your profile is saved." in page.content.decode()
    page = signed_in.post(reverse("accounts:profile"), PROFILE, follow=True)
    shown = page.content.decode()
    assert "Your profile is saved." not in shown
    assert '<html lang="vi">' in shown


def test_roles_stand_apart_from_positions(signed_in: Client, person: User, province: Province) -> None:
    RoleGrant.objects.create(user=person, unit=province.school, role="teacher", valid_from=REFORM)
    shown = signed_in.get(reverse("accounts:profile")).content.decode()
    assert "<dt>Vai trò</dt><dd>Giáo viên, Tiểu học A</dd>" in shown
    assert "<dt>Giáo viên</dt>" not in shown
    assert re.search(r'<label for="id_language">Ngôn ngữ\s*</label>', shown)


def test_profile_keeps_what_was_typed_when_refused(signed_in: Client, person: User) -> None:
    User.objects.create_user("khac", "hang@truong.vn")
    response = signed_in.post(reverse("accounts:profile"), PROFILE)
    body = response.content.decode()
    assert response.status_code == 422
    assert "Địa chỉ này đã dùng cho tài khoản khác." in body
    assert 'value="hang@truong.vn"' in body
    person.refresh_from_db()
    assert person.email == ""


def test_language_follows_the_cookie(client: Client, db: None) -> None:
    vietnamese = client.get(reverse("account_login"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get(reverse("account_login"))
    assert '<html lang="vi">' in vietnamese.content.decode()
    assert "Đăng nhập" in vietnamese.content.decode()
    assert '<html lang="en">' in english.content.decode()
    assert "Sign in" in english.content.decode()


def test_a_large_body_is_refused_before_it_is_read(client: Client, db: None) -> None:
    response = client.post(
        reverse("account_login"), b"x", content_type="application/json", CONTENT_LENGTH=str(50 * 1024 * 1024)
    )
    assert response.status_code == 413
    assert response.json()["code"] == "body_too_large"


def test_sign_in_with_wrong_password_tells_nothing(client: Client, person: User) -> None:
    answers = [
        client.post(reverse("account_login"), {"login": name, "password": "sai"}).content.decode()
        for name in ("hang", "khong-co")
    ]
    assert all("csrfmiddlewaretoken" in answer for answer in answers)
    assert ("_auth_user_id" in client.session) is False


def test_sign_in_and_out(client: Client, person: User) -> None:
    response = client.post(reverse("account_login"), {"login": "hang", "password": "mot-mat-khau-dai"})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
