"""What a page that is drawn may not do to the process that shows it the package."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from repository.packages.archive import DEFLATED, Member
from repository.packages.index import build
from repository.pictures import browser
from repository.pictures.browser import Bounds, NoPictureError
from repository.pictures.stage import MOST_BYTES, staged


class Vast:
    """A stored package of many bytes, which notes how much is asked of it at once."""

    size = 2**40

    def __init__(self) -> None:
        self.most = 0

    def read(self, offset: int, size: int) -> bytes:
        self.most = max(self.most, size)
        raise OSError("not here")

    pieces = None


def test_little_that_lies_there_in_many_bytes_is_not_read() -> None:
    source = Vast()
    member = Member("a.js", 0, MOST_BYTES + 1, 10, DEFLATED, 0, 0, b"a.js")
    with (
        staged(build([member]), source, "a.js") as (port, _address),  # type: ignore[arg-type]
        socket.create_connection(("127.0.0.1", port), timeout=5) as connection,
    ):
        connection.sendall(b"GET http://lesson.invalid/a.js HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert b" 404 " in connection.recv(1000)
    assert source.most == 0


def test_a_pipe_in_the_place_of_the_picture_holds_nobody_up(tmp_path: Path) -> None:
    pipe = tmp_path / "page.png"
    os.mkfifo(pipe)
    with pytest.raises(NoPictureError, match="picture_browser"):
        browser._read(pipe, Bounds())
