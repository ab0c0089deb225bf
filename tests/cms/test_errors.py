"""Pages for what went wrong, each really caused; maintenance; what they need of the machine: little."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone

from accounts.models import OrgUnit, UnitKind, User
from cms import error_pages, maintenance
from cms.urls_site import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401
from tests.factories import PASSWORD, OrgUnitFactory, person

pytestmark = pytest.mark.django_db


def lose_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("database is locked")


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def no_database(_store: SessionStore) -> None:
    raise OperationalError("the database is away")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspect(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("made up")


urlpatterns = [  # this module stands in for the addresses of the site
    path("break/", break_down),
    path("away/", lose_database),
    path("forbid/", forbid),
    path("suspect/", suspect),
    *urlpatterns,
]
MORE = override_settings(ROOT_URLCONF=__name__)


@pytest.fixture(autouse=True)
def root(tmp_path: Any, settings: Any) -> OrgUnit:
    settings.VAR = tmp_path
    return OrgUnitFactory(code="so", name="Sở GD&ĐT Hưng Yên", kind=UnitKind.SO, parent=None)


@pytest.fixture
def teacher(root: OrgUnit) -> User:
    school = OrgUnitFactory(code="nh", name="Tiểu học Nguyễn Huệ", parent=root)
    return person(school, "teacher", first_name="Hạnh", username="hanh")


def says(response: HttpResponse, code: str) -> str:
    """The page's text; it names the code and the minute."""
    shown = response.content.decode()
    assert re.search(
        rf"<code>{code}( \w{{6}})?</code>, <span class=\"nowrap\">\d{{1,2}}:\d\d \d\d/\d\d/\d{{4}}<", shown
    )
    assert shown.count("<h1") == 1
    return shown


def test_not_found_says_what_to_do(client: Client) -> None:
    response = client.get("/nothing-here/?a=1")
    assert response.status_code == 404
    shown = says(response, "not_found")
    assert "Chưa có trang ở địa chỉ này" in shown
    assert "?next=/nothing-here/%3Fa%3D1" in shown


@MORE
def test_a_request_that_cannot_be_read(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/suspect/")
    assert response.status_code == 400
    assert "chưa" in says(response, "bad_request").lower()


def test_a_host_that_is_not_ours(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in says(response, "bad_request")


@MORE
def test_forbidden_leads_to_the_sign_in_or_home(client: Client, teacher: User) -> None:
    response = client.get("/forbid/")
    assert response.status_code == 403
    assert "/account/login/?next=/forbid/" in says(response, "not_allowed")
    client.force_login(teacher)
    assert 'class="btn" href="/account/login/' not in says(client.get("/forbid/"), "not_allowed")


def test_a_form_that_was_open_too_long_leads_back_to_its_page(teacher: User) -> None:
    client = Client(enforce_csrf_checks=True)
    form = {"login": "hanh", "password": PASSWORD}
    come_from = {"referer": "http://testserver/account/login/?next=/lessons/"}
    response = client.post("/account/login/", form, headers=come_from)
    assert response.status_code == 403
    assert 'href="/account/login/?next=/lessons/"' in says(response, "csrf_failed")
    elsewhere = client.post("/account/login/", form, headers={"referer": "http://evil.example/account/"})
    assert "evil.example" not in says(elsewhere, "csrf_failed")
    assert 'class="btn" href="/"' in elsewhere.content.decode()


def test_a_large_body_is_refused_unread_whoever_sends_it(
    client: Client, teacher: User, django_assert_num_queries: Any
) -> None:
    client.force_login(teacher)
    large = "x" * (settings.BODY_MAX_MB * 1024 * 1024)
    with django_assert_num_queries(0):
        response = client.post("/account/login/", {"login": large})
    assert response.status_code == 413
    shown = says(response, "body_too_large")
    assert "Quá lớn để gửi một lần" in shown
    assert "/lessons/upload/" in shown
    script = client.post("/account/login/", {"login": large}, headers={"accept": "application/json"})
    assert script.json()["code"] == "body_too_large"


def test_an_address_for_forms_opened_like_a_page(client: Client, teacher: User) -> None:
    client.force_login(teacher)
    response = client.get("/lessons/restore/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "biểu mẫu" in says(response, "wrong_method")
    assert client.put("/lessons/restore/").content == b""


def test_too_many_attempts_rest(client: Client) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"}):
        client.post("/account/login/", {"login": "a", "password": "b"})
        response = client.post("/account/login/", {"login": "a", "password": "b"})
    assert response.status_code == 429
    assert "15 phút" in says(response, "too_many_requests")


@MORE
@pytest.mark.parametrize("without_database", [False, True])
def test_our_own_mistake_needs_no_database(
    without_database: bool,
    teacher: User,
    django_assert_num_queries: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Client(raise_request_exception=False)
    if without_database:
        client.force_login(teacher)
        monkeypatch.setattr(SessionStore, "load", no_database)
    with django_assert_num_queries(0):
        response = client.get("/lessons/" if without_database else "/break/")
    assert response.status_code == 500
    incident = re.search(r"<code>server_error (\w{6})</code>", says(response, "server_error"))
    assert incident is not None
    assert incident.group(1) in caplog.text


@MORE
def test_a_database_that_is_away_is_told_apart_from_a_mistake(client: Client, caplog: Any) -> None:
    client.raise_request_exception = False
    response = client.get("/away/")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert response["Cache-Control"] == "no-store"
    assert "tạm thời chưa đọc được dữ liệu" in says(response, "database_away")
    script = client.post("/away/", headers={"accept": "application/json"})
    assert (script.status_code, script.json()["code"]) == (503, "database_away")


def test_codes_of_the_error_pages_are_documented() -> None:
    listed = (settings.BASE_DIR / "docs" / "codes.md").read_text(encoding="utf-8")
    missing = [code for code in error_pages.CODES if f"| `{code}` |" not in listed]
    assert missing == []


# Maintenance


@pytest.fixture
def closed() -> Iterator[None]:
    call_command("maintenance", "on", until="+45", note="Nâng cấp máy chủ.", stdout=StringIO())
    yield
    maintenance.end()


def test_a_closed_site_says_until_when_and_touches_nothing(
    closed: None, teacher: User, client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(teacher)
    with django_assert_num_queries(0):
        response = client.get("/lessons/")
    assert response.status_code == 503
    assert 44 * 60 <= int(response["Retry-After"]) <= 45 * 60
    shown = says(response, "maintenance")
    until = timezone.localtime(timezone.now() + timedelta(minutes=45))
    assert any(f"{moment:%-H:%M}" in shown for moment in (until, until - timedelta(minutes=1)))
    assert "Nâng cấp máy chủ." in shown
    assert 'href=""' in shown
    assert "default-src" in response["Content-Security-Policy"]
    tus = client.patch("/uploads/", headers={"tus-resumable": "1.0.0"})
    assert (tus.status_code, tus.json()["code"]) == (503, "maintenance")


def test_what_goes_on_while_it_is_closed(closed: None, teacher: User, client: Client) -> None:
    assert client.get("/health/").status_code == 200
    client.force_login(teacher)
    kept = client.post("/learn/outbox/", data="[]", content_type="application/json")
    assert kept.status_code != 503
    content = Client()
    with override_settings(ROOT_URLCONF="cms.urls_content", MIDDLEWARE=[]):
        assert content.get("/files/nothing/").status_code == 404


def test_the_switch(client: Client) -> None:
    def tell(*args: str, **more: Any) -> dict[str, Any]:
        out = StringIO()
        call_command("maintenance", *args, as_json=True, stdout=out, **more)
        return json.loads(out.getvalue())

    assert tell("status") == {"schema": 1, "maintenance": False, "until": None, "note": ""}
    assert tell("on", note=" Sửa điện ")["note"] == "Sửa điện"
    assert client.get("/").status_code == 503
    assert client.get("/")["Retry-After"] == "300"
    assert tell("off")["maintenance"] is False
    assert tell("off")["maintenance"] is False
    assert client.get("/nothing-here/").status_code == 404
    for wrong in ("25:00", "later", "+"):
        with pytest.raises(CommandError, match="--until"):
            call_command("maintenance", "on", until=wrong)
    assert maintenance.current() is None


def test_a_damaged_switch_keeps_the_site_closed(client: Client) -> None:
    maintenance.path().write_text("{", encoding="utf-8")
    assert client.get("/").status_code == 503
    maintenance.end()


def test_it_takes_longer_than_expected(client: Client) -> None:
    maintenance.begin(maintenance.Notice(until=timezone.now() - timedelta(minutes=1)))
    response = client.get("/")
    assert response["Retry-After"] == "30"
    assert "lâu hơn" in response.content.decode()
    maintenance.end()
