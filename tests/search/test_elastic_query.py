"""Questions in the language of Elasticsearch, without a server."""

from __future__ import annotations

import json

import pytest

from search import filling
from search.documents import COURSE, KINDS, RESOURCE, Document
from search.engines import elastic_index, elastic_query
from search.engines.base import SearchRequest
from search.facets import FIELDS, VALUES
from search.queries import Query, Vocabulary, parse
from search.ranking import WEIGHTS
from search.scope import Scope

WORDS = Vocabulary(("Toán",), {5: "Lớp 5"})
SCOPE = Scope(frozenset({3, 1}))


def terms_in(asked: object, kind: str = "term") -> list[tuple[str, object]]:
    """Every field and value asked by one kind of question, wherever it stands."""
    if isinstance(asked, list):
        return [pair for each in asked for pair in terms_in(each, kind)]
    if not isinstance(asked, dict):
        return []
    found = [
        (field, value.get("value", value.get("query")) if isinstance(value, dict) else value)
        for field, value in asked.get(kind, {}).items()
    ]
    return found + [pair for each in asked.values() for pair in terms_in(each, kind)]


def test_who_may_see_it_stands_in_every_question():
    request = SearchRequest(parse("phân số", WORDS), SCOPE, {"grade": ("lop-5",)})
    expected = elastic_query.visible(SCOPE, (RESOURCE,))
    for asked in (
        elastic_query.hits(request, next(elastic_query.strict_ways(request.query)), 0, 10),
        elastic_query.counts(request, None),
        elastic_query.beginning(request.query, SCOPE, 6, (RESOURCE,)),
    ):
        assert expected in asked["query"]["bool"]["filter"]


@pytest.mark.parametrize(
    ("scope", "what", "expected"),
    [
        (Scope(), (RESOURCE,), [["what", [RESOURCE]], ["units", []], ["superseded_at", []]]),
        (SCOPE, (RESOURCE,), [["what", [RESOURCE]], ["units", ["1", "3"]], ["superseded_at", ["1", "3"]]]),
        (Scope(courses=frozenset({7})), (COURSE,), [["units", ["7"]]]),
    ],
)
def test_the_scope_as_a_filter(scope, what, expected):
    asked = elastic_query.visible(scope, what)
    assert sorted(map(list, terms_in(asked, "terms"))) == sorted(expected)


def test_what_courses_may_use_is_published_there():
    asked = elastic_query.visible(Scope(frozenset({1}), frozenset({9})), KINDS)
    assert ("units", ["9"]) in terms_in(asked, "terms")


def test_words_are_asked_as_they_are_indexed():
    query = parse("Hoà bình", WORDS)
    texts = elastic_index.entry(Document(resource=1, uid="u", title="Hòa  BÌNH."))
    assert texts["title"] == "hoa binh"
    assert ("title", "hoa binh") in terms_in(elastic_query.anywhere(query), "match_phrase")
    exact = parse("Hoà bình", WORDS, exact=True)
    asked = terms_in(elastic_query.anywhere(exact))
    assert {field for field, _value in asked} == {"marked"}
    assert " ".join(str(value) for _field, value in asked) == texts["marked"][0]


def test_subject_and_grade_lift_above_exact_above_title():
    lifts = elastic_query.tiers(parse("toán lớp 5 phân số", WORDS))
    boosts = [each["constant_score"]["boost"] for each in lifts]
    assert boosts == sorted(boosts, reverse=True)
    assert len(boosts) == 4
    assert all(boost > sum(boosts[at + 1 :]) for at, boost in enumerate(boosts))
    assert ("facts", "toan") in terms_in(lifts[0])


def test_counts_leave_out_a_facets_own_choice():
    chosen = {"grade": ("lop-5", "lop-6"), "subject": ("toan",)}
    asked = elastic_query.counts(SearchRequest(scope=SCOPE, filters=chosen), None)
    aggs = asked["aggs"]
    assert terms_in(aggs["facet:grade"]["filter"], "terms") == [("subject", ["toan"])]
    assert terms_in(aggs["facet:subject"]["filter"], "terms") == [("grade", ["lop-5", "lop-6"])]
    assert len(terms_in(aggs["narrowed"]["filter"], "terms")) == 2
    assert aggs["facet:year"]["aggs"]["values"]["terms"]["field"] == "year"
    assert asked["size"] == 0


def test_half_of_what_is_asked_by_weight():
    query = parse("phân số thập", WORDS)
    shares = filling.shares(query, 1_000, [(9, 8), (50, 40), (100, 90)], much=False)
    asked = elastic_query.some_of(query, shares)["function_score"]
    assert [each["weight"] for each in asked["functions"]] == pytest.approx(shares.all)
    assert asked["min_score"] == pytest.approx(shares.enough, abs=0.01)
    shares = filling.shares(query, 1_000, [(9, 8), (50, 40), (0, 0)], much=False)
    unknown = elastic_query.some_of(query, shares)
    assert len(unknown["function_score"]["functions"]) == 2 * 2 + 1  # and the two side by side


def test_what_has_some_of_the_words_stands_behind_what_has_all():
    query = parse("phân số thập", WORDS)
    strict = next(elastic_query.strict_ways(query))
    filled = elastic_query.filled_way(query, strict, told(1_000, 9, 50, 100))
    first, some, *_inside = filled.rough
    weights = [each["weight"] for each in some["function_score"]["functions"]]
    assert first["constant_score"]["boost"] > sum(weights)
    assert filled.matching["bool"]["should"] == [strict.matching, some]
    assert elastic_query.filled_way(query, strict, told(1_000, 0, 0, 900)) is None


def told(documents: int, *counts: int) -> dict[str, object]:
    """An answer to how rare the parts of a query are."""
    found = {str(at): {"doc_count": count} for at, count in enumerate(counts)}
    return {"hits": {"total": {"value": documents}}, "aggregations": found}


def test_every_field_is_named_and_its_analyser_chosen():
    body = elastic_index.body()
    assert body["mappings"]["dynamic"] == "strict"
    assert body["mappings"]["_meta"]["make"] == elastic_index.MAKE
    fields = body["mappings"]["properties"]
    for name, about in fields.items():
        if about["type"] == "text":
            assert about["search_analyzer"] == "as_sent", name
    analysers = body["settings"]["analysis"]["analyzer"]
    assert analysers["as_sent"] == {"type": "custom", "tokenizer": "whitespace"}
    sent = elastic_index.entry(Document(resource=1, uid="u", title="Một", inner="Hai"))
    assert sent.keys() == fields.keys()
    assert {*WEIGHTS, *VALUES, *FIELDS} <= fields.keys()
    assert json.dumps(sent)


def test_a_long_beginning_is_a_prefix_of_the_whole_word():
    short = elastic_query.beginning(parse("phân s"), SCOPE, 6, (RESOURCE,))
    assert ("beginning", "s") in terms_in(short)
    assert ("title", "phan") in terms_in(short)
    long = elastic_query.beginning(parse("electroencephalo"), SCOPE, 6, (RESOURCE,))
    assert terms_in(long, "prefix") == [("title", "electroencephalo")]


def test_what_is_dear_is_asked_of_the_best_alone():
    request = SearchRequest(parse("toán phân số", WORDS), SCOPE)
    way = next(elastic_query.strict_ways(request.query))
    asked = elastic_query.hits(request, way, 0, 100)
    assert "sort" not in asked  # by score alone, or what cannot be shown is scored too
    lifted = [each for each in asked["query"]["bool"]["should"] if "dis_max" in each]
    fields = {field for kind in ("term", "match_phrase") for field, _value in terms_in(lifted, kind)}
    assert fields == {"title"}
    finer = asked["rescore"]["query"]["rescore_query"]
    assert {field for field, _value in terms_in(finer)} == set(WEIGHTS)
    assert '"_name"' not in json.dumps(asked["query"]["bool"]["should"])
    assert '"_name"' in json.dumps(asked["query"]["bool"]["filter"])
    behind = elastic_query.hits(request, way, elastic_query.FINER, 20)
    assert "rescore" not in behind


def test_without_words_there_is_no_score():
    asked = elastic_query.hits(SearchRequest(Query(), SCOPE), elastic_query.Way(None), 0, 10)
    assert asked["sort"] == [{"published": "desc"}, {"number": "desc"}]
    assert "should" not in asked["query"]["bool"]


def test_a_whole_provinces_units_are_counted():
    """The highest unit's own lessons are few beside those of 1,500 schools: none may be cut off."""
    asked = elastic_query.counts(SearchRequest(Query(""), SCOPE, facets=("unit", "grade")), None)
    sizes = {
        name: agg["aggs"]["values"]["terms"]["size"] for name, agg in asked["aggs"].items() if "aggs" in agg
    }
    assert sizes["facet:unit"] >= 1_500
    assert sizes["facet:grade"] < sizes["facet:unit"]
