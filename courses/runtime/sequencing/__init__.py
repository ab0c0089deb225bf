"""Sequencing of SCORM 2004 4th edition: an activity tree, what is known of it, what is delivered next.

Pure: no models, no clock, no network. `manifest.read` makes a `Definition`, `State` goes in and out
as JSON, `Sequencer` answers. Each process of the specification's pseudo-code is one function that
carries its number.
"""

from courses.runtime.sequencing.definition import Definition, Node
from courses.runtime.sequencing.manifest import read
from courses.runtime.sequencing.sequencer import Controls, Result, Sequencer
from courses.runtime.sequencing.state import State
from courses.runtime.sequencing.tracked import Initial, Tracked, TrackedObjective

__all__ = [
    "Controls",
    "Definition",
    "Initial",
    "Node",
    "Result",
    "Sequencer",
    "State",
    "Tracked",
    "TrackedObjective",
    "read",
]
