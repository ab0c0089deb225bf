"""The query string of the search page, read with hard limits."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from search.documents import KINDS
from search.engines.base import MAX_PAGE, SORTS
from search.facets import FIELDS, OWN
from search.queries import MAX_CHARS

MOST_CODES = 20
_CODE = re.compile(rf"^[\w-]{{1,40}}{re.escape(OWN)}?$", re.ASCII)


class CodesField(forms.Field):
    """Codes of a facet, given once each or several times; what cannot be a code is left out."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> tuple[str, ...]:
        codes = dict.fromkeys(str(code) for code in value or ())
        return tuple(code for code in codes if _CODE.match(code))[:MOST_CODES]


class WordsField(forms.Field):
    """What is typed: of more than is searched the beginning, up to its last whole word."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        text = " ".join(str(value or "").replace("\0", " ").split())
        if len(text) <= MAX_CHARS:
            return text
        return text[: MAX_CHARS + 1].rpartition(" ")[0] or text[:MAX_CHARS]


class SearchForm(forms.Form):
    """What to search, how to narrow it and in which order to show it."""

    q = WordsField(label=_("Search the library"), required=False)
    exact = forms.BooleanField(required=False)
    sort = forms.ChoiceField(
        label=_("Sort by"), choices=[("", ""), *((each, each) for each in SORTS)], required=False
    )
    page = forms.IntegerField(min_value=1, max_value=MAX_PAGE, required=False)
    what = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            self.fields[name] = CodesField(required=False)

    @property
    def left_out(self) -> bool:
        """Whether something was given that cannot be a code."""
        given = {name: self[name].data or () for name in FIELDS}
        return any(
            {str(code) for code in codes if code} - set(self.cleaned_data.get(name, ()))
            for name, codes in given.items()
        )

    @property
    def is_cut(self) -> bool:
        """Whether more was typed than is searched."""
        return len(" ".join(str(self["q"].data or "").split())) > MAX_CHARS

    def filters(self) -> dict[str, tuple[str, ...]]:
        """The chosen codes by field; fields without any are absent."""
        chosen = {name: self.cleaned_data.get(name, ()) for name in FIELDS}
        return {name: codes for name, codes in chosen.items() if codes}


class PickForm(forms.Form):
    """What a screen that uses resources asks for. ``unit``: what its courses may use; ``many``: ticks."""

    q = forms.CharField(max_length=MAX_CHARS, required=False)
    kind = forms.ChoiceField(choices=[("package", ""), ("resource", "")], required=False)
    unit = forms.SlugField(max_length=40, required=False)
    name = forms.RegexField(r"^[a-z0-9_-]{1,30}$", required=False)
    many = forms.BooleanField(required=False)
