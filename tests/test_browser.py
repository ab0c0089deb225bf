"""The browser of the tests is as strict as people's browsers, and cut off from the world."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = pytest.mark.browser

FRAME = b"""<script>
let told; try { localStorage.setItem("a", "b"); told = "stored " + localStorage.getItem("a"); }
catch (error) { told = error.name; }
document.title = told; parent.postMessage(told, "*");
</script>"""


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = FRAME
        if self.path == "/outer":
            frame = f"http://127.0.0.1:{self.server.server_address[1]}/frame"
            script = "addEventListener('message', e => { document.title = e.data })"
            body = f"<script>{script}</script><iframe src='{frame}'></iframe>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: the output of a run is for its tests."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("third_party", "expected"), [(False, "SecurityError"), (True, "stored b")])
def test_storage_of_a_frame_of_another_site(browsers, port, third_party, expected):
    with browsers.page(third_party=third_party) as page:
        page.goto(f"http://localhost:{port}/outer")
        page.wait_for_function("document.title != ''")
        assert page.title() == expected


def test_other_machines_cannot_be_reached(browsers):
    from playwright.sync_api import Error

    with browsers.page() as page, pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.com/")


def test_a_profile_is_the_same_computer_again(browsers, port, tmp_path):
    for expected in ("", "kept"):
        with browsers.page(profile=tmp_path / "profile") as page:
            page.goto(f"http://localhost:{port}/outer")
            assert page.evaluate("localStorage.getItem('x') || ''") == expected
            page.evaluate("localStorage.setItem('x', 'kept')")
