"""``python -m tests.conformance DIR [--case GLOB] [--json]``: plays every test case of a folder.

Exit status: 0 all passed, 1 some did not, 2 nothing could be played.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from lxml import etree

from tests.browser import Browsers, chromium_here
from tests.conformance import cases
from tests.conformance.cases import Case
from tests.conformance.learner import Learner
from tests.conformance.package import build
from tests.conformance.runner import Failure, Outcome, play
from tests.live import Live, start_live


@dataclass
class Journey:
    """Cases that one learner plays in turn, for what they leave to one another; ``wanted`` are told of."""

    cases: list[Case]
    wanted: set[str]

    @property
    def packages(self) -> list[str]:
        return list(dict.fromkeys(package for case in self.cases for package in case.packages))


def chosen(folder: Path, pattern: str) -> tuple[list[Case], list[Outcome]]:
    """The cases whose name, or one of whose packages, is meant; and those that cannot be read."""
    words, known = cases.vocabulary(folder), cases.guide(folder)
    found, faults = [], []
    for name in cases.names(folder):
        try:
            case = cases.read(folder, name, words, known)
        except (OSError, ValueError) as fault:
            if fnmatch(name, pattern):
                faults.append(_unplayed(name, "read", str(fault)))
            continue
        if any(fnmatch(one, pattern) for one in (name, *case.packages)):
            found.append(case)
    return found, faults


def journeys(folder: Path, wanted: list[Case]) -> list[Journey]:
    """The wanted cases by learner, each with those that have to come before it."""
    by_name = {case.name: case for case in wanted}
    of: dict[str, Journey] = {}
    for case in wanted:
        before = cases.earlier(folder, case.name)
        journey = next((of[name] for name in before if name in of), Journey([], set()))
        for name in (*before, case.name):
            if name not in of:
                journey.cases.append(by_name.get(name) or cases.read(folder, name))
                of[name] = journey
        journey.wanted.add(case.name)
    return list({id(journey): journey for journey in of.values()}.values())


def enrol(live: Live, folder: Path, asked: list[Journey]) -> list[dict[str, Any]]:
    """Imports the packages and enrols a learner for each journey; one start of Python."""
    with tempfile.TemporaryDirectory() as scratch:
        faults = {}
        for package in sorted({package for journey in asked for package in journey.packages}):
            try:
                Path(scratch, f"{package}.zip").write_bytes(build(cases.manifest(folder, package)))
            except (OSError, etree.XMLSyntaxError) as fault:
                faults[package] = str(fault)
        wanted = [[name for name in journey.packages if name not in faults] for journey in asked]
        code = f"from tests.conformance.stage import enrol_all\nprint(enrol_all({wanted!r}, {scratch!r}))"
        facts: list[dict[str, Any]] = json.loads(live.python(code).splitlines()[-1])
    for journey, fact in zip(asked, facts, strict=True):
        fact["errors"] |= {name: faults[name] for name in journey.packages if name in faults}
    return facts


def run(live: Live, browsers: Browsers, folder: Path, wanted: list[Case]) -> Iterator[Outcome]:
    """Plays the cases one after the other in one window, each learner's in turn."""
    asked = journeys(folder, wanted)
    facts = enrol(live, folder, asked)
    with browsers.context() as context:
        learner = Learner.at(live, context)
        for journey, mine in zip(asked, facts, strict=True):
            learner.become(mine["session"], mine["addresses"])
            for case in journey.cases:
                missing = [mine["errors"][name] for name in case.packages if name in mine["errors"]]
                outcome = _unplayed(case.name, "import", missing[0]) if missing else play(case, learner)
                if case.name in journey.wanted:
                    yield outcome


def _unplayed(name: str, what: str, why: str) -> Outcome:
    return Outcome(name, "error", first_failure=Failure("", -1, what, "", why))


def per_package(outcome: Outcome, packages: Iterable[str]) -> list[dict[str, Any]]:
    """A line for each package: two that share a case share its result."""
    return [outcome.as_json() | {"case": package} for package in packages]


def report(lines: list[dict[str, Any]]) -> str:
    """Passed of all, family by family."""
    families: dict[str, list[str]] = {}
    for line in lines:
        families.setdefault(line["case"].partition("-")[0].rstrip("ab"), []).append(line["result"])
    told = [f"{name:5} {of.count('passed'):3} of {len(of):3}" for name, of in sorted(families.items())]
    passed = sum(line["result"] == "passed" for line in lines)
    return "\n".join([*told, f"{'all':5} {passed:3} of {len(lines):3}"])


def told(line: Mapping[str, Any]) -> str:
    """A line for people."""
    failure = line["first_failure"]
    why = (
        f"  {failure['visit']} {failure['call']}: {failure['expected']} ≠ {failure['got']}" if failure else ""
    )
    return f"{line['result']:6} {line['case']:8} {line['seconds']:6.2f} s{why}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--case", default="*", metavar="GLOB")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    if not (asked.folder / "manifests").is_dir() or not (asked.folder / "testcases").is_dir():
        print(f"{asked.folder} has no manifests/ and testcases/", file=sys.stderr)
        return 2
    wanted, faults = chosen(asked.folder, asked.case)
    if not wanted and not faults:
        print(f"no case is called {asked.case}", file=sys.stderr)
        return 2
    lines: list[dict[str, Any]] = []
    for outcome in faults:
        tell(lines, per_package(outcome, [outcome.case]), as_json=asked.json)
    if wanted:
        for outcome, packages in played(asked.folder, wanted):
            tell(lines, per_package(outcome, packages), as_json=asked.json)
    print(report(lines), file=sys.stderr if asked.json else sys.stdout)
    return 0 if all(line["result"] == "passed" for line in lines) else 1


def tell(lines: list[dict[str, Any]], fresh: list[dict[str, Any]], *, as_json: bool) -> None:
    """Prints lines as they come, and keeps them for the report."""
    for line in fresh:
        lines.append(line)
        print(json.dumps(line, ensure_ascii=False) if as_json else told(line), flush=True)


def played(folder: Path, wanted: list[Case]) -> Iterator[tuple[Outcome, tuple[str, ...]]]:
    """Each outcome with the packages of its case, on a site of its own; one that has a case itself is told of
    there."""
    told_of = set(cases.names(folder))
    packages = {
        case.name: tuple(one for one in case.packages if one == case.name or one not in told_of)
        for case in wanted
    }
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        start_live(Path(scratch), demo=False, names=("site", "content")) as live,
        Browsers(chromium_here()) as browsers,
    ):
        for outcome in run(live, browsers, folder, wanted):
            yield outcome, packages[outcome.case]


if __name__ == "__main__":
    sys.exit(main())
