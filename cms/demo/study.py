"""A learner of the demo works through a lesson: the same launches and commits as from a browser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from accounts.models import User
from cms.demo.clock import Clock
from cms.demo.lesson import Lesson
from cms.demo.lessons import design, office, packaging, safety
from cms.demo.resources import DESIGN, OFFICE, PACKAGING, SAFETY, SPREADSHEET
from cms.demo.topic_lessons import lesson
from cms.demo.topics import topics
from courses.runtime.codes import Verdict
from courses.runtime.commits import record_commit
from courses.runtime.leases import lease_of
from courses.runtime.scos import launchable
from courses.runtime.snapshot import Snapshot
from courses.training.actions import open_lesson, record_opened
from courses.training.models import Enrolment, RunPin
from repository.models import Kind

# What the packages of the courses are made of, a lesson for each of their SCOs.
_LESSONS: dict[str, tuple[Lesson, ...]] = {
    DESIGN: (design.LESSON,),
    PACKAGING: (packaging.WHAT, packaging.EXPORT, packaging.QUIZ),
    OFFICE: (office.TEXT,),
    SPREADSHEET: (office.SPREADSHEET,),
    SAFETY: (safety.LESSON,),
}
MINUTES_A_PAGE = 3
DEVICE = "Chrome, Android"


@cache
def lessons_of(title: str) -> tuple[Lesson, ...]:
    """The lessons in the package of that title, in the order of its SCOs. LookupError for another's."""
    if title in _LESSONS:
        return _LESSONS[title]
    for topic in topics():
        if topic.title == title and topic.letter == "E":
            return (lesson(topic, where="", group="life"),)
    raise LookupError(title)


@dataclass(frozen=True)
class Work:
    """How far a learner goes in one lesson: to ``page``, or to the end with ``wrong`` wrong answers."""

    page: int = 0
    wrong: int = 0

    @property
    def finishes(self) -> bool:
        return self.page == 0


def open_file(*, user: User, enrolment: Enrolment, pin: RunPin) -> None:
    """Opens a resource of the class that is not a lesson."""
    record_opened(by=user, enrolment=enrolment, activity=pin.activity)


def work_through(
    clock: Clock, *, user: User, enrolment: Enrolment, pin: RunPin, work: Work | None = None
) -> None:
    """All SCOs of a lesson in order; with ``work.page`` only the first one, up to that page."""
    work = work or Work()
    assert pin.version is not None and pin.activity.resource is not None  # noqa: S101 - it is a package
    lessons = lessons_of(pin.activity.resource.title)
    for sco, part in zip(launchable(list(pin.version.scos.all())), lessons, strict=True):
        launch = open_lesson(by=user, enrolment=enrolment, pin=pin, sco=sco.identifier, device=DEVICE)
        reached = Reached.of(part, work)
        clock.pass_by(minutes=MINUTES_A_PAGE * reached.seen)
        seconds = reached.seconds
        cmi = reached.cmi(pin.version.kind)
        answer = record_commit(
            lease=lease_of(launch.session, sco),
            snapshot=Snapshot(
                session=launch.session.uid,
                key="",
                sco=sco.identifier,
                seq=1,
                seconds=seconds,
                final=True,
                best_completion="unknown",
                best_success="unknown",
                cmi=cmi,
            ),
        )
        if answer.verdict != Verdict.SAVED:
            raise RuntimeError(f"the demo's commit was answered with {answer}")
        clock.pass_by(minutes=2)
        if not work.finishes:
            return


@dataclass(frozen=True)
class Reached:
    """Where a learner leaves a SCO, as the lessons' own script would say it."""

    lesson: Lesson
    pages: int
    seen: int
    work: Work
    seconds: float

    @classmethod
    def of(cls, lesson: Lesson, work: Work) -> Reached:
        pages = len(lesson.pages) + bool(lesson.questions)
        seen = pages if work.finishes else min(work.page, pages)
        return cls(lesson, pages, seen, work, 60.0 * MINUTES_A_PAGE * seen - 20)

    def cmi(self, kind: str) -> dict[str, Any]:
        """What the SCO tells its system, in the words of its standard."""
        return self.scorm12() if kind == Kind.SCORM12 else self.scorm2004()

    @property
    def score(self) -> int | None:
        asked = len(self.lesson.questions)
        if not self.work.finishes or not asked:
            return None
        return round(100 * (asked - min(self.work.wrong, asked)) / asked)

    def suspend_data(self) -> str:
        answers = {}
        if self.work.finishes:
            for n, question in enumerate(self.lesson.questions, 1):
                wrong = n <= self.work.wrong
                answers[f"q{n}"] = "abcdef"[(question.right + wrong) % len(question.options)]
        kept = {
            "seen": list(range(1, self.seen + 1)),
            "answers": answers,
            "score": self.score,
            "done": self.work.finishes,
        }
        return json.dumps(kept, separators=(",", ":"))

    def scorm12(self) -> dict[str, Any]:
        status = "incomplete"
        if self.work.finishes:
            passed = self.score is not None and self.score >= self.lesson.pass_mark
            failed = self.lesson.must_pass and not passed
            status = "passed" if passed else "failed" if failed else "completed"
        hours, rest = divmod(int(self.seconds), 3600)
        core: dict[str, Any] = {
            "lesson_location": str(self.seen),
            "lesson_status": status,
            "exit": "" if self.work.finishes else "suspend",
            "session_time": f"{hours:04d}:{rest // 60:02d}:{rest % 60:02d}.00",
        }
        if self.score is not None:
            core["score"] = {"raw": str(self.score), "min": "0", "max": "100"}
        return {"core": core, "suspend_data": self.suspend_data()}

    def scorm2004(self) -> dict[str, Any]:
        done = self.work.finishes
        cmi: dict[str, Any] = {
            "location": str(self.seen),
            "completion_status": "completed" if done else "incomplete",
            "progress_measure": "1" if done else f"{self.seen / (self.pages + 1):.4f}",
            "session_time": f"PT{int(self.seconds)}S",
            "exit": "normal" if done else "suspend",
            "suspend_data": self.suspend_data(),
        }
        if self.score is not None:
            cmi["success_status"] = "passed" if self.score >= self.lesson.pass_mark else "failed"
            cmi["score"] = {
                "raw": str(self.score),
                "min": "0",
                "max": "100",
                "scaled": f"{self.score / 100:g}",
            }
        return cmi
