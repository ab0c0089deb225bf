"""``python -m tests.conformance DIR [--case GLOB] [--json]``: plays every test case of a folder.

Exit status: 0 all passed, 1 some did not, 2 nothing could be played.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tests.browser import Browsers, chromium_here
from tests.conformance import cases
from tests.conformance.cases import Case
from tests.conformance.learner import Learner
from tests.conformance.package import build
from tests.conformance.runner import Failure, Outcome, play
from tests.live import Live, start_live


def chosen(folder: Path, pattern: str) -> list[Case]:
    """The cases whose name, or one of whose packages, is meant."""
    words = cases.vocabulary(folder)
    found = [cases.read(folder, name, words) for name in cases.names(folder)]
    return [case for case in found if any(fnmatch(one, pattern) for one in (case.name, *case.packages))]


def enrol(live: Live, folder: Path, wanted: list[Case]) -> dict[str, Any]:
    """Imports the packages of these cases and enrols a learner for each case; one start of Python."""
    with tempfile.TemporaryDirectory() as scratch:
        for case in wanted:
            for package in case.packages:
                built = build(cases.manifest(folder, package))
                Path(scratch, f"{package}.zip").write_bytes(built)
        asked = {case.name: case.packages for case in wanted}
        code = f"from tests.conformance.stage import enrol_all\nprint(enrol_all({asked!r}, {scratch!r}))"
        return dict(json.loads(live.python(code).splitlines()[-1]))


def run(live: Live, browsers: Browsers, folder: Path, wanted: list[Case]) -> Iterator[Outcome]:
    """Plays the cases one after the other in one window."""
    facts = enrol(live, folder, wanted)
    with browsers.context() as context:
        learner = Learner.at(live, context)
        for case in wanted:
            mine = facts[case.name]
            if "error" in mine:
                yield Outcome(case.name, "failed", first_failure=Failure("", -1, "import", "", mine["error"]))
                continue
            learner.become(mine["session"], mine["addresses"])
            yield play(case, learner)


def per_package(case: Case, outcome: Outcome) -> list[dict[str, Any]]:
    """A line for each package: two that share a case share its result."""
    return [outcome.as_json() | {"case": package} for package in case.packages]


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
    wanted = chosen(asked.folder, asked.case)
    if not wanted:
        print(f"no case is called {asked.case}", file=sys.stderr)
        return 2
    lines = []
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        start_live(Path(scratch), demo=False, names=("site", "content")) as live,
        Browsers(chromium_here()) as browsers,
    ):
        for case, outcome in zip(wanted, run(live, browsers, asked.folder, wanted), strict=True):
            for line in per_package(case, outcome):
                lines.append(line)
                print(json.dumps(line, ensure_ascii=False) if asked.json else told(line), flush=True)
    print(report(lines), file=sys.stderr if asked.json else sys.stdout)
    return 0 if all(line["result"] == "passed" for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
