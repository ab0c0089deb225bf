"""From a validated question to what the search page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from search import facets, others, unit_facet
from search.analysis import folded_text
from search.answering import correction_of, is_shown, stand_apart
from search.documents import COURSE, RESOURCE
from search.engines import engine
from search.engines.base import MAX_PAGE, PAGE_SIZE, Hit, SearchPage, SearchRequest
from search.facets import FIELDS, Facet, Names, Value
from search.highlight import has_all
from search.inside import passages
from search.others import Other
from search.queries import Group, Query, Understood, Vocabulary, parse, understood_words, unquoted
from search.scope import scope_of, with_courses
from search.shown import Row, ask, near, row
from search.unit_tree import UnitTree, unit_tree
from search.vocabulary import terms

__all__ = ["Results", "ask", "row", "search"]

#: The orders of a list as the page offers them.
ORDERS: Mapping[str, Promise] = {
    "relevance": _("Best match"),
    "new": _("Newest"),
    "used": _("Most used"),
    "title": _("Title, A to Z"),
}
YEAR_DIGITS = 4
#: With fewer results under filters the page offers to take these away.
FEW = 4


@dataclass(frozen=True, slots=True)
class Results:
    """An answer ready for the template."""

    query: Query
    total: int
    rows: list[Row]
    facets: list[Facet]
    chips: list[Value]
    page: Page[Any]
    what: str = RESOURCE
    relaxed: bool = False
    #: How many have all the words, where others follow that have a part.
    whole: int | None = None
    understood: list[Understood] = field(default_factory=list)
    #: The order in use, and those that make sense: without words nothing is a better match.
    sort: str = "new"
    sorts: list[tuple[str, Any]] = field(default_factory=list)
    #: Whether a code in the address names nothing and was left out.
    left_out: bool = False
    #: The page's query string without any filter
    unfiltered: str = "?"
    #: What was probably meant, to be asked for with one press.
    corrected: str = ""
    #: The page's query string with it; without filters where only that finds anything.
    corrected_address: str = ""
    #: What was typed, where nothing or hardly anything has it and the answer is that to a correction.
    instead_of: str = ""
    is_instead_of_some: bool = False
    #: Whether words typed with marks are found only where they sound alike without them.
    other_marks: bool = False
    #: Whether words typed one behind the other are found, but no two of them side by side.
    apart: bool = False
    #: Whether something was typed in which nothing is a word, so that nothing was searched for.
    wordless: bool = False
    #: The page's query string without quotation marks, where these may keep everything away.
    unquoted: str = ""
    others: list[Other] = field(default_factory=list)
    #: How many lessons have the words, where another kind is on show.
    lessons: int = 0
    took_ms: float = 0.0

    @property
    def understood_text(self) -> str:
        """Of what was typed the words that were understood."""
        return understood_words(self.query.text, self.understood)

    @property
    def listed(self) -> int:
        """How many results the pages of the list hold: the first ones of very many."""
        return self.page.paginator.count

    @property
    def is_lessons(self) -> bool:
        return self.what == RESOURCE

    @property
    def are_few(self) -> bool:
        """Whether words were asked for among filters, and that left next to nothing."""
        return bool(self.query.words and self.chips and 0 < self.total < FEW)

    @property
    def label(self) -> str | Promise:
        """What the kind that is shown is called."""
        return others.LABELS[self.what]

    @property
    def kinds(self) -> list[tuple[str, str | Promise, int | None]]:
        """Kind, its name, how many were found: that on show, those with something to show, and lessons."""
        totals: dict[str, int | None] = {one.what: one.total for one in self.others}
        totals |= {RESOURCE: self.lessons} if not self.is_lessons else {}
        totals[self.what] = self.total
        if set(totals) == {RESOURCE}:
            return []
        return [(what, label, totals[what]) for what, label in others.LABELS.items() if what in totals]


def search(
    user: Any,
    text: str,
    filters: Mapping[str, tuple[str, ...]],
    *,
    exact: bool = False,
    sort: str = "relevance",
    page: int = 1,
    what: str = RESOURCE,
    address: QueryDict | None = None,
) -> Results:
    """What the search page shows. ``address`` is its present query string, for links that change it."""
    known, tree = terms(), unit_tree()
    query = parse(text, known.words, exact=exact)
    filters, left_out = _kept(filters, known.names, tree)
    request = _request(user, query, filters, what=what, sort=sort or "relevance", page=page)
    answer, hits = ask(user, request)
    (offered, taken), typed = _corrected(user, request, answer, known.words), answer
    request, answer, hits, instead_of = (*taken, query.text) if taken else (request, answer, hits, "")
    address = _with_only(address or QueryDict(), filters)
    shown = _facets(answer, filters, known.names, tree, address)
    query, has_words = request.query, bool(request.query.groups)
    return Results(
        query=query,
        total=answer.total - (len(answer.hits) - len(hits)),
        rows=_rows(hits, query),
        facets=shown,
        chips=[value for facet in shown for value in facet.chosen],
        page=Paginator(range(min(answer.total, MAX_PAGE * PAGE_SIZE)), PAGE_SIZE).page(answer.page),
        what=what,
        relaxed=answer.relaxed,
        whole=answer.whole,
        understood=_worth_saying(query),
        sort=request.sort,
        sorts=_orders(has_words=has_words, what=what),
        left_out=left_out,
        unfiltered=_unfiltered(address),
        corrected=offered.query.text if offered else "",
        corrected_address=_asking(address, offered) if offered else "",
        instead_of=instead_of,
        is_instead_of_some=bool(instead_of and typed.total and not typed.relaxed),
        other_marks=not (instead_of or offered) and _have_other_marks(user, request, answer),
        apart=stand_apart(engine(), request, answer),
        wordless=not query.words and (address.get("q") or "") != "",
        unquoted=_asking(address, replace(request, query=parse(unquoted(text)))) if query.is_quoted else "",
        others=others.found(user, request) if answer.page == 1 else [],
        lessons=0 if what == RESOURCE else others.lessons(request, filters),
        took_ms=answer.took_ms,
    )


def _orders(*, has_words: bool, what: str) -> list[tuple[str, Any]]:
    """The orders that make sense: a match needs words, and uses are counted of lessons alone."""
    senseless = {"" if has_words else "relevance", "" if what == RESOURCE else "used"}
    return [(code, label) for code, label in ORDERS.items() if code not in senseless]


def _corrected(
    user: Any, request: SearchRequest, answer: SearchPage, known: Vocabulary
) -> tuple[SearchRequest | None, tuple[SearchRequest, SearchPage, list[Hit]] | None]:
    """The corrected question to offer, or that whose answer is shown at once, where the one typed has little.

    Only what finds more in the same scope, if need be without the filters.
    """
    meant = correction_of(request.query, answer, known)
    if meant is None:
        return None, None
    again = replace(request, query=parse(meant.text, known), page=1)
    for asked in (again, replace(again, filters={})) if request.filters else (again,):
        other, hits = ask(user, asked)
        shown = is_shown(meant, request.query, answer, other)
        if shown and asked is again:
            return None, (asked, other, hits)
        if shown is not None:
            return asked, None
    return None, None


def _have_other_marks(user: Any, request: SearchRequest, answer: SearchPage) -> bool:
    """Whether words were typed with marks and nothing has them so, only with other marks or none."""
    query = request.query
    plain = all(group.is_word or group.optional for group in query.groups)
    if query.exact or not query.has_marks or not plain or not answer.hits or answer.relaxed:
        return False
    best = answer.hits[0].document
    if request.sort == "relevance" and has_all(query, best.title, best.keywords, best.description):
        return False
    # What need not occur need not occur with its marks.
    groups = tuple(Group(group.phrases[:1]) for group in query.required)
    asked = Query(query.text, tuple(g.phrases[0][0] for g in groups), groups, exact=True)
    same = replace(request, query=asked, page=1, size=1, facets=())
    return not engine().search(same).total


def _asking(address: QueryDict, request: SearchRequest) -> str:
    changed = _with_only(address, request.filters)
    changed["q"] = request.query.text
    changed.pop("page", None)
    changed.pop("exact", None)
    return f"?{changed.urlencode()}"


def _kept(
    given: Mapping[str, tuple[str, ...]], names: Names, tree: UnitTree
) -> tuple[Mapping[str, tuple[str, ...]], bool]:
    """The filters that narrow anything, and whether some that mean nothing were left out."""
    filters = _meaning_something(given, names, tree)
    left_out = sum(map(len, filters.values())) != sum(map(len, given.values()))
    return _narrowest(filters, tree), left_out


def _rows(hits: Sequence[Hit], query: Query) -> list[Row]:
    """What was found as the page shows it, with the passage inside where the words stand only there."""
    inside = passages([hit.document for hit in hits], query)
    return [row(hit.document, query, inside.get(hit.document.key)) for hit in hits]


def _request(
    user: Any, query: Query, filters: Mapping[str, tuple[str, ...]], *, what: str, sort: str, page: int
) -> SearchRequest:
    """Only lessons have facets; who sees a course is a question of its own."""
    scope = scope_of(user)
    if what == COURSE:
        scope = with_courses(scope, user)
    is_lessons = what == RESOURCE
    if sort == "used" and not is_lessons:
        sort = "relevance"
    if not query.groups and sort == "relevance":
        sort = "new"
    return SearchRequest(
        query,
        scope,
        filters if is_lessons else {},
        sort,
        page,
        facets=FIELDS if is_lessons else (),
        what=(what,),
        near=near(user),
    )


def _meaning_something(
    filters: Mapping[str, tuple[str, ...]], names: Names, tree: UnitTree
) -> dict[str, tuple[str, ...]]:
    """The filters without codes that name nothing."""
    known: dict[str, Callable[[str], bool]] = {
        name: labels.__contains__ for name, labels in names.labels.items()
    }
    known["unit"] = tree.names.__contains__
    known["year"] = lambda code: code.isdecimal() and len(code) == YEAR_DIGITS
    kept = {name: tuple(code for code in codes if known[name](code)) for name, codes in filters.items()}
    return {name: codes for name, codes in kept.items() if codes}


def _narrowest(filters: Mapping[str, tuple[str, ...]], tree: UnitTree) -> dict[str, tuple[str, ...]]:
    """The filters without a unit that has a chosen one below it: whoever ticks a school of a commune
    wants the school's."""
    return {name: tree.deepest(codes) if name == "unit" else codes for name, codes in filters.items()}


def _with_only(address: QueryDict, filters: Mapping[str, tuple[str, ...]]) -> QueryDict:
    """The query string with those codes alone."""
    changed = address.copy()
    for name in FIELDS:
        changed.setlist(name, list(filters.get(name, ())))
    return changed


def _unfiltered(address: QueryDict) -> str:
    changed = address.copy()
    for name in (*FIELDS, "page"):
        changed.pop(name, None)
    return f"?{changed.urlencode()}"


def _worth_saying(query: Query) -> list[Understood]:
    """What was read into the words, where that is more than what was typed."""
    said = [part for part in query.understood if part.label]
    # Beside other words it lifts what fits.
    if any(not group.kind and not group.optional for group in query.groups) or any(
        part.kind in {"grade", "licence"} or folded_text(part.label) != part.typed for part in said
    ):
        return said
    return []


def _facets(
    answer: SearchPage,
    filters: Mapping[str, tuple[str, ...]],
    names: Names,
    tree: UnitTree,
    address: QueryDict,
) -> list[Facet]:
    def choosing(units: Sequence[str]) -> str:
        return _choosing(address, "unit", units)

    made: list[Facet] = []
    for name, counted in answer.facets.items():
        if name == "unit":
            whole = unit_facet.build(counted, filters.get("unit", ()), tree, choosing)
            made += [whole] if whole is not None else []
            continue
        made += facets.build(
            {name: counted}, filters, names, lambda field, code: _without(address, field, code)
        )
    return made


def _without(address: QueryDict, name: str, code: str) -> str:
    """The query string with one value of a field taken away, on the first page."""
    return _choosing(address, name, [value for value in address.getlist(name) if value != code])


def _choosing(address: QueryDict, name: str, codes: Sequence[str]) -> str:
    """The query string with other values of a field, on the first page."""
    changed = address.copy()
    changed.setlist(name, list(codes))
    changed.pop("page", None)
    return f"?{changed.urlencode()}"
