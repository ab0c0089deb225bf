"""Kills what a session hangs on, and looks for what is lost.

``python -m tests.loss --sessions N --seed S [--from K | --only K] [--brisk] [--json]``, on PostgreSQL where
HOCLIEU_DATABASE_URL names a server. Exit status: 0 nothing is lost, 1 something is, 2 nothing was played.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.browser import Browsers, chromium_here
from tests.live import start_live
from tests.loss.plan import plan
from tests.loss.run import compare_with_command, play_all, report
from tests.loss.session import Outcome


def told(outcome: Outcome) -> str:
    """A line for people, and one for each failure."""
    facts = outcome.as_json()
    line = (
        f"{outcome.result:5} {facts['session']:5} {outcome.plan.kind:9} {'/'.join(facts['ways']):16}"
        f" {outcome.plan.standard:10} {'3rd' if outcome.plan.third_party else '   '}"
        f" saved {facts['saved']:2} kept {facts['kept']:2}"
        f" short {facts['short']:.2f} over {facts['over']:.2f} {facts['seconds']:6.1f} s"
    )
    again = f"python -m tests.loss --seed {outcome.plan.seed} --only {outcome.plan.number}"
    return "\n".join([line, *(f"      {what}\n      {again}" for what in outcome.failures)])


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.loss", description=__doc__)
    parser.add_argument("--sessions", type=int, default=20, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="K", help="the first session")
    parser.add_argument("--only", type=int, metavar="K", help="this session alone")
    parser.add_argument("--brisk", action="store_true", help="short sessions only, as the tests play them")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    asked = _asked(arguments)
    numbers = [asked.only] if asked.only is not None else range(asked.first, asked.first + asked.sessions)
    plans = [plan(asked.seed, number, brisk=asked.brisk) for number in numbers]
    if not plans:
        print("no session is asked for", file=sys.stderr)
        return 2
    outcomes = []
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        start_live(Path(scratch), demo=False, names=("site", "content")) as live,
        Browsers(chromium_here()) as browsers,
    ):
        for outcome in play_all(live, browsers, plans, Path(scratch)):
            outcomes.append(outcome)
            line = json.dumps(outcome.as_json(), ensure_ascii=False) if asked.json else told(outcome)
            print(line, flush=True)
        wrong = compare_with_command(live, outcomes)
    aside = sys.stderr if asked.json else sys.stdout
    print("\n".join([*(f"attempt_show: {one}" for one in wrong), report(outcomes)]), file=aside)
    return 0 if not wrong and all(one.result == "kept" for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
