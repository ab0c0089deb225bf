"""The way around Django: the same answers, only for what is remembered; and the real server."""

from __future__ import annotations

import gzip
import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from django.test import Client

from benchmarks.measure import tree_memory
from cms import supervisor
from repository.content import answers, stored
from repository.content.links import file_url
from repository.content.wsgi import FilesFirst
from repository.models import Version
from tests.live import start_live

from .conftest import VIDEO


def environ(address: str, method: str = "GET", **headers: str) -> dict[str, str]:
    path = unquote_to_bytes(urlsplit(address).path).decode("latin-1")
    return {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_ACCEPT_ENCODING": "gzip", **headers}


class Outside:
    """Django's place: notes what was passed on."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, variables: dict[str, str], start_response: object) -> list[bytes]:
        self.asked.append(variables["PATH_INFO"])
        return []


def ask(variables: dict[str, str]) -> tuple[str, dict[str, str], bytes] | None:
    """Status line, headers and body, None where it was passed on."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    rest = Outside()
    body = b"".join(FilesFirst(rest)(variables, lambda *args: started.append(args)))
    if rest.asked:
        return None
    status, headers = started[0]
    return status, dict(headers), body


CASES = [
    ("js/a.js", {}),
    ("js/a.js", {"HTTP_ACCEPT_ENCODING": "identity"}),
    ("js/a.js", {"HTTP_RANGE": "bytes=0-9"}),
    ("js/a.js", {"HTTP_IF_NONE_MATCH": "*"}),
    ("stored.mp4", {}),
    ("stored.mp4", {"HTTP_RANGE": "bytes=5-9"}),
    ("stored.mp4", {"HTTP_RANGE": "bytes=99999999-"}),
    ("Ảnh/Hình 1.PNG", {}),
    ("ảnh/hình 1.png", {}),
    ("empty.css", {}),
]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("path", "headers"), CASES)
def test_the_same_answer_as_through_django(
    origin: Client, version: Version, path: str, headers: dict[str, str], method: str
) -> None:
    address = file_url(version, path)
    sent = {"HTTP_ACCEPT_ENCODING": "gzip", **headers}
    expected = origin.generic(method, urlsplit(address).path, **sent)
    answer = ask(environ(address, method, **sent))
    assert answer is not None
    status, found, body = answer
    assert status.startswith(str(expected.status_code))
    assert found == dict(expected.items())
    assert body == expected.content


@pytest.mark.django_db
def test_only_what_is_remembered_is_answered_here(origin: Client, version: Version) -> None:
    address = file_url(version, "js/a.js")
    assert ask(environ(address)) is None
    origin.get(urlsplit(address).path)
    assert ask(environ(address)) is not None
    assert ask(environ(address, "POST")) is None
    assert ask(environ(address, HTTP_SERVICE_WORKER="script")) is None
    assert ask(environ(file_url(version, "nothing"))) is None
    assert ask(environ(address.replace(address.split("/")[5], "0" * 32))) is None
    assert ask(environ("http://127.0.0.1/health/")) is None
    assert ask({**environ(address), "PATH_INFO": urlsplit(address).path + "\xff"}) is None


@pytest.mark.django_db
def test_a_version_is_asked_about_again_after_a_minute(
    origin: Client, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = file_url(version, "js/a.js")
    origin.get(urlsplit(address).path)
    clock = stored.time.monotonic() + stored.RECHECK_SECONDS + 1
    monkeypatch.setattr(stored.time, "monotonic", lambda: clock)
    assert ask(environ(address)) is None


STORE = """
import io, zipfile
from benchmarks.stage import MANIFEST, store_version
from repository.content.links import file_url
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("imsmanifest.xml", MANIFEST)
    archive.writestr("index.html", "<p>x</p>", zipfile.ZIP_DEFLATED)
    archive.writestr("Ảnh/Hình 1.txt", "hình " * 500, zipfile.ZIP_DEFLATED)
    archive.writestr("bài.mp4", bytes(range(256)) * 400)
    archive.writestr("dài.mp4", bytes(range(256)) * 8000)
version = store_version(buffer.getvalue())
for path in ("Ảnh/Hình 1.txt", "bài.mp4", "dài.mp4", "none.txt"):
    print(file_url(version, path))
"""


STORE_LARGE = """
import io, zipfile
from benchmarks.stage import MANIFEST, noise, store_version
from repository.content.links import file_url
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("imsmanifest.xml", MANIFEST)
    archive.writestr("index.html", "<p>x</p>", zipfile.ZIP_DEFLATED)
    archive.writestr("large.mp4", noise(20_000_000, 1))
version = store_version(buffer.getvalue())
for path in ("index.html", "large.mp4"):
    print(file_url(version, path))
"""


STORE_FILM = """
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from benchmarks.stage import store_version
from repository.content.links import file_url
from repository.models import Blob
from repository.storage import blobs
from tests.repository.packages.media_files import VIDEO
with TemporaryDirectory() as folder:
    film = Path(folder) / "film.mp4"
    film.write_bytes(VIDEO)
    version = store_version(film)
os.truncate(blobs().path(version.blob.uid), 300_000_000)  # a hole, which costs nothing to make
Blob.objects.update(size=300_000_000)
print(file_url(version, "film.mp4"))
"""
FILM_BYTES, MOST_MEMORY_MB = 300_000_000, 100


def test_memory_stays_flat_whatever_the_file(tmp_path: Path) -> None:
    """The most memory that any process of the server ever had, with readers who take a long film whole and
    readers who jump about in it, at once."""
    with start_live(tmp_path, demo=False, names=("content",)) as live:
        address = urlsplit(live.python(STORE_FILM))

        def read(**headers: str) -> int:
            connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
            with closing(connection):
                connection.request("GET", address.path, headers=headers)
                response = connection.getresponse()
                return sum(map(len, iter(lambda: response.read(1_000_000), b"")))

        with ThreadPoolExecutor(4) as readers:
            wholes = [readers.submit(read) for _ in range(2)]
            jumps = [readers.submit(read, Range=f"bytes={place * 1_000_000}-") for place in range(0, 290, 5)]
            assert [whole.result() for whole in wholes] == [FILM_BYTES] * 2
            assert all(jump.result() == answers.RANGE_BYTES for jump in jumps)
        most, _now = tree_memory(live.processes["content"].pid)
        assert most < MOST_MEMORY_MB, most


def test_under_the_real_server(tmp_path: Path) -> None:
    """Twice each: the first time through Django, the second from memory."""
    with start_live(tmp_path, demo=False, names=("content",)) as live, ExitStack() as closing:
        text, video, long, none = live.python(STORE).splitlines()
        parts = urlsplit(text)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
        closing.callback(connection.close)

        def get(address: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
            connection.request("GET", urlsplit(address).path, headers=headers)
            response = connection.getresponse()
            return response, response.read()

        for _ in range(2):
            response, body = get(text, **{"Accept-Encoding": "gzip"})
            assert (response.status, response.getheader("Content-Encoding")) == (200, "gzip")
            assert gzip.decompress(body).decode() == "hình " * 500
            assert response.getheader("Set-Cookie") is None
            response, body = get(video, Range="bytes=10-19")
            assert (response.status, body) == (206, VIDEO[10:20])
            response, body = get(long)
            assert (response.status, len(body)) == (200, 256 * 8000)
            assert get(none)[0].status == 404
            response, body = get(text, **{"If-None-Match": "*"})
            assert (response.status, body) == (304, b"")


def test_slow_downloads_leave_room_for_the_rest(tmp_path: Path) -> None:
    """More clients that read nothing than there are threads for downloads: a page is still answered."""
    with start_live(tmp_path, demo=False, names=("content",)) as live, ExitStack() as closing:
        page, video = live.python(STORE_LARGE).splitlines()
        parts = urlsplit(video)
        clients = []
        for _ in range(supervisor.CONTENT_DOWNLOADS + 4):
            slow = socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20)
            closing.callback(slow.close)
            slow.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
            clients.append(slow)
        heads = [client.recv(12) for client in clients]
        assert heads.count(b"HTTP/1.1 503") == 4
        assert heads.count(b"HTTP/1.1 200") == supervisor.CONTENT_DOWNLOADS
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
        closing.callback(connection.close)
        connection.request("GET", urlsplit(page).path)
        assert connection.getresponse().status == 200
