"""Direct uploads over HTTP: sign-in, CSRF, bodies that are no requests, what the page is told and allowed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from cms import checks
from repository.models import Upload
from repository.storage import cors
from repository.storage.s3client import client as s3_client
from tests.repository.helpers import small_html5
from tests.services import use_bucket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_s3(settings, s3) -> None:
    use_bucket(settings, s3)
    settings.S3_PUBLIC_ENDPOINT = s3.endpoint


@pytest.fixture
def teacher(client, world) -> Client:
    client.force_login(world.teacher)
    return client


def post(client: Client, url: str, asked: object, **more):
    body = asked if isinstance(asked, str) else json.dumps(asked)
    return client.post(url, body, content_type="application/json", **more)


def begun(client: Client, size: int = 1000) -> str:
    """The address of an announced upload."""
    return post(client, reverse("repository:uploads_direct"), {"name": "bài.zip", "size": size}).json()["url"]


def put(url: str, data: bytes) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, data=data, method="PUT"), timeout=30) as answer:
        return answer.headers["ETag"]


def test_announced_signed_sent_completed_and_checked(teacher):
    data = small_html5("Qua HTTP")
    told = post(teacher, reverse("repository:uploads_direct"), {"name": "a/bài.zip", "size": len(data)})
    assert (told.status_code, told["Cache-Control"]) == (201, "no-store")
    facts = told.json()
    assert (facts["state"], facts["count"], facts["parts"]) == ("arriving", 1, [])
    url = facts["url"]
    address = post(teacher, f"{url}direct/sign/", {"numbers": [1]}).json()["urls"]["1"]
    etag = put(address, data)
    assert teacher.get(f"{url}direct/").json()["parts"] == [[1, etag.strip('"')]]
    done = post(teacher, f"{url}direct/complete/", {"parts": [[1, etag]]})
    assert (done.status_code, done.json()["state"]) == (200, "received")
    checked = teacher.post(f"{url}check/", headers={"Tus-Resumable": "1.0.0"}).json()
    assert (checked["verdict"], checked["title"]) == ("accepted", "Qua HTTP")
    assert Upload.objects.get().filename == "bài.zip"


def test_a_large_file_is_accepted_and_asked_about(teacher, settings):
    settings.INGEST_INLINE_MB = 0
    data = small_html5("lớn")
    url = begun(teacher, len(data))
    etag = put(post(teacher, f"{url}direct/sign/", {"numbers": [1]}).json()["urls"]["1"], data)
    done = post(teacher, f"{url}direct/complete/", {"parts": [[1, etag]]})
    assert (done.status_code, done.json()["state"]) == (202, "settling")
    assert teacher.get(f"{url}direct/").json()["state"] == "settling"
    check = teacher.post(f"{url}check/", headers={"Tus-Resumable": "1.0.0"})
    assert (check.status_code, check.json()["code"]) == (423, "upload_busy")


def test_missing_parts_are_named(teacher):
    url = begun(teacher)
    answer = post(teacher, f"{url}direct/complete/", {"parts": [[1, "abc"]]})
    assert (answer.status_code, answer.json()["code"], answer.json()["missing"]) == (
        409,
        "parts_missing",
        [1],
    )


def test_nobody_without_sign_in_or_token(teacher, world):
    url = begun(teacher)
    stranger = Client()
    for answer in (
        post(stranger, reverse("repository:uploads_direct"), {"name": "a", "size": 1}),
        post(stranger, f"{url}direct/sign/", {"numbers": [1]}),
        stranger.get(f"{url}direct/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_first")
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.teacher)
    for address, asked in (
        (reverse("repository:uploads_direct"), {"name": "a", "size": 1}),
        (f"{url}direct/sign/", {"numbers": [1]}),
        (f"{url}direct/complete/", {"parts": []}),
    ):
        assert post(careful, address, asked).status_code == 403
    assert Upload.objects.count() == 1


def test_anothers_upload_is_not_there(teacher, world):
    url = begun(teacher)
    other = Client()
    other.force_login(world.sister_teacher)
    for answer in (
        other.get(f"{url}direct/"),
        post(other, f"{url}direct/sign/", {"numbers": [1]}),
        post(other, f"{url}direct/complete/", {"parts": []}),
        other.delete(url, headers={"Tus-Resumable": "1.0.0"}),
        post(teacher, f"/uploads/{uuid.uuid4()}/direct/sign/", {"numbers": [1]}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "upload_missing")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"name": 1, "size": 5}',
        '{"name": "a", "size": "5"}',
        '{"name": "a", "size": true}',
        '{"name": "a", "size": 1.5}',
        '{"name": "a", "size": -1}',
        '{"name": "a", "size": 1e400}',
        '{"name": "a"}',
        "\x00\xff",
    ],
)
def test_what_is_no_announcement_is_refused(teacher, body):
    answer = post(teacher, reverse("repository:uploads_direct"), body)
    assert (answer.status_code, answer.json()["code"]) == (400, "request_unreadable")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "request_unreadable"),
        ({"numbers": "1"}, "request_unreadable"),
        ({"numbers": ["1"]}, "request_unreadable"),
        ({"numbers": [True]}, "request_unreadable"),
        ({"numbers": [2]}, "part_unknown"),
    ],
)
def test_what_names_no_parts_is_refused(teacher, asked, code):
    answer = post(teacher, f"{begun(teacher)}direct/sign/", asked)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("parts", [None, 5, [1], [[1]], [[1, 2]], [["1", "a"]], [[1, "a"]] * 10_001])
def test_what_lists_no_etags_is_refused(teacher, parts):
    answer = post(teacher, f"{begun(teacher)}direct/complete/", {"parts": parts})
    assert (answer.status_code, answer.json()["code"]) == (400, "request_unreadable")


def test_a_body_that_is_too_long_or_not_json_is_not_read(teacher):
    url = reverse("repository:uploads_direct")
    assert post(teacher, url, " " * (1024 * 1024 + 1)).json()["code"] == "request_unreadable"
    assert teacher.post(url, {"name": "a", "size": 5}).json()["code"] == "request_unreadable"


def test_the_two_ways_do_not_mix(teacher):
    url = begun(teacher)
    tus = {"Tus-Resumable": "1.0.0"}
    assert teacher.head(url, headers=tus).status_code == 404
    piece = teacher.patch(
        url, b"x", content_type="application/offset+octet-stream", headers={**tus, "Upload-Offset": "0"}
    )
    assert piece.json()["code"] == "upload_missing"
    assert teacher.delete(url, headers=tus).status_code == 204
    assert not Upload.objects.exists()


def test_what_was_begun_stands_on_the_page_with_what_has_arrived(teacher):
    data = bytes(9 * 1024 * 1024)
    url = begun(teacher, len(data))
    part = post(teacher, f"{url}direct/sign/", {"numbers": [2]}).json()["urls"]["2"]
    put(part, data[8 * 1024 * 1024 :])
    post(teacher, f"{url}direct/sign/", {"numbers": [1]})
    page = teacher.get(reverse("repository:upload")).content.decode()
    assert "1 MB trong 9 MB" in page.replace("\u00a0", " ")


# What the page may do


def test_the_page_may_reach_the_storage_only_where_that_is_set(teacher, settings):
    page = teacher.get(reverse("repository:upload"))
    policy = page["Content-Security-Policy"]
    assert f"connect-src 'self' {settings.S3_PUBLIC_ENDPOINT}" in policy
    assert 'data-direct="/uploads/direct/"' in page.content.decode()
    assert (
        settings.S3_PUBLIC_ENDPOINT not in teacher.get(reverse("repository:mine"))["Content-Security-Policy"]
    )
    settings.S3_PUBLIC_ENDPOINT = ""
    page = teacher.get(reverse("repository:upload"))
    assert "connect-src" not in page["Content-Security-Policy"]
    assert "data-direct=" not in page.content.decode()
    refused = post(teacher, reverse("repository:uploads_direct"), {"name": "a", "size": 5})
    assert (refused.status_code, refused.json()["code"]) == (404, "direct_not_offered")


# The bucket's rule


def preflight(settings, origin: str, method: str = "PUT") -> str:
    """The origin that the server lets in, "" for none."""
    request = urllib.request.Request(
        f"{settings.S3_ENDPOINT}/{settings.S3_BUCKET}/incoming/x",
        method="OPTIONS",
        headers={"Origin": origin, "Access-Control-Request-Method": method},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.headers.get("Access-Control-Allow-Origin", "")
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return ""


def test_the_rule_lets_the_site_send_and_nobody_else(settings, capsys):
    s3_client().delete_bucket_cors(Bucket=settings.S3_BUCKET)
    assert [found.id for found in checks.pages_may_send_to_the_bucket()] == ["hoclieu.W016"]
    with pytest.raises(SystemExit) as ended:
        call_command("s3_cors", "--check", "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["fault"] == "missing"
    call_command("s3_cors")
    assert "is there" in capsys.readouterr().out
    assert list(checks.pages_may_send_to_the_bucket()) == []
    assert preflight(settings, settings.SITE_URL) == settings.SITE_URL
    assert preflight(settings, "http://evil.example") == ""
    assert preflight(settings, settings.SITE_URL, "GET") == ""


def test_a_rule_that_lets_others_in_is_noticed(settings):
    cors.put()
    found = cors.rules()
    assert cors.fault(found) == ""
    assert cors.fault([*found, {"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"]}]) == "open"
    assert cors.fault([{**found[0], "ExposeHeaders": []}]) == "missing"


def test_storage_that_does_not_answer_is_said(settings):
    settings.S3_ENDPOINT = "http://127.0.0.1:9"
    with pytest.raises(CommandError) as error:
        call_command("s3_cors")
    assert error.value.returncode == 2
    [found] = checks.servers_answer()
    assert (found.id, "away" in found.msg) == ("hoclieu.E022", True)
    assert list(checks.pages_may_send_to_the_bucket()) == [], "the rule is not what is wrong"
    settings.S3_ENDPOINT = ""
    with pytest.raises(CommandError):
        call_command("s3_cors")
    assert list(checks.pages_may_send_to_the_bucket()) == []
