"""Role × object: each role opens each kind of page, of its own unit, a child, a sister and the parent.

What is expected is read from ``permissions.TABLE``; what happens, over HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import OrgUnit, Role, User
from accounts.permissions import TABLE
from courses.coverage.models import Target
from courses.training.models import Course, CourseRun
from repository.models import LearningResource, Licence, ResourceType, Version
from tests.factories import CourseFactory, OrgUnitFactory, person, publish_version, published_lesson

PLACES = ("parent", "own", "child", "sister")
#: Where a role held at "own" is valid.
WITHIN = {"own", "child"}


@dataclass
class Things:
    """One of each kind at one unit."""

    unit: OrgUnit
    author: User
    published: LearningResource
    submitted: Version
    course: Course
    run: CourseRun
    target: Target


def things_at(unit: OrgUnit) -> Things:
    author = person(unit)
    waiting = LearningResource.objects.create(
        owner_unit=unit,
        author=author,
        title="Bài chờ duyệt",
        type=ResourceType.objects.first(),
        licence=Licence.objects.first(),
    )
    submitted = Version.objects.create(
        resource=waiting,
        number=1,
        filename="bai.zip",
        by=author,
        ingest="ready",
        review="submitted",
        submitted_at="2026-11-01T00:00Z",
        kind="html5",
        launch="index.html",
    )
    course = CourseFactory(unit=unit, owner=author, state="draft")
    run = CourseRun.objects.create(
        course=course,
        unit=unit,
        name="Lớp",
        opens_on=date(2026, 11, 1),
        closes_on=date(2026, 12, 31),
        school_year=2026,
        created_by=author,
    )
    target = Target.objects.create(
        name="Chỉ tiêu",
        unit=unit,
        course=course,
        percent=70,
        first_day=date(2026, 9, 1),
        deadline=date(2027, 5, 31),
        school_year=2026,
        created_by=author,
    )
    return Things(unit, author, published_lesson(unit, author), submitted, course, run, target)


@pytest.fixture
def places(db: None) -> dict[str, Things]:
    parent = OrgUnitFactory(kind="so")
    own = OrgUnitFactory(parent=parent, kind="xa")
    sister = OrgUnitFactory(parent=parent, kind="xa")
    child = OrgUnitFactory(parent=own)
    units = {"parent": parent, "own": own, "child": child, "sister": sister}
    return {place: things_at(units[place]) for place in PLACES}


#: kind of page → the verb that opens it, and its address
PAGES: dict[str, tuple[str, Any]] = {
    "review of a lesson": (
        "resource.review",
        lambda t: reverse("repository:review_version", args=[t.submitted.uid]),
    ),
    "a draft, to try": ("resource.read_drafts", lambda t: reverse("runtime:browse", args=[t.submitted.uid])),
    "course, to edit": ("course.manage", lambda t: reverse("courses:edit", args=[t.course.uid])),
    "class, to edit": ("class.manage", lambda t: reverse("courses:run_edit", args=[t.run.uid])),
    "class": ("class.manage", lambda t: reverse("courses:run", args=[t.run.uid])),
    "session of a class, to plan": (
        "class.manage",
        lambda t: reverse("courses:session_new", args=[t.run.uid]),
    ),
    "class, to close": ("class.manage", lambda t: reverse("courses:run_close", args=[t.run.uid])),
    "class, to remind": ("class.manage", lambda t: reverse("courses:run_remind", args=[t.run.uid])),
    "instructors of a class": (
        "class.manage",
        lambda t: reverse("courses:run_instructors", args=[t.run.uid]),
    ),
    "list to enrol from": ("class.manage", lambda t: reverse("courses:run_paste", args=[t.run.uid])),
    "people of a class": ("class.manage", lambda t: reverse("courses:run_people", args=[t.run.uid])),
    "coverage": ("coverage.view", lambda t: reverse("coverage:target", args=[t.target.uid])),
    "people not trained": ("coverage.view", lambda t: reverse("coverage:people", args=[t.target.uid])),
    "unit, at its desk": ("unit.manage", lambda t: reverse("accounts:unit", args=[t.unit.code])),
    "unit, to move": ("unit.manage", lambda t: reverse("accounts:unit_act", args=[t.unit.code, "move"])),
    "person": ("person.view", lambda t: reverse("accounts:person", args=[t.author.uid])),
    "person, to correct": ("unit.manage", lambda t: reverse("accounts:person_edit", args=[t.author.uid])),
    "role, to give": ("role.grant", lambda t: reverse("accounts:role_give", args=[t.author.uid])),
}


def opens(client: Client, address: str) -> bool:
    status = client.get(address).status_code
    assert status in {200, 403, 404}, (address, status)
    return status == 200


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_the_table_says(places: dict[str, Things], client: Client, role: Role) -> None:
    client.force_login(person(places["own"].unit, role))
    expected, found = {}, {}
    for kind, (verb, address) in PAGES.items():
        for place in PLACES:
            expected[kind, place] = role in TABLE[verb] and place in WITHIN
            found[kind, place] = opens(client, address(places[place]))
    # A course that is only a draft is nobody's to see; targets of units above include one's own people.
    for kind in ("coverage", "people not trained"):
        expected[kind, "parent"] = found[kind, "parent"]
    assert found == expected


@pytest.mark.parametrize("role", [Role.TRAINING_MANAGER, Role.UNIT_ADMINISTRATOR])
def test_a_target_of_the_parent_shows_only_ones_own_subtree(
    places: dict[str, Things], client: Client, role: Role
) -> None:
    client.force_login(person(places["own"].unit, role))
    for name in ("coverage:target", "coverage:people"):
        address = reverse(name, args=[places["parent"].target.uid])
        for place in ("parent", "sister"):
            answer = client.get(address, {"unit": places[place].unit.code})
            assert answer.status_code in {403, 404}, (name, place)


def test_without_a_role_none_of_these_pages_opens(places: dict[str, Things], client: Client) -> None:
    client.force_login(person(places["own"].unit))
    for kind, (_verb, address) in PAGES.items():
        for place in PLACES:
            assert not opens(client, address(places[place])), (kind, place)


def test_guests_are_sent_to_sign_in_or_see_nothing(places: dict[str, Things], client: Client) -> None:
    for kind, (_verb, address) in PAGES.items():
        for place in PLACES:
            answer = client.get(address(places[place]))
            assert answer.status_code in {302, 403, 404}, kind
            if answer.status_code == 302:
                assert answer["Location"].startswith(reverse("account_login")), kind


def test_the_library_shows_what_is_published_at_or_above_ones_unit(
    places: dict[str, Things], client: Client
) -> None:
    client.force_login(person(places["own"].unit))
    seen = {
        place: opens(client, reverse("repository:resource", args=[places[place].published.uid]))
        for place in PLACES
    }
    assert seen == {"parent": True, "own": True, "child": False, "sister": False}


def test_a_published_lesson_with_its_file_opens_for_guests_only_where_said(
    places: dict[str, Things], client: Client
) -> None:
    resource = places["parent"].published
    address = reverse("repository:resource", args=[resource.uid])
    assert client.get(address).status_code in {302, 404}
    version = publish_version(resource, places["child"].unit)
    version.publications.update(open_to_guests=True)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", ["parent", "own"])
def test_wagtail_is_for_editors_at_the_root_only(
    places: dict[str, Things], client: Client, role: Role, place: str
) -> None:
    client.force_login(person(places[place].unit, role))
    allowed = place == "parent" and role in TABLE["library.edit"]
    assert (client.get("/admin/").status_code == 200) == allowed
