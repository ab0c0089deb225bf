"""SCORM commits: how many a second, and what one costs.

Run as `python -m benchmarks.runtime [--db sqlite|postgres] [--seconds 5] [--rounds 3] [--workers 2]`. Eight
learners, each saving as soon as the last save is answered: 12 elements and 4 kB of suspend data, to a real
content process. It makes a database of its own; PostgreSQL is started where Debian's is installed.
Processor time is that of the content process and, with PostgreSQL, of the database.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.content import prepare
from benchmarks.measure import closed_loop, machine, median_of, yardstick
from tests.ports import free_ports

LEARNERS = 8
GOAL = "goal ≤ 1.8 ms CPU, ≥ 900/s, p95 ≤ 25 ms"


def postgres_home() -> Path | None:
    """The newest of Debian's installations with its tools."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def postgres(home: Path) -> Iterator[tuple[str, int]]:
    """A server of its own with Debian's defaults, fsync on: its address and its process."""
    # PostgreSQL refuses to run as root.
    user = None if os.geteuid() else pwd.getpwnam("postgres").pw_name
    folder = Path(tempfile.mkdtemp(prefix="hoclieu-postgres-"))
    if user:
        shutil.chown(folder, user)
    data, (port, _other) = folder / "data", free_ports(2)

    def run(*command: str | Path) -> None:
        subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)

    run(home / "initdb", "-D", data, "-U", "hoclieu", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    run(home / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    try:
        run(home / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "hoclieu", "hoclieu")
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        yield f"postgresql://hoclieu@127.0.0.1:{port}/hoclieu", pid
    finally:
        run(home / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def launches() -> list[tuple[str, str]]:
    """A session of each learner: its uid and the key that writes."""
    from django.utils import timezone

    from courses.runtime.actions import open_session, start_attempt
    from courses.runtime.keys import write_key
    from courses.runtime.leases import lease_of, sco_of
    from tests.courses.runtime.stage import make_stage

    made = []
    for _ in range(LEARNERS):
        stage = make_stage()
        attempt = start_attempt(
            by=stage.learner,
            user=stage.learner,
            version=stage.version,
            enrolment=stage.enrolment,
            activity=stage.activity,
        )
        until = timezone.now() + timedelta(days=1)
        session = open_session(by=stage.learner, attempt=attempt, open_until=until).session
        made.append((str(session.uid), write_key(lease_of(session, sco_of(session)))))
    return made


def snapshots(session: str, key: str, host: str) -> Callable[[], bytes]:
    """Makes the next commit of a session: a new number, place and time, else the same 12 elements."""
    cmi = {
        "suspend_data": "Đã xem trang 1, 2, 3; " * 186,
        "launch_data": "",
        "comments": "",
        "core": {
            "student_id": session,
            "student_name": "Nguyễn Thị Lan",
            "lesson_location": "@@",
            "credit": "credit",
            "lesson_status": "incomplete",
            "entry": "resume",
            "lesson_mode": "normal",
            "exit": "suspend",
            "session_time": "00:00:10.00",
            "score": {"raw": "70", "min": "0", "max": "100"},
        },
    }
    body = {
        "session": session,
        "key": key,
        "sco": "sco-1",
        "seq": 0,
        "seconds": 1,
        "final": False,
        "cmi": cmi,
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    before, after = text.split('"seq":0', 1)
    start = before.encode() + b'"seq":'
    middle, end = (part.encode() for part in after.split("@@", 1))
    head = (
        f"POST /commit/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\nOrigin: http://{host}\r\n"
        "Accept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: vi\r\n"
        "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/147.0\r\n"
    ).encode()
    number = 0

    def following() -> bytes:
        nonlocal number
        number += 1
        seq = str(number).encode()
        whole = start + seq + middle + seq + end
        return head + b"Content-Length: %d\r\n\r\n" % len(whole) + whole

    return following


def measure(*, seconds: float, rounds: int, workers: int, database: int | None) -> None:
    from django.conf import settings

    from cms import supervisor

    address = urlsplit(settings.CONTENT_URL)
    host, port = str(address.hostname), int(address.port or 80)
    learners = [snapshots(session, key, address.netloc) for session, key in launches()]
    child = supervisor.web_child("content", host, port, {}, workers=workers)
    process = supervisor.start(child, stdout=subprocess.DEVNULL)
    pids = [process.pid, *([database] if database else [])]
    try:
        deadline = time.monotonic() + 40
        while not supervisor.answers(f"{settings.CONTENT_URL}/health/", address.netloc):
            assert process.poll() is None and time.monotonic() < deadline, "the content process did not start"
            time.sleep(0.1)

        def loop(length: float):  # type: ignore[no-untyped-def]
            return closed_loop((host, port), lambda number: learners[number](), *pids, seconds=length)

        for _ in range(2):
            loop(seconds)
        loops = [loop(seconds) for _ in range(rounds)]
        print(f"   {median_of(loops)}")
    finally:
        supervisor.stop([process])
    check()


def check() -> None:
    """Every learner's commits were saved, each once."""
    from courses.models import ScoState

    commits = list(ScoState.objects.values_list("commits", "seq"))
    # Up to one request of each loop was cut off under way.
    assert len(commits) == LEARNERS and all(0 <= seq - made < 20 for made, seq in commits), commits


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median is shown")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="of the content process")
    options = parser.parse_args()
    home = postgres_home()
    if options.db == "postgres" and home is None:
        sys.exit("PostgreSQL is not installed here (apt-get install postgresql); try --db sqlite.")
    with tempfile.TemporaryDirectory(prefix="hoclieu-benchmark-") as folder:
        if options.db == "postgres" and home is not None:
            with postgres(home) as (url, pid):
                os.environ["HOCLIEU_DATABASE_URL"] = url
                run(folder, options, pid)
        else:
            os.environ.pop("HOCLIEU_DATABASE_URL", None)
            run(folder, options, None)


def run(folder: str, options: argparse.Namespace, database: int | None) -> None:
    prepare(Path(folder))
    print(f"{machine()}; yardstick {yardstick():.0f} ms")
    print(f"commits on {options.db}, {LEARNERS} learners, {options.workers} workers ({GOAL})")
    measure(seconds=options.seconds, rounds=options.rounds, workers=options.workers, database=database)
    print(f"yardstick {yardstick():.0f} ms; {machine()}")


if __name__ == "__main__":
    main()
