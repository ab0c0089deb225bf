"""What differs between two descriptions of a lesson, for whoever must judge the newer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

#: The fields of ``repository.metadata.snapshot`` that people see, with their labels.
FIELDS = (
    ("title", _("Title of the lesson")),
    ("subject", _("Subject")),
    ("grades", _("Grades")),
    ("level", _("Level")),
    ("series", _("Textbook series")),
    ("type", _("Type of resource")),
    ("year", _("Year it was made")),
    ("description", _("Introduction")),
    ("keywords", _("Keywords")),
    ("licence", _("Licence")),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A field whose value differs; "" stands for no value."""

    label: str
    old: str
    new: str


def in_words(value: Any) -> str:
    """A value of a snapshot as people read it: a term by its name, a list with commas."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if isinstance(value, list | tuple):
        return ", ".join(in_words(one) for one in value)
    return str(value)


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """The fields that read differently in two snapshots, in the order of the form.

    A field that the older one did not have yet is no change.
    """
    found = []
    for name, label in FIELDS:
        if old.get(name) is None and name == "year":
            continue
        before, after = in_words(old.get(name)), in_words(new.get(name))
        if before != after:
            found.append(Change(str(label), before, after))
    return found
