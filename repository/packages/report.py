"""The report on an uploaded package or file: what it is, whether it is taken, what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .advice import NO_VERDICT
from .codes import SEVERITIES, Finding
from .contents import Contents
from .index import Index

Verdict = Literal["accepted", "warned", "refused"]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the table of contents, parents before children (`parent` is an identifier, "" at the top).

    `launch` is `path` + `query`: the member that opens it, as it is spelt in the package, with query and
    fragment; all three are "" for a folder and for what cannot be opened. `scorm_type`: "sco", "asset", "au"
    (a cmi5 unit) or "".
    Figures are kept as the manifest writes them, "" where it is silent.
    """

    identifier: str
    title: str
    launch: str
    path: str
    query: str
    scorm_type: str
    depth: int
    parent: str
    visible: bool
    prerequisites: str = ""
    mastery_score: str = ""
    max_time_allowed: str = ""
    time_limit_action: str = ""
    data_from_lms: str = ""
    completion_threshold: str = ""
    scaled_passing_score: str = ""
    hide_lms_ui: tuple[str, ...] = ()
    #: What a kind of package of its own says besides, as plain data
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """`kind`: scorm12, scorm2004, cmi5, html5, h5p, pdf, image, audio, video, or a kind that is refused
    (imscc, qti, aicc, office), "" where nothing can be said. `edition`: 1.2, 2nd, 3rd, 4th or "". `seconds`:
    how long a video or sound is, 0 where its file does not say. `index` only if not refused. `base` is the
    folder of the package that everything lies in ("" or "x/"), `launch` the entry page.
    """

    kind: str = ""
    edition: str = ""
    tool: str = ""
    title: str = ""
    findings: list[Finding] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    launch: str = ""
    base: str = ""
    manifest: str = ""
    sequenced: bool = False
    media_type: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    files: int = 0
    unpacked_bytes: int = 0
    contents: Contents = field(default_factory=Contents)
    index: Index | None = None
    # Whether the second look read everything that it can read
    read_whole: bool = True

    @property
    def verdict(self) -> Verdict:
        if any(finding.severity == "block" for finding in self.findings):
            return "refused"
        serious = any(
            finding.severity != "tip" and finding.code not in NO_VERDICT for finding in self.findings
        )
        return "warned" if serious else "accepted"

    @property
    def refused(self) -> bool:
        return self.verdict == "refused"

    @property
    def tracked_parts(self) -> int:
        """How many parts of the table of contents report to the platform (SCOs, cmi5 units)."""
        return sum(item.scorm_type in ("sco", "au") for item in self.items)

    @property
    def repaired(self) -> list[str]:
        """The codes of what was put right without asking."""
        return [finding.code for finding in self.findings if finding.severity == "auto"]

    def sort_findings(self) -> None:
        """What blocks first, then what to look at, then what was put right, then tips; otherwise as found."""
        self.findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
