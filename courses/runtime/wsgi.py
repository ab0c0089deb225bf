"""Saves straight from WSGI, everything else through Django.

A class saves all the time, and Django's handling of a request costs more than all that a save does. The
answer is made by the same functions as in the view.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS, connections

from courses.runtime.views_content import COMMIT_HEADERS, receive, told

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

ADDRESS = "/commit/"
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class SavesFirst:
    """A WSGI application before Django's."""

    def __init__(self, rest: Application) -> None:
        self.rest = rest

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != ADDRESS or environ["REQUEST_METHOD"] != "POST":
            return self.rest(environ, start_response)
        connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()  # as Django does between requests
        try:
            answer, standard, seq = receive(environ.get("CONTENT_LENGTH"), environ["wsgi.input"].read)
            status, body = answer.status, json.dumps(told(answer, standard, seq)).encode()
            headers = [*COMMIT_HEADERS, ("Content-Length", str(len(body)))]
        except Exception as error:  # noqa: BLE001 -- written down and answered as any error of a view
            response = response_for_exception(WSGIRequest(environ), error)
            status, body = response.status_code, response.content
            headers = [*response.items(), ("Content-Length", str(len(body)))]
        start_response(_STATUS[status], headers)
        return [body]
