"""Files of known packages straight from WSGI, everything else through Django.

Django's handling of a request costs five times what the file costs. Here only what is already remembered is
answered, by the same functions as in the view; the rest (first requests, errors, other paths) is passed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings

from repository.content import answers, stored

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_FILE = re.compile(r"/f/([0-9a-f-]{36})/([0-9a-f]{32})/(.*)", re.DOTALL)
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class FilesFirst:
    """A WSGI application before Django's."""

    def __init__(self, rest: Application) -> None:
        self.rest = rest

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer = known_file(environ)
        except FileNotFoundError:  # lost from storage: the view says so
            answer = None
        if answer is None:
            return self.rest(environ, start_response)
        start_response(_STATUS[answer.status], answer.headers)
        return [answer.body] if isinstance(answer.body, bytes) else answer.body


def known_file(environ: Environ) -> answers.Answer | None:
    """The answer for a file of a package that this process remembers; None for anything else."""
    address: str = environ["PATH_INFO"]
    if not address.startswith("/f/") or environ["REQUEST_METHOD"] not in answers.METHODS:
        return None
    found = _FILE.fullmatch(address)
    if found is None or "HTTP_SERVICE_WORKER" in environ:
        return None
    version, key, path = found.groups()
    package = stored.remembered_package(version, key)
    if package is None:
        return None
    if not path.isascii():
        try:  # PEP 3333: bytes in the clothes of Latin-1
            path = path.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return None
    entry = package.index.find(path)
    return None if entry is None else answers.member(environ, settings.SITE_URL, package, entry)
