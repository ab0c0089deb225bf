"""The query string of the search page as it is kept: read with the page's own form, written in one order."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict

from repository.terms import data_name
from search.facets import FIELDS, NAMED_IN_VIETNAMESE
from search.forms import SearchForm
from search.unit_tree import unit_tree
from search.vocabulary import names


@dataclass(frozen=True, slots=True)
class Question:
    """Words, whether exactly these, and the codes of each filter."""

    text: str = ""
    exact: bool = False
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.text or self.filters)

    @property
    def query(self) -> str:
        """As it is kept, and as the address of the page takes it."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [("exact", "1")] if self.exact and self.text else []
        pairs += [(name, code) for name in sorted(self.filters) for code in sorted(self.filters[name])]
        return urlencode(pairs)

    @property
    def filter_words(self) -> list[tuple[str, bool]]:
        """What the filters are called, and whether that is data and so Vietnamese."""
        labels, units = names(), unit_tree().names
        found = []
        for name in FIELDS:
            for code in self.filters.get(name, ()):
                label = units.get(code, code) if name == "unit" else labels.label(name, code)
                found.append((label, name in NAMED_IN_VIETNAMESE))
        return found

    @property
    def title(self) -> str:
        """In one line: the words in quotation marks, then the filters."""
        words = [f"“{self.text}”"] if self.text else []
        named = (str(data_name(label)) if is_data else label for label, is_data in self.filter_words)
        return ", ".join([*words, *named])


def read(query: str) -> Question:
    """What a query string asks; what cannot be asked is left out, order and page too."""
    form = SearchForm(QueryDict(query))
    form.is_valid()
    given = form.cleaned_data
    text = " ".join(str(given.get("q") or "").split())
    return Question(text, bool(given.get("exact")), form.filters())
