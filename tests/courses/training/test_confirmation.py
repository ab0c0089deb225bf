"""The confirmation of a completed course: what it says, who reads it, where it is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.days import today
from courses.training.models import Completion
from tests.courses.training.test_learner import past_class
from tests.courses.training.test_pages import signed_in, text_of
from tests.courses.world import Sector, make_sector

pytestmark = pytest.mark.django_db


@pytest.fixture
def sector(db: None) -> Sector:
    return make_sector()


def url_of(completion: Completion) -> str:
    return reverse("courses:confirmation", args=[completion.uid])


def test_it_says_who_completed_what_when_and_where_to_check_it(sector: Sector) -> None:
    completion = past_class(sector, "Lớp hè", completed=True).completion
    page = text_of(signed_in(sector.teacher).get(url_of(completion)))
    day = today() - timedelta(days=40)
    for said in (
        "Trần Thị Thu Hằng",
        "Tiểu học Tiên Lữ",
        "Kĩ năng CNTT cơ bản",
        "Xã Tiên Lữ",
        "Lớp hè",
        f"{day:%d/%m/%Y}",
        "8,5/10",
        str(completion.uid),
        f"http://testserver{url_of(completion)}",
    ):
        assert said in page
    assert "không còn hiệu lực" not in page


def test_one_taken_back_says_so(sector: Sector) -> None:
    completion = past_class(sector, "Lớp hè", completed=True).completion
    completion.revoked_on = today()
    completion.save()
    assert "không còn hiệu lực" in text_of(signed_in(sector.teacher).get(url_of(completion)))


def test_it_is_hers_and_theirs_who_lead_the_class(sector: Sector) -> None:
    url = url_of(past_class(sector, "Lớp hè", completed=True).completion)
    readers = {
        user.username: signed_in(user).get(url).status_code
        for user in (sector.teacher, sector.xa_manager, sector.manager, sector.sister_manager)
    }
    assert list(readers.values()) == [200, 200, 200, 404]
    assert signed_in(sector.stranger).get(url).status_code == 404


def test_it_is_found_from_history_learning_and_the_course(sector: Sector) -> None:
    enrolment = past_class(sector, "Lớp hè", completed=True)
    client, url = signed_in(sector.teacher), url_of(enrolment.completion)
    course = f"{reverse('courses:course', args=[sector.course.uid])}?class={enrolment.run.uid}"
    for place in (reverse("courses:history"), reverse("courses:learning"), course):
        assert url in client.get(place).content.decode()
