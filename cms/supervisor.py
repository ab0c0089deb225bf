"""Runs site, content and worker as children of one process, and stops all when one ends.

No Django here beyond what the caller passes in; tests start single children with the same pieces.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 10
# A large file holds a thread until a slow client has it: these are for them, so that the player's
# commits always find one (repository.content.streams lets no more than these through at once).
CONTENT_DOWNLOADS = 24
# What a content process had in hand for one client goes back to the system; each of its threads would keep
# some megabytes otherwise.
THRIFTY = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1000000"}
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Child:
    """A process to keep running: its name in the log, its command and what it adds to the environment."""

    name: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=dict)


def web_child(
    name: str, host: str, port: int, env: Mapping[str, str], *, workers: int = 1, threads: int = 8
) -> Child:
    """A granian server for the process kind ``name`` (site or content), with threads for slow downloads."""
    if name == "content":
        threads += CONTENT_DOWNLOADS
        env = {**THRIFTY, **env}
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "error"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads)),
        *("--workers-kill-timeout", "5", "cms.wsgi:application"),
    ]
    return Child(name, command, {**env, "HOCLIEU_PROCESS": name})


def worker_child(env: Mapping[str, str]) -> Child:
    return Child("worker", [sys.executable, "manage.py", "worker"], {**env, "HOCLIEU_PROCESS": "worker"})


def die_with_parent() -> None:
    """Asks the kernel for SIGTERM when the supervisor goes, even by SIGKILL."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(child: Child, *, stdout: int | None = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Starts a child in a process group of its own: Ctrl-C reaches the supervisor alone."""
    return subprocess.Popen(  # noqa: S603 -- the commands are built above
        child.command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **child.env},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 -- started before any thread
    )


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signals a child and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def stop(processes: list[subprocess.Popen[bytes]], grace: float = GRACE_SECONDS) -> None:
    """SIGTERM, some seconds to finish, then SIGKILL for the whole group."""
    for process in processes:
        signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + grace
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in processes:
        signal_group(process, signal.SIGKILL)
        process.wait()


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_pair(host: str, first: int, second: int, tries: int = 50) -> tuple[int, int]:
    """The wanted ports, or the next pair above them of which both are free.

    Raises OSError when none of ``tries`` pairs is free.
    """
    for step in range(0, 2 * tries, 2):
        if port_is_free(host, first + step) and port_is_free(host, second + step):
            return first + step, second + step
    raise OSError(f"no free ports between {first} and {first + 2 * tries}")


def answers(url: str, host: str, seconds: float = 1) -> bool:
    """Whether a GET of ``url`` with that Host header succeeds."""
    request = urllib.request.Request(url, headers={"Host": host})  # noqa: S310 -- our own http address
    try:
        with urllib.request.urlopen(request, timeout=seconds) as response:  # noqa: S310
            return response.status == 200
    except (OSError, urllib.error.URLError):
        return False


class Supervisor:
    """Children side by side: their lines prefixed, their ends noticed."""

    def __init__(
        self, children: list[Child], write: Callable[[str], object], grace: float = GRACE_SECONDS
    ) -> None:
        self.children = children
        self.write = write
        self.grace = grace
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._selector = selectors.DefaultSelector()
        self._rest: dict[str, bytes] = {}
        self._stopping = False

    def ask_to_stop(self, *_: object) -> None:
        self._stopping = True

    def run(self, is_ready: Callable[[], bool], on_ready: Callable[[], None]) -> int:
        """Blocks until a child ends (its exit code, never 0) or a signal asks to stop (0)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        try:
            for child in self.children:
                self._start(child)
            return self._watch(is_ready, on_ready)
        finally:
            stop(list(self.running.values()), self.grace)
            self._pump(0)

    def _start(self, child: Child) -> None:
        process = start(child)
        if process.stdout is None:
            raise RuntimeError("a child without a pipe for its log")
        self.running[child.name] = process
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, child.name)

    def _watch(self, is_ready: Callable[[], bool], on_ready: Callable[[], None]) -> int:
        announced = False
        while not self._stopping:
            self._pump(0.2)
            for name, process in self.running.items():
                if (code := process.poll()) is not None:
                    self._pump(0)
                    self.write(f"{name} ended with {code}; stopping the others.")
                    return code if code > 0 else 1
            if not announced and is_ready():
                announced = True
                on_ready()
        return 0

    def _pump(self, seconds: float) -> None:
        """Passes on whole lines, each with the child's name before it."""
        for key, _ in self._selector.select(seconds):
            name = key.data
            data = os.read(key.fd, 65536)
            if not data:
                self._selector.unregister(key.fileobj)
            *lines, self._rest[name] = (self._rest.get(name, b"") + data).split(b"\n")
            for line in lines:
                self.write(f"{name:<8}| {line.decode(errors='replace')}")
