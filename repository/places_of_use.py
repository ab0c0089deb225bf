"""Where a resource is used: apps at the right say how to find their places, the catalogue page asks.

A finder gets a person and a resource's id and answers only with what that person may see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its title, its address, what it is ("course", "class") and whose, in words."""

    title: str
    url: str
    kind: str
    detail: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a new version of a resource would touch, others' counted too; ``url`` tells more."""

    courses: int
    runs: int
    people: int
    url: str


Finder = Callable[[Any, int], list[Place]]
Counter = Callable[[int], Reach | None]
_finders: dict[str, Finder] = {}
_counters: dict[str, Counter] = {}


def register(name: str, finder: Finder) -> None:
    """Called in ``AppConfig.ready``; the same name again takes the place of the one before."""
    _finders[name] = finder


def places_of_use(user: Any, resource_id: int) -> list[Place]:
    """All places that a person may see, in the order in which their apps registered."""
    return [place for finder in _finders.values() for place in finder(user, resource_id)]


def register_reach(name: str, counter: Counter) -> None:
    """Called in ``AppConfig.ready``, as ``register``."""
    _counters[name] = counter


def reach_of(resource_id: int) -> Reach | None:
    """Whom a new version touches; None where nobody learns with it. For whoever may edit the resource."""
    found = (counter(resource_id) for counter in _counters.values())
    return next((reach for reach in found if reach is not None), None)
