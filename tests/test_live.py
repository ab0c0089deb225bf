"""The three real processes together: who answers what, and that each comes back after SIGKILL."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import urllib.error
import urllib.request
from http.client import HTTPResponse

import pytest

from tests.live import DATABASE, template_var

pytestmark = pytest.mark.slow


def get(url: str, host: str = "") -> HTTPResponse:
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        return urllib.request.urlopen(request, timeout=20)
    except urllib.error.HTTPError as answer:
        return answer


def test_a_template_can_be_copied_while_it_is_read():
    template = template_var(demo=False)
    with contextlib.closing(sqlite3.connect(template / DATABASE)) as reader:
        assert reader.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 100
        assert [path.name for path in template.glob(f"{DATABASE}*")] == [DATABASE]


def test_site_and_content_are_different_processes(live):
    assert json.load(get(f"{live.site_url}/health/"))["process"] == "site"
    assert json.load(get(f"{live.content_url}/health/"))["process"] == "content"
    with get(f"{live.site_url}/account/login/") as page:
        assert page.status == 200
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    with get(f"{live.content_url}/account/login/") as page:
        assert page.status == 404
        assert page.headers["Set-Cookie"] is None


def test_each_host_answers_only_to_its_name(live):
    with get(f"{live.site_url}/", host="evil.example") as answer:
        assert answer.status == 400
    # Under the site's own name a package could read the site's cookies.
    with get(f"{live.content_url}/", host="localhost") as answer:
        assert answer.status == 421


def test_health_is_told_to_whoever_watches_by_address(live):
    for url in (live.site_url, live.content_url):
        for path in ("/health/", "/health/ready/"):
            with get(f"{url}{path}", host="10.0.0.5:9100") as answer:
                assert answer.status == 200
                assert answer.headers["Set-Cookie"] is None


def test_the_demo_tells_how_to_sign_in(live):
    assert {"teacher", "trainee", "reviewer"} <= set(live.sign_ins())


def test_browser_libraries_are_served(live):
    with get(f"{live.site_url}/static/lib/htmx/htmx.min.js") as answer:
        assert answer.status == 200
        assert "javascript" in answer.headers["Content-Type"]


@pytest.mark.parametrize("name", ["site", "content"])
def test_a_killed_process_comes_back(live, name):
    url = live.site_url if name == "site" else live.content_url
    live.kill(name)
    with pytest.raises(OSError):
        get(f"{url}/health/")
    live.start(name)
    assert json.load(get(f"{url}/health/")) == {"process": name, "database": True}
