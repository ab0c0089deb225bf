"""Plays a conformance case against the sequencer alone: a small data model stands for the SCO."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from courses.runtime.sequencing import (
    Definition,
    Initial,
    Result,
    Sequencer,
    State,
    Tracked,
    TrackedObjective,
    read,
)
from repository.packages import xml
from tests.conformance import cases

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
_STATUS = {"completion_status": "unknown", "success_status": "unknown"}
_NUMBERS = {
    "scaled": "score.scaled",
    "raw": "score.raw",
    "min": "score.min",
    "max": "score.max",
    "progress_measure": "progress_measure",
}
_COMPARED = re.compile(
    r"cmi\.(completion_status|success_status|score\.(?:scaled|raw|min|max)|progress_measure)"
    r"|cmi\.objectives\.\d+\.(completion_status|success_status|score\.(?:scaled|raw|min|max)|progress_measure|id)"
    r"|adl\.data\.(_count|\d+\.(id|store))|adl\.nav\.request_valid\..*|cmi\.entry"
)


@dataclass
class Sco:
    """As much of a data model as sequencing reads and writes."""

    own: dict[str, str] = field(default_factory=dict)
    objectives: list[dict[str, str]] = field(default_factory=list)
    data: list[dict[str, str]] = field(default_factory=list)
    entry: str = "ab-initio"
    request: str = ""

    def begin(self, initial: Initial, *, resumed: bool) -> None:
        self.request = ""
        self.entry = "resume" if resumed else "ab-initio"
        self.data = [
            {"id": one.id} | ({} if one.store is None else {"store": one.store}) for one in initial.data
        ]
        if not resumed:
            self.own = {}
            self.objectives = [{"id": one.id} for one in initial.objectives]
        # What is shared may have changed while the attempt was suspended.
        for row in self.objectives:
            for one in initial.objectives:
                if one.id == row["id"]:
                    row.update(_values(one))
        self.own.pop("exit", None)

    def tracked(self) -> Tracked:
        stores = {one["id"]: one["store"] for one in self.data if "store" in one}
        return Tracked(
            **_said(self.own),
            exit=self.own.get("exit", ""),
            objectives=tuple(TrackedObjective(id=one["id"], **_said(one)) for one in self.objectives),
            data=stores,
        )

    def collection(self, name: str) -> list[dict[str, str]]:
        return self.objectives if name == "cmi.objectives" else self.data

    def resolve(self, command: cases.Command) -> str:
        if not command.reference:
            return command.element
        ids = [one["id"] for one in self.collection(command.collection)]
        return command.at(ids.index(command.reference)) if command.reference in ids else ""

    def set(self, element: str, value: str) -> None:
        if element == "adl.nav.request":
            self.request = value
        elif matched := re.fullmatch(r"(cmi\.objectives|adl\.data)\.(\d+)\.(.+)", element):
            rows, place = self.collection(matched[1]), int(matched[2])
            while len(rows) <= place:
                rows.append({})
            rows[place][matched[3]] = value
        elif element.startswith("cmi.") and not element.startswith("cmi.interactions"):
            self.own[element.removeprefix("cmi.")] = value

    def get(self, element: str) -> str:
        if element == "cmi.entry":
            return self.entry
        if element == "adl.data._count":
            return str(len(self.data))
        if matched := re.fullmatch(r"(cmi\.objectives|adl\.data)\.(\d+)\.(.+)", element):
            rows, place = self.collection(matched[1]), int(matched[2])
            found = rows[place] if place < len(rows) else {}
            status = _STATUS if matched[1] == "cmi.objectives" else {}
            return (status | found).get(matched[3], "")
        return (_STATUS | self.own).get(element.removeprefix("cmi."), "")


def _values(shown: TrackedObjective) -> dict[str, str]:
    found = {name: getattr(shown, name) for name in _STATUS if getattr(shown, name) != "unknown"}
    numbers = {name: getattr(shown, field) for field, name in _NUMBERS.items()}
    return found | {name: str(value) for name, value in numbers.items() if value is not None}


def _said(values: dict[str, str]) -> dict[str, Any]:
    numbers = {field: float(values[name]) for field, name in _NUMBERS.items() if values.get(name)}
    return {name: values.get(name, "") for name in _STATUS} | numbers


def same(got: str, expected: str) -> bool:
    try:
        return "".join(got.split()) == "".join(expected.split()) or float(got) == float(expected)
    except ValueError:
        return False


@dataclass
class Package:
    definition: Definition
    state: State
    scos: dict[str, Sco] = field(default_factory=dict)


@dataclass
class Replay:
    """One learner plays one case; `wrong` collects what differs from it."""

    folder: Path
    case: cases.Case
    packages: dict[str, Package] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    delivered: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    package: str = ""
    result: Result = field(default_factory=Result)

    def sequencer(self) -> Sequencer:
        held = self.packages[self.package]
        return Sequencer(held.definition, held.state, now=NOW, rng=Random(7))

    def launch(self, package: str, choose: str = "") -> None:
        self.package = package
        if package not in self.packages:
            root = xml.parse(cases.manifest(self.folder, package)).root
            definition = read(root)
            assert definition is not None
            self.packages[package] = Package(definition, State())
        held = self.packages[package]
        if held.definition.shared_data_global_to_system:
            held.state.data = self.data
        if held.definition.objectives_global_to_system:
            held.state.shared = self.shared
        # As stored and read again.
        held.state = State.from_dict(held.state.as_dict())
        if held.definition.shared_data_global_to_system:
            self.data = held.state.data
        if held.definition.objectives_global_to_system:
            self.shared = held.state.shared
        if choose:
            self.navigate("choice", self.titled(choose))
        else:
            self.navigate("resumeAll" if held.state.suspended else "start")

    def titled(self, title: str, *, root: bool = False) -> str:
        nodes = self.packages[self.package].definition.nodes.values()
        if root:
            return next(iter(nodes)).identifier
        return next(node.identifier for node in nodes if node.title.strip() == title.strip())

    def navigate(self, kind: str, target: str = "", tracked: Tracked | None = None) -> None:
        self.result = self.sequencer().navigate(kind, target, tracked)

    def visit(self, visit: cases.Visit) -> bool:
        """Play one visit; False where another activity was delivered."""
        held = self.packages[self.package]
        node = held.definition.nodes.get(self.result.deliver)
        act = re.search(r"act=(\w+)", node.parameters if node else "")
        got = act[1] if act else f"nothing ({self.result})"
        self.delivered.append(got)
        if node is None or got != f"{visit.activity}{visit.part}":
            self.wrong.append(f"{visit.name}: delivered {got}")
            return False
        sco = held.scos.setdefault(node.identifier, Sco())
        sco.begin(self.sequencer().initial(node.identifier), resumed=self.result.resumed)
        for place, command in enumerate(visit.commands):
            self.call(sco, command, f"{visit.name}.{place}")
        for question in visit.questions:
            self.ask(question, visit.name)
        self.leave(sco, visit)
        return True

    def call(self, sco: Sco, command: cases.Command, where: str) -> None:
        element = sco.resolve(command)
        if command.call == "SetValue" and command.expected == "true":
            sco.set(element, command.value)
        if (
            command.call != "GetValue"
            or not _COMPARED.fullmatch(element)
            or command.match != "equal"
            or command.error
            or self.is_judged(element)
        ):
            return
        if element.startswith("adl.nav.request_valid."):
            got = self.valid(element.removeprefix("adl.nav.request_valid."))
        else:
            got = sco.get(element)
        hidden = element.endswith(".store") and command.error
        if not hidden and not same(got, command.expected):
            self.wrong.append(f"{where}: {element} is {got!r}, not {command.expected!r}")

    def is_judged(self, element: str) -> bool:
        """Whether the runtime's thresholds stand above what the SCO says (RTE 4.2.4, 4.2.22)."""
        node = self.packages[self.package].definition.nodes[self.result.deliver]
        by_progress = element == "cmi.completion_status" and node.completion.by_measure
        return by_progress or (element == "cmi.success_status" and node.primary.satisfied_by_measure)

    def valid(self, request: str) -> str:
        kind, _, target = request.partition(".{target=")
        return str(self.sequencer().valid(kind, target.rstrip("}"))).lower()

    def ask(self, question: cases.Question, where: str) -> None:
        controls = self.sequencer().controls()
        got: bool | None = None
        if question.key.startswith("toc."):
            if question.key == "toc.enabled":
                got = any(
                    can and name not in controls.hidden for name, can in list(controls.choices.items())[1:]
                )
            else:
                target = self.titled(question.target, root=question.root)
                visible = target not in controls.hidden
                got = visible and (question.key == "toc.visible" or controls.choices[target])
        elif not question.key.startswith("ui."):
            kind, _, wanted = question.key.partition(".")
            shown = {"continue": controls.continue_, "previous": controls.previous}[kind]
            got = (shown == "enabled") == (wanted == "enabled")
        if got is not None and got != question.answer:
            self.wrong.append(f"{where}: {question} got {got} {controls}")

    def leave(self, sco: Sco, visit: cases.Visit) -> None:
        tracked, said = sco.tracked(), visit.instruction
        if said and said.press:
            # A press takes the SCO away: its own request does not count then, but for one that left the
            # lesson open before it.
            if sco.request in {"exit", "abandon"}:
                self.navigate(sco.request, "", tracked)
                tracked = None
            kind = {"exit": "exitAll"}.get(said.press, said.press)
            target = said.target and self.titled(said.target, root=said.root)
            self.navigate(kind, target, tracked)
            self.relaunch(visit)
            return
        kind, target = sco.request, ""
        if matched := re.fullmatch(r"\{target=(.*)\}(choice|jump)", kind):
            target, kind = matched[1], matched[2]
        self.navigate(kind.replace("_none_", ""), target, tracked)
        self.relaunch(visit)

    def relaunch(self, visit: cases.Visit) -> None:
        said = visit.instruction
        if said and (said.relaunch or (said.ends and visit is not self.case.visits[-1])):
            if self.packages[self.package].state.current:
                self.wrong.append(f"{visit.name}: the session goes on")
                self.navigate("exitAll")
            self.launch(said.relaunch or self.package, said.choose)

    def play(self) -> Replay:
        self.launch(self.case.packages[0], self.case.start)
        for visit in self.case.visits:
            if not self.visit(visit):
                break
        return self


def replay(folder: Path, name: str, words: cases.Vocabulary | None = None) -> Replay:
    """Play a case of the folder, after those that have to come before it."""
    shared: dict[str, Any] = {}
    for other in cases.earlier(folder, name):
        shared = Replay(folder, cases.read(folder, other, words), shared=shared).play().shared
    return Replay(folder, cases.read(folder, name, words), shared=shared).play()
