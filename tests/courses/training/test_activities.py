"""Pages of text, sessions and locks: built, opened, refused with the reason, completed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from courses.templatetags.training import rule_words
from courses.training import actions
from courses.training.completion import WHENS
from courses.training.models import Activity, ActivityCompletion, ClassSession, Completion, Course, Enrolment
from tests.courses.training.test_pages import signed_in, text_of
from tests.courses.world import Sector, make_sector
from tests.factories import published_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def sector(db: None) -> Sector:
    return make_sector()


def main_of(response: object) -> str:
    """The HTML of a page without its header and footer."""
    return response.content.decode().split("<main")[1].split("</main>")[0]  # type: ignore[attr-defined]


class Blended:
    """A course of a page, a session, a lesson that waits for the session; a class of it with a learner."""

    def __init__(self, sector: Sector) -> None:
        manager = sector.manager
        self.course = actions.create_course(by=manager, unit=sector.so, title="Khóa kết hợp", periods=15)
        section = actions.add_section(by=manager, course=self.course, title="Chuẩn bị")
        self.page = actions.add_page(
            by=manager,
            section=section,
            title="Đọc trước",
            minutes=12,
            blocks=[{"type": "paragraph", "value": "<p>Đọc <b>kĩ</b></p>"}],
        )
        self.meeting = actions.add_meeting(by=manager, section=section, title="Buổi 1", minutes=180)
        self.lesson = actions.add_activity(by=manager, section=section, resource=sector.lesson.resource)
        actions.edit_activity(
            by=manager,
            activity=self.lesson,
            title="Làm bài",
            rule={"when": "completed"},
            required=True,
            opens_after=self.meeting,
        )
        self.lesson.refresh_from_db()
        actions.open_course(by=manager, course=self.course)
        self.run = actions.create_run(
            by=sector.xa_manager,
            course=self.course,
            unit=sector.xa,
            name="Lớp kết hợp",
            opens_on=sector.run.opens_on,
            closes_on=sector.run.closes_on,
        )
        actions.enrol(by=sector.xa_manager, run=self.run, users=[sector.teacher])
        actions.open_run(by=sector.xa_manager, run=self.run)
        self.run.refresh_from_db()
        self.enrolment = Enrolment.objects.get(run=self.run, user=sector.teacher)

    def session(self, by: User, *, days: int = 0) -> ClassSession:
        starts = timezone.now().replace(hour=1, minute=0) + timedelta(days=days)
        return actions.add_session(
            by=by,
            run=self.run,
            title="Buổi 1 của lớp",
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
            mode="room",
            place="Phòng máy 2",
            activity=self.meeting,
        )

    @property
    def course_url(self) -> str:
        return f"{reverse('courses:course', args=[self.course.uid])}?class={self.run.uid}"

    def url(self, activity: Activity) -> str:
        return reverse("courses:player", args=[self.enrolment.uid, activity.uid])


@pytest.fixture
def blended(sector: Sector) -> Blended:
    return Blended(sector)


class TestBuilding:
    def test_each_kind_has_its_rule_and_a_resource_or_none(self, blended: Blended) -> None:
        rows = Activity.objects.filter(section__course=blended.course).values_list("kind", "rule", "resource")
        assert [(kind, rule["when"], resource is None) for kind, rule, resource in rows] == [
            ("page", "opened", True),
            ("session", "attended", True),
            ("package", "completed", False),
        ]
        with pytest.raises(IntegrityError), transaction.atomic():
            Activity.objects.filter(pk=blended.lesson.pk).update(resource=None)

    def test_a_lesson_cannot_be_asked_for_attendance(self, sector: Sector, blended: Blended) -> None:
        with pytest.raises(Refusal) as refused:
            actions.edit_activity(
                by=sector.manager,
                activity=blended.lesson,
                title="x",
                rule={"when": "attended"},
                required=True,
            )
        assert refused.value.code == "rule_invalid"

    def test_locks_stay_in_the_course_and_make_no_circle(self, sector: Sector, blended: Blended) -> None:
        def lock(activity: Activity, after: Activity) -> str:
            with pytest.raises(Refusal) as refused:
                actions.edit_activity(
                    by=sector.manager,
                    activity=activity,
                    title=activity.title,
                    rule=activity.rule,
                    required=True,
                    opens_after=after,
                )
            return refused.value.code

        assert lock(blended.page, sector.lesson) == "opens_after_elsewhere"
        assert lock(blended.meeting, blended.lesson) == "opens_after_circle"
        assert lock(blended.page, blended.page) == "opens_after_circle"

    def test_blocks_show_only_what_the_courses_unit_may_use(self, sector: Sector, blended: Blended) -> None:
        hidden = published_lesson(sector.sister, sector.sister_manager, title="Chỉ của xã Ân Thi")
        for uid in (hidden.uid, blended.page.uid):
            with pytest.raises(Refusal) as refused:
                actions.write_page(
                    by=sector.manager,
                    activity=blended.page,
                    blocks=[{"type": "lesson", "value": {"resource": str(uid), "note": ""}}],
                )
            assert refused.value.code == "block_resource_unpublished"
        blended.page.refresh_from_db()
        assert [block["type"] for block in blended.page.body.raw_data] == ["paragraph"]

    def test_a_manager_of_a_sister_unit_writes_nothing(self, sector: Sector, blended: Blended) -> None:
        section = blended.page.section
        for verb, given in (
            (actions.write_page, {"activity": blended.page, "blocks": []}),
            (actions.add_page, {"section": section, "title": "x"}),
            (actions.add_meeting, {"section": section, "title": "x"}),
        ):
            with pytest.raises(NotAllowed):
                verb(by=sector.sister_manager, **given)
        client = signed_in(sector.sister_manager)
        preview = reverse("courses:preview", args=[blended.page.uid])
        add = reverse("courses:activity_add", args=[blended.course.uid, section.pk])
        assert client.get(preview).status_code == 404
        assert client.post(add, {"kind": "page", "title": "x"}).status_code == 404
        assert Activity.objects.filter(section=section).count() == 3


class TestRulesByKind:
    """What may be asked for depends on the file behind the activity."""

    @pytest.mark.parametrize(
        ("kind", "usual", "offered"),
        [
            ("html5", {"when": "opened"}, ["opened", "minutes", "scrolled"]),
            ("video", {"when": "watched", "at_least": 0.8}, ["watched", "minutes", "opened"]),
            ("h5p", {"when": "completed"}, ["completed", "passed", "score", "minutes", "opened"]),
            ("pdf", {"when": "opened"}, ["opened"]),
        ],
    )
    def test_the_builder_offers_them(
        self, sector: Sector, kind: str, usual: dict, offered: list[str]
    ) -> None:
        resource = published_lesson(sector.so, sector.manager, title="Tệp thử", kind=kind)
        section = sector.lesson.section
        added = actions.add_activity(by=sector.manager, section=section, resource=resource)
        assert added.rule == usual
        client = signed_in(sector.manager)
        address = reverse("courses:activity", args=[added.uid])
        page = client.get(address).content.decode()
        assert {when for when in WHENS if f'value="{when}"' in page} == set(offered)
        for when in ("opened", "minutes", "scrolled", "watched"):
            facts = {"title": "Tệp thử", "required": "on", "when": when, "minutes": "5", "share": "65"}
            answer = client.post(address, facts)
            assert (answer.status_code == 302) is (when in offered), when
        added.refresh_from_db()
        if kind == "video":
            client.post(address, {"title": "Tệp thử", "when": "watched", "share": "65", "required": "on"})
            added.refresh_from_db()
            assert added.rule == {"when": "watched", "at_least": 0.65}
            assert 'name="share" value="65"' in client.get(address).content.decode()
            half = client.post(address, {"title": "Tệp thử", "when": "watched", "share": ""})
            assert half.status_code == 422
            assert "bao nhiêu phần trăm" in half.content.decode()

    def test_what_a_file_cannot_report_is_refused(self, sector: Sector) -> None:
        with pytest.raises(Refusal) as refused:
            actions.edit_activity(
                by=sector.manager,
                activity=sector.lesson,
                title="x",
                rule={"when": "watched", "at_least": 0.5},
                required=True,
            )
        assert refused.value.code == "rule_needs_tracking"

    def test_the_learner_reads_what_is_asked(self) -> None:
        assert rule_words({"when": "watched", "at_least": 0.8}) == "Xong khi đã xem 80 %"
        assert rule_words({"when": "watched", "at_least": 0.8}, "audio") == "Xong khi đã nghe 80 %"
        assert rule_words({"when": "scrolled"}) == "Xong khi cuộn đến cuối trang"


class TestBuilder:
    def test_a_page_is_added_written_block_by_block_and_saved(self, sector: Sector, blended: Blended) -> None:
        client = signed_in(sector.manager)
        section = blended.page.section
        add = reverse("courses:activity_add", args=[blended.course.uid, section.pk])
        nameless = client.post(add, {"kind": "page", "title": ""})
        assert nameless.status_code == 422
        assert 'value="page" checked' in nameless.content.decode()
        assert "Ghi tên trang viết hoặc buổi học" in text_of(nameless)
        made = client.post(add, {"kind": "page", "title": "Trang mới"})
        page = Activity.objects.get(title="Trang mới")
        url = reverse("courses:activity", args=[page.uid])
        assert made["Location"] == url
        facts = {"title": "Trang mới", "required": "on", "planned": "15", "opens_after": blended.meeting.uid}
        form = client.post(url, {**facts, "act": "add:paragraph"})
        assert form.status_code == 200
        assert "Chưa lưu" in text_of(form)
        assert 'value="15"' in form.content.decode()  # what was typed is still there
        page.refresh_from_db()
        assert (page.minutes, list(page.body.raw_data)) == (None, [])
        block = {"block": "0", "b-0-type": "paragraph", "b-0-text": "Xin **chào**"}
        client.post(url, {**facts, **block, "act": "save"})
        page.refresh_from_db()
        assert (page.minutes, page.opens_after) == (15, blended.meeting)
        assert page.body.raw_data[0]["value"] == "<p>Xin <b>chào</b></p>"
        preview = client.get(reverse("courses:preview", args=[page.uid]))
        assert "<p>Xin <b>chào</b></p>" in preview.content.decode()

    def test_a_block_that_cannot_be_kept_loses_nothing_typed(self, sector: Sector, blended: Blended) -> None:
        sent = {
            "title": "Đọc trước",
            "block": ["0", "1"],
            "b-0-type": "heading",
            "b-0-text": "Đề mục vừa gõ",
            "b-1-type": "picture",
            "b-1-resource": "hình nào đó",
        }
        answer = signed_in(sector.manager).post(reverse("courses:activity", args=[blended.page.uid]), sent)
        assert answer.status_code == 422
        assert "Khối 2" in text_of(answer)
        assert "Đề mục vừa gõ" in answer.content.decode()

    def test_several_lessons_are_added_at_once_in_the_order_ticked(self, sector: Sector) -> None:
        lessons = [published_lesson(sector.so, sector.manager, title=f"Bài {n}") for n in (1, 2, 3)]
        ticked = [lessons[2].uid, lessons[0].uid]
        url = reverse("courses:pick", args=[sector.course.uid, sector.lesson.section_id])
        client = signed_in(sector.manager)
        assert "Bài 2" in text_of(client.get(url, {"kind": "package"}))
        assert "Bài 2" not in text_of(client.get(url, {"kind": "resource"}))
        assert client.post(url, {"resources": []}).status_code == 422
        client.post(url, {"resources": ticked})
        titles = list(sector.lesson.section.activities.values_list("title", flat=True))
        assert titles[2:] == ["Bài 3", "Bài 1"]

    def test_moving_says_where_it_is_now_and_can_be_undone(self, sector: Sector, blended: Blended) -> None:
        client = signed_in(sector.manager)
        act = reverse("courses:activity_act", args=[blended.meeting.uid])
        moved = client.post(act, {"act": "up"}, follow=True)
        assert "Đã chuyển “Buổi 1” thành thứ 1." in text_of(moved)
        client.post(act, {"act": "down"})
        titles = blended.page.section.activities.values_list("title", flat=True)
        assert list(titles) == ["Đọc trước", "Buổi 1", "Làm bài"]

    @pytest.mark.parametrize(("which", "way", "back"), [("lesson", "up", "down"), ("meeting", "down", "up")])
    def test_what_stands_before_the_one_it_waits_for_is_said(
        self, sector: Sector, blended: Blended, which: str, way: str, back: str
    ) -> None:
        client = signed_in(sector.manager)
        act = reverse("courses:activity_act", args=[getattr(blended, which).uid])
        said = "“Làm bài” mở khi xong “Buổi 1”, nhưng hoạt động đó giờ đứng sau."
        moved = text_of(client.post(act, {"act": way}, follow=True))
        assert said in moved
        assert moved.count("Hoạt động đó đứng sau") == 1
        # It stays on the line when something else is moved
        other = reverse("courses:activity_act", args=[blended.page.uid])
        moved = text_of(client.post(other, {"act": "down"}, follow=True))
        assert said not in moved
        assert moved.count("Hoạt động đó đứng sau") == 1
        client.post(other, {"act": "up"})
        assert "đứng sau" not in text_of(client.post(act, {"act": back}, follow=True))


class TestLearning:
    def test_a_page_is_completed_by_opening_it(self, sector: Sector, blended: Blended) -> None:
        answer = signed_in(sector.teacher).get(blended.url(blended.page))
        assert "Đọc <b>kĩ</b>" in answer.content.decode()
        assert ActivityCompletion.objects.get(enrolment=blended.enrolment).activity == blended.page

    def test_nobody_else_opens_it(self, sector: Sector, blended: Blended) -> None:
        for user in (sector.manager, sector.stranger):
            assert signed_in(user).get(blended.url(blended.page)).status_code == 404
        assert Client().get(blended.url(blended.page)).status_code == 302

    def test_a_locked_activity_is_refused_with_its_reason_until_the_session_is_attended(
        self, sector: Sector, blended: Blended
    ) -> None:
        client = signed_in(sector.teacher)
        open_url = reverse("courses:player_open", args=[blended.enrolment.uid, blended.lesson.uid])
        refused = client.get(blended.url(blended.lesson))
        assert refused.status_code == 400
        assert "Mở khi thầy cô đã dự “Buổi 1”." in text_of(refused)
        assert blended.url(blended.meeting) in refused.content.decode()
        posted = client.post(open_url, headers={"Accept": "application/json"})
        assert (posted.status_code, posted.json()["code"]) == (400, "activity_locked")
        course = client.get(reverse("courses:course", args=[blended.course.uid]))
        assert "Mở khi thầy cô đã dự “Buổi 1”" in text_of(course)
        assert blended.url(blended.lesson) not in course.content.decode()
        session = blended.session(sector.xa_manager)
        marks = {blended.enrolment.pk: ("late", "")}
        actions.mark_attendance(by=sector.xa_manager, session=session, marks=marks)
        assert client.get(blended.url(blended.lesson)).status_code == 200

    def test_a_session_shows_its_day_and_place_and_is_completed_by_attending(
        self, sector: Sector, blended: Blended
    ) -> None:
        client = signed_in(sector.teacher)
        assert "Lớp chưa xếp ngày" in text_of(client.get(blended.url(blended.meeting)))
        session = blended.session(sector.xa_manager)
        page = text_of(client.get(blended.url(blended.meeting)))
        assert "Phòng máy 2" in page
        assert not ActivityCompletion.objects.exists()  # looking is not attending
        actions.mark_attendance(
            by=sector.xa_manager, session=session, marks={blended.enrolment.pk: ("absent", "ốm")}
        )
        assert not ActivityCompletion.objects.exists()
        actions.mark_attendance(
            by=sector.xa_manager, session=session, marks={blended.enrolment.pk: ("present", "")}
        )
        blended.enrolment.refresh_from_db()
        assert blended.enrolment.progress == pytest.approx(1 / 3)
        course = text_of(client.get(reverse("courses:course", args=[blended.course.uid])))
        assert "Có mặt" in course
        assert "Buổi học đã dự: 1 trong 1" in course

    def test_a_mark_withdrawn_takes_the_activity_back_but_not_a_completed_course(
        self, sector: Sector, blended: Blended
    ) -> None:
        actions.record_attended(enrolment_id=blended.enrolment.pk, activity=blended.meeting)
        assert actions.take_back_attended(enrolment_id=blended.enrolment.pk, activity=blended.meeting)
        blended.enrolment.refresh_from_db()
        assert blended.enrolment.progress == 0
        actions.record_attended(enrolment_id=blended.enrolment.pk, activity=blended.meeting)
        Completion.objects.create(
            enrolment=blended.enrolment, user=sector.teacher, course=blended.course, on="2026-11-01"
        )
        assert not actions.take_back_attended(enrolment_id=blended.enrolment.pk, activity=blended.meeting)
        assert ActivityCompletion.objects.filter(activity=blended.meeting).exists()

    def test_where_only_a_session_is_left_the_course_says_so(self, sector: Sector, blended: Blended) -> None:
        client = signed_in(sector.teacher)
        client.get(blended.url(blended.page))
        page = client.get(reverse("courses:course", args=[blended.course.uid]))
        assert "Giờ chỉ còn dự “Buổi 1”." in text_of(page)
        assert 'class="btn"' not in main_of(page)

    def test_a_planned_class_shows_the_course_with_nothing_to_open(
        self, sector: Sector, blended: Blended
    ) -> None:
        later = actions.create_run(
            by=sector.manager,
            course=blended.course,
            unit=sector.so,
            name="Lớp sau",
            opens_on=blended.run.opens_on,
            closes_on=blended.run.closes_on,
        )
        actions.enrol(by=sector.manager, run=later, users=[sector.stranger])
        client = signed_in(sector.stranger)
        page = client.get(reverse("courses:course", args=[blended.course.uid]))
        assert "Lớp chưa mở" in text_of(page)
        assert "Đọc trước" in text_of(page)
        assert 'href="/learn/' not in main_of(page)

    def test_course_of_a_draft_is_deleted_with_its_locks(self, sector: Sector) -> None:
        course = actions.create_course(by=sector.manager, unit=sector.so, title="Nháp")
        section = actions.add_section(by=sector.manager, course=course, title="P")
        first = actions.add_page(by=sector.manager, section=section, title="1")
        second = actions.add_page(by=sector.manager, section=section, title="2")
        actions.edit_activity(
            by=sector.manager, activity=second, title="2", rule={}, required=True, opens_after=first
        )
        actions.delete_course(by=sector.manager, course=course)
        assert not Course.objects.filter(title="Nháp").exists()


class TestBeforeTheClass:
    def test_rows_say_when_they_open_and_what_they_wait_for(self, sector: Sector, blended: Blended) -> None:
        first = today() + timedelta(days=5)
        for state in ("open", "planned"):
            type(blended.run).objects.filter(pk=blended.run.pk).update(opens_on=first, state=state)
            page = main_of(signed_in(sector.teacher).get(blended.course_url))
            assert "Mở khi thầy cô đã dự “Buổi 1”" in page
            assert "Xong khi học hết" not in page
            assert f'<span class="sr">Mở ngày {first:%d/%m}</span>' in page
            assert "Chưa học" not in page
