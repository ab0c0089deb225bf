"""Courses, classes past, running and to come, and the targets they are counted for."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.days import school_year_of, today
from accounts.models import Membership, OrgUnit, Position, UnitKind, User
from cms.demo import courses, goals
from cms.demo.classes import ONLINE, QUESTIONS, Class, Meeting, Span, hold, make_course, pick
from cms.demo.people import People
from cms.demo.units import COMMUNES, ROOT, SCHOOLS
from courses.coverage.actions import recompute_all
from courses.training.models import Course, CourseRun
from repository.models import LearningResource

COURSE = courses.E_LEARNING.title
_OFFICES = "offices"
#: Of the province's people in 2016-2017, by kind of unit: those who hold indicator 2.4, 2.5, and all.
FIGURES: dict[str, tuple[int, int, int]] = {
    UnitKind.MAM_NON: (1532, 500, 4037),
    UnitKind.TIEU_HOC: (2422, 1206, 5388),
    UnitKind.THCS: (2493, 1580, 5251),
    UnitKind.THPT: (1488, 1593, 2276),
    UnitKind.LIEN_CAP: (222, 0, 222),
    UnitKind.GDTX: (49, 126, 288),
    _OFFICES: (58, 20, 87),
    UnitKind.SO: (2, 2, 54),
}
# The schools whose people are in the running class, and how many of each.
_RUNNING_SCHOOLS = (
    "thcs-le-loi",
    "th-bao-khe",
    "th-nguyen-hue",
    "th-lam-son",
    "thcs-nguyen-quoc-an",
    "thcs-lam-son",
    "mn-hien-nam",
    "th-ban-yen-nhan",
    "thcs-ban-yen-nhan",
    "thcs-thi-tran-vuong",
    "thpt-hung-yen",
)
_EACH = 6
# Basic skills were taught first in the spring before the reform: these days stand fast.
_BASICS_MADE, _BASICS_FROM, _BASICS_TO = date(2025, 3, 3), date(2025, 4, 7), date(2025, 5, 25)
_PAST, _RUNNING = Span(-128, -100), Span(-18, 40)
# Who stands where she is looked for: activities done, pages of the next one.
_KNOWN = {"hocvien": (0, 3), "gv2": (0, 2), "gv": (2, 2)}
_APART = {"hocvien", "gv", "gv2", "quanly"}


@dataclass
class _Province:
    """What all parts of this module work with."""

    units: dict[str, OrgUnit]
    people: People
    resources: dict[str, LearningResource]
    dice: random.Random
    say: Callable[[str], object]

    def user(self, username: str) -> User:
        return self.people.by_username[username]

    def course(self, plan: courses.Plan, days_ago: int) -> Course:
        on = today() - timedelta(days=days_ago)
        return make_course(plan, self.user(plan.by), self.units[plan.unit], self.resources, on)

    def told(self, run: CourseRun) -> CourseRun:
        self.say(f"  {run.course.title}: {run.name}, {run.enrolments.count():,} people")
        return run


def load(
    units: dict[str, OrgUnit],
    people: People,
    resources: dict[str, LearningResource],
    *,
    small: bool,
    say: Callable[[str], object],
) -> None:
    """All courses with their classes and targets; of the small demo one course, two classes."""
    dice = random.Random(83)  # noqa: S311 - the same marks every time
    province = _Province(units, people, resources, dice, say)
    course = province.course(courses.SMALL if small else courses.E_LEARNING, 140)
    if small:
        _small(province, course)
        goals.of_e_learning(province.user("quanly"), units[ROOT], course, _PAST.first)
    else:
        _e_learning(province, course)
        _basics(province)
        _blended(province)
        _others(province)
        _kinds(province)
    # The targets were counted as of the day they were set; the running classes went on after it.
    recompute_all()


def groups(units: dict[str, OrgUnit], people: People) -> dict[str, list[User]]:
    """People by the kind of unit that they are counted in, as in ``FIGURES``."""
    kinds = {school.code: str(school.kind) for school in SCHOOLS}
    kinds |= {commune.code: _OFFICES for commune in COMMUNES} | {ROOT: str(UnitKind.SO)}
    found: dict[str, list[User]] = {}
    for code in sorted(units):
        if code in kinds:
            found.setdefault(kinds[code], []).extend(people.of_unit.get(code, []))
    return found


def _trained(province: _Province, indicator: int, *, apart: set[str]) -> list[User]:
    """Of each kind of unit the share that holds an indicator; some schools have many, some few."""
    people, dice = province.people, province.dice
    leaning: dict[int, float] = {}
    for code in sorted(province.units):
        strength = dice.choice((0.35, 0.7, 1.0, 1.0, 1.6, 3.0))
        leaning |= {user.pk: strength for user in people.of_unit.get(code, [])}
    chosen = []
    for kind, users in groups(province.units, people).items():
        count = round(FIGURES[kind][indicator] / FIGURES[kind][2] * len(users))
        free = [user for user in users if user.username not in apart]
        chosen += pick(free, count, dice, leaning)
    return chosen


def _class_name(span: Span) -> str:
    first, _last = span.days
    return f"Lớp bồi dưỡng tháng {first.month}/{first.year}"


# Making e-lessons: indicator 2.5


def _small(province: _Province, course: Course) -> None:
    """Three finish in the past class, three are on their way in the running one."""
    people, manager, root = province.people, province.user("quanly"), province.units[ROOT]
    done = [people.of_unit["thcs-le-loi"][-1], people.of_unit["thpt-hung-yen"][-1], province.user("truong")]
    _run(province, Class(course, root, manager, _class_name(_PAST), _PAST, done, done))
    users = [province.user(name) for name in ("hocvien", "gv2", "gv")]
    running = Class(course, root, manager, _class_name(_RUNNING), _RUNNING, users, progress=_KNOWN)
    running.meetings = (QUESTIONS,)
    _run(province, running)


def _run(province: _Province, plan: Class) -> CourseRun:
    # Summer training belongs to the school year that follows it.
    plan.school_year = plan.school_year or max(school_year_of(plan.span.days[0]), school_year_of(today()))
    return province.told(hold(plan, province.dice))


def _e_learning(province: _Province, course: Course) -> None:
    manager, root, people = province.user("quanly"), province.units[ROOT], province.people
    trained = _trained(province, 1, apart=_APART)
    near = [
        user
        for code in _RUNNING_SCHOOLS
        for user in people.of_unit.get(code, [])[: _EACH + 2]
        if user.username not in {"truong", "duyettruong"}
    ]
    now_done = [user for user in trained if user in near][:9]
    past_done = [user for user in trained if user not in now_done]
    ids = {user.pk for user in trained}
    others = [
        u for code in sorted(province.units) for u in people.of_unit.get(code, [])[3:5] if u.pk not in ids
    ]
    dropouts = [user for user in others if user.username not in _APART][:24]
    _run(
        province,
        Class(course, root, manager, _class_name(_PAST), _PAST, past_done + dropouts, past_done),
    )
    before = {user.pk for user in past_done}
    running = [user for user in near if user.pk not in before]
    _run(
        province,
        Class(
            course,
            root,
            manager,
            _class_name(_RUNNING),
            _RUNNING,
            running,
            now_done,
            progress=_KNOWN,
            instructors=_instructors(province, 1),
            description="Học trực tuyến theo nhịp của từng người; hỏi đáp mỗi tối thứ Năm.",
        ),
    )
    _to_come(province, course, before)
    goals.of_e_learning(manager, root, course, _PAST.first)


def _to_come(province: _Province, course: Course, before: set[int]) -> None:
    """The next class, into which people enrol themselves."""
    manager, root = province.user("quanly"), province.units[ROOT]
    soon = Span(55, 110)
    _run(
        province,
        Class(
            course,
            root,
            manager,
            f"{_class_name(soon)} (tự ghi danh)",
            soon,
            [],
            opened=False,
            choice_until=50,
            seats=80,
            description="Dành cho thầy cô chưa học khóa này. Ghi danh trước khi hết chỗ.",
            joining=_free(province, "thcs-di-su", 5, before) + _free(province, "th-di-su", 4, before),
        ),
    )


def _free(province: _Province, code: str, count: int, taken: set[int]) -> list[User]:
    return [user for user in province.people.teaching(code) if user.pk not in taken][:count]


def _instructors(province: _Province, count: int) -> list[User]:
    return province.people.holding("thpt-hung-yen", Position.VICE_PRINCIPAL)[:count]


# Basic skills: indicator 2.4


def _basics(province: _Province) -> None:
    """Two classes of the past and one that runs; those who finish in it count as well."""
    course = province.course(courses.BASICS, _ago(_BASICS_MADE))
    manager, root, people = province.user("quanly"), province.units[ROOT], province.people
    trained = _trained(province, 0, apart={"gv", "quanly", "so", "phuong"})
    if province.user("hocvien") not in trained:  # her history has one completed class
        trained = _exchange(trained, province)
    ids = {user.pk for user in trained}
    now_done = trained[:: len(trained) // 14][:14]
    done = [user for user in trained if user not in now_done]
    early = _first_of(done)
    later = [user for user in done if user not in set(early)]
    others = [
        u for code in sorted(province.units) for u in people.of_unit.get(code, [])[5:9] if u.pk not in ids
    ]
    province.dice.shuffle(others)
    for span, users, left in (
        (Span(-_ago(_BASICS_FROM), -_ago(_BASICS_TO)), early, _working(others, _BASICS_MADE)[:30]),
        (Span(-220, -175), later, others[30:55]),
    ):
        year = school_year_of(span.days[0])
        plan = Class(course, root, manager, _class_name(span), span, users + left, users, school_year=year)
        _run(province, plan)
    running = Span(-25, 30)
    users = now_done + others[60:96] + [province.user("gv")]
    _run(
        province,
        Class(course, root, manager, _class_name(running), running, users, now_done, progress={"gv": (1, 0)}),
    )
    goals.of_basics(manager, root, province.units["phuong-pho-hien"], course, -_ago(_BASICS_FROM))
    goals.of_earlier_years(manager, root, course, _BASICS_FROM)


def _ago(day: date) -> int:
    return (today() - day).days


def _first_of(users: list[User]) -> list[User]:
    """Two in five of each kind of unit, of those who worked in the province already."""
    able = _working(users, _BASICS_MADE)
    return [user for n, user in enumerate(able) if n % 5 < 2]


def _working(users: list[User], day: date) -> list[User]:
    """Those of some people who were employed on a day, in their order."""
    then = set(Membership.objects.primary_on(day).values_list("user_id", flat=True))
    return [user for user in users if user.pk in then]


def _exchange(trained: list[User], province: _Province) -> list[User]:
    """The named trainee in the place of another of her school."""
    hers = {user.pk for user in province.people.of_unit["thcs-le-loi"]}
    other = next(user for user in trained if user.pk in hers and user.username not in _APART)
    return [province.user("hocvien") if user.pk == other.pk else user for user in trained]


# The other courses


def _blended(province: _Province) -> None:
    """A class with sessions: two behind it, one today, one online to come."""
    course = province.course(courses.BLENDED, 90)
    manager, people = province.user("quanly"), province.people
    users = [province.user("hocvien"), province.user("gv2")]
    for code in ("thcs-le-loi", "thcs-lam-son", "thpt-hung-yen", "th-lam-son", "thcs-nguyen-quoc-an"):
        users += [u for u in people.teaching(code)[2:9] if u.username not in _APART]
    hall = "Hội trường Trường THPT Hưng Yên"
    span = Span(-24, 25)
    _run(
        province,
        Class(
            course,
            province.units[ROOT],
            manager,
            f"Lớp kết hợp khóa {span.days[0].month}/{span.days[0].year}",
            span,
            users,
            progress={"hocvien": (1, 0)},
            instructors=_instructors(province, 2),
            meetings=(
                Meeting("Buổi 1. Vì sao kết hợp", -22, place=hall, rolled=True),
                Meeting("Buổi 2. Thiết kế theo nhóm môn", -8, start=14, place=hall, rolled=True),
                Meeting("Buổi 3. Dạy thử và góp ý", 0, start=8, place="Phòng họp 2, Trường THCS Lê Lợi"),
                Meeting(
                    "Buổi 4. Trình bày kết quả",
                    13,
                    start=19,
                    hours=2,
                    mode=ONLINE,
                    link="https://hop.hungyen.example/ket-hop",
                ),
            ),
            description="Bốn buổi gặp nhau, giữa các buổi học trực tuyến khoảng hai giờ mỗi tuần.",
        ),
    )


def _others(province: _Province) -> None:
    ai = province.course(courses.AI, 20)
    manager, root, people = province.user("quanly"), province.units[ROOT], province.people
    coming = Span(12, 45)
    _run(
        province,
        Class(
            ai,
            root,
            manager,
            f"Lớp tự chọn {coming.days[0].month}/{coming.days[0].year}",
            coming,
            [],
            opened=False,
            choice_until=11,
            seats=40,
            description="Hai bài ngắn, học trong một tuần. Thầy cô các trường đều ghi danh được.",
            joining=people.teaching("thpt-tien-lu")[:7] + people.teaching("mn-nhan-hoa")[:6],
        ),
    )
    _assessment(province)
    groups = province.course(courses.GROUPS, 250)
    over = Span(-240, -215)
    users = people.teaching("thcs-di-su")[:9] + people.teaching("th-di-su")[:9]
    plan = Class(
        groups,
        root,
        manager,
        "Lớp mẫu tại cụm trường Dị Sử",
        over,
        users,
        users[:13],
        meetings=(Meeting("Dạy minh hoạ và thảo luận", -228, place="Trường THCS Dị Sử", rolled=True),),
        school_year=school_year_of(over.days[0]),
    )
    _run(province, plan)


def _kinds(province: _Province) -> None:
    """A class that has just begun: each activity is another kind of lesson, under another rule."""
    course = province.course(courses.KINDS, 25)
    known = [province.user(name) for name in ("hocvien", "gv", "gv2")]
    users = known + province.people.teaching("thcs-lam-son")[2:6]
    span, nothing = Span(-1, 75), {user.username: (0, 0) for user in users}
    name = f"Lớp dùng thử tháng {span.days[0].month}/{span.days[0].year}"
    manager, root = province.user("quanly"), province.units[ROOT]
    _run(province, Class(course, root, manager, name, span, users, progress=nothing))


def _assessment(province: _Province) -> None:
    """A course of a ward, held and measured by the ward itself."""
    course = province.course(courses.ASSESSMENT, 50)
    people, ward = province.people, province.units["phuong-pho-hien"]
    users = [*people.teaching("th-nguyen-hue")]
    span = Span(-15, 20)
    _run(
        province,
        Class(
            course,
            ward,
            province.user("phuong"),
            "Lớp của phường Phố Hiến",
            span,
            users,
            users[4:12],
            progress={"gv": (1, 0)},
            instructors=people.holding("th-nguyen-hue", Position.VICE_PRINCIPAL)[:1],
            meetings=(
                Meeting("Trao đổi tại trường", -6, start=15, hours=2, place="Phòng hội đồng", rolled=True),
            ),
        ),
    )
    goals.of_assessment(province.user("phuong"), ward, course)
