"""An author's own lessons: states and counts, search, several at once, deleting with undo; several files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.askable import whom_to_ask
from accounts.errors import NotAllowed
from accounts.permissions import verbs_of
from cms.waiting import waiting_for
from repository import actions
from repository.models import LearningResource, ResourceUse, Upload, Version
from tests.factories import person
from tests.repository.helpers import METADATA, arrived, signed_in, small_html5

MINE = "repository:mine"


@pytest.fixture
def client(world) -> Client:
    client = Client()
    client.force_login(world.teacher)
    return client


def draft(world, title: str, **described) -> Version:
    metadata = replace(METADATA, title=title, **described)
    resource = actions.create_resource(by=world.teacher, owner_unit=world.school, metadata=metadata)
    upload = arrived(world.teacher, small_html5(title))
    return actions.submit_version(by=world.teacher, resource=resource, upload=upload)


def counts(client: Client, **query: str) -> dict[str, int]:
    lists = client.get(reverse(MINE), query).context["lists"]
    return {state: section.total for state, section in lists.items() if section.total}


# The list


def test_a_state_of_its_own_has_pages_and_the_overview_leads_there(world, client):
    for number in range(8):
        draft(world, f"Bài {number}")
    page = client.get(reverse(MINE))
    assert len(page.context["lists"]["draft"].rows) == 6
    assert "Xem 2 bài còn lại" in page.content.decode()
    alone = client.get(reverse(MINE), {"state": "draft"})
    assert len(alone.context["lists"]["draft"].rows) == 8
    assert 'aria-current="page">Nháp' in alone.content.decode()
    assert client.get(reverse(MINE), {"state": "nonsense"}).context["state"] == ""


def test_search_needs_no_marks(world, client):
    draft(world, "Diện tích hình thang")
    draft(world, "Số thập phân", keywords="hình học")
    assert counts(client, q="dien tich") == {"draft": 1}
    assert counts(client, q="hinh") == {"draft": 2}
    assert counts(client, q="hinh xyz") == {}
    assert (
        "Chưa có bài nào của thầy cô có tên “xyz”" in client.get(reverse(MINE), {"q": "xyz"}).content.decode()
    )


def test_what_waits_says_who_reviews_and_since_when(world, client, submitted):
    page = client.get(reverse(MINE)).content.decode()
    school, above = world.reviewer.full_name, world.xa_reviewer.full_name
    assert f"Người duyệt: {school} (Tiểu học Nguyễn Huệ); {above} (Phường Phố Hiến); " in page
    assert world.sister_reviewer.full_name not in page


def test_what_is_missing_and_how_often_it_is_used(world, client, submitted):
    draft(world, "Thiếu lớp", grades=())
    assert "Còn thiếu: lớp" in client.get(reverse(MINE)).content.decode()
    actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    for day, count in ((date(2026, 9, 5), 1), (date(2026, 11, 20), 2)):
        ResourceUse.objects.create(resource_id=submitted.resource_id, day=day, count=count)
    (row,) = client.get(reverse(MINE)).context["lists"]["published"].rows
    assert row.uses == 3


# Several at once


def post(client: Client, *versions: Version, **fields: str):
    chosen = [str(version.resource.uid) for version in versions]
    return client.post(reverse("repository:lessons_bulk"), {"chosen": chosen, **fields}, follow=True)


def test_submitting_several_names_those_that_could_not(world, client):
    good, bad = draft(world, "Tốt"), draft(world, "Thiếu lớp", grades=())
    unconfirmed = post(client, good, bad, do="submit").content.decode()
    assert "xác nhận mình là tác giả" in unconfirmed
    assert counts(client) == {"draft": 2}
    shown = post(client, good, bad, do="submit", mine="on").content.decode()
    assert "Đã gửi duyệt 1 bài." in shown
    assert "“Thiếu lớp”: " in shown
    assert counts(client) == {"draft": 1, "waiting": 1}


def test_nothing_chosen_or_not_hers(world, client):
    other = actions.create_resource(by=world.sister_teacher, owner_unit=world.sister, metadata=METADATA)
    assert "Chưa chọn bài nào" in post(client, do="discard").content.decode()
    fields = {"chosen": [str(other.uid), "nonsense"], "do": "discard"}
    client.post(reverse("repository:lessons_bulk"), fields)
    other.refresh_from_db()
    assert other.discarded_at is None


def test_deleting_is_undone_at_once_or_later(world, client):
    one, two = draft(world, "Một"), draft(world, "Hai")
    page = post(client, one, two, do="discard")
    assert counts(client) == {"deleted": 2}
    shown = page.content.decode()
    assert "Đã xóa 2 bài nháp." in shown
    assert "Hoàn tác" in shown
    uids = [str(version.resource.uid) for version in (one, two)]
    client.post(reverse("repository:restore"), {"lesson": uids[0]})
    assert counts(client) == {"draft": 1, "deleted": 1}
    assert "Khôi phục" in client.get(reverse(MINE), {"state": "deleted"}).content.decode()
    stranger = Client()
    stranger.force_login(world.sister_teacher)
    stranger.post(reverse("repository:restore"), {"lesson": uids[1]})
    assert counts(client) == {"draft": 1, "deleted": 1}


def test_deleted_drafts_leave_room(world, client):
    from repository.actions.uploads import used_bytes

    version = draft(world, "Một")
    before = used_bytes(world.teacher)
    actions.discard(by=world.teacher, resource=version.resource)
    assert before > 0
    assert used_bytes(world.teacher) == 0


def test_an_upload_that_was_begun_is_given_up(world, client):
    upload = actions.begin_upload(by=world.teacher, filename="dang-do.zip", size=10)
    other = actions.begin_upload(by=world.sister_teacher, filename="cua-ban.zip", size=10)
    client.post(reverse("repository:upload_drop", args=[upload.uid]))
    assert list(Upload.objects.all()) == [other]
    assert client.post(reverse("repository:upload_drop", args=[other.uid])).status_code == 404


# What a script is told of each of several files


FIELDS = {
    "title": "Tên riêng",
    "subject": "toan",
    "grades": ["lop-4", "lop-5"],
    "type": "video",
    "licence": "cc-by",
}


def send(client: Client, data: bytes = b"", name: str = "bai.zip", **fields):
    file = SimpleUploadedFile(name, data or small_html5())
    return client.post(
        reverse("repository:upload"),
        {**FIELDS, "file": file, **fields},
        headers={"accept": "application/json"},
    )


def test_each_file_is_told_of_on_its_own(world, client):
    told = send(client, act="submit", mine="on", year="2024").json()
    resource = LearningResource.objects.get()
    assert (told["submitted"], told["why"], told["title"]) == (True, "", "Tên riêng")
    assert world.reviewer.full_name in told["who"]
    assert told["url"] == reverse("repository:lesson", args=[resource.uid])
    assert [grade.code for grade in resource.grades.all()] == ["lop-4", "lop-5"]
    assert (resource.year, resource.level.code) == (2024, "th")
    draft = send(client, small_html5("Khác"), act="save").json()
    assert (draft["submitted"], draft["why"]) == (False, "")


def test_a_file_that_cannot_be_used_is_no_fault_of_the_description(client):
    told = send(client, b"nothing", act="submit", mine="on").json()
    assert (told["ingest"], told["submitted"]) == ("rejected", False)
    assert told["why"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "khoa-hoc", "grades": ["lop-9"]}, "grades"),
        ({"grades": []}, "grades"),
        ({"year": "1900"}, "year"),
        ({"year": "3000"}, "year"),
        ({"mine": ""}, "mine"),
    ],
)
def test_what_all_share_comes_back_with_its_faults(client, wrong, field):
    response = send(client, act="submit", **{"mine": "on", **wrong})
    assert response.status_code == 400
    told = response.json()
    assert (set(told["errors"]), told["file"]) == ({field}, False)
    assert f'id="id_{field}_error"' in told["fields"]
    assert f'href="#id_{field}' in told["summary"]
    assert not LearningResource.objects.exists()


def test_a_correction_is_saved_and_submitted_in_one_round(world, client, submitted):
    actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    url = reverse("repository:lesson", args=[submitted.resource.uid])
    page = client.get(url).content.decode()
    assert "Lưu và gửi duyệt" in page
    assert 'name="mine"' not in page
    saved = client.post(url, {**FIELDS, "act": "save"}, follow=True).content.decode()
    assert "Kho vẫn hiện phần mô tả đã duyệt" in saved
    sent = client.post(url, {**FIELDS, "title": "Tên khác", "act": "submit"}, follow=True).content.decode()
    assert f"Đã gửi duyệt. Người duyệt: {world.reviewer.full_name}" in sent
    submitted.refresh_from_db()
    assert submitted.review == "submitted"


def test_the_same_file_again_is_no_fault_but_said(world, client):
    first = send(client, act="save").json()
    again = send(client, act="save").json()
    page = client.get(again["url"]).content.decode()
    assert "Tệp này đã có trong kho:" in page
    assert f'href="{first["url"]}"' in page
    other = signed_in(world.sister_teacher)
    assert "đã có trong kho" not in other.get(send(other, act="save").json()["url"]).content.decode()


def test_a_returned_lesson_is_among_what_is_next(world, submitted):
    actions.return_version(by=world.reviewer, version=submitted, reasons="Thêm nguồn.")
    waits = waiting_for(world.teacher, verbs_of(world.teacher))
    assert [one.title for one in waits.returned] == [submitted.resource.title]
    assert waits.tasks
    assert not waiting_for(world.sister_teacher, verbs_of(world.sister_teacher)).returned


def test_what_stands_in_two_places_is_said(world, client, submitted):
    actions.publish(by=world.reviewer, version=submitted, unit=world.school)
    assert "đứng ở hai mục" not in client.get(reverse(MINE)).content.decode()
    url = reverse("repository:lesson", args=[submitted.resource.uid])
    client.post(url, {**FIELDS, "title": "Tên khác", "act": "submit"})
    page = client.get(reverse(MINE))
    assert (page.context["total"], page.context["twice"]) == (1, 1)
    assert "1 bài trong kho có bản mới" in page.content.decode()


def test_a_refusal_names_whom_to_ask(world, submitted):
    admin = person(world.xa, "unit_administrator", username="quan-tri", first_name="Quý")
    refusal = NotAllowed("resource.review", world.school)
    asked = whom_to_ask(world.teacher, refusal)
    assert asked is not None
    assert (asked.names, asked.unit) == ((admin.full_name,), "Phường Phố Hiến")
    assert whom_to_ask(admin, refusal) is None
    assert whom_to_ask(world.teacher, NotAllowed("resource.review")) is None
    assert whom_to_ask(AnonymousUser(), refusal) is None


def test_reasons_stay_until_the_next_version_is_handed_in(world, submitted, client):
    actions.return_version(by=world.reviewer, version=submitted, reasons="Thêm nguồn ảnh.")
    lesson = submitted.resource
    second = actions.submit_version(
        by=world.teacher, resource=lesson, upload=arrived(world.teacher, small_html5())
    )
    address = reverse("repository:lesson", args=[lesson.uid])
    page = client.get(address).content.decode()
    assert 'id="why-h"' in page
    assert page.count("Thêm nguồn ảnh.") == 2  # above the form, and with version 1
    actions.submit_for_review(by=world.teacher, version=second)
    page = client.get(address).content.decode()
    assert 'id="why-h"' not in page
    assert page.count("Thêm nguồn ảnh.") == 1


def test_ages_follow_the_calendar_and_the_next_step_stands_beside_the_file(world, version, client):
    address = reverse("repository:lesson", args=[version.resource.uid])
    assert 'href="#hand-in"' in client.get(address).content.decode()
    actions.submit_for_review(by=world.teacher, version=version)
    type(version).objects.update(submitted_at=timezone.now() - timedelta(days=1))
    assert "hôm qua" in client.get(reverse(MINE)).content.decode()
    queue = signed_in(world.reviewer).get(reverse("repository:review")).content.decode()
    assert "từ hôm qua" in queue
