"""A file from a browser's first byte until it can be opened: the upload page's requests, one after another.

Announced, sent in pieces that grow as the page's script lets them grow, judged for the page, saved as a
draft, opened from the content origin. For `benchmarks.content`.
"""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.measure import tree_cpu, tree_memory

CSRF = "k" * 32
LEAST_PIECE = 512 * 1024  # static/js/upload.js
FIELDS = {"title": "t", "type": "e-learning", "licence": "cc-by", "act": "save", "unit": "benchmark"}


@dataclass
class Author:
    """Signed in at the site; speaks HTTP to it over one connection."""

    line: http.client.HTTPConnection
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **more: str) -> http.client.HTTPResponse:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        self.line.request(method, path, body, {**self.headers, **named})
        answer = self.line.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        assert answer.status < 300, (method, path, answer.status, answer.body[:500])  # type: ignore[attr-defined]
        return answer


def session_of(user: Any) -> dict[str, str]:
    """The headers of whoever is signed in as this person."""
    from importlib import import_module

    from django.conf import settings

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session["_csrftoken"] = CSRF
    session.save()
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
        "X-CSRFToken": CSRF,
        "Tus-Resumable": "1.0.0",
        "Accept": "application/json",
        "Origin": settings.SITE_URL,
    }


def send(author: Author, path: Path, *, most_piece: int) -> str:
    """A file in pieces; where the site has it."""
    name = base64.b64encode(path.name.encode()).decode()
    size = path.stat().st_size
    announced = author.ask(
        "POST", "/uploads/", Upload_Length=str(size), Upload_Metadata=f"filename {name}", Content_Length="0"
    )
    url = str(announced.getheader("Location"))
    piece, offset = LEAST_PIECE, 0
    with path.open("rb") as file:
        while offset < size:
            began = time.perf_counter()
            author.ask(
                "PATCH",
                url,
                file.read(piece),
                Upload_Offset=str(offset),
                Content_Type="application/offset+octet-stream",
            )
            grown = 4 if time.perf_counter() - began < 1 else 2
            offset, piece = offset + piece, min(piece * grown, most_piece)
    return url


def save(author: Author, url: str) -> None:
    """Makes a draft of what was sent; it must be ready at once."""
    from django.urls import reverse

    form = urlencode({**FIELDS, "upload": url.rstrip("/").rpartition("/")[2]})
    answer = author.ask(
        "POST", reverse("repository:upload"), form, Content_Type="application/x-www-form-urlencoded"
    )
    told = json.loads(answer.body)  # type: ignore[attr-defined]
    assert told["ingest"] == "ready", told


def open_newest(line: http.client.HTTPConnection) -> None:
    """The first bytes of what its readers open."""
    from repository.content.links import file_url
    from repository.models import Version

    version = Version.objects.latest("pk")
    line.request("GET", urlsplit(file_url(version, version.launch or version.filename)).path)
    answer = line.getresponse()
    assert answer.status == 200
    assert answer.read(1)
    line.close()  # a film would go on


@contextmanager
def site_process() -> Iterator[tuple[str, int, int]]:
    """Host, port and process id of a running site."""
    from django.conf import settings

    from cms import supervisor

    address = urlsplit(settings.SITE_URL)
    port = int(address.port or 80)
    process = supervisor.start(supervisor.web_child("site", "127.0.0.1", port, {}), stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not supervisor.answers(f"http://127.0.0.1:{port}/health/", address.netloc):
            assert process.poll() is None and time.monotonic() < deadline, "the site did not start"
            time.sleep(0.1)
        yield str(address.hostname), port, process.pid
    finally:
        supervisor.stop([process])


def measure(user: Any, path: Path, changed_at: int, content: tuple[str, int], *, rounds: int) -> str:
    """Seconds until a file that is new each time can be opened, the site's processor time and memory for it
    (at most)."""
    from django.conf import settings

    figures: list[tuple[float, float, float, float]] = []
    with site_process() as (host, port, pid), ExitStack() as closing:
        author = Author(http.client.HTTPConnection(host, port), session_of(user))
        closing.callback(author.line.close)
        for number in range(rounds + 1):
            with path.open("r+b") as file:
                file.seek(changed_at)
                file.write(bytes([number + 1]))
            cpu, started = tree_cpu(pid), time.perf_counter()
            url = send(author, path, most_piece=settings.UPLOAD_CHUNK_MB * 1024 * 1024)
            arrived = time.perf_counter()
            author.ask("POST", f"{url}check/", b"")
            judged = time.perf_counter()
            save(author, url)
            open_newest(http.client.HTTPConnection(*content))
            ended = time.perf_counter()
            if number:  # the first one is a warm-up
                used = tree_cpu(pid) - cpu
                figures.append((ended - started, arrived - started, judged - arrived, used))
        whole, arrived, judged, _used = sorted(figures)[len(figures) // 2]
        memory = tree_memory(pid)[0]
    rest = whole - arrived - judged
    used = sorted(figure[3] for figure in figures)[len(figures) // 2]
    return (
        f"{whole:.2f} s (best {min(figures)[0]:.2f}): sent {arrived:.2f}, judged {judged:.2f}, "
        f"saved and opened {rest:.2f}; site {used:.2f} s CPU, {memory:.0f} MB at most"
    )
