"""A list of 20,000 people taken in, and the people behind a coverage figure taken away.

Run as `python -m benchmarks.people [--people 20000] [--rounds 3] [--db sqlite|postgres]`. A sector of
60 schools and a database of its own. Figures are processor time of this process (on PostgreSQL the
server's beside it), median of the rounds; one such list is written once.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measure import machine, tree_cpu, yardstick
from benchmarks.runtime import postgres, postgres_home
from benchmarks.stage import prepare

SCHOOLS = 60
FAMILY = ("Nguyễn Thị", "Trần Văn", "Lê Thị Thanh", "Phạm Đức", "Hoàng Thị Ngọc", "Vũ Minh", "Đặng Thu")
GIVEN = ("Lan", "Hương", "Hải", "Yến", "Sơn", "Mai", "Dũng", "Thủy", "Bình", "Nga", "Tuấn")
HEADINGS = ("STT", "Họ và tên", "Ngày sinh", "Mã cán bộ", "Đơn vị", "Chức vụ", "E-mail", "Điện thoại")


class Clock:
    """Processor seconds of this process, and of a database server beside it."""

    def __init__(self, server: int | None) -> None:
        self.pids = [os.getpid(), *([server] if server else [])]

    def __call__(self, name: str, work: Callable[[], Any], *, rounds: int = 1, goal: str = "") -> Any:
        seconds, answer = [], None
        for _ in range(rounds):
            before = tree_cpu(*self.pids)
            answer = work()
            seconds.append(tree_cpu(*self.pids) - before)
        goal = f"   goal ≤ {goal} s" if goal else ""
        print(f"  {name:44} {statistics.median(seconds):6.2f} s CPU{goal}", flush=True)
        return answer


def workbook(people: int) -> bytes:
    """The list as a school writes it: an Excel sheet with a title above its headings."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet("DS")
        page.write_string(0, 0, "DANH SÁCH CÁN BỘ, GIÁO VIÊN")
        for n, heading in enumerate(HEADINGS):
            page.write_string(2, n, heading)
        for n in range(people):
            name = f"{FAMILY[n % 7]} {GIVEN[n * 5 % 11]}"
            born = f"{n % 28 + 1:02}/{n % 12 + 1:02}/{1965 + n % 35}"
            school, duty = f"Trường Tiểu học số {n % SCHOOLS}", "Giáo viên"
            row = (name, born, f"CB{n:06}", school, duty, f"gv{n}@example.test", f"09{n:08}")
            page.write_number(n + 3, 0, n + 1)
            for column, text in enumerate(row, start=1):
                page.write_string(n + 3, column, text)
    return out.getvalue()


def measure_list(clock: Clock, people: int, rounds: int) -> Any:
    """Taking in, the trial run, writing, and the same list once more. Returns the administrator."""
    from accounts import roster_plan
    from accounts.actions import rosters
    from accounts.models import Role, User
    from accounts.roster.reading import read_table
    from tests.factories import OrgUnitFactory, person

    root = OrgUnitFactory(code="so", name="Sở GD&ĐT", kind="so", parent=None)
    for n in range(SCHOOLS):
        OrgUnitFactory(code=f"th-{n}", name=f"Trường Tiểu học số {n}", parent=root)
    admin = person(root, Role.UNIT_ADMINISTRATOR, Role.TRAINING_MANAGER)
    content = workbook(people)
    print(f"{people:,} people in {SCHOOLS} schools, {len(content) / 1e6:.1f} MB")

    def take() -> Any:
        table = read_table(content, "ds.xlsx")
        return rosters.take_roster(by=admin, unit=root, filename="ds.xlsx", table=table, on=date(2026, 9, 1))

    roster = clock("read and kept", take, rounds=rounds)
    clock("trial run, all new", lambda: roster_plan.plan_of(roster), rounds=rounds, goal="1")
    clock("written in one go", lambda: rosters.apply_roster(by=admin, roster=roster), goal="6")
    assert User.objects.count() == people + 1
    again = take()
    plan = clock("trial run, all known", lambda: roster_plan.plan_of(again), rounds=rounds, goal="1")
    assert len(plan.of("same")) == people
    return admin


def measure_sheets(clock: Clock, admin: Any, people: int, rounds: int) -> None:
    """All of them missing, then all trained, as Excel and CSV, over the page's own address."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from accounts.days import today
    from accounts.models import OrgUnit, User
    from courses.coverage import actions
    from courses.models import Completion, CourseRun, Enrolment
    from tests.factories import LONG_AGO, CourseFactory

    course = CourseFactory(owner=admin)
    run = CourseRun.objects.create(
        course=course, unit=course.unit, name="Lớp 1", opens_on=LONG_AGO,
        closes_on=today() + timedelta(days=30), school_year=2026, state="open", created_by=admin,
    )  # fmt: skip
    ids = User.objects.exclude(pk=admin.pk).order_by("pk").values_list("pk", flat=True)
    rows = Enrolment.objects.bulk_create(Enrolment(run=run, user_id=pk) for pk in ids)
    target = actions.create_target(
        by=admin, unit=OrgUnit.objects.root(), course=course, name="70 % đạt kĩ năng CNTT", percent=70,
        first_day=LONG_AGO, deadline=today() + timedelta(days=100),
    )  # fmt: skip
    client = Client(headers={"host": urlsplit(settings.SITE_URL).netloc})
    client.force_login(admin)
    address = reverse("coverage:excel", args=[target.uid])

    def asked(**query: str) -> bytes:
        answer = client.get(address, {"what": "people", **query})
        assert answer.status_code == 200, answer.status_code
        return bytes(answer.getvalue())

    def taken_away(state: str) -> None:
        for form, goal in (("xlsx", "2"), ("csv", "0.5")):
            got = clock(
                f"{people:,} {state}, {form}",
                partial(asked, state=state, format=form),
                rounds=rounds,
                goal=goal,
            )
            assert form == "xlsx" or got.count(b"\n") > people

    taken_away("missing")
    Completion.objects.bulk_create(
        Completion(enrolment=row, user_id=row.user_id, course=course, on=today()) for row in rows
    )
    taken_away("trained")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ.pop("HOCLIEU_DATABASE_URL", None)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hoclieu-benchmark-"))
        server = None
        if options.db == "postgres":
            home = postgres_home()
            if home is None:
                sys.exit("PostgreSQL is not installed here (apt-get install postgresql); try --db sqlite.")
            url, server = stack.enter_context(postgres(home))
            os.environ["HOCLIEU_DATABASE_URL"] = url
        prepare(Path(folder))
        print(f"{machine()}; yardstick {yardstick():.0f} ms; {options.db}")
        clock = Clock(server)
        admin = measure_list(clock, options.people, options.rounds)
        measure_sheets(clock, admin, options.people, options.rounds)
        print(f"{machine()}; yardstick {yardstick():.0f} ms")


if __name__ == "__main__":
    main()
