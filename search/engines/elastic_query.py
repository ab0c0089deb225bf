"""A question in the language of Elasticsearch. Pure: dictionaries out, tested without a server.

It asks what ``fts`` asks of the embedded engine: the same groups, together, anywhere or some of them,
and the same tiers for the rough order; ``search.ranking`` puts the first pages of both into the final one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query as Asked

from search.documents import COURSE
from search.engines.base import SearchRequest
from search.engines.elastic_index import LONGEST_EDGE
from search.engines.fts import EXACT, FITS, IN_TITLE, PHRASE_IN_TITLE, TIER
from search.queries import Group, Phrase, Query, pairs_of
from search.ranking import BESIDE, SHELF, WEIGHTS
from search.scope import Scope

EVERYWHERE = tuple(WEIGHTS)
NAMES, RUNNING = ("title", "keywords", "facts"), ("description", "people", "inner")
MARKED = ("marked",)
#: Values of a facet that are counted; units are many, the rest are taxonomies.
MOST_VALUES = 300
INSIDE = "inside:"
NEWEST: tuple[Any, ...] = ({"published": "desc"}, {"number": "desc"})
SORTS: dict[str, tuple[Any, ...]] = {
    "relevance": ("_score", *NEWEST),
    "new": NEWEST,
    "title": ({"title_key": "asc"}, {"number": "asc"}),
    "used": ({"uses": "desc"}, *NEWEST),
}


# Who may see it


def visible(scope: Scope, what: Sequence[str]) -> Asked:
    """``Scope.holds`` as a filter, for the kinds that are asked for."""
    mine = Q("terms", units=_ids(scope.units))
    held = Q("bool", should=[Q("term", guests=True), mine], minimum_should_match=1)
    others = [kind for kind in what if kind != COURSE]
    doors = []
    if others:
        needed = [Q("terms", what=others), held]
        if scope.only_at is not None:
            needed.append(Q("terms", units=_ids(scope.only_at)))
        doors.append(Q("bool", filter=needed, must_not=[Q("terms", superseded_at=_ids(scope.units))]))
    if COURSE in what:
        doors.append(Q("bool", filter=[Q("term", what=COURSE), Q("terms", units=_ids(scope.courses))]))
    return Q("bool", should=doors, minimum_should_match=1)


def _ids(units: Iterable[int]) -> list[str]:
    return sorted(map(str, units))


# Words


def _phrase(phrase: Phrase, field: str, boost: float = 1.0) -> Asked:
    keys = [word.marked if field in MARKED else word.folded for word in phrase]
    more = {"boost": boost} if boost != 1.0 else {}
    if len(keys) == 1:
        return Q("term", **{field: {"value": keys[0], **more}})
    return Q("match_phrase", **{field: {"query": " ".join(keys), **more}})


def _any(asked: Sequence[Asked]) -> Asked:
    return asked[0] if len(asked) == 1 else Q("bool", should=list(asked), minimum_should_match=1)


def _one_of(phrases: Iterable[Phrase], fields: Sequence[str]) -> Asked:
    seen = dict.fromkeys(phrases)
    return _any([_phrase(phrase, field) for phrase in seen for field in fields])


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
    all_of = Q("bool", filter=[_of(group, fields) for group in query.required])
    if len(query.words) > 1 and tuple(fields) != MARKED and not query.is_quoted:
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
    all_of = Q("bool", filter=found)
    if len(query.words) > 1 and not query.is_quoted:
        return _any([_one_of([query.words], EVERYWHERE), all_of])
    return all_of


def some_of(query: Query, weights: Sequence[float]) -> Asked:
    """The documents with at least half of what is asked, by how much: each part weighs by its rarity, and two
    that were typed one behind the other count once more where they stand so.
    """
    said = [(part, weight) for part, weight in zip(parts(query), weights, strict=True) if weight]
    beside = [(_pair(query, one, two), BESIDE * (weights[one] + weights[two]) / 2)
              for one, two in query.pairs if weights[one] and weights[two]]  # fmt: skip
    return Q(
        "function_score",
        query=_any([part for part, _weight in said]),
        functions=[{"filter": part.to_dict(), "weight": weight} for part, weight in (*said, *beside)],
        score_mode="sum",
        boost_mode="replace",
        min_score=sum(weights) / 2 - 1e-3,
    )


def _pair(query: Query, one: int, two: int) -> Asked:
    return _one_of([(*query.required[one].phrases[0], *query.required[two].phrases[0])], EVERYWHERE)


def shelves(query: Query, lift: float) -> list[Asked]:
    """What is of a subject or grade asked for beside other words."""
    groups = [group for group in query.groups if group.kind in {"subject", "grade"}]
    facts = [_one_of((*group.facts, *group.kin), ["facts"]) for group in groups]
    return [Q("constant_score", filter=asked, boost=lift) for asked in facts]


@dataclass(frozen=True, slots=True)
class Way:
    """What documents must have, and what puts them into the rough order. None: everything matches.

    ``settled_by``: where any document has this, no other way is tried.
    """

    matching: Asked | None
    rough: tuple[Asked, ...] = ()
    settled_by: Asked | None = None


def strict_ways(query: Query) -> Iterator[Way]:
    """All words together, then all anywhere: the latter where nothing has the former.

    Exact words narrow: they are looked for among what has them together in any form, if anything has.
    """
    if not query.groups:
        yield Way(None)
        return
    rough = (*tiers(query), *fit(query), *inside(query))
    if len(query.runs) < len(query.required):
        close = together(query)
        if query.exact:
            yield Way(Q("bool", filter=[close, anywhere(query)]), rough, settled_by=close)
        else:
            yield Way(close, rough)
    yield Way(anywhere(query), rough)


def filled_way(query: Query, strict: Way, weights: Sequence[float]) -> Way | None:
    """What the strict way finds, then those with some of the words; None where nothing has any."""
    if not any(weights) or strict.matching is None:
        return None
    some = some_of(query, weights)
    first = Q("constant_score", filter=strict.matching, boost=TIER)
    shelf = shelves(query, SHELF * sum(weights))
    return Way(_any([strict.matching, some]), (first, some, *shelf, *inside(query)))


def tiers(query: Query) -> list[Asked]:
    """What lifts a document in the rough order, and how much: as ``fts.tiers``."""
    lifts: list[tuple[Asked, int]] = []
    shelf = [group for group in query.groups if group.kind in {"subject", "grade"}]
    if shelf:
        fits = [_one_of((*group.facts, *group.kin), ["facts"]) for group in shelf]
        lifts.append((Q("bool", filter=fits), FITS))
    if query.has_marks:
        needed = [_one_of(group.phrases, MARKED) for group in query.required]
        lifts.append((Q("bool", filter=needed), EXACT))
    lifts.append((anywhere(query, ["title"]), IN_TITLE))
    if len(query.words) > 1:
        lifts.append((_phrase(query.words, "title"), PHRASE_IN_TITLE))
    return [Q("constant_score", filter=asked, boost=lift * TIER) for asked, lift in lifts]


def fit(query: Query) -> list[Asked]:
    """bm25 of each group in each field, weighed as the embedded engine weighs it."""
    found = []
    for group in query.groups:
        phrases = dict.fromkeys((*group.phrases, *group.facts))
        fields = [_phrase(phrase, name, weight) for phrase in phrases for name, weight in WEIGHTS.items()]
        found.append(Q("dis_max", queries=fields, tie_breaker=0.1))
    return found


def inside(query: Query) -> list[Asked]:
    """Names, with a hit, the groups that stand in the text inside; adds nothing to its score."""
    wanted = [(at, group) for at, group in enumerate(query.groups) if not group.kind and not group.optional]
    return [_named(group, at) for at, group in wanted]


def _named(group: Group, at: int) -> Asked:
    asked = _one_of(group.phrases, ["inner"])
    return Q("constant_score", filter=asked, boost=0.0, _name=f"{INSIDE}{at}")


# Whole requests


def hits(request: SearchRequest, way: Way, first: int, size: int) -> dict[str, Any]:
    """``size`` hits from ``first`` on (counted from 0), in the rough order; without any counts."""
    needed = [visible(request.scope, request.what), *narrowed(request)]
    if way.matching is not None:
        needed.append(way.matching)
    sort = request.sort
    if sort == "relevance" and way.rough:
        asked = Q("bool", filter=needed, should=list(way.rough))
    else:
        asked = Q("bool", filter=needed)
        sort = "new" if sort == "relevance" else sort
    found = Search().query(asked).sort(*SORTS[sort]).source(True)
    return found.extra(from_=first, size=size, track_total_hits=False).to_dict()  # type: ignore[no-any-return]


def narrowed(request: SearchRequest, *, but: str = "") -> list[Asked]:
    """A filter for each facet with a choice, or for each but one."""
    chosen = {name: codes for name, codes in request.filters.items() if codes and name != but}
    return [Q("terms", **{name: list(codes)}) for name, codes in chosen.items()]


def counts(request: SearchRequest, matching: Asked | None) -> dict[str, Any]:
    """How many there are, before and after the filters, and what each value of a facet would give."""
    needed = [visible(request.scope, request.what)]
    if matching is not None:
        needed.append(matching)
    found = Search().query(Q("bool", filter=needed)).extra(size=0, track_total_hits=True)
    found.aggs.bucket("narrowed", _all_of(narrowed(request)))
    for name in request.facets:
        facet = found.aggs.bucket(f"facet:{name}", _all_of(narrowed(request, but=name)))
        facet.bucket("values", A("terms", field=name, size=MOST_VALUES))
    return found.to_dict()


def _all_of(filters: list[Asked]) -> Any:
    return A("filter", filter=Q("bool", filter=filters) if filters else Q("match_all"))


def rarity(query: Query) -> dict[str, Any]:
    """How many documents each part of a query has, whoever may see them."""
    found = Search().extra(size=0, track_total_hits=True)
    for at, part in enumerate(parts(query)):
        found.aggs.bucket(str(at), A("filter", filter=part))
    return found.to_dict()


def beginning(prefix: Query, scope: Scope, size: int, what: Sequence[str]) -> dict[str, Any]:
    """Titles with these words, the last of which may be unfinished; the newest first."""
    *whole, last = prefix.words
    needed = [visible(scope, what), *(_phrase((word,), "title") for word in whole)]
    if len(last.folded) <= LONGEST_EDGE:
        needed.append(Q("term", beginning=last.folded))
    else:
        needed.append(Q("prefix", title=last.folded))
    found = Search().query(Q("bool", filter=needed)).sort(*NEWEST).source(True)
    return found.extra(size=size, track_total_hits=False).to_dict()
