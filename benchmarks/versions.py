"""A newer version of a lesson that many learners are in the middle of: looked at, moved to, taken back.

Run as `python -m benchmarks.versions [--learners 1000] [--db sqlite|postgres]`. Three parts with 4 kB of kept
data each, ten classes, a database of its own. Seconds on the clock and of processor (on PostgreSQL with the
server's), queries of the page; what a task does learner by learner is given a learner too.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.measure import machine, tree_cpu, yardstick
from benchmarks.runtime import postgres, postgres_home
from benchmarks.stage import prepare

CLASSES = 10
KEPT = "0123456789abcdef" * 256


def fill(learners: int) -> tuple[Any, Any]:
    """An activity with so many learners who have worked in two of its three parts; the newer version."""
    from django.utils import timezone

    from accounts.models import User
    from courses.models import Attempt, CourseRun, Enrolment, RunPin, ScoState
    from tests.courses.training.versions import SECOND, class_in_the_middle, next_version, package

    stage = class_in_the_middle()
    runs = [stage.run]
    for number in range(CLASSES - 1):
        facts = {"course": stage.run.course, "unit": stage.unit, "name": f"Lớp {number}", "school_year": 2026}
        dates = {"opens_on": stage.run.opens_on, "closes_on": stage.run.closes_on}
        run = CourseRun.objects.create(**facts, **dates, state="open", created_by=stage.author)
        RunPin.objects.create(run=run, activity=stage.activity, version=stage.version)
        runs.append(run)
    names = [User(username=f"nguoi-hoc-{n}", first_name="Lan", sort_name="lan") for n in range(learners)]
    people = User.objects.bulk_create(names, batch_size=500)
    enrolled = Enrolment.objects.bulk_create(
        [Enrolment(run=runs[n % CLASSES], user=user) for n, user in enumerate(people)], batch_size=500
    )
    attempts = Attempt.objects.bulk_create(
        [
            Attempt(user=row.user, enrolment=row, activity=stage.activity, version=stage.version, revision=1)
            for row in enrolled
        ],
        batch_size=500,
    )
    core = {"lesson_status": "incomplete", "lesson_location": "7"}
    document = json.dumps({"cmi": {"suspend_data": KEPT, "core": core}})
    ScoState.objects.bulk_create(
        [
            ScoState(
                attempt=attempt,
                sco_identifier=name,
                document=document if name != "i3" else "{}",
                commits=5 if name != "i3" else 0,
                completion="completed" if name == "i1" else "incomplete",
                banked_seconds=600,
                open_until=timezone.now(),
            )
            for attempt in attempts
            for name in ("i1", "i2", "i3")
        ],
        batch_size=500,
    )
    newer = next_version(stage.activity.resource, stage.author, package(SECOND))
    return stage, newer


def measure(learners: int, server: int | None) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from courses.models import Activity, Attempt
    from courses.training.actions import return_switch, switch_version
    from courses.training.actions.switching import carry_on
    from courses.training.switching import reach_of, routes_of, touched_of

    pids = [os.getpid(), *([server] if server else [])]

    def timed(name: str, work: Callable[[], Any], *, each: int = 0) -> Any:
        cpu, started = tree_cpu(*pids), time.perf_counter()
        answer = work()
        wall, cpu = time.perf_counter() - started, tree_cpu(*pids) - cpu
        more = f"   {wall / each * 1000:6.2f} ms, {cpu / each * 1000:6.2f} ms CPU a learner" if each else ""
        print(f"  {name:34} {wall:7.2f} s {cpu:7.2f} s CPU{more}", flush=True)
        return answer

    stage, newer = timed("the class is filled", lambda: fill(learners))
    activity = Activity.objects.filter(pk=stage.activity.pk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        timed("whom it touches", lambda: reach_of(stage.author, stage.activity.resource_id))
    print(f"  {'':34} {len(asked):4} queries", flush=True)
    timed("the pairs of parts", lambda: routes_of(touched_of(stage.author, activity)[0]))
    switch = timed(
        "the decision (one transaction)",
        lambda: switch_version(by=None, activity=stage.activity, version=newer, way="move"),
    )
    moved = timed("moving (task)", lambda: carry_on(switch_id=switch.pk), each=learners)
    assert moved == learners and Attempt.objects.filter(version=newer).count() == learners
    timed("the task again", lambda: carry_on(switch_id=switch.pk))
    timed("taking back (one transaction)", lambda: return_switch(by=None, switch=switch))
    back = timed("bringing back (task)", lambda: carry_on(switch_id=switch.pk), each=learners)
    assert back == learners and not Attempt.objects.standing().filter(version=newer).exists()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    options = parser.parse_args()
    with ExitStack() as stack:
        server = None
        if options.db == "postgres":
            home = postgres_home()
            if home is None:
                print("PostgreSQL is not installed.", file=sys.stderr)
                return 1
            os.environ["HOCLIEU_DATABASE_URL"], server = stack.enter_context(postgres(home))
        prepare(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        print(f"{machine()}; yardstick {yardstick():.0f} ms; {options.db}, {options.learners} learners")
        measure(options.learners, server)
        print(f"yardstick {yardstick():.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
