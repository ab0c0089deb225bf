"""Compares a list with who is known: new, changed, moved, the same, or doubtful. Pure."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from accounts.roster import cells
from accounts.roster.units import Units
from accounts.text import fold, nfc

NEW, CHANGED, MOVED, SAME, DOUBTFUL, LEFT, SKIPPED = (
    "new", "changed", "moved", "same", "doubtful", "left", "skipped",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the units of the list. ``guarded``: the account is not the reader's to change."""

    pk: int
    last_name: str
    first_name: str
    username: str
    email: str
    phone: str
    staff_code: str
    born_on: date | None
    unit: int
    position: str
    level: str
    guarded: bool = False

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()


@dataclass
class Problem:
    """What is doubtful about a row: its code, the field, and what could stand there instead."""

    code: str
    field: str
    text: str = ""
    choices: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    row: int = 0


@dataclass
class Item:
    """One row of the list, read and compared."""

    row: int
    kind: str
    last_name: str = ""
    first_name: str = ""
    unit: int = 0
    position: str = "teacher"
    duty: str = ""  # what the list says, where the position was only read from it
    level: str = ""
    email: str = ""
    phone: str = ""
    staff_code: str = ""
    username: str = ""
    born_on: date | None = None
    person: int = 0
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()


@dataclass
class Plan:
    """All rows, in order, and who of the known is not among them."""

    items: list[Item]
    leavers: list[Known]

    def of(self, kind: str) -> list[Item]:
        return [item for item in self.items if item.kind == kind]

    @property
    def left_out(self) -> list[Item]:
        """The rows that are not written: doubtful ones, and those taken out by hand."""
        return [item for item in self.items if item.kind in {DOUBTFUL, SKIPPED}]

    @property
    def to_write(self) -> int:
        kinds = {NEW, CHANGED, MOVED}
        return sum(1 for item in self.items if item.kind in kinds) + len(self.leavers)


class Matcher:
    """Finds the person whom a row means."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.by_pk = {one.pk: one for one in known}
        self._by: dict[str, dict[str, list[Known]]] = {
            "staff_code": defaultdict(list), "username": defaultdict(list),
            "email": defaultdict(list), "name": defaultdict(list),
        }  # fmt: skip
        for one in known:
            for key in ("staff_code", "username", "email"):
                if value := getattr(one, key):
                    self._by[key][value.lower()].append(one)
            self._by["name"][nfc(one.name).lower()].append(one)

    def find(self, item: Item) -> tuple[Known | None, list[Known]]:
        """The person, or None and those among whom the list does not tell."""
        for key in ("staff_code", "username", "email"):
            value = getattr(item, key).lower()
            if value and len(self._by[key].get(value, [])) == 1:
                return self._by[key][value][0], []
        same = [one for one in self._by["name"].get(item.name.lower(), []) if _may_be(one, item)]
        here = [one for one in same if one.unit == item.unit]
        sure = [one for one in same if item.born_on and one.born_on == item.born_on]
        if len(sure) == 1:
            return sure[0], []
        if len(here) == 1:
            return here[0], []
        return None, here


@dataclass
class Seen:
    """Rows read before: by the person meant, by staff code, by address (with the name there)."""

    people: dict[int, int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    emails: dict[str, tuple[int, str]] = field(default_factory=dict)


def _may_be(one: Known, item: Item) -> bool:
    """Two different birthdays or staff codes are two people."""
    if one.born_on and item.born_on and one.born_on != item.born_on:
        return False
    return not (one.staff_code and item.staff_code and one.staff_code != item.staff_code)


def compare(
    rows: Sequence[tuple[int, Mapping[str, str]]],
    known: Sequence[Known],
    units: Units,
    default_unit: int,
    *,
    repairs: Mapping[int, Mapping[str, str]],
    left_out: frozenset[int] = frozenset(),
    leavers: bool = False,
) -> Plan:
    """The plan of a list. ``rows``: (number, field → text); repairs stand in place of what is there.

    A repair "person" is an id or "new"; "confirmed" says that the name was read rightly.
    """
    matcher = Matcher(known)
    items: list[Item] = []
    seen = Seen()
    for number, cells_ in rows:
        repair = repairs.get(number, {})
        item = _read(number, {**cells_, **repair}, units, default_unit)
        _match(item, matcher, repair, units, seen)
        if number in left_out and item.kind != SAME:
            item.kind = SKIPPED
        items.append(item)
    gone = [one for one in known if one.pk not in seen.people] if leavers else []
    return Plan(items, gone)


def _read(number: int, text: Mapping[str, str], units: Units, default_unit: int) -> Item:
    """A row as values; what cannot be read becomes a problem."""
    item = Item(number, NEW)
    name = text.get("full_name", "") or f"{text.get('last_name', '')} {text.get('first_name', '')}".strip()
    name = nfc(name)
    if cells.is_old_font(name):
        read = cells.from_old_font(name)
        if text.get("confirmed") != "1":
            item.problems.append(Problem("old_font", "confirmed", name))
        name = read
    item.last_name, item.first_name = cells.name_parts(cells.proper(name))
    if not _is_name(name):
        item.problems.append(Problem("no_name", "full_name", name))
    elif not item.last_name:
        item.problems.append(Problem("name_short", "full_name", name))
    _read_unit(item, text.get("unit", ""), units, default_unit)
    if born := text.get("born_on", ""):
        _read_birthday(item, born)
    if duty := text.get("position", ""):
        item.position = cells.position(duty)
        if not item.position:
            item.position = "teacher"
            item.problems.append(Problem("position_unknown", "position", duty))
        elif not cells.says_position(duty, item.position):
            item.duty = duty
    item.level = cells.level(text.get("level", ""))
    item.email = text.get("email", "").strip().lower()
    if item.email and ("@" not in item.email or " " in item.email or "." not in item.email.split("@")[-1]):
        item.problems.append(Problem("email_odd", "email", item.email))
    item.phone = cells.phone(text.get("phone", ""))[:20]
    item.staff_code = text.get("staff_code", "")[:30]
    item.username = fold(text.get("username", "")).replace(" ", "")[:150]
    return item


def _read_birthday(item: Item, text: str) -> None:
    """A year alone says nothing; other days than those of grown-ups at work are doubtful."""
    item.born_on = cells.day(text)
    if item.born_on is not None and not 1930 <= item.born_on.year <= 2010:
        item.born_on = None
        item.problems.append(Problem("born_odd", "born_on", text))
    elif item.born_on is None and not (text.isdigit() and len(text) == 4):
        item.problems.append(Problem("no_such_day", "born_on", text))


def _is_name(name: str) -> bool:
    """Numbers, formulas that nothing worked out and empty cells name nobody."""
    return len(name) > 1 and not name.startswith(("=", "#")) and any(char.isalpha() for char in name)


def _read_unit(item: Item, text: str, units: Units, default_unit: int) -> None:
    item.unit = default_unit
    if not text:
        return
    found, near = units.find(text)
    if found is not None:
        item.unit = found
        return
    code = "unit_outside" if units.is_outside(text) else "unit_unknown"
    item.problems.append(Problem(code, "unit", text, units.offered(near)))


def _match(
    item: Item,
    matcher: Matcher,
    repair: Mapping[str, str],
    units: Units,
    seen: Seen,
) -> None:
    """Says what a row means for whom; changes ``seen``."""
    chosen = repair.get("person", "")
    several: list[Known] = []
    person: Known | None = None
    if chosen.isdigit() and int(chosen) in matcher.by_pk:
        person = matcher.by_pk[int(chosen)]
    elif chosen != "new":
        person, several = matcher.find(item)
    if several:
        choices = [(str(one.pk), _told(one)) for one in several]
        item.problems.append(Problem("several", "person", item.name, choices))
    _note_repeated(item, person, several, seen)
    if person is not None:
        item.person = person.pk
        _changes(item, person, units)
    if item.problems:
        item.kind = DOUBTFUL


def _note_repeated(item: Item, person: Known | None, several: list[Known], seen: Seen) -> None:
    """A person, staff code or address that stood in a row before is doubtful; changes ``seen``."""
    again = seen.keys.setdefault(item.staff_code, item.row) if item.staff_code else item.row
    if person is not None:
        again = min(again, seen.people.setdefault(person.pk, item.row))
    for one in several:
        seen.people.setdefault(one.pk, item.row)
    before, other = _same_address(item, seen)
    if other:
        if not any(problem.field == "email" for problem in item.problems):
            item.problems.append(Problem("email_twice", "email", item.email, row=before))
        return
    again = min(again, before or again)
    if again != item.row:
        item.problems.append(Problem("twice", "", str(again)))


def _same_address(item: Item, seen: Seen) -> tuple[int, bool]:
    """The row before with the same address, if any, and whether somebody else stands there."""
    if not item.email:
        return 0, False
    row, name = seen.emails.setdefault(item.email, (item.row, item.name))
    return (row, name != item.name) if row != item.row else (0, False)


def _told(one: Known) -> str:
    """What tells somebody from another of the same name."""
    parts = [f"{one.born_on:%d/%m/%Y}" if one.born_on else "", one.staff_code, one.username]
    return ", ".join(part for part in parts if part)


def _changes(item: Item, person: Known, units: Units) -> None:
    """What the list says otherwise; an empty cell changes nothing."""
    changes = item.changes
    if item.name != person.name:
        changes.append(("name", person.name, item.name))
    if item.position != person.position:
        changes.append(("position", person.position, item.position))
    if item.level and item.level != person.level:
        changes.append(("level", person.level, item.level))
    for name in ("email", "phone", "staff_code"):
        new, old = getattr(item, name), getattr(person, name)
        if new and new != old:
            changes.append((name, old, new))
    if item.born_on and item.born_on != person.born_on:
        old_day = f"{person.born_on:%d/%m/%Y}" if person.born_on else ""
        changes.append(("born_on", old_day, f"{item.born_on:%d/%m/%Y}"))
    moves = item.unit != person.unit
    if person.guarded and (moves or any(name in {"name", "email"} for name, _old, _new in changes)):
        item.problems.append(Problem("guarded", "", person.name))
    if moves:
        changes.insert(0, ("unit", units.names.get(person.unit, ""), units.names.get(item.unit, "")))
        item.kind = MOVED
    else:
        item.kind = CHANGED if changes else SAME
