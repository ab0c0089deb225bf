"""Plain HTTP to object storage over connections that are kept for the next request, for all threads.

A general client looks at each character of a signed address several times, which costs more than all the rest
of a request.
"""

from __future__ import annotations

import atexit
import contextlib
import http.client
import select
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from repository.storage.s3client import CONNECT_SECONDS, CONNECTIONS, READ_SECONDS, SEND_SECONDS

#: What may go wrong with a line.
_WRONG = (OSError, http.client.HTTPException)
#: Scheme, name and port of a server.
_End = tuple[str, str, int | None]


class LineBrokenError(Exception):
    """There is no connection, or it broke, or what came was no answer."""


def connect(end: _End) -> http.client.HTTPConnection:
    """A connection of one's own. Raises LineBrokenError."""
    scheme, name, port = end
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    line = kind(name, port, timeout=CONNECT_SECONDS)
    try:
        line.connect()
    except _WRONG as error:
        line.close()
        raise LineBrokenError(type(error).__name__) from None
    line.sock.settimeout(SEND_SECONDS)
    return line


def end_of(url: str) -> tuple[_End, str]:
    """Where an address leads, and what is asked for there."""
    address = urlsplit(url)
    return (address.scheme, address.hostname or "", address.port), f"{address.path}?{address.query}"


class Answer:
    """Status and headers of an answer, and its body, which is read or closed."""

    def __init__(self, line: http.client.HTTPConnection, end: _End) -> None:
        self._line, self._end = line, end
        line.sock.settimeout(READ_SECONDS)
        self._answer = line.getresponse()
        self.status = self._answer.status
        self.headers = self._answer.headers

    def read(self, size: int | None = None) -> bytes:
        """The next bytes, fewer only at the end of the body. Raises LineBrokenError."""
        try:
            data = self._answer.read(size)
        except _WRONG as error:
            raise LineBrokenError(type(error).__name__) from None
        if size is not None and len(data) < size:
            self._check_end()
        return data

    def readinto(self, buffer: memoryview) -> int:
        """Fills the buffer as far as the body goes; how many bytes came. Raises LineBrokenError."""
        count = 0
        try:
            while count < len(buffer) and (more := self._answer.readinto(buffer[count:])):
                count += more
        except _WRONG as error:
            raise LineBrokenError(type(error).__name__) from None
        if count < len(buffer):
            self._check_end()
        return count

    def _check_end(self) -> None:
        if self._answer.length:
            raise LineBrokenError(f"{self._answer.length} bytes more were announced")

    def finish(self) -> bytes:
        """The rest of the body; the connection is free for the next. Raises LineBrokenError."""
        try:
            rest = self.read()
        except LineBrokenError:
            self.close()
            raise
        if self._answer.will_close:
            self.close()
        else:
            _put_back(self._end, self._line)
        return rest

    def close(self) -> None:
        """For a body that is not read to its end."""
        self._line.close()


_idle: dict[_End, deque[http.client.HTTPConnection]] = {}
_lock = threading.Lock()


def _put_back(end: _End, line: http.client.HTTPConnection) -> None:
    with _lock:
        lines = _idle.setdefault(end, deque())
        lines.append(line)
        spare = lines.popleft() if len(lines) > CONNECTIONS else None
    if spare is not None:
        spare.close()


def _take(end: _End) -> http.client.HTTPConnection | None:
    """The connection that was used last, if the server has not closed it meanwhile."""
    while True:
        with _lock:
            lines = _idle.get(end)
            line = lines.pop() if lines else None
        if line is None or _is_quiet(line):
            return line
        line.close()


@atexit.register
def close_idle() -> None:
    """Closes the connections that wait for a next request."""
    with _lock:
        for lines in _idle.values():
            while lines:
                lines.pop().close()


def _is_quiet(line: http.client.HTTPConnection) -> bool:
    """Nothing is to be read from a connection that waits, unless it was closed."""
    poll = select.poll()
    with contextlib.suppress(OSError, ValueError):
        poll.register(line.sock, select.POLLIN)
        return not poll.poll(0)
    return False


def ask(method: str, url: str, headers: Mapping[str, str] | None = None, body: Any = None) -> Answer:
    """The answer, its body not read yet. Raises LineBrokenError, also where a kept connection has died."""
    end, target = end_of(url)
    line = _take(end) or connect(end)
    try:
        line.sock.settimeout(SEND_SECONDS)
        line.request(method, target, body=body, headers=dict(headers or {}))
        return Answer(line, end)
    except _WRONG as error:
        line.close()
        raise LineBrokenError(type(error).__name__) from None
