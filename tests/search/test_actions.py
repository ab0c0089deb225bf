"""A change is marked with it, drained by task, and repaired by the sweep where a mark was lost."""

from __future__ import annotations

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from accounts import actions as accounts_actions
from repository import actions
from repository.models import Version
from search import tasks
from search.actions import drain_marks, mark_dirty
from search.documents import RESOURCE, published
from search.engines import engine
from search.engines.base import SearchRequest
from search.models import SearchDirty
from search.queries import parse
from search.scope import scope_of
from tests.search.conftest import Tree, publish


def found(user, text: str = "") -> list[str]:
    return [h.document.title for h in engine().search(SearchRequest(parse(text), scope_of(user))).hits]


def test_published_by_action_is_found_after_the_task(tree: Tree):
    engine().rebuild()
    publish(tree, "Phân số")
    assert found(tree.teacher) == []
    assert DBTaskResult.objects.filter(task_path="search.tasks.drain").exists()
    tasks.drain.call()
    assert found(tree.teacher) == ["Phân số"]
    assert not SearchDirty.objects.exists()
    assert tasks.drain.call() == 0


def test_what_is_not_published_is_not_found(tree):
    engine().rebuild()
    resource = publish(tree, "Phân số").version.resource
    draft = Version.objects.create(
        resource=resource, number=9, filename="moi.zip", by=tree.teacher, ingest="ready", kind="scorm12"
    )
    actions.save_metadata(
        by=tree.teacher, resource=resource, metadata=_titled(resource, "Tên mới chưa duyệt")
    )
    drain_marks()
    assert found(tree.teacher) == ["Phân số"]
    draft.refresh_from_db()
    assert draft.review == "draft"


def _titled(resource, title):
    from dataclasses import replace

    return replace(actions.current_metadata(resource), title=title)


def test_a_withdrawal_leaves_the_index(tree):
    publication = publish(tree, "Phân số")
    drain_marks()
    actions.withdraw(by=None, publication=publication)
    drain_marks()
    assert found(tree.teacher) == []


def test_a_change_rolled_back_marks_nothing(tree):
    publish(tree, "Phân số")
    drain_marks()
    tasks_before = DBTaskResult.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        mark_dirty(RESOURCE, [1, 2, 3])
        raise RuntimeError
    assert not SearchDirty.objects.exists()
    assert DBTaskResult.objects.count() == tasks_before


def test_marks_count_up_and_a_mark_made_meanwhile_stays(tree, monkeypatch):
    publication = publish(tree, "Phân số")
    pk = publication.version.resource_id
    drain_marks()
    mark_dirty(RESOURCE, [pk, pk])
    mark_dirty(RESOURCE, [pk])
    assert SearchDirty.objects.get().marks == 2
    real, times = engine().refresh, []

    def marked_again(ids, what=RESOURCE):
        times.append(list(ids))
        if len(times) == 1:
            mark_dirty(RESOURCE, ids)
        return real(ids)

    monkeypatch.setattr(engine(), "refresh", marked_again)
    assert drain_marks() == 1
    assert times == [[pk], [pk]]


def test_a_renamed_unit_is_indexed_anew(tree):
    publish(tree, "Phân số")
    drain_marks()
    from accounts.days import today

    accounts_actions.rename_unit(by=None, unit=tree.school, name="Tiểu học Trưng Trắc", on=today())
    drain_marks()
    assert [d.unit for d in published()] == ["Tiểu học Trưng Trắc"]
    assert found(tree.teacher, "trung trac") == ["Phân số"]


def test_the_sweep_repairs_what_was_lost(tree):
    publish(tree, "Phân số")
    drain_marks()
    engine().delete([d.resource for d in published()])
    assert tasks.sweep.call("2026-11-22") == {"missing": 1, "extra": 0, "stale": 0}
    assert found(tree.teacher) == ["Phân số"]
    assert tasks.sweep.call("2026-11-22") == {"missing": 0, "extra": 0, "stale": 0}
