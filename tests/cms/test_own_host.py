"""The content process answers to its own host name alone."""

import pytest

from cms.own_host import HealthForAnyHost, OwnHostOnly


def ask(host: str | None, own: str = "127.0.0.1") -> str:
    said = []

    def rest(environ, start_response):
        start_response("200 OK", [])
        return [b"file"]

    environ = {} if host is None else {"HTTP_HOST": host}
    body = b"".join(OwnHostOnly(rest, own)(environ, lambda status, headers: said.append(status)))
    assert (body == b"file") == said[0].startswith("200")
    return said[0][:3]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8001", "127.0.0.1:443"])
def test_own_name(host):
    assert ask(host) == "200"


@pytest.mark.parametrize(
    "host", [None, "", "localhost", "localhost:8001", "127.0.0.1.evil.example", "[::1]:8001"]
)
def test_other_names(host):
    assert ask(host) == "421"


def test_names_without_case_and_in_brackets():
    assert ask("Lessons.Example.ORG:80", own="lessons.example.org") == "200"
    assert ask("[::1]:8001", own="::1") == "200"
    assert ask("[::1]", own="::1") == "200"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/health/", "200"), ("/health/ready/", "200"), ("/", "421"), ("/health", "421"), ("/health/x/", "421")],
)
def test_health_alone_is_told_to_whoever_asks_by_another_name(path, status):
    said = []

    def rest(environ, start_response):
        start_response("200 OK", [])
        return [b""]

    guarded = HealthForAnyHost(OwnHostOnly(rest, "lessons.example.org"), "lessons.example.org")
    guarded(
        {"HTTP_HOST": "10.0.0.5:9100", "PATH_INFO": path}, lambda status, headers: said.append(status[:3])
    )
    assert said == [status]
