"""The picture of a package's first page: taken by a real browser, bounded, cut off, and gone afterwards."""

from __future__ import annotations

import io
import shutil
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from repository import page_pictures
from repository.models import PagePicture, Version
from repository.packages import index as package_index
from repository.packages.archive import read_archive
from repository.packages.index import Index
from repository.packages.limits import Limits
from repository.pictures import browser, cleaning, stage
from repository.pictures.browser import Bounds, NoPictureError
from repository.pictures.stage import staged
from tests.courses.runtime.stage import stage_with
from tests.factories import UserFactory
from tests.repository.packages.builders import SCORM2004, package, zipped

RED = '<body style="margin:0;background:#c00"><h1 style="color:#fff;font-size:200px">Một</h1></body>'
EATER = "<script>const all = []; setInterval(() => all.push(new Uint8Array(64e6).fill(7)), 5);</script>"
needs_browser = pytest.mark.skipif(not browser.find(""), reason="no browser is installed")


class Bytes:
    """A stored blob in memory."""

    def __init__(self, data: bytes) -> None:
        self.data, self.size = data, len(data)

    def read(self, offset: int, size: int) -> bytes:
        return self.data[offset : offset + size]

    def pieces(self, offset: int, length: int) -> Iterator[bytes]:
        yield self.read(offset, length)


def indexed(data: bytes) -> Index:
    return package_index.build(read_archive(io.BytesIO(data), limits=Limits()).members)


def drawn(page: str, folder: Path, **bounds: Any) -> bytes:
    data = zipped({"index.html": page})
    with staged(indexed(data), Bytes(data), "index.html") as (port, address):
        return browser.shoot(browser.find(""), address, proxy=port, folder=folder, bounds=Bounds(**bounds))


def browsers_running() -> list[int]:
    """Processes of the pictures' browsers."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and b"/picture-" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


# --- without a browser --------------------------------------------------------------------------


def ask(port: int, line: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"{line}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def test_the_stage_shows_the_package_and_nothing_else() -> None:
    data = zipped({"index.html": RED, "Ảnh/a b.txt": "tệp", "stored.js": "1"}, method=zipfile.ZIP_DEFLATED)
    with staged(indexed(data), Bytes(data), "index.html?a=1&b=<2>") as (port, address):
        assert address == "http://lesson.invalid/~frame"
        frame = ask(port, f"GET {address} HTTP/1.1")
        assert b'src="/index.html?a=1&b=%3C2%3E"' in frame
        assert RED.encode() in ask(port, "GET http://lesson.invalid/index.html?x=1 HTTP/1.1")
        assert "tệp".encode() in ask(port, "GET http://lesson.invalid/%E1%BA%A2nh/a%20b.txt HTTP/1.1")
        for refused in (
            "GET http://127.0.0.1:9200/ HTTP/1.1",
            "GET http://lesson.invalid:8000/index.html HTTP/1.1",
            "GET https://lesson.invalid/index.html HTTP/1.1",
            "GET /index.html HTTP/1.1",
        ):
            assert b" 403 " in ask(port, refused).split(b"\r\n")[0], refused
        for unknown in (
            "CONNECT lesson.invalid:443 HTTP/1.1",
            "POST http://lesson.invalid/index.html HTTP/1.1",
        ):
            assert b" 501 " in ask(port, unknown).split(b"\r\n")[0]
        assert b" 404 " in ask(port, "GET http://lesson.invalid/../etc/passwd HTTP/1.1").split(b"\r\n")[0]


def png(colour: str, size: tuple[int, int] = (1280, 800)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_what_was_drawn_is_written_anew_and_blank_pages_are_told() -> None:
    picture = cleaning.written_anew(png("white"))
    assert picture.blank
    with Image.open(io.BytesIO(picture.data)) as small:
        assert (small.format, small.size) == ("WEBP", (960, 600))
    page = Image.new("RGB", (1280, 800), "white")
    page.paste("black", (100, 100, 500, 300))
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    assert not cleaning.written_anew(buffer.getvalue()).blank


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"0" * 50, png("red")[:200]])
def test_what_is_no_picture_is_not_kept(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"no picture"):
        cleaning.written_anew(data)


def test_a_picture_larger_than_the_window_is_not_decoded() -> None:
    with pytest.raises(ValueError, match="larger"):
        cleaning.written_anew(png("red", (3000, 2000)))


@pytest.mark.django_db
def test_without_a_browser_nothing_is_done_and_nothing_missed(settings: Any) -> None:
    made = stage_with(package())
    for setting in ("off", "/no/such/browser"):
        settings.PICTURE_BROWSER = setting
        assert page_pictures.run(made.version.pk) == "absent"
    assert not PagePicture.objects.exists()


@pytest.mark.django_db
def test_import_asks_for_a_picture_once() -> None:
    from django_tasks_db.models import DBTaskResult

    made = stage_with(package())
    asked = DBTaskResult.objects.filter(task_path="repository.tasks.draw_first_page")
    assert [row.args_kwargs["args"] for row in asked] == [[made.version.pk]]


# --- who may see it -----------------------------------------------------------------------------


@pytest.fixture
def version(db: None) -> Version:
    found = stage_with(package()).version
    PagePicture.objects.create(
        version=found, state="done", at=found.created_at, data=b"RIFF", media_type="image/webp"
    )
    return found


def test_the_picture_is_for_whoever_may_open_the_package(version: Version, client: Client) -> None:
    address = f"/library/pictures/{version.uid}/"
    assert client.get(address).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(version.resource.author)
    answer = client.get(address)
    assert (answer.status_code, answer.content) == (200, b"RIFF")
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    for page in (f"/lessons/{version.resource.uid}/", f"/library/{version.resource.uid}/"):
        assert address in client.get(page).content.decode()


def test_a_blank_page_is_no_cover(version: Version, client: Client) -> None:
    PagePicture.objects.update(state="blank")
    client.force_login(version.resource.author)
    page = client.get(f"/library/{version.resource.uid}/").content.decode()
    assert f"/library/pictures/{version.uid}/" not in page


# --- until it is there --------------------------------------------------------------------------


def soon(client: Client, version: Version, n: object = 0) -> str:
    return client.get(f"/library/pictures/{version.uid}/soon/?n={n}").content.decode()


@pytest.mark.django_db
def test_its_place_is_held_until_it_is_there(settings: Any, client: Client) -> None:
    settings.PICTURE_BROWSER = ""
    version = stage_with(package()).version
    client.force_login(version.resource.author)
    page = client.get(f"/lessons/{version.resource.uid}/").content.decode()
    assert f'hx-get="/library/pictures/{version.uid}/soon/?n=0"' in page
    assert "Đang chụp trang đầu" in page
    assert 'soon/?n=4"' in soon(client, version, 3)
    row = PagePicture.objects.create(version=version, at=version.created_at, state="drawing")
    assert "Đang chụp trang đầu" in soon(client, version)
    row.state, row.data, row.media_type = "done", b"RIFF", "image/webp"
    row.save()
    drawn = soon(client, version, 5)
    assert f'src="/library/pictures/{version.uid}/"' in drawn
    assert "hx-get" not in drawn


@pytest.mark.django_db
def test_it_is_not_asked_for_without_end(settings: Any, client: Client) -> None:
    settings.PICTURE_BROWSER = ""
    version = stage_with(package()).version
    client.force_login(version.resource.author)
    for last in (20, 999, "", "x", -1, "9" * 50):
        assert soon(client, version, last).strip() == ""
    for state in ("failed", "blank"):
        PagePicture.objects.update_or_create(
            version=version, defaults={"state": state, "at": version.created_at}
        )
        assert soon(client, version).strip() == ""
    PagePicture.objects.all().delete()
    assert soon(client, version)
    Version.objects.update(created_at=version.created_at - page_pictures.WAITED_FOR)
    assert soon(client, version).strip() == ""
    assert "/soon/" not in client.get(f"/lessons/{version.resource.uid}/").content.decode()


@pytest.mark.django_db
def test_where_nothing_is_drawn_nothing_is_waited_for(settings: Any, client: Client) -> None:
    settings.PICTURE_BROWSER = "off"
    version = stage_with(package()).version
    client.force_login(version.resource.author)
    assert "/soon/" not in client.get(f"/lessons/{version.resource.uid}/").content.decode()


@pytest.mark.django_db
def test_the_place_is_held_for_whoever_may_open_the_package(settings: Any, client: Client) -> None:
    settings.PICTURE_BROWSER = ""
    version = stage_with(package()).version
    version.publications.all().delete()
    client.force_login(UserFactory())
    assert client.get(f"/library/pictures/{version.uid}/soon/?n=0").status_code == 404


# --- with one -----------------------------------------------------------------------------------


@needs_browser
@pytest.mark.django_db
def test_the_first_page_is_drawn_as_a_learner_would_see_it(settings: Any) -> None:
    settings.PICTURE_BROWSER = ""
    page = (
        "<script>var api = window.parent.API_1484_11; alert('?');"
        "document.write(api && api.Initialize('') === 'true' ? " + repr(RED) + " : 'no platform');</script>"
    )
    made = stage_with(package({"index.html": page}, namespaces=SCORM2004, version="2004 4th Edition"))
    assert page_pictures.run(made.version.pk) == "done"
    row = PagePicture.objects.get(version=made.version)
    with Image.open(io.BytesIO(bytes(row.data or b""))) as picture:
        red, green, blue = picture.convert("RGB").getpixel((950, 590))  # type: ignore[misc]
    assert red > 180 and green < 40 and blue < 40
    assert page_pictures.run(made.version.pk) == "done"
    assert PagePicture.objects.get().tries == 1
    assert not browsers_running()


@needs_browser
def test_a_page_reaches_nothing_but_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not this host's other ports, by name or by number, by script, picture, frame or socket."""
    heard: list[bytes] = []
    refused: list[int] = []
    send = stage._Handler.send

    def note(handler: Any, status: int, kind: str, body: bytes) -> None:
        refused.append(status)
        send(handler, status, kind, body)

    monkeypatch.setattr(stage._Handler, "send", note)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    connection, _address = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    heard.append(b"?")

        thread = threading.Thread(target=listen)
        thread.start()
        port = listener.getsockname()[1]
        targets = [f"http://127.0.0.1:{port}/", f"http://localhost:{port}/", f"http://[::1]:{port}/"]
        page = RED + "".join(
            f"<script>fetch('{one}', {{mode: 'no-cors'}}); navigator.sendBeacon('{one}');"
            f"new WebSocket('{one.replace('http', 'ws')}');</script>"
            f"<img src='{one}'><iframe src='{one}'></iframe><link rel='preconnect' href='{one}'>"
            for one in targets
        )
        try:
            picture = drawn(page, tmp_path)
        finally:
            done.set()
            thread.join()
    assert picture.startswith(b"\x89PNG")
    assert heard == []
    assert refused.count(403) >= 3  # the page did ask, and this is where it came


@needs_browser
@pytest.mark.parametrize(
    ("page", "bounds", "code"),
    [
        ("<script>for (;;) {}</script>", {"seconds": 6.0}, "picture_slow"),
        (
            EATER,
            {"seconds": 30.0, "memory_bytes": 400 * 1024 * 1024, "page_seconds": 600.0},
            "picture_memory",
        ),
    ],
)
def test_a_page_that_takes_too_much_is_ended_for_sure(
    page: str, bounds: dict[str, Any], code: str, tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())
    with pytest.raises(NoPictureError) as none:
        drawn(page, tmp_path, **bounds)
    assert none.value.code == code
    assert not browsers_running()
    assert set(tmp_path.iterdir()) == before


def test_a_program_that_draws_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoPictureError) as none:
        browser.shoot(shutil.which("true") or "/bin/true", "http://x/", proxy=1, folder=tmp_path)
    assert none.value.code == "picture_browser"


def test_a_host_that_cannot_start_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_command", lambda *_all: ["/no/such/program"])
    with pytest.raises(NoPictureError) as none:
        browser.shoot("/no/such/program", "http://x/", proxy=1, folder=tmp_path)
    assert none.value.code == "picture_browser"
