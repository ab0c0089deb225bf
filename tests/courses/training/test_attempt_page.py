"""The history of an attempt, as whoever leads the class reads it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.actions import create_unit
from accounts.models import UnitKind, User
from courses.models import Attempt, CommitLog, Instructor
from tests.courses.runtime.helpers import cmi12, commit, launch
from tests.courses.runtime.stage import Stage, make_stage
from tests.factories import LONG_AGO, UserFactory, person

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(stage: Stage, attempt: Attempt) -> str:
    return reverse("courses:run_attempt", args=[stage.run.uid, attempt.uid])


@pytest.fixture
def stage() -> Stage:
    return make_stage()


@pytest.fixture
def manager(stage: Stage) -> User:
    return person(stage.unit, "training_manager")


@pytest.fixture
def attempt(stage: Stage) -> Attempt:
    older = launch(stage, device="Điện thoại")
    commit(older, 1, cmi12("incomplete"))
    newer = launch(stage, device="Máy bàn")
    commit(newer, 1, cmi12("passed", raw="80"), seconds=3725, final=True)
    commit(older, 2, cmi12("incomplete"))
    found = newer.attempt
    assert found is not None
    return found


def test_everything_received_is_told_newest_first(stage: Stage, attempt: Attempt, manager: User) -> None:
    page = signed_in(manager).get(address(stage, attempt)).content.decode()
    assert stage.activity.title in page
    reasons = ["Từ cửa sổ đã mở trước đó", "Kết quả thay đổi", "Lần lưu cuối, khi đóng bài"]
    places = [page.index(f">{reason}<") for reason in reasons]
    assert places == sorted(places)
    assert "Đã xong, Đạt, 8 điểm, học thêm 1 giờ" in page  # since the opening no more than an hour passed
    for device in ("Điện thoại", "Máy bàn"):
        assert device in page
    assert "đã mở lại" in page
    saves = page[page.index('id="saved-h"') : page.index('id="opened-h"')]
    kept = attempt.commits_kept.order_by("-at").first()
    assert kept is not None
    at = timezone.localtime(kept.at)
    assert f"{at.hour}:{at:%M:%S %d/%m/%Y}" in saves  # to the second
    for term in ("commit", "superseded", "sco-1"):  # for support only, folded away
        assert term not in saves
        assert term in page[page.index("<details>", page.index('id="support-h"')) :]


def test_one_commit_is_one_line_with_all_its_reasons(stage: Stage, manager: User) -> None:
    opened = launch(stage)
    commit(opened, 1, cmi12("completed"), seconds=90, final=True)
    page = signed_in(manager).get(address(stage, opened.attempt)).content.decode()  # type: ignore[arg-type]
    line = page[page.index("Đã xong, học thêm 1 phút 30 giây") :]
    line = line[: line.index("</tr>")]
    for reason in ("Lần lưu đầu từ khi mở bài", "Kết quả thay đổi", "Lần lưu cuối, khi đóng bài"):
        assert line.count(reason) == 1
    assert "Mọi lần lưu đều đã nhận và được tính" in page
    assert "Cần xem" not in page
    assert page.count("học thêm") == 1


def test_what_came_late_apart_or_was_refused_is_flagged(
    stage: Stage, attempt: Attempt, manager: User
) -> None:
    client, url = signed_in(manager), address(stage, attempt)
    page = client.get(url).content.decode()
    assert page.count("Giữ riêng") == 1
    assert "giữ riêng để học viên chọn" in page
    assert "1 lần giữ riêng" in page
    CommitLog.objects.filter(reason="superseded").update(code="dismissed")
    newest = attempt.sessions.order_by("-pk").first()
    facts = {"session": newest, "attempt": attempt, "sco_identifier": newest.sco_identifier, "seq": 9}  # type: ignore[union-attr]
    CommitLog.objects.create(**facts, reason="late", code="commit_late", completion="completed", seconds=9000)
    CommitLog.objects.create(**facts, reason="refused", code="commit_too_large")
    page = client.get(url).content.decode()
    assert "học viên đã bỏ qua bài làm này" in page
    assert "Đến sau khi lớp đóng: được giữ, chưa tính." in page
    assert page.count("Đến muộn") == 2  # the sign and the reason
    assert page.count("Bị từ chối") == 1
    assert "1 lần đến muộn, 1 lần bị từ chối, 1 lần giữ riêng" in page
    assert "Chưa lưu được" in page
    assert "lớn hơn 1 MB" in page


def test_each_line_tells_what_was_new_against_the_one_before(stage: Stage, manager: User) -> None:
    opened = launch(stage)
    commit(opened, 1, cmi12("incomplete"), seconds=30)
    commit(opened, 2, cmi12("passed", raw="70"), seconds=300)
    commit(opened, 3, cmi12("passed", raw="90"), seconds=400, final=True)
    page = signed_in(manager).get(address(stage, opened.attempt)).content.decode()  # type: ignore[arg-type]
    told = [
        "9 điểm, học thêm 1 phút 40 giây",
        "Đã xong, Đạt, 7 điểm, học thêm 4 phút 30 giây",
        "Đang học, học thêm 30 giây",
    ]
    places = [page.index(words) for words in told]
    assert places == sorted(places)


def test_only_who_leads_the_class_reads_it(stage: Stage, attempt: Attempt) -> None:
    url = address(stage, attempt)
    teacher = UserFactory()
    assert signed_in(teacher).get(url).status_code == 404
    Instructor.objects.create(run=stage.run, user=teacher)
    assert signed_in(teacher).get(url).status_code == 200
    elsewhere = create_unit(
        by=None, code="xa-b", name="Xã B", kind=UnitKind.XA, parent=stage.unit, on=LONG_AGO
    )
    strangers = [stage.learner, UserFactory(), person(elsewhere, "training_manager"), stage.author]
    for stranger in strangers:
        assert signed_in(stranger).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_an_attempt_is_read_in_its_own_class_only(stage: Stage, attempt: Attempt, manager: User) -> None:
    other = make_stage()
    wrong = reverse("courses:run_attempt", args=[other.run.uid, attempt.uid])
    assert signed_in(manager).get(wrong).status_code == 404


def test_the_person_page_leads_there(stage: Stage, attempt: Attempt, manager: User) -> None:
    url = reverse("courses:run_person", args=[stage.run.uid, stage.enrolment.uid])
    assert address(stage, attempt) in signed_in(manager).get(url).content.decode()


def test_queries_do_not_grow_and_pages_turn(
    stage: Stage, attempt: Attempt, manager: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, url = signed_in(manager), address(stage, attempt)
    session = attempt.sessions.first()
    CommitLog.objects.bulk_create(
        CommitLog(session=session, attempt=attempt, sco_identifier="sco-1", seq=seq, reason="outcome")
        for seq in range(60)
    )
    client.get(url)
    with django_assert_max_num_queries(22):
        first = client.get(url).content.decode()
    assert "?page=2" in first
    assert first.count(">Kết quả thay đổi<") == 50
    assert client.get(url + "?page=2").content.decode().count("Lần lưu đầu") >= 1
