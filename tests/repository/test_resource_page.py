"""The catalogue page: what it says, offers and counts, for each who may look at it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from accounts.days import today
from repository import actions, places_of_use
from repository.actions import uses
from repository.actions.uses import record_use
from repository.catalogue import editions, related
from repository.licences import plain_sentence
from repository.models import Kind, LearningResource, Licence, Publication, ResourceUse, Version
from tests.repository.helpers import METADATA, arrived, signed_in, small_html5


def published(world, title: str = "Phân số bằng nhau", text: str = "", unit=None, **more) -> LearningResource:
    """A lesson of the school, published there or at ``unit``."""
    metadata = replace(METADATA, title=title, **more)
    lesson = actions.create_resource(by=world.teacher, owner_unit=world.school, metadata=metadata)
    new_version(world, lesson, text or title, unit)
    return lesson


def new_version(world, lesson, text: str, unit=None, note: str = "") -> Version:
    upload = arrived(world.teacher, small_html5(f"{lesson.title}: {text}"))
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=upload, note=note)
    actions.submit_for_review(by=world.teacher, version=version)
    reviewer = world.reviewer if unit in (None, world.school) else world.so_reviewer
    actions.publish(by=reviewer, version=version, unit=unit or world.school)
    return version


def page_of(world, lesson, user: str = "plain") -> str:
    response = signed_in(world.people[user]).get(reverse("repository:resource", args=[lesson.uid]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


# What it says


@pytest.mark.parametrize("code", ["cc-by", "cc-by-nc-sa", "all-rights"])
def test_the_licence_is_told_in_a_plain_sentence(world, code):
    page = page_of(world, published(world, licence=code))
    assert plain_sentence({"code": code}) in page


def test_every_licence_has_a_sentence_and_unknown_ones_their_summary(world):
    for licence in Licence.objects.all():
        assert plain_sentence({"code": licence.code}), licence.code
    assert plain_sentence({"code": "own", "summary": "Chỉ dùng trong tỉnh"}) == "Chỉ dùng trong tỉnh"
    assert plain_sentence({}) == ""


def test_the_year_is_that_of_the_upload_unless_said(world):
    assert published(world).year == today().year
    assert f"<dd>{today().year}</dd>" in page_of(world, published(world, title="Hai"))
    assert "<dd>2019</dd>" in page_of(world, published(world, title="Ba", year=2019))


def test_a_year_that_cannot_be(world, lesson):
    from accounts.errors import Refusal

    for year in (1066, today().year + 2):
        with pytest.raises(Refusal) as refused:
            actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, year=year))
        assert refused.value.code == "year_unlikely"
    kept = actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, year=2020))
    again = actions.save_metadata(by=world.teacher, resource=kept, metadata=replace(METADATA, title="Mới"))
    assert again.year == 2020
    assert again.metadata_revisions.get(number=again.revision).data["year"] == 2020


def test_versions_say_what_changed_and_older_ones_open_for_whom_they_may(world):
    lesson = published(world)
    new_version(world, lesson, "Hai", note="Sửa đáp án câu 7")
    first, second = lesson.versions.order_by("number")
    page = page_of(world, lesson)
    assert "Sửa đáp án câu 7" in page
    assert "Bản đầu" in page
    assert reverse("runtime:browse", args=[second.uid]) in page
    assert reverse("runtime:browse", args=[first.uid]) not in page
    assert reverse("runtime:browse", args=[first.uid]) in page_of(world, lesson, "teacher")
    assert reverse("runtime:browse", args=[first.uid]) in page_of(world, lesson, "reviewer")


def test_a_version_of_another_unit_alone_is_not_listed(world):
    """The sister school sees what the Sở publishes, not what this school tried before."""
    lesson = published(world)
    new_version(world, lesson, "Hai", unit=world.so, note="Cho cả tỉnh")
    shown = Publication.objects.visible_to(world.sister_teacher).get(version__resource=lesson)
    assert [one.version.number for one in editions(world.sister_teacher, shown)] == [2]
    assert [one.version.number for one in editions(world.teacher, shown)] == [2, 1]


def test_related_lessons_are_of_the_subject_and_hers_to_see(world):
    lesson = published(world)
    near = published(world, title="Cùng lớp")
    far = published(world, title="Lớp khác", grades=("lop-4",))
    published(world, title="Môn khác", subject="tieng-viet")
    for title in ("Một", "Hai"):
        published(world, title=title, grades=("lop-4",))
    found = related(world.plain, lesson)
    assert found[0].title == near.title
    assert len(found) == 3
    assert far.title not in [card.title for card in found]  # the newest of the other grade come first
    assert related(world.other_teacher, lesson) == []
    assert reverse("repository:resource", args=[near.uid]) in page_of(world, lesson)


def test_pictures_sound_and_video_stand_on_the_page_documents_do_not(world):
    lesson = published(world)
    for kind, framed in ((Kind.IMAGE, True), (Kind.VIDEO, True), (Kind.AUDIO, True), (Kind.PDF, False)):
        Version.objects.update(kind=kind)
        page = page_of(world, lesson)
        assert ("<iframe" in page) is framed, kind
        assert reverse("runtime:browse", args=[lesson.versions.get().uid]) in page
    with translation.override("vi"):
        assert "Mở tài liệu" in page


def test_places_of_use_come_from_whoever_registered(world, monkeypatch):
    lesson = published(world)
    asked = []

    def finder(user, resource_id):
        asked.append((user, resource_id))
        return [places_of_use.Place("Bồi dưỡng Toán 5", "/courses/x/", "course", "Sở GD&ĐT")]

    monkeypatch.setattr(places_of_use, "_finders", {"test": finder})
    page = page_of(world, lesson)
    assert '<a href="/courses/x/">Bồi dưỡng Toán 5</a>' in page
    assert asked == [(world.plain, lesson.pk)]


def test_guests_sign_in_to_download_and_report(client, world):
    lesson = published(world)
    Publication.objects.update(open_to_guests=True)
    url = reverse("repository:resource", args=[lesson.uid])
    page = client.get(url).content.decode()
    assert f"?next={url}" in page
    assert reverse("repository:download", args=[lesson.uid]) not in page
    assert client.get(reverse("repository:report", args=[lesson.uid])).status_code == 302


# How often it is used


@pytest.fixture
def count(django_capture_on_commit_callbacks):
    """The number of uses of a resource that an act adds."""

    def counted(lesson, act) -> int:
        before = sum(ResourceUse.objects.filter(resource=lesson).values_list("count", flat=True))
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return sum(ResourceUse.objects.filter(resource=lesson).values_list("count", flat=True)) - before

    return counted


def test_a_use_is_counted_once_a_person_and_day(world, count):
    lesson = published(world)
    assert count(lesson, lambda: record_use(resource_id=lesson.pk, by=world.plain)) == 1
    assert count(lesson, lambda: record_use(resource_id=lesson.pk, by=world.plain)) == 0
    assert count(lesson, lambda: record_use(resource_id=lesson.pk, by=world.teacher)) == 1
    for _ in range(3):
        assert count(lesson, lambda: record_use(resource_id=lesson.pk)) == 1
    assert ResourceUse.objects.get().day == today()
    assert "5 lượt dùng" in page_of(world, lesson)


def test_counting_is_one_statement_and_never_fails_a_page(
    world, count, django_assert_num_queries, caplog, monkeypatch
):
    lesson = published(world)
    with django_assert_num_queries(0):
        record_use(resource_id=lesson.pk)  # after the caller's transaction only
    with django_assert_num_queries(1):
        uses._raise_count(lesson.pk, today())

    def broken(*_args):
        raise RuntimeError("no room")

    monkeypatch.setattr(uses, "_raise_count", broken)
    assert count(lesson, lambda: record_use(resource_id=lesson.pk)) == 0
    assert "no room" in caplog.text


def test_downloading_and_trying_count_but_not_ones_own(world, count):
    lesson = published(world)
    version = lesson.versions.get()
    reader, author = signed_in(world.plain), signed_in(world.teacher)
    assert count(lesson, lambda: author.post(reverse("runtime:browse_open", args=[version.uid]))) == 0
    assert count(lesson, lambda: reader.post(reverse("runtime:browse_open", args=[version.uid]))) == 1
    download = reverse("repository:download", args=[lesson.uid])
    assert count(lesson, lambda: b"".join(signed_in(world.manager).get(download))) == 1
