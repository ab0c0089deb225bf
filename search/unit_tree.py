"""Names of today's units and what lies above each, kept in the process: every page of results asks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from accounts.models import OrgUnit, UnitLink
from accounts.querysets import on_day
from search.facets import OWN

KEEP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class UnitTree:
    """By code: names of open units, the code of the one above. ``codes``: by id.

    What the highest unit owns itself (``facets.OWN``) is a unit below it.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    above: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[int, str] = field(default_factory=dict)

    def path(self, code: str) -> list[str]:
        """The codes of all above a unit, the nearest first."""
        found: list[str] = []
        while (code := self.above.get(code, "")) and code not in found:
            found.append(code)
        return found

    def deepest(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Those of some units that have none of the others below them."""
        given = tuple(dict.fromkeys(codes))
        covered = {above for code in given for above in self.path(code)}
        return tuple(code for code in given if code not in covered)

    def nearest_first(self, ids: Iterable[int]) -> tuple[str, ...]:
        """The codes of units by id, those that lie deepest first."""
        found = [self.codes[pk] for pk in ids if pk in self.codes]
        return tuple(sorted(found, key=lambda code: (-len(self.path(code)), code)))


_kept: tuple[float, UnitTree] | None = None


def unit_tree() -> UnitTree:
    """Two queries once a minute, none in between; what changes in this process is seen at once."""
    global _kept  # noqa: PLW0603 -- a cache of the process
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEEP_SECONDS:
        _kept = (now, _read())
    return _kept[1]


def forget() -> None:
    """Units changed."""
    global _kept  # noqa: PLW0603
    _kept = None


def _read() -> UnitTree:
    rows = list(OrgUnit.objects.open().named().order_by().values_list("pk", "code", "name"))
    links = UnitLink.objects.filter(on_day()).order_by()
    names = {code: name or code for _pk, code, name in rows}
    above = dict(links.values_list("child__code", "parent__code"))
    for top in names.keys() - above.keys():
        names[f"{top}{OWN}"], above[f"{top}{OWN}"] = names[top], top
    return UnitTree(names, above, {pk: code for pk, code, _name in rows})
