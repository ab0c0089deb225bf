"""The form in which editors say which words mean the same in a search."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList

from search.analysis import folded_text, marked_text
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
        words, meaning = given["words"], given["meaning"]
        if words and folded_text(words) == folded_text(meaning):
            self.add_error("meaning", gettext("Search takes these two for the same already."))
        elif known := _built_in(words):
            text = gettext("Search knows this abbreviation already, as “%(meaning)s”.")
            self.add_error("words", text % {"meaning": known})
        elif words and meaning and (row := self._contradicted(words, meaning)):
            text = gettext("The list has “%(words)s” for “%(meaning)s” already. Change that entry.")
            self.add_error("words", text % {"words": row.words, "meaning": row.meaning})
        return given

    def _contradicted(self, words: str, meaning: str) -> Synonym | None:
        """The entry that says the same, in either direction, or has these words in other letters."""
        pair = {marked_text(words), marked_text(meaning)}
        for row in Synonym.objects.exclude(pk=self.instance.pk):
            in_other_letters = marked_text(row.words) == marked_text(words) and row.words != words
            if in_other_letters or {marked_text(row.words), marked_text(row.meaning)} == pair:
                return row
        return None


def _built_in(words: str) -> str:
    """What search takes words for without being told, or "". Its own meaning goes first."""
    return ABBREVIATIONS.get(folded_text(words).replace(" ", ""), "")


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
