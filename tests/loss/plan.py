"""What happens in one session, drawn from its seed: what the lesson does, what dies, and when. Pure.

Times are milliseconds from the arrival of the lesson.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from typing import Any

#: What dies. What does not end the session is followed by a window that dies.
KINDS = ("tab", "crash", "browser", "storage", "network", "content", "site", "database")
ENDS = ("tab", "crash", "browser")
STANDARDS = ("scorm12", "scorm2004", "sequenced")
#: The parts of the sequenced lesson; the others have the first alone.
PARTS = ("I1", "I2")
#: Sessions of a block have every kind, standard and policy in equal shares.
BLOCK = 48
TIMES = ("none", "honest", "boast")
_STATUSES = ("", "", "", "completed")


@dataclass(frozen=True, slots=True)
class Step:
    """Something the lesson does at once, between two turns of its page.

    ``n`` names it among all steps of the session, and is in every value that it sets. ``big``: 64,000
    characters of suspend data. ``finish`` ends the lesson: "suspend", "normal" or "continue", which asks for
    the next part.
    """

    n: int
    at: int
    big: bool = False
    answers: bool = False
    status: str = ""
    commit: bool = False
    finish: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is away from ``at`` on; ``until`` None: until after the window has died."""

    kind: str
    at: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Launch:
    """One opening of the lesson. ``way`` is how the window goes at ``end``, in one of its manners.

    ``tidy``: the lesson finishes in its own unload, as many do. ``time``: what it reports of its time.
    """

    steps: dict[str, tuple[Step, ...]]
    faults: tuple[Fault, ...]
    way: str
    manner: int
    end: int
    tidy: bool
    time: str

    def script(self, part: str) -> dict[str, Any]:
        """What the lesson is told as it arrives."""
        steps = [asdict(step) for step in self.steps.get(part, ())]
        return {"steps": steps, "tidy": self.tidy, "time": self.time}


@dataclass(frozen=True, slots=True)
class Plan:
    """Session ``number`` of a run with ``seed``; ``kind`` is what it is counted under."""

    seed: int
    number: int
    brisk: bool
    kind: str
    standard: str
    third_party: bool
    launches: tuple[Launch, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        return PARTS if self.standard == "sequenced" else PARTS[:1]

    def steps_of(self, part: str, launches: int) -> list[Step]:
        """What a part may have done in its first launches, in order."""
        return [step for launch in self.launches[:launches] for step in launch.steps.get(part, ())]


def plan(seed: int, number: int, *, brisk: bool = False) -> Plan:
    """The session, the same for the same figures. ``brisk``: short ones only, as the tests have time for."""
    kind, standard, third_party = _shares(seed, number)
    chance = random.Random(f"{seed}:{number}")
    long = not brisk and chance.random() < 0.1
    most = 1400 if brisk else 13_000 if long else 2600
    turns = 2 if chance.random() < (0.15 if brisk else 0.25) else 1
    launches = [_launch(chance, kind, standard, turn, most) for turn in range(turns)]
    return Plan(seed, number, brisk, kind, standard, third_party, tuple(launches))


def _shares(seed: int, number: int) -> tuple[str, str, bool]:
    """Kind, standard and policy: each block deals out all combinations of them, shuffled."""
    deal = random.Random(f"{seed}/{number // BLOCK}")
    cards = [(kind, standard, third) for kind in KINDS for standard in STANDARDS for third in (False, True)]
    by_kind = {kind: [card for card in cards if card[0] == kind] for kind in KINDS}
    rounds = []
    for cards in by_kind.values():
        deal.shuffle(cards)
    while any(by_kind.values()):  # each kind once before any comes again: few sessions see them all
        hand = [cards.pop() for cards in by_kind.values()]
        deal.shuffle(hand)
        rounds += hand
    return rounds[number % BLOCK]


def _launch(chance: random.Random, kind: str, standard: str, turn: int, most: int) -> Launch:
    length = chance.randint(most // 5, most)
    steps = {part: _steps(chance, standard, part, turn, length) for part in PARTS}
    if standard != "sequenced":
        steps = {PARTS[0]: steps[PARTS[0]]}
    way = kind if kind in ENDS else chance.choice(ENDS)
    faults: tuple[Fault, ...] = ()
    if kind not in ENDS:
        begin = chance.randint(0, length)
        back = chance.choice([None, begin + chance.randint(100, min(most, 1200))])
        faults = (Fault(kind, begin, back),)
        length = max(length, begin + chance.randint(50, min(most // 2, 1500)))
    return Launch(
        steps=steps,
        faults=faults,
        way=way,
        manner=chance.randrange(4),
        end=length,
        tidy=chance.random() < 0.3,
        time=chance.choice(TIMES),
    )


def _steps(chance: random.Random, standard: str, part: str, turn: int, length: int) -> tuple[Step, ...]:
    """The steps of one part; those of the second part and turn have numbers of their own."""
    first = 1 + 100 * turn + 50 * PARTS.index(part)
    times = sorted(chance.randint(0, length) for _ in range(chance.randint(3, 9)))
    steps = [
        Step(
            n=first + place,
            at=at,
            big=chance.random() < 0.12,
            answers=chance.random() < 0.4,
            status="incomplete" if place == 0 else chance.choice(_STATUSES),
            commit=chance.random() < 0.4,
        )
        for place, at in enumerate(times)
    ]
    goes_on = standard == "sequenced" and part == PARTS[0]
    if goes_on and chance.random() < 0.7:
        cut = chance.randint(1, len(steps))
        last = steps[cut - 1]
        return (*steps[:cut], Step(last.n + 1, last.at, status="completed", finish="continue"))
    if chance.random() < 0.2:
        last = steps[-1]
        return (*steps, Step(last.n + 1, last.at, finish=chance.choice(["suspend", "normal"])))
    return tuple(steps)
