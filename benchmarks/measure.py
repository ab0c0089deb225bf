"""What every benchmark needs: processor time of a process tree, a yardstick, a closed loop over HTTP."""

from __future__ import annotations

import itertools
import os
import platform
import re
import selectors
import socket
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


def yardstick() -> float:
    """Milliseconds of a fixed Python loop; timed before and after, it tells what the machine was doing."""
    started = time.perf_counter()
    total = 0
    for number in range(2_000_000):
        total += number & 7
    return (time.perf_counter() - started) * 1000


def machine() -> str:
    """Cores, load and Python, to stand beside the figures."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, load {load}, Python {platform.python_version()}"


def tree_cpu(*pids: int) -> float:
    """Seconds of processor time that processes and all they started have used, those that ended included."""
    roots = [psutil.Process(pid) for pid in pids]
    total = 0.0
    for process in [*roots, *(child for root in roots for child in root.children(recursive=True))]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        # What a child used that has ended is its parent's from then on.
        total += times.user + times.system + times.children_user + times.children_system
    return total


def tree_memory(*pids: int) -> tuple[float, float]:
    """Megabytes of the largest process among these and their children: at most so far, and now."""
    most = now = 0.0
    for root in map(psutil.Process, pids):
        for process in [root, *root.children(recursive=True)]:
            status = Path(f"/proc/{process.pid}/status").read_text()
            figures = dict(re.findall(r"Vm(HWM|RSS):\s+(\d+)", status))
            most = max(most, int(figures["HWM"]) / 1024)
            now = max(now, int(figures["RSS"]) / 1024)
    return most, now


@dataclass(frozen=True)
class Loop:
    """A closed loop's figures: each connection asks again as soon as it is answered."""

    requests: int
    seconds: float
    cpu_ms: float
    p50_ms: float
    p95_ms: float
    #: Of the processor time, what each of the trees used.
    parts_ms: tuple[float, ...] = ()

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    def __str__(self) -> str:
        parts = " + ".join(f"{part:.3f}" for part in self.parts_ms) if len(self.parts_ms) > 1 else ""
        return (
            f"{self.cpu_ms:.3f} ms CPU{f' ({parts})' if parts else ''}, {self.per_second:,.0f}/s, "
            f"p50 {self.p50_ms:.1f} ms, p95 {self.p95_ms:.1f} ms ({self.requests:,} requests)"
        )


class _Connection:
    """One kept-alive connection with a request on its way."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.wanted = -1
        self.started = 0.0

    def ask(self, request: bytes) -> None:
        self.received.clear()
        self.wanted = -1
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def take(self) -> bool:
        """Read what is there; whether the answer is complete. Raises AssertionError unless it is a 200."""
        data = self.socket.recv(262_144)
        assert data, "the server closed the connection"
        self.received += data
        if self.wanted < 0:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = bytes(self.received[:end]).lower()
            assert head.startswith(b"http/1.1 200"), head[:200]
            length = head.split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]
            self.wanted = end + 4 + int(length)
        return len(self.received) >= self.wanted


def closed_loop(
    address: tuple[str, int],
    requests: Sequence[bytes] | Callable[[int], bytes],
    *pids: int,
    connections: int = 8,
    seconds: float = 5.0,
    on_answer: Callable[[bytes], None] | None = None,
) -> Loop:
    """Ask `requests` in turn over kept-alive connections; processor time is that of the trees of `pids`.

    A function instead of `requests` makes the next request of the connection with that number.
    """
    chooser = selectors.DefaultSelector()
    opened = [_Connection(*address) for _ in range(connections)]
    turn = itertools.count()

    def following(number: int) -> bytes:
        return requests(number) if callable(requests) else requests[next(turn) % len(requests)]

    for number, connection in enumerate(opened):
        chooser.register(connection.socket, selectors.EVENT_READ, (number, connection))
    times: list[float] = []
    before = [tree_cpu(pid) for pid in pids]
    started = time.perf_counter()
    for number, connection in enumerate(opened):
        connection.ask(following(number))
    while time.perf_counter() - started < seconds:
        for key, _ in chooser.select(1.0):
            number, connection = key.data
            if not connection.take():
                continue
            times.append(time.perf_counter() - connection.started)
            if on_answer is not None:
                on_answer(bytes(connection.received))
            connection.ask(following(number))
    elapsed = time.perf_counter() - started
    used = [tree_cpu(pid) - cpu for pid, cpu in zip(pids, before, strict=True)]
    for connection in opened:
        connection.socket.close()
    chooser.close()
    times.sort()
    parts = tuple(part * 1000 / max(1, len(times)) for part in used)
    return Loop(
        requests=len(times),
        seconds=elapsed,
        cpu_ms=sum(parts),
        p50_ms=statistics.median(times) * 1000,
        p95_ms=times[int(len(times) * 0.95)] * 1000,
        parts_ms=parts,
    )


def median_of(loops: Sequence[Loop]) -> Loop:
    """The loop in the middle by processor time."""
    return sorted(loops, key=lambda loop: loop.cpu_ms)[len(loops) // 2]
