"""The form in which editors say which words mean the same in a search."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList

from search.analysis import folded_text
from search.models import Synonym
from search.queries import clean
from search.thesaurus import ABBREVIATIONS


class SynonymForm(WagtailAdminModelForm):
    """Words and their meaning, refused where a search could do nothing with them."""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean()
        for name in ("words", "meaning"):
            text = clean(given.get(name) or "")
            if text and not folded_text(text):
                self.add_error(name, gettext("Write at least one word."))
            given[name] = text
        if given["words"] and folded_text(given["words"]) == folded_text(given["meaning"]):
            self.add_error("meaning", gettext("Search takes these two for the same already."))
        elif _is_built_in(given["words"], given["meaning"]):
            self.add_error("words", gettext("Search knows this abbreviation already."))
        return given


def _is_built_in(words: str, meaning: str) -> bool:
    known = ABBREVIATIONS.get(folded_text(words).replace(" ", ""))
    return known is not None and folded_text(known) == folded_text(meaning)


_BUILT_IN = ", ".join(sorted(short.upper() for short in ABBREVIATIONS))
synonym_panels = ObjectList(
    [
        FieldPanel(
            "words",
            help_text=format_lazy(
                "{} {} {}.", _("What people type, such as CLB."), _("Known without being added:"), _BUILT_IN
            ),
        ),
        FieldPanel("meaning"),
        FieldPanel("both_ways"),
    ],
    base_form_class=SynonymForm,
)


def both_ways(row: Synonym) -> str | Promise:
    """What the list says of a direction."""
    return _("both ways") if row.both_ways else _("one way")
