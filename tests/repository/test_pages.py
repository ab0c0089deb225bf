"""The library's pages: who sees what, what they show, how many queries they take."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from repository import actions, sheet
from repository.models import LearningResource, Publication, Version
from repository.storage import blobs
from tests.repository.helpers import METADATA, arrived, small_html5


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def who_opens(world, url: str) -> set[str]:
    found = {name for name, user in world.people.items() if signed_in(user).get(url).status_code == 200}
    if Client().get(url).status_code == 200:
        found.add("guest")
    return found


def publish(world, version, unit="school", **more) -> Publication:
    return actions.publish(by=world.so_reviewer, version=version, unit=getattr(world, unit), **more)


# Who opens what


def test_the_authors_page_is_hers_and_her_reviewers(world, lesson, version):
    allowed = {"teacher", "reviewer", "xa_reviewer", "so_reviewer"}
    assert who_opens(world, reverse("repository:lesson", args=[lesson.uid])) == allowed
    assert who_opens(world, reverse("repository:upload_version", args=[lesson.uid])) == allowed


def test_what_waits_is_seen_by_reviewers_of_its_unit(world, submitted):
    url = reverse("repository:review_version", args=[submitted.uid])
    assert who_opens(world, url) == {"reviewer", "xa_reviewer", "so_reviewer"}
    assert who_opens(world, reverse("repository:review")) == {
        "reviewer",
        "sister_reviewer",
        "xa_reviewer",
        "so_reviewer",
    }


def test_a_draft_cannot_be_reviewed(world, version):
    url = reverse("repository:review_version", args=[version.uid])
    assert signed_in(world.reviewer).get(url).status_code == 404


@pytest.mark.parametrize(
    ("unit", "guests", "seen"),
    [
        ("school", False, {"teacher", "reviewer", "manager", "plain", "xa_reviewer", "so_reviewer"}),
        (
            "xa",
            False,
            {
                *("teacher", "reviewer", "manager", "plain", "xa_reviewer", "so_reviewer"),
                *("sister_teacher", "sister_reviewer"),
            },
        ),
        (
            "so",
            True,
            {
                *("teacher", "reviewer", "manager", "plain", "xa_reviewer", "so_reviewer"),
                *("sister_teacher", "sister_reviewer", "other_teacher", "guest"),
            },
        ),
    ],
)
def test_the_catalogue_page_is_seen_where_it_is_published(world, submitted, unit, guests, seen):
    lesson = submitted.resource
    url = reverse("repository:resource", args=[lesson.uid])
    assert who_opens(world, url) == set()
    publish(world, submitted, unit, open_to_guests=guests)
    assert who_opens(world, url) == seen


def test_pages_that_need_a_person_lead_to_the_sign_in(db):
    for name in ("mine", "upload", "review"):
        response = Client().get(reverse(f"repository:{name}"))
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


# The catalogue page


def test_it_shows_what_was_approved(world, lesson, submitted):
    publish(world, submitted)
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, title="Chưa duyệt"))
    page = signed_in(world.plain).get(reverse("repository:resource", args=[lesson.uid])).content.decode()
    assert METADATA.title in page
    assert "Chưa duyệt" not in page


def test_the_newest_version_that_she_may_see(world, lesson, submitted):
    publish(world, submitted, "so")
    upload = arrived(world.teacher, small_html5("Xin chào, bản hai"))
    second = actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    actions.submit_for_review(by=world.teacher, version=second)
    publish(world, second, "school")
    url = reverse("repository:resource", args=[lesson.uid])
    assert signed_in(world.plain).get(url).context["version"] == second
    assert signed_in(world.other_teacher).get(url).context["version"] == submitted


def test_download_gives_the_bytes_where_the_licence_allows(world, lesson, submitted):
    publish(world, submitted)
    url = reverse("repository:download", args=[lesson.uid])
    response = signed_in(world.plain).get(url)
    assert b"".join(response.streaming_content) == small_html5()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert signed_in(world.other_teacher).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_no_download_with_all_rights_reserved(world, lesson, version):
    kept = replace(METADATA, licence="all-rights")
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=kept)
    actions.submit_for_review(by=world.teacher, version=version)
    publish(world, version)
    client = signed_in(world.plain)
    assert client.get(reverse("repository:download", args=[lesson.uid])).status_code == 404
    url = reverse("repository:resource", args=[lesson.uid])
    assert reverse("repository:download", args=[lesson.uid]) not in client.get(url).content.decode()


def test_withdrawing_from_the_page(world, lesson, submitted):
    publish(world, submitted)
    url = reverse("repository:withdraw", args=[lesson.uid])
    assert signed_in(world.plain).post(url, {"cause": "x"}).status_code == 302
    assert Publication.objects.in_force().exists()
    signed_in(world.reviewer).post(url, {"cause": ""})
    assert Publication.objects.in_force().exists()
    signed_in(world.reviewer).post(url, {"cause": "Có bài mới", "for_cause": "on"})
    assert not Publication.objects.in_force().exists()
    assert blobs().exists(Version.objects.get().blob.uid)


# The author's pages


def test_saving_and_submitting_from_the_authors_page(world, lesson, version):
    client = signed_in(world.teacher)
    url = reverse("repository:lesson", args=[lesson.uid])
    fields = {
        "title": "Tên mới",
        "subject": "toan",
        "grades": "lop-4",
        "type": "video",
        "licence": "cc-by",
        "act": "submit",
    }
    assert client.post(url, {**fields, "act": "save"}).status_code == 302
    lesson.refresh_from_db()
    assert (lesson.title, lesson.type.code) == ("Tên mới", "video")
    assert lesson.versions.get().review == "draft"
    client.post(url, {**fields, "mine": "on"})
    assert lesson.versions.get().review == "submitted"
    refused = client.post(url, {**fields, "mine": "on", "title": "Lại khác"})
    assert refused.status_code == 200
    page = refused.content.decode()
    assert "Lại khác" in page
    assert "đang chờ duyệt" in page
    assert "chỗ cần sửa" not in page
    lesson.refresh_from_db()
    assert lesson.title == "Tên mới"


def test_all_that_is_missing_is_said_at_once(world, lesson, version):
    fields = {"title": "Tên mới", "type": "video", "licence": "cc-by", "act": "submit"}
    response = signed_in(world.teacher).post(reverse("repository:lesson", args=[lesson.uid]), fields)
    page = response.content.decode()
    assert set(response.context["form"].errors) == {"subject", "mine"}
    for field in ("id_subject", "id_mine"):
        assert f'href="#{field}"' in page
        assert f'id="{field}_error"' in page
    lesson.refresh_from_db()
    assert (lesson.title, lesson.versions.get().review) == (METADATA.title, "draft")


def test_only_a_published_lesson_has_a_version_that_stays_in_use(world, lesson, submitted):
    url = reverse("repository:upload_version", args=[lesson.uid])
    assert "Bản đang đăng" not in signed_in(world.teacher).get(url).content.decode()
    publish(world, submitted)
    assert "Bản đang đăng" in signed_in(world.teacher).get(url).content.decode()


def test_a_wrong_grade_keeps_what_was_typed(world, lesson):
    fields = {"title": "Nước", "subject": "khoa-hoc", "grades": "lop-9", "type": "video", "licence": "cc-by"}
    response = signed_in(world.teacher).post(reverse("repository:lesson", args=[lesson.uid]), fields)
    assert response.status_code == 200
    assert "Khoa học" in response.content.decode()
    assert 'value="Nước"' in response.content.decode()


def test_several_grades_stay_when_another_field_changes(world, lesson):
    several = replace(METADATA, grades=("lop-4", "lop-5"))
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=several)
    client = signed_in(world.teacher)
    url = reverse("repository:lesson", args=[lesson.uid])
    form = client.get(url).context["form"]
    client.post(url, {**form.initial, "title": "Tên mới"})
    lesson.refresh_from_db()
    assert lesson.title == "Tên mới"
    assert [grade.code for grade in lesson.grades.all()] == ["lop-4", "lop-5"]


def test_recalling_and_discarding(world, lesson, submitted):
    client = signed_in(world.teacher)
    url = reverse("repository:lesson_act", args=[lesson.uid])
    client.post(url, {"act": "discard"})
    assert LearningResource.objects.exists()
    client.post(url, {"act": "recall"})
    assert Version.objects.get().review == "draft"
    assert signed_in(world.sister_teacher).post(url, {"act": "discard"}).status_code == 404
    client.post(url, {"act": "discard"})
    assert client.get(reverse("repository:lesson", args=[lesson.uid])).status_code == 404
    client.post(reverse("repository:restore"), {"lesson": str(lesson.uid)})
    assert client.get(reverse("repository:lesson", args=[lesson.uid])).status_code == 200


def test_my_lessons_by_state(world, lesson, submitted):
    page = signed_in(world.teacher).get(reverse("repository:mine"))
    assert [page.context["lists"][name].total for name in ("returned", "waiting", "draft")] == [0, 1, 0]
    actions.return_version(by=world.reviewer, version=submitted, reasons="Câu hỏi có phản hồi: thêm câu 4")
    page = signed_in(world.teacher).get(reverse("repository:mine"))
    assert "thêm câu 4" in page.content.decode()
    actions.submit_for_review(by=world.teacher, version=submitted)
    publish(world, submitted)
    upload = arrived(world.teacher, small_html5("Bản hai"))
    actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    lists = signed_in(world.teacher).get(reverse("repository:mine")).context["lists"]
    assert [lists[name].total for name in ("draft", "published", "withdrawn")] == [1, 1, 0]
    actions.withdraw(by=world.reviewer, publication=Publication.objects.get())
    assert not signed_in(world.teacher).get(reverse("repository:mine")).context["lists"]["published"].rows
    assert signed_in(world.plain).get(reverse("repository:mine")).context["total"] == 0


def test_an_upload_that_broke_off_is_offered(world):
    upload = actions.begin_upload(by=world.teacher, filename="dang-do.zip", size=10)
    actions.append_part(by=world.teacher, upload=upload, offset=0, length=3, pieces=[b"abc"])
    for name in ("mine", "upload"):
        assert "dang-do.zip" in signed_in(world.teacher).get(reverse(f"repository:{name}")).content.decode()


def test_findings_are_told_in_vietnamese_by_groups(world, lesson):
    from cms.demo import packages

    upload = arrived(world.teacher, packages.build("broken_flash_only"))
    actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    page = signed_in(world.teacher).get(reverse("repository:lesson", args=[lesson.uid])).content.decode()
    assert "Chặn (1)" in page
    assert "HTML5" in page


def test_reasons_are_split_into_heading_and_text():
    found = sheet.from_text("Câu hỏi: thêm\n\nchung chung\n")
    assert [(one.label, one.reasons) for one in found] == [("Câu hỏi", ("thêm",)), ("", ("chung chung",))]


# The desk


CRITERIA = ("content", "self_study", "feedback", "phone", "sources", "privacy", "metadata")


def decide(client: Client, version: Version, **fields: str):
    url = reverse("repository:review_version", args=[version.uid])
    form = client.get(url).context["form"]
    good = dict.fromkeys(CRITERIA, "good")
    revision = str(form.initial["revision"])
    return client.post(url, {**good, "revision": revision, "unit": form.initial["unit"], **fields})


def test_publishing_from_the_desk(world, submitted):
    assert decide(signed_in(world.so_reviewer), submitted, act="publish").status_code == 302
    assert Publication.objects.get().unit == world.so


def test_after_a_decision_the_queue_says_what_was_done(world, many):
    client = signed_in(world.so_reviewer)
    first, second, *others = many[::2]
    response = decide(client, first, act="publish")
    assert response["Location"] == reverse("repository:review")
    page = client.get(response["Location"]).content.decode()
    assert f"Đã đăng “{first.resource.title}” cho " in page
    assert 'tabindex="-1" data-focus' in page
    response = decide(client, second, act="return", remark="Sửa tên")
    page = client.get(response["Location"]).content.decode()
    assert f"Đã trả lại “{second.resource.title}”" in page
    assert 'name="act"' not in page
    assert {one.review for one in Version.objects.filter(pk__in=[v.pk for v in others])} == {"submitted"}


def test_nothing_is_judged_before_she_does(world, submitted):
    page = signed_in(world.reviewer).get(reverse("repository:review_version", args=[submitted.uid]))
    form = page.context["form"]
    assert not any(form[code].value() for code in CRITERIA)


def test_publishing_needs_every_item_to_be_good(world, submitted):
    client = signed_in(world.reviewer)
    none = decide(client, submitted, act="publish", **dict.fromkeys(CRITERIA, ""))
    assert set(none.context["form"].errors) == {"marks"}
    assert 'href="#id_marks"' in none.content.decode()
    assert 'id="id_marks"' in none.content.decode()
    some = decide(client, submitted, act="publish", phone="", content="change", content_why="Sửa")
    assert set(some.context["form"].errors) == {"phone", "content"}
    assert 'id="id_phone_error"' in some.content.decode()
    assert not Publication.objects.exists()


def test_a_unit_that_shows_the_version_is_not_chosen_again(world, submitted):
    publish(world, submitted, "so")
    url = reverse("repository:review_version", args=[submitted.uid])
    page = signed_in(world.so_reviewer).get(url)
    assert page.context["form"].initial["unit"] == world.xa.code
    assert reverse("repository:resource", args=[submitted.resource.uid]) in page.content.decode()
    publish(world, submitted, "xa")
    publish(world, submitted, "school")
    client = signed_in(world.so_reviewer)
    assert client.get(url).context["form"].initial["unit"] == ""
    response = client.post(url, {"revision": "1", "unit": "", "act": "publish"})
    assert set(response.context["form"].errors) == {"unit"}


def test_returning_from_the_desk_needs_a_reason(world, submitted):
    client = signed_in(world.reviewer)
    nothing = decide(client, submitted, act="return")
    assert set(nothing.context["form"].errors) == {"marks"}
    assert 'href="#id_marks"' in nothing.content.decode()
    submitted.refresh_from_db()
    assert submitted.review == "submitted"
    empty = decide(client, submitted, act="return", feedback="change", feedback_why="  ", remark="Bài hay.")
    assert set(empty.context["form"].errors) == {"feedback_why"}
    assert 'href="#id_feedback_why"' in empty.content.decode()
    assert 'id="id_feedback_why_error"' in empty.content.decode()
    submitted.refresh_from_db()
    assert submitted.review == "submitted"
    fields = {"feedback": "change", "feedback_why": "Thêm một dòng nói vì sao", "remark": "Bài hay."}
    assert decide(client, submitted, act="return", **fields).status_code == 302
    event = submitted.review_events.get(act="returned")
    assert event.reasons.splitlines() == ["Câu hỏi có phản hồi: Thêm một dòng nói vì sao", "Bài hay."]
    marks = {row["code"]: row["mark"] for row in event.checks}
    assert (marks["feedback"], marks["content"]) == ("change", "good")


def test_a_unit_that_is_not_hers_is_not_offered(world, submitted):
    client = signed_in(world.reviewer)
    assert decide(client, submitted, act="publish", unit="so").status_code == 200
    assert not Publication.objects.exists()


def test_two_reviewers_decide_once(world, submitted):
    first, second = signed_in(world.reviewer), signed_in(world.xa_reviewer)
    second.get(reverse("repository:review_version", args=[submitted.uid]))
    decide(first, submitted, act="return", remark="Sửa tên bài")
    late = second.post(
        reverse("repository:review_version", args=[submitted.uid]),
        {
            **dict.fromkeys(CRITERIA, "good"),
            "revision": "1",
            "unit": "xa",
            "act": "publish",
        },
    )
    assert late.status_code == 200
    assert "Hồng đã quyết định về bài này" in late.content.decode()
    assert "chỗ cần sửa" not in late.content.decode()
    assert not Publication.objects.exists()


# Queries


@pytest.fixture
def many(world) -> list[Version]:
    """Twelve more lessons of the school, submitted; half of them published."""
    versions = []
    for number in range(12):
        resource = actions.create_resource(
            by=world.teacher, owner_unit=world.school, metadata=replace(METADATA, title=f"Bài {number}")
        )
        upload = arrived(world.teacher, small_html5(f"Bài {number}"))
        version = actions.submit_version(by=world.teacher, resource=resource, upload=upload)
        versions.append(actions.submit_for_review(by=world.teacher, version=version))
        if number % 2:
            publish(world, version)
    return versions


#: With three that every page takes: session, person, her verbs.
QUERIES = {
    "mine": ("teacher", 14),
    "lesson": ("teacher", 14),
    "upload": ("teacher", 5),
    "review": ("reviewer", 9),
    "review_version": ("reviewer", 13),
    "resource": ("plain", 14),
}


@pytest.mark.parametrize("name", QUERIES)
def test_queries_do_not_grow_with_the_list(world, many, django_assert_max_num_queries, name):
    user, queries = QUERIES[name]
    version = many[0]
    args = {
        "lesson": [version.resource.uid],
        "review_version": [version.uid],
        "resource": [many[1].resource.uid],
    }.get(name, [])
    client = signed_in(world.people[user])
    url = reverse(f"repository:{name}", args=args)
    client.get(url)  # fills the caches of the portal and the vocabulary
    with django_assert_max_num_queries(queries):
        assert client.get(url).status_code == 200


def test_a_form_too_old_for_its_file(world):
    """The uid of an upload that is not hers says nothing of whether it exists."""
    upload = arrived(world.sister_teacher, small_html5())
    fields = {"title": "x", "subject": "toan", "grades": "lop-5", "type": "video", "licence": "cc-by"}
    client = signed_in(world.teacher)
    response = client.post(reverse("repository:upload"), {**fields, "upload": str(upload.uid)})
    assert response.status_code == 200
    assert not LearningResource.objects.exists()
    with_file = {**fields, "file": SimpleUploadedFile("a.zip", small_html5())}
    assert client.post(reverse("repository:upload"), with_file).status_code == 302
