"""Plays a test case: launches, answers questions by what is on the screen, compares, does as told."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from playwright.sync_api import Error

from tests.conformance.cases import Case, Command, Instruction, Visit
from tests.conformance.compare import answered
from tests.conformance.learner import Arrival, Learner, NothingToPressError

SCHEMA = 1
CASE_SECONDS = 120.0
_CUT = 200
#: What stands for leaving a lesson for good, the better one first.
_LEAVING = ("exitAll", "leave")


@dataclass(frozen=True, slots=True)
class Failure:
    """What was first not as expected. ``step`` counts the commands of the visit from 0, -1 before them."""

    visit: str
    step: int
    call: str
    expected: str
    got: str
    error: str = ""


class FailedError(Exception):
    """A case has failed; carries the failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


@dataclass
class Outcome:
    """How a case went. ``result`` is passed, failed or error (the runner's own fault)."""

    case: str
    result: str = "passed"
    delivered: list[str] = field(default_factory=list)
    first_failure: Failure | None = None
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        told["seconds"] = round(self.seconds, 2)
        return {"schema": SCHEMA, **told}


def play(case: Case, learner: Learner) -> Outcome:
    """Plays the whole case with a learner who is signed in."""
    outcome = Outcome(case.name)
    began = time.monotonic()
    try:
        _play(case, learner, outcome, began + CASE_SECONDS)
    except FailedError as failed:
        outcome.result, outcome.first_failure = "failed", failed.failure
    except (Error, AssertionError, KeyError, ValueError) as fault:
        outcome.result = "error"
        outcome.first_failure = Failure("", -1, "runner", "", _cut(str(fault)))
    outcome.seconds = time.monotonic() - began
    return outcome


def _play(case: Case, learner: Learner, outcome: Outcome, until: float) -> None:
    package = case.packages[0]
    arrival = _launch(learner, package, case.start, case.visits[0])
    for visit, following in zip(case.visits, (*case.visits[1:], None), strict=True):
        if time.monotonic() > until:
            raise FailedError(Failure(visit.name, -1, "time", f"{CASE_SECONDS:.0f} s a case", "more"))
        _delivered(visit, arrival, outcome, learner)
        assert arrival is not None
        _look(visit, learner)
        _commands(visit, arrival)
        if following is None:
            _finish(visit, learner)
        else:
            package = visit.instruction.relaunch or package if visit.instruction else package
            arrival = _follow(package, visit, following, learner)


def _delivered(visit: Visit, arrival: Arrival | None, outcome: Outcome, learner: Learner) -> None:
    """The visit that was expected is what came."""
    expected, got = act(visit), arrival.activity if arrival else "nothing"
    if arrival:
        outcome.delivered.append(got)
    if got != expected:
        said = learner.screen().said if not arrival else ""
        raise FailedError(Failure(visit.name, -1, "deliver", expected, got, _cut(said)))


def act(visit: Visit) -> str:
    """The ``act`` of the address with which the visit's activity is launched."""
    return f"{visit.activity}{visit.part}"


def _look(visit: Visit, learner: Learner) -> None:
    """The questions about the screen."""
    screen = learner.screen() if visit.questions else None
    for question in visit.questions:
        assert screen is not None
        seen = screen.answer(question.key, question.target)
        if seen != question.answer:
            what = f"{question.key} {question.target}".strip()
            raise FailedError(Failure(visit.name, -1, what, _yes(question.answer), _yes(seen)))


def _commands(visit: Visit, arrival: Arrival) -> None:
    """Plays the commands in the SCO and compares each answer."""
    told = [_told(command) for command in visit.commands]
    played = arrival.frame.evaluate("(commands) => window.play(commands)", told)
    if visit.commands and not played["found"]:
        raise FailedError(Failure(visit.name, -1, "find the API", "found", "not found"))
    compare(visit, played["answers"])
    ended = played["terminated"]
    if ended and (ended["value"] != "true" or ended["error"] != "0"):
        step = len(visit.commands)
        raise FailedError(Failure(visit.name, step, "Terminate()", "true", ended["value"], ended["error"]))


def compare(visit: Visit, answers: Iterable[Mapping[str, str]]) -> None:
    """Raises FailedError at the first answer that is not as expected."""
    for step, (command, answer) in enumerate(zip(visit.commands, answers, strict=True)):
        if not answered(command, answer["value"], answer["error"]):
            raise FailedError(
                Failure(
                    visit.name,
                    step,
                    _cut(_call(command)),
                    _cut(f"{_expected(command)} (error {command.error})"),
                    _cut(answer["value"]),
                    answer["error"],
                )
            )


def _expected(command: Command) -> str:
    return command.value if command.call == "CompareObjectiveIds" else command.expected


def _call(command: Command) -> str:
    given = [one for one in (command.element, command.value) if one]
    return f"{command.call}({', '.join(given)})"


def _told(command: Command) -> dict[str, str]:
    """A command as the SCO's script takes it."""
    return {
        "call": command.call,
        "element": command.element,
        "value": command.value,
        "reference": command.reference,
        "collection": command.collection,
    }


def _follow(package: str, visit: Visit, following: Visit, learner: Learner) -> Arrival | None:
    """What the learner does after a visit, and what is delivered then; ``package`` is launched next, where
    one is."""
    told = visit.instruction or Instruction("")
    try:
        _press(told, learner)
    except NothingToPressError as missing:
        raise FailedError(
            Failure(visit.name, len(visit.commands), told.key, "a control", str(missing))
        ) from None
    if not (told.relaunch or told.ends):
        return learner.delivered()
    if not learner.ends() and learner.arrivals:
        got = learner.arrivals[0].activity
        raise FailedError(Failure(visit.name, len(visit.commands), told.key, "the end of the attempt", got))
    return _launch(learner, package, told.choose, following)


def _press(told: Instruction, learner: Learner) -> None:
    if told.press == "choice":
        learner.choose(told.target)
    elif told.press in {"exit", "exitAll"}:
        learner.rest()
        # What has ended by itself needs no leaving.
        if not learner.over() or learner.screen().controls.get("exitAll") == "enabled":
            learner.press(*_LEAVING)
    elif told.press:
        learner.press(told.press)


def _launch(learner: Learner, package: str, choose: str, first: Visit) -> Arrival | None:
    """Opens a package; chooses where the case says so and something else came, or nothing."""
    learner.launch(package)
    arrival = learner.delivered()
    if choose and (arrival is None or arrival.activity != act(first)):
        try:
            learner.choose(choose)
        except NothingToPressError as missing:
            raise FailedError(
                Failure(first.name, -1, f"choose {choose}", "a control", str(missing))
            ) from None
        return learner.delivered()
    return arrival


def _finish(visit: Visit, learner: Learner) -> None:
    """After the last visit: what ends the attempt delivers nothing more."""
    told = visit.instruction
    if told is None or told.press == "exit":
        return
    try:
        _press(told, learner)
    except NothingToPressError as missing:
        raise FailedError(
            Failure(visit.name, len(visit.commands), told.key, "a control", str(missing))
        ) from None
    if not learner.ends():
        got = learner.arrivals[0].activity if learner.arrivals else "it goes on"
        raise FailedError(Failure(visit.name, len(visit.commands), told.key, "the end of the attempt", got))


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}…"
