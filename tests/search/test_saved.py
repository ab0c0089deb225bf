"""Saved searches: keeping one, the mail about what is new for it, stopping, and whom they concern."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from repository import actions as library
from repository.models import Publication
from search.actions import drain_marks
from search.saved import actions, links, news, tasks
from search.saved.models import SavedSearch
from search.saved.question import read
from tests.factories import person
from tests.search.conftest import Tree, publish

LIST = "/account/searches/"


@pytest.fixture
def linh(tree: Tree) -> User:
    return person(tree.far, "teacher", username="linh", email="linh@truong.example")


@pytest.fixture
def kept(linh: User) -> SavedSearch:
    """“phân số” of Toán, saved two days ago."""
    saved, _is_new = actions.save_search(by=linh, query="q=phân+số&subject=toan")
    SavedSearch.objects.update(told_until=timezone.now() - timedelta(days=2))
    saved.refresh_from_db()
    return saved


def new_lesson(tree: Tree, title: str, hours_ago: float = 5, **how) -> Publication:
    """Published some hours ago, and known to the index."""
    publication = publish(tree, title, **how)
    Publication.objects.filter(pk=publication.pk).update(
        published_at=timezone.now() - timedelta(hours=hours_ago)
    )
    drain_marks()
    return publication


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# Keeping


def test_what_asks_the_same_is_kept_once(linh):
    one, is_new = actions.save_search(by=linh, query="subject=toan&q=phân  số&page=3&sort=new&unit=%3Cb%3E")
    again, is_new_again = actions.save_search(by=linh, query="q=phân số&subject=toan")
    assert (is_new, is_new_again) == (True, False)
    assert one == again
    assert one.query == "q=ph%C3%A2n+s%E1%BB%91&subject=toan"
    assert read(one.query).title == "“phân số”, Toán"


def test_nothing_cannot_be_kept_nor_more_than_fifty(linh, monkeypatch):
    with pytest.raises(Refusal) as refused:
        actions.save_search(by=linh, query="page=2&sort=new")
    assert refused.value.code == "nothing_to_save"
    monkeypatch.setattr(actions, "MOST", 2)
    first, _is_new = actions.save_search(by=linh, query="q=một")
    actions.save_search(by=linh, query="q=hai")
    with pytest.raises(Refusal) as refused:
        actions.save_search(by=linh, query="q=ba")
    assert refused.value.code == "too_many_saved_searches"
    actions.delete_search(by=linh, uid=first.uid)
    actions.save_search(by=linh, query="q=ba")
    with pytest.raises(Refusal):
        actions.restore_search(by=linh, uid=first.uid)


def test_the_page_saves_lists_changes_deletes_and_brings_back(tree, linh):
    client = signed_in(linh)
    page = client.get("/library/", {"q": "hỗn số", "subject": "toan"}).content.decode()
    query = re.search(r'name="query" value="([^"]*)"', page)
    assert query
    told = client.post(reverse("search:save"), {"query": query[1].replace("&amp;", "&")}, follow=True)
    assert "linh@truong.example" in told.content.decode()
    assert f'<a href="{LIST}">Tìm kiếm đã lưu</a>' in told.content.decode()
    saved = SavedSearch.objects.get()
    shown = client.get(LIST).content.decode()
    assert "“hỗn số”" in shown
    assert "Thư hằng ngày" in shown
    act = reverse("search:saved_act", args=[saved.uid])
    for verb, words in (("weekly", "Thư hằng tuần"), ("pause", "Đang dừng thư"), ("resume", "Thư hằng tuần")):
        assert words in client.post(act, {"act": verb}, follow=True).content.decode()
    gone = client.post(act, {"act": "delete"}, follow=True).content.decode()
    assert "Đã xóa: “hỗn số”, Toán" in gone
    assert "Chưa lưu tìm kiếm nào" in gone
    assert "“hỗn số”" in client.post(act, {"act": "restore"}, follow=True).content.decode()
    assert client.post(act, {"act": "nonsense"}).status_code == 404


def test_saving_without_leaving_the_page_says_so_in_the_place_of_the_button(linh):
    client = signed_in(linh)
    for words in ("Đã lưu tìm kiếm.", "Tìm kiếm này đã được lưu."):
        answer = client.post(reverse("search:save"), {"query": "?q=hỗn+số"}, headers={"HX-Request": "true"})
        shown = answer.content.decode()
        assert words in shown
        assert f'<a href="{LIST}">Tìm kiếm đã lưu</a>' in shown
        assert "<html" not in shown
        assert "<button" not in shown
    refused = client.post(reverse("search:save"), {"query": "?page=2"}, headers={"HX-Request": "true"})
    assert "note warn" in refused.content.decode()
    assert SavedSearch.objects.count() == 1


def test_somebody_elses_looks_like_none(tree, kept):
    other = signed_in(tree.teacher)
    act = reverse("search:saved_act", args=[kept.uid])
    for verb in ("weekly", "pause", "delete", "restore"):
        assert other.post(act, {"act": verb}).status_code == 404
    assert "phân số" not in other.get(LIST).content.decode()
    with pytest.raises(NotAllowed):
        actions.delete_search(by=tree.teacher, uid=kept.uid)
    guest = Client()
    assert guest.get(LIST).status_code == 302
    assert "Đăng nhập để được báo" in guest.get("/library/", {"q": "phân số"}).content.decode()


# What is new


def test_the_mail_says_what_is_new_and_nothing_twice(tree, linh, kept):
    new_lesson(tree, "Phân số cũ", hours_ago=24 * 5)
    new_lesson(tree, "Phân số thập phân")
    new_lesson(tree, "Câu ghép", subject="tieng-viet")
    mail.outbox.clear()
    assert news.tell_person(linh.pk) == 1
    assert news.tell_person(linh.pk) == 0
    (letter,) = mail.outbox
    assert letter.to == ["linh@truong.example"]
    assert letter.subject == "1 bài mới: “phân số”, Toán"
    assert "Phân số thập phân" in letter.body
    assert "Phân số cũ" not in letter.body
    assert "Câu ghép" not in letter.body
    assert "/library/?q=ph%C3%A2n+s%E1%BB%91&subject=toan&sort=new" in letter.body
    stop = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert stop in letter.body
    kept.refresh_from_db()
    assert kept.told_until > timezone.now() - timedelta(hours=1)


def test_where_nothing_is_new_no_mail_comes(tree, linh, kept):
    new_lesson(tree, "Phân số cũ", hours_ago=24 * 5)
    mail.outbox.clear()
    assert news.tell_person(linh.pk) == 0
    assert mail.outbox == []
    kept.refresh_from_db()
    assert kept.told_until > timezone.now() - timedelta(hours=1)


def test_what_she_may_not_see_when_it_is_sent_is_not_told(tree, linh, kept):
    new_lesson(tree, "Phân số của trường khác", at=tree.school)
    withdrawn = new_lesson(tree, "Phân số bị gỡ")
    library.withdraw(by=None, publication=withdrawn)  # the index does not know yet
    mail.outbox.clear()
    assert news.tell_person(linh.pk) == 0
    assert mail.outbox == []


def test_lessons_with_only_some_of_the_words_are_no_news(tree, linh):
    actions.save_search(by=linh, query="q=phân số hữu tỉ nâng cao")
    SavedSearch.objects.update(told_until=timezone.now() - timedelta(days=2))
    new_lesson(tree, "Phân số")
    assert news.tell_person(linh.pk) == 0


def test_what_came_a_minute_ago_waits_for_the_next_mail(tree, linh, kept):
    new_lesson(tree, "Phân số mới tinh", hours_ago=1 / 60)
    assert news.tell_person(linh.pk) == 0
    SavedSearch.objects.update(told_until=timezone.now() - timedelta(days=1, minutes=20))
    Publication.objects.update(published_at=timezone.now() - timedelta(hours=23))
    new_lesson(tree, "Phân số thứ hai", hours_ago=2)
    assert news.tell_person(linh.pk) >= 1


def test_who_is_due(tree, linh, kept):
    def due() -> bool:
        return SavedSearch.objects.due_on(today()).exists()

    assert due()
    actions.set_frequency(by=linh, uid=kept.uid, frequency="weekly")
    assert not due()
    SavedSearch.objects.update(told_until=timezone.now() - timedelta(days=7))
    assert due()
    actions.set_paused(by=linh, uid=kept.uid, paused=True)
    assert not due()
    actions.set_paused(by=linh, uid=kept.uid, paused=False)
    assert not due()  # what came in between is not told
    SavedSearch.objects.update(told_until=timezone.now() - timedelta(days=7))
    User.objects.filter(pk=linh.pk).update(is_active=False)
    assert not due()


def test_the_task_finds_people_and_forgets_what_was_deleted_long_ago(linh, kept):
    actions.save_search(by=linh, query="q=khác")
    SavedSearch.objects.filter(query="q=kh%C3%A1c").update(deleted_at=timezone.now() - timedelta(days=31))
    assert tasks.tell_of_searches.func(today().isoformat()) == 1
    assert SavedSearch.objects.get() == kept


def test_a_mail_that_cannot_be_sent_is_tried_again(tree, linh, kept, monkeypatch):
    new_lesson(tree, "Phân số thập phân")

    def fails(*_args):
        raise OSError("no mail server")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="no mail server"):
        broken.setattr("django.core.mail.EmailMessage.send", fails)
        news.tell_person(linh.pk)
    mail.outbox.clear()
    assert news.tell_person(linh.pk) == 1
    assert len(mail.outbox) == 1


# Stopping


def test_the_link_stops_with_one_press_and_not_by_being_opened(kept):
    address = links.stop_address(kept).partition("//")[2].partition("/")[2]
    guest = Client(enforce_csrf_checks=True)
    assert "Dừng thư này" in guest.get(f"/{address}").content.decode()
    kept.refresh_from_db()
    assert not kept.paused
    # What a mail program sends (RFC 8058)
    stopped = guest.post(f"/{address}", {"List-Unsubscribe": "One-Click"})
    assert "Đã dừng thư" in stopped.content.decode()
    kept.refresh_from_db()
    assert kept.paused
    guest.post(f"/{address}", {"act": "resume"})
    kept.refresh_from_db()
    assert not kept.paused


def test_a_spoilt_link_stops_nothing(kept):
    address = links.stop_address(kept).partition("//")[2].partition("/")[2].rstrip("/")
    for spoilt in (f"/{address[:-3]}aaa/", "/account/searches/stop/x/"):
        response = Client().post(spoilt)
        assert response.status_code == 404
        assert "chưa đầy đủ" in response.content.decode()
    kept.refresh_from_db()
    assert not kept.paused


def test_the_list_costs_the_same_with_many(linh, django_assert_max_num_queries):
    client = signed_in(linh)
    for number in range(12):
        actions.save_search(by=linh, query=f"q=bài {number}&unit=tan-hung&grade=lop-5")
    client.get(LIST)
    with django_assert_max_num_queries(6):
        assert client.get(LIST).content.decode().count("Xã Tân Hưng") >= 12
