"""Facets: what results can be narrowed by, and how one is shown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from repository.terms import data_name
from search.documents import Document

#: Behind the code of a unit: what it owns itself, without all below it. No unit's code has it.
OWN = "."


def _units(document: Document) -> tuple[str, ...]:
    """The unit that owns a document and all above it; of the highest one also that it is its own."""
    path = document.unit_path
    return (*path, f"{path[0]}{OWN}") if len(path) == 1 else path


#: field → its values in a document, as codes; a rating of 4.2 has "1" to "4": at least so many stars
VALUES: Mapping[str, Callable[[Document], tuple[str, ...]]] = {
    "level": lambda d: (d.level,) if d.level else (),
    "grade": lambda d: d.grades,
    "subject": lambda d: (d.subject,) if d.subject else (),
    "type": lambda d: (d.type,) if d.type else (),
    "series": lambda d: (d.series,) if d.series else (),
    "unit": _units,
    "licence": lambda d: (d.licence,) if d.licence else (),
    "year": lambda d: (str(d.year),) if d.year else (),
    "curriculum": lambda d: (d.curriculum,) if d.curriculum else (),
    "language": lambda d: (d.language,) if d.language else (),
    "rating": lambda d: tuple(str(stars) for stars in range(1, int(d.rating) + 1)),
    "kind": lambda d: (d.kind,) if d.kind else (),
}

LABELS: Mapping[str, str | Promise] = {
    "level": _("Level"),
    "grade": _("Grade"),
    "subject": _("Subject"),
    "type": _("Type of resource"),
    "series": _("Textbook series"),
    "rating": _("Rating"),
    "unit": _("Unit"),
    "year": _("Year made"),
    "curriculum": _("Curriculum"),
    "language": _("Language"),
    "licence": _("Licence"),
}
#: What the page offers; the rest only other screens narrow by.
FIELDS = tuple(LABELS)
#: Those that stand open at first.
OPEN = ("level", "grade", "subject", "type")
#: Those whose labels are data, and so Vietnamese in every language of the interface.
NAMED_IN_VIETNAMESE = frozenset(
    {"level", "grade", "subject", "type", "series", "unit", "licence", "curriculum"}
)
#: Those that are left out where all results have one value.
ONLY_WHERE_SEVERAL = frozenset({"curriculum", "language"})
#: Of "at least so many stars" those that are a help in choosing.
NOT_OFFERED: Mapping[str, frozenset[str]] = {"rating": frozenset({"1", "2", "5"})}
SEVERAL = 2
SHORT = 8
MOST = 60


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: how many results it has with all *other* facets as they are."""

    code: str
    label: str
    count: int
    chosen: bool = False
    #: Whether the label is data and so Vietnamese
    is_vietnamese: bool = True
    #: The page's query string without it, for the chip that takes it away
    without: str = ""
    #: How deep it stands in a tree, and the query string that widens the choice below it to it
    depth: int = 0
    widens: str = ""
    #: What is to be said behind the label, in the language of the page
    note: str = ""

    @property
    def shown(self) -> str:
        """The label in the language of the page, for places that take no markup."""
        label = data_name(self.label) if self.is_vietnamese else self.label
        return f"{label} {self.note}" if self.note else label


@dataclass(frozen=True, slots=True)
class Facet:
    """What stands in the filter column: the first values, and the rest folded away."""

    name: str
    label: str | Promise
    values: Sequence[Value] = ()
    is_open: bool = False
    short: int = SHORT

    @property
    def first(self) -> Sequence[Value]:
        return self.values[: self.short]

    @property
    def rest(self) -> Sequence[Value]:
        return self.values[self.short :]

    @property
    def rest_is_open(self) -> bool:
        """Whether a chosen value stands in the rest."""
        return any(value.chosen for value in self.rest)

    @property
    def is_vietnamese(self) -> bool:
        """Whether the labels of the values are data."""
        return self.name in NAMED_IN_VIETNAMESE

    @property
    def chosen(self) -> list[Value]:
        return [value for value in self.values if value.chosen]


@dataclass(frozen=True, slots=True)
class Names:
    """Labels of codes, and the order of a facet whose order is not that of its counts."""

    labels: Mapping[str, Mapping[str, str | Promise]]
    order: Mapping[str, Sequence[str]]

    def label(self, name: str, code: str) -> str:
        return str(self.labels.get(name, {}).get(code) or code)


def build(
    counts: Mapping[str, Sequence[tuple[str, int]]],
    chosen: Mapping[str, Sequence[str]],
    names: Names,
    without: Callable[[str, str], str],
) -> list[Facet]:
    """The facets to show. Chosen values stay, with 0 where nothing matches."""
    facets = []
    for name, found in counts.items():
        picked = chosen.get(name, ())
        left_out = NOT_OFFERED.get(name, frozenset())
        if name in ONLY_WHERE_SEVERAL and not picked and len(found) < SEVERAL:
            continue
        known = dict(found)
        rows = [
            Value(
                code,
                names.label(name, code),
                known.get(code, 0),
                code in picked,
                name in NAMED_IN_VIETNAMESE,
                without(name, code) if code in picked else "",
            )
            for code in dict.fromkeys((*picked, *known))
            if code in picked or code not in left_out
        ]
        rows.sort(key=_sorting(name, names))
        if rows:
            facets.append(Facet(name, LABELS[name], rows[:MOST], name in OPEN or bool(picked)))
    return facets


def _sorting(name: str, names: Names) -> Callable[[Value], tuple[object, ...]]:
    if name in {"year", "rating"}:
        return lambda value: (not value.chosen, -int(value.code) if value.code.isdigit() else 0)
    places = {code: at for at, code in enumerate(names.order.get(name, ()))}
    if places:
        return lambda value: (places.get(value.code, len(places)), value.label)
    return lambda value: (not value.chosen, -value.count, value.label)
