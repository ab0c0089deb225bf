"""What of an answer of Elasticsearch is asked for and shown: the first pages in the final order. Pure but
for the clock.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from search.engines.base import Hit, SearchRequest
from search.engines.elastic_index import document_of
from search.engines.elastic_query import INSIDE
from search.engines.fts import BEHIND
from search.engines.texts import card_keys
from search.ranking import WINDOW, card_from, score


def reach(request: SearchRequest) -> tuple[int, int]:
    """From which hit on, and how many: the first pages need all that is put into the final order."""
    start = (request.page - 1) * request.size
    if not _is_ranked(request) or start >= WINDOW:
        return start, request.size
    return 0, max(WINDOW, start + request.size)


def shown(request: SearchRequest, found: Sequence[Any]) -> tuple[Hit, ...]:
    """The hits of the page, of those found within its reach; what is in the window by ``ranking.score``."""
    first, _size = reach(request)
    start = (request.page - 1) * request.size - first
    if not _is_ranked(request):
        rows = [(0.0, hit) for hit in found]
    else:
        within = max(0, WINDOW - first)
        rows = _ranked(request, found[:within])
        rows += [(hit["_score"] - BEHIND, hit) for hit in found[within:]]
    page = rows[start : start + request.size]
    return tuple(Hit(document_of(hit["_source"]), points) for points, hit in page)


def _ranked(request: SearchRequest, window: Sequence[Any]) -> list[tuple[float, Any]]:
    now = int(time.time())
    rows = []
    for hit in window:
        source = hit["_source"]
        data = {**json.loads(source["data"]), "uses": source["uses"]}
        inside = [int(name.removeprefix(INSIDE)) for name in hit.get("matched_queries", ())]
        card = card_from(data, card_keys(source["card"]))
        points = score(request.query, card, inside=inside, near=request.near, now=now)
        rows.append((points, data["published"], data["resource"], hit))
    rows.sort(key=lambda row: row[:3], reverse=True)
    return [(points, hit) for points, _published, _number, hit in rows]


def _is_ranked(request: SearchRequest) -> bool:
    return bool(request.query.groups) and request.sort == "relevance"


def values(facet: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Codes and counts of a facet, most first."""
    return [(each["key"], each["doc_count"]) for each in facet["values"]["buckets"]]
