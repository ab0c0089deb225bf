"""Plays many sessions over one live site, with one computer for each policy on frames' storage."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.browser import Browsers
from tests.live import Live
from tests.loss.desk import Desk
from tests.loss.plan import KINDS, Plan
from tests.loss.session import Outcome, Session


def play_all(live: Live, browsers: Browsers, plans: Sequence[Plan], folder: Path) -> Iterator[Outcome]:
    """Every session with a learner of her own; a window outlives those that do not kill it."""
    spare = 2 + len(plans) // 10
    code = f"from tests.loss.stage import class_of\nprint(class_of({len(plans) + spare}))"
    learners = json.loads(live.python(code).splitlines()[-1])
    spares = learners[len(plans) :]
    desks = {
        third: Desk(browsers, folder / f"desk-{place}", third_party=third)
        for place, third in enumerate((False, True))
    }
    with ExitStack() as closing:
        for desk in desks.values():
            closing.callback(desk.stop)
        for plan, learner in zip(plans, learners, strict=False):
            outcome = Session(plan, live, desks[plan.third_party], learner).play()
            if outcome.result == "error" and spares:  # what could not be played says nothing: once more
                again = Session(plan, live, desks[plan.third_party], spares.pop()).play()
                again.before = outcome.failures
                outcome = again
            yield outcome


def compare_with_command(live: Live, outcomes: Iterable[Outcome]) -> list[str]:
    """Where ``attempt_show`` says something else than was found: nothing, one hopes."""
    played = {outcome.enrolment: outcome for outcome in outcomes if outcome.result != "error"}
    code = f"from tests.loss.stage import shown\nprint(shown({sorted(played)!r}))"
    told = json.loads(live.python(code).splitlines()[-1])
    wrong = []
    for enrolment, outcome in played.items():
        shown = told.get(str(enrolment))
        name = f"session {outcome.plan.number}"
        if shown is None:
            wrong.append(f"attempt_show, {name}: no attempt")
        elif shown["total_seconds"] < outcome.counted - 0.01:
            wrong.append(f"attempt_show, {name}: {shown['total_seconds']} s of {outcome.counted} s")
        elif outcome.safe and not any(item["commits"] for item in shown["items"]):
            wrong.append(f"attempt_show, {name}: nothing was saved")
    return wrong


def report(outcomes: Sequence[Outcome]) -> str:
    """Sessions, losses and what was shown as safe, by kind of death; the worst of the time."""
    lines = [f"{'kind':10} sessions  lost  error  saved   kept"]
    for kind in (*KINDS, "all"):
        of = [one for one in outcomes if kind in (one.plan.kind, "all")]
        results = Counter(one.result for one in of)
        words = Counter(word for one in of for word in one.safe.values())
        lines.append(
            f"{kind:10} {len(of):8} {results['lost']:5} {results['error']:6}"
            f" {words['saved']:6} {words['kept']:6}"
        )
    short = max((one.short for one in outcomes), default=0.0)
    over = max((one.over for one in outcomes), default=0.0)
    spent = sum(one.clock.least for one in outcomes)
    lines.append(f"time: {spent:.0f} s spent, at most {short:.2f} s short and {over:.2f} s over in a session")
    if hung := sum(one.hung for one in outcomes):
        lines.append(f"windows that did not close until the browser was killed: {hung}")
    if again := sum(bool(one.before) for one in outcomes):
        lines.append(f"played again: {again} could not be played the first time")
    return "\n".join(lines)
