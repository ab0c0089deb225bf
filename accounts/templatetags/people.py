"""Words for what the desks of units and people show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Position, Role, UnitKind
from accounts.roster.matching import Problem
from accounts.roster.words import FIELDS, told

register = template.Library()

_EVENTS = {
    "opened": _("Founded"),
    "renamed": pgettext_lazy("unit", "Renamed"),
    "moved": _("Placed below another unit"),
    "took_over": _("Took over from others"),
    "gained": _("Units joined"),
    "lost": _("Units left"),
    "closed": pgettext_lazy("unit", "Closed"),
}


@register.simple_tag
def event_word(kind: str) -> str:
    """What happened to a unit."""
    return str(_EVENTS[kind])


@register.simple_tag
def kind_word(kind: str) -> str:
    return str(UnitKind(kind).label)


@register.filter
def position_name(value: str) -> str:
    return str(Position(value).label) if value in Position.values else value


@register.filter
def role_name(value: str) -> str:
    return str(Role(value).label) if value in Role.values else value


@register.simple_tag
def problem_words(problem: Problem) -> str:
    """What is doubtful about a cell."""
    return told(problem)


@register.filter
def field_name(value: str) -> str:
    """What a field of a list is called."""
    return str(FIELDS.get(value, value))


@register.filter
def of_key(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping, or nothing."""
    return mapping.get(key, ())
