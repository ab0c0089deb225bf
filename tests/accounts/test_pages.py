"""The person's own page, the language, limits on bodies and refusals as pages."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts import actions, tasks
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
    response = signed_in.post(reverse("accounts:profile"), {**PROFILE, "phone": "0915 000 222"})
    assert response.status_code == 302
    person.refresh_from_db()
    assert (person.full_name, person.phone) == ("Trần Thị Thu Hằng", "0915 000 222")
    assert person.sort_name.partition("|")[2].startswith("hang tran thi thu")


def test_saving_speaks_the_language_just_chosen(signed_in: Client, person: User) -> None:
    same = {**PROFILE, "email": ""}
    page = signed_in.post(reverse("accounts:profile"), {**same, "language": "en"}, follow=True)
    assert "Your profile is saved." in page.content.decode()
    page = signed_in.post(reverse("accounts:profile"), same, follow=True)
    shown = page.content.decode()
    assert "Your profile is saved." not in shown
    assert '<html lang="vi">' in shown


def test_roles_stand_apart_from_positions(signed_in: Client, person: User, province: Province) -> None:
    RoleGrant.objects.create(user=person, unit=province.school, role="teacher", valid_from=REFORM)
    shown = signed_in.get(reverse("accounts:profile")).content.decode()
    assert '<p class="strong">Giáo viên, Tiểu học A</p><p>tải lên bài giảng của đơn vị</p>' in shown
    assert "<dt>Giáo viên</dt>" not in shown
    assert re.search(r"<legend>Ngôn ngữ\s*</legend>", shown)


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


def test_a_new_address_holds_once_its_owner_opened_the_link(
    signed_in: Client, person: User, mailoutbox: list[EmailMessage]
) -> None:
    signed_in.post(reverse("accounts:profile"), PROFILE)
    person.refresh_from_db()
    assert person.email == ""
    tasks.send_address_link.func(person.pk, "hang@truong.vn")
    [letter] = mailoutbox
    assert letter.to == ["hang@truong.vn"]
    address = re.search(r"/account/address/\S+", str(letter.body))[0]  # type: ignore[index]
    assert "hang@truong.vn" in signed_in.get(address).content.decode()
    person.refresh_from_db()
    assert person.email == ""
    signed_in.post(address)
    person.refresh_from_db()
    assert person.email == "hang@truong.vn"
    assert signed_in.get(address).status_code == 404


def test_taking_the_address_away_needs_no_letter(signed_in: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(email="cu@truong.vn")
    signed_in.post(reverse("accounts:profile"), {**PROFILE, "email": ""})
    person.refresh_from_db()
    assert person.email == ""


def test_language_is_chosen_by_guests_without_a_session(client: Client, db: None) -> None:
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/account/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    away = client.post(reverse("set_language"), {"language": "vi", "next": "https://example.org/"})
    assert away["Location"] == "/"
    other = client.post(reverse("set_language"), {"language": "vi"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert settings.LANGUAGE_COOKIE_NAME not in other.cookies


def test_language_stays_with_the_person(signed_in: Client, person: User) -> None:
    signed_in.post(reverse("set_language"), {"language": "en", "next": "/account/"})
    person.refresh_from_db()
    assert person.language == "en"
    assert '<html lang="en">' in signed_in.get("/account/").content.decode()


def test_other_devices_are_signed_out(signed_in: Client, person: User) -> None:
    phone, stranger = Client(), Client()
    phone.force_login(person)
    stranger.force_login(User.objects.create_user("khac"))
    signed_in.post(reverse("accounts:sign_out_others"))
    assert phone.get(reverse("accounts:profile")).status_code == 302
    assert stranger.get(reverse("accounts:profile")).status_code == 200
    assert signed_in.get(reverse("accounts:profile")).status_code == 200


def test_an_old_address_resets_no_password(person: User) -> None:
    actions.change_email(by=person, email="cu@truong.vn")
    EmailAddress.objects.create(user=person, email="cu@truong.vn", primary=True)
    actions.change_email(by=person, email="moi@truong.vn")
    assert not EmailAddress.objects.filter(user=person).exists()


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/abc:1/", "login/code/confirm/"])
def test_pages_of_allauth_that_we_do_without_lead_on(signed_in: Client, path: str) -> None:
    answer = signed_in.get(f"/account/{path}")
    assert answer.status_code == 302
    assert answer["Location"] in {reverse("accounts:profile"), reverse("account_login")}
