"""Files over HTTP: bodies, encodings, ranges, conditions, headers, and who may read."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import InterfaceError, connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms import supervisor
from repository.content import answers, stored, streams
from repository.content.links import file_url, launch_url, view_url
from repository.models import Version
from tests.repository.packages.builders import PAGE, zipped
from tests.repository.packages.test_files import PDF, picture

from .conftest import VIDEO

pytestmark = pytest.mark.django_db


def address(version: Version, path: str) -> str:
    return urlsplit(file_url(version, path)).path


def get(origin: Client, version: Version, path: str, **headers: str) -> HttpResponseBase:
    return origin.get(address(version, path), headers={k.replace("_", "-"): v for k, v in headers.items()})


def body(response: HttpResponseBase) -> bytes:
    return b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]


def test_a_deflated_file_is_passed_through_as_gzip(origin: Client, version: Version) -> None:
    response = get(origin, version, "js/a.js")
    content = b"let a = 1;\n" * 4000
    assert response.status_code == 200
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(body(response)) == content
    assert int(response["Content-Length"]) == len(body(response)) < 1000
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Vary"] == "Accept-Encoding"
    assert response["ETag"] == f'"{zlib.crc32(content):08x}-{len(content):x}-gz"'
    assert response["Accept-Ranges"] == "none"


def test_files_of_a_known_version_need_no_database(
    origin: Client, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get(origin, version, "js/a.js").status_code == 200
    other = address(version, "js/a.js").replace(str(version.uid), str(uuid4()))
    monkeypatch.setattr(stored._versions[str(version.uid)], "believed_until", 0)

    def away(uid: str) -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(stored, "_load_version", away)
    assert get(origin, version, "js/a.js").status_code == 200
    origin.raise_request_exception = False
    answer = origin.get(other)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "chưa đọc được dữ liệu" in answer.content.decode()


def test_without_gzip_it_is_inflated(origin: Client, version: Version) -> None:
    response = get(origin, version, "js/a.js", accept_encoding="identity")
    assert body(response) == b"let a = 1;\n" * 4000
    assert "Content-Encoding" not in response.headers
    assert response["ETag"].endswith('-id"')
    assert response["Vary"] == "Accept-Encoding"


def test_a_range_of_a_deflated_file_gets_the_whole_not_gzip(origin: Client, version: Version) -> None:
    response = get(origin, version, "js/a.js", range="bytes=0-9")
    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers
    assert len(body(response)) == 44_000


def test_an_empty_file(origin: Client, version: Version) -> None:
    response = get(origin, version, "empty.css")
    assert (response.status_code, body(response), response["Content-Type"]) == (200, b"", "text/css")


def test_a_stored_file_has_ranges(origin: Client, version: Version) -> None:
    whole = get(origin, version, "stored.mp4")
    assert body(whole) == VIDEO
    assert whole["Accept-Ranges"] == "bytes"
    assert "Content-Encoding" not in whole.headers
    part = get(origin, version, "stored.mp4", range="bytes=1000-1999")
    assert part.status_code == 206
    assert body(part) == VIDEO[1000:2000]
    assert part["Content-Range"] == f"bytes 1000-1999/{len(VIDEO)}"
    assert part["Content-Length"] == "1000"
    assert part["ETag"] == whole["ETag"]
    again = get(origin, version, "stored.mp4", range="bytes=0-9", if_range=whole["ETag"])
    assert again.status_code == 206
    other = get(origin, version, "stored.mp4", range="bytes=0-9", if_range='"old"')
    assert (other.status_code, body(other)) == (200, VIDEO)


def test_a_range_beyond_the_end(origin: Client, version: Version) -> None:
    response = get(origin, version, "stored.mp4", range=f"bytes={len(VIDEO)}-")
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(VIDEO)}"
    assert response["Cache-Control"] == "no-store"


def test_a_media_member_without_its_object_is_whole(origin: Client, version: Version) -> None:
    response = get(origin, version, "clip.mp4", range="bytes=0-9")
    assert (response.status_code, response["Accept-Ranges"]) == (200, "none")
    assert body(response) == VIDEO


def test_a_media_member_with_its_object_has_ranges(
    origin: Client, make_version: Callable[..., Version]
) -> None:
    data = zipped({"index.html": PAGE, "clip.mp4": VIDEO})
    version = make_version(data, media={"clip.mp4": VIDEO})
    part = get(origin, version, "clip.mp4", range="bytes=5-9")
    assert (part.status_code, body(part), part["Content-Type"]) == (206, VIDEO[5:10], "video/mp4")


@pytest.mark.parametrize("path", ["js/a.js", "stored.mp4"])
def test_not_modified(origin: Client, version: Version, path: str) -> None:
    first = get(origin, version, path)
    response = get(origin, version, path, if_none_match=first["ETag"])
    assert (response.status_code, body(response)) == (304, b"")
    assert response["ETag"] == first["ETag"]
    assert response["Cache-Control"] == first["Cache-Control"]
    assert get(origin, version, path, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize("path", ["js/a.js", "stored.mp4", "index.html"])
def test_head_says_what_get_would(origin: Client, version: Version, path: str) -> None:
    wanted = get(origin, version, path)
    response = origin.head(address(version, path))
    assert body(response) == b""
    assert {k: v for k, v in response.items() if k != "Content-Encoding"} == {
        k: v for k, v in wanted.items() if k != "Content-Encoding"
    }
    assert response.headers.get("Content-Encoding") == wanted.headers.get("Content-Encoding")


def test_large_files_are_sent_in_pieces(origin: Client, make_version: Callable[..., Version]) -> None:
    import os

    noise = os.urandom(5_000_000)
    version = make_version(zipped({"index.html": PAGE, "a.bin": noise}))
    zipped_answer = get(origin, version, "a.bin")
    assert zipped_answer.streaming
    assert gzip.decompress(body(zipped_answer)) == noise
    plain = get(origin, version, "a.bin", accept_encoding="identity")
    assert plain.streaming
    assert body(plain) == noise
    assert plain["Content-Length"] == str(len(noise))


def test_a_range_without_an_end_is_answered_in_part(
    origin: Client, make_version: Callable[..., Version], monkeypatch
) -> None:
    monkeypatch.setattr(answers, "RANGE_BYTES", 1000)
    version = make_version(zipped({"index.html": PAGE, "a.mp4": VIDEO}), media={"a.mp4": VIDEO})
    response = get(origin, version, "a.mp4", range="bytes=500-")
    assert (response.status_code, response.streaming) == (206, False)
    assert body(response) == VIDEO[500:1500]
    assert response["Content-Range"] == f"bytes 500-1499/{len(VIDEO)}"


def test_no_more_downloads_at_once_than_there_are_places(
    origin: Client, version: Version, monkeypatch
) -> None:
    monkeypatch.setattr(answers, "WHOLE_BYTES", 1000)
    monkeypatch.setattr(streams, "_places", threading.BoundedSemaphore(2))
    first, second = get(origin, version, "stored.mp4"), get(origin, version, "stored.mp4")
    third = get(origin, version, "stored.mp4")
    assert (third.status_code, third["Retry-After"], third["Cache-Control"]) == (503, "5", "no-store")
    assert get(origin, version, "index.html").status_code == 200
    assert body(first) == VIDEO  # to the end
    second.close()  # broken off, never begun
    again = [get(origin, version, "stored.mp4") for _ in range(2)]
    assert [response.status_code for response in again] == [200, 200]
    for response in again:
        response.close()


def test_the_server_has_a_thread_for_each_download() -> None:
    assert streams.MOST_STREAMS == supervisor.CONTENT_DOWNLOADS


#: What browsers take only under its right name.
TYPES = {
    "a.mjs": "text/javascript; charset=utf-8",
    "a.wasm": "application/wasm",
    "a.woff2": "font/woff2",
    "a.vtt": "text/vtt; charset=utf-8",
    "a.m4a": "audio/mp4",
    "a.json": "application/json; charset=utf-8",
    "a.MJS": "text/javascript; charset=utf-8",
    "a.svg": "image/svg+xml",
    "a.unknown": "application/octet-stream",
}


def test_types_that_browsers_insist_on(origin: Client, make_version: Callable[..., Version]) -> None:
    version = make_version(zipped({"index.html": PAGE, **{f"{n}/{p}": b"x" for n, p in enumerate(TYPES)}}))
    for number, (name, expected) in enumerate(TYPES.items()):
        response = get(origin, version, f"{number}/{name}")
        assert (response["Content-Type"], response["X-Content-Type-Options"]) == (expected, "nosniff")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("Ảnh/Hình 1.PNG", 200),
        ("ảnh/hình 1.png", 200),
        ("100%.txt", 200),
        ("bai2/", 200),
        ("", 200),
        ("bai2", 404),
        ("Hình 1.PNG", 404),
        ("nothing.html", 404),
        ("js/../index.html", 404),
        ("../../etc/passwd", 404),
    ],
)
def test_names(origin: Client, version: Version, asked: str, status: int) -> None:
    assert get(origin, version, asked).status_code == status


def test_headers_of_every_answer(origin: Client, version: Version, settings) -> None:
    for path, status in (("index.html", 200), ("nothing", 404)):
        response = get(origin, version, path)
        assert response.status_code == status
        policy = response["Content-Security-Policy"]
        assert policy == (
            f"frame-ancestors 'self' {settings.SITE_URL}; sandbox allow-scripts allow-same-origin "
            "allow-forms allow-popups allow-modals allow-downloads"
        )
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not response.cookies
    assert get(origin, version, "index.html")["Cache-Control"] == "private, max-age=31536000, immutable"
    assert get(origin, version, "nothing")["Cache-Control"] == "no-store"


def test_no_service_worker(origin: Client, version: Version) -> None:
    assert get(origin, version, "js/a.js", service_worker="script").status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "patch"])
def test_reading_only(origin: Client, version: Version, method: str) -> None:
    response = getattr(origin, method)(address(version, "index.html"))
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_another_key_opens_nothing(origin: Client, version: Version) -> None:
    good = address(version, "index.html")
    bad = good.replace(good.split("/")[3], "0" * 32)
    assert origin.get(bad).status_code == 404
    assert origin.get(good).status_code == 200
    assert (
        origin.get(good.replace(str(version.uid), "00000000-0000-4000-8000-000000000000")).status_code == 404
    )
    assert origin.get(good.replace(str(version.uid), "-" * 36)).status_code == 404


def test_keys_of_last_month_open_those_before_do_not(origin: Client, version: Version) -> None:
    now = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = now - timedelta(days=1)
    before = last.replace(day=1) - timedelta(days=1)
    for at, status in ((now, 200), (last, 200), (before, 404), (now + timedelta(days=40), 404)):
        path = urlsplit(file_url(version, "index.html", at=at)).path
        assert origin.get(path).status_code == status, at


def test_a_new_access_key_counts_within_a_minute(origin: Client, version: Version, monkeypatch) -> None:
    assert get(origin, version, "index.html").status_code == 200
    old = address(version, "index.html")
    Version.objects.filter(pk=version.pk).update(access_key="b" * 32)
    version.refresh_from_db()
    assert origin.get(old).status_code == 200  # still believed
    clock = stored.time.monotonic() + stored.RECHECK_SECONDS + 1
    monkeypatch.setattr(stored.time, "monotonic", lambda: clock)
    assert origin.get(old).status_code == 404
    assert get(origin, version, "index.html").status_code == 200


@pytest.mark.parametrize("ingest", ["received", "checking", "rejected"])
def test_versions_that_are_not_ready(origin: Client, version: Version, ingest: str) -> None:
    Version.objects.filter(pk=version.pk).update(ingest=ingest)
    assert get(origin, version, "index.html").status_code == 404


def test_no_query_once_a_package_is_known(origin: Client, version: Version) -> None:
    get(origin, version, "index.html")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for path in ("js/a.js", "stored.mp4", "index.html", "nothing"):
            get(origin, version, path)
    # clip.mp4 waits for its object, so the package itself is believed for a minute only
    assert len(queries) == 0


def test_a_lost_blob_is_a_missing_file(origin: Client, version: Version, caplog) -> None:
    assert version.blob is not None
    from repository.storage import blobs

    blobs().path(version.blob.uid).unlink()
    assert get(origin, version, "index.html").status_code == 404
    assert "lost its blob" in caplog.text


def test_remembered_packages_are_bounded(origin: Client, make_version, monkeypatch) -> None:
    monkeypatch.setattr(stored, "MOST_FILES", 3)
    versions = [make_version(zipped({"index.html": PAGE, f"{n}.txt": str(n)})) for n in range(4)]
    for one in versions * 2:
        assert get(origin, one, "index.html").status_code == 200
    assert len(stored._packages) == 1


def test_a_picture(origin: Client, make_version: Callable[..., Version]) -> None:
    data = picture("PNG")
    version = make_version(data, "Hình 1.png")
    response = get(origin, version, "Hình 1.png")
    assert (response["Content-Type"], body(response), response["Accept-Ranges"]) == (
        "image/png",
        data,
        "bytes",
    )
    assert "sandbox" in response["Content-Security-Policy"]
    assert get(origin, version, "other.png").status_code == 404
    assert get(origin, version, "Hình 1.png", range="bytes=0-7").content == data[:8]  # type: ignore[attr-defined]


def test_a_pdf_itself_is_not_sandboxed_for_no_browser_would_show_it(
    origin: Client, make_version: Callable[..., Version], settings
) -> None:
    version = make_version(PDF, "Giáo án.pdf")
    response = get(origin, version, "Giáo án.pdf")
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == f"frame-ancestors 'self' {settings.SITE_URL}"


def test_a_files_title_is_text_not_markup(origin: Client, make_version: Callable[..., Version]) -> None:
    version = make_version(picture("PNG"), 'a"><script>alert(1)</script>.png')
    page = origin.get(urlsplit(view_url(version)).path).content.decode()
    assert "<script>" not in page


def test_viewing_a_package_leads_to_its_entry_page(origin: Client, version: Version) -> None:
    response = origin.get(urlsplit(view_url(version)).path)
    assert response.status_code == 302
    assert response["Location"] == urlsplit(launch_url(version, version.launch)).path
    assert origin.get(urlsplit(view_url(version)).path.replace(str(version.uid), "-" * 36)).status_code == 404


def test_errors_of_ours_need_no_session(origin: Client, version: Version, monkeypatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(stored, "open_package", fail)
    origin.raise_request_exception = False
    response = get(origin, version, "index.html")
    assert (response.status_code, response["Cache-Control"]) == (500, "no-store")
    assert "Hệ thống có lỗi" in response.content.decode()  # type: ignore[attr-defined]
    assert origin.get("/elsewhere/").status_code == 404
    assert "Content-Security-Policy" in origin.get("/elsewhere/").headers
