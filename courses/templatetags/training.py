"""Words and figures of training: rules in a sentence, scores on the ten-point scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.formats import localize
from django.utils.translation import gettext as _

from accounts.models import Position
from courses.training.completion import (
    ATTENDED,
    MINUTES,
    OPENED,
    PASSED,
    SCORE,
    SCROLLED,
    WATCHED,
    RuleError,
    parse_rule,
)

register = template.Library()


def number(value: float) -> str:
    """At most two decimals, none where the figure is whole: ``8.5`` → ``8,5``, ``8.0`` → ``8``."""
    value = round(value, 2)
    return str(localize(int(value) if value == int(value) else value))


@register.filter
def points(score: float | None) -> str:
    """A scaled score (0 to 1) as schools write it: ``0.85`` → ``8,5``."""
    return "" if score is None else number(score * 10)


@register.filter
def clock(seconds: float | None) -> str:
    """A length of time as ``1:05:09`` or ``5:09``."""
    minutes, rest = divmod(round(seconds or 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


@register.filter
def as_percent(share: float | None) -> str:
    """A share from 0 to 1 in whole percent: ``0.4`` → ``40 %``."""
    return f"{round((share or 0) * 100)}\N{NO-BREAK SPACE}%"


@register.filter
def school_year(first: int) -> str:
    """A school year by the year it began in: ``2026`` → ``2026–2027``."""
    return f"{first}–{first + 1}"


@register.filter
def hours_words(minutes: int) -> str:
    """A time in hours and minutes: ``135`` → ``2 h 15 min``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(m)s min") % {"m": rest}
    return (_("%(h)s h %(m)s min") % {"h": hours, "m": rest}) if rest else _("%(h)s h") % {"h": hours}


@register.filter
def time_words(seconds: float | None) -> str:
    """A length of time in words, to the second below an hour: ``1 min 30 s``, ``1 h 15 min``."""
    whole = round(seconds or 0)
    if whole >= 3600:
        return hours_words(whole // 60)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return _("%(s)s s") % {"s": rest}
    return (_("%(m)s min %(s)s s") % {"m": minutes, "s": rest}) if rest else _("%(m)s min") % {"m": minutes}


@register.filter
def position_word(position: str | None) -> str:
    """The word for a position; nothing for nobody's."""
    return str(Position(position).label) if position in Position.values else ""


@register.filter
def rule_words(data: Mapping[str, Any], version_kind: str = "") -> str:
    """When an activity is completed, in words; of a sound it is said that it is heard."""
    try:
        rule = parse_rule(data)
    except RuleError:
        return _("No condition yet")
    if rule.when == SCORE:
        return _("Completed with %(points)s points or more") % {"points": number(rule.at_least * 10)}
    if rule.when == MINUTES:
        return _("Completed after %(minutes)s minutes of work") % {"minutes": number(rule.at_least)}
    if rule.when == WATCHED:
        share = {"share": round(rule.at_least * 100)}
        if version_kind == "audio":
            return _("Completed when %(share)s %% has been heard") % share
        return _("Completed when %(share)s %% has been watched") % share
    plain = {
        PASSED: _("Completed when passed"),
        OPENED: _("Completed when opened"),
        SCROLLED: _("Completed when scrolled to the end"),
        ATTENDED: _("Completed by attending"),
    }
    return plain.get(rule.when, _("Completed when worked through"))
