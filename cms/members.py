"""The member units as the public sees them: today's tree, by name, and what closed units became.

The whole directory of a province is a few thousand names, read in three queries and kept in the
process until a unit changes. Nothing here names a person.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.core.cache import cache

from accounts.days import today
from accounts.models import UnitFacts, UnitKind, UnitLink, UnitSuccessor
from accounts.querysets import on_day
from accounts.text import fold
from search.analysis import words

GENERATION = "cms:members:generation"
#: Groups within a school are its own affair.
LEFT_OUT = frozenset({UnitKind.TO_CHUYEN_MON})
ORDER = {str(kind): at for at, kind in enumerate(UnitKind)}
LABELS = {str(kind): kind.label for kind in UnitKind}


@dataclass(frozen=True, slots=True)
class Member:
    """One unit: its name and kind today, or those it closed with.

    ``closed_on`` is the first day without it.
    """

    pk: int
    code: str
    name: str
    kind: str
    parent: int | None = None
    closed_on: date | None = None
    former_names: tuple[str, ...] = ()

    @property
    def kind_label(self) -> object:
        return LABELS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Group:
    """Units of one kind."""

    kind: str
    members: Sequence[Member]

    @property
    def label(self) -> object:
        return LABELS.get(self.kind, self.kind)


@dataclass(frozen=True)
class Directory:
    """All units that the public may know of."""

    members: dict[int, Member]
    successors: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, Member]:
        return {member.code: member for member in self.members.values()}

    @cached_property
    def children(self) -> dict[int | None, list[Member]]:
        found: dict[int | None, list[Member]] = defaultdict(list)
        for member in self.in_order:
            if member.closed_on is None:
                found[member.parent].append(member)
        return dict(found)

    @cached_property
    def in_order(self) -> list[Member]:
        return sorted(self.members.values(), key=lambda m: (ORDER.get(m.kind, 99), _by_name(m)))

    @cached_property
    def root(self) -> Member | None:
        # The top of the tree has children; a unit that hangs nowhere has none.
        return max(self.children.get(None, []), key=lambda m: len(self.children.get(m.pk, ())), default=None)

    @cached_property
    def closed(self) -> list[Member]:
        return [member for member in self.in_order if member.closed_on is not None]

    @cached_property
    def _keys(self) -> list[tuple[Member, str]]:
        """Each unit with the words of its names, each between blanks, without marks."""
        return [
            (m, f" {' '.join(w.folded for name in (m.name, *m.former_names) for w in words(name))}")
            for m in sorted(self.members.values(), key=lambda m: (m.closed_on is not None, _by_name(m)))
        ]

    def below(self, member: Member) -> int:
        """How many units there are below one."""
        children = self.children.get(member.pk, ())
        return len(children) + sum(self.below(child) for child in children)

    def above(self, member: Member) -> list[Member]:
        """The units above one, the topmost first."""
        found: list[Member] = []
        while member.parent in self.members and len(found) < len(self.members):
            member = self.members[member.parent]
            found.insert(0, member)
        return found

    def named_like(self, text: str) -> list[Member]:
        """Units that have all the words, each of which may be a beginning; open ones first."""
        wanted = [f" {word.folded}" for word in words(text)]
        return [member for member, key in self._keys if wanted and all(word in key for word in wanted)]

    def became(self, member: Member) -> list[Member]:
        """The units that carry on for one that closed; where one of these closed too, those after it."""
        found: dict[int, Member] = {}
        waiting, seen = [member.pk], {member.pk}
        while waiting:
            for pk in self.successors.get(waiting.pop(0), ()):
                if pk in seen or pk not in self.members:
                    continue
                seen.add(pk)
                if self.members[pk].closed_on is None:
                    found[pk] = self.members[pk]
                else:
                    waiting.append(pk)
        return sorted(found.values(), key=_by_name)

    def came_from(self, member: Member) -> list[Member]:
        """The closed units that one carries on for."""
        old = [pk for pk, new in self.successors.items() if member.pk in new and pk in self.members]
        return sorted((self.members[pk] for pk in old), key=_by_name)


def _by_name(member: Member) -> tuple[str, str]:
    return fold(member.name), member.name


def grouped(members: Iterable[Member]) -> list[Group]:
    """Units by kind, in the order of the kinds."""
    found: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        found[member.kind].append(member)
    return [Group(kind, found[kind]) for kind in sorted(found, key=lambda kind: ORDER.get(kind, 99))]


_kept: tuple[tuple[str, date], Directory] | None = None


def directory() -> Directory:
    """The directory of today, from the process or in three queries."""
    global _kept  # noqa: PLW0603 -- a cache of the process
    key = (str(cache.get_or_set(GENERATION, _fresh, None)), today())
    if _kept is None or _kept[0] != key:
        _kept = (key, _read(key[1]))
    return _kept[1]


def drop() -> None:
    """A unit was opened, renamed, moved or closed."""
    cache.set(GENERATION, _fresh(), None)


def _fresh() -> str:
    # Not a number that counts up: after the cache was emptied it would come round again.
    return uuid.uuid4().hex


def _read(day: date) -> Directory:
    parents = dict(UnitLink.objects.filter(on_day(day)).values_list("child_id", "parent_id"))
    rows = UnitFacts.objects.filter(valid_from__lte=day).exclude(kind__in=LEFT_OUT).order_by("valid_from")
    members: dict[int, Member] = {}
    names: dict[int, list[str]] = defaultdict(list)
    for pk, code, name, kind, to in rows.values_list("unit_id", "unit__code", "name", "kind", "valid_to"):
        names[pk].append(name)
        closed_on = to if to <= day else None
        former = tuple(dict.fromkeys(each for each in names[pk] if each != name))
        members[pk] = Member(pk, code, name, kind, parents.get(pk), closed_on, former)
    successors: dict[int, list[int]] = defaultdict(list)
    for old, new in UnitSuccessor.objects.filter(on__lte=day).values_list("old_id", "new_id"):
        successors[old].append(new)
    return Directory(members, {old: tuple(new) for old, new in successors.items()})
