"""A question in the language of Elasticsearch. Pure: dictionaries out, tested without a server.

It asks what ``fts`` asks of the embedded engine: the same groups, together, anywhere or some of them,
and the same tiers for the rough order; ``search.ranking`` puts the first pages of both into the final one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from search import filling
from search.documents import COURSE
from search.engines.base import SearchRequest
from search.engines.elastic_index import LONGEST_EDGE
from search.engines.fts import EXACT, FITS, IN_TITLE, PHRASE_IN_TITLE, TIER
from search.filling import Shares, as_typed
from search.queries import Group, Phrase, Query, pairs_of
from search.ranking import WEIGHTS
from search.scope import Scope

#: A question as it is sent. Made anew for every page, so plain: objects cost several milliseconds a page.
Asked = dict[str, Any]
EVERYWHERE = tuple(WEIGHTS)
NAMES, RUNNING = ("title", "keywords", "facts"), ("description", "people", "inner")
MARKED = ("marked",)
#: Values of a facet that are counted: the rest are taxonomies, but a province has 1,500 units with a few
#: lessons each, and what stands above them must not be cut off by them.
MOST_VALUES, MOST_UNITS = 300, 3_000
INSIDE, SAME, SAID = "inside:", "same:", "said"
#: Of the rough order so many are put into a finer one.
FINER = 300
NEWEST: tuple[Any, ...] = ({"published": "desc"}, {"number": "desc"})
SORTS: dict[str, tuple[Any, ...]] = {
    "new": NEWEST,
    "title": ({"title_key": "asc"}, {"number": "asc"}),
    "used": ({"uses": "desc"}, *NEWEST),
}


# Of these questions all others are made


def _all(needed: Sequence[Asked]) -> Asked:
    return {"bool": {"filter": list(needed)}}


def _any(asked: Sequence[Asked]) -> Asked:
    return asked[0] if len(asked) == 1 else {"bool": {"should": list(asked), "minimum_should_match": 1}}


def _in(field: str, values: Iterable[str]) -> Asked:
    return {"terms": {field: list(values)}}


def _worth(asked: Asked, boost: float) -> Asked:
    return {"constant_score": {"filter": asked, "boost": boost}}


# Who may see it


def visible(scope: Scope, what: Sequence[str]) -> Asked:
    """``Scope.holds`` as a filter, for the kinds that are asked for."""
    others = [kind for kind in what if kind != COURSE]
    doors = []
    if others:
        held = [{"term": {"guests": True}}, _in("units", _ids(scope.units))]
        needed = [_in("what", others), {"bool": {"should": held, "minimum_should_match": 1}}]
        if scope.only_at is not None:
            needed.append(_in("units", _ids(scope.only_at)))
        doors.append({"bool": {"filter": needed, "must_not": [_in("superseded_at", _ids(scope.units))]}})
    if COURSE in what:
        doors.append(_all([{"term": {"what": COURSE}}, _in("units", _ids(scope.courses))]))
    return {"bool": {"should": doors, "minimum_should_match": 1}}


def _ids(units: Iterable[int]) -> list[str]:
    return sorted(map(str, units))


# Words


def _phrase(phrase: Phrase, field: str, boost: float = 1.0) -> Asked:
    keys = [word.marked if field in MARKED else word.folded for word in phrase]
    more = {"boost": boost} if boost != 1.0 else {}
    if len(keys) == 1:
        return {"term": {field: {"value": keys[0], **more}}}
    return {"match_phrase": {field: {"query": " ".join(keys), **more}}}


def _one_of(phrases: Iterable[Phrase], fields: Sequence[str]) -> Asked:
    return _any(_once(_phrase(phrase, field) for phrase in phrases for field in fields))


def _of(group: Group, fields: Sequence[str]) -> Asked:
    """One of the phrases in some fields; quoted with marks, so and not otherwise."""
    everywhere = tuple(fields) == EVERYWHERE
    return _one_of(group.phrases, MARKED if group.needs_marks and everywhere else fields)


def _fields(query: Query) -> tuple[str, ...]:
    return MARKED if query.exact and query.has_marks else EVERYWHERE


def parts(query: Query) -> list[Asked]:
    """A question for each group that a document should match."""
    fields = _fields(query)
    return [_of(group, fields) for group in query.required]


def anywhere(query: Query, fields: Sequence[str] = ()) -> Asked:
    """All groups of the query, each in any of the fields; together as one phrase will do too."""
    fields = fields or _fields(query)
    all_of = _all([_of(group, fields) for group in query.required])
    if len(query.words) > 1 and tuple(fields) != MARKED and not query.keeps_marks:
        return _any([_one_of([query.words], fields), all_of])
    return all_of


def together(query: Query) -> Asked:
    """All groups, but in running text a word of several counts only beside one it was typed beside."""
    found: list[Asked] = []
    for run in query.runs:
        if len(run) == 1:
            found.append(_of(run[0], EVERYWHERE))
            continue
        pairs = pairs_of(run)
        for at, group in enumerate(run):
            beside = _one_of(pairs[max(at - 1, 0) : at + 1], RUNNING)
            found.append(_any([_one_of(group.phrases, NAMES), beside]))
            found += [_of(group, EVERYWHERE)] if group.needs_marks else []
    all_of = _all(found)
    if len(query.words) > 1 and not query.keeps_marks:
        return _any([_one_of([query.words], EVERYWHERE), all_of])
    return all_of


def some_of(query: Query, shares: Shares) -> Asked:
    """The documents with enough of what is asked, by how much they have."""
    pairs = [_pair(query, one, two) for one, two in query.pairs]
    asked = zip((*parts(query), *_as_typed(query), *pairs), shares.all, strict=True)
    functions = [{"filter": each, "weight": weight} for each, weight in asked if weight]
    said = [part for part, weight in zip(parts(query), shares.parts, strict=True) if weight]
    return {
        "function_score": {
            "query": _any(said),
            "functions": functions,
            "score_mode": "sum",
            "boost_mode": "replace",
            "min_score": shares.enough - 1e-3,
        }
    }


def _as_typed(query: Query) -> list[Asked | None]:
    return [_phrase(phrase, *MARKED) if phrase else None for phrase in as_typed(query)]


def _said_of_shelf(query: Query) -> list[Asked]:
    fields = MARKED if query.has_marks else EVERYWHERE
    return [_one_of(group.phrases, fields) for group in query.said_of_shelf]


def _shelf(query: Query, *, is_said: bool) -> Asked:
    """What stands on the shelf that was named, as ``asking.with_shelf``. ``is_said``: something there has any
    of what else was said.
    """
    needed = [_one_of((*group.facts, *group.kin), ["facts"]) for group in query.shelf]
    if is_said and not query.is_narrow:
        needed.append(_any(_said_of_shelf(query)))
    return _all(needed)


def _pair(query: Query, one: int, two: int) -> Asked:
    return _one_of([(*query.required[one].phrases[0], *query.required[two].phrases[0])], EVERYWHERE)


def shelves(query: Query, lift: float) -> list[Asked]:
    """What is of a subject or grade asked for beside other words."""
    facts = [_one_of((*group.facts, *group.kin), ["facts"]) for group in query.shelf]
    return [_worth(asked, lift) for asked in facts]


@dataclass(frozen=True, slots=True)
class Way:
    """What documents must have, and what puts them into the rough order. None: everything matches.

    ``finer``: what orders the best of these anew, being too dear for all of them. ``named``: what is told of
    each hit. ``settled_by``: where any document has this, no other way is tried.
    """

    matching: Asked | None
    rough: tuple[Asked, ...] = ()
    finer: tuple[Asked, ...] = ()
    named: tuple[Asked, ...] = ()
    settled_by: Asked | None = None
    whole: Asked | None = None


def strict_ways(query: Query) -> Iterator[Way]:
    """All words together, then all anywhere: the latter where nothing has the former.

    Exact words narrow: they are looked for among what has them together in any form, if anything has.
    """
    if not query.groups:
        yield Way(None)
        return
    # Subjects, grades and sorts are in many titles in many forms; the tiers lift what is of them.
    titled = fit([group for group in query.groups if not group.kind], ("title",))
    rough, named = (*tiers(query), *titled), tuple(inside(query))
    ways = partial(Way, rough=rough, finer=tuple(fit(query.groups)), named=named)
    if len(query.runs) < len(query.required):
        close = together(query)
        if query.exact:
            yield ways(_all([close, anywhere(query)]), settled_by=close)
        else:
            yield ways(close)
    yield ways(anywhere(query))


def filled_way(
    query: Query, strict: Way, rare: Mapping[str, Any], *, much: bool = False, with_shelf: bool = False
) -> Way | None:
    """What the strict way finds, then those with some of the words or of the shelf; None without any.

    ``rare``: the answer to ``rarity``. ``much``: there is a strict answer.
    """
    if strict.matching is None:
        return None
    counts = {name: each["doc_count"] for name, each in rare["aggregations"].items()}
    counted = [(counts[str(at)], counts.get(f"{SAME}{at}")) for at in range(len(query.required))]
    shares = filling.shares(query, rare["hits"]["total"]["value"], counted, much=much)
    some = [some_of(query, shares)] if shares else []
    shelf = [_shelf(query, is_said=bool(counts[SAID]))] if with_shelf and query.asks_of_shelf else []
    if not some and not shelf:
        return None
    lifts = shelves(query, shares.shelf) if shares else []
    rough = (_worth(strict.matching, TIER), *some, *lifts)
    return Way(_any([strict.matching, *some, *shelf]), rough, named=strict.named, whole=strict.matching)


def tiers(query: Query) -> list[Asked]:
    """What lifts a document in the rough order, and how much: as ``fts.tiers``."""
    lifts: list[tuple[Asked, int]] = []
    if query.shelf:
        fits = [_one_of((*group.facts, *group.kin), ["facts"]) for group in query.shelf]
        lifts.append((_all(fits), FITS))
    if query.has_marks:
        needed = [_one_of(group.phrases, MARKED) for group in query.required]
        lifts.append((_all(needed), EXACT))
    lifts.append((anywhere(query, ["title"]), IN_TITLE))
    if len(query.words) > 1:
        lifts.append((_phrase(query.words, "title"), PHRASE_IN_TITLE))
    return [_worth(asked, lift * TIER) for asked, lift in lifts]


def fit(groups: Iterable[Group], fields: Sequence[str] = EVERYWHERE) -> list[Asked]:
    """bm25 of each group in each field, weighed as the embedded engine weighs it.

    What names a subject, grade or sort says nothing where it merely occurs in running text.
    """
    found = []
    for group in groups:
        names = [name for name in fields if name in NAMES] if group.kind else fields
        asked = [_phrase(phrase, name, WEIGHTS[name])
                 for phrase in (*group.phrases, *group.facts) for name in names]  # fmt: skip
        found.append({"dis_max": {"queries": _once(asked), "tie_breaker": 0.1}})
    return found


def _once(asked: Iterable[Asked]) -> list[Asked]:
    """Words with other marks are the same question where marks do not count."""
    return list({repr(each): each for each in asked}.values())


def inside(query: Query) -> list[Asked]:
    """Names, with a hit, the groups that stand in the text inside; adds nothing to its score."""
    wanted = [(at, group) for at, group in enumerate(query.groups) if not group.kind and not group.optional]
    return [_named(group, at) for at, group in wanted]


def _named(group: Group, at: int) -> Asked:
    asked = _one_of(group.phrases, ["inner"])
    return {"constant_score": {"filter": asked, "boost": 0.0, "_name": f"{INSIDE}{at}"}}


# Whole requests


def hits(request: SearchRequest, way: Way, first: int, size: int) -> dict[str, Any]:
    """``size`` hits from ``first`` on (counted from 0), in the rough order; without any counts."""
    needed = [visible(request.scope, request.what), *narrowed(request)]
    if way.matching is not None:
        needed.append(way.matching)
    asked = {"query": _all(needed), "_source": True, "from": first, "size": size, "track_total_hits": False}
    if request.sort != "relevance" or not way.rough:
        return {**asked, "sort": list(SORTS.get(request.sort, NEWEST))}
    # By score alone: then what cannot be among the best is passed over. Of those alike the newest are
    # first, for so the index is sorted.
    if way.named:
        # Beside a condition these are no condition, and are looked at for the hits alone.
        needed.append({"bool": {"filter": [{"match_all": {}}], "should": list(way.named)}})
    asked["query"] = {"bool": {"filter": needed, "should": list(way.rough)}}
    if way.finer and first < FINER:
        finer = {"rescore_query": {"bool": {"should": list(way.finer)}}}
        asked["rescore"] = {"window_size": FINER, "query": finer}
    return asked


def narrowed(request: SearchRequest, *, but: str = "") -> list[Asked]:
    """A filter for each facet with a choice, or for each but one."""
    chosen = {name: codes for name, codes in request.filters.items() if codes and name != but}
    return [_in(name, codes) for name, codes in chosen.items()]


def counts(request: SearchRequest, matching: Asked | None, whole: Asked | None = None) -> dict[str, Any]:
    """How many there are, before and after the filters, and what each value of a facet would give."""
    needed = [visible(request.scope, request.what)]
    if matching is not None:
        needed.append(matching)
    aggs: dict[str, Any] = {"narrowed": {"filter": _all_of(narrowed(request))}}
    if whole is not None:
        aggs["whole"] = {"filter": _all([whole, *narrowed(request)])}
    for name in request.facets:
        most = MOST_UNITS if name == "unit" else MOST_VALUES
        values = {"values": {"terms": {"field": name, "size": most}}}
        aggs[f"facet:{name}"] = {"filter": _all_of(narrowed(request, but=name)), "aggs": values}
    return {"query": _all(needed), "aggs": aggs, "size": 0, "track_total_hits": True}


def _all_of(filters: list[Asked]) -> Asked:
    return _all(filters) if filters else {"match_all": {}}


def rarity(query: Query) -> dict[str, Any]:
    """How many documents each part of a query has, whoever may see them."""
    aggs = {str(at): {"filter": part} for at, part in enumerate(parts(query))}
    if query.asks_of_shelf:
        said = [_shelf(query, is_said=False), _any(_said_of_shelf(query))]
        aggs[SAID] = {"filter": _all(said)}
    for at, same in enumerate(_as_typed(query)):
        if same is not None:
            aggs[f"{SAME}{at}"] = {"filter": same}
    return {"aggs": aggs, "size": 0, "track_total_hits": True}


def beginning(prefix: Query, scope: Scope, size: int, what: Sequence[str]) -> dict[str, Any]:
    """Titles with these words, the last of which may be unfinished; the newest first."""
    *whole, last = prefix.words
    needed = [visible(scope, what), *(_phrase((word,), "title") for word in whole)]
    if len(last.folded) <= LONGEST_EDGE:
        needed.append({"term": {"beginning": last.folded}})
    else:
        needed.append({"prefix": {"title": last.folded}})
    return {
        "query": _all(needed),
        "sort": list(NEWEST),
        "_source": True,
        "size": size,
        "track_total_hits": False,
    }
