"""The configuration of deploy/nginx in front of a running site: what it caches, passes on and hides."""

from __future__ import annotations

import base64
import io
import json
import random
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from cms import supervisor
from repository.content.links import file_url
from tests.deploy import nginx
from tests.deploy.nginx import CONTENT, SITE, Answer, Nginx
from tests.live import CACHE, Live, prepare_live, run
from tests.ports import free_ports
from tests.teacher import CSRF, session_of_a_teacher

pytestmark = pytest.mark.slow
MB = 1024 * 1024
SOUND = random.Random(5).randbytes(5 * MB + 123)


@dataclass
class Row:
    """What an address of a version is made of."""

    uid: UUID
    access_key: str


def package() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", "<!doctype html><title>Bài 1</title><p>Xin chào</p>" + "a" * 3000)
        archive.writestr("bai/trang 2.html", "<p>Hai</p>" * 500)
        archive.writestr("am-thanh.mp3", SOUND, zipfile.ZIP_STORED)
        archive.writestr("du-lieu.txt", random.Random(6).randbytes(9 * MB), zipfile.ZIP_STORED)
    return out.getvalue()


class Desk:
    """A teacher signed in, behind nginx."""

    def __init__(self, live: Live, front: Nginx) -> None:
        self.live, self.front = live, front
        self.cookie = f"__Host-session={session_of_a_teacher(live)}"

    def ask(self, path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        sent = {
            "Cookie": self.cookie,
            "X-CSRFToken": CSRF,
            "Referer": f"https://{SITE}:{self.front.port}/",
            "Accept": "application/json, text/html",
            **headers,
        }
        return self.front.ask(path, host=SITE, method=method, body=body, **sent)

    def upload(self, data: bytes) -> str:
        """The folder's address on the content origin of a lesson made of ``data``, sent in parts of 8 MB."""
        tus = {"Tus-Resumable": "1.0.0"}
        name = base64.b64encode("bài.zip".encode()).decode()
        made = self.ask(
            "/uploads/",
            method="POST",
            **{**tus, "Upload-Length": str(len(data)), "Upload-Metadata": f"filename {name}"},
        )
        assert made.status == 201, made.body
        url = urlsplit(made.headers["Location"]).path
        for offset in range(0, len(data), 8 * MB):
            part = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
            sent = self.ask(url, method="PATCH", body=data[offset : offset + 8 * MB], **part)
            assert sent.status == 204, sent.body
        uid = url.strip("/").split("/")[-1]
        form = f"upload={uid}&title=&type=e-learning&licence=cc-by&act=save".encode()
        saved = self.ask(
            "/lessons/upload/",
            method="POST",
            body=form,
            **{"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert saved.status in {200, 302}, saved.body
        ((state, uid, key),) = self.live.rows("SELECT ingest, uid, access_key FROM repository_version")
        assert state == "ready"
        return urlsplit(file_url(Row(UUID(str(uid)), str(key)), "")).path


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Live, Nginx, Desk]]:
    """Two site processes, one of the content origin, nginx with https in front, a teacher."""
    folder = tmp_path_factory.mktemp("nginx")
    with ExitStack() as stack:
        live = stack.enter_context(prepare_live(folder, demo=False, PROXIES="1"))
        [second] = free_ports(1)
        site, content = (int(urlsplit(url).port or 0) for url in (live.site_url, live.content_url))
        front = nginx.write(folder, CACHE / "static", [site, second], [content])
        live.env |= {
            "HOCLIEU_SITE_URL": f"https://{SITE}:{front.port}",
            "HOCLIEU_CONTENT_URL": f"https://{CONTENT}:{front.port}",
        }
        live.children["site2"] = supervisor.web_child("site", "127.0.0.1", second, {})
        stack.enter_context(run(live, "site", "content"))
        stack.enter_context(nginx.running(front))
        yield live, front, Desk(live, front)


@pytest.fixture(scope="module")
def front(stage: tuple[Live, Nginx, Desk]) -> Nginx:
    return stage[1]


@pytest.fixture(scope="module")
def lesson(stage: tuple[Live, Nginx, Desk]) -> str:
    """The address of a lesson's folder; the upload of 14 MB came through nginx, in parts of 8."""
    return stage[2].upload(package())


def test_a_file_is_asked_of_the_origin_once(front, lesson):
    first = front.ask(f"{lesson}index.html", **{"Accept-Encoding": "gzip, deflate, br"})
    again = front.ask(f"{lesson}index.html", **{"Accept-Encoding": "gzip, deflate"})
    assert (first.status, first.headers["X-Cache"]) == (200, "MISS")
    assert (again.status, again.headers["X-Cache"]) == (200, "HIT")
    assert again.body == first.body
    assert again.headers["Content-Encoding"] == "gzip"
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert "sandbox" in again.headers["Content-Security-Policy"]


def test_the_whole_address_is_the_key(front, lesson):
    front.ask(f"{lesson}index.html?a=1")
    assert front.ask(f"{lesson}index.html?a=1").headers["X-Cache"] == "HIT"
    assert front.ask(f"{lesson}index.html?a=2").headers["X-Cache"] == "MISS"
    wrong = "0" * 32 if lesson.strip("/").split("/")[-1] != "0" * 32 else "1" * 32
    stolen = lesson.replace(lesson.strip("/").split("/")[-1], wrong)
    for _ in range(2):
        refused = front.ask(f"{stolen}index.html")
        assert (refused.status, refused.headers["X-Cache"]) == (404, "MISS")


def test_a_browser_without_gzip_gets_plain_bytes(front, lesson):
    front.ask(f"{lesson}bai/trang%202.html", **{"Accept-Encoding": "gzip"})
    plain = front.ask(f"{lesson}bai/trang%202.html", **{"Accept-Encoding": "gzip;q=0"})
    assert plain.headers["Content-Encoding"] is None
    assert plain.body == b"<p>Hai</p>" * 500


def test_an_unchanged_file_is_not_sent_again(front, lesson):
    etag = front.ask(f"{lesson}index.html", **{"Accept-Encoding": "gzip"}).headers["ETag"]
    again = front.ask(f"{lesson}index.html", **{"Accept-Encoding": "gzip", "If-None-Match": etag})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-99", 0, 100),
        (f"bytes={2 * MB - 10}-{2 * MB + 9}", 2 * MB - 10, 2 * MB + 10),
        (f"bytes={5 * MB}-", 5 * MB, len(SOUND)),
        ("bytes=-50", len(SOUND) - 50, len(SOUND)),
    ],
)
def test_a_sound_is_played_from_any_place(front, lesson, wanted, start, stop):
    answer = front.ask(f"{lesson}am-thanh.mp3", Range=wanted)
    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(SOUND)}"
    assert answer.body == SOUND[start:stop]


def test_a_sound_comes_whole_and_its_pieces_are_kept(front, lesson):
    assert front.ask(f"{lesson}am-thanh.mp3").body == SOUND
    assert front.ask(f"{lesson}am-thanh.mp3", Range="bytes=0-9").headers["X-Cache"] == "HIT"
    beyond = front.ask(f"{lesson}am-thanh.mp3", Range=f"bytes={len(SOUND)}-")
    assert beyond.status == 416


def test_a_service_worker_is_refused_though_the_file_is_kept(front, lesson):
    front.ask(f"{lesson}index.html")
    assert front.ask(f"{lesson}index.html", **{"Service-Worker": "script"}).status == 403
    assert front.ask(f"{lesson}index.html").status == 200


def test_pages_of_people_are_never_kept(stage, lesson):
    _live, front, desk = stage
    for _ in range(2):
        mine = desk.ask("/lessons/")
        assert mine.status == 200
        assert mine.headers["X-Cache"] is None
        other = front.ask("/lessons/", host=SITE)
        assert other.status == 302, "the next one at the same address is a stranger"
    assert not [path for path in (front.folder / "cache").rglob("*") if b"/lessons/" in _start(path)]
    assert [path for path in (front.folder / "cache").rglob("*") if b"/f/" in _start(path)]


def _start(path: Path) -> bytes:
    return path.read_bytes()[:2000] if path.is_file() else b""


def test_the_site_knows_that_it_is_https(stage):
    _live, front, desk = stage
    assert desk.ask("/lessons/").headers["Strict-Transport-Security"]
    lied = front.ask("/", host=SITE, **{"X-Forwarded-Proto": "http"})
    assert lied.status == 200, "the browser's word about the scheme is not believed"


class Echo(BaseHTTPRequestHandler):
    """A process that answers with what it was asked."""

    def do_GET(self) -> None:
        body = json.dumps({"headers": {k.lower(): v for k, v in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "private, max-age=31536000")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    folder = tmp_path_factory.mktemp("echo")
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever).start()
        front = nginx.write(folder, CACHE / "static", [server.server_port], [server.server_port])
        with nginx.running(front):
            yield front
        server.shutdown()


@pytest.mark.parametrize(("host", "path"), [(SITE, "/"), (CONTENT, "/commit/"), (CONTENT, "/f/x/y/a.html")])
def test_what_the_browser_claims_of_itself_is_replaced(echo, host, path):
    claimed = {"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "gopher", "Upgrade": "websocket"}
    answer = echo.ask(path, host=host, source="127.0.0.77", **{**claimed, "Connection": "Upgrade"})
    seen = json.loads(answer.body)["headers"]
    assert seen["x-forwarded-for"] == "127.0.0.77"
    assert seen["x-forwarded-proto"] == "https"
    assert seen["host"] == f"{host}:{echo.port}"
    assert "upgrade" not in seen


def test_every_spelling_of_gzip_is_one_form(echo):
    def form(spelling: str) -> str:
        return str(
            json.loads(echo.ask(f"/f/x/{hash(spelling)}/", **{"Accept-Encoding": spelling}).body)["headers"][
                "accept-encoding"
            ]
        )

    assert {form("gzip"), form("GZIP, deflate"), form("br, gzip;q=0.5")} == {"gzip"}
    assert {form("br"), form("gzip;q=0"), form("gzip; q=0.0, br"), form("identity")} == {"identity"}


def test_a_large_body_is_refused_where_nothing_large_is_sent(stage):
    _live, _front, desk = stage
    refused = desk.ask("/account/login/", method="POST", body=b"a" * (33 * MB))
    assert refused.status == 413


def test_static_files_come_from_the_disk_packed_and_for_good(front):
    manifest = json.loads((CACHE / "static" / "staticfiles.json").read_text())["paths"]
    name = next(named for plain, named in manifest.items() if plain.endswith(".css"))
    answer = front.ask(f"/static/{name}", host=SITE, **{"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert front.ask("/static/no/such.css", host=SITE).status == 404


def test_health_is_told_inside_only(front):
    assert front.ask("/health/ready/", host=SITE).status == 200
    assert front.ask("/health/", host=CONTENT).status == 200
    conf = (front.folder / "conf.d" / "hoclieu.conf").read_text()
    assert conf.count("deny all;") == 2


def test_http_leads_to_https(front):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=10)
    connection.request("GET", "/library/?q=a", headers={"Host": SITE})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{SITE}/library/?q=a")


def test_a_host_that_is_not_ours_gets_no_answer(front):
    import http.client

    with pytest.raises(http.client.RemoteDisconnected):
        front.ask("/", host="evil.example")


def test_processes_are_replaced_one_after_another_and_nobody_notices(stage):
    """The way of an upgrade: each restarts while the other answers; the session stays."""
    live, _front, desk = stage
    live.start("site2")
    port = live.children["site2"].command[live.children["site2"].command.index("--port") + 1]
    deadline = time.monotonic() + 40
    while not supervisor.answers(f"http://127.0.0.1:{port}/health/", SITE):
        assert time.monotonic() < deadline, live.log("site2")
        time.sleep(0.1)
    seen, stop = [], threading.Event()

    def visit() -> None:
        while not stop.is_set():
            seen.append(desk.ask("/lessons/").status)

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        supervisor.stop([live.processes.pop("site")], grace=10)
        live.start("site")
        supervisor.stop([live.processes.pop("site2")], grace=10)
        time.sleep(0.5)
    finally:
        stop.set()
        visitor.join()
    assert len(seen) > 3
    assert set(seen) == {200}


def test_while_no_process_answers_a_page_says_so(stage):
    live, front, desk = stage
    live.kill("site")
    away = front.ask("/", host=SITE)
    assert away.status == 503
    assert "Trang đang khởi động lại" in away.body.decode()
    assert away.headers["Retry-After"] == "30"
    assert away.headers["Cache-Control"] == "no-store"
    assert desk.ask("/lessons/", method="POST", body=b"a=1").status == 503
    live.start("site")
    assert desk.ask("/lessons/").status == 200
