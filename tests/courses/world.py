"""A small sector for the tests of training and coverage pages: a Sở, two communes, three schools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from accounts.days import today
from accounts.models import OrgUnit, User
from courses.training import actions
from courses.training.models import Activity, Course, CourseRun, Enrolment
from tests.factories import OrgUnitFactory, person, published_lesson


@dataclass
class Sector:
    so: OrgUnit
    xa: OrgUnit
    sister: OrgUnit
    school: OrgUnit
    other_school: OrgUnit
    manager: User  # of the Sở
    xa_manager: User
    sister_manager: User
    teacher: User
    stranger: User  # teaches below the sister commune
    course: Course
    lesson: Activity
    document: Activity
    run: CourseRun
    enrolment: Enrolment


def make_sector() -> Sector:
    """An open course of two activities, an open class held by a commune, one teacher in it."""
    so = OrgUnitFactory(code="so", name="Sở GD&ĐT Hưng Yên", kind="so", parent=None)
    xa = OrgUnitFactory(code="xa", name="Xã Tiên Lữ", kind="xa", parent=so)
    sister = OrgUnitFactory(code="xa-khac", name="Xã Ân Thi", kind="xa", parent=so)
    school = OrgUnitFactory(code="th", name="Tiểu học Tiên Lữ", parent=xa)
    other = OrgUnitFactory(code="th-khac", name="Tiểu học Ân Thi", parent=sister)
    manager = person(so, "training_manager", first_name="Linh", last_name="Trần Thị")
    xa_manager = person(xa, "training_manager", first_name="Minh", last_name="Lê Văn")
    sister_manager = person(sister, "training_manager")
    teacher = person(school, "teacher", first_name="Hằng", last_name="Trần Thị Thu")
    course = actions.create_course(by=manager, unit=so, title="Kĩ năng CNTT cơ bản", periods=20)
    section = actions.add_section(by=manager, course=course, title="Chuẩn bị")
    lesson = actions.add_activity(
        by=manager, section=section, resource=published_lesson(so, manager, title="Bài giảng e-Learning")
    )
    document = actions.add_activity(
        by=manager, section=section, resource=published_lesson(so, manager, title="Đọc trước", kind="pdf")
    )
    actions.open_course(by=manager, course=course)
    run = actions.create_run(
        by=xa_manager,
        course=course,
        unit=xa,
        name="Lớp 1",
        opens_on=today() - timedelta(days=3),
        closes_on=today() + timedelta(days=30),
    )
    actions.enrol(by=xa_manager, run=run, users=[teacher])
    actions.open_run(by=xa_manager, run=run)
    run.refresh_from_db()
    enrolment = Enrolment.objects.get(run=run, user=teacher)
    return Sector(
        so=so,
        xa=xa,
        sister=sister,
        school=school,
        other_school=other,
        manager=manager,
        xa_manager=xa_manager,
        sister_manager=sister_manager,
        teacher=teacher,
        stranger=person(other, "teacher"),
        course=course,
        lesson=lesson,
        document=document,
        run=run,
        enrolment=enrolment,
    )
