"""Lists of people pasted into a field: a code, sign-in name, e-mail, or a name with its school, a line each.

Pure: text in, what each line may mean out; who it is, is asked where the people are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.text import fold, nfc

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: its cells, the first of which may be a key, and the name and unit it may give."""

    text: str
    cells: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Cells that may be a code, a sign-in name or an e-mail: without blanks, in lower case."""
        return tuple(cell.lower() for cell in self.cells if " " not in cell)

    @property
    def name(self) -> str:
        """The first cell of two words or more."""
        return next((cell for cell in self.cells if " " in cell), "")

    @property
    def unit(self) -> str:
        """The cell after the name."""
        after = self.cells[self.cells.index(self.name) + 1 :] if self.name else ()
        return next((cell for cell in after if " " in cell), "")

    @property
    def sort_prefix(self) -> str:
        """How the folded part of this person's sort name begins: given name first."""
        words = self.name.split()
        return f"|{fold(words[-1])} {fold(' '.join(words[:-1]))} " if len(words) > 1 else ""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who may be meant: ``keys`` are her code, sign-in name and e-mail in lower case."""

    pk: int
    name: str
    sort_name: str
    unit: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Meant:
    """What a line was found to mean: one person, nobody (none) or several of one name."""

    line: Line
    people: tuple[Somebody, ...]


def read_lines(text: str) -> list[Line]:
    """The lines that say something, cells split at tabs, commas and semicolons as Excel pastes them."""
    lines = []
    for raw in nfc(text).splitlines():
        cells = tuple(" ".join(cell.split()) for cell in re.split(r"[\t,;]", raw))
        if any(cells):
            lines.append(Line(raw.strip(), tuple(cell for cell in cells if cell)))
    return lines


def meant_by(line: Line, people: Iterable[Somebody]) -> Meant:
    """Who a line means: by key, else by name, the exact spelling and the unit deciding between several."""
    everybody = list(people)
    by_key = [one for one in everybody if one.keys & set(line.keys)]
    if by_key:
        return Meant(line, tuple(by_key))
    prefix = line.sort_prefix
    named = [one for one in everybody if prefix and prefix in f"{one.sort_name} "]
    named = _narrowed(named, [one for one in named if one.name == line.name])
    if line.unit:
        wanted = fold(line.unit)
        named = [one for one in named if wanted in fold(one.unit) or fold(one.unit) in wanted]
    return Meant(line, tuple(named))


def _narrowed(all_of_them: Sequence[Somebody], some: Sequence[Somebody]) -> list[Somebody]:
    return list(some or all_of_them)
