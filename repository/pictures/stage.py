"""All that the browser which draws a page can reach: one package, answered from storage by this process.

It is a proxy on the loopback interface that forwards nothing: every address of the made-up host is a file
of the package, every other one is refused. The page stands in a frame whose parent answers as a platform.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit

from repository.content.sources import Source
from repository.packages.index import Entry, Index

#: Resolves nowhere (RFC 2606); the proxy takes it for the package.
HOST = "lesson.invalid"
#: No page is drawn of more; films are not needed for a picture.
MOST_BYTES = 24 * 1024 * 1024
_FRAME = "/~frame"

# Content that finds no platform stops with a message instead of showing its first page.
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>.</title>
<style>html,body,iframe{{margin:0;border:0;width:100%;height:100%;display:block;overflow:hidden}}</style>
<script>
(function () {{
  var yes = function () {{ return "true"; }}, no = function () {{ return ""; }};
  var zero = function () {{ return "0"; }};
  var value = function (name) {{
    return /lesson_status$/.test(name) ? "not attempted"
      : /(completion|success)_status$/.test(name) ? "unknown"
      : /lesson_mode$|[.]mode$/.test(name) ? "browse" : /entry$/.test(name) ? "ab-initio"
      : /_count$/.test(name) ? "0" : "";
  }};
  window.API = {{ LMSInitialize: yes, LMSFinish: yes, LMSCommit: yes, LMSSetValue: yes, LMSGetValue: value,
    LMSGetLastError: zero, LMSGetErrorString: no, LMSGetDiagnostic: no }};
  window.API_1484_11 = {{ version: "1.0", Initialize: yes, Terminate: yes, Commit: yes, SetValue: yes,
    GetValue: value, GetLastError: zero, GetErrorString: no, GetDiagnostic: no }};
  window.alert = window.confirm = window.prompt = window.print = window.open = no;
}})();
</script></head><body>
<iframe src="{launch}" sandbox="allow-scripts allow-same-origin allow-forms"></iframe></body></html>"""


class _Handler(BaseHTTPRequestHandler):
    """``GET http://lesson.invalid/…`` and nothing else."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.scheme != "http" or parts.netloc != HOST:
            self.send(403, "text/plain", b"")
        elif parts.path == _FRAME:
            self.send(200, "text/html; charset=utf-8", self.server.page)
        else:
            self.member(unquote(parts.path).lstrip("/"))

    def member(self, path: str) -> None:
        entry = self.server.index.find(path)
        if entry is None or max(entry.size, entry.compressed) > MOST_BYTES:
            self.send(404, "text/plain", b"")
            return
        try:
            body = self.server.read(entry)
        except (OSError, zlib.error):
            self.send(404, "text/plain", b"")
            return
        self.send(200, entry.media_type, body)

    def send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it so
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, index: Index, source: Source, launch: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.index, self._source = index, source
        path, mark, rest = launch.partition("?")
        self.page = _PAGE.format(launch="/" + quote(path) + _plain(mark + rest)).encode()

    def read(self, entry: Entry) -> bytes:
        data = self._source.read(entry.offset, entry.compressed)
        if not entry.deflated:
            return data
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, MOST_BYTES)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that is killed leaves its connections in the middle."""


def _plain(query: str) -> str:
    return quote(query, safe="?&=#%/:;,+@!$'()*~[]")


@contextmanager
def staged(index: Index, source: Source, launch: str) -> Iterator[tuple[int, str]]:
    """The port of the proxy and the address of the page to draw, while the package is on stage."""
    server = _Server(index, source, launch)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], f"http://{HOST}{_FRAME}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
