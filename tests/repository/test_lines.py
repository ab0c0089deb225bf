"""Kept connections to a server that breaks off, closes them and answers short."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from repository.storage import lines

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: x\r\n\r\nhello"
LAST = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"
NONSENSE = b"SSH-2.0-OpenSSH_9.2\r\n"


@contextmanager
def server(*scripts: list[bytes]) -> Iterator[tuple[str, Callable[[], int]]]:
    """Answers each request of the n-th connection with the next of the n-th script, then closes it."""
    listening = socket.create_server(("127.0.0.1", 0))
    served = 0

    def serve() -> None:
        nonlocal served
        for script in scripts:
            line, _ = listening.accept()
            with line:
                for answer in script:
                    if not line.recv(65_536):
                        break
                    served += 1
                    line.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/bucket/key?x=1", lambda: served
    finally:
        thread.join(5)
        listening.close()
        lines.close_idle()
    assert not thread.is_alive()


def test_a_connection_is_used_again() -> None:
    with server([GOOD, GOOD, GOOD]) as (url, served):
        for _ in range(3):
            answer = lines.ask("GET", url)
            assert (answer.status, answer.headers["etag"], answer.finish()) == (200, "x", b"hello")
        assert served() == 3


@pytest.mark.parametrize("ending", [LAST, GOOD])
def test_one_that_the_server_closed_is_not(ending: bytes) -> None:
    with server([ending], [GOOD]) as (url, _served):
        assert lines.ask("GET", url).finish() == b"hello"
        threading.Event().wait(0.05)
        assert lines.ask("GET", url).finish() == b"hello"


def test_one_that_is_not_read_to_its_end_is_not() -> None:
    with server([GOOD], [GOOD]) as (url, _served):
        answer = lines.ask("GET", url)
        assert answer.read(2) == b"he"
        answer.close()
        buffer = bytearray(5)
        answer = lines.ask("GET", url)
        assert (answer.readinto(memoryview(buffer)), buffer, answer.finish()) == (5, b"hello", b"")


def test_less_than_was_announced_is_a_broken_line() -> None:
    reads: list[Callable[[lines.Answer], object]] = [
        lambda answer: answer.read(9),
        lambda answer: answer.readinto(memoryview(bytearray(9))),
        lambda answer: answer.finish(),
    ]
    with server(*[[SHORT]] * 3) as (url, _served):
        for read in reads:
            answer = lines.ask("GET", url)
            with pytest.raises(lines.LineBrokenError):
                read(answer)
            answer.close()


def test_what_is_no_answer() -> None:
    with server([NONSENSE], [b""]) as (url, _served):
        for _ in range(2):
            with pytest.raises(lines.LineBrokenError):
                lines.ask("GET", url)
    with pytest.raises(lines.LineBrokenError, match="ConnectionRefusedError"):
        lines.ask("GET", url)
