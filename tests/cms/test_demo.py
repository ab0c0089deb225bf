"""The small demo: complete, consistent, dated right, loaded once."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.days import today
from accounts.models import Membership, OrgUnit, RoleGrant, User
from cms.demo import load, people, sign_ins
from cms.demo.resources import RESOURCES
from cms.models import NewsPage
from courses.coverage.models import CoverageState, Target
from courses.training.models import Completion, CourseRun, Enrolment
from repository.models import LearningResource, Publication, Version
from tests.cms.demo_world import checked, kept_until_rolled_back, state_in

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The small demo, loaded once; the folder of its state."""
    lines = []
    with (
        state_in(tmp_path_factory.mktemp("demo")) as folder,
        kept_until_rolled_back(django_db_blocker),
    ):
        assert load.load(small=True, say=lines.append)
        assert lines[0].startswith("Units")
        checked()
        yield folder


@pytest.fixture
def small(loaded, db):
    return loaded


def test_the_small_demo_is_whole(small):
    assert (OrgUnit.objects.count(), User.objects.count()) == (8, people.SMALL_COUNT)
    for entry in people.SIGN_INS:
        user = User.objects.get(username=entry.username)
        assert user.check_password(people.PASSWORD)
        held = set(RoleGrant.objects.filter(user=user).values_list("role", flat=True))
        assert held == set(entry.grants)
    call_command("org_check", stdout=StringIO())
    assert NewsPage.objects.live().count() == 4


def test_the_library_went_through_the_real_review(small):
    fates = {entry.title: entry.fate for entry in RESOURCES if entry.small}
    states = {"published": "approved", "submitted": "submitted", "returned": "returned", "rejected": "draft"}
    for version in Version.objects.select_related("resource"):
        fate = fates.pop(version.resource.title)
        assert version.review == states[fate]
        assert version.ingest == ("rejected" if fate == "rejected" else "ready")
        assert version.publications.exists() == (fate == "published")
        assert version.created_at < timezone.now() - timedelta(days=1)
    assert not fates
    for publication in Publication.objects.select_related("version"):
        assert publication.published_on > timezone.localdate(publication.version.created_at)
        assert publication.published_on <= today()


def test_a_teacher_of_another_school_sees_what_is_published(small):
    seen = LearningResource.objects.visible_to(User.objects.get(username="gv2"))
    titles = set(seen.values_list("title", flat=True))
    assert "Cộng, trừ hai phân số khác mẫu số" in titles
    assert "Quang hợp ở thực vật" not in titles


def test_the_first_search_finds(small):
    out = StringIO()
    call_command("search_query", "phan so lop 5", "--as", "gv2", "--json", stdout=out)
    hits = json.loads(out.getvalue().splitlines()[0])["hits"]
    assert "Cộng, trừ hai phân số khác mẫu số" in {hit["title"] for hit in hits}


def test_learning_has_a_past_and_a_present(small):
    past, running = CourseRun.objects.order_by("opens_on")
    assert (past.state, running.state) == ("closed", "open")
    assert past.closes_on < today() - timedelta(days=60)
    assert running.opens_on < today() < running.closes_on
    assert Completion.objects.filter(enrolment__run=past).count() >= 2
    for completion in Completion.objects.filter(enrolment__run=past):
        assert past.opens_on <= completion.on <= past.closes_on
        assert completion.score >= 0.75
    trainee = Enrolment.objects.get(run=running, user__username="hocvien")
    state = trainee.attempts.get().states.get()
    assert (state.location, state.completion) == ("3", "incomplete")
    assert state.total_seconds == 520
    kept = json.loads(state.document)["cmi"]
    assert json.loads(kept["suspend_data"])["seen"] == [1, 2, 3]


def test_targets_count_what_was_completed(small):
    for target in Target.objects.all():
        rows = CoverageState.objects.filter(target=target)
        trained = Completion.objects.filter(user__in=Membership.objects.primary_on().values("user"))
        if target.positions:
            of = Membership.objects.primary_on().filter(
                position__in=target.positions, level__in=target.levels
            )
            trained = trained.filter(user__in=of.values("user"))
        assert sum(row.trained for row in rows) == trained.count()
    everybody = Target.objects.get(positions=[])
    assert sum(row.people for row in everybody.states.all()) == people.SMALL_COUNT


def test_a_second_run_changes_nothing_and_writes_the_sign_ins_again(small, django_assert_max_num_queries):
    path = small / sign_ins.FILE
    entries = json.loads(path.read_text(encoding="utf-8"))
    assert len({entry["role"] for entry in entries}) == len(entries) == len(people.SIGN_INS)
    assert all({"role", "username", "password", "what"} <= entry.keys() for entry in entries)
    path.unlink()
    before = User.objects.count()
    out = StringIO()
    with django_assert_max_num_queries(2):
        call_command("load_demo", "--small", stdout=out)
    assert "loaded" not in out.getvalue()
    assert all(f"{entry['username']} " in out.getvalue() for entry in entries)
    assert User.objects.count() == before
    assert json.loads(path.read_text(encoding="utf-8")) == entries
