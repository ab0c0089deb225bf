"""A small tree with people in it, a storage folder for each test, and lessons to upload."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from accounts.models import OrgUnit, User
from repository import actions
from repository.models import LearningResource, Version
from tests.factories import OrgUnitFactory, person
from tests.repository.helpers import METADATA, arrived, small_html5

pytest.register_assert_rewrite("tests.repository.storage_contract")


@pytest.fixture(autouse=True)
def blobs_dir(settings, tmp_path: Path) -> Path:
    """Storage of the test's own."""
    settings.BLOBS_DIR = tmp_path / "blobs"
    return settings.BLOBS_DIR


@dataclass
class World:
    """Sở → commune → two schools, another commune beside; a teacher and a reviewer in most."""

    so: OrgUnit
    xa: OrgUnit
    school: OrgUnit
    sister: OrgUnit
    other_xa: OrgUnit
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


@pytest.fixture
def world(db: None) -> World:
    so = OrgUnitFactory(name="Sở GD&ĐT", kind="so", code="so")
    xa = OrgUnitFactory(name="Phường Phố Hiến", kind="phuong", code="xa", parent=so)
    other_xa = OrgUnitFactory(name="Xã Tân Hưng", kind="xa", code="xa2", parent=so)
    school = OrgUnitFactory(name="Tiểu học Nguyễn Huệ", code="th1", parent=xa)
    sister = OrgUnitFactory(name="Tiểu học An Tảo", code="th2", parent=xa)
    world = World(so, xa, school, sister, other_xa)
    world.people = {
        "teacher": person(school, "teacher", username="hanh", first_name="Hạnh"),
        "reviewer": person(school, "resource_reviewer", username="hong", first_name="Hồng"),
        "sister_teacher": person(sister, "teacher", username="quyet"),
        "sister_reviewer": person(sister, "resource_reviewer", username="bich"),
        "xa_reviewer": person(xa, "resource_reviewer", username="mai"),
        "so_reviewer": person(so, "resource_reviewer", username="tuan"),
        "other_teacher": person(other_xa, "teacher", username="linh"),
        "manager": person(school, "training_manager", username="long"),
        "plain": person(school, username="khong-vai"),
    }
    return world


@pytest.fixture
def lesson(world: World) -> LearningResource:
    return actions.create_resource(by=world.teacher, owner_unit=world.school, metadata=METADATA)


@pytest.fixture
def version(world: World, lesson: LearningResource) -> Version:
    """Ready, not submitted yet."""
    return actions.submit_version(
        by=world.teacher, resource=lesson, upload=arrived(world.teacher, small_html5())
    )


@pytest.fixture
def submitted(world: World, version: Version) -> Version:
    return actions.submit_for_review(by=world.teacher, version=version)


@pytest.fixture
def shown(world: World, submitted: Version) -> LearningResource:
    """A lesson published at the commune: both its schools see it, the other commune does not."""
    actions.publish(by=world.xa_reviewer, version=submitted, unit=world.xa)
    return submitted.resource
