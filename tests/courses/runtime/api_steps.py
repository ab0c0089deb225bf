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
    """``names``: every fixture visit it stands for; ``limits`` and ``kept``: what the SCO finds."""

    standard: str
    steps: list[dict[str, Any]]
    limits: dict[str, str]
    kept: dict[str, Any]
    names: list[str] = field(default_factory=list)

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
        version, kind, more = "1.2", "scormtype", ""
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
