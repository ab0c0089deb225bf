"""Lines that a page of results has many of, so that they are written without a template each."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from repository.terms import data_name
from search.documents import Document
from search.facets import Facet, Value

register = template.Library()
VIETNAMESE = "vi"
_TURNED = str.maketrans(",.", ".,")


@register.simple_tag
def facet_lines(facet: Facet, values: Iterable[Value], address: str, icon: str = "") -> SafeString:
    """``{% facet_lines facet facet.first search_url back %}``: a box for each value, a link for what widens.

    ``address`` of the search page; ``icon`` is drawn in front of what widens.
    """
    language = get_language() or VIETNAMESE
    return mark_safe(  # noqa: S308 -- every piece of data is escaped
        "\n".join(
            _link(facet, value, address, icon, language) if value.widens else _box(facet, value, language)
            for value in values
        )
    )


def _box(facet: Facet, value: Value, language: str) -> str:
    code, checked = escape(value.code), " checked" if value.chosen else ""
    return (
        f'<label class="choice"{_depth(value)}><input type="checkbox" name="{facet.name}" value="{code}"'
        f' id="f-{facet.name}-{code}" form="search"{checked}>{_words(facet, value, language)}</label>'
    )


def _link(facet: Facet, value: Value, address: str, icon: str, language: str) -> str:
    to = escape(address + value.widens)
    return (
        f'<a class="choice" id="w-{escape(value.code)}" href="{to}" hx-get="{to}" hx-target="#found"'
        f' hx-push-url="true"{_depth(value)}>{icon}{_words(facet, value, language)}</a>'
    )


def _depth(value: Value) -> str:
    return f' data-depth="{min(value.depth, 3)}"' if value.depth else ""


def _words(facet: Facet, value: Value, language: str) -> str:
    """The label in the language of the page where it has one, else marked as the data that it is."""
    label, number = value.label, _figure(f"{value.count:,}", language)
    shown = data_name(label) if facet.is_vietnamese else label
    words: str = escape(shown)
    is_other = facet.is_vietnamese and language != VIETNAMESE
    if is_other and shown != label:
        words = f'<span lang="{language}">{words}</span>'
    if value.note:
        words += f' <span lang="{language}">{escape(value.note)}</span>'
    mark = ' lang="vi"' if is_other else ""
    return f'<span{mark}>{words}</span><span class="n">{number}</span>'


@register.simple_tag
def opinion(document: Document, icon: str = "") -> SafeString:
    """``{% opinion row.document star %}``: its stars and how often it was used, as far as there are any."""
    language = get_language() or VIETNAMESE
    mark = "" if language == VIETNAMESE else f' lang="{escape(language)}"'
    parts = []
    if document.rated:
        said = ngettext("(%(n)s rating)", "(%(n)s ratings)", document.rated) % {
            "n": _figure(f"{document.rated:,}", language)
        }
        stars = _figure(f"{document.rating:.1f}".removesuffix(".0"), language)
        words = f'<span class="sr">{escape(_("Stars:"))}</span> {stars} {escape(said)}'
        parts.append(f"<span{mark}>{icon}{words}</span>")
    if document.uses:
        said = ngettext("%(n)s use", "%(n)s uses", document.uses) % {
            "n": _figure(f"{document.uses:,}", language)
        }
        parts.append(f"<span{mark}>{escape(said)}</span>")
    return mark_safe("".join(parts))  # noqa: S308 -- every piece of data is escaped


def _figure(written: str, language: str) -> str:
    """A figure as English writes it, with the signs of the language of the page."""
    return written.translate(_TURNED) if language == VIETNAMESE else written
