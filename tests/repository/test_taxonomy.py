"""The taxonomy that the migration brings."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from repository.models import Grade, Level, Licence, ResourceType, Subject, SubjectOffer, TextbookSeries
from tests.factories import OrgUnitFactory, UserFactory, published_lesson

pytestmark = pytest.mark.django_db


def offered(subject: str, *, compulsory: bool) -> list[int]:
    offers = SubjectOffer.objects.filter(subject__code=subject, compulsory=compulsory)
    return sorted(offers.values_list("grade__number", flat=True))


def test_levels_and_grades():
    assert list(Level.objects.values_list("code", flat=True)) == ["mn", "th", "thcs", "thpt", "gdtx"]
    assert list(Grade.objects.filter(level__code="thcs").values_list("number", flat=True)) == [6, 7, 8, 9]
    assert list(Grade.objects.filter(level__code="mn").values_list("code", flat=True)) == [
        "nha-tre",
        "mg-3-4",
        "mg-4-5",
        "mg-5-6",
    ]


@pytest.mark.parametrize(
    ("subject", "due", "free"),
    [
        ("toan", range(1, 13), []),
        ("ngoai-ngu-1", range(3, 13), [1, 2]),
        ("tnxh", [1, 2, 3], []),
        ("ls-dl", range(4, 10), []),
        ("lich-su", [10, 11, 12], []),
        ("vat-li", [], [10, 11, 12]),
        ("tin-hoc", range(6, 10), [10, 11, 12]),
        ("am-nhac", range(1, 10), [10, 11, 12]),
        ("ngoai-ngu-2", [], range(6, 13)),
    ],
)
def test_where_a_subject_is_taught(subject, due, free):
    assert offered(subject, compulsory=True) == list(due)
    assert offered(subject, compulsory=False) == list(free)


def test_official_spelling():
    names = set(Subject.objects.values_list("name", flat=True))
    assert {"Vật lí", "Địa lí", "Mĩ thuật", "Phát triển thẩm mĩ"} <= names
    assert not any(wrong in name for name in names for wrong in ("Vật lý", "Địa lý", "Mỹ", "kỹ"))


def test_every_curriculum_has_subjects_and_every_sign_is_drawn():
    from cms import sprite

    counts = {
        code: Subject.objects.filter(curriculum__code=code).count()
        for code in ("2018", "2006", "mam-non", "gdtx")
    }
    assert all(counts.values())
    assert counts["mam-non"] == 5
    drawn = sprite.symbols()
    assert all(f"s-{sign}" in drawn for sign in Subject.objects.values_list("sign", flat=True))


def test_types_licences_and_series():
    assert ResourceType.objects.count() == 13
    assert not Licence.objects.get(code="all-rights").allows_download
    assert Licence.objects.filter(allows_download=True).count() == 5
    assert TextbookSeries.objects.count() == 3


@pytest.fixture
def migration():
    return import_module("repository.migrations.0002_taxonomy")


def test_the_migration_goes_back_and_forth(migration):
    before = Subject.objects.count(), SubjectOffer.objects.count()
    Subject.objects.filter(code="toan").update(name="Toán học")
    migration.load(apps, None)
    assert Subject.objects.get(code="toan").name == "Toán học"
    migration.unload(apps, SimpleNamespace(connection=connection))
    assert not Subject.objects.exists()
    assert not Grade.objects.exists()
    migration.load(apps, None)
    assert (Subject.objects.count(), SubjectOffer.objects.count()) == before


def test_going_back_keeps_what_is_referred_to_also_where_models_of_two_states_are_mixed(migration):
    lesson = published_lesson(OrgUnitFactory(), UserFactory())
    type(lesson).objects.update(subject=Subject.objects.get(code="toan"), level=None, curriculum=None)
    lesson.grades.set(Grade.objects.filter(code="lop-5"))
    loader = MigrationExecutor(connection).loader
    states = [loader.project_state(("repository", "0003_count_ingestion_tries")).apps for _ in range(2)]
    here, there = (state.get_model("repository", "Subject")._meta for state in states)
    here.__dict__["_relation_tree"] = there._relation_tree  # as after a long way back
    migration.unload(states[0], SimpleNamespace(connection=connection))
    assert [one.code for one in Subject.objects.all()] == ["toan"]
    assert [one.code for one in Grade.objects.all()] == ["lop-5"]
    assert [one.code for one in Level.objects.all()] == ["th"]
    assert set(SubjectOffer.objects.values_list("subject__code", "grade__code")) == {("toan", "lop-5")}
