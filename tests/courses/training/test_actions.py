"""Building courses, opening classes, enrolling, and what becomes of outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, User
from courses.runtime import actions as runtime
from courses.runtime.models import Attempt, RuntimeSession
from courses.runtime.signals import outcome_changed
from courses.training import actions
from courses.training.models import (
    Activity,
    ActivityCompletion,
    Completion,
    Course,
    CourseRun,
    Enrolment,
    RunPin,
)
from courses.training.signals import completion_recorded
from courses.training.tasks import reevaluate_activity
from tests.factories import OrgUnitFactory, person, publish_version, published_lesson

pytestmark = pytest.mark.django_db


@dataclass
class World:
    so: OrgUnit
    xa: OrgUnit
    school: OrgUnit
    sister: OrgUnit
    manager: User
    teacher: User
    course: Course

    def section(self) -> Any:
        return self.course.sections.first() or actions.add_section(
            by=self.manager, course=self.course, title="Chuẩn bị"
        )

    def activity(self, **fields: Any) -> Activity:
        fields.setdefault("resource", published_lesson(self.so, self.manager))
        return actions.add_activity(by=self.manager, section=self.section(), **fields)

    def run(self, *, days: int = 30, unit: OrgUnit | None = None) -> CourseRun:
        actions.open_course(by=self.manager, course=self.course)
        return actions.create_run(
            by=self.manager,
            course=self.course,
            unit=unit or self.so,
            name="Lớp 1",
            opens_on=today() - timedelta(days=1),
            closes_on=today() + timedelta(days=days),
        )

    def learner(self, run: CourseRun, user: User | None = None) -> Enrolment:
        user = user or self.teacher
        actions.enrol(by=self.manager, run=run, users=[user])
        return Enrolment.objects.get(run=run, user=user)

    def opened(self) -> CourseRun:
        run = self.run()
        actions.open_run(by=self.manager, run=run)
        run.refresh_from_db()
        return run


@pytest.fixture
def world(db: None) -> World:
    so = OrgUnitFactory(code="so", kind="so", parent=None)
    xa = OrgUnitFactory(code="xa", kind="xa", parent=so)
    school = OrgUnitFactory(code="truong", parent=xa)
    sister = OrgUnitFactory(code="xa-khac", kind="xa", parent=so)
    manager = person(so, "training_manager")
    course = actions.create_course(by=manager, unit=so, title="  Kĩ năng CNTT ", periods=20)
    return World(so, xa, school, sister, manager, person(school), course)


def reach(enrolment: Enrolment, activity: Activity, **outcome: Any) -> Attempt:
    """What the runtime does when an outcome changes: the attempt is saved, then announced."""
    version = RunPin.objects.get(run=enrolment.run, activity=activity).version
    attempt = runtime.start_attempt(
        by=enrolment.user, user=enrolment.user, version=version, enrolment=enrolment, activity=activity
    )
    for name, value in outcome.items():
        setattr(attempt, name, value)
    with transaction.atomic():
        attempt.save()
        outcome_changed.send(sender=Attempt, attempt=attempt)
    return attempt


class TestCourses:
    def test_course_is_a_draft_of_its_unit(self, world: World) -> None:
        assert (world.course.title, world.course.state, world.course.owner) == (
            "Kĩ năng CNTT",
            "draft",
            world.manager,
        )

    def test_manager_of_a_sister_unit_may_not_build(self, world: World) -> None:
        outsider = person(world.sister, "training_manager")
        with pytest.raises(NotAllowed):
            actions.create_course(by=outsider, unit=world.so, title="Khóa")
        with pytest.raises(NotAllowed):
            actions.add_section(by=outsider, course=world.course, title="Phần")
        with pytest.raises(NotAllowed):
            actions.add_section(by=world.teacher, course=world.course, title="Phần")

    def test_activity_takes_its_kind_from_the_published_version(self, world: World) -> None:
        lesson = world.activity()
        assert (lesson.kind, lesson.rule, lesson.title) == (
            "package",
            {"when": "completed"},
            "Phân số bằng nhau",
        )
        document = world.activity(resource=published_lesson(world.so, world.manager, kind="pdf"))
        assert (document.kind, document.rule) == ("resource", {"when": "opened"})
        assert [lesson.position, document.position] == [0, 1]

    def test_document_cannot_be_asked_for_a_score(self, world: World) -> None:
        resource = published_lesson(world.so, world.manager, kind="pdf")
        with pytest.raises(Refusal) as refused:
            world.activity(resource=resource, rule={"when": "score", "at_least": 0.5})
        assert refused.value.code == "rule_needs_tracking"
        assert not Activity.objects.exists()

    def test_only_what_is_published_at_or_above_the_courses_unit(self, world: World) -> None:
        below = published_lesson(world.xa, world.manager)
        with pytest.raises(Refusal) as refused:
            world.activity(resource=below)
        assert refused.value.code == "resource_not_published_here"
        manager = person(world.xa, "training_manager")
        course = actions.create_course(by=manager, unit=world.xa, title="Khóa của xã")
        section = actions.add_section(by=manager, course=course, title="Phần 1")
        assert actions.add_activity(by=manager, section=section, resource=below).resource == below

    def test_only_what_the_person_may_see(self, world: World) -> None:
        hidden = published_lesson(world.sister, world.manager)
        manager = person(world.xa, "training_manager")
        course = actions.create_course(by=manager, unit=world.xa, title="Khóa của xã")
        section = actions.add_section(by=manager, course=course, title="Phần 1")
        with pytest.raises(Refusal) as refused:
            actions.add_activity(by=manager, section=section, resource=hidden)
        assert refused.value.code == "resource_not_published_here"

    def test_moving_reorders_and_crosses_sections(self, world: World) -> None:
        first, second = world.activity(title="A"), world.activity(title="B")
        other = actions.add_section(by=world.manager, course=world.course, title="Phần 2")
        third = actions.add_activity(by=world.manager, section=other, resource=first.resource, title="C")

        def order() -> list[str]:
            rows = Activity.objects.order_by("section__position", "position", "pk")
            return [row.title for row in rows]

        actions.move_activity(by=world.manager, activity=second, steps=-1)
        assert order() == ["B", "A", "C"]
        first.refresh_from_db()
        actions.move_activity(by=world.manager, activity=first, steps=1)
        first.refresh_from_db()
        assert order() == ["B", "A", "C"]
        assert first.section == other
        third.refresh_from_db()
        actions.move_activity(by=world.manager, activity=first, steps=-1)
        first.refresh_from_db()
        assert first.section == world.section()
        assert order() == ["B", "A", "C"]

    def test_removed_activity_stays_with_the_class_that_opened_with_it(self, world: World) -> None:
        kept, gone = world.activity(title="A"), world.activity(title="B")
        run = world.opened()
        actions.remove_activity(by=world.manager, activity=gone)
        gone.refresh_from_db()
        assert gone.retired_at is not None
        assert set(run.pins.values_list("activity", flat=True)) == {kept.pk, gone.pk}
        later = world.run()
        actions.open_run(by=world.manager, run=later)
        assert set(later.pins.values_list("activity", flat=True)) == {kept.pk}

    def test_section_is_removed_only_when_empty(self, world: World) -> None:
        activity = world.activity()
        with pytest.raises(Refusal) as refused:
            actions.remove_section(by=world.manager, section=activity.section)
        assert refused.value.code == "section_not_empty"
        actions.remove_activity(by=world.manager, activity=activity)
        actions.remove_section(by=world.manager, section=activity.section)
        assert not world.course.sections.exists()

    def test_course_without_required_activity_does_not_open(self, world: World) -> None:
        world.activity(required=False)
        with pytest.raises(Refusal) as refused:
            actions.open_course(by=world.manager, course=world.course)
        assert refused.value.code == "course_nothing_required"


class TestClasses:
    def test_class_pins_the_version_published_when_it_opens(self, world: World) -> None:
        activity = world.activity()
        second = publish_version(activity.resource, world.so)
        run = world.run()
        assert not run.pins.exists()
        actions.open_run(by=world.manager, run=run)
        publish_version(activity.resource, world.so)
        assert run.pins.get().version == second
        with pytest.raises(Refusal) as refused:
            actions.open_run(by=world.manager, run=run)
        assert refused.value.code == "class_opened_before"

    def test_withdrawn_lesson_stops_the_opening_whole(self, world: World) -> None:
        world.activity(title="Còn")
        gone = world.activity(title="Đã gỡ")
        run = world.run()
        gone.resource.versions.get().publications.update(withdrawn_on=today())
        with pytest.raises(Refusal) as refused:
            actions.open_run(by=world.manager, run=run)
        assert refused.value.code == "activity_not_published"
        assert "Đã gỡ" in refused.value.message
        run.refresh_from_db()
        assert run.state == "planned"
        assert not run.pins.exists()

    def test_class_of_a_draft_or_outside_the_courses_unit_is_refused(self, world: World) -> None:
        world.activity()
        facts: dict[str, Any] = {"name": "Lớp", "opens_on": today(), "closes_on": today()}
        with pytest.raises(Refusal) as refused:
            actions.create_run(by=world.manager, course=world.course, unit=world.so, **facts)
        assert refused.value.code == "course_not_open"
        actions.open_course(by=world.manager, course=world.course)
        own = actions.create_course(by=None, owner=world.manager, unit=world.xa, title="Của xã")
        Course.objects.filter(pk=own.pk).update(state="open")
        own.refresh_from_db()
        with pytest.raises(Refusal) as refused:
            actions.create_run(by=world.manager, course=own, unit=world.sister, **facts)
        assert refused.value.code == "class_outside_course"
        with pytest.raises(Refusal) as refused:
            actions.create_run(
                by=world.manager,
                course=world.course,
                unit=world.so,
                name="Lớp",
                opens_on=today(),
                closes_on=today() - timedelta(days=1),
            )
        assert refused.value.code == "class_dates"

    def test_manager_below_holds_a_class_of_a_course_from_above(self, world: World) -> None:
        world.activity()
        actions.open_course(by=world.manager, course=world.course)
        below = person(world.xa, "training_manager")
        run = actions.create_run(
            by=below,
            course=world.course,
            unit=world.xa,
            name="Lớp của xã",
            opens_on=date(2026, 8, 1),
            closes_on=date(2026, 8, 20),
            school_year=2026,
        )
        assert (run.school_year, run.created_by) == (2026, below)
        with pytest.raises(NotAllowed):
            actions.open_run(by=person(world.sister, "training_manager"), run=run)

    def test_instructors_are_exactly_those_named(self, world: World) -> None:
        world.activity()
        run = world.run()
        first, second = person(world.school), person(world.school)
        actions.set_instructors(by=world.manager, run=run, users=[first, second], lead=second)
        actions.set_instructors(by=world.manager, run=run, users=[second])
        assert list(run.instructors.values_list("user", "lead")) == [(second.pk, True)]
        assert CourseRun.objects.visible_to(second).get() == run
        assert not CourseRun.objects.visible_to(first).exists()


class TestEnrolment:
    def test_many_at_once_and_again(self, world: World) -> None:
        world.activity()
        run = world.run()
        people = [person(world.school), person(world.sister)]
        done = actions.enrol(by=world.manager, run=run, users=people)
        assert (sorted(done.new), done.already) == ([p.pk for p in people], [])
        again = actions.enrol(by=world.manager, run=run, users=[*people, world.teacher])
        assert (again.new, sorted(again.already)) == ([world.teacher.pk], [p.pk for p in people])

    def test_people_outside_the_managers_subtree_stop_it_whole(self, world: World) -> None:
        world.activity()
        manager = person(world.xa, "training_manager")
        actions.open_course(by=world.manager, course=world.course)
        run = actions.create_run(
            by=manager, course=world.course, unit=world.xa, name="Lớp", opens_on=today(), closes_on=today()
        )
        with pytest.raises(Refusal) as refused:
            actions.enrol(by=manager, run=run, users=[world.teacher, person(world.sister)])
        assert refused.value.code == "enrol_outside"
        assert not Enrolment.objects.exists()

    def test_ending_closes_what_is_open_and_coming_back_keeps_the_work(self, world: World) -> None:
        activity = world.activity()
        run = world.opened()
        enrolment = world.learner(run)
        attempt = reach(enrolment, activity, completion="incomplete")
        launch = runtime.open_session(by=world.teacher, attempt=attempt)
        actions.end_enrolment(by=world.manager, enrolment=enrolment)
        assert RuntimeSession.objects.get(pk=launch.session.pk).close_reason == "ended"
        assert not Enrolment.objects.of(world.teacher).exists()
        reach(enrolment, activity, completion="completed")
        assert not ActivityCompletion.objects.exists()
        actions.enrol(by=world.manager, run=run, users=[world.teacher])
        assert Enrolment.objects.of(world.teacher).get() == enrolment
        with pytest.raises(NotAllowed):
            actions.end_enrolment(by=world.teacher, enrolment=enrolment)

    def test_closed_class_takes_nobody_and_closes_sessions(self, world: World) -> None:
        activity = world.activity()
        run = world.opened()
        attempt = reach(world.learner(run), activity, completion="incomplete")
        launch = runtime.open_session(by=world.teacher, attempt=attempt)
        actions.close_run(by=world.manager, run=run)
        assert RuntimeSession.objects.get(pk=launch.session.pk).close_reason == "class_closed"
        with pytest.raises(Refusal) as refused:
            actions.enrol(by=world.manager, run=run, users=[person(world.school)])
        assert refused.value.code == "class_closed"

    def test_prolonged_class_lets_open_lessons_go_on(self, world: World) -> None:
        activity = world.activity()
        run = world.opened()
        attempt = reach(world.learner(run), activity, completion="incomplete")
        launch = runtime.open_session(by=world.teacher, attempt=attempt)
        actions.edit_run(
            by=world.manager,
            run=run,
            name=run.name,
            opens_on=run.opens_on,
            closes_on=run.closes_on + timedelta(days=7),
            school_year=run.school_year,
        )
        launch.session.refresh_from_db()
        assert launch.session.open_until.astimezone().date() >= run.closes_on


class TestOutcomes:
    def test_all_required_activities_complete_the_course_once(self, world: World) -> None:
        first, second = world.activity(title="A"), world.activity(title="B")
        world.activity(title="Đọc thêm", required=False)
        enrolment = world.learner(world.opened())
        heard: list[Any] = []

        def hear(user_ids: list[int], course_id: int, **_more: Any) -> None:
            heard.append((user_ids, course_id))

        completion_recorded.connect(hear)
        try:
            reach(enrolment, first, completion="completed", score=0.8)
            enrolment.refresh_from_db()
            assert (enrolment.progress, heard) == (0.5, [])
            assert enrolment.last_active_at is not None
            reach(enrolment, second, completion="completed", score=0.6)
            reach(enrolment, second, completion="completed", score=0.9)
        finally:
            completion_recorded.disconnect(hear)
        completion = Completion.objects.get()
        assert heard == [([world.teacher.pk], world.course.pk)]
        assert (completion.user, completion.course, completion.on) == (
            world.teacher,
            world.course,
            today(),
        )
        assert completion.score == pytest.approx(0.85)
        assert completion.rule == {"all_required": [str(first.uid), str(second.uid)]}
        enrolment.refresh_from_db()
        assert enrolment.progress == 1

    def test_completion_is_not_taken_back(self, world: World) -> None:
        activity = world.activity(rule={"when": "score", "at_least": 0.5})
        enrolment = world.learner(world.opened())
        reach(enrolment, activity, completion="incomplete", score=0.4)
        assert not ActivityCompletion.objects.exists()
        reach(enrolment, activity, score=0.6)
        actions.edit_activity(
            by=world.manager,
            activity=activity,
            title=activity.title,
            rule={"when": "score", "at_least": 0.9},
            required=True,
        )
        reach(enrolment, activity, completion="incomplete", success="failed", score=0.1)
        kept = ActivityCompletion.objects.get()
        assert (kept.score, kept.rule) == (0.6, {"when": "score", "at_least": 0.5})
        assert Completion.objects.filter(revoked_on=None).count() == 1

    def test_loosened_rule_gives_what_is_due_and_takes_nothing(self, world: World) -> None:
        strict = world.activity(rule={"when": "score", "at_least": 0.9})
        other = world.activity(title="B")
        enrolment = world.learner(world.opened())
        reach(enrolment, strict, completion="completed", score=0.7)
        enrolment.refresh_from_db()
        seen = enrolment.last_active_at
        change = {"by": world.manager, "title": "A", "required": True}
        actions.edit_activity(activity=strict, rule={"when": "score", "at_least": 0.6}, **change)
        assert not ActivityCompletion.objects.exists()  # by task, not in the manager's request
        for _twice in range(2):
            assert reevaluate_activity.func(strict.pk) == 1
        assert ActivityCompletion.objects.get().rule == {"when": "score", "at_least": 0.6}
        enrolment.refresh_from_db()
        assert (enrolment.progress, enrolment.last_active_at) == (0.5, seen)
        actions.edit_activity(activity=other, rule=other.rule, **{**change, "required": False})
        reevaluate_activity.func(other.pk)
        assert Completion.objects.get().rule == {"all_required": [str(strict.uid)]}

    def test_task_is_enqueued_only_where_it_matters(self, world: World) -> None:
        activity = world.activity()
        facts = {"by": world.manager, "activity": activity, "required": True}
        asked = DBTaskResult.objects.filter(task_path=reevaluate_activity.module_path)
        actions.edit_activity(title="A", rule={"when": "passed"}, **facts)
        assert not asked.exists()
        world.opened()
        actions.edit_activity(title="B", rule={"when": "passed"}, **facts)
        assert not asked.exists()
        actions.edit_activity(title="B", rule={"when": "completed"}, **facts)
        assert asked.get().args_kwargs["args"] == [activity.pk]

    def test_opening_a_document_completes_it(self, world: World) -> None:
        document = world.activity(resource=published_lesson(world.so, world.manager, kind="pdf"))
        enrolment = world.learner(world.opened())
        with pytest.raises(NotAllowed):
            actions.record_opened(by=person(world.school), enrolment=enrolment, activity=document)
        actions.record_opened(by=world.teacher, enrolment=enrolment, activity=document)
        actions.record_opened(by=world.teacher, enrolment=enrolment, activity=document)
        assert ActivityCompletion.objects.get().rule == {"when": "opened"}
        assert Completion.objects.count() == 1

    def test_opening_counts_only_while_the_class_runs(self, world: World) -> None:
        document = world.activity(resource=published_lesson(world.so, world.manager, kind="pdf"))
        run = world.opened()
        enrolment = world.learner(run)
        CourseRun.objects.filter(pk=run.pk).update(
            closes_on=today() - timedelta(days=1), opens_on=today() - timedelta(days=9)
        )
        with pytest.raises(Refusal) as refused:
            actions.record_opened(by=world.teacher, enrolment=enrolment, activity=document)
        assert refused.value.code == "class_not_running"
        assert not ActivityCompletion.objects.exists()

    def test_activity_of_another_class_is_refused(self, world: World) -> None:
        world.activity()
        enrolment = world.learner(world.opened())
        late = world.activity(resource=published_lesson(world.so, world.manager, kind="pdf"))
        with pytest.raises(Refusal) as refused:
            actions.record_opened(by=world.teacher, enrolment=enrolment, activity=late)
        assert refused.value.code == "activity_not_in_class"

    def test_rolled_back_outcome_leaves_nothing(self, world: World) -> None:
        activity = world.activity()
        enrolment = world.learner(world.opened())
        with pytest.raises(RuntimeError, match="power"), transaction.atomic():
            reach(enrolment, activity, completion="completed")
            assert Completion.objects.exists()
            raise RuntimeError("power")
        assert not Completion.objects.exists()
        assert not ActivityCompletion.objects.exists()

    def test_revoked_completion_stays_on_record(self, world: World) -> None:
        activity = world.activity()
        enrolment = world.learner(world.opened())
        reach(enrolment, activity, completion="completed")
        completion = Completion.objects.get()
        with pytest.raises(NotAllowed):
            actions.revoke_completion(by=world.teacher, completion=completion)
        actions.revoke_completion(by=world.manager, completion=completion)
        completion.refresh_from_db()
        assert completion.revoked_on == today()
