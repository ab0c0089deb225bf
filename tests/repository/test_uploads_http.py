"""Uploads over HTTP: tus, what is refused before a byte is read, the form without script."""

from __future__ import annotations

import base64
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms.demo import packages
from repository import tus
from repository.models import Blob, LearningResource, Upload, Version
from tests.repository.helpers import arrived, small_html5, stored_files

TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"
KB = 1024


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def read(self, *_size):
        raise AssertionError("the body was read")


def announce(client: Client, size: int, name: str = "bài.zip", **headers: str):
    named = base64.b64encode(name.encode()).decode()
    return client.generic(
        "POST",
        reverse("repository:uploads"),
        b"",
        headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {named}", **headers},
    )


def patch(client: Client, url: str, data: bytes, offset: int, **headers: str):
    return client.patch(
        url, data, content_type=PART, headers={**TUS, "Upload-Offset": str(offset), **headers}
    )


@pytest.fixture
def teacher(client, world) -> Client:
    client.force_login(world.teacher)
    return client


# tus


def test_the_protocol_introduces_itself(teacher):
    response = teacher.options(reverse("repository:uploads"))
    assert response.status_code == 204
    assert response["Tus-Version"] == "1.0.0"
    assert set(response["Tus-Extension"].split(",")) == {"creation", "termination", "expiration"}


def test_a_file_in_pieces_broken_off_and_taken_up_again(teacher, world):
    data = small_html5()
    made = announce(teacher, len(data))
    assert made.status_code == 201
    url = made["Location"]
    assert patch(teacher, url, data[:100], 0)["Upload-Offset"] == "100"
    head = teacher.head(url, headers=TUS)
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"]) == (200, "100", str(len(data)))
    assert head["Cache-Control"] == "no-store"
    done = patch(teacher, url, data[100:], 100)
    assert (done.status_code, done["Upload-Offset"]) == (204, str(len(data)))
    upload = Upload.objects.get()
    assert (upload.filename, upload.state) == ("bài.zip", Upload.State.RECEIVED)


def test_a_wrong_offset_is_409_and_says_the_right_one(teacher):
    url = announce(teacher, 10)["Location"]
    patch(teacher, url, b"abc", 0)
    response = patch(teacher, url, b"xyz", 7)
    assert (response.status_code, response.json()["code"]) == (409, "upload_offset")
    assert response["Upload-Offset"] == "3"


def test_terminating(teacher, blobs_dir, django_capture_on_commit_callbacks):
    url = announce(teacher, 10)["Location"]
    patch(teacher, url, b"abc", 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert teacher.delete(url, headers=TUS).status_code == 204
    assert teacher.head(url, headers=TUS).status_code == 404
    assert stored_files(blobs_dir) == []


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412, "tus_version"),
        ({"Upload-Length": "many"}, 400, "header_missing"),
        ({"Upload-Length": "-1"}, 400, "header_missing"),
        ({"Upload-Length": "0"}, 400, "empty_file"),
        ({"Upload-Length": str(2**40)}, 413, "package_too_large"),
        ({"Upload-Metadata": "filename ***"}, 400, "header_missing"),
    ],
)
def test_bad_announcements(teacher, headers, status, code):
    response = announce(teacher, 10, **headers)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["message"]
    assert not Upload.objects.exists()


def test_pieces_need_their_type_offset_and_length(teacher, settings):
    url = announce(teacher, 3 * KB * KB)["Location"]
    wrong = teacher.patch(url, b"abc", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"})
    assert wrong.status_code == 415
    assert patch(teacher, url, b"abc", 0, **{"Upload-Offset": "x"}).status_code == 400
    settings.UPLOAD_CHUNK_MB = 1
    large = patch(teacher, url, b"a" * (KB * KB + 1), 0)
    assert (large.status_code, large.json()["code"]) == (413, "part_too_large")
    assert Upload.objects.get().offset == 0


def test_what_came_before_the_line_broke_is_kept(teacher, world):
    """The body ends before its announced length."""
    url = announce(teacher, 10)["Location"]
    body = io.BytesIO(b"abcd")
    response = teacher.generic(
        "PATCH",
        url,
        b"",
        content_type=PART,
        headers={**TUS, "Upload-Offset": "0"},
        **{"wsgi.input": body, "CONTENT_LENGTH": "10", "CONTENT_TYPE": PART},
    )
    assert (response.status_code, response.json()["code"]) == (400, "broken_off")
    assert teacher.head(url, headers=TUS)["Upload-Offset"] == "4"
    assert patch(teacher, url, b"efghij", 4).status_code == 204


def test_nobody_elses_upload(teacher, world):
    url = announce(teacher, 10)["Location"]
    other = Client()
    other.force_login(world.reviewer)
    for response in (
        other.head(url, headers=TUS),
        patch(other, url, b"abc", 0),
        other.delete(url, headers=TUS),
    ):
        assert response.status_code == 404
    assert Upload.objects.get().offset == 0


# What the form shows of a file that has just arrived


def check(client: Client, upload: Upload):
    return client.post(reverse("repository:upload_check", args=[upload.uid]), headers=TUS)


def test_an_arrived_file_is_judged_before_anything_is_made_of_it(teacher, world):
    upload = arrived(world.teacher, packages.build("odd_litter"))
    answer = check(teacher, upload).json()
    assert answer["verdict"] == "warned"
    assert answer["title"]
    assert "litter_ignored" in answer["html"]
    assert not Version.objects.exists()
    fields = {"title": "", "subject": "toan", "grades": "lop-5", "type": "video", "licence": "cc-by"}
    teacher.post(reverse("repository:upload"), {**fields, "upload": str(upload.uid)})
    assert Version.objects.get().ingest == "ready"


def test_a_refused_file_is_given_up_at_once(teacher, world, blobs_dir):
    upload = arrived(world.teacher, packages.build("broken_flash_only"))
    answer = check(teacher, upload).json()
    assert (answer["verdict"], "flash_only" in answer["html"]) == ("refused", True)
    assert stored_files(blobs_dir) == []
    assert check(teacher, upload).status_code == 404


def test_giving_up_leaves_what_others_use(teacher, world, version, settings, blobs_dir):
    settings.PACKAGE_MAX_ENTRIES = 0
    upload = arrived(world.teacher, small_html5())
    assert check(teacher, upload).json()["verdict"] == "refused"
    assert len(stored_files(blobs_dir)) == 1
    assert Blob.objects.get().refused is False


def test_large_files_are_judged_by_ingestion_alone(teacher, world, settings):
    settings.INGEST_INLINE_MB = 0
    assert check(teacher, arrived(world.teacher, small_html5())).json() == {"verdict": "later"}


def test_nobody_elses_file_is_judged(teacher, world):
    assert check(teacher, arrived(world.reviewer, small_html5())).status_code == 404
    unfinished = announce(teacher, 10)["Location"]
    assert teacher.post(f"{unfinished}check/", headers=TUS).json()["code"] == "upload_incomplete"


# Refused before the body is read


def unread(length: int, kind: str = "multipart/form-data; boundary=x") -> dict:
    return {"wsgi.input": Unread(), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind}


@pytest.mark.parametrize("name", ["repository:uploads", "repository:upload"])
def test_an_anonymous_body_is_not_read(db, name):
    client = Client(enforce_csrf_checks=True)
    response = client.generic(
        "POST",
        reverse(name),
        headers={**TUS, "Accept": "application/json"},
        **unread(500 * KB * KB),
    )
    assert (response.status_code, response.json()["code"]) == (401, "sign_in_first")
    assert not Blob.objects.exists()


def test_an_anonymous_piece_is_not_read(db, world):
    upload = arrived_part(world)
    client = Client()
    response = client.generic(
        "PATCH",
        reverse("repository:upload_part", args=[upload.uid]),
        headers={**TUS, "Upload-Offset": "0"},
        **unread(8 * KB * KB, PART),
    )
    assert (response.status_code, response.json()["code"]) == (401, "sign_in_first")


def arrived_part(world) -> Upload:
    from repository import actions

    return actions.begin_upload(by=world.teacher, filename="a.zip", size=100)


def test_a_body_sent_with_the_announcement_is_not_read(teacher):
    response = teacher.generic(
        "POST",
        reverse("repository:uploads"),
        headers={**TUS, "Upload-Length": "10"},
        **unread(500 * KB * KB),
    )
    assert (response.status_code, response.json()["code"]) == (413, "body_unexpected")


@pytest.mark.parametrize(
    ("user", "mb", "refusal"),
    [
        ("teacher", 1500, (413, "package_too_large")),
        ("teacher", 30, (413, "upload_quota")),
        ("plain", 30, (403, "not_allowed")),
    ],
)
def test_a_form_that_is_too_large_is_not_read(world, settings, user, mb, refusal):
    settings.UPLOAD_QUOTA_MB = 20
    client = Client()
    client.force_login(world.people[user])
    response = client.generic(
        "POST",
        reverse("repository:upload"),
        headers={"Accept": "application/json"},
        **unread(mb * KB * KB),
    )
    assert (response.status_code, response.json()["code"]) == refusal


def test_a_form_of_unknown_length_is_not_read(teacher):
    response = teacher.generic(
        "POST",
        reverse("repository:upload"),
        headers={"Accept": "application/json", "Transfer-Encoding": "chunked"},
        **{**unread(0), "CONTENT_LENGTH": ""},
    )
    assert (response.status_code, response.json()["code"]) == (411, "length_missing")


def test_the_csrf_token_is_needed_everywhere(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.teacher)
    upload = arrived_part(world)
    url = reverse("repository:upload_part", args=[upload.uid])
    assert announce(client, 10).status_code == 403
    assert patch(client, url, b"abc", 0).status_code == 403
    assert client.delete(url, headers=TUS).status_code == 403
    assert client.post(reverse("repository:upload"), {"title": "x"}).status_code == 403
    assert Upload.objects.get().offset == 0
    page = client.get(reverse("repository:upload"))
    token = {"X-CSRFToken": str(page.context["csrf_token"])}
    assert announce(client, 10, **token).status_code == 201
    assert patch(client, url, b"abc", 0, **token).status_code == 204


# The form without script


FIELDS = {"title": "Phân số", "subject": "toan", "grades": "lop-5", "type": "e-learning", "licence": "cc-by"}


def test_a_file_with_the_form(teacher, world):
    file = SimpleUploadedFile("bai.zip", packages.build("fractions_scorm12"))
    response = teacher.post(reverse("repository:upload"), {**FIELDS, "file": file, "act": "save"})
    resource = LearningResource.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("repository:lesson", args=[resource.uid])
    assert "Đã lưu nháp" in teacher.get(response["Location"]).content.decode()
    assert (resource.title, resource.owner_unit, resource.author) == ("Phân số", world.school, world.teacher)
    assert resource.versions.get().ingest == "ready"


def test_saved_and_submitted_at_once(teacher):
    file = SimpleUploadedFile("bai.zip", small_html5())
    teacher.post(reverse("repository:upload"), {**FIELDS, "file": file, "act": "submit", "mine": "on"})
    assert Version.objects.get().review == "submitted"


def test_not_submitted_without_saying_that_it_is_hers(teacher):
    file = SimpleUploadedFile("bai.zip", small_html5())
    response = teacher.post(reverse("repository:upload"), {**FIELDS, "file": file, "act": "submit"})
    assert set(response.context["form"].errors) == {"mine"}
    assert not Version.objects.exists()
    kept = {"upload": str(response.context["upload"].uid), "mine": "on", "act": "submit"}
    teacher.post(reverse("repository:upload"), {**FIELDS, **kept})
    assert Version.objects.get().review == "submitted"


def test_without_a_title_the_packages_is_taken(teacher):
    file = SimpleUploadedFile("bai.zip", small_html5("Vòng đời của bướm"))
    teacher.post(reverse("repository:upload"), {**FIELDS, "title": "", "file": file})
    assert LearningResource.objects.get().title == "Vòng đời của bướm"


def test_a_form_to_correct_keeps_what_was_typed_and_the_file(teacher):
    file = SimpleUploadedFile("bai.zip", small_html5())
    wrong = {**FIELDS, "subject": "khoa-hoc", "grades": "lop-9", "description": "Kéo băng giấy"}
    response = teacher.post(reverse("repository:upload"), {**wrong, "file": file})
    assert response.status_code == 200
    page = response.content.decode()
    assert "Kéo băng giấy" in page
    upload = Upload.objects.get()
    assert str(upload.uid) in page
    right = {**wrong, "grades": "lop-5", "upload": str(upload.uid)}
    assert teacher.post(reverse("repository:upload"), right).status_code == 302
    assert LearningResource.objects.get().description == "Kéo băng giấy"


def test_a_refused_file_keeps_what_was_typed(teacher, blobs_dir):
    file = SimpleUploadedFile("bai.zip", packages.build("broken_flash_only"))
    response = teacher.post(reverse("repository:upload"), {**FIELDS, "file": file}, follow=True)
    page = response.content.decode()
    assert "flash_only" in page
    assert 'value="Phân số"' in page
    assert stored_files(blobs_dir) == []


@pytest.mark.parametrize("data", [b"", None])
def test_an_empty_file_or_none(teacher, data):
    more = {"file": SimpleUploadedFile("bai.zip", data)} if data is not None else {}
    response = teacher.post(reverse("repository:upload"), {**FIELDS, **more})
    assert response.status_code == 200
    assert 'value="Phân số"' in response.content.decode()
    assert not LearningResource.objects.exists()


def test_for_a_script_the_answer_is_json(teacher, world):
    upload = arrived(world.teacher, small_html5())
    fields = {**FIELDS, "title": "", "upload": str(upload.uid)}
    answer = teacher.post(reverse("repository:upload"), fields, headers={"Accept": "application/json"}).json()
    assert answer["ingest"] == "ready"
    assert answer["url"] == reverse("repository:lesson", args=[LearningResource.objects.get().uid])
    bad = teacher.post(
        reverse("repository:upload"), {**fields, "type": "x"}, headers={"Accept": "application/json"}
    )
    assert (bad.status_code, bad.json()["code"]) == (400, "form_invalid")


def test_an_upload_is_used_once(teacher, world):
    upload = arrived(world.teacher, small_html5())
    fields = {**FIELDS, "upload": str(upload.uid)}
    assert teacher.post(reverse("repository:upload"), fields).status_code == 302
    assert teacher.post(reverse("repository:upload"), fields).status_code == 200
    assert Version.objects.count() == 1


def test_a_new_version(teacher, world, lesson, version):
    url = reverse("repository:upload_version", args=[lesson.uid])
    file = SimpleUploadedFile("hai.zip", small_html5("Bản hai"))
    assert teacher.post(url, {"file": file, "note": "Sửa câu 7"}).status_code == 302
    newest = lesson.versions.first()
    assert (newest.number, newest.note) == (2, "Sửa câu 7")
    other = Client()
    other.force_login(world.sister_teacher)
    assert other.post(url, {"note": "x"}).status_code == 404


# Pure


def test_upload_metadata():
    assert tus.parse_metadata("") == {}
    assert tus.parse_metadata("filename YsOgaS56aXA=, is_x") == {"filename": "bài.zip", "is_x": ""}
    for wrong in ("filename a", "filename /w==", "x " + "A" * 5000):
        with pytest.raises(ValueError, match="Upload-Metadata"):
            tus.parse_metadata(wrong)


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("-1", None), ("１", None), (None, None), ("", None)]
)
def test_natural_number(text, number):
    assert tus.natural_number(text) == number
