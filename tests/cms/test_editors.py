"""Who enters Wagtail's admin, and that the library there goes through the repository's actions."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.days import today
from accounts.models import OrgUnit, RoleGrant, UnitKind, User
from cms.editors import GROUP
from repository.models import LearningResource, Publication, Subject, SubjectOffer, Version
from tests.factories import OrgUnitFactory, person, published_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> OrgUnit:
    return OrgUnitFactory(code="so", name="Sở GD&ĐT Hưng Yên", kind=UnitKind.SO, parent=None)


@pytest.fixture
def school(root: OrgUnit) -> OrgUnit:
    return OrgUnitFactory(code="nh", name="Tiểu học Nguyễn Huệ", parent=root)


@pytest.fixture
def editor(root: OrgUnit) -> User:
    return person(root, "resource_reviewer", last_name="Phạm Đức", first_name="Long")


@pytest.fixture
def lesson(root: OrgUnit, school: OrgUnit) -> LearningResource:
    return published_lesson(root, person(school, "teacher"), title="Cộng hai phân số")


def admin(client: Client, user: User, path: str = "/admin/"):  # type: ignore[no-untyped-def]
    client.force_login(user)
    return client.get(path)


def listing(model: type) -> str:
    return reverse(model.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]


def inspected(row: Version | LearningResource) -> str:
    return reverse(type(row).snippet_viewset.get_url_name("inspect"), args=[row.pk])  # type: ignore[attr-defined]


def test_guests_are_sent_to_sign_in(client: Client, root: OrgUnit) -> None:
    response = client.get("/admin/pages/")
    assert (response.status_code, response["Location"]) == (302, "/account/login/?next=/admin/pages/")


@pytest.mark.parametrize("role", ["teacher", "training_manager", "unit_administrator"])
def test_other_roles_at_the_root_stay_outside(client: Client, root: OrgUnit, role: str) -> None:
    response = admin(client, person(root, role))
    assert response.status_code == 403
    assert "not_allowed" in response.content.decode()


def test_a_reviewer_of_a_school_stays_outside(client: Client, school: OrgUnit) -> None:
    assert admin(client, person(school, "resource_reviewer")).status_code == 403


def test_a_superuser_without_a_role_stays_outside(client: Client, root: OrgUnit) -> None:
    boss = person(root)
    boss.is_superuser = True
    boss.save()
    assert admin(client, boss).status_code == 403


@pytest.mark.parametrize("role", ["resource_reviewer", "system_administrator"])
def test_editors_enter_with_a_policy_of_their_own(client: Client, root: OrgUnit, role: str) -> None:
    response = admin(client, person(root, role))
    assert response.status_code == 200
    assert "'unsafe-inline'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "unsafe" not in client.get("/").headers["Content-Security-Policy"]
    assert json.dumps("Kho học liệu") in response.content.decode()  # the menu is drawn from JSON


def test_a_role_that_ended_closes_the_door_and_leaves_the_group(client: Client, editor: User) -> None:
    assert admin(client, editor).status_code == 200
    assert editor.groups.filter(name=GROUP).exists()
    RoleGrant.objects.filter(user=editor).update(valid_to=today() - timedelta(days=1))
    assert client.get("/admin/").status_code == 403
    assert not editor.groups.filter(name=GROUP).exists()


def test_membership_of_the_group_alone_opens_nothing(client: Client, root: OrgUnit) -> None:
    stranger = person(root, "teacher")
    stranger.groups.add(Group.objects.get(name=GROUP))
    assert admin(client, stranger).status_code == 403


def test_editors_write_pages_and_the_footer(client: Client, editor: User) -> None:
    from cms.models import NewsIndexPage

    index = NewsIndexPage.objects.get()
    response = admin(client, editor, f"/admin/pages/add/cms/newspage/{index.pk}/")
    assert response.status_code == 200
    assert client.get("/admin/settings/cms/portal/", follow=True).status_code == 200


def test_a_preview_may_stand_in_the_editor(client: Client, editor: User) -> None:
    from cms.models import HomePage

    home = HomePage.objects.get()
    client.force_login(editor)
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[home.pk])
    data = {
        "title": "Trang chủ",
        "slug": "home",
        "hero": "Câu chính mới",
        "searches": "",
        "comments-TOTAL_FORMS": 0,
    }
    data |= {f"comments-{name}": 0 for name in ("INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    assert client.post(url, data).json()["is_valid"]
    shown = client.get(f"{url}?in_preview_panel=true")
    assert "Câu chính mới" in shown.content.decode()
    assert "Chọn theo môn và lớp" in shown.content.decode()
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]


def test_listing_finds_by_parts_of_words_in_few_queries(
    client: Client, editor: User, lesson: LearningResource, django_assert_max_num_queries: object
) -> None:
    author, unit = lesson.author, lesson.owner_unit
    for number in range(5):
        published_lesson(unit, author, title=f"Bài {number}")
    shown = admin(client, editor, f"{listing(LearningResource)}?q=phân").content.decode()
    assert "Cộng hai phân số" in shown
    assert "Bài 3" not in shown
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert "Bài 3" in client.get(listing(LearningResource)).content.decode()


def test_inspecting_shows_versions_publications_and_review(
    client: Client, editor: User, lesson: LearningResource
) -> None:
    version = lesson.versions.get()
    shown = admin(client, editor, inspected(lesson)).content.decode()
    assert "Sở GD&amp;ĐT Hưng Yên" in shown
    assert inspected(version) in shown
    assert reverse("library_withdraw", args=[version.publications.get().uid]) in shown
    assert reverse("library_publish", args=[version.uid]) in shown
    shown = client.get(inspected(version)).content.decode()
    assert "Cộng hai phân số, bản 1" in shown
    assert "Sở GD&amp;ĐT Hưng Yên" in shown
    assert reverse("library_withdraw", args=[version.publications.get().uid]) in shown
    assert reverse("library_publish", args=[version.uid]) in shown


def test_the_list_tells_the_state_of_each_lesson(
    client: Client, editor: User, lesson: LearningResource
) -> None:
    author = lesson.author
    waiting = published_lesson(lesson.owner_unit, author, title="Đang chờ")
    draft = published_lesson(lesson.owner_unit, author, title="Còn nháp")
    Publication.objects.filter(version__resource__in=[waiting, draft]).update(withdrawn_on=today())
    Version.objects.filter(resource=waiting).update(review="submitted")
    Version.objects.filter(resource=draft).update(review="draft")
    shown = admin(client, editor, listing(LearningResource)).content.decode()
    rows = re.findall(r"<tr[ >].*?</tr>", shown, re.DOTALL)
    for title, state in (("Cộng hai", "Đã đăng"), ("Đang chờ", "Chờ duyệt"), ("Còn nháp", "Nháp")):
        (row,) = [row for row in rows if title in row]
        assert re.search(rf">\s*{state}\s*<", row), title


def test_editors_read_vietnamese(client: Client, editor: User) -> None:
    home = admin(client, editor).content.decode()
    assert "Tìm trong mọi trang…" in home
    assert "editor guide" not in home
    offers = client.get(listing(SubjectOffer)).content.decode()
    assert "Môn theo lớp" in offers
    assert ">True<" not in re.sub(r"\s+", "", offers)
    assert "Subject" not in re.sub(r"<[^>]*>", "", offers.split("<main", 1)[-1])


@pytest.mark.parametrize("name", ["add", "edit", "delete"])
@pytest.mark.parametrize("model", [LearningResource, Version])
def test_resources_cannot_be_written_around_the_actions(
    client: Client, editor: User, lesson: LearningResource, model: type, name: str
) -> None:
    row = lesson if model is LearningResource else lesson.versions.get()
    args = [] if name == "add" else [row.pk]
    url = reverse(model.snippet_viewset.get_url_name(name), args=args)  # type: ignore[attr-defined]
    client.force_login(editor)
    before = (LearningResource.objects.count(), Version.objects.count())
    assert client.get(url).status_code in {302, 403, 404}
    assert client.post(url, {"title": "Khác"}).status_code in {302, 403, 404}
    lesson.refresh_from_db()
    assert lesson.title == "Cộng hai phân số"
    assert (LearningResource.objects.count(), Version.objects.count()) == before


def test_withdrawing_asks_for_a_cause_and_ends_the_publication(
    client: Client, editor: User, lesson: LearningResource
) -> None:
    publication = Publication.objects.get()
    url = reverse("library_withdraw", args=[publication.uid])
    client.force_login(editor)
    for data in ({"for_cause": "on"}, {}, {"cause": "  "}):
        refused = client.post(url, data)
        publication.refresh_from_db()
        assert refused.status_code == 200
        assert "Ghi ngắn gọn vì sao gỡ bài." in refused.content.decode()
        assert publication.withdrawn_on is None
    done = client.post(url, {"cause": "Trùng bài"})
    publication.refresh_from_db()
    assert done["Location"] == inspected(publication.version)
    assert (publication.withdrawn_by, publication.cause) == (editor, "Trùng bài")


def test_publishing_upwards_is_the_action_itself(
    client: Client, editor: User, root: OrgUnit, school: OrgUnit
) -> None:
    lesson = published_lesson(school, person(school, "teacher"), title="Chỉ trong trường")
    version = lesson.versions.get()
    lesson.grades.set([])
    client.force_login(editor)
    response = client.post(
        reverse("library_publish", args=[version.uid]),
        {"unit": root.pk, "decision": "611/QĐ-SGDĐT", "open_to_guests": "on"},
    )
    assert response.status_code == 302, response.content.decode()
    publication = Publication.objects.get(version=version, unit=root)
    assert (publication.by, publication.decision, publication.open_to_guests) == (
        editor,
        "611/QĐ-SGDĐT",
        True,
    )


def test_the_acts_ask_for_the_right_themselves(
    client: Client, school: OrgUnit, lesson: LearningResource
) -> None:
    client.force_login(person(school, "resource_reviewer"))
    publication = Publication.objects.get()
    assert client.post(reverse("library_withdraw", args=[publication.uid]), {"cause": "x"}).status_code == 403
    publication.refresh_from_db()
    assert publication.withdrawn_on is None


def test_terms_of_the_taxonomy_are_edited_here(client: Client, editor: User) -> None:
    subject = Subject.objects.get(code="toan")
    client.force_login(editor)
    url = reverse(Subject.snippet_viewset.get_url_name("edit"), args=[subject.pk])  # type: ignore[attr-defined]
    data = {
        "name": "Toán học",
        "code": "toan",
        "position": subject.position,
        "curriculum": subject.curriculum_id,
        "group": "math",
        "sign": "toan",
    }
    assert client.post(url, data).status_code == 302
    subject.refresh_from_db()
    assert subject.name == "Toán học"


def test_roles_are_granted_elsewhere(client: Client, editor: User) -> None:
    client.force_login(editor)
    for path in ("/admin/users/", "/admin/groups/"):
        assert client.get(path).status_code in {302, 403}
