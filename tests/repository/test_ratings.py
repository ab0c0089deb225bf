"""Stars and words of colleagues: who may give, read, hide and report them, and what the page shows."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.errors import NotAllowed, Refusal
from repository.actions import ratings
from repository.models import ProblemReport, Publication, Rating
from repository.ratings import averages, ratings_of
from repository.signals import resource_rated
from tests.repository.helpers import signed_in


@pytest.fixture
def rated(world, shown) -> Rating:
    return ratings.rate(by=world.sister_teacher, resource=shown, stars=4, comment="Dùng ở lớp 5B, chạy tốt")


@pytest.fixture
def news():
    """What was announced, in order."""
    heard: list[list[int]] = []

    def hear(resource_ids, **_kwargs):
        heard.append(resource_ids)

    resource_rated.connect(hear)
    yield heard
    resource_rated.disconnect(hear)


def page(user, lesson) -> str:
    client = signed_in(user) if user else Client()
    return client.get(reverse("repository:resource", args=[lesson.uid])).content.decode()


def act(rating) -> str:
    return reverse("repository:rating_act", args=[rating.resource.uid, rating.uid])


# Giving


def test_one_a_person_and_the_last_counts(world, shown, rated, news):
    ratings.rate(by=world.sister_teacher, resource=shown, stars=2, comment="Lớp khác thì không")
    ratings.rate(by=world.plain, resource=shown, stars=5)
    assert Rating.objects.count() == 2
    assert averages([shown.pk]) == {shown.pk: (3.5, 2)}
    assert news == [[shown.pk], [shown.pk]]


def test_news_only_where_the_stars_changed(world, shown, rated, news):
    ratings.rate(by=world.sister_teacher, resource=shown, stars=4, comment="Viết lại cho rõ")
    assert Rating.objects.get().comment == "Viết lại cho rõ"
    ratings.rate(by=world.sister_teacher, resource=shown, stars=4, comment="Viết lại cho rõ")
    assert news == []
    assert ratings.unrate(by=world.sister_teacher, resource=shown)
    assert not ratings.unrate(by=world.sister_teacher, resource=shown)
    assert news == [[shown.pk]]


def test_nobody_rates_what_is_her_own_or_not_shown_to_her(world, shown):
    with pytest.raises(Refusal) as refused:
        ratings.rate(by=world.teacher, resource=shown, stars=5)
    assert refused.value.code == "own_rating"
    with pytest.raises(NotAllowed):
        ratings.rate(by=world.other_teacher, resource=shown, stars=5)
    for stars in (0, 6):
        with pytest.raises(Refusal) as refused:
            ratings.rate(by=world.plain, resource=shown, stars=stars)
        assert refused.value.code == "stars_missing"
    assert not Rating.objects.exists()


def test_the_database_holds_both_rules(world, shown, rated):
    for row in (
        Rating(resource=shown, user=world.plain, stars=6, changed_at=rated.changed_at),
        Rating(resource=shown, user=world.sister_teacher, stars=3, changed_at=rated.changed_at),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_a_rating_can_be_taken_back_when_the_lesson_is_gone(world, shown, rated):
    Publication.objects.update(withdrawn_on="2026-11-20")
    assert ratings.unrate(by=world.sister_teacher, resource=shown)


# Reading


def test_guests_see_stars_and_colleagues_words(world, shown, rated):
    Publication.objects.update(open_to_guests=True)
    guest = page(None, shown)
    assert "4 trên 5 sao" in guest
    assert "(1 đánh giá)" in guest
    assert "Dùng ở lớp 5B" not in guest
    assert rated.user.full_name not in guest
    colleague = page(world.plain, shown)
    assert "Dùng ở lớp 5B" in colleague
    assert rated.user.full_name in colleague
    assert Client().get(reverse("repository:ratings", args=[shown.uid])).status_code == 302


@pytest.mark.parametrize(
    ("user", "sees"),
    [
        ("plain", False), ("teacher", False), ("other_teacher", False), ("sister_teacher", True),
        ("reviewer", True), ("xa_reviewer", True), ("sister_reviewer", False),
    ],
)  # fmt: skip
def test_a_hidden_comment_is_for_its_writer_and_the_reviewers(world, shown, rated, user, sees):
    ratings.hide_comment(by=world.xa_reviewer, rating=rated)
    person = world.people[user]
    assert Rating.objects.readable_by(person).filter(pk=rated.pk).exists() is sees
    if user != "other_teacher":
        assert ("Dùng ở lớp 5B" in page(person, shown)) is sees
        everything = signed_in(person).get(reverse("repository:ratings", args=[shown.uid])).content.decode()
        assert ("Dùng ở lớp 5B" in everything) is sees
    assert averages() == {shown.pk: (4.0, 1)}


def test_who_does_not_see_the_lesson_reads_nothing_of_it(world, shown, rated):
    client = signed_in(world.other_teacher)
    assert client.get(reverse("repository:ratings", args=[shown.uid])).status_code == 404
    assert client.post(act(rated), {"act": "report"}).status_code == 404
    assert client.post(reverse("repository:rate", args=[shown.uid]), {"act": "rate"}).status_code == 404


# Hiding and reporting


def test_who_may_hide(world, rated):
    for name, user in world.people.items():
        may = Rating.objects.hideable_by(user).filter(pk=rated.pk).exists()
        assert may is (name in {"reviewer", "xa_reviewer", "so_reviewer"}), name
    with pytest.raises(NotAllowed):
        ratings.hide_comment(by=world.teacher, rating=rated)


def test_nobody_hides_what_is_said_about_her_own_lesson(world, shown, rated):
    shown.author = world.reviewer
    shown.save(update_fields=["author"])
    with pytest.raises(NotAllowed):
        ratings.hide_comment(by=world.reviewer, rating=rated)
    assert not ratings_of(world.reviewer, shown, moderates=True).moderates


def test_a_comment_is_reported_hidden_and_shown_again(world, shown, rated):
    signed_in(world.plain).post(act(rated), {"act": "report"})
    report = ProblemReport.objects.get()
    assert (report.what, report.rating, report.by) == ("comment", rated, world.plain)
    desk = signed_in(world.xa_reviewer).get(reverse("repository:reports")).content.decode()
    assert "Nhận xét chưa phù hợp" in desk
    assert "Dùng ở lớp 5B" in desk
    signed_in(world.xa_reviewer).post(act(rated), {"act": "hide"})
    rated.refresh_from_db()
    report.refresh_from_db()
    assert rated.hidden_by == world.xa_reviewer
    assert (report.state, report.answered_by) == ("done", world.xa_reviewer)
    signed_in(world.xa_reviewer).post(act(rated), {"act": "show"})
    rated.refresh_from_db()
    assert rated.hidden_at is None


def test_nobody_reports_her_own_words(world, rated):
    with pytest.raises(NotAllowed):
        ratings.report_comment(by=world.sister_teacher, rating=rated)


def test_other_words_are_read_again(world, shown, rated):
    ratings.hide_comment(by=world.xa_reviewer, rating=rated)
    ratings.rate(by=world.sister_teacher, resource=shown, stars=1, comment=rated.comment)
    rated.refresh_from_db()
    assert rated.hidden_at is not None
    ratings.rate(by=world.sister_teacher, resource=shown, stars=1, comment="Bài hay")
    rated.refresh_from_db()
    assert (rated.hidden_at, rated.hidden_by) == (None, None)


# The page


def test_rating_on_the_page_and_undoing_it(world, shown, rated):
    client, url = signed_in(world.sister_teacher), reverse("repository:rate", args=[shown.uid])
    told = client.post(url, {"act": "rate", "stars": "2", "comment": ""}, follow=True).content.decode()
    assert "Đã ghi đánh giá" in told
    assert 'name="stars" value="4"' in told  # what undo brings back
    assert "Đã ghi đánh giá" not in page(world.sister_teacher, shown)
    client.post(url, {"act": "rate", "undo": "1", "stars": "4", "comment": "Dùng ở lớp 5B, chạy tốt"})
    kept = Rating.objects.get()
    assert (kept.stars, kept.comment) == (4, "Dùng ở lớp 5B, chạy tốt")
    told = client.post(url, {"act": "unrate"}, follow=True).content.decode()
    assert "Đã bỏ đánh giá" in told
    assert not Rating.objects.exists()


def test_a_first_rating_is_undone_by_taking_it_away(world, shown):
    client, url = signed_in(world.plain), reverse("repository:rate", args=[shown.uid])
    told = client.post(url, {"act": "rate", "stars": "5"}, follow=True).content.decode()
    assert 'name="act" value="unrate"' in told
    client.post(url, {"act": "unrate", "undo": "1"})
    assert not Rating.objects.exists()


@pytest.mark.parametrize("stars", ["", "0", "6", "x"])
def test_stars_that_there_are_not(world, shown, stars):
    url = reverse("repository:rate", args=[shown.uid])
    told = signed_in(world.plain).post(url, {"act": "rate", "stars": stars}, follow=True).content.decode()
    assert "Chọn từ một đến năm sao" in told
    assert not Rating.objects.exists()


def test_the_author_is_offered_no_stars(world, shown):
    assert 'name="stars"' not in page(world.teacher, shown)
    assert 'name="stars"' in page(world.plain, shown)


def test_queries_do_not_grow_with_ratings(world, shown, rated, django_assert_max_num_queries):
    url = reverse("repository:ratings", args=[shown.uid])
    client = signed_in(world.plain)
    client.get(url)
    for name in ("reviewer", "sister_reviewer", "manager", "xa_reviewer", "so_reviewer"):
        ratings.rate(by=world.people[name], resource=shown, stars=3, comment=f"Nhận xét của {name}")
    with django_assert_max_num_queries(9):
        assert "Nhận xét của manager" in client.get(url).content.decode()
