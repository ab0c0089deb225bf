"""Plays a session: opens the lesson, lets things die as planned, opens it again, looks at what is there."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import psycopg
from playwright.sync_api import Error

from tests.live import Live
from tests.loss.check import (
    Clock,
    Done,
    Look,
    found_after,
    in_document,
    read_back,
    shown_safe,
    time_is_wrong,
)
from tests.loss.desk import Desk
from tests.loss.outages import Outages
from tests.loss.plan import PARTS, Fault, Launch, Plan, Step

SCHEMA = 1
ARRIVE_SECONDS = 20.0
#: Who waits longer for a browser waits for ever.
PATIENCE_SECONDS = 75.0
_LOOK_EVERY = 0.5
_STEP_MS = 25
#: Commits of a session that are sent a second time afterwards.
_AGAIN = 4
_STATES = """SELECT s.sco_identifier, s.document, s.completion, s.banked_seconds, a.completion
    FROM courses_scostate s JOIN courses_attempt a ON a.id = s.attempt_id WHERE MINE ORDER BY s.id"""
#: What there is at most one of.
_ONCE = {
    "attempts": "SELECT count(*) FROM courses_attempt a WHERE MINE",
    "completions": "SELECT count(*) FROM courses_activitycompletion a WHERE MINE",
    "commits of a kind in a session": """SELECT coalesce(max(n), 0) FROM (
        SELECT count(*) AS n FROM courses_commitlog c JOIN courses_attempt a ON a.id = c.attempt_id
        WHERE MINE AND c.reason IN ('first', 'last')
        GROUP BY c.session_id, c.sco_identifier, c.reason) AS g""",
}
_NOTHING: dict[str, Any] = {"steps": [], "tidy": False, "time": "none"}


@dataclass
class Outcome:
    """``result``: kept, lost, or error where the session could not be played.

    ``before``: why it could not be played the first time. ``hung``: how often the browser had to be killed.
    """

    plan: Plan
    result: str = "kept"
    failures: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    hung: int = 0
    safe: dict[int, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    counted: float = 0.0
    seconds: float = 0.0
    enrolment: int = 0

    @property
    def short(self) -> float:
        return max(self.clock.least - self.counted, 0.0)

    @property
    def over(self) -> float:
        return max(self.counted - self.clock.most, 0.0)

    def as_json(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "schema": SCHEMA,
            "seed": plan.seed,
            "session": plan.number,
            "brisk": plan.brisk,
            "kind": plan.kind,
            "ways": [launch.way for launch in plan.launches],
            "standard": plan.standard,
            "third_party": plan.third_party,
            "result": self.result,
            "failures": self.failures,
            "before": self.before,
            "hung": self.hung,
            "saved": list(self.safe.values()).count("saved"),
            "kept": list(self.safe.values()).count("kept"),
            "spent": round(self.clock.least, 2),
            "counted": round(self.counted, 2),
            "short": round(self.short, 2),
            "over": round(self.over, 2),
            "seconds": round(self.seconds, 2),
        }


@dataclass(frozen=True, slots=True)
class Arrival:
    """A lesson that has begun, in milliseconds since 1970, and what it read before it did anything."""

    part: str
    at: float
    read: Mapping[str, str]


def _beat_of(told: str) -> str:
    """The same news of a launch's time, without what it had to save."""
    snapshot = json.loads(told)
    return json.dumps({name: snapshot[name] for name in ("key", "session", "sco", "seconds")})


class LostError(Exception):
    """The session cannot go on: the lesson does not come back."""


class Session:
    """``learner`` is an entry of ``stage.class_of``."""

    def __init__(self, plan: Plan, live: Live, desk: Desk, learner: Mapping[str, Any]) -> None:
        self.plan, self.live, self.desk, self.learner = plan, live, desk, learner
        self.outages = Outages(live, desk)
        self.outcome = Outcome(plan, enrolment=learner["enrolment"])
        self.address = urljoin(live.site_url, learner["addresses"][plan.standard])
        self.history: dict[str, list[Step]] = {part: [] for part in plan.parts}
        self.launch: Launch | None = None
        self.arrivals: list[Arrival] = []
        self.looks: list[Look] = []
        self.done: list[Done] = []
        self.ended: dict[str, float] = {}
        self.sent: list[str] = []
        self.whole = False
        desk.hears = self._hears

    def play(self) -> Outcome:
        began, hangs = time.monotonic(), self.desk.hangs
        try:
            with self.desk.no_longer_than(PATIENCE_SECONDS):
                self._play_through()
        except LostError as lost:
            self._fail(str(lost))
        except (Error, AssertionError, OSError, sqlite3.Error, psycopg.Error) as fault:
            self.outcome.result = "error"
            self.outcome.failures.append(f"{type(fault).__name__}: {str(fault)[:300]}")
            self.desk.kill()
        finally:
            self.desk.hears = lambda _name, _told: None
            self.outages.end_all()
            self.desk.clear()
        self.outcome.seconds = time.monotonic() - began
        self.outcome.hung = self.desk.hangs - hangs
        return self.outcome

    def _play_through(self) -> None:
        for turn, launch in enumerate((*self.plan.launches, None)):
            asked = self._open(launch)
            if turn:
                self._check(turn)
            if launch is not None:
                self._live_through(launch, asked)
        self._count_once()

    def _fail(self, what: str) -> None:
        self.outcome.result = "lost"
        self.outcome.failures.append(what)

    # What is heard

    def _hears(self, name: str, told: Any) -> Any:
        if name == "lossArrived":
            self.arrivals.append(Arrival(told["part"], told["at"], told["read"]))
            if not told["open"]:
                self._fail(f"{told['part']} could not begin")
            return self.launch.script(told["part"]) if self.launch else _NOTHING
        if name == "lossDid":
            self.done.append(Done(told["part"], told["n"], told["at"]))
            steps = self.launch.steps.get(told["part"], ()) if self.launch else ()
            if any(step.n == told["n"] and step.finish for step in steps):
                self.ended[told["part"]] = told["at"]
            if told["refused"]:
                self._fail(f"step {told['n']} was refused: {told['refused'][:3]}")
        elif name == "lossShown":
            self.looks.append(Look(told["at"], told["text"]))
        elif name == "sent":
            self.sent = [*self.sent, told][-_AGAIN:]
        return None

    # What is done

    def _open(self, launch: Launch | None) -> float:
        """Opens the lesson and waits until it has begun; when it was asked for."""
        self.launch = launch
        self.arrivals, self.looks, self.done, self.ended = [], [], [], {}
        self.desk.troubles.clear()
        self.desk.sign_in(self.learner["session"], self.live.site_url)
        asked = time.time()
        self.desk.page.goto(self.address, wait_until="commit")
        until, look = time.monotonic() + ARRIVE_SECONDS, time.monotonic() + _LOOK_EVERY
        while not self.arrivals:
            self.desk.pause(_STEP_MS)
            if time.monotonic() > until:
                raise LostError(f"the lesson does not open: {self._note()}")
            if time.monotonic() > look:
                look += _LOOK_EVERY
                self._try_again()
        return asked

    def _note(self) -> str:
        shown = "nothing is shown"
        with suppress(Error):
            shown = " ".join(self.desk.page.locator("body").inner_text(timeout=500).split())[:200]
        with suppress(Error):
            shown += f"; frames {[frame.url[-60:] for frame in self.desk.page.frames]}"
        return f"{shown}; {self.desk.troubles[-5:]}"

    def _try_again(self) -> None:
        """As the player offers where it could not open the lesson."""
        with suppress(Error):
            button = self.desk.page.locator("[data-again]")
            if button.is_visible():
                button.click(timeout=500)

    def _live_through(self, launch: Launch, asked: float) -> None:
        """From the arrival to the death of the window."""
        began = time.monotonic() - max(time.time() - self.arrivals[0].at / 1000, 0)
        happens: list[tuple[int, str, Fault | None]] = [(launch.end, "end", None)]
        for fault in launch.faults:
            happens.append((fault.at, "begin", fault))
            if fault.until is not None:
                happens.append((fault.until, "back", fault))
        for at, what, fault in sorted(happens, key=lambda one: one[:2]):
            self._wait(began + at / 1000)
            if fault is None:
                break
            (self.outages.begin if what == "begin" else self.outages.end)(fault.kind)
        if last := self.desk.look():
            self.looks.append(last)
        dying = time.time()
        self.launch = None  # what arrives while the window goes is told nothing
        self._end(launch)
        self._keep_books(launch, dying, Clock(most=time.time() - asked))
        self.outages.end_all()

    def _wait(self, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            self.desk.pause(left * 1000)

    def _end(self, launch: Launch) -> None:
        if launch.way == "tab":
            self.desk.close_window(launch.manner)
        elif launch.way == "crash":
            self.desk.crash()
        else:
            self.desk.kill()

    def _keep_books(self, launch: Launch, dying: float, clock: Clock) -> None:
        """What was shown as safe, and the time that was spent."""
        self.outcome.safe |= shown_safe(self.looks, self.done)
        spent = 0.0
        for place, arrival in enumerate(self.arrivals):
            following = self.arrivals[place + 1].at / 1000 if place + 1 < len(self.arrivals) else dying
            ended = self.ended.get(arrival.part, dying * 1000) / 1000
            spent += max(min(following, ended, dying) - arrival.at / 1000, 0.0)
        self.outcome.clock += clock + Clock(least=spent)
        for part in self.history:
            self.history[part] += launch.steps.get(part, ())

    # What is there

    def _check(self, turn: int) -> None:
        """What the lesson reads as it comes back, and what the server holds of its other parts."""
        arrival, standard = self.arrivals[0], self.plan.standard
        self._compare(f"opening {turn + 1}, {arrival.part} reads", arrival.part, read_back(arrival.read))
        for row in self._states():
            if row["part"] in self.history and (self.launch is None or row["part"] != arrival.part):
                cmi = json.loads(row["document"]).get("cmi") or {}
                self._compare(
                    f"opening {turn + 1}, the server on {row['part']}",
                    row["part"],
                    in_document(standard, cmi),
                )
        self._check_completion()
        steps = self.history[arrival.part]
        resumes = steps and not steps[-1].finish and steps[-1].n in self.outcome.safe
        if resumes and arrival.read["entry"] != "resume":
            self._fail(f"opening {turn + 1}: the entry is '{arrival.read['entry']}', not resume")
        self._check_time()

    def _compare(self, where: str, part: str, found: Mapping[str, Any]) -> None:
        steps = self.history[part]
        place, wrong = found_after(self.plan.standard, steps, self.outcome.safe, found)
        if wrong:
            self._fail(f"{where}: {wrong}")
        self.history[part] = steps[:place]

    def _check_time(self) -> None:
        self.outcome.counted = sum(float(row["banked"]) for row in self._states())
        if wrong := time_is_wrong(self.outcome.clock, self.outcome.counted):
            self._fail(wrong)

    def _states(self) -> list[dict[str, Any]]:
        names = ("part", "document", "completion", "banked", "whole")
        rows = self._rows(_STATES)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _count_once(self) -> None:
        """Completion stays, the same commit again changes nothing, and nothing is there twice."""
        self._check_completion()
        before = self._held()
        answers = [self._send_again(body) for told in self.sent for body in (told, _beat_of(told))]
        if before != self._held():
            self._fail(f"the same commits again changed what was saved: {answers}")
        self._check_time()
        self._check_completion()
        for what, query in _ONCE.items():
            count = int(str(self._rows(query)[0][0]))
            if count > 1:
                self._fail(f"{count} {what}")

    def _held(self) -> list[list[Any]]:
        """What the steps have written; a lesson just opened may write its document again, with the same."""
        documents = [json.loads(row["document"]).get("cmi") or {} for row in self._states()]
        held = [in_document(self.plan.standard, cmi) for cmi in documents]
        return [[one[name] for name in ("location", "suspend", "score", "answers")] for one in held]

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        return self.live.rows(query.replace("MINE", f"a.enrolment_id = {int(self.learner['enrolment'])}"))

    def _check_completion(self) -> None:
        states = self._states()
        done = {row["part"] for row in states if row["completion"] == "completed"}
        for part, steps in self.history.items():
            told = [step.n for step in steps if step.status == "completed" and step.n in self.outcome.safe]
            if told and part not in done:
                self._fail(f"step {told[0]} completed {part}, which the server does not say")
        whole = bool(states) and states[0]["whole"] == "completed"
        # What a tree comes to is its own affair, but it stays.
        if not whole and (self.whole or done == set(self.history) == {PARTS[0]}):
            self._fail("what was completed is not any more" if self.whole else "the attempt is not completed")
        self.whole = whole

    def _send_again(self, body: str) -> str:
        request = urllib.request.Request(f"{self.live.content_url}/commit/", body.encode())
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return str(response.read(300), "utf-8")
        except urllib.error.HTTPError as refused:
            return f"{refused.code}"
