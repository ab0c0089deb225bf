"""The public pages of the member units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from accounts.days import today
from accounts.models import OrgUnit, UnitFacts, UnitKind, UnitLink, UnitSuccessor, User
from cms import members
from cms.models import MemberContact
from repository.models import LearningResource, Publication
from search.engines import forget_engines
from tests.factories import OrgUnitFactory, person, published_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_index(settings: object, tmp_path: Path) -> Iterator[None]:
    settings.SEARCH_INDEX = tmp_path / "search.sqlite3"  # type: ignore[attr-defined]
    forget_engines()
    members.drop()
    yield
    forget_engines()


@pytest.fixture
def so() -> OrgUnit:
    return OrgUnitFactory(code="so", name="Sở GD&ĐT Hưng Yên", kind=UnitKind.SO, parent=None)


@pytest.fixture
def ward(so: OrgUnit) -> OrgUnit:
    return OrgUnitFactory(code="pho-hien", name="Phường Phố Hiến", kind=UnitKind.PHUONG, parent=so)


@pytest.fixture
def school(ward: OrgUnit) -> OrgUnit:
    return OrgUnitFactory(code="nh", name="Tiểu học Nguyễn Huệ", kind=UnitKind.TIEU_HOC, parent=ward)


@pytest.fixture
def teacher(school: OrgUnit) -> User:
    return person(school, "teacher")


def closed(name: str, code: str, *successors: OrgUnit) -> OrgUnit:
    """A former district office whose work others carry on."""
    unit = OrgUnit.objects.create(code=code)
    ended = date(2025, 7, 1)
    UnitFacts.objects.create(
        unit=unit, name=name, kind=UnitKind.PHONG_GDDT, valid_from=date(2020, 1, 1), valid_to=ended
    )
    for successor in successors:
        UnitSuccessor.objects.create(old=unit, new=successor, on=ended)
    members.drop()
    return unit


def links(html: str) -> list[str]:
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert main
    return re.findall(r'href="/units/([\w-]+)/"', main.group())


def shown(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_directory_shows_todays_tree_and_what_closed_units_became(
    client: Client, school: OrgUnit, ward: OrgUnit, so: OrgUnit
) -> None:
    OrgUnitFactory(code="thpt", name="THPT Hưng Yên", kind=UnitKind.THPT, parent=so)
    closed("Phòng GD&ĐT thành phố Hưng Yên", "pgd", ward)
    html = shown(client, "/units/")
    assert links(html) == ["so", "pho-hien", "thpt", "pgd", "pho-hien"]
    assert re.search(r"Phường Phố Hiến</a> <span[^>]*>1 đơn vị", html)
    assert "3 trường, xã, phường, trung tâm" in html
    assert "Đóng ngày" in html


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nguyen hue", ["nh"]),
        ("Nguyễn H", ["nh"]),
        ("hue nguyen", ["nh"]),
        ("pho", ["pho-hien", "pgd"]),
        ("xyz", []),
    ],
)
def test_units_are_found_by_the_beginnings_of_their_words(
    client: Client, school: OrgUnit, ward: OrgUnit, text: str, found: list[str]
) -> None:
    closed("Phòng GD&ĐT thành phố cũ", "pgd")
    html = shown(client, f"/units/?q={text}")
    assert links(html) == found
    assert ("Chưa có đơn vị nào tên như vậy" in html) is (not found)


def test_a_former_name_finds_the_unit_and_is_told(client: Client, school: OrgUnit) -> None:
    UnitFacts.objects.filter(unit=school).update(valid_from=date(2025, 1, 1))
    UnitFacts.objects.create(
        unit=school,
        name="Tiểu học Quang Trung",
        kind=UnitKind.TIEU_HOC,
        valid_from=date(2010, 1, 1),
        valid_to=date(2025, 1, 1),
    )
    members.drop()
    assert links(shown(client, "/units/?q=quang trung")) == ["nh"]
    html = shown(client, "/units/nh/")
    assert "<h1>Tiểu học Nguyễn Huệ</h1>" in html
    assert "Tiểu học Quang Trung" in html


def test_a_closed_unit_names_those_open_today_that_carry_on(
    client: Client, school: OrgUnit, ward: OrgUnit
) -> None:
    between = closed("Phường Hiến Nam", "hien-nam", ward)
    closed("Phòng GD&ĐT thành phố", "pgd", between)
    html = shown(client, "/units/pgd/")
    assert links(html) == ["pho-hien"]
    assert links(shown(client, "/units/pho-hien/")) == ["so", "nh", "hien-nam"]


def test_a_unit_closing_today_is_closed_today(client: Client, school: OrgUnit, ward: OrgUnit) -> None:
    UnitFacts.objects.filter(unit=school).update(valid_to=today() + timedelta(days=1))
    members.drop()
    assert "nh" in links(shown(client, "/units/pho-hien/"))
    UnitFacts.objects.filter(unit=school).update(valid_to=today())
    UnitLink.objects.filter(child=school).update(valid_to=today())
    members.drop()
    assert "nh" not in links(shown(client, "/units/pho-hien/"))
    assert "Đóng ngày" in shown(client, "/units/nh/")


def test_a_unit_shows_only_what_the_reader_may_see(
    client: Client, so: OrgUnit, school: OrgUnit, teacher: User
) -> None:
    published_lesson(so, teacher, title="Mở cho mọi người")
    Publication.objects.update(open_to_guests=True)
    published_lesson(so, teacher, title="Trong ngành")
    published_lesson(school, teacher, title="Trong trường")
    LearningResource.objects.update(owner_unit=school)
    for path in ("/units/nh/", "/units/pho-hien/"):
        html = shown(client, path)
        assert "Mở cho mọi người" in html
        assert "Trong ngành" not in html
    client.force_login(teacher)
    html = shown(client, "/units/nh/")
    assert "Trong ngành" in html
    assert "Trong trường" in html
    assert '<a href="/library/?unit=nh">' in html


def test_groups_within_a_school_and_unknown_codes_have_no_page(client: Client, school: OrgUnit) -> None:
    OrgUnitFactory(code="to-toan", name="Tổ Toán", kind=UnitKind.TO_CHUYEN_MON, parent=school)
    members.drop()
    assert "to-toan" not in links(shown(client, "/units/nh/"))
    assert client.get("/units/to-toan/").status_code == 404
    assert client.get("/units/khong-co/").status_code == 404


def test_whoever_manages_a_unit_says_where_it_is_reached(
    client: Client, school: OrgUnit, ward: OrgUnit, teacher: User
) -> None:
    address = "/units/nh/contact/"
    assert client.get(address).status_code == 302
    client.force_login(teacher)
    assert client.get(address).status_code == 403
    assert "Sửa liên hệ" not in shown(client, "/units/nh/")
    client.force_login(person(ward, "unit_administrator"))
    assert address in shown(client, "/units/nh/")
    wrong = client.post(address, {"address": "12 Bãi Sậy", "email": "x", "website": "javascript:alert(1)"})
    assert wrong.status_code == 400
    assert 'value="12 Bãi Sậy"' in wrong.content.decode()
    assert not MemberContact.objects.exists()
    given = {"address": "12 Bãi Sậy", "phone": "0221 386 1234", "website": "nguyenhue.edu.vn"}
    saved = client.post(address, given, follow=True).content.decode()
    assert "Đã lưu thông tin liên hệ" in saved
    client.logout()
    html = shown(client, "/units/nh/")
    assert "12 Bãi Sậy" in html
    assert 'href="tel:02213861234"' in html
    assert 'href="https://nguyenhue.edu.vn"' in html


def test_the_pages_cost_the_same_however_many_units_there_are(
    client: Client, so: OrgUnit, school: OrgUnit, django_assert_num_queries: object
) -> None:
    for path in ("/units/", "/units/?q=truong", "/units/so/"):
        shown(client, path)
    for number in range(30):
        OrgUnitFactory(code=f"x{number}", name=f"Trường số {number}", kind=UnitKind.THPT, parent=so)
    members.drop()
    with django_assert_num_queries(3):  # type: ignore[operator]
        html = shown(client, "/units/")
    assert len(links(html)) == 32
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert len(links(shown(client, "/units/?q=truong"))) == 30
    with django_assert_num_queries(1):  # type: ignore[operator]
        shown(client, "/units/so/")
