"""One picture by one headless browser: bounded in time and memory, gone afterwards, whatever it ran.

Its own sandbox is never switched off: where this process is root, the browser runs as nobody.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MB = 1024 * 1024
#: What Debian and others call it.
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WIDTH, HEIGHT = 1280, 800
_PICTURE = "page.png"
_PATH = "/usr/bin:/bin"
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Bounds:
    """``seconds`` on the clock for all of it, ``page_seconds`` of the page's own, which may pass faster;
    ``memory_bytes`` of all its processes, what they share left out; ``picture_bytes`` of the file."""

    seconds: float = 40.0
    page_seconds: float = 6.0
    memory_bytes: int = 1024 * MB
    picture_bytes: int = 16 * MB


class NoPictureError(Exception):
    """There is none. ``code``: picture_slow, picture_memory, picture_browser (it ended without one)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


#: The setting of a host on which nothing is drawn.
OFF = "off"


def find(wanted: str) -> str:
    """The browser's program: the one named, "" for none ("off", or nothing installed)."""
    if wanted == OFF:
        return ""
    if wanted:
        return wanted if os.access(wanted, os.X_OK) else ""
    return next((path for name in NAMES if (path := shutil.which(name, path=_PATH))), "")


def shoot(browser: str, address: str, *, proxy: int, folder: Path, bounds: Bounds | None = None) -> bytes:
    """The page as a PNG. ``proxy`` is a port of this host: the only thing that the browser can reach.

    Raises NoPictureError. Nothing of the browser runs or lies in ``folder`` afterwards.
    """
    bounds = bounds or Bounds()
    if os.geteuid() == 0:
        place = None  # where nobody can come
    else:
        folder.mkdir(parents=True, exist_ok=True)
        place = folder
    with tempfile.TemporaryDirectory(dir=place, prefix="picture-", ignore_cleanup_errors=True) as own:
        process = _start(_command(browser, address, proxy, Path(own), bounds), Path(own))
        try:
            _wait(process, bounds)
            return _read(Path(own) / _PICTURE, bounds)
        finally:
            _end(process, own)


def _start(command: list[str], own: Path) -> subprocess.Popen[bytes]:
    """Raises NoPictureError where this host cannot start it."""
    try:
        return subprocess.Popen(  # noqa: S603 -- a list, nothing of it from outside but two paths
            command,
            cwd=own,
            # No secret of this process is handed on.
            env={"PATH": _PATH, "HOME": str(own), "TMPDIR": str(own), "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **_give_away(own),  # type: ignore[call-overload]
        )
    except (OSError, LookupError) as error:
        raise NoPictureError("picture_browser") from error


def _give_away(own: Path) -> dict[str, object]:
    """Who the browser runs as: this process's user; nobody where that is root, with the folder."""
    if os.geteuid():
        return {}
    shutil.chown(own, "nobody", "nogroup")
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


_FLAGS = (
    *("--headless=new", "--disable-gpu", "--hide-scrollbars", "--mute-audio", "--no-first-run"),
    *("--disable-extensions", "--disable-sync", "--disable-component-update", "--disable-breakpad"),
    *("--disable-background-networking", "--disable-domain-reliability", "--disable-quic", "--no-pings"),
    *("--disable-crash-reporter", "--block-new-web-contents", "--deny-permission-prompts"),
    *("--disable-dev-shm-usage", "--js-flags=--max-old-space-size=256", "--renderer-process-limit=2"),
    # Everything goes to the proxy, this host's own addresses too; nothing is looked up, nothing goes by UDP.
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    f"--window-size={WIDTH},{HEIGHT}",
)


def _command(browser: str, address: str, proxy: int, own: Path, bounds: Bounds) -> list[str]:
    """``timeout`` outlives this process, should that be killed, and ends the browser all the same."""
    seconds = int(bounds.seconds) + 2
    return [
        *("timeout", "--signal=KILL", str(seconds), "nice", "-n", "10"),
        *("prlimit", f"--cpu={seconds * 2}", "--core=0", f"--fsize={256 * MB}"),
        *(browser, *_FLAGS, f"--proxy-server=http://127.0.0.1:{proxy}", f"--user-data-dir={own / 'profile'}"),
        *(
            f"--virtual-time-budget={int(bounds.page_seconds * 1000)}",
            f"--screenshot={own / _PICTURE}",
            address,
        ),
    ]


def _wait(process: subprocess.Popen[bytes], bounds: Bounds) -> None:
    """Until it ends by itself. Raises NoPictureError where it takes too long or too much."""
    stop = time.monotonic() + bounds.seconds
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.25)
            return
        if time.monotonic() > stop:
            raise NoPictureError("picture_slow")
        if sum(map(_own_bytes, _family(process.pid))) > bounds.memory_bytes:
            raise NoPictureError("picture_memory")


def _read(picture: Path, bounds: Bounds) -> bytes:
    """What the browser left there, if it is a file: not what lies elsewhere, nor a pipe that nobody fills."""
    try:
        with os.fdopen(os.open(picture, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            data = file.read(bounds.picture_bytes + 1)
    except OSError:
        data = b""
    if not data or len(data) > bounds.picture_bytes:
        raise NoPictureError("picture_browser")
    return data


def _end(process: subprocess.Popen[bytes], own: str) -> None:
    """Kills the group, what came from it, and whatever still names the folder: nothing of it may go on."""
    family = [*_family(process.pid), process.pid]
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for _again in range(20):
        left = [pid for pid in {*family, *_naming(own)} if _kill(pid)]
        if not left:
            break
        threading.Event().wait(0.05)
    process.wait()


def _kill(pid: int) -> bool:
    """Whether it was still there; a zombie waits for its parent only."""
    facts = _facts(pid)
    if facts is None or facts[0] == "Z":
        return False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
    return True


def _pids() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _facts(pid: int) -> tuple[str, int] | None:
    """State and parent of a process; None for one that is gone."""
    try:
        rest = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return rest[0], int(rest[1])


def _family(root: int) -> list[int]:
    """What descends from a process, itself left out."""
    parents = {pid: facts[1] for pid in _pids() if (facts := _facts(pid)) is not None}
    found: list[int] = []
    wave = [root]
    while wave:
        wave = [pid for pid, parent in parents.items() if parent in wave]
        found += wave
    return found


def _naming(own: str) -> list[int]:
    """Processes whose command names the folder, which is this picture's alone."""
    found = []
    for pid in _pids():
        with contextlib.suppress(OSError):
            if own.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def _own_bytes(pid: int) -> int:
    """Memory that a process shares with no other."""
    try:
        _size, resident, shared, *_rest = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * _PAGE_BYTES
