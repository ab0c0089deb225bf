"""Elasticsearch goes away and comes back: what the page says, who answers, what is caught up."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from repository import actions
from search import engines, tasks
from search.engines import elastic_server
from search.engines.base import EngineUnavailableError, SearchRequest
from search.models import SearchDirty
from search.queries import parse
from search.scope import scope_of
from tests.proxy import Door, door
from tests.search.conftest import Tree, publish

pytestmark = pytest.mark.service


@pytest.fixture
def way(on_elasticsearch, settings, elasticsearch_url: str) -> Iterator[Door]:
    """The only way to Elasticsearch."""
    with door(elasticsearch_url) as made:
        settings.ELASTICSEARCH_URL = made.url
        engines.forget_engines()
        yield made


def found(user, text: str = "", name: str = "") -> list[str]:
    request = SearchRequest(parse(text), scope_of(user))
    return [hit.document.title for hit in engines.engine(name).search(request).hits]


def waiting() -> list[tuple[str, str]]:
    return sorted(SearchDirty.objects.values_list("engine", "kind"))


def test_without_a_fallback_the_page_says_so_and_changes_wait(tree: Tree, way, client: Client, caplog):
    publish(tree, "Phân số")
    tasks.drain.call()
    client.force_login(tree.teacher)
    way.close()
    second = publish(tree, "Hỗn số")
    planned = DBTaskResult.objects.filter(task_path="search.tasks.drain", run_after__year__lt=9999)
    with caplog.at_level(logging.WARNING, "search.actions"):
        assert [tasks.drain.call(), tasks.drain.call()] == [0, 0]
    assert "wait for a search engine that is away" in caplog.text
    assert planned.count() == 1
    assert waiting() == [("elasticsearch", "resource")]
    assert client.get(reverse("search:search")).status_code == 503
    assert client.get(reverse("search:suggest"), {"q": "ph"}).status_code == 200
    assert client.get(reverse("repository:resource", args=[second.version.resource.uid])).status_code == 200
    way.open()
    assert tasks.drain.call() == 1
    assert sorted(found(tree.teacher)) == ["Hỗn số", "Phân số"]
    assert client.get(reverse("search:search")).status_code == 200
    assert not engines.engine().check()


def test_with_a_fallback_the_embedded_engine_answers_meanwhile(tree: Tree, way, client: Client, settings):
    settings.SEARCH_FALLBACK = True
    engines.forget_engines()
    first = publish(tree, "Phân số")
    tasks.drain.call()
    assert found(tree.teacher) == found(tree.teacher, name="embedded") == ["Phân số"]
    way.close()
    publish(tree, "Hỗn số")
    actions.withdraw(by=None, publication=first)
    tasks.drain.call()
    assert set(waiting()) == {("elasticsearch", "resource")}
    assert found(tree.teacher) == ["Hỗn số"]
    client.force_login(tree.teacher)
    page = client.get(reverse("search:search"), {"q": "hon so"})
    assert page.status_code == 200
    assert "Hỗn số" in page.content.decode()
    assert [d.title for d in engines.engine().suggest(parse("ho"), scope_of(tree.teacher))] == ["Hỗn số"]
    assert tasks.sweep.call("2026-11-22")["missing"] == 0
    way.open()
    assert tasks.drain.call() == 2
    assert found(tree.teacher, name="elasticsearch") == ["Hỗn số"]
    assert waiting() == []


def test_a_server_that_does_not_answer_is_not_waited_for_again_at_once(way, monkeypatch, db):
    monkeypatch.setattr(elastic_server, "ASK_SECONDS", 0.001)
    engines.forget_engines()
    engine = engines.engine()
    with pytest.raises(EngineUnavailableError):
        engine.search(SearchRequest())
    monkeypatch.setattr(engine.server, "client", None)
    with pytest.raises(EngineUnavailableError, match="a moment ago"):
        engine.search(SearchRequest())


def test_marks_of_an_engine_that_is_no_longer_kept_up_are_dropped(tree: Tree):
    SearchDirty.objects.create(engine="elasticsearch", kind="resource", object_id=1)
    tasks.drain.call()
    assert waiting() == []
