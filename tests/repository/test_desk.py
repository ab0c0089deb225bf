"""The review desk: filters, several at once, kept sheets, own lessons, history, and the mail that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Refusal
from accounts.models import RoleGrant, User
from repository import actions, notices, sheet
from repository.changes import changes
from repository.models import Publication, Review, ReviewEvent, Version
from tests.factories import person
from tests.repository.helpers import METADATA, arrived, small_html5

CRITERIA = tuple(criterion.code for criterion in sheet.CRITERIA)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def hand_in(author, unit, title: str, **described) -> Version:
    metadata = replace(METADATA, title=title, **described)
    resource = actions.create_resource(by=author, owner_unit=unit, metadata=metadata)
    version = actions.submit_version(by=author, resource=resource, upload=arrived(author, small_html5(title)))
    return actions.submit_for_review(by=author, version=version)


def ticks(*versions: Version) -> list[str]:
    return [f"{version.uid}.{version.resource.revision}" for version in versions]


def titles(response) -> list[str]:
    return [version.resource.title for version in response.context["page"]]


# The queue


def test_filters_narrow_the_queue_and_stay_on_the_way(world):
    old = hand_in(world.teacher, world.school, "Cũ")
    hand_in(world.sister_teacher, world.sister, "Trường bạn", subject="khoa-hoc")
    Version.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=9))
    client = signed_in(world.xa_reviewer)
    url = reverse("repository:review")
    assert titles(client.get(url)) == ["Cũ", "Trường bạn"]
    assert titles(client.get(url, {"unit": "th2"})) == ["Trường bạn"]
    assert titles(client.get(url, {"subject": "toan"})) == ["Cũ"]
    assert titles(client.get(url, {"type": "video"})) == []
    late = client.get(url, {"late": "on", "unit": "nonsense"})
    assert titles(late) == ["Cũ"]
    assert "quá hạn" in late.content.decode()
    page = client.get(url, {"subject": "toan"}).content.decode()
    address = reverse("repository:review_version", args=[old.uid]) + "?subject=toan"
    assert f'href="{address}"' in page
    opened = client.get(address)
    assert [one.resource.title for one in opened.context["queue"]] == ["Cũ"]


def test_the_limit_of_the_usual_wait_is_a_local_day(world, submitted):
    edge = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
    client = signed_in(world.reviewer)
    for moment, late in ((edge, []), (edge - timedelta(seconds=1), [METADATA.title])):
        Version.objects.update(submitted_at=moment)
        assert titles(client.get(reverse("repository:review"), {"late": "on"})) == late


# Several at once


def bulk(client: Client, versions, **fields):
    return client.post(
        reverse("repository:review_bulk"), {"chosen": ticks(*versions), "confirmed": "on", **fields}
    )


def test_each_is_judged_on_its_own_and_those_that_failed_are_named(world):
    good, changed, gone, looked = (
        hand_in(world.teacher, world.school, title) for title in ("Tốt", "Đã sửa", "Đã rút", "Phải xem")
    )
    chosen = [good, changed, gone, looked]
    for version in chosen:
        version.resource.refresh_from_db()
    Version.objects.filter(pk=looked.pk).update(
        findings=[{"code": "files_missing", "params": {"count": 1, "total": 2}, "path": "a", "paths": []}]
    )
    client = signed_in(world.xa_reviewer)
    fields = {"chosen": ticks(*chosen), "do": "publish", "unit": "xa", "confirmed": "on"}
    actions.save_metadata(
        by=world.reviewer, resource=changed.resource, metadata=replace(METADATA, title="Tên khác")
    )
    actions.recall(by=world.teacher, version=gone)
    response = client.post(reverse("repository:review_bulk"), fields, follow=True)
    shown = response.content.decode()
    assert "Đã duyệt và đăng 1 bài." in shown
    assert f'<a href="{reverse("repository:resource", args=[good.resource.uid])}">Tốt</a>' in shown
    assert "“Tên khác”: " in shown
    assert "“Phải xem”: Khám gói thấy 1 chỗ cần xem lại" in shown
    assert [(one.version, one.unit) for one in Publication.objects.all()] == [(good, world.xa)]
    # One that is a draft again is not before the reviewers at all.
    assert {v.pk for v in Version.objects.filter(review=Review.SUBMITTED)} == {changed.pk, looked.pk}


def test_publishing_several_asks_first(world):
    good, looked = (hand_in(world.teacher, world.school, title) for title in ("Tốt", "Phải xem"))
    Version.objects.filter(pk=looked.pk).update(
        findings=[{"code": "files_missing", "params": {"count": 1, "total": 2}, "path": "a", "paths": []}]
    )
    client = signed_in(world.so_reviewer)
    queue = client.get(reverse("repository:review"))
    assert [unit.code for unit in queue.context["above"]] == ["so", "xa"]
    response = bulk(client, [good, looked], do="publish", unit="xa", confirmed="")
    page = response.content.decode()
    assert "đăng cho Phường Phố Hiến" in page
    assert f'value="{ticks(good)[0]}"' in page
    assert f'value="{ticks(looked)[0]}"' not in page
    assert "Đăng 1 bài" in page
    assert not Publication.objects.exists()


def test_what_is_asked_depends_on_the_file(world, lesson, submitted):
    client = signed_in(world.reviewer)
    url = reverse("repository:review_version", args=[submitted.uid])
    assert len(client.get(url).context["form"].sheet()) == len(CRITERIA)
    Version.objects.filter(pk=submitted.pk).update(kind="pdf")
    asked = {row["choice"].name for row in client.get(url).context["form"].sheet()}
    assert asked == {"content", "sources", "privacy", "metadata"}
    marks = dict.fromkeys(asked, "good") | {"sources": "none"}
    client.post(url, {**marks, "revision": lesson.revision, "unit": "th1", "act": "publish"})
    assert Publication.objects.get().version == submitted
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=replace(METADATA, title="Tên mới"))
    lesson.refresh_from_db()
    submitted.refresh_from_db()
    actions.submit_for_review(by=world.teacher, version=submitted)
    page = client.get(url)
    assert [row["choice"].name for row in page.context["form"].sheet()] == ["metadata"]
    assert "changes-h" in page.content.decode()
    assert "found-h" not in page.content.decode()
    fields = {"metadata": "good", "revision": lesson.revision, "unit": "th1", "act": "publish"}
    client.post(url, fields)
    assert Publication.objects.in_force().get().metadata.data["title"] == "Tên mới"


def test_returning_several_needs_a_reason_and_reaches_only_her_units(world):
    own = hand_in(world.teacher, world.school, "Của trường")
    other = hand_in(world.sister_teacher, world.sister, "Trường bạn")
    client = signed_in(world.reviewer)
    nothing = bulk(client, [own, other], do="return")
    assert nothing.status_code == 200
    assert "reasons" in nothing.context["bulk"].errors
    assert f'value="{ticks(own)[0]}" checked' in nothing.content.decode()
    bulk(client, [own, other], do="return", reasons="Thêm nguồn hình.")
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.review, other.review) == (Review.RETURNED, Review.SUBMITTED)
    assert own.review_events.get(act="returned").reasons == "Thêm nguồn hình."


def test_the_authors_unit_or_one_that_is_not_above(world):
    mine = hand_in(world.teacher, world.school, "Của trường")
    client = signed_in(world.so_reviewer)
    fields = {"chosen": ticks(mine), "do": "publish", "unit": "th2", "confirmed": "on"}
    refused = client.post(reverse("repository:review_bulk"), fields, follow=True)
    assert "“Của trường”: " in refused.content.decode()
    assert not Publication.objects.exists()
    bulk(client, [mine], do="publish", unit="")
    assert Publication.objects.get().unit == world.school


@pytest.mark.parametrize("chosen", [[], ["nonsense"], ["x.1"], ["9.9"]])
def test_ticks_that_mean_nothing(world, chosen):
    response = signed_in(world.reviewer).post(
        reverse("repository:review_bulk"), {"chosen": chosen, "do": "publish"}
    )
    assert response.status_code == 200
    assert "chosen" in response.context["bulk"].errors


def test_who_may_decide_on_several(world, submitted):
    fields = {"chosen": ticks(submitted), "do": "publish", "unit": "", "confirmed": "on"}
    for name in ("teacher", "manager", "plain"):
        url = reverse("repository:review_bulk")
        assert signed_in(world.people[name]).post(url, fields).status_code == 403
    signed_in(world.sister_reviewer).post(reverse("repository:review_bulk"), fields)
    assert not Publication.objects.exists()


# The sheet


def post(client: Client, version: Version, **fields):
    url = reverse("repository:review_version", args=[version.uid])
    good = dict.fromkeys(CRITERIA, "good")
    return client.post(url, {**good, "revision": version.resource.revision, "unit": "th1", **fields})


def test_the_sheet_is_kept_with_the_decision(world, submitted):
    fields = {"phone": "change", "phone_common": ["small_text"], "remark": "Bài hay."}
    assert post(signed_in(world.reviewer), submitted, act="return", **fields).status_code == 302
    event = submitted.review_events.get(act="returned")
    kept = {row["code"]: row for row in event.checks}
    assert kept["phone"] == {"code": "phone", "mark": "change", "common": ["small_text"], "why": ""}
    assert {code for code, row in kept.items() if row["mark"] == "good"} == set(CRITERIA) - {"phone"}
    page = signed_in(world.teacher).get(reverse("repository:mine")).content.decode()
    assert "Chữ quá nhỏ" in page
    assert "Bài hay." in page
    assert "Đúng nội dung" in page
    english = Client()
    english.force_login(world.teacher)
    english.cookies["language"] = "en"
    assert "The text is too small" in english.get(reverse("repository:mine")).content.decode()


def test_what_changed_since_it_was_published_is_shown(world, lesson, submitted):
    actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    edited = replace(METADATA, title="Tên mới", keywords="", grades=("lop-4", "lop-5"))
    actions.save_metadata(by=world.teacher, resource=lesson, metadata=edited)
    actions.submit_for_review(by=world.teacher, version=submitted)
    url = reverse("repository:review_version", args=[submitted.uid])
    response = signed_in(world.reviewer).get(url)
    found = {change.label: (change.old, change.new) for change in response.context["changes"]}
    assert found == {
        "Tên bài": (METADATA.title, "Tên mới"),
        "Lớp": ("Lớp 5", "Lớp 4, Lớp 5"),
        "Từ khóa": ("phân số", ""),
    }
    assert f"{METADATA.title}</del>" in response.content.decode()


def test_changes_of_snapshots():
    old = {"title": "A", "year": None, "grades": [{"name": "Lớp 1"}], "subject": None}
    new = {"title": "A", "year": 2026, "grades": [], "subject": {"name": "Toán"}}
    assert [(one.old, one.new) for one in changes(old, new)] == [("", "Toán"), ("Lớp 1", "")]


# Own lessons


def test_nobody_judges_her_own_while_another_can(world):
    own = hand_in(world.reviewer, world.school, "Của tôi")
    client = signed_in(world.reviewer)
    page = client.get(reverse("repository:review_version", args=[own.uid])).content.decode()
    assert "Bài của chính thầy cô" in page
    assert 'name="act"' not in page
    assert f"{own.uid}." not in client.get(reverse("repository:review")).content.decode()
    with pytest.raises(Refusal, match="own_lesson"):
        actions.publish(by=world.reviewer, version=own, unit=world.school)
    with pytest.raises(Refusal, match="own_lesson"):
        actions.return_version(by=world.reviewer, version=own, reasons="x")
    assert post(client, own, act="publish").status_code == 200
    assert not Publication.objects.exists()
    assert actions.publish(by=world.xa_reviewer, version=own, unit=world.school)


def test_nor_what_she_uploaded_for_another(world, lesson):
    upload = arrived(world.reviewer, small_html5("Bản hai"))
    version = actions.submit_version(by=world.reviewer, resource=lesson, upload=upload)
    actions.submit_for_review(by=world.teacher, version=version)
    with pytest.raises(Refusal, match="own_lesson"):
        actions.publish(by=world.reviewer, version=version, unit=world.school)


def test_the_only_reviewer_is_not_stuck(world):
    RoleGrant.objects.exclude(user=world.reviewer).filter(role="resource_reviewer").delete()
    own = hand_in(world.reviewer, world.school, "Của tôi")
    assert post(signed_in(world.reviewer), own, act="publish").status_code == 302
    assert Publication.objects.get().version == own


# History


def test_history_is_of_her_units(world, submitted):
    actions.return_version(by=world.reviewer, version=submitted, reasons="Chữ: to hơn")
    url = reverse("repository:review_history")
    page = signed_in(world.xa_reviewer).get(url).content.decode()
    assert METADATA.title in page
    assert "to hơn" in page
    assert METADATA.title not in signed_in(world.sister_reviewer).get(url).content.decode()
    assert METADATA.title not in signed_in(world.xa_reviewer).get(url, {"by": "me"}).content.decode()
    assert METADATA.title not in signed_in(world.reviewer).get(url, {"act": "published"}).content.decode()
    assert METADATA.title in signed_in(world.reviewer).get(url, {"by": "me", "act": "x"}).content.decode()
    assert signed_in(world.teacher).get(url).status_code == 403


def test_history_asks_no_more_with_more(world, django_assert_max_num_queries):
    for number in range(4):
        version = hand_in(world.teacher, world.school, f"Bài {number}")
        actions.return_version(by=world.reviewer, version=version, reasons="x")
    client = signed_in(world.reviewer)
    client.get(reverse("repository:review_history"))
    with django_assert_max_num_queries(7):
        client.get(reverse("repository:review_history"))


# Mail


def test_reviewers_of_the_nearest_unit_get_one_mail_for_all(world):
    world.reviewer.language = "en"
    world.reviewer.save(update_fields=["language"])
    for title in ("Một", "Hai"):
        version = hand_in(world.teacher, world.school, title)
    actions.recall(by=world.teacher, version=version)
    actions.submit_for_review(by=world.teacher, version=version)
    assert notices.tell_reviewers(world.school.pk) == 1
    (letter,) = mail.outbox
    assert letter.to == [world.reviewer.email]
    assert letter.subject.startswith("2 lessons to review")
    assert "Một" in letter.body
    assert "Hai" in letter.body
    assert reverse("repository:review") in letter.body
    assert notices.tell_reviewers(world.school.pk) == 0
    assert len(mail.outbox) == 1


def test_where_the_school_has_no_reviewer_the_next_unit_above_hears(world):
    other = hand_in(world.other_teacher, world.other_xa, "Của xã")
    assert notices.tell_reviewers(other.resource.owner_unit_id) == 1
    assert mail.outbox[0].to == [world.so_reviewer.email]


def test_nobody_is_told_of_what_waits_no_more_or_long_since(world, submitted):
    ReviewEvent.objects.update(at=timezone.now() - timedelta(days=3))
    assert notices.tell_reviewers(world.school.pk) == 0
    actions.recall(by=world.teacher, version=submitted)
    ReviewEvent.objects.update(at=timezone.now())
    assert notices.tell_reviewers(world.school.pk) == 0
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("", "Trả lại để sửa", "Câu hỏi có phản hồi: thêm câu 4"),
        ("en", "Returned", "Questions give feedback"),
    ],
)
def test_the_author_is_told_in_her_language(world, submitted, language, subject, words):
    world.teacher.language = language
    world.teacher.save(update_fields=["language"])
    checks = [sheet.row("content", "good"), sheet.row("feedback", "change", why="thêm câu 4")]
    actions.return_version(by=world.reviewer, version=submitted, checks=checks)
    event = ReviewEvent.objects.get(act="returned")
    assert notices.tell_author(event.pk) == 1
    (letter,) = mail.outbox
    assert letter.to == [world.teacher.email]
    assert subject in letter.subject
    assert METADATA.title in letter.subject
    assert words in letter.body
    assert "Đúng nội dung" not in letter.body
    assert reverse("repository:lesson", args=[submitted.resource.uid]) in letter.body
    assert notices.tell_author(event.pk) == 0


def test_publishing_is_told_too_and_nothing_to_who_decided_herself(world, submitted):
    actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    assert notices.tell_author(ReviewEvent.objects.get(act="published").pk) == 1
    assert "Tiểu học Nguyễn Huệ" in mail.outbox[0].body
    sole = person(world.other_xa, "resource_reviewer", username="mot-minh")
    RoleGrant.objects.exclude(user=sole).filter(role="resource_reviewer").delete()
    own = hand_in(sole, world.other_xa, "Của tôi")
    actions.publish(by=sole, version=own, unit=world.other_xa)
    event = ReviewEvent.objects.get(act="published", version=own)
    assert notices.tell_author(event.pk) == 0


def test_a_decision_plants_its_mail_and_a_rolled_back_one_does_not(world, submitted):
    from django.db import transaction
    from django_tasks_db.models import DBTaskResult

    planted = DBTaskResult.objects.filter(task_path="repository.tasks.tell_author")

    class StopError(Exception):
        """Ends the transaction after everything was done."""

    with pytest.raises(StopError), transaction.atomic():
        actions.return_version(by=world.reviewer, version=submitted, reasons="x")
        raise StopError
    assert not planted.exists()
    actions.return_version(by=world.reviewer, version=submitted, reasons="x")
    assert planted.count() == 1
