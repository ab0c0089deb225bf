"""The facet of units: a tree that opens where one narrows.

A unit stands for itself and all below it. First the units below the one that holds all results are
offered; those below a chosen unit appear beneath it. What lies above a chosen unit becomes a link that
widens: two boxes, one within the other, could not say which of them counts. What the highest unit owns
itself stands among those below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from search.facets import LABELS, OWN, Facet, Value
from search.unit_tree import UnitTree

#: Values of one level of the tree; the others are found by a word or a unit above them.
MOST_OF_LEVEL = 40
SHORT, SHORT_WHEN_OPEN = 8, 16


def build(
    counted: Sequence[tuple[str, int]],
    chosen: Sequence[str],
    tree: UnitTree,
    changed: Callable[[Sequence[str]], str],
) -> Facet | None:
    """The facet, or None where no unit narrows anything.

    ``counted``: code and results with all other facets as they are, of every unit that has any;
    ``changed``: the query string where other units are chosen.
    """
    # Of a unit that has closed since, no more is known than its code.
    counts = {code: n for code, n in counted if not code.endswith(OWN) or code in tree.names}
    most = max(counts.values(), default=0)
    everywhere = {code for code, count in counts.items() if count == most} - set(chosen)
    below: dict[str, list[str]] = {}
    for code in dict.fromkeys((*counts, *chosen)):
        below.setdefault(tree.above.get(code, ""), []).append(code)
    opened = {above for code in chosen for above in tree.path(code)} - everywhere

    def walk(codes: Sequence[str], depth: int) -> Iterator[Value]:
        shown = sorted(codes, key=lambda c: (c not in opened, c not in chosen, -counts.get(c, 0), name(c)))
        for code in shown[:MOST_OF_LEVEL]:
            picked = code in chosen
            without = [other for other in chosen if other != code]
            inner = [other for other in chosen if code in tree.path(other)]
            yield Value(
                code,
                name(code),
                counts.get(code, 0),
                picked,
                without=changed(without) if picked else "",
                depth=depth,
                widens=changed([*(o for o in without if o not in inner), code]) if inner else "",
                note=_("(its own only)") if code.endswith(OWN) else "",
            )
            if picked or inner:
                yield from walk(below.get(code, []), depth + 1)

    def name(code: str) -> str:
        return tree.names.get(code, code)

    values = list(walk(_tops(counts, chosen, everywhere, tree), 0))
    if not values:
        return None
    short = SHORT_WHEN_OPEN if chosen else SHORT
    return Facet("unit", LABELS["unit"], values, bool(chosen), short)


def _tops(
    counts: Mapping[str, int],
    chosen: Sequence[str],
    everywhere: set[str],
    tree: UnitTree,
) -> list[str]:
    """The first level: what lies directly below the units that hold everything, or below nothing known."""
    known = {*counts, *chosen}
    return [
        code
        for code in known - everywhere
        if (above := tree.above.get(code, "")) in everywhere or above not in known
    ]
