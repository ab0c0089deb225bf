"""Kills what a session hangs on, and looks for what is lost.

``python -m tests.loss --sessions N --seed S [--from K | --only K] [--processes P] [--brisk] [--json]``, on
PostgreSQL where HOCLIEU_DATABASE_URL names a server. Exit status: 0 nothing is lost, 1 something is, 2
nothing was played. Interrupted, it ends the sessions at hand and reports what was played.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys

from tests.loss.plan import plan
from tests.loss.run import report
from tests.loss.session import Outcome
from tests.loss.worlds import Worlds

#: In so many sessions something is shown as saved, or they are looked at in a wrong way.
ENOUGH = 8


def told(outcome: Outcome) -> str:
    """A line for people, and one for each failure."""
    facts, drawn = outcome.as_json(), outcome.plan
    line = (
        f"{outcome.result:5} {drawn.number:5} {drawn.kind:9} {'/'.join(facts['ways']):16}"
        f" {drawn.standard:10} {'3rd' if drawn.third_party else '   '}"
        f" saved {facts['saved']:2} kept {facts['kept']:2}"
        f" short {facts['short']:.2f} over {facts['over']:.2f} {facts['seconds']:6.1f} s"
    )
    again = f"python -m tests.loss --seed {drawn.seed} --only {drawn.number}{' --brisk' * drawn.brisk}"
    twice = [f"      played again: {what}" for what in outcome.before]
    return "\n".join([line, *twice, *(f"      {what}\n      {again}" for what in outcome.failures)])


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.loss", description=__doc__)
    parser.add_argument("--sessions", type=int, default=20, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="K", help="the first session")
    parser.add_argument("--only", type=int, metavar="K", help="this session alone")
    parser.add_argument("--processes", type=int, default=1, metavar="P", help="so many worlds side by side")
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
    outcomes, wrong = [], []
    with Worlds(plans, max(asked.processes, 1)) as worlds:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: worlds.stop())
        for news in worlds:
            if isinstance(news, str):
                wrong.append(news)
                continue
            outcomes.append(news)
            line = json.dumps(news.as_json(), ensure_ascii=False) if asked.json else told(news)
            print(line, flush=True)
    print("\n".join([*wrong, report(outcomes)]), file=sys.stderr if asked.json else sys.stdout)
    if not outcomes:
        return 2
    if len(outcomes) >= ENOUGH and not any(one.safe for one in outcomes):
        print("no step was shown as saved: do the pages speak Vietnamese (make setup)?", file=sys.stderr)
        return 2
    return 0 if not wrong and all(one.result == "kept" for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
