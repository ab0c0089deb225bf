"""Pages and news of the portal are found as long as everybody may read them, and as they read now."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from cms.models import HomePage, InfoPage, NewsIndexPage, NewsPage
from search import sources
from search.actions import drain_marks
from search.documents import NEWS, PAGE
from search.engines import engine, forget_engines
from search.engines.base import SearchRequest
from search.queries import parse
from search.scope import GUEST


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path: Path):
    settings.SEARCH_INDEX = tmp_path / "search.sqlite3"
    forget_engines()
    yield
    forget_engines()


@pytest.fixture
def home(db) -> HomePage:
    return HomePage.objects.get()


@pytest.fixture
def news(home: HomePage) -> NewsPage:
    index = NewsIndexPage.objects.first() or home.add_child(instance=NewsIndexPage(title="Tin", slug="tin"))
    body = [("text", "<p>Vòng chung kết ở Phố Hiến.</p>")]
    page = NewsPage(title="Hội thi giáo viên giỏi", slug="hoi-thi", day=date(2026, 11, 20), number="12/TB",
                    summary="Kết quả hội thi", body=body)  # fmt: skip
    return index.add_child(instance=page)


def found(text: str, what: str = NEWS) -> list[str]:
    drain_marks()
    page = engine().search(SearchRequest(parse(text), GUEST, what=(what,)))
    shown = sources.shown_now(AnonymousUser(), (hit.document for hit in page.hits))
    return [hit.document.title for hit in page.hits if hit.document.key in shown]


def test_news_are_found_by_their_words_while_they_are_live(news, client: Client):
    news.save_revision().publish()
    assert found("hoi thi") == found("pho hien") == found("12 TB") == ["Hội thi giáo viên giỏi"]
    (document,) = sources.of(NEWS).documents([news.pk])
    assert client.get(sources.address(document)).status_code == 200
    assert document.guests
    news.title = "Hội giảng"
    news.save_revision().publish()
    assert found("hội giảng") == ["Hội giảng"]
    news.unpublish()
    assert found("hội giảng") == []
    assert not engine().check()


def test_what_is_withdrawn_is_not_shown_before_the_index_knows(news):
    news.save_revision().publish()
    assert found("hội thi")
    Page.objects.filter(pk=news.pk).update(live=False)
    assert found("hội thi") == []


def test_a_page_that_is_closed_to_some_is_found_by_nobody(home):
    info = home.add_child(instance=InfoPage(title="Hướng dẫn tải bài", slug="tai-bai"))
    below = info.add_child(instance=InfoPage(title="Hướng dẫn tải bài lớn", slug="bai-lon"))
    for page in (info, below):
        page.save_revision().publish()
    assert found("tải bài", PAGE) == ["Hướng dẫn tải bài", "Hướng dẫn tải bài lớn"]
    limit = PageViewRestriction.objects.create(page=info, restriction_type=PageViewRestriction.LOGIN)
    assert found("tải bài", PAGE) == []
    limit.delete()
    assert len(found("tải bài", PAGE)) == 2


def test_pages_below_a_moved_or_renamed_one_keep_their_address(home, client: Client):
    info = home.add_child(instance=InfoPage(title="Trợ giúp mới", slug="tro-giup-moi"))
    below = info.add_child(instance=InfoPage(title="Quên mật khẩu nhé", slug="quen"))
    below.save_revision().publish()
    assert found("quên mật khẩu nhé", PAGE)
    info.slug = "ho-tro"
    info.save_revision().publish()
    drain_marks()
    (document,) = engine().search(SearchRequest(parse("mật khẩu nhé"), GUEST, what=(PAGE,))).hits
    assert document.document.path == "/ho-tro/quen/"
    below.refresh_from_db()
    below.delete()
    assert found("mật khẩu nhé", PAGE) == []
