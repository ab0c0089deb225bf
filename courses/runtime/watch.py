"""What a course wants to hear from an attempt: the figures a rule waits for, how its SCOs add up. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Watch:
    """Set at launch from the activity's rule, by whoever knows it.

    ``seconds_due``: seconds of the whole attempt that the rule still waits for, ``progress_due`` a
    progress from 0 to 1; None once met or where no rule asks. ``score_watched``: every change of the score
    is looked at. ``scos``: all | any | last; ``score``: highest | average | last (``outcome.rollup``).
    ``asks``: what a lesson that reports nothing itself is followed for: minutes | scrolled | watched, ""
    where opening it is enough; ``share`` how much of it, from 0 to 1.
    """

    seconds_due: float | None = None
    progress_due: float | None = None
    score_watched: bool = False
    scos: str = "all"
    score: str = "highest"
    failed_completes: bool = True
    asks: str = ""
    share: float = 0.0

    def terms(self) -> dict[str, object]:
        """What an attempt keeps of it, to roll up and judge by later."""
        kept = {"scos": self.scos, "score": self.score, "failed_completes": self.failed_completes}
        return kept | ({"asks": self.asks, "share": self.share} if self.asks else {})
