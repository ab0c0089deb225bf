"""What support asks from the command line says what the page says."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from repository import actions
from search.actions import drain_marks
from search.documents import published
from search.engines import engine, forget_engines
from search.sources import Library
from tests.search.conftest import Tree, publish


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_search_query_answers_as_a_person(tree: Tree):
    shown = publish(tree, "Toán lớp 5: Hỗn số", description="Học sinh <b>tự</b> viết hỗn số")
    publish(tree, "Hỗn số của trường khác", at=tree.far, owner=tree.far)
    drain_marks()
    asked = ["search_query", "hon so", "--as", "hanh", "--facet", "grade=lop-5", "--json"]
    answer = json.loads(run(*asked))
    assert answer["schema"] == 1
    assert answer["total"] == 1
    assert answer["corrected"] is None
    assert answer["took_ms"] > 0
    (hit,) = answer["hits"]
    assert hit["id"] == str(shown.version.resource.uid)
    assert hit["score"] > 0
    assert hit["highlight"] == {
        "title": "Toán lớp 5: <mark>Hỗn số</mark>",
        "description": "Học sinh &lt;b&gt;tự&lt;/b&gt; viết <mark>hỗn số</mark>",
    }
    assert answer["facets"]["grade"] == {"lop-5": 1}
    assert json.loads(run("search_query", "hon so", "--json"))["total"] == 0
    actions.withdraw(by=None, publication=shown)
    assert json.loads(run(*asked))["total"] == 0


@pytest.mark.parametrize("wrong", [["--as", "nobody"], ["--facet", "grade"], ["--facet", "colour=red"]])
def test_search_query_refuses_what_it_cannot_ask(tree, wrong):
    with pytest.raises(CommandError) as caught:
        run("search_query", "toán", *wrong)
    assert caught.value.returncode == 2


def test_search_check_tells_drift_and_repairs_it(tree):
    publish(tree, "Phân số")
    drain_marks()
    assert "missing: –" in run("search_check")
    (document,) = published()
    engine().delete([document.resource])
    with pytest.raises(SystemExit) as caught:
        run("search_check", "--json")
    assert caught.value.code == 1
    answer = json.loads(run("search_check", "--json", "--repair"))
    none = {"missing": [], "extra": [], "stale": []}
    assert answer == {
        "schema": 1,
        **none,
        "missing": [document.resource],
        "repaired": True,
        "course": none,
        "page": none,
        "news": none,
    }
    assert "missing: –" in run("search_check")


def test_search_rebuild_says_what_it_did(tree):
    publish(tree, "Phân số")
    everything = len(list(Library().documents()))
    assert run("search_rebuild").startswith(f"{everything} documents in ")
    assert not engine().check()


def test_search_rebuild_builds_all_that_is_kept_up(
    tree, settings, elasticsearch_url: str, elasticsearch_prefix: str
):
    """While Elasticsearch is away nobody waits for the embedded index to be made first."""
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX = elasticsearch_url, elasticsearch_prefix
    settings.SEARCH_FALLBACK = True
    forget_engines()
    publish(tree, "Phân số")
    everything = len(list(Library().documents()))
    said = run("search_rebuild")
    assert said.startswith(
        f"{everything} documents (embedded) and {everything} documents (elasticsearch) in "
    )
    assert settings.SEARCH_INDEX.exists()
    assert not engine("embedded").check()
