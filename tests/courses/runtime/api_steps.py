"""API calls with their expected answers, as data: read, made into packages, and a learner to play them.

A *play* is one visit of a fixture: its calls against one launched SCO. Visits that are the same in every
call and in what the SCO finds are one play. The package's only page plays whatever calls it is handed.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from cms.demo.archive import pack
from courses.models import Activity, RunPin
from courses.runtime.actions import start_attempt
from courses.runtime.durations import parse_interval
from courses.runtime.models import ScoState
from courses.training.sessions import open_until
from tests.courses.runtime.stage import lesson_from, make_stage, report

#: What a manifest decides; the rest of a fixture's first state is what an earlier visit left.
LIMITS = ("max_time_allowed", "scaled_passing_score", "completion_threshold")
#: Elements that a SCO may write and nothing gives back
WRITE_ONLY = ("cmi.exit", "cmi.session_time", "cmi.core.exit", "cmi.core.session_time")
SCO = "I1"


@dataclass
class Play:
    """``names``: every fixture visit it stands for; ``limits`` and ``kept``: what the SCO finds; ``after``:
    what it finds at its next launch besides what it has set."""

    standard: str
    steps: list[dict[str, Any]]
    limits: dict[str, str]
    kept: dict[str, Any]
    names: list[str] = field(default_factory=list)
    after: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        more = f" (+{len(self.names) - 1})" if len(self.names) > 1 else ""
        return self.names[0] + more

    def written(self) -> list[str]:
        """The elements that a call has set and a later launch must give back."""
        done = [
            step["element"]
            for step in self.steps
            if step["method"] == "SetValue" and step["expectedReturn"] == "true"
        ]
        return [element for element in dict.fromkeys(done) if element not in WRITE_ONLY]


def _own(name: str, *calls: tuple[str, ...], after: dict[str, str], **limits: str) -> Play:
    """A play of ours for 1.2: calls as (element, value) to set and (element, "=", value) to read."""
    steps: list[dict[str, Any]] = [
        {"method": "Initialize", "value": "", "expectedReturn": "true", "expectedErrorCode": "0"}
    ]
    for element, *rest in calls:
        reads = rest[0] == "="
        steps.append(
            {
                "method": "GetValue" if reads else "SetValue",
                "element": f"cmi.{element}",
                **({} if reads else {"value": rest[0]}),
                "expectedReturn": rest[1] if reads else "true",
                "expectedErrorCode": "0",
            }
        )
    return Play("scorm12", steps, limits, {}, [name], {f"cmi.{key}": value for key, value in after.items()})


_STATUS, _RAW = "core.lesson_status", "core.score.raw"
#: What the manifest decides in 1.2 (RTE 3.4.4): mastery, credit and mode, limits, launch data
OWN = [
    _own(
        "done, above mastery",
        (_STATUS, "completed"),
        (_RAW, "80"),
        after={_STATUS: "passed"},
        mastery_score="80",
    ),
    _own(
        "done, below mastery",
        (_STATUS, "passed"),
        (_RAW, "79.5"),
        after={_STATUS: "failed"},
        mastery_score="80",
    ),
    _own("done, no score", (_STATUS, "completed"), after={_STATUS: "completed"}, mastery_score="80"),
    _own(
        "put aside half done",
        *((_STATUS, "incomplete"), (_RAW, "10"), ("core.exit", "suspend")),
        after={_STATUS: "incomplete", "core.entry": "resume"},
        mastery_score="80",
    ),
    _own("says nothing", after={_STATUS: "completed", "core.entry": ""}),
    _own("only a score", (_RAW, "90"), after={_STATUS: "passed"}, mastery_score="80"),
    _own(
        "finds what the manifest says",
        ("core.credit", "=", "credit"),
        ("core.lesson_mode", "=", "normal"),
        ("core.lesson_status", "=", "not attempted"),
        ("core.entry", "=", "ab-initio"),
        ("student_data.mastery_score", "=", "66.5"),
        ("student_data.max_time_allowed", "=", "00:30:00"),
        ("student_data.time_limit_action", "=", "exit,no message"),
        ("launch_data", "=", "bài=3&lớp=7"),
        after={},
        mastery_score="66.5",
        max_time_allowed="00:30:00",
        time_limit_action="exit,no message",
        launch_data="bài=3&lớp=7",
    ),
]


def read_plays(path: Path) -> list[Play]:
    """The plays of an archive of JSON files, each once, in the order of the files."""
    plays: dict[str, Play] = {}
    with zipfile.ZipFile(path) as archive:
        for member in sorted(name for name in archive.namelist() if name.endswith(".json")):
            fixture = json.loads(archive.read(member))
            standard = "scorm12" if fixture["scormVersion"] == "1.2" else "scorm2004"
            for visit in fixture["activities"]:
                state = (visit.get("initialState") or {}).get("cmi") or {}
                limits = {name: state[name] for name in LIMITS if name in state}
                kept = {name: value for name, value in state.items() if name not in LIMITS}
                play = Play(standard, visit["steps"], limits, kept)
                same = json.dumps([standard, play.steps, limits, kept], sort_keys=True)
                plays.setdefault(same, play).names.append(f"{member.removesuffix('.json')} {visit['id']}")
    return list(plays.values())


_PAGE = b"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Steps</title>
<script src="steps.js"></script></head><body>Steps</body></html>"""

# Finds the API as the standards say: upwards through the parents.
_SCRIPT = b"""
function find() {
  for (let place = window; ; place = place.parent) {
    if (place.API_1484_11) return [place.API_1484_11, "", ["Initialize", "Terminate"]];
    if (place.API) return [place.API, "LMS", ["Initialize", "Finish"]];
    if (place === place.parent) return null;
  }
}
const [api, prefix] = find();
const NAMES = prefix ? { Terminate: "Finish" } : {};
function call(step) {
  const name = prefix + (NAMES[step.method] ?? step.method);
  const rest = step.method === "GetLastError" ? []
    : step.method === "SetValue" ? [step.element, step.value]
    : step.method === "GetValue" ? [step.element] : [step.value ?? ""];
  const answer = api[name](...rest);
  return [String(answer), String(api[prefix + "GetLastError"]())];
}
window.play = (steps) => steps.map(call);
"""


def package(standard: str, limits: dict[str, str]) -> bytes:
    """A package of one SCO whose page plays what it is handed."""
    if standard == "scorm12":
        spaces = (
            'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
            'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
        )
        version, kind, more = "1.2", "scormtype", _limits12(limits)
    else:
        spaces = (
            'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
            'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
        )
        version, kind, more = "2004 4th Edition", "scormType", _limits2004(limits)
    manifest = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="STEPS" version="1.0" {spaces}>
<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>
<organizations default="TOC"><organization identifier="TOC"><title>Steps</title>
<item identifier="{SCO}" identifierref="R1"><title>Steps</title>{more}</item>
</organization></organizations>
<resources><resource identifier="R1" type="webcontent" adlcp:{kind}="sco" href="index.html">
<file href="index.html"/><file href="steps.js"/></resource></resources></manifest>"""
    return pack({"imsmanifest.xml": manifest.encode(), "index.html": _PAGE, "steps.js": _SCRIPT})


_NAMES12 = {
    "max_time_allowed": "maxtimeallowed",
    "time_limit_action": "timelimitaction",
    "launch_data": "datafromlms",
    "mastery_score": "masteryscore",
}


def _limits12(limits: dict[str, str]) -> str:
    return "".join(
        f"<adlcp:{written}>{escape(limits[name])}</adlcp:{written}>"
        for name, written in _NAMES12.items()
        if name in limits
    )


def _limits2004(limits: dict[str, str]) -> str:
    said = {name: escape(value) for name, value in limits.items()}
    made = ""
    if threshold := said.get("completion_threshold"):
        made += f'<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="{threshold}"/>'
    inner = ""
    if most := said.get("max_time_allowed"):
        inner += f'<imsss:limitConditions attemptAbsoluteDurationLimit="{most}"/>'
    if passing := said.get("scaled_passing_score"):
        inner += (
            '<imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true" objectiveID="main">'
            f"<imsss:minNormalizedMeasure>{passing}</imsss:minNormalizedMeasure>"
            "</imsss:primaryObjective></imsss:objectives>"
        )
    return made + (f"<imsss:sequencing>{inner}</imsss:sequencing>" if inner else "")


def make_plays_stage(plays: list[Play]) -> dict[str, Any]:
    """A learner in a class that has an activity for each play; with the addresses in their order."""
    stage = make_stage()
    versions: dict[str, Any] = {}
    addresses, activities = [], []
    for place, play in enumerate(plays):
        variant = json.dumps([play.standard, play.limits], sort_keys=True)
        if variant not in versions:
            versions[variant] = lesson_from(
                stage.unit, stage.author, package(play.standard, play.limits), f"steps-{len(versions)}.zip"
            )
        version = versions[variant]
        activity = Activity.objects.create(
            section=stage.activity.section,
            title=play.names[0][:100],
            resource=version.resource,
            position=place + 1,
            rule={"when": "completed"},
        )
        RunPin.objects.create(run=stage.run, activity=activity, version=version)
        _leave(stage, version, activity, play)
        activities.append(str(activity.uid))
        addresses.append(f"/learn/{stage.enrolment.uid}/{activity.uid}/")
    return report(stage) | {"addresses": addresses, "activities": activities}


def _leave(stage: Any, version: Any, activity: Activity, play: Play) -> None:
    """What an earlier visit left, as the server would have kept it."""
    left = {name: value for name, value in play.kept.items() if name not in {"entry", "total_time"}}
    if not left and play.kept.get("entry") != "resume":
        return
    attempt = start_attempt(
        by=stage.learner, user=stage.learner, version=version, enrolment=stage.enrolment, activity=activity
    )
    ScoState.objects.create(
        attempt=attempt,
        sco_identifier=SCO,
        document=json.dumps({"cmi": left}),
        exit="suspend",
        commits=1,
        banked_seconds=parse_interval(play.kept.get("total_time", "")) or 0.0,
        open_until=open_until(stage.run),
    )
