"""Reads the test cases of ADL's SCORM 2004 4th edition suite: visits, API calls, questions, instructions.

Pure: files in, dataclasses out. The folder's README says what the vocabulary means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from tests.conformance.instructions import Guide, Instruction, guide, read_instruction, title_of
from tests.conformance.properties import Vocabulary, pairs, vocabulary

Call = Literal[
    "Initialize",
    "Terminate",
    "Commit",
    "GetValue",
    "SetValue",
    "GetErrorString",
    "GetLastError",
    "GetDiagnostic",
    "CompareObjectiveIds",
]
#: How an answer is compared: as it stands; up to 255 characters; empty; whatever it is.
Match = Literal["equal", "short", "empty", "any"]

_CALLS: dict[str, Call] = {
    "I": "Initialize",
    "T": "Terminate",
    "C": "Commit",
    "GET": "GetValue",
    "SET": "SetValue",
    "GES": "GetErrorString",
    "GLE": "GetLastError",
    "GeDi": "GetDiagnostic",
    "COI": "CompareObjectiveIds",
}
_MATCHES: dict[str, Match] = {"less255": "short", "emptyCS": "empty"}
#: Stands where a system is free to have something or nothing.
_EITHER = "Returned a valid value or error code"
#: Of a case that ends with the question whether the session has ended.
_LOOKS_AT_THE_END = "endUserInter"
#: What the suite's own page needs to go on; nothing to look at.
_BUTTON = "click.button"
_VISIT = re.compile(
    r"Act(?P<activity>\d+)(?P<part>[a-z]?)V(?P<number>\d+)\.(?P<what>commands?\.\d+|CUI|UIQ|UIA)"
)
#: A line that is about a visit, readable or not: what is not understood must not be passed over.
_ABOUT_A_VISIT = re.compile(r"Act\d")
#: The call that the suite forgets once, where a value is read.
_ELEMENT = re.compile(r"(?:a|adl|c|cmi)[~.]")
_REFERENCE = re.compile(r"\.&(?P<id>[^&]+)&")
_LEARNER = ("cmi.learner_id", "cmi.learner_name")


@dataclass(frozen=True, slots=True)
class Command:
    """One call of a SCO and what must come back.

    `element` may hold `&identifier&` where an index belongs: the index in that collection whose
    id is the identifier (`reference`, `at`). `value` is what is set, the argument of any other
    call (an error code, the comma-separated ids of `CompareObjectiveIds`), "" for GetValue.
    `kind` is the interaction type by whose rules the answer is compared, "" = as text.
    `error` is None where no error code is looked at.
    """

    call: Call
    element: str
    value: str
    kind: str
    expected: str
    match: Match
    error: int | None

    @property
    def reference(self) -> str:
        """The identifier whose index has to be found first, "" where there is none."""
        found = _REFERENCE.search(self.element)
        return found["id"] if found else ""

    @property
    def collection(self) -> str:
        """The collection in which `reference` is sought: `cmi.objectives`, `adl.data`."""
        found = _REFERENCE.search(self.element)
        return self.element[: found.start()] if found else ""

    def at(self, index: int) -> str:
        """The element's name with the index found in place of the reference."""
        return _REFERENCE.sub(f".{index}", self.element, count=1)


@dataclass(frozen=True, slots=True)
class Question:
    """Something to look at on the screen while the SCO runs, and the right answer.

    `key` is continue.enabled, previous.disabled, toc.enabled, toc.enabled.selectable, toc.visible
    or ui.visible; `target` an item's title, or a control's name with ui.visible; the title of the
    organization where `root` is true.
    """

    key: str
    target: str
    root: bool
    answer: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """The `number`-th launch of activity `activity` (the `act` of its item's parameters).

    `part` is the package it belongs to where a case spans two ("a", "b"), else "".
    """

    activity: int
    part: str
    number: int
    commands: tuple[Command, ...]
    questions: tuple[Question, ...]
    instruction: Instruction | None

    @property
    def name(self) -> str:
        return f"Act{self.activity}{self.part}V{self.number}"


@dataclass(frozen=True)
class Case:
    """A test case; `visits` stand in the order in which a conformant system delivers them.

    `start` is the title of what is chosen from the contents at the first launch, "" = just launch.
    """

    name: str
    start: str
    visits: tuple[Visit, ...]

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """Names of the manifests it needs, in order of use. What is launched after it is another case's."""
        parts = [self.name + visit.part for visit in self.visits]
        told = [visit.instruction.relaunch for visit in self.visits[:-1] if visit.instruction]
        return tuple(dict.fromkeys([*parts, *filter(None, told)]))


def names(folder: Path) -> list[str]:
    """The names of all test cases of the folder."""
    return sorted(path.stem for path in (folder / "testcases").glob("*.properties"))


def manifest(folder: Path, package: str) -> bytes:
    """A package's imsmanifest.xml."""
    return (folder / "manifests" / f"{package}.xml").read_bytes()


def read(folder: Path, name: str, words: Vocabulary | None = None, known: Guide | None = None) -> Case:
    """One test case. Raises OSError where there is none, ValueError where it cannot be read."""
    words, known = words or vocabulary(folder), known or guide(folder)
    lines = list(pairs((folder / "testcases" / f"{name}.properties").read_bytes()))
    visits = tuple(_visit(place, of, words, known) for place, of in _groups(lines).items())
    if not visits:
        raise ValueError(f"{name} has no visits")
    said = dict(lines)
    if said.get("end") == _LOOKS_AT_THE_END and visits[-1].instruction is None:
        visits = (*visits[:-1], replace(visits[-1], instruction=Instruction("AutoTest")))
    start = said.get("start", "").strip()
    return Case(name, "" if start in (".", name) or start[:-1] == name else start, visits)


def earlier(folder: Path, name: str) -> list[str]:
    """The cases of the same number that the same learner has to have played before.

    They leave in shared global objectives what this one begins with.
    """
    mine = _targets(folder, name)
    kin = [other for other in names(folder) if other < name and other[:5] == name[:5]]
    return [other for other in kin if mine & _targets(folder, other)]


def _targets(folder: Path, name: str) -> set[str]:
    path = folder / "manifests" / f"{name}.xml"
    text = path.read_text("latin-1") if path.exists() else ""
    return set(re.findall(r"targetObjectiveID\s*=\s*\"([^\"]+)\"", text))


def _groups(lines: list[tuple[str, str]]) -> dict[tuple[int, str, int], list[tuple[str, str]]]:
    """The lines of each visit, in the order of the file.

    Where a visit's lines stand a second time, below another's, they are the activity's next
    visit; a number given twice within a visit is two calls: the suite miscounts now and then.
    """
    groups: dict[tuple[int, str, int], list[tuple[str, str]]] = {}
    again: dict[tuple[int, str, int], tuple[int, str, int]] = {}
    latest: tuple[int, str, int] | None = None
    for key, value in lines:
        if not (matched := _VISIT.fullmatch(key)):
            if _ABOUT_A_VISIT.match(key):
                raise ValueError(f"unknown line {key!r}")
            continue
        written = int(matched["activity"]), matched["part"], int(matched["number"])
        place = again.get(written, written)
        if place != latest and matched["what"] in dict(groups.get(place, ())):
            place = again[written] = (*place[:2], place[2] + 1)
        groups.setdefault(place, []).append((matched["what"], value))
        latest = place
    return groups


def _visit(
    place: tuple[int, str, int], lines: list[tuple[str, str]], words: Vocabulary, known: Guide
) -> Visit:
    calls = [text for what, text in lines if what.startswith("command")]
    rest = dict(lines)
    return Visit(
        *place,
        tuple(command(text, words) for text in calls),
        tuple(_questions(rest.get("UIQ", ""), rest.get("UIA", ""))),
        read_instruction(rest.get("CUI", ""), known),
    )


def command(text: str, words: Vocabulary) -> Command:
    """`SET->c~X!X.s->t->0` as a call. Raises ValueError for a call that is not known."""
    short, _, rest = text.partition("->")
    if short not in _CALLS and _ELEMENT.match(text):
        short, rest = "GET", text
    if short not in _CALLS:
        raise ValueError(f"unknown call {text!r}")
    call = _CALLS[short]
    if call == "CompareObjectiveIds":
        return Command(call, "", rest.partition("->")[0], "", "", "any", None)
    body, _, error = rest.rpartition("->")
    element = value = kind = ""
    if call == "SetValue":
        argument, _, answer = body.rpartition("->")
        # A value cannot hold the arrow: what stands after one is the suite's own slip (DDM).
        name, _, value = argument.partition("->")[0].partition("!")
        element, value = words.element(name), words.value(value)
    else:
        argument, _, answer = body.partition("->")
        if call == "GetValue":
            name, _, kind = argument.partition("!")
            element, kind = words.element(name), words.values.get(kind, kind)
        else:
            value = argument
    expected, match = words.value(answer), _MATCHES.get(answer, "equal")
    looked_up = _REFERENCE.search(element) and element.endswith(".id") and not expected
    # Who the learner is, is ours to say; where an id only finds an index, no answer is written.
    if call == "GetValue" and (element in _LEARNER or looked_up):
        expected, match = "", "any"
    looked_at = error.strip().isdecimal() and answer != _EITHER
    if not looked_at and answer != _EITHER:
        raise ValueError(f"no error code in {text!r}")
    if answer == _EITHER:
        match = "any"
    return Command(call, element, value, kind, expected, match, int(error) if looked_at else None)


def _questions(asked: str, answered: str) -> Iterator[Question]:
    if not asked.strip():
        return
    texts, answers = asked.split("~"), answered.split("~")
    if len(texts) > len(answers):
        texts = [text for text in texts if text.strip() != _BUTTON]
    for text, answer in zip(texts, answers, strict=True):
        key, _, target = text.strip().partition("@")
        if key == _BUTTON:
            continue
        title, root = title_of(target)
        yield Question(key, title, root, answer.strip() == "Y")
