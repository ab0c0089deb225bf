"""What Elasticsearch stores of a document: the mapping, and a document as an entry of the index. Pure.

Words arrive as the keys that ``search.analysis`` makes of them, so that both engines read alike; the
server's part is to split at blanks. Nothing relies on a default: unknown fields are refused, every text
names its analyser. ``MAKE`` tells an index of another mapping or analysis from one of this code.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from elasticsearch import dsl

from accounts.text import fold
from search.documents import Document
from search.engines.texts import texts_of
from search.facets import VALUES

#: The longest beginning that is indexed; a longer one is looked up as a prefix of the whole word.
LONGEST_EDGE = 12
#: What a name may carry in bytes where it is a value to filter or sort by; Lucene refuses more.
MOST_BYTES = 8_000

AS_SENT = dsl.analyzer("as_sent", tokenizer="whitespace")
BEGINNINGS = dsl.analyzer(
    "beginnings",
    tokenizer="whitespace",
    filter=[dsl.token_filter("beginning", "edge_ngram", min_gram=1, max_gram=LONGEST_EDGE)],
)


def _text(**more: Any) -> dsl.Text:
    return dsl.Text(analyzer=AS_SENT, search_analyzer=AS_SENT, **more)


def _kept() -> dsl.Keyword:
    """Returned with a hit, neither searched nor sorted by."""
    return dsl.Keyword(index=False, doc_values=False)


class Entry(dsl.Document):
    """A document in the index. Fields named as in ``WEIGHTS`` hold folded keys, ``marked`` exact ones."""

    # What it is, and who finds it
    what = dsl.Keyword()
    ref = dsl.Keyword()
    number = dsl.Long()
    digest = dsl.Keyword(index=False)
    guests = dsl.Boolean()
    units = dsl.Keyword()
    superseded_at = dsl.Keyword()
    # Words
    title = _text()
    keywords = _text()
    facts = _text()
    description = _text()
    people = _text()
    inner = _text()
    marked = _text(norms=False)
    beginning = dsl.Text(analyzer=BEGINNINGS, search_analyzer=AS_SENT, norms=False, index_options="docs")
    # Facets, by the names of facets.VALUES
    level = dsl.Keyword()
    grade = dsl.Keyword()
    subject = dsl.Keyword()
    type = dsl.Keyword()
    series = dsl.Keyword()
    unit = dsl.Keyword()
    licence = dsl.Keyword()
    year = dsl.Keyword()
    curriculum = dsl.Keyword()
    language = dsl.Keyword()
    rating = dsl.Keyword()
    kind = dsl.Keyword()
    # Orders
    published = dsl.Long()
    uses = dsl.Integer()
    title_key = dsl.Keyword()
    # What a hit brings along
    data = _kept()
    card = _kept()

    class Meta:
        dynamic = dsl.MetaField("strict")
        # Text inside may be long: what is found comes back without it, and it is read anew to change it.
        source = dsl.MetaField(includes=["data", "card", "uses"])

    class Index:
        settings = {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "1s",
            "max_result_window": 10_000,
            # The newest first: an answer in this order ends where it is full, and of those that fit alike the
            # newest are shown.
            "sort.field": ["published", "number"],
            "sort.order": ["desc", "desc"],
        }


def body() -> dict[str, Any]:
    """Settings and mappings of a new index, which says of itself what code made it."""
    made: dict[str, Any] = Entry._index.to_dict()
    made["mappings"]["_meta"] = {"made_by": "hoclieu", "make": MAKE}
    return made


FIELDS = frozenset(Entry._index.to_dict()["mappings"]["properties"])


def entry(document: Document) -> dict[str, Any]:
    """The fields of a document, by the names of the mapping."""
    texts = texts_of(document)
    return {
        "what": document.what,
        "ref": ref_of(document.what, document.resource),
        "number": document.resource,
        "digest": document.digest(),
        "guests": document.guests,
        "units": list(map(str, document.units)),
        "superseded_at": list(map(str, document.superseded_at)),
        **texts.folded,
        "marked": list(texts.marked.values()),
        "beginning": texts.folded["title"],
        **{name: list(values(document)) for name, values in VALUES.items()},
        "published": document.published,
        "uses": document.uses,
        "title_key": _short(fold(document.title)),
        "data": document.to_json(),
        "card": texts.card,
    }


def fitting(fields: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """What of an entry an index of another make can take."""
    return {name: value for name, value in fields.items() if name in known}


def id_of(document: Document) -> str:
    """The name of a document in the index: its key."""
    return ":".join(map(str, document.key))


def ref_of(what: str, number: int) -> str:
    return f"{what}:{number}"


def document_of(source: Mapping[str, Any]) -> Document:
    """The document of a hit."""
    return replace(Document.from_json(source["data"]), uses=source["uses"])


def _short(text: str) -> str:
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def _make() -> str:
    """Changes when an index of other code would answer otherwise than one of this code."""
    probe = Document(
        resource=1, uid="u", version=1, revision=1, title="Hoà lý THỞ 5", description="đ", grade_numbers=(5,),
        subject_name="Toán", inner="Gỗ", inner_mark="m", units=(1,), level_name="Tiểu học",
        type_name="Đề thi", author="Mỹ", licence="cc-by", unit_path=("so",),
    )  # fmt: skip
    text = json.dumps([Entry._index.to_dict(), entry(probe)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


MAKE = _make()


# Names of indices


def new_name(prefix: str, now: datetime) -> str:
    """The name of an index that is about to be built."""
    return f"{prefix}-search-{now.astimezone(UTC):%Y%m%d%H%M%S%f}"


def alias(prefix: str) -> str:
    """The name under which the index that answers is asked."""
    return f"{prefix}-search"


def is_ours(prefix: str, index: str, meta: Mapping[str, Any]) -> bool:
    """Whether an index was made by this project under this prefix: others are never touched."""
    named = re.fullmatch(rf"{re.escape(prefix)}-search-\d{{20}}", index)
    return bool(named) and meta.get("made_by") == "hoclieu"
