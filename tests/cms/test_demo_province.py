"""The whole demo province, its parts apart, and where the demo may not be loaded."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.days import FOREVER, today
from accounts.models import Membership, OrgUnit, Role, RoleGrant, UnitKind, User
from accounts.permissions import may
from accounts.text import fold
from cms.demo import clock, load, people, sign_ins, stock, units
from cms.demo.names import Name, Names
from cms.demo.resources import RESOURCES
from cms.demo.topics import topics
from courses.runtime.models import Attempt
from courses.training.models import Enrolment
from repository.models import Publication, ResourceUse, Subject, SubjectOffer, Version
from tests.cms.demo_world import checked, kept_until_rolled_back, state_in
from tests.factories import OrgUnitFactory

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
pytestmark = pytest.mark.xdist_group("demo-province")


@pytest.fixture
def var(tmp_path):
    with state_in(tmp_path) as folder:
        yield folder


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with kept_until_rolled_back(django_db_blocker):
        opened = units.load(small=False)
        people.load(opened, small=False, say=lambda line: None)
        checked()
        yield opened


@pytest.fixture
def province(made, db):
    return made


def test_not_into_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="HOCLIEU_PRODUCTION"):
        call_command("load_demo")
    assert not OrgUnit.objects.exists()


def test_not_among_other_peoples_units(db, var):
    OrgUnitFactory()
    with pytest.raises(CommandError, match="empty database"):
        call_command("load_demo", "--small")
    assert OrgUnit.objects.count() == 1


def test_a_failure_leaves_nothing_behind(db, var, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("broken off")

    monkeypatch.setattr("cms.demo.load.library.load", fail)
    with pytest.raises(RuntimeError, match="broken off"):
        load.load(small=True, say=lambda line: None)
    assert not OrgUnit.objects.exists()
    assert not (var / sign_ins.FILE).exists()


def seen():
    """What a load brings, in words: who, what, where and when, without the ids that chance gives."""
    return {
        "people": sorted(User.objects.values_list("username", "sort_name", "memberships__unit__code")),
        "files": sorted(Version.objects.values_list("resource__title", "number", "blob__sha256", "review")),
        "shown": sorted(
            Publication.objects.values_list("version__resource__title", "unit__code", "published_on")
        ),
        "uses": sorted(ResourceUse.objects.values_list("resource__title", "day", "count")),
        "learnt": sorted(Enrolment.objects.values_list("run__name", "user__username", "progress")),
        "opened": sorted(Attempt.objects.values_list("user__username", "started_at", "version__number")),
    }


def test_the_same_demo_every_time(db, var):
    found = []
    for _ in range(2):
        with transaction.atomic():
            load.load(small=True, say=lambda line: None)
            found.append(seen())
            transaction.set_rollback(True)
    assert all(found[0].values())
    assert found[0] == found[1]


def test_the_library_is_planned_the_same_every_time(province):
    folk = people.People()
    for job in Membership.objects.primary_on().select_related("user", "unit").order_by("user_id"):
        folk.add(job.unit.code, job.user, position=job.position, subjects=job.subjects)
    names = {s.code: (s.name, s.group) for s in Subject.objects.all()}
    first, second = (stock.plans(topics(), folk, names) for _ in range(2))
    told = [
        [
            (p.metadata, p.author, p.unit, p.fate, p.places, p.guests, [file.on for file in p.files])
            for p in plans
        ]
        for plans in (first, second)
    ]
    assert told[0] == told[1]
    for plan in first:
        assert plan.metadata.subject.startswith("boi-") or any(
            plan.metadata.subject in folk.subjects[user.pk] for user in folk.of_unit[plan.unit]
        )


def test_the_resources_name_real_subjects_and_grades(db):
    for entry in RESOURCES:
        offered = set(
            SubjectOffer.objects.filter(subject__code=entry.subject).values_list("grade__code", flat=True)
        )
        assert set(entry.grades) <= offered, entry.title
        assert bool(entry.grades) == bool(offered), entry.title
        assert entry.days_ago > 0
    assert len({entry.title for entry in RESOURCES}) == len(RESOURCES)
    assert len({entry.package for entry in RESOURCES}) == len(RESOURCES)


def test_names_are_the_same_every_time_and_usernames_plain():
    first, second = Names(7), Names(7)
    drawn = [first.draw(0.7) for _ in range(100)]
    assert drawn == [second.draw(0.7) for _ in range(100)]
    assert max(Counter(name.full for name in drawn).values()) <= 2
    assert first.username(Name("Trần Thị Thu", "Hà", woman=True)) == "hattt"
    assert first.username(Name("Trịnh Thị Thanh", "Hà", woman=True)) == "hattt2"
    assert first.username(Name("Đỗ Đức", "Đạt", woman=False)) == "datdd"
    assert all(first.username(name).isascii() for name in drawn)
    assert fold("Đạt") == "dat"


def test_the_clock_stands_on_its_day_and_is_put_back():
    real = timezone.now
    with clock.on(date(2026, 3, 8)) as time:
        assert today() == date(2026, 3, 8)
        before = timezone.now()
        time.pass_by(minutes=5)
        assert timezone.now() - before >= timedelta(minutes=5)
    assert timezone.now is real
    with pytest.raises(ZeroDivisionError), clock.on(date(2026, 3, 8)):
        1 / 0  # noqa: B018
    assert timezone.now is real


def test_the_province_has_its_units_and_people(province):
    assert (len(province), OrgUnit.objects.count(), units.COUNT) == (60, 60, 60)
    assert User.objects.count() == people.COUNT == 1761
    kinds = Counter(OrgUnit.objects.open().named().values_list("kind", flat=True))
    assert [kinds[kind] for kind in (UnitKind.MAM_NON, UnitKind.TIEU_HOC, UnitKind.THCS)] == [14, 13, 13]
    now = Membership.objects.primary_on()
    assert now.count() == 1761
    employed = Counter(now.values_list("unit__facts__kind", flat=True).filter(unit__facts__valid_to=FOREVER))
    assert {kind: employed[kind] for kind in people.HEADS} == people.HEADS
    assert employed[UnitKind.XA] + employed[UnitKind.PHUONG] == 9
    assert employed[UnitKind.SO] == 5
    for school in units.SCHOOLS:
        assert now.filter(unit=province[school.code]).exists(), school.code
    call_command("org_check", stdout=StringIO())


def test_the_reform_moved_schools_and_closed_districts(province):
    district = province["pgd-tien-lu"]
    school = province["th-thuy-loi"]
    assert OrgUnit.objects.subtree(district, BEFORE).filter(pk=school.pk).exists()
    assert not OrgUnit.objects.open(AFTER).filter(pk=district.pk).exists()
    assert OrgUnit.objects.subtree(province["xa-tien-hoa"], AFTER).filter(pk=school.pk).exists()
    successors = set(district.successors.values_list("new__code", flat=True))
    assert successors == {"xa-tien-lu", "xa-tien-hoa"}
    centre = province["gdtx-khoai-chau"]
    assert OrgUnit.objects.children(province[units.ROOT], AFTER).filter(pk=centre.pk).exists()
    official = Membership.objects.get(unit=district, position="official").user
    moved = Membership.objects.primary_on(AFTER).get(user=official)
    assert moved.unit == province["xa-tien-lu"]
    assert may(official, "unit.manage", province["thcs-nhat-tan"])


def test_people_are_told_apart_and_signed_in_only_where_meant(province):
    names = [user.full_name for user in User.objects.all()]
    assert max(Counter(names).values()) == 2
    assert any("Niê" in name or "Giàng" in name for name in names)
    assert max(map(len, names)) >= 28
    usable = {user.username for user in User.objects.all() if user.has_usable_password()}
    assert usable == {entry.username for entry in people.SIGN_INS}
    assert RoleGrant.objects.filter(role=Role.SYSTEM_ADMINISTRATOR).count() == 1
    codes = set(Subject.objects.values_list("code", flat=True))
    taught = {code for m in Membership.objects.all() for code in m.subjects}
    assert taught
    assert taught <= codes
