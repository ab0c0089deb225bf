"""What a test case tells its learner to do once a SCO has ended (`CUI`), by the suite's own texts. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from tests.conformance.properties import beside, properties

#: What a learner presses once the SCO has ended; "" = nothing, the attempt has ended by itself.
Press = Literal["", "continue", "previous", "choice", "exit", "exitAll", "suspendAll"]


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the learner does once the SCO has ended: press, then perhaps launch a package again.

    `target` is the title chosen with press "choice" (with `root` the organization itself).
    `relaunch` names the package that is launched next, "" = none; `choose` the title chosen there.
    `ends`: the learner's attempt is over after it; a visit that follows begins with another launch.
    """

    key: str
    press: Press = ""
    target: str = ""
    root: bool = False
    relaunch: str = ""
    choose: str = ""

    @property
    def ends(self) -> bool:
        return self.press in {"exit", "exitAll", "suspendAll"} or self.key in _ENDS


#: After these an attempt is over, whatever is pressed for it.
_ENDS = {"ChoiceExit", "OKEnd", "HasEnded", "AutoTest"}


@dataclass(frozen=True)
class Guide:
    """What is needed to read instructions: the folder's texts by key, the packages that it has."""

    texts: Mapping[str, str] = field(default_factory=dict)
    packages: Collection[str] = ()


def guide(folder: Path) -> Guide:
    """The guide of the suite's folder; without texts beside it the instructions of this module are known."""
    path = beside(folder, "Instructions.properties")
    packages = frozenset(found.stem for found in (folder / "manifests").glob("*.xml"))
    return Guide(properties(path.read_bytes()) if path else {}, packages)


def title_of(text: str) -> tuple[str, bool]:
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


def read_instruction(text: str, known: Guide) -> Instruction | None:
    """What `CUI` asks for. Raises ValueError for a word that neither is here nor in the suite's texts."""
    key, *arguments = text.strip().split("~")
    if not key:
        return None
    if key in _INSTRUCTIONS:
        press, package, choose = _INSTRUCTIONS[key]
        return Instruction(key, press, relaunch=package, choose=choose)
    if key in _LAUNCHES and arguments:
        return _launched(key, arguments, known)
    if key in _CHOICES or (key in {"Choice", "ChoiceExit"} and arguments):
        return _chosen(key, _CHOICES.get(key) or arguments[0])
    if key in known.texts:
        return _by_its_text(key, known.texts[key], arguments)
    raise ValueError(f"unknown instruction {text!r}")


def _chosen(key: str, target: str) -> Instruction:
    title, root = title_of(target)
    return Instruction(key, "choice", title, root)


def _launched(key: str, arguments: list[str], known: Guide) -> Instruction:
    """A package, or a title of the contents where there is no such package ("launch Activity 2")."""
    package, choose = arguments[0].strip(), "".join(arguments[1:2])
    if known.packages and package not in known.packages and not choose:
        return _chosen(key, package)
    return Instruction(key, _LAUNCHES[key], relaunch=package, choose=choose)


_EVENT = re.compile(r"trigger an? (.+?) Navigation Event", re.IGNORECASE)
_EVENTS: dict[str, Press] = {
    "continue": "continue",
    "previous": "previous",
    "exit": "exit",
    "exit all": "exitAll",
    "suspend all": "suspendAll",
}
_TARGET = re.compile(r"target (.+?) for a Choice")
_RELAUNCH = re.compile(r"launch (?:the )?LMS Test Content Package ([\w-]+)")
_THERE = re.compile(r"(?:choose|and (?:then )?launch) (.+?) to continue")


def _by_its_text(key: str, text: str, arguments: list[str]) -> Instruction:
    """An instruction that only the suite's own sentence explains. Raises ValueError where it does not."""
    for argument in arguments:
        text = text.replace("%s", argument, 1)
    plain = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    there = _THERE.search(plain)
    package = _RELAUNCH.search(plain)
    asked = Instruction(
        key, relaunch=package[1] if package else "", choose=there[1] if there and package else ""
    )
    if target := _TARGET.search(plain):
        title, root = title_of(target[1])
        return replace(asked, press="choice", target=title, root=root)
    if (event := _EVENT.search(plain)) and event[1].lower() in _EVENTS:
        return replace(asked, press=_EVENTS[event[1].lower()])
    if "exit the package" in plain:
        return replace(asked, press="exit")
    if package or "should end" in plain or "have ended" in plain:
        return asked
    raise ValueError(f"instruction {key!r} says nothing to do: {plain!r}")
