"""Stretches of a video or sound that were really played: added up, cut to what can be. Pure.

A stretch is (from, to) in seconds of the medium, so that playing at double speed counts what was passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Ranges = list[tuple[float, float]]

#: Two stretches with no more than this between them are one: players report times in steps.
JOIN_SECONDS = 0.5
#: More separate stretches than this are not kept; the longest are.
MOST_RANGES = 500
#: The fastest that the player lets anybody watch
MOST_SPEED = 2.0
_MOST_SECONDS = 1e7


def read_ranges(value: Any) -> Ranges:
    """The stretches in what a player sent, without what is none: not two figures, backwards, negative."""
    found: Ranges = []
    for pair in value if isinstance(value, list) else []:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            continue
        if all(_is_figure(end) for end in pair) and 0 <= pair[0] < pair[1]:
            found.append((float(pair[0]), float(pair[1])))
    return found


def _is_figure(value: Any) -> bool:
    """A figure that can be a time; whole numbers of any length come in JSON, and no float holds those."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MOST_SECONDS


def union(*several: Iterable[tuple[float, float]]) -> Ranges:
    """All stretches as few ones, in order, that do not overlap; what was played twice counts once."""
    merged: Ranges = []
    for start, end in sorted(pair for ranges in several for pair in ranges):
        if merged and start <= merged[-1][1] + JOIN_SECONDS:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    if len(merged) > MOST_RANGES:
        longest = sorted(merged, key=lambda pair: pair[0] - pair[1])[:MOST_RANGES]
        merged = sorted(longest)
    return merged


def covered(ranges: Sequence[tuple[float, float]]) -> float:
    """Seconds of the medium in stretches that do not overlap."""
    return sum(end - start for start, end in ranges)


def cut(ranges: Sequence[tuple[float, float]], *, length: float, most: float) -> Ranges:
    """The stretches within a medium of ``length`` seconds (0: not known), and ``most`` seconds of them.

    More than ``most`` cannot have been played: what comes first is believed.
    """
    left, kept = max(most, 0.0), []
    for start, end in ranges:
        stop = min(end, start + left, length if length > 0 else end)
        if stop > start:
            kept.append((start, stop))
            left -= stop - start
    return kept


def share(ranges: Sequence[tuple[float, float]], length: float) -> float:
    """The share of a medium that the stretches cover, 0 to 1; 0 while its length is not known.

    The last second may be missing: players stop a little before the end.
    """
    if length <= 0:
        return 0.0
    seconds = covered(ranges)
    if seconds >= length - min(1.0, length * 0.02):
        return 1.0
    return min(round(seconds / length, 4), 1.0)
