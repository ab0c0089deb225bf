"""What lessons that report nothing themselves have shown: how far a page was scrolled, what of a video was
played. Pure.

Their snapshots use the words of SCORM 2004; a video's adds ``ranges``, the stretches played in the session,
and ``duration`` in seconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.runtime.outcome import COMPLETE, Outcome, Terms, as_number
from courses.runtime.ranges import MOST_SPEED, Ranges, covered, cut, read_ranges, share, union

#: What a rule may ask for that the player follows (``Watch.asks``)
MINUTES, SCROLLED, WATCHED = "minutes", "scrolled", "watched"
_MOST_SECONDS = 1e7
#: A player's own length is believed where it is this near to what the file says.
NEARLY = 0.95


def scrolled(cmi: Mapping[str, Any], terms: Terms) -> Outcome:
    """The outcome of a page that is followed to its end: ``progress_measure`` is the furthest seen of it."""
    progress = as_number(cmi.get("progress_measure"))
    progress = 0.0 if progress is None else min(max(progress, 0.0), 1.0)
    return Outcome(completion=_reached(progress, terms), progress=progress)


def _reached(progress: float, terms: Terms) -> str:
    """Completed with the share that was asked for; where none is, opening did it already."""
    if not terms.share:
        return "unknown"
    return COMPLETE if progress >= terms.share else "incomplete"


@dataclass(frozen=True, slots=True)
class Played:
    """What is kept of a video or sound: where the learner is, all she has played, how long it is."""

    place: float = 0.0
    ranges: tuple[tuple[float, float], ...] = ()
    length: float = 0.0

    @property
    def share(self) -> float:
        return share(self.ranges, self.length)

    def as_cmi(self) -> dict[str, Any]:
        return {
            "location": f"{self.place:.1f}",
            "duration": round(self.length, 2),
            "ranges": [[round(start, 2), round(end, 2)] for start, end in self.ranges],
            "progress_measure": f"{self.share:g}",
        }


def played_in(document: str) -> Played:
    """What a kept document says; nothing for one that is empty or no video's."""
    cmi = json.loads(document or "{}").get("cmi")
    return played(cmi) if isinstance(cmi, Mapping) else Played()


def played(cmi: Mapping[str, Any]) -> Played:
    """What a snapshot or a kept document holds."""
    return Played(
        place=_seconds(cmi.get("location")),
        ranges=tuple(union(read_ranges(cmi.get("ranges")))),
        length=_seconds(cmi.get("duration")),
    )


def _seconds(value: Any) -> float:
    number = as_number(value)
    return 0.0 if number is None else min(max(number, 0.0), _MOST_SECONDS)


def add_up(
    kept: Played, sent: Played, *, open_for: float, length: float = 0.0, newest: bool = True
) -> Played:
    """What was kept with what a session of ``open_for`` seconds has sent of itself.

    Nobody plays more in a session than its clock allows at double speed. ``length`` is the file's, in
    seconds, where the server knows it; else the longest that any session has said. ``newest``: the place is
    this session's; an older window's stretches count, its place does not.
    """
    whole = length or max(kept.length, sent.length)
    if length * NEARLY <= sent.length < length:  # a header may say a little more than there is to play
        whole = sent.length
    believed: Ranges = cut(sent.ranges, length=whole, most=max(open_for, 0.0) * MOST_SPEED)
    both = union(cut(kept.ranges, length=whole, most=covered(kept.ranges)), believed)
    place = sent.place if newest else kept.place
    return Played(min(place, whole) if whole else place, tuple(both), whole)


def watched(so_far: Played, terms: Terms) -> Outcome:
    """The outcome of a video or sound."""
    return Outcome(completion=_reached(so_far.share, terms), progress=so_far.share)
