"""Whether an answer of the API is what a test case expects: by the type of the element, not by its spelling.

SCORM 2004 4th edition RTE 4.1.1.7 and 4.2: numbers have seven figures after the point, 1 and 1.0 are the
same number, PT60S and PT1M the same duration, the order of a set does not matter.
"""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction

from tests.conformance.cases import Command

#: GetErrorString and GetDiagnostic answer with at most so many characters.
SHORT = 255
_REAL = re.compile(r"-?\d+(\.\d*)?|-?\.\d+")
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_PREFIX = re.compile(r"\{(lang|case_matters|order_matters)=([^}]*)\}")
_DEFAULTS = {"lang": "en", "case_matters": "false", "order_matters": "true"}
_FIGURES = Fraction(1, 10**7)
#: Kinds of interaction whose responses are sets.
_UNORDERED = {"choice", "matching"}


def answered(command: Command, value: str, error: str) -> bool:
    """Whether the answer and the error code after it are right."""
    if command.error is not None and error != str(command.error):
        return False
    if command.call == "CompareObjectiveIds":
        return sorted(one for one in value.split(",") if one) == sorted(command.value.split(","))
    if command.match == "any":
        return True
    if command.match in {"short", "empty"}:
        return len(value) <= SHORT if command.match == "short" else value == ""
    if command.call == "GetValue" and command.reference and command.element.endswith(".id"):
        return value == (command.expected or command.reference)
    return value == command.expected or (command.call == "GetValue" and _same(command, value))


def _same(command: Command, got: str) -> bool:
    name = command.element.rpartition(".")[2]
    expected = command.expected
    if name == "_children":
        return sorted(got.split(",")) == sorted(expected.split(","))
    if command.kind or name in {"pattern", "learner_response"}:
        return _pattern(got, command.kind) == _pattern(expected, command.kind)
    if name in {"comment", "description"}:
        return _without_language(got) == _without_language(expected)
    return any(
        (wanted := read(expected)) is not None and wanted == read(got) for read in (_real, _duration, _moment)
    )


def _real(text: str) -> Fraction | None:
    if not _REAL.fullmatch(text):
        return None
    value = Fraction(text)
    return Fraction(round(value / _FIGURES)) * _FIGURES


def _duration(text: str) -> tuple[int, Fraction] | None:
    """Months and seconds."""
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    years, months, days, hours, minutes, seconds = (Fraction(one or 0) for one in found.groups())
    return int(years * 12 + months), ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None


def _without_language(text: str) -> str:
    """The text of a localized string in no language named."""
    return text.removeprefix("{lang=en}")


def _pattern(text: str, kind: str) -> object:
    """A pattern or response with its defaults left out, sets as sets."""
    settings = {}
    while found := _PREFIX.match(text):
        if _DEFAULTS.get(found[1]) != found[2]:
            settings[found[1]] = found[2]
        text = text[found.end() :]
    if kind == "numeric":
        return tuple(_real(one) for one in text.split("[:]"))
    parts: list[object] = list(text.split("[,]"))
    if kind in _UNORDERED or settings.get("order_matters") == "false":
        return settings, frozenset(parts)
    return settings, tuple(parts)
