"""The classes of the demo's courses: opened by the real actions, their learning written in bulk."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.days import school_year_of, today
from accounts.models import OrgUnit, User
from cms.demo import clock, history
from cms.demo.courses import Meet, Open, Plan, Text
from cms.demo.history import Evening, History
from courses.training import actions
from courses.training.models import Activity, ClassSession, Course, CourseRun, Enrolment
from courses.training.prose import to_html
from repository.models import LearningResource

ROOM, ONLINE = ClassSession.Mode.ROOM, ClassSession.Mode.ONLINE
# How a roll of a session comes out, in hundredths, with the reasons given.
_MARKS = {"present": 80, "late": 7, "excused": 7, "absent": 6}
_REASONS = {
    "late": ("Kẹt xe", "Dạy tiết 1"),
    "excused": ("Nghỉ ốm", "Con ốm", "Đi coi thi"),
    "absent": ("",),
}


@dataclass(frozen=True)
class Span:
    """The days of a class, counted from today."""

    first: int
    last: int

    @property
    def days(self) -> tuple[date, date]:
        return today() + timedelta(days=self.first), today() + timedelta(days=self.last)


@dataclass(frozen=True)
class Meeting:
    """A session of a class: how many days from today, when, where; ``rolled`` when its roll was taken."""

    activity: str
    day: int
    start: int = 8
    hours: int = 3
    mode: str = ROOM
    place: str = ""
    link: str = ""
    rolled: bool = False


QUESTIONS = Meeting(
    "Hỏi đáp trực tuyến", 6, start=19, hours=1, mode=ONLINE, link="https://hop.hungyen.example/hoi-dap"
)


@dataclass
class Class:
    """A class to be opened. ``finishers`` complete the course in it."""

    course: Course
    unit: OrgUnit
    by: User
    name: str
    span: Span
    users: list[User]
    finishers: list[User] = field(default_factory=list)
    progress: dict[str, tuple[int, int]] = field(default_factory=dict)
    instructors: list[User] = field(default_factory=list)
    meetings: tuple[Meeting, ...] = ()
    school_year: int | None = None
    opened: bool = True
    choice_until: int | None = None
    seats: int | None = None
    description: str = ""
    joining: list[User] = field(default_factory=list)


def make_course(
    plan: Plan, by: User, unit: OrgUnit, resources: dict[str, LearningResource], on: date
) -> Course:
    """A course with its sections and activities, opened."""
    with clock.on(on):
        course = actions.create_course(
            by=by, unit=unit, title=plan.title, summary=plan.summary, periods=plan.periods
        )
        made: dict[str, Activity] = {}
        for title, parts in plan.sections:
            section = actions.add_section(by=by, course=course, title=title)
            for part in parts:
                if isinstance(part, Open):
                    activity = actions.add_activity(
                        by=by,
                        section=section,
                        resource=resources[part.resource],
                        title=part.title,
                        required=part.required,
                        rule=part.rule,
                    )
                elif isinstance(part, Text):
                    blocks = [
                        {"type": kind, "value": to_html(value) if kind == "paragraph" else value}
                        for kind, value in part.blocks
                    ]
                    activity = actions.add_page(
                        by=by, section=section, title=part.title, blocks=blocks, minutes=part.minutes
                    )
                else:
                    activity = _meeting(by, section, part)
                made[activity.title] = activity
        for locked, after in plan.locks:
            _lock(by, made[locked], made[after])
        actions.open_course(by=by, course=course)
    course.refresh_from_db()
    return course


def _meeting(by: User, section, part: Meet) -> Activity:  # type: ignore[no-untyped-def]
    return actions.add_meeting(
        by=by,
        section=section,
        title=part.title,
        about=part.about,
        minutes=part.minutes,
        required=part.required,
    )


def _lock(by: User, activity: Activity, after: Activity) -> None:
    actions.edit_activity(
        by=by,
        activity=activity,
        title=activity.title,
        rule=activity.rule,
        required=activity.required,
        opens_after=after,
    )


def hold(plan: Class, dice: random.Random) -> CourseRun:
    """Opens a class as it was opened then, and lets its people learn up to today."""
    first, last = plan.span.days
    with clock.on(min(first - timedelta(days=6), today() - timedelta(days=2))):
        run = actions.create_run(
            by=plan.by,
            course=plan.course,
            unit=plan.unit,
            name=plan.name,
            opens_on=first,
            closes_on=last,
            school_year=plan.school_year or school_year_of(first),
        )
        actions.set_instructors(by=plan.by, run=run, users=[plan.by, *plan.instructors], lead=plan.by)
        if plan.choice_until is not None or plan.description:
            actions.set_choice(
                by=plan.by,
                run=run,
                choice=plan.choice_until is not None,
                choice_until=None if plan.choice_until is None else today_plus(plan.choice_until),
                seats=plan.seats,
                description=plan.description,
            )
        if plan.users:
            actions.enrol(by=plan.by, run=run, users=plan.users)
        if plan.opened:
            actions.open_run(by=plan.by, run=run)
    run.refresh_from_db()
    for n, user in enumerate(plan.joining):
        with clock.on(today() - timedelta(days=1 + n % 2), clock.evening(n)):
            actions.enrol_self(by=user, run=run)
    if plan.opened:
        _meet(plan, run, dice)
        _learn(plan, run, dice)
    if last < today():
        with clock.on(last + timedelta(days=1)):
            actions.close_run(by=plan.by, run=run)
        run.refresh_from_db()
    return run


def today_plus(days: int) -> date:
    """The day so many days from today, as it is now; the clock may stand elsewhere."""
    return clock.real_today() + timedelta(days=days)


def _meet(plan: Class, run: CourseRun, dice: random.Random) -> None:
    """Sets the sessions of a class; the rolls that were taken are taken."""
    if not plan.meetings:
        return
    fulfil = {a.title: a for a in Activity.objects.filter(section__course=plan.course, kind="session")}
    enrolled = list(run.enrolments.order_by("pk").values_list("pk", flat=True))
    for meeting in plan.meetings:
        day = today() + timedelta(days=meeting.day)
        with clock.on(plan.span.days[0] - timedelta(days=3)):
            session = actions.add_session(
                by=plan.by,
                run=run,
                title=meeting.activity,
                starts_at=clock.moment(day, meeting.start),
                ends_at=clock.moment(day, meeting.start + meeting.hours),
                mode=meeting.mode,
                place=meeting.place,
                link=meeting.link,
                activity=fulfil[meeting.activity],
            )
        if meeting.rolled:
            marks = {pk: _mark(dice) for pk in enrolled}
            with clock.on(day, clock.evening(0)):
                actions.mark_attendance(by=plan.by, session=session, marks=marks)


def _mark(dice: random.Random) -> tuple[str, str]:
    mark = dice.choices(list(_MARKS), list(_MARKS.values()))[0]
    return mark, dice.choice(_REASONS[mark]) if mark in _REASONS else ""


def _learn(plan: Class, run: CourseRun, dice: random.Random) -> None:
    """Who finishes does so over two evenings; of the others most are half way, some never began."""
    course, rows = history.Course.of(run), History()
    finishers = {user.pk for user in plan.finishers}
    first, last = plan.span.days
    span = max(2, (min(last, today() - timedelta(days=1)) - first).days)
    users = {user.pk: user for user in plan.users}
    total = len(course.places)
    for n, enrolment in enumerate(Enrolment.objects.filter(run=run).order_by("pk")):
        user = users.get(enrolment.user_id)
        if user is None:
            continue
        if user.username in plan.progress:
            evenings = _some(plan.progress[user.username], first + timedelta(days=7), 19)
        elif enrolment.user_id in finishers:
            evenings = _all(dice, first, span, total, n)
        else:
            day = first + timedelta(days=1 + n % (span - 1))
            evenings = _some(_part(dice, n, total), day, 19 + n % 2)
        if evenings:
            rows.live(course, enrolment, user, evenings)
    rows.write()


def _all(dice: random.Random, first: date, span: int, total: int, n: int) -> list[Evening]:
    wrong = dice.choice((0, 0, 0, 1))
    half = total // 2
    day = first + timedelta(days=1 + n % (span - 1))
    if not half or span < 4:
        return [Evening(clock.moment(day, 19, 30), activities=total, wrong=wrong)]
    earlier = first + timedelta(days=1 + n % max(1, (day - first).days))
    if earlier >= day:
        return [Evening(clock.moment(day, 19, 30), activities=total, wrong=wrong)]
    return [
        Evening(clock.moment(earlier, 20, n % 50), activities=half, wrong=wrong),
        Evening(clock.moment(day, 19, n % 50), activities=total - half, wrong=wrong, skip=half),
    ]


def _part(dice: random.Random, n: int, total: int) -> tuple[int, int]:
    """How far somebody is who has not finished: activities done, pages of the next one."""
    if n % 5 == 4:
        return 0, 0
    half = max(1, total // 2)
    return dice.choice(((half, 0), (half, 2), (0, 2), (half, 1), (max(0, total - 1), 1), (0, 4)))


def _some(progress: tuple[int, int], day: date, hour: int) -> list[Evening]:
    done, page = progress
    if not done and not page:
        return []
    return [Evening(clock.moment(min(day, clock.real_today() - timedelta(days=1)), hour, 30), done, page)]


def pick(users: Sequence[User], count: int, dice: random.Random, leaning: dict[int, float]) -> list[User]:
    """So many of some people; those with a larger leaning come first more often."""
    ranked = sorted(users, key=lambda user: -(dice.random() ** (1 / leaning.get(user.pk, 1.0))))
    return ranked[:count]
