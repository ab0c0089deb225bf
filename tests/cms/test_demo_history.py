"""Learning written in bulk against learning lived through the real actions; the whole demo's figures."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count

from accounts.days import today
from accounts.models import OrgUnit, UnitKind, User
from cms.demo import clock, history, learning, load, people, scale, units
from cms.demo.history import Evening, History
from cms.demo.study import Work, open_file, work_through
from courses.coverage.figures import Figure, Measure, Population, kinds_today
from courses.coverage.models import Target
from courses.runtime.models import Attempt, RuntimeSession, ScoState
from courses.training.actions import create_run, enrol, open_run
from courses.training.models import (
    ActivityCompletion,
    Attendance,
    ClassSession,
    Completion,
    Course,
    CourseRun,
    Enrolment,
    RunPin,
)
from repository.models import Ingest, LearningResource, ProblemReport, Publication, ResourceUse, Version
from repository.storage import blobs
from tests.cms.demo_world import checked, kept_until_rolled_back, state_in

#: What differs between two learners who do the same: who they are, and instants a few milliseconds apart.
OWN = {"id", "uid", "user", "enrolment", "session", "attempt", "ticket_hash", "state"}


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker, tmp_path_factory):
    """The whole demo, loaded once for this module."""
    with state_in(tmp_path_factory.mktemp("whole")), kept_until_rolled_back(django_db_blocker):
        load.load(small=False, say=lambda line: None)
        checked()
        yield


@pytest.fixture
def province(whole, db):
    return OrgUnit.objects.get(code=units.ROOT)


def facts(row):
    """The columns of a row that two learners share; instants to the second."""
    found = {}
    for field in row._meta.concrete_fields:
        if field.name not in OWN:
            value = getattr(row, field.attname)
            found[field.name] = value.replace(microsecond=0) if hasattr(value, "microsecond") else value
    return found


def rows_of(enrolment):
    """Everything that learning left behind, in order."""
    enrolment.refresh_from_db()
    found = [facts(enrolment)]
    for attempt in enrolment.attempts.order_by("pk"):
        found.append(facts(attempt))
        for group in (attempt.sessions, attempt.states, attempt.commits_kept):
            found += [facts(row) for row in group.order_by("pk")]
        for state in attempt.states.order_by("pk"):
            found += [facts(part) for part in state.parts.order_by("pk")]
    found += [facts(row) for row in enrolment.activity_completions.order_by("activity_id")]
    return found + [facts(row) for row in Completion.objects.filter(enrolment=enrolment)]


@pytest.mark.parametrize(
    ("activities", "page", "wrong"), [(3, 0, 0), (3, 0, 1), (0, 3, 0), (1, 0, 0), (2, 2, 0)]
)
def test_bulk_rows_are_those_of_the_real_actions(province, activities, page, wrong):
    course = Course.objects.get(title=learning.COURSE)
    day = today() - timedelta(days=3)
    lived, written = User.objects.filter(enrolments=None, is_active=True).order_by("pk")[:2]
    with clock.on(day - timedelta(days=5)):
        run = create_run(
            by=None,
            course=course,
            unit=province,
            name="Lớp thử",
            opens_on=day - timedelta(days=4),
            closes_on=day + timedelta(days=9),
        )
        enrol(by=None, run=run, users=[lived, written])
        open_run(by=None, run=run)
    run.refresh_from_db()
    first, second = run.enrolments.order_by("user_id").select_related("run", "user")
    pins = RunPin.objects.filter(run=run).select_related("activity__resource", "version", "run")
    with clock.on(day, clock.evening(0)) as evening:
        for n, pin in enumerate(pins.order_by("activity__section__position", "activity__position")):
            if n >= activities + bool(page):
                break
            if pin.activity.kind == "resource":
                open_file(user=first.user, enrolment=first, pin=pin)
                evening.pass_by(minutes=2)
            else:
                work = Work(wrong=wrong) if n < activities else Work(page=page)
                work_through(evening, user=first.user, enrolment=first, pin=pin, work=work)
    rows = History()
    at = clock.moment(day, 18)
    rows.live(history.Course.of(run), second, second.user, [Evening(at, activities, page, wrong)])
    rows.write()
    by_hand, in_bulk = rows_of(first), rows_of(second)
    assert len(by_hand) == len(in_bulk) > 1
    for one, other in zip(by_hand, in_bulk, strict=True):
        moments = {name for name, value in one.items() if hasattr(value, "microsecond")}
        for name in moments:
            assert abs(one[name] - other[name]) < timedelta(seconds=125), name
        assert {k: v for k, v in one.items() if k not in moments} == {
            k: v for k, v in other.items() if k not in moments
        }


def test_the_shares_of_the_indicators_are_the_provinces(province):
    """Of whole people: each kind is off by less than one person."""
    for indicator, start, total in ((0, "Đạt chuẩn", 0.4696), (1, "Cán bộ", 0.2856)):
        target = Target.objects.get(name__startswith=start, unit=province, closed_on=None)
        figures = kinds_today(target.pk, province.pk)
        offices = figures.pop(UnitKind.XA) + figures.pop(UnitKind.PHUONG)
        figures["offices"] = offices
        assert sum(figure.people for figure in figures.values()) == people.COUNT
        for kind, figure in figures.items():
            holders, everybody = learning.FIGURES[kind][indicator], learning.FIGURES[kind][2]
            assert abs(figure.trained - holders / everybody * figure.people) <= 0.5, kind
        trained = sum(figure.trained for figure in figures.values())
        assert trained / people.COUNT == pytest.approx(total, abs=0.002)


def test_earlier_years_have_results_and_the_last_day_before_the_reform_its_figures(province):
    """The same people among the units of then and of now: some trained in each large kind."""
    closed = Target.objects.filter(closed_on__isnull=False)
    assert {2024} <= set(closed.values_list("school_year", flat=True))
    day = units.REFORM - timedelta(days=1)
    target = closed.get(school_year=2024)
    then, now = (Population(Measure.of_target(target), day, tree, province.pk) for tree in ("then", "now"))
    assert sum(then.figures.values(), Figure()) == sum(now.figures.values(), Figure())
    for kind in (UnitKind.MAM_NON, UnitKind.TIEU_HOC, UnitKind.THCS, UnitKind.THPT):
        assert 0.1 < then.kinds()[kind].trained / then.kinds()[kind].people < 0.35, kind
    ward = OrgUnit.objects.get(code="phuong-pho-hien")
    hers = [Population(Measure.of_target(target), day, tree, ward.pk) for tree in ("then", "now")]
    whole, again = (one.sums([ward.pk])[ward.pk][ward.pk] for one in hers)
    assert whole == again
    assert whole.trained > 0


def test_three_hundred_resources_and_two_over_all_levels_each_with_its_file(province):
    assert LearningResource.objects.count() == 302
    levels = dict(LearningResource.objects.values_list("level__code").annotate(n=Count("pk")))
    assert min(levels[code] for code in ("mn", "th", "thcs", "thpt", "gdtx")) >= 5
    kinds = dict(Version.objects.order_by().values_list("kind").annotate(n=Count("pk")))
    assert kinds["scorm12"] + kinds["scorm2004"] + kinds["html5"] >= 12
    assert {"pdf", "image", "audio", "h5p"} <= kinds.keys()
    for version in Version.objects.filter(ingest=Ingest.READY).select_related("blob"):
        assert blobs().size(version.blob.uid) == version.blob.size
    reviews = dict(Version.objects.order_by().values_list("review").annotate(n=Count("pk")))
    assert {"draft", "submitted", "returned", "approved"} <= reviews.keys()
    renewed = Version.objects.filter(number=2).exclude(note="")
    assert renewed.count() >= 10
    for version in renewed:
        old = Publication.objects.get(version__resource=version.resource, version__number=1)
        assert old.withdrawn_on is not None
        assert Publication.objects.in_force().filter(version=version).exists()
    subjects = LearningResource.objects.values("subject").distinct().count()
    assert subjects >= 35


def test_nobody_reviewed_her_own(province):
    own = Publication.objects.filter(by__isnull=False).select_related("version__resource")
    assert [row.pk for row in own if row.by_id == row.version.resource.author_id] == []


def test_eleven_classes_past_running_and_to_come(province):
    runs = CourseRun.objects.all()
    assert Course.objects.count() == 7
    states = dict(runs.order_by().values_list("state").annotate(n=Count("pk")))
    assert states == {"closed": 4, "open": 5, "planned": 2}
    for run in runs:
        assert (run.closes_on < today()) == (run.state == "closed")
        assert (run.opens_on > today()) == (run.state == "planned")
    running = Enrolment.objects.filter(run__state="open")
    assert running.filter(progress=1).exists()
    assert running.filter(progress=0, last_active_at=None).exists()
    assert running.filter(progress__gt=0, progress__lt=1).count() > 60
    assert CourseRun.objects.open_to_choice(User.objects.get(username="hocvien")).count() == 2
    for completion in Completion.objects.select_related("enrolment__run"):
        run = completion.enrolment.run
        assert run.opens_on <= completion.on <= min(run.closes_on, today())


def test_sessions_have_rolls_and_one_is_today(province):
    held = ClassSession.objects.filter(state="held")
    assert held.count() >= 3
    assert Attendance.objects.filter(session__in=held).values("mark").distinct().count() == 4
    now = ClassSession.objects.filter(starts_at__date=today())
    assert now.count() == 1
    assert not now.get().attendance.exists()
    assert ActivityCompletion.objects.filter(activity__kind="session").exists()


def test_nothing_happens_in_the_future(province):
    tomorrow = today() + timedelta(days=1)
    for model, column in (
        (Attempt, "started_at"),
        (RuntimeSession, "opened_at"),
        (ScoState, "changed_at"),
        (ActivityCompletion, "at"),
        (Publication, "published_at"),
        (Version, "created_at"),
        (ProblemReport, "at"),
    ):
        newest = model.objects.order_by(f"-{column}").first()
        assert getattr(newest, column) < clock.moment(tomorrow, 0), column
    assert ResourceUse.objects.filter(day__gt=today()).count() == 0


def test_a_second_run_changes_nothing(province):
    before = [model.objects.count() for model in (User, LearningResource, Enrolment, ResourceUse)]
    call_command("load_demo", stdout=StringIO())
    assert before == [model.objects.count() for model in (User, LearningResource, Enrolment, ResourceUse)]


def test_a_large_sector_stands_around_the_demo(province):
    made = scale.fill(people=2_500, courses=20, resources=400, say=lambda line: None)
    assert (User.objects.count(), made.courses, made.resources) == (made.people, 20, 400)
    assert abs(made.people - 2_500) <= 5
    course = Course.objects.get(uid=made.course)
    assert course.sections.filter(activities__isnull=False).values("activities").count() == 40
    target = Target.objects.get(uid=made.target)
    assert sum(row.people for row in target.states.all()) == made.people
    assert made.learner_classes > 10
    call_command("org_check", stdout=StringIO())
