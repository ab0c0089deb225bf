"""Lets a process answer only to its own host name, but for its health.

The content process has no middleware that would ask. Under the site's host name, where it may be
reached by its port, a package would run beside the site's cookies: cookies ignore ports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

#: Asked by whoever watches a process, by its IP address or any other name; tells no more than that it works.
HEALTH = frozenset({"/health/", "/health/ready/"})
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class OwnHostOnly:
    """A WSGI application that answers 421 to any other host name than ``host``."""

    def __init__(self, rest: Application, host: str) -> None:
        self.rest = rest
        self.host = host.lower()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = environ.get("HTTP_HOST", "").lower()
        name = asked.rpartition(":")[0] if asked[-1:] != "]" and ":" in asked else asked
        if name.strip("[]") == self.host:
            return self.rest(environ, start_response)
        start_response("421 Misdirected Request", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]


class HealthForAnyHost:
    """A WSGI application that takes a question about its health for one to ``host``, whatever it names."""

    def __init__(self, rest: Application, host: str) -> None:
        self.rest = rest
        self.host = host

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in HEALTH:
            environ = {**environ, "HTTP_HOST": self.host}
        return self.rest(environ, start_response)
