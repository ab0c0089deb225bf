"""The pages of training by HTTP: who gets which, what they show, and how many queries they take."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.days import today
from accounts.models import User
from courses.runtime.models import Attempt, RuntimeSession
from courses.training import actions
from courses.training.models import (
    Activity,
    ActivityCompletion,
    Completion,
    Course,
    CourseRun,
    Enrolment,
)
from repository.actions.publication import publish, withdraw
from tests.courses.world import Sector, make_sector
from tests.factories import PASSWORD, MembershipFactory, person, publish_version, published_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def sector(db: None) -> Sector:
    return make_sector()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: object) -> str:
    """The words of a page, tags and runs of blanks taken out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def pages(sector: Sector) -> dict[str, str]:
    run, course = sector.run.uid, sector.course.uid
    section = sector.lesson.section_id
    return {
        "list": reverse("courses:list"),
        "course": reverse("courses:course", args=[course]),
        "learning": reverse("courses:learning"),
        "player": reverse("courses:player", args=[sector.enrolment.uid, sector.lesson.uid]),
        "run": reverse("courses:run", args=[run]),
        "manage": reverse("courses:manage"),
        "new": reverse("courses:new"),
        "edit": reverse("courses:edit", args=[course]),
        "pick": reverse("courses:pick", args=[course, section]),
        "activity": reverse("courses:activity", args=[sector.lesson.uid]),
        "run_edit": reverse("courses:run_edit", args=[run]),
        "run_people": reverse("courses:run_people", args=[run]),
    }


class TestRights:
    """Role × page. The course belongs to the Sở, the class to a commune, the teacher to its school."""

    EXPECTED = {
        # page: Sở manager, commune manager, sister manager, instructor, learner, stranger
        "list": (200, 200, 200, 200, 200, 200),
        "course": (200, 200, 200, 200, 200, 200),
        "learning": (200, 200, 200, 200, 200, 200),
        "player": (404, 404, 404, 404, 200, 404),
        "run": (200, 200, 404, 200, 200, 404),
        "manage": (200, 200, 200, 403, 403, 403),
        "new": (200, 200, 200, 403, 403, 403),
        "edit": (200, 404, 404, 404, 404, 404),
        "pick": (200, 404, 404, 404, 404, 404),
        "activity": (200, 404, 404, 404, 404, 404),
        "run_edit": (200, 200, 404, 404, 404, 404),
        "run_people": (200, 200, 404, 404, 404, 404),
    }

    def test_matrix(self, sector: Sector) -> None:
        instructor = person(sector.other_school, "teacher")
        actions.set_instructors(by=None, run=sector.run, users=[instructor])
        people = (
            sector.manager,
            sector.xa_manager,
            sector.sister_manager,
            instructor,
            sector.teacher,
            sector.stranger,
        )
        found: dict[str, list[int]] = {name: [] for name in self.EXPECTED}
        for user in people:
            client = signed_in(user)
            for name, url in pages(sector).items():
                found[name].append(client.get(url).status_code)
        assert {name: tuple(codes) for name, codes in found.items()} == self.EXPECTED

    def test_guests_see_classes_and_no_people(self, sector: Sector) -> None:
        actions.set_choice(by=sector.xa_manager, run=sector.run, choice=True, seats=20)
        page = text_of(Client().get(reverse("courses:list")))
        assert sector.run.name in page
        assert "còn 19 chỗ" in page.lower()
        assert sector.teacher.last_name not in page
        gate = text_of(Client().get(reverse("courses:course", args=[sector.course.uid]), follow=True))
        assert "hiện ra sau khi đăng nhập" in gate

    def test_guests_are_sent_to_sign_in(self, sector: Sector) -> None:
        closed = {name: url for name, url in pages(sector).items() if name != "list"}
        for name, url in closed.items():
            response = Client().get(url)
            assert response.status_code == 302, name
            assert response["Location"].startswith(reverse("account_login")), name

    def test_draft_course_is_seen_by_its_managers_only(self, sector: Sector) -> None:
        draft = actions.create_course(by=sector.manager, unit=sector.so, title="Khóa đang soạn")
        url = reverse("courses:course", args=[draft.uid])
        codes = [
            signed_in(u).get(url).status_code for u in (sector.manager, sector.xa_manager, sector.teacher)
        ]
        assert codes == [200, 404, 404]
        assert "Khóa đang soạn" not in text_of(signed_in(sector.teacher).get(reverse("courses:list")))

    def test_posts_from_a_sister_unit_change_nothing(self, sector: Sector) -> None:
        client = signed_in(sector.sister_manager)
        section = sector.lesson.section_id
        run, course = sector.run.uid, sector.course.uid
        attempts = [
            (reverse("courses:edit", args=[course]), {"title": "Của tôi", "periods": 1}),
            (reverse("courses:course_act", args=[course]), {"act": "close"}),
            (reverse("courses:section_add", args=[course]), {"title": "Phần lạ"}),
            (reverse("courses:section_act", args=[course, section]), {"act": "remove"}),
            (reverse("courses:pick", args=[course, section]), {"resources": sector.lesson.resource.uid}),
            (reverse("courses:activity", args=[sector.lesson.uid]), {"title": "X", "when": "opened"}),
            (reverse("courses:activity_act", args=[sector.lesson.uid]), {"act": "remove"}),
            (reverse("courses:run_edit", args=[run]), {"name": "Lớp của tôi"}),
            (reverse("courses:run_act", args=[run]), {"act": "close"}),
            (reverse("courses:run_people", args=[run]), {"people": [sector.stranger.uid]}),
            (reverse("courses:enrolments_end", args=[run]), {"people": [sector.teacher.uid]}),
        ]
        for url, data in attempts:
            assert client.post(url, data).status_code == 404, url
        sector.course.refresh_from_db()
        sector.run.refresh_from_db()
        assert (sector.course.title, sector.course.state) == ("Kĩ năng CNTT cơ bản", "open")
        assert (sector.run.name, sector.run.state) == ("Lớp 1", "open")
        assert (Activity.objects.count(), Enrolment.objects.active().count()) == (2, 1)


class TestLearning:
    def test_course_page_offers_one_solid_button_for_what_is_next(self, sector: Sector) -> None:
        response = signed_in(sector.teacher).get(reverse("courses:course", args=[sector.course.uid]))
        html = response.content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        solid = re.findall(r'<(?:a|button) class="btn"[^>]*>(.*?)</', main)
        assert solid == ["Bắt đầu"]
        assert "0 trong 2" in text_of(response)
        assert reverse("courses:player", args=[sector.enrolment.uid, sector.lesson.uid]) in main

    def test_learning_shows_next_then_running_then_finished(self, sector: Sector) -> None:
        client = signed_in(sector.teacher)
        words = text_of(client.get(reverse("courses:learning")))
        assert words.index("Làm tiếp") < words.index("Đang học") < words.index("Đã học xong")
        assert "Bài giảng e-Learning" in words
        complete(sector)
        response = client.get(reverse("courses:learning"))
        words = text_of(response)
        assert "Làm tiếp" not in words
        assert "Xong ngày" in words
        course = text_of(client.get(reverse("courses:course", args=[sector.course.uid])))
        assert "Đã hoàn thành" in course
        assert "Học tiếp" not in course

    def test_class_that_has_not_begun_or_has_ended_says_so(self, sector: Sector) -> None:
        client = signed_in(sector.teacher)
        course = reverse("courses:course", args=[sector.course.uid])
        player = reverse("courses:player", args=[sector.enrolment.uid, sector.lesson.uid])
        CourseRun.objects.update(opens_on=today() + timedelta(days=2))
        assert "Lớp chưa bắt đầu" in text_of(client.get(course))
        refused = client.get(player)
        assert refused.status_code == 400
        assert "class_not_begun" in refused.content.decode()
        CourseRun.objects.update(opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=2))
        assert "Lớp đã kết thúc" in text_of(client.get(course))
        assert client.get(player).status_code == 200

    def test_class_closed_early_is_listed_as_ended(self, sector: Sector) -> None:
        actions.close_run(by=sector.xa_manager, run=sector.run)
        words = text_of(signed_in(sector.teacher).get(reverse("courses:learning")))
        assert "chưa hoàn thành" in words
        assert "Chưa mở" not in words
        assert "Lớp đã kết thúc" in text_of(
            signed_in(sector.teacher).get(reverse("courses:course", args=[sector.course.uid]))
        )

    def test_opening_a_lesson_starts_an_attempt_and_is_recorded(self, sector: Sector) -> None:
        client = signed_in(sector.teacher)
        client.get(reverse("courses:player", args=[sector.enrolment.uid, sector.lesson.uid]))
        assert not Attempt.objects.exists()
        url = reverse("courses:player_open", args=[sector.enrolment.uid, sector.lesson.uid])
        answer = client.post(url)
        assert answer.status_code == 200
        session = RuntimeSession.objects.get(uid=answer.json()["session"])
        assert (session.mode, session.attempt.enrolment, session.version) == (
            "normal",
            sector.enrolment,
            sector.run.pins.get(activity=sector.lesson).version,
        )
        assert session.open_until.astimezone().date() <= sector.run.closes_on + timedelta(days=1)
        assert signed_in(sector.stranger).post(url).status_code == 404
        sector.enrolment.refresh_from_db()
        assert sector.enrolment.last_active_at is not None

    def test_after_the_class_a_lesson_opens_without_being_recorded(self, sector: Sector) -> None:
        CourseRun.objects.update(opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1))
        client = signed_in(sector.teacher)
        url = reverse("courses:player_open", args=[sector.enrolment.uid, sector.lesson.uid])
        assert client.post(url).status_code == 200
        assert RuntimeSession.objects.get().mode == "browse"
        assert not Attempt.objects.exists()
        client.get(reverse("courses:player", args=[sector.enrolment.uid, sector.document.uid]))
        assert not ActivityCompletion.objects.exists()

    def test_document_is_completed_by_opening_it(self, sector: Sector) -> None:
        client = signed_in(sector.teacher)
        url = reverse("courses:player", args=[sector.enrolment.uid, sector.document.uid])
        assert client.get(url).status_code == 200
        assert ActivityCompletion.objects.get().activity == sector.document
        assert "1 trong 2" in text_of(client.get(reverse("courses:course", args=[sector.course.uid])))

    def test_withdrawal_for_cause_beats_the_enrolment(self, sector: Sector) -> None:
        client = signed_in(sector.teacher)
        url = reverse("courses:player", args=[sector.enrolment.uid, sector.lesson.uid])
        version = sector.lesson.resource.versions.get()
        withdraw(by=None, publication=version.publications.get(), cause="Có bản mới")
        assert client.get(url).status_code == 200  # no longer shown, not forbidden: the class keeps it
        publish(by=None, version=version, unit=sector.so)
        live = version.publications.get(withdrawn_on=None)
        withdraw(by=None, publication=live, cause="Vi phạm bản quyền", for_cause=True)
        refused = client.get(url)
        assert refused.status_code == 400
        assert "lesson_withdrawn" in refused.content.decode()
        opened = client.post(reverse("courses:player_open", args=[sector.enrolment.uid, sector.lesson.uid]))
        assert opened.status_code == 400
        assert not RuntimeSession.objects.exists()

    def test_lesson_not_published_to_the_learner_opens_through_her_class(self, sector: Sector) -> None:
        # The class of the Sở takes in somebody who works nowhere below the course's unit today.
        outsider = person(sector.school, "teacher")
        actions.enrol(by=sector.manager, run=sector.run, users=[outsider])
        outsider.memberships.all().delete()
        enrolment = Enrolment.objects.get(user=outsider)
        client = signed_in(outsider)
        url = reverse("courses:player_open", args=[enrolment.uid, sector.lesson.uid])
        assert client.post(url).status_code == 200


def complete(sector: Sector) -> None:
    from courses.runtime import actions as runtime
    from courses.runtime.signals import outcome_changed

    version = sector.run.pins.get(activity=sector.lesson).version
    attempt = runtime.start_attempt(
        by=None,
        user=sector.teacher,
        version=version,
        enrolment=sector.enrolment,
        activity=sector.lesson,
    )
    attempt.completion = "completed"
    attempt.save()
    outcome_changed.send(sender=Attempt, attempt=attempt)
    actions.record_opened(by=None, enrolment=sector.enrolment, activity=sector.document)
    assert Completion.objects.exists()


class TestBuilding:
    def test_from_nothing_to_an_open_class(self, sector: Sector) -> None:
        client = signed_in(sector.manager)
        made = client.post(
            reverse("courses:new"),
            {"title": "Dạy học lớp ghép", "unit": sector.so.pk, "summary": "", "periods": "10"},
        )
        course = Course.objects.get(title="Dạy học lớp ghép")
        assert made["Location"] == reverse("courses:edit", args=[course.uid])
        client.post(reverse("courses:section_add", args=[course.uid]), {"title": "Phần 1"})
        section = course.sections.get()
        picker = reverse("courses:pick", args=[course.uid, section.pk])
        assert "Bài giảng e-Learning" in text_of(client.get(picker, {"q": "giảng"}))
        assert "Đọc trước" not in text_of(client.get(picker, {"q": "giảng"}))
        added = client.post(picker, {"resources": sector.lesson.resource.uid})
        activity = Activity.objects.get(section=section)
        assert added["Location"] == reverse("courses:activity", args=[activity.uid])
        client.post(
            reverse("courses:activity", args=[activity.uid]),
            {"title": "Bài 1", "required": "on", "when": "score", "points": "7,5"},
        )
        activity.refresh_from_db()
        assert (activity.title, activity.rule) == ("Bài 1", {"when": "score", "at_least": 0.75})
        assert "Xong khi được 7,5 điểm" in text_of(client.get(reverse("courses:edit", args=[course.uid])))
        client.post(reverse("courses:course_act", args=[course.uid]), {"act": "open"})
        planned = client.post(
            f"{reverse('courses:run_new')}?course={course.uid}",
            {
                "name": "Lớp hè",
                "unit": sector.xa.pk,
                "opens_on": today().isoformat(),
                "closes_on": f"{today() + timedelta(days=10):%d/%m/%Y}",
                "school_year": "2026",
            },
        )
        run = CourseRun.objects.get(name="Lớp hè")
        assert planned["Location"] == reverse("courses:run_people", args=[run.uid])
        client.post(planned["Location"], {"people": [sector.teacher.uid]})
        client.post(reverse("courses:run_act", args=[run.uid]), {"act": "open"})
        run.refresh_from_db()
        assert (run.state, run.enrolments.get().user) == ("open", sector.teacher)
        assert "Dạy học lớp ghép" in text_of(signed_in(sector.teacher).get(reverse("courses:learning")))

    def test_wrong_input_is_kept_and_answered_with_422(self, sector: Sector) -> None:
        client = signed_in(sector.manager)
        url = reverse("courses:activity", args=[sector.lesson.uid])
        for data in (
            {"title": "Bài 1", "when": "score"},
            {"title": "Bài 1", "when": "score", "points": "11"},
            {"title": "Bài 1", "when": "minutes", "minutes": "0"},
            {"title": "Bài 1", "when": "someday"},
            {"title": "", "when": "completed"},
        ):
            response = client.post(url, data)
            assert response.status_code == 422, data
        assert 'value="Bài 1"' in client.post(url, {"title": "Bài 1", "when": "score"}).content.decode()
        sector.lesson.refresh_from_db()
        assert sector.lesson.rule == {"when": "completed"}

    def test_refused_rule_is_shown_in_the_form(self, sector: Sector) -> None:
        url = reverse("courses:activity", args=[sector.document.uid])
        response = signed_in(sector.manager).post(url, {"title": "Đọc", "when": "minutes", "minutes": "5"})
        assert response.status_code == 422
        assert "chỉ có thể xong khi mở" in text_of(response)

    def test_course_does_not_open_empty(self, sector: Sector) -> None:
        client = signed_in(sector.manager)
        course = actions.create_course(by=sector.manager, unit=sector.so, title="Trống")
        response = client.post(reverse("courses:course_act", args=[course.uid]), {"act": "open"}, follow=True)
        assert "Thêm ít nhất một hoạt động bắt buộc" in text_of(response)
        course.refresh_from_db()
        assert course.state == "draft"

    def test_picker_refuses_what_it_does_not_offer(self, sector: Sector) -> None:
        hidden = published_lesson(sector.sister, sector.sister_manager, title="Chỉ của xã Ân Thi")
        url = reverse("courses:pick", args=[sector.course.uid, sector.lesson.section_id])
        client = signed_in(sector.manager)
        assert "Chỉ của xã Ân Thi" not in text_of(client.get(url))
        for resource in (hidden.uid, uuid.uuid4(), "không phải mã"):
            assert client.post(url, {"resources": resource}).status_code == 422
        assert Activity.objects.count() == 2

    def test_picker_finds_without_marks_and_keeps_what_is_ticked(self, sector: Sector) -> None:
        client = signed_in(sector.manager)
        url = reverse("courses:pick", args=[sector.course.uid, sector.lesson.section_id])
        kept = published_lesson(sector.so, sector.manager, title="Đọc bản đồ")
        for title in ("Phân số thập phân", "Ăn uống sạch", "An toàn"):
            published_lesson(sector.so, sector.manager, title=title)
        names = [one.title for one in client.get(url).context["page"].object_list]
        order = ["An toàn", "Ăn uống sạch", "Bài giảng e-Learning", "Đọc bản đồ", "Phân số thập phân"]
        assert [name for name in names if name in order] == order
        response = client.get(url, {"q": "phan so", "resources": [kept.uid, "không phải mã"]})
        shown = text_of(response)
        assert "Phân số thập phân" in shown and "An toàn" not in shown
        assert "Đã chọn 1" in shown and "SCORM 1.2" in shown
        html = response.content.decode()
        assert re.search(f'value="{kept.uid}" checked', html)
        assert reverse("repository:resource", args=[kept.uid]) in html

    def test_what_was_added_or_saved_gets_the_focus(self, sector: Sector) -> None:
        """Browsers give the focus to what an address names, where that can take it."""
        client = signed_in(sector.manager)
        url = reverse("courses:section_add", args=[sector.course.uid])
        answer = client.post(url, {"title": "Phần mới"})
        added = client.get(answer["Location"]).content.decode()
        place = answer["Location"].partition("#")[2]
        assert f'id="{place}" tabindex="-1"' in added and "Phần mới" in added
        ids = re.findall(r' id="([^"]+)"', added)
        assert len(ids) == len(set(ids)) and 'for="section_title"' in added
        uid = sector.lesson.uid
        facts = {"title": "Bài 1", "required": "on", "when": "opened"}
        answer = client.post(reverse("courses:activity", args=[uid]), facts)
        assert answer["Location"].endswith(f"#t-{uid}")
        saved = client.get(answer["Location"]).content.decode()
        assert f'<a id="t-{uid}" href' in saved
        assert re.search(r'class="toast"[^>]*>.*“Bài 1”', saved, re.DOTALL)

    def test_buttons_move_and_remove(self, sector: Sector) -> None:
        client = signed_in(sector.manager)
        client.post(reverse("courses:activity_act", args=[sector.document.uid]), {"act": "up"})
        order = Activity.objects.order_by("position").values_list("title", flat=True)
        assert list(order) == ["Đọc trước", "Bài giảng e-Learning"]
        client.post(reverse("courses:activity_act", args=[sector.document.uid]), {"act": "remove"})
        builder = text_of(client.get(reverse("courses:edit", args=[sector.course.uid])))
        assert "Đọc trước" not in builder.replace("“Đọc trước”", "")
        assert (
            client.post(
                reverse("courses:activity_act", args=[sector.lesson.uid]), {"act": "explode"}
            ).status_code
            == 404
        )


class TestClass:
    def test_list_filters_and_counts(self, sector: Sector) -> None:
        complete(sector)
        newcomer = person(sector.school, first_name="Bảy", last_name="Nguyễn Văn")
        actions.enrol(by=sector.xa_manager, run=sector.run, users=[newcomer])
        client = signed_in(sector.xa_manager)
        url = reverse("courses:run", args=[sector.run.uid])
        words = text_of(client.get(url))
        assert "Tất cả 2" in words
        assert "Đã xong 1" in words
        assert words.index("Nguyễn Văn Bảy") < words.index("Trần Thị Thu Hằng")
        done = text_of(client.get(url, {"show": "done"}))
        assert "Trần Thị Thu Hằng" in done
        assert "Nguyễn Văn Bảy" not in done
        found = text_of(client.get(url, {"q": "bay"}))
        assert "Nguyễn Văn Bảy" in found
        assert "Trần Thị Thu Hằng" not in found

    def test_instructor_sees_people_but_no_ticks(self, sector: Sector) -> None:
        instructor = person(sector.other_school, "teacher")
        actions.set_instructors(by=None, run=sector.run, users=[instructor])
        html = signed_in(instructor).get(reverse("courses:run", args=[sector.run.uid])).content.decode()
        assert "Trần Thị Thu Hằng" in html
        assert 'name="people"' not in html

    def test_dates_are_saved(self, sector: Sector) -> None:
        client = signed_in(sector.xa_manager)
        url = reverse("courses:run_edit", args=[sector.run.uid])
        data = {
            "name": "Lớp 1 mới",
            "opens_on": sector.run.closes_on.isoformat(),
            "closes_on": sector.run.opens_on.isoformat(),
            "school_year": sector.run.school_year,
        }
        assert client.post(url, data).status_code == 422
        data["opens_on"], data["closes_on"] = data["closes_on"], data["opens_on"]
        assert client.post(url, data).status_code == 302
        sector.run.refresh_from_db()
        assert sector.run.name == "Lớp 1 mới"

    def test_enrolling_people_outside_the_list_is_refused(self, sector: Sector) -> None:
        client = signed_in(sector.xa_manager)
        url = reverse("courses:run_people", args=[sector.run.uid])
        assert sector.stranger.full_name not in text_of(client.get(url, {"unit": "so"}))
        response = client.post(url, {"people": [sector.stranger.uid]})
        assert response.status_code == 422
        assert client.post(url, {}).status_code == 422
        assert sector.run.enrolments.count() == 1

    def test_ticked_people_leave(self, sector: Sector) -> None:
        client = signed_in(sector.xa_manager)
        url = reverse("courses:enrolments_end", args=[sector.run.uid])
        client.post(url, {"people": [sector.teacher.uid]})
        assert not Enrolment.objects.active().exists()
        assert client.get(reverse("courses:run", args=[sector.run.uid])).status_code == 200
        player = reverse("courses:player", args=[sector.enrolment.uid, sector.lesson.uid])
        assert signed_in(sector.teacher).get(player).status_code == 404


class TestQueries:
    """Pages take the same queries for many rows as for few; sign-in and header cost three of them."""

    def count(self, client: Client, url: str) -> int:
        client.get(url)  # what is kept for everybody is read once
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def test_pages_are_flat_in_rows(self, sector: Sector) -> None:
        teacher, manager = signed_in(sector.teacher), signed_in(sector.xa_manager)
        chief = signed_in(sector.manager)
        urls = pages(sector)
        asked = [
            (teacher, "list", 8),
            (teacher, "course", 10),
            (teacher, "learning", 10),
            (manager, "run", 10),
            (manager, "run_people", 9),
            (chief, "manage", 9),  # one asks whether any lesson waits for a decision about its newer version
            (chief, "edit", 11),  # two ask whether a lesson has a version newer than its open classes use
            (chief, "pick", 8),
        ]
        few = {name: self.count(client, urls[name]) for client, name, _most in asked}
        self.grow(sector)
        many = {name: self.count(client, urls[name]) for client, name, _most in asked}
        assert many == few
        for _client, name, most in asked:
            assert many[name] <= most, f"{name} takes {many[name]} queries"

    def grow(self, sector: Sector) -> None:
        """More people in the class, more lessons, courses and classes of the teacher."""
        people = [User.objects.create(username=f"p{n}", password=make_password(None)) for n in range(12)]
        for user in people:
            MembershipFactory(user=user, unit=sector.school)
        actions.enrol(by=sector.manager, run=sector.run, users=people)
        for n in range(4):
            course = actions.create_course(by=sector.manager, unit=sector.so, title=f"Khóa {n}")
            section = actions.add_section(by=sector.manager, course=course, title="Phần")
            for resource in (sector.lesson.resource, sector.document.resource):
                actions.add_activity(by=sector.manager, section=section, resource=resource)
            actions.open_course(by=sector.manager, course=course)
            run = actions.create_run(
                by=sector.manager,
                course=course,
                unit=sector.so,
                name=f"Lớp {n}",
                opens_on=today(),
                closes_on=today(),
            )
            actions.enrol(by=sector.manager, run=run, users=[sector.teacher])
            actions.open_run(by=sector.manager, run=run)
        section = actions.add_section(by=sector.manager, course=sector.course, title="Phần 2")
        for n in range(5):
            resource = published_lesson(sector.so, sector.manager, title=f"Bài {n}")
            publish_version(resource, sector.so)
            actions.add_activity(by=sector.manager, section=section, resource=resource)


def test_password_of_factories_signs_in(sector: Sector) -> None:
    client = Client()
    assert client.login(username=sector.teacher.username, password=PASSWORD)
    assert client.get(reverse("courses:learning")).status_code == 200


class TestSecondThoughts:
    """What was pressed by mistake: put back, deleted, or never let through."""

    def test_an_open_course_keeps_a_required_activity(self, sector: Sector) -> None:
        client = signed_in(sector.manager)
        act = {a: reverse("courses:activity_act", args=[a.uid]) for a in (sector.lesson, sector.document)}
        gone = client.post(act[sector.document], {"act": "remove"}, follow=True)
        assert "Hoàn tác" in text_of(gone)
        kept = client.post(act[sector.lesson], {"act": "remove"}, follow=True)
        assert "Khóa đang mở cần ít nhất một hoạt động bắt buộc" in text_of(kept)
        sector.lesson.refresh_from_db()
        assert sector.lesson.retired_at is None
        page = reverse("courses:activity", args=[sector.lesson.uid])
        eased = client.post(page, {"title": "A", "when": "completed"})
        assert (eased.status_code, Activity.objects.get(pk=sector.lesson.pk).required) == (422, True)
        back = client.post(act[sector.document], {"act": "restore"}, follow=True)
        assert "trở lại khóa" in text_of(back)
        sector.document.refresh_from_db()
        assert sector.document.retired_at is None
        assert client.post(act[sector.lesson], {"act": "remove"}).status_code == 302
        sector.lesson.refresh_from_db()
        assert sector.lesson.retired_at is not None

    def test_what_was_taken_out_comes_back_with_its_section(self, sector: Sector) -> None:
        actions.close_course(by=sector.manager, course=sector.course)
        for activity in (sector.lesson, sector.document):
            actions.remove_activity(by=sector.manager, activity=activity)
        section = sector.lesson.section
        actions.remove_section(by=sector.manager, section=section)
        actions.restore_activity(by=sector.manager, activity=sector.lesson)
        section.refresh_from_db()
        assert section.retired_at is None
        stranger = signed_in(sector.xa_manager)
        url = reverse("courses:activity_act", args=[sector.document.uid])
        assert stranger.post(url, {"act": "restore"}).status_code == 404

    def test_a_draft_is_deleted_and_a_used_course_is_not(self, sector: Sector) -> None:
        client = signed_in(sector.manager)
        draft = actions.create_course(by=sector.manager, unit=sector.so, title="Nhầm")
        actions.add_section(by=sector.manager, course=draft, title="Phần")
        for course, left in ((draft, False), (sector.course, True)):
            client.post(reverse("courses:course_act", args=[course.uid]), {"act": "delete"})
            assert Course.objects.filter(pk=course.pk).exists() is left

    def test_a_planned_class_is_deleted_while_nobody_was_enrolled(self, sector: Sector) -> None:
        client = signed_in(sector.xa_manager)
        planned = {
            "course": sector.course,
            "unit": sector.xa,
            "opens_on": today(),
            "closes_on": today(),
        }
        empty = actions.create_run(by=sector.xa_manager, name="Nhầm", **planned)
        taken = actions.create_run(by=sector.xa_manager, name="Có người", **planned)
        actions.enrol(by=sector.xa_manager, run=taken, users=[sector.teacher])
        for run, left in ((empty, False), (taken, True), (sector.run, True)):
            client.post(reverse("courses:run_act", args=[run.uid]), {"act": "delete"})
            assert CourseRun.objects.filter(pk=run.pk).exists() is left

    def test_opening_a_class_says_what_it_lacks(self, sector: Sector) -> None:
        client = signed_in(sector.xa_manager)
        run = actions.create_run(
            by=sector.xa_manager,
            course=sector.course,
            unit=sector.xa,
            name="Lớp 2",
            opens_on=today(),
            closes_on=today(),
        )
        url = reverse("courses:run_act", args=[run.uid])
        Activity.objects.update(required=False)
        refused = client.post(url, {"act": "open"}, follow=True)
        assert "Khóa “Kĩ năng CNTT cơ bản” chưa có hoạt động bắt buộc" in text_of(refused)
        assert reverse("courses:course", args=[sector.course.uid]) in refused.content.decode()
        Activity.objects.update(required=True)
        assert "Lớp chưa có học viên" in text_of(client.post(url, {"act": "open"}, follow=True))

    def test_a_document_is_completed_by_opening_only(self, sector: Sector) -> None:
        client = signed_in(sector.manager)
        pages = [reverse("courses:activity", args=[a.uid]) for a in (sector.lesson, sector.document)]
        offered = [client.get(page).content.decode().count('name="when"') for page in pages]
        assert offered == [5, 1]


def test_error_for_nobody_ticked_speaks_vietnamese(sector: Sector) -> None:
    url = reverse("courses:run_people", args=[sector.run.uid])
    words = text_of(signed_in(sector.xa_manager).post(url, {}))
    assert "People" not in words
    assert "Người" in words
