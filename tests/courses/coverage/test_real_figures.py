"""Hưng Yên, school year 2016–2017: 585 units, 17,603 people, indicator 2.4 of its plan."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.units import recompute_ancestry
from accounts.days import today
from accounts.models import Membership, OrgUnit, UnitFacts, UnitKind, UnitLink, User
from courses.coverage.actions import create_target, recompute_target
from courses.coverage.figures import Figure, Measure, by_kind, by_unit, sum_states
from courses.coverage.models import Target
from courses.training.models import Completion, Course, CourseRun, Enrolment
from tests.factories import LONG_AGO

K = UnitKind
#: kind → units, people, trained, percent as printed
FIGURES = {
    K.MAM_NON: (182, 4037, 1532, 37.9),
    K.TIEU_HOC: (171, 5388, 2422, 45.0),
    K.THCS: (171, 5251, 2493, 47.5),
    K.THPT: (38, 2276, 1488, 65.4),
    K.LIEN_CAP: (1, 222, 222, 100.0),
    K.GDTX: (11, 288, 49, 17.0),
    K.PHONG_GDDT: (10, 87, 58, 66.7),
    K.SO: (1, 54, 2, 3.7),
}


def shares(total: int, parts: int) -> list[int]:
    """``total`` dealt out as evenly as whole numbers go."""
    return [total // parts + (1 if n < total % parts else 0) for n in range(parts)]


def build_units() -> dict[str, list[OrgUnit]]:
    """One Sở, ten Phòng, schools under the Phòng, THPT and centres under the Sở; in bulk."""
    units = {
        kind: OrgUnit.objects.bulk_create(
            OrgUnit(code=f"{kind.value.replace('_', '-')}-{n}") for n in range(row[0])
        )
        for kind, row in FIGURES.items()
    }
    so = units[K.SO][0]
    offices = units[K.PHONG_GDDT]
    facts, links = [], []
    for kind, rows in units.items():
        for n, unit in enumerate(rows):
            facts.append(UnitFacts(unit=unit, name=f"{kind.label} {n}", kind=kind, valid_from=LONG_AGO))
            if kind in {K.MAM_NON, K.TIEU_HOC, K.THCS}:
                links.append(UnitLink(child=unit, parent=offices[n % 10], valid_from=LONG_AGO))
            elif unit != so:
                links.append(UnitLink(child=unit, parent=so, valid_from=LONG_AGO))
    UnitFacts.objects.bulk_create(facts)
    UnitLink.objects.bulk_create(links)
    recompute_ancestry([unit.pk for rows in units.values() for unit in rows])
    return units


def employ(units: dict[str, list[OrgUnit]], course: Course) -> None:
    """The people of every unit, and the completions of those trained, in bulk."""
    run = CourseRun.objects.create(
        course=course,
        unit=course.unit,
        name="Lớp toàn tỉnh",
        opens_on=LONG_AGO,
        closes_on=date(2030, 1, 1),
        school_year=2016,
        created_by=course.owner,
    )
    places, trained_flags = [], []
    for kind, (count, people, trained, _percent) in FIGURES.items():
        done = shares(trained, count)
        for n, staff in enumerate(shares(people, count)):
            places += [units[kind][n]] * staff
            trained_flags += [i < done[n] for i in range(staff)]
    users = User.objects.bulk_create(
        [User(username=f"gv{n}", first_name="Lan", sort_name=f"lan {n}") for n in range(len(places))],
        batch_size=2000,
    )
    Membership.objects.bulk_create(
        [Membership(user=u, unit=p, valid_from=LONG_AGO) for u, p in zip(users, places, strict=True)],
        batch_size=2000,
    )
    learnt = [u for u, flag in zip(users, trained_flags, strict=True) if flag]
    enrolments = Enrolment.objects.bulk_create(
        [Enrolment(run=run, user=u, progress=1) for u in learnt], batch_size=2000
    )
    Completion.objects.bulk_create(
        [Completion(enrolment=e, user_id=e.user_id, course=course, on=date(2016, 12, 1)) for e in enrolments],
        batch_size=2000,
    )


@pytest.fixture
def province(db: None) -> Target:
    units = build_units()
    so = units[K.SO][0]
    owner = User.objects.create_user("chuyenvien")
    course = Course.objects.create(unit=so, owner=owner, title="Chuẩn kĩ năng CNTT cơ bản", state="open")
    employ(units, course)
    return create_target(
        by=None,
        unit=so,
        course=course,
        name="70 % đạt chuẩn kĩ năng CNTT cơ bản",
        percent=70,
        first_day=LONG_AGO,
        deadline=date(2017, 5, 31),
    )


@pytest.mark.slow
def test_province_reports_what_the_plan_printed(province: Target) -> None:
    measure = Measure.of_target(province)
    now = today()
    stored = by_unit(measure, now, "then")
    assert len(stored) == 585
    kinds = by_kind(stored, now)
    for kind, (_units, people, trained, percent) in FIGURES.items():
        assert kinds[kind] == Figure(people, trained)
        assert round(kinds[kind].percent, 1) == percent

    with CaptureQueriesContext(connection) as asked:
        sums = sum_states(province.pk, province.unit_id)
    assert len(asked) == 1
    total = sums[province.unit_id]
    assert (total.trained, total.people) == (8266, 17603)
    assert round(total.percent, 2) == 46.96
    assert total.short_of(measure.percent) == 4057

    # A past day is counted live and must agree with what is stored for today.
    past = by_unit(measure, date(2017, 1, 15), "then")
    assert past == stored
    assert by_unit(measure, date(2017, 1, 15), "now") == stored
    before = by_unit(measure, date(2016, 11, 30), "then")
    assert sum(before.values(), Figure()) == Figure(17603, 0)

    out = StringIO()
    call_command(
        "coverage", "--target", str(province.uid), "--unit", province.unit.code, "--json", stdout=out
    )
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    report = lines[0]
    assert report["schema"] == 1
    assert report["total"]["people"] == 17603
    assert report["total"]["percent"] == 46.96
    # its own office, ten Phòng, 38 THPT, one multi-level school, eleven centres
    assert len(report["rows"]) == 1 + 10 + 38 + 1 + 11
    assert sum(row["trained"] for row in report["rows"]) == 8266

    recompute_target(target=province)
    assert by_unit(measure, now, "then") == stored
