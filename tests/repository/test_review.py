"""Describing, submitting, returning, publishing and withdrawing: by role, and rolled back whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from accounts.errors import NotAllowed, Refusal
from repository import actions
from repository.models import LearningResource, MetadataRevision, Publication, Review, ReviewEvent, Version
from repository.signals import resource_changed, resource_withdrawn
from tests.repository.helpers import METADATA, arrived, ingest_tasks, small_html5

EVERYBODY = (
    "teacher",
    "reviewer",
    "sister_teacher",
    "sister_reviewer",
    "xa_reviewer",
    "so_reviewer",
    "other_teacher",
    "manager",
    "plain",
)


@pytest.fixture
def news():
    """What was announced, as (signal, sorted ids) pairs."""
    heard: list = []

    def changed(resource_ids, **_more):
        heard.append(("changed", sorted(resource_ids)))

    def withdrawn(version_ids, for_cause, **_more):
        heard.append(("withdrawn", sorted(version_ids), for_cause))

    resource_changed.connect(changed)
    resource_withdrawn.connect(withdrawn)
    yield heard
    resource_changed.disconnect(changed)
    resource_withdrawn.disconnect(withdrawn)


def next_version(world, lesson, text: str) -> Version:
    upload = arrived(world.teacher, small_html5(f"{lesson.title}: {text}"))
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    return actions.submit_for_review(by=world.teacher, version=version)


# Describing


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_create(world, name):
    allowed = {"teacher", "reviewer", "manager", "xa_reviewer", "so_reviewer"}
    create = lambda: actions.create_resource(  # noqa: E731
        by=world.people[name], owner_unit=world.school, metadata=METADATA
    )
    if name in allowed:
        assert create().author == world.people[name]
    else:
        with pytest.raises(NotAllowed):
            create()
        assert not LearningResource.objects.exists()


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_describe(world, lesson, name):
    changed = replace(METADATA, title="Tên mới")
    if name in {"teacher", "reviewer", "xa_reviewer", "so_reviewer"}:
        assert actions.save_metadata(by=world.people[name], resource=lesson, metadata=changed).revision == 2
    else:
        with pytest.raises(NotAllowed):
            actions.save_metadata(by=world.people[name], resource=lesson, metadata=changed)
        lesson.refresh_from_db()
        assert lesson.title == METADATA.title


def test_every_change_is_a_revision_and_the_same_again_is_none(world, lesson):
    first = MetadataRevision.objects.get(resource=lesson)
    assert first.data["subject"] == {"code": "toan", "name": "Toán", "group": "math", "sign": "toan"}
    assert first.data["level"]["code"] == "th"
    assert first.data["curriculum"]["code"] == "2018"
    assert first.data["grades"] == [{"code": "lop-5", "name": "Lớp 5", "number": 5}]
    assert first.data["keywords"] == ["phân số"]
    assert first.data["unit"] == {"code": "th1", "name": "Tiểu học Nguyễn Huệ"}
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=METADATA)
    assert MetadataRevision.objects.count() == 1
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, grades=("lop-4",)))
    assert list(MetadataRevision.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    first.refresh_from_db()
    assert first.data["grades"][0]["number"] == 5


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "  \x00 "}, "title_missing"),
        ({"subject": "nau-an"}, "term_unknown"),
        ({"licence": "x"}, "term_unknown"),
        ({"grades": ("lop-13",)}, "term_unknown"),
        ({"subject": "khoa-hoc", "grades": ("lop-9",)}, "grade_not_offered"),
    ],
)
def test_a_bad_description_changes_nothing(world, lesson, change, code):
    with pytest.raises(Refusal, match=code):
        actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, **change))
    lesson.refresh_from_db()
    assert (lesson.title, lesson.revision) == (METADATA.title, 1)


def test_texts_are_normalised(world, lesson):
    import unicodedata

    typed = unicodedata.normalize("NFD", "  Phân   số\x07 ")
    saved = actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, title=typed))
    assert saved.title == "Phân số"


# Submitting


def test_a_file_that_is_not_ready_is_not_submitted(world, lesson):
    version = actions.submit_version(
        by=world.teacher, resource=lesson, upload=arrived(world.teacher, b"nothing", "a.zip")
    )
    with pytest.raises(Refusal, match="version_not_ready"):
        actions.submit_for_review(by=world.teacher, version=version)


def test_what_is_missing_is_named(world, lesson, version):
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, grades=()))
    with pytest.raises(Refusal) as refusal:
        actions.submit_for_review(by=world.teacher, version=version)
    assert refusal.value.code == "metadata_incomplete"
    # A subject that is taught in no grade asks for none.
    general = replace(METADATA, subject="boi-duong", grades=())
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=general)
    assert actions.submit_for_review(by=world.teacher, version=version).review == Review.SUBMITTED


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_submit_and_recall(world, version, name):
    user = world.people[name]
    if name in {"teacher", "reviewer", "xa_reviewer", "so_reviewer"}:
        assert actions.submit_for_review(by=user, version=version).review == Review.SUBMITTED
        assert actions.recall(by=user, version=version).review == Review.DRAFT
    else:
        with pytest.raises(NotAllowed):
            actions.submit_for_review(by=user, version=version)
        assert not ReviewEvent.objects.exists()


def test_while_it_waits_the_author_changes_nothing(world, lesson, submitted):
    with pytest.raises(Refusal, match="awaiting_review"):
        actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, title="Khác"))
    with pytest.raises(Refusal, match="awaiting_review"):
        actions.submit_version(by=world.teacher, resource=lesson, upload=arrived(world.teacher, b"PK"))
    with pytest.raises(Refusal, match="awaiting_review"):
        actions.discard(by=world.teacher, resource=lesson)
    actions.save_metadata(by=world.reviewer, resource=lesson, metadata=replace(METADATA, title="Sửa giúp"))
    actions.recall(by=world.teacher, version=submitted)
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, title="Khác"))


def test_waiting_versions_reach_the_reviewers_above_and_nobody_else(world, submitted):
    seen = {
        name
        for name, user in world.people.items()
        if Version.objects.waiting_for(user).filter(pk=submitted.pk).exists()
    }
    assert seen == {"reviewer", "xa_reviewer", "so_reviewer"}


# Returning


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_return(world, submitted, name):
    user = world.people[name]
    if name in {"reviewer", "xa_reviewer", "so_reviewer"}:
        version = actions.return_version(by=user, version=submitted, reasons="Câu 4 chưa có phản hồi.")
        assert version.review == Review.RETURNED
        event = ReviewEvent.objects.get(act="returned")
        assert (event.by, event.reasons) == (user, "Câu 4 chưa có phản hồi.")
    else:
        with pytest.raises(NotAllowed):
            actions.return_version(by=user, version=submitted, reasons="Không")
        submitted.refresh_from_db()
        assert submitted.review == Review.SUBMITTED


def test_returning_needs_reasons_and_happens_once(world, submitted):
    with pytest.raises(Refusal, match="reasons_missing"):
        actions.return_version(by=world.reviewer, version=submitted, reasons="  ")
    actions.return_version(by=world.reviewer, version=submitted, reasons="Sửa")
    with pytest.raises(Refusal, match="not_submitted"):
        actions.return_version(by=world.reviewer, version=submitted, reasons="Sửa")
    assert actions.submit_for_review(by=world.teacher, version=submitted).review == Review.SUBMITTED


# Publishing


@pytest.mark.parametrize(
    ("name", "unit", "allowed"),
    [
        ("reviewer", "school", True),
        ("reviewer", "xa", False),
        ("xa_reviewer", "school", True),
        ("xa_reviewer", "xa", True),
        ("xa_reviewer", "so", False),
        ("so_reviewer", "so", True),
        ("sister_reviewer", "school", False),
        ("teacher", "school", False),
        ("manager", "school", False),
        ("plain", "school", False),
    ],
)
def test_who_may_publish_where(world, submitted, name, unit, allowed):
    where = getattr(world, unit)
    if allowed:
        publication = actions.publish(by=world.people[name], version=submitted, unit=where)
        assert publication.unit == where
    else:
        with pytest.raises(NotAllowed):
            actions.publish(by=world.people[name], version=submitted, unit=where)
        assert not Publication.objects.exists()


def test_not_beside_the_authors_unit(world, submitted):
    for unit in (world.sister, world.other_xa):
        with pytest.raises(Refusal, match="unit_not_above"):
            actions.publish(by=world.so_reviewer, version=submitted, unit=unit)


def visible(world, lesson) -> set[str]:
    found = {
        name
        for name, user in world.people.items()
        if LearningResource.objects.visible_to(user).filter(pk=lesson.pk).exists()
    }
    if LearningResource.objects.visible_to(AnonymousUser()).filter(pk=lesson.pk).exists():
        found.add("guest")
    return found


def test_a_publication_is_seen_in_the_units_subtree(world, lesson, submitted):
    assert visible(world, lesson) == set()
    at_school = {"teacher", "reviewer", "manager", "plain", "xa_reviewer", "so_reviewer"}
    actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    assert visible(world, lesson) == at_school
    actions.publish(by=world.xa_reviewer, version=submitted, unit=world.xa)
    assert visible(world, lesson) == at_school | {"sister_teacher", "sister_reviewer"}
    actions.publish(by=world.so_reviewer, version=submitted, unit=world.so)
    assert visible(world, lesson) == set(EVERYBODY)
    actions.publish(by=world.so_reviewer, version=submitted, unit=world.so, open_to_guests=True)
    assert visible(world, lesson) == {*EVERYBODY, "guest"}


def test_the_next_version_takes_the_place_of_the_last_at_that_unit_only(world, lesson, submitted, news):
    first = actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    above = actions.publish(by=world.so_reviewer, version=submitted, unit=world.so)
    second = next_version(world, lesson, "Bản hai")
    assert visible(world, lesson) == set(EVERYBODY)
    news.clear()
    new = actions.publish(by=world.reviewer, version=second, unit=world.school)
    first.refresh_from_db()
    above.refresh_from_db()
    assert first.withdrawn_on is not None
    assert above.withdrawn_on is None
    assert news == [("changed", [lesson.pk])]
    actions.publish(by=world.so_reviewer, version=second, unit=world.so)
    assert ("withdrawn", [submitted.pk], False) in news
    assert set(Publication.objects.in_force().values_list("version_id", flat=True)) == {second.pk}
    assert new.version == second


def test_a_publication_shows_what_was_approved(world, lesson, submitted):
    publication = actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, title="Tên mới"))
    assert publication.metadata.data["title"] == METADATA.title
    version = actions.submit_for_review(by=world.teacher, version=submitted)
    again = actions.publish(by=world.reviewer, version=version, unit=world.school)
    assert again.metadata.data["title"] == "Tên mới"
    assert Publication.objects.in_force().get() == again
    with pytest.raises(Refusal, match="nothing_to_submit"):
        actions.submit_for_review(by=world.teacher, version=version)


def test_the_reviewer_approves_what_she_read(world, lesson, submitted):
    actions.save_metadata(by=world.xa_reviewer, resource=lesson, metadata=replace(METADATA, title="Khác"))
    with pytest.raises(Refusal, match="changed_meanwhile"):
        actions.publish(by=world.reviewer, version=submitted, unit=world.school, revision=1)
    assert actions.publish(by=world.reviewer, version=submitted, unit=world.school, revision=2)


def test_a_draft_is_not_published(world, version):
    with pytest.raises(Refusal, match="not_submitted"):
        actions.publish(by=world.reviewer, version=version, unit=world.school)


def test_recalling_a_changed_description_leaves_the_publication(world, lesson, submitted):
    actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, title="Tên mới"))
    actions.submit_for_review(by=world.teacher, version=submitted)
    assert actions.recall(by=world.teacher, version=submitted).review == Review.APPROVED
    assert Publication.objects.in_force().count() == 1


# Withdrawing


@pytest.fixture
def published(world, submitted) -> Publication:
    return actions.publish(by=world.reviewer, version=submitted, unit=world.school)


def test_withdrawing_ends_it(world, lesson, published, news):
    key = published.version.access_key
    actions.withdraw(by=world.reviewer, publication=published, cause="Có bài mới hơn")
    assert visible(world, lesson) == set()
    version = Version.objects.get()
    assert version.access_key == key
    assert news == [("withdrawn", [version.pk], False), ("changed", [lesson.pk])]
    with pytest.raises(Refusal, match="already_withdrawn"):
        actions.withdraw(by=world.reviewer, publication=published)


def test_for_cause_it_ends_everywhere_and_no_old_address_opens(world, lesson, published, news):
    key = published.version.access_key
    actions.publish(by=world.so_reviewer, version=published.version, unit=world.so)
    news.clear()
    with pytest.raises(NotAllowed):
        actions.withdraw(by=world.reviewer, publication=published, cause="Lộ tên học sinh", for_cause=True)
    with pytest.raises(Refusal, match="cause_missing"):
        actions.withdraw(by=world.so_reviewer, publication=published, for_cause=True)
    assert news == []
    actions.withdraw(by=world.so_reviewer, publication=published, cause="Lộ tên học sinh", for_cause=True)
    version = Version.objects.get()
    assert version.access_key != key
    assert not Publication.objects.in_force().exists()
    assert ("withdrawn", [version.pk], True) in news


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_withdraw(world, published, name):
    if name in {"reviewer", "xa_reviewer", "so_reviewer"}:
        assert actions.withdraw(by=world.people[name], publication=published).withdrawn_on
    else:
        with pytest.raises(NotAllowed):
            actions.withdraw(by=world.people[name], publication=published)
        assert Publication.objects.in_force().exists()


# Whole or not at all


def test_a_publication_that_is_rolled_back_did_nothing(world, submitted):
    heard = []

    def fail(**_more):
        heard.append(1)
        raise RuntimeError("the search index said no")

    resource_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    finally:
        resource_changed.disconnect(fail)
    assert heard
    submitted.refresh_from_db()
    assert submitted.review == Review.SUBMITTED
    assert not Publication.objects.exists()
    assert not ReviewEvent.objects.filter(act="published").exists()


def test_a_version_that_is_rolled_back_leaves_no_task(world, lesson, settings):
    settings.INGEST_INLINE_MB = 0
    upload = arrived(world.teacher, small_html5())
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
        raise RuntimeError
    assert not Version.objects.exists()
    assert not ingest_tasks().exists()
    assert actions.submit_version(by=world.teacher, resource=lesson, upload=upload).ingest == "received"


def test_discarding_a_draft_frees_its_bytes_for_the_sweep(world, lesson, version):
    actions.discard(by=world.teacher, resource=lesson)
    assert actions.sweep_discarded() == 0
    LearningResource.objects.update(discarded_at=timezone.now() - timedelta(days=31))
    assert actions.sweep_discarded() == 1
    assert not LearningResource.objects.exists()
    version.blob.refresh_from_db()
    assert version.blob.unused_since is not None


def test_a_deleted_draft_can_be_brought_back(world, lesson, version):
    actions.discard(by=world.teacher, resource=lesson)
    for user in (world.teacher, world.reviewer):
        assert not LearningResource.objects.editable_by(user).exists()
        assert not Version.objects.readable_by(user).exists()
    with pytest.raises(Refusal, match="discarded"):
        actions.submit_for_review(by=world.teacher, version=version)
    with pytest.raises(NotAllowed):
        actions.restore(by=world.sister_teacher, resource=lesson)
    actions.restore(by=world.teacher, resource=lesson)
    assert actions.submit_for_review(by=world.teacher, version=version).review == Review.SUBMITTED


def test_what_was_published_is_not_discarded(world, lesson, published):
    with pytest.raises(Refusal, match="was_published"):
        actions.discard(by=world.teacher, resource=lesson)
