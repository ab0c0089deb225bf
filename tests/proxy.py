"""A way to a server that a test can close and open again: the server itself goes on."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit


class Door:
    """Listens on a port of its own and passes on what comes, while it is open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._port = 0
        self._listening: socket.socket | None = None
        self._through: list[socket.socket] = []
        self.open()
        user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        self.url = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{self._port}"))

    def open(self) -> None:
        listening = socket.create_server(("127.0.0.1", self._port), reuse_port=False)
        self._port = listening.getsockname()[1]
        self._listening = listening
        threading.Thread(target=self._let_in, args=(listening,), daemon=True).start()

    def close(self) -> None:
        """Nobody gets through any more, and whoever was on the way is cut off."""
        if self._listening is not None:
            # Closing alone does not wake the thread that waits on it.
            with contextlib.suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        for one in self._through:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._through.clear()

    def _let_in(self, listening: socket.socket) -> None:
        while True:
            try:
                asking, _address = listening.accept()
            except OSError:
                return
            answering = socket.create_connection(self._target)
            self._through += [asking, answering]
            threading.Thread(target=_pass_on, args=(asking, answering), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    across = {one: other, other: one}
    with contextlib.suppress(OSError, ValueError):
        while True:
            for ready in select.select([one, other], [], [])[0]:
                data = ready.recv(65_536)
                if not data:
                    raise OSError
                across[ready].sendall(data)
    for each in (one, other):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@contextmanager
def door(url: str) -> Iterator[Door]:
    """A door to a server, closed at the end."""
    made = Door(url)
    try:
        yield made
    finally:
        made.close()
