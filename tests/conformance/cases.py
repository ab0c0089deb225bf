"""Reads the test cases of ADL's SCORM 2004 4th edition suite: visits, API calls, questions, instructions.

Pure: files in, dataclasses out. The folder's README says what the vocabulary means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

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
#: What a learner presses once the SCO has ended; "" = nothing, the attempt has ended by itself.
Press = Literal["", "continue", "previous", "choice", "exit", "exitAll", "suspendAll"]

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
_VISIT = re.compile(r"Act(?P<activity>\d+)(?P<part>[a-z]?)V(?P<number>\d+)\.(?P<what>.+)")
_REFERENCE = re.compile(r"\.&(?P<id>[^&]+)&")
_LEARNER = ("cmi.learner_id", "cmi.learner_name")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


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
class Instruction:
    """What the learner does once the SCO has ended: press, then perhaps launch a package again.

    `target` is the title chosen with press "choice" (with `root` the organization itself).
    `relaunch` names the package that is launched next, "" = none; `choose` the title chosen there.
    """

    key: str
    press: Press = ""
    target: str = ""
    root: bool = False
    relaunch: str = ""
    choose: str = ""


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
        """Names of the manifests it needs, in order of use."""
        parts = dict.fromkeys(visit.part for visit in self.visits)
        return tuple(self.name + part for part in parts)


def properties(data: bytes) -> dict[str, str]:
    """A Java properties file: Latin-1, comments, continued lines, escapes; the last of a key counts."""
    return dict(_pairs(data))


def _pairs(data: bytes) -> Iterator[tuple[str, str]]:
    for line in _logical_lines(data.decode("latin-1")):
        matched = re.match(r"((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)", line, re.DOTALL)
        if matched and matched[1]:
            yield _unescape(matched[1]), _unescape(matched[2])


def _logical_lines(text: str) -> Iterator[str]:
    held = ""
    for raw in re.split(r"\r\n|\r|\n", text):
        line = raw.lstrip(" \t\f")
        if not held and (not line or line[0] in "#!"):
            continue
        held += line
        if (len(line) - len(line.rstrip("\\"))) % 2:
            held = held[:-1]
            continue
        yield held
        held = ""
    if held:
        yield held


def _unescape(text: str) -> str:
    def plain(matched: re.Match[str]) -> str:
        mark = matched[1]
        return chr(int(mark[1:], 16)) if len(mark) == 5 else _CONTROL.get(mark, mark)

    return _ESCAPE.sub(plain, text)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The abbreviations: `words` of element names, `values` of what is set and answered."""

    words: Mapping[str, str]
    values: Mapping[str, str]

    def element(self, text: str) -> str:
        return ".".join(self._tokens(text, self.words)) if text else ""

    def value(self, text: str) -> str:
        if text.startswith("tar~"):
            return "".join(self._tokens(text, self.words))
        return self.values.get(text, text)

    @staticmethod
    def _tokens(text: str, words: Mapping[str, str]) -> Iterator[str]:
        parts = iter(text.split("~"))
        for part in parts:
            word = words.get(part, part)
            yield word.replace("%s", next(parts, "")) if "%s" in word else word


def vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary of the suite's folder."""
    data = (folder / "Commands.properties").read_bytes()
    # The values stand below their own heading; above it the same short words name elements.
    values = data[data.index(b"CMI DM Values") :]
    return Vocabulary(properties(data), properties(b"#" + values))


def names(folder: Path) -> list[str]:
    """The names of all test cases of the folder."""
    return sorted(path.stem for path in (folder / "testcases").glob("*.properties"))


def manifest(folder: Path, package: str) -> bytes:
    """A package's imsmanifest.xml."""
    return (folder / "manifests" / f"{package}.xml").read_bytes()


def read(folder: Path, name: str, words: Vocabulary | None = None) -> Case:
    """One test case. Raises OSError where there is none, ValueError where it cannot be read."""
    words = words or vocabulary(folder)
    pairs = list(_pairs((folder / "testcases" / f"{name}.properties").read_bytes()))
    visits = tuple(_visit(name, place, lines, words) for place, lines in _groups(pairs).items())
    found = dict(pairs)
    start = found.get("start", "").strip()
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


def _groups(pairs: list[tuple[str, str]]) -> dict[tuple[int, str, int], list[tuple[str, str]]]:
    """The lines of each visit, in the order of the file.

    Where a visit's lines stand a second time, below another's, they are the activity's next
    visit; a number given twice within a visit is two calls: the suite miscounts now and then.
    """
    groups: dict[tuple[int, str, int], list[tuple[str, str]]] = {}
    again: dict[tuple[int, str, int], tuple[int, str, int]] = {}
    latest: tuple[int, str, int] | None = None
    for key, value in pairs:
        if not (matched := _VISIT.fullmatch(key)):
            continue
        written = int(matched["activity"]), matched["part"], int(matched["number"])
        place = again.get(written, written)
        if place != latest and matched["what"] in dict(groups.get(place, ())):
            place = again[written] = (*place[:2], place[2] + 1)
        groups.setdefault(place, []).append((matched["what"], value))
        latest = place
    return groups


def _visit(case: str, place: tuple[int, str, int], lines: list[tuple[str, str]], words: Vocabulary) -> Visit:
    calls = [text for what, text in lines if what.startswith("commands.")]
    rest = dict(lines)
    return Visit(
        *place,
        tuple(command(text, words) for text in calls),
        tuple(_questions(rest.get("UIQ", ""), rest.get("UIA", ""))),
        _instruction(rest.get("CUI", "").strip(), case),
    )


def command(text: str, words: Vocabulary) -> Command:
    """`SET->c~X!X.s->t->0` as a call."""
    short, _, rest = text.partition("->")
    if short not in _CALLS:  # the suite forgets the call once, where a value is read
        short, rest = "GET", text
    call = _CALLS[short]
    if call == "CompareObjectiveIds":
        return Command(call, "", rest.partition("->")[0], "", "", "any", None)
    body, _, error = rest.rpartition("->")
    element = value = kind = ""
    if call == "SetValue":
        argument, _, answer = body.rpartition("->")
        name, _, value = argument.partition("!")
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
    return Command(call, element, value, kind, expected, match, int(error))


def _questions(asked: str, answered: str) -> Iterator[Question]:
    if not asked.strip():
        return
    for text, answer in zip(asked.split("~"), answered.split("~"), strict=True):
        key, _, target = text.strip().partition("@")
        title, root = _title(target)
        yield Question(key, title, root, answer.strip() == "Y")


def _title(text: str) -> tuple[str, bool]:
    """A title as it is meant, and whether it is the organization's."""
    matched = re.search(r'root of "(.*)"', text)
    return (matched[1], True) if matched else (text.strip(), False)


#: What each instruction asks for: the press, the package launched next, the title chosen there.
_INSTRUCTIONS: dict[str, tuple[Press, str, str]] = {
    "Continue": ("continue", "", ""),
    "Previous": ("previous", "", ""),
    "Exit": ("exit", "", ""),
    "TRIGExitAll": ("exitAll", "", ""),
    "OKEnd": ("", "", ""),
    "HasEnded": ("", "", ""),
    "AutoTest": ("", "", ""),
    "ContinueExitCM8": ("continue", "CM-08", ""),
    "ExitCM09ba": ("exit", "CM-09ba", ""),
    "SuspendCM09ca": ("suspendAll", "CM-09ca", ""),
    "RelaunchCM5": ("", "CM-05", ""),
    "RelaunchCM10": ("", "CM-10", "Activity 4"),
    "RelaunchCM11": ("exit", "CM-11", ""),
    "RelaunchCM16": ("", "CM-16", ""),
    "RelaunchOB3b": ("", "OB-03b", ""),
    "RelaunchRU13e": ("", "RU-13e", ""),
    "RelaunchRU14a": ("", "RU-14a", ""),
    "RelaunchRU14b": ("", "RU-14b", ""),
    "RelaunchRU14c": ("", "RU-14c", ""),
    "RelaunchRU14d": ("", "RU-14d", ""),
    "RelaunchSX4a": ("", "SX-04a", ""),
    "DMBxAct": ("", "DMB", "Data Model Behavior Test 1"),
    "DMBx": ("", "DMB", ""),
    "LaunchDDMb": ("", "DDMb", ""),
    "ReLaunchDDMa": ("", "DDMa", ""),
    "ReLaunchDDMb": ("", "DDMb", ""),
}
#: Instructions followed by the package launched next and perhaps the title chosen there.
_LAUNCHES: dict[str, Press] = {
    "launch": "exit",
    "relaunch": "exit",
    "exitlaunch": "exit",
    "launchnchoose": "exit",
    "relaunchnchoose": "exit",
    "autoendrelaunch": "",
    "autoendlaunchnchoose": "",
}
#: Instructions that name the title to choose themselves.
_CHOICES = {
    "APIt1": "API Implementation Test 1",
    "APIt2": "API Implementation Test 2",
    "DMIt1": "Data Model Implementation Test 1",
    "DMIt2": "Data Model Implementation Test 2",
    "DMIt3": "Data Model Implementation Test 3",
    "DMIt4": "Data Model Implementation Test 4",
    "RootSX4b": 'the root of "LMS Test Content Package SX-04b"',
}


def _instruction(text: str, case: str) -> Instruction | None:
    """What `CUI` asks for. Raises ValueError for a word that is not in the suite."""
    if not text:
        return None
    key, *arguments = text.split("~")
    if key in _INSTRUCTIONS:
        press, package, choose = _INSTRUCTIONS[key]
        return Instruction(key, press, relaunch=package, choose=choose)
    if key in _LAUNCHES and arguments:
        package, choose = arguments[0], "".join(arguments[1:2])
        return Instruction(key, _LAUNCHES[key], relaunch=package, choose=choose)
    if key in _CHOICES or (key in {"Choice", "ChoiceExit"} and arguments):
        title, root = _title(_CHOICES.get(key) or arguments[0])
        return Instruction(key, "choice", title, root)
    raise ValueError(f"{case}: unknown instruction {text!r}")
