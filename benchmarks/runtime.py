"""SCORM commits: how many a second, and what one costs.

Run as `python -m benchmarks.runtime [--db sqlite|postgres] [--learners 1 8 32] [--data dense|text]
[--seconds 5] [--rounds 3] [--workers 2]`. So many learners, each saving as soon as the last save is answered:
12 elements and 4 kB of suspend data, to a real content process. It makes a database of its own; PostgreSQL is
started where Debian's is installed. Processor time is that of the content process's tree and, with
PostgreSQL, of the database's, each in brackets. At the end every answered save must be in the database.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import random
import shutil
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import Loop, closed_loop, machine, median_of, yardstick
from benchmarks.stage import prepare
from tests.ports import free_ports

LEARNERS = [1, 8, 32]
WARM_UPS = 2
SUSPEND_CHARS = 4096
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


def launches(learners: int) -> list[tuple[str, str]]:
    """A session of each learner: its uid and the key that writes."""
    from django.utils import timezone

    from courses.runtime.actions import open_session, start_attempt
    from courses.runtime.keys import write_key
    from courses.runtime.leases import lease_of, sco_of
    from tests.courses.runtime.stage import make_stage

    made = []
    for _ in range(learners):
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


def suspend_data(number: int, kind: str) -> str:
    """4 kB as packages write it: "dense" as the authoring tools pack it, which databases cannot shorten, or
    "text" of repeated words."""
    if kind == "text":
        return "Đã xem trang 1, 2, 3; " * 186
    letters = string.ascii_letters + string.digits + "+/"
    return "".join(random.Random(number).choices(letters, k=SUSPEND_CHARS))


class Learner:
    """Makes the next commit of a session: a new number, place and time, else the same 12 elements."""

    def __init__(self, session: str, key: str, host: str, suspended: str) -> None:
        self.session = session
        self.number = 0
        text = json.dumps(
            {
                "session": session,
                "key": key,
                "sco": "sco-1",
                "seq": 0,
                "seconds": 1,
                "final": False,
                "cmi": {
                    "suspend_data": suspended,
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
                },
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        before, after = text.split('"seq":0', 1)
        self._start = before.encode() + b'"seq":'
        self._middle, self._end = (part.encode() for part in after.split("@@", 1))
        self._head = (
            f"POST /commit/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\nOrigin: http://{host}\r\n"
            "Accept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: vi\r\n"
            "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/147.0\r\n"
        ).encode()

    def following(self) -> bytes:
        self.number += 1
        seq = str(self.number).encode()
        whole = self._start + seq + self._middle + seq + self._end
        return self._head + b"Content-Length: %d\r\n\r\n" % len(whole) + whole


def saved(answer: bytes) -> None:
    assert b'"saved"' in answer, answer


def measure(options: argparse.Namespace, database: int | None) -> None:
    from django.conf import settings

    from cms import supervisor

    address = urlsplit(settings.CONTENT_URL)
    host, port = str(address.hostname), int(address.port or 80)
    learners = [
        Learner(session, key, address.netloc, suspend_data(number, options.data))
        for number, (session, key) in enumerate(launches(max(options.learners)))
    ]
    child = supervisor.web_child("content", host, port, {}, workers=options.workers)
    process = supervisor.start(child, stdout=subprocess.DEVNULL)
    pids = [process.pid, *([database] if database else [])]
    loops: dict[int, list[Loop]] = {count: [] for count in options.learners}
    try:
        deadline = time.monotonic() + 40
        while not supervisor.answers(f"{settings.CONTENT_URL}/health/", address.netloc):
            assert process.poll() is None and time.monotonic() < deadline, "the content process did not start"
            time.sleep(0.1)

        def loop(count: int) -> Loop:
            return closed_loop(
                (host, port),
                lambda number: learners[number].following(),
                *pids,
                connections=count,
                seconds=options.seconds,
                on_answer=saved,
            )

        for _ in range(WARM_UPS):
            loop(len(learners))
        for _ in range(options.rounds):
            for count, made in loops.items():
                made.append(loop(count))
        for count, made in loops.items():
            print(f"   {count:2} learners: {median_of(made)}")
    finally:
        supervisor.stop([process])
    check(learners, loops=WARM_UPS + options.rounds * len(loops))


def check(learners: list[Learner], *, loops: int) -> None:
    """Whatever was answered is saved, each once. Of each loop one request a learner was cut off under way."""
    from courses.models import ScoState

    states = {str(uid): row for uid, *row in ScoState.objects.values_list("session", "commits", "seq")}
    for learner in learners:
        commits, seq = states[learner.session]
        assert learner.number - 1 <= seq <= learner.number, (learner.number, seq)
        assert 0 <= seq - commits <= loops, (seq, commits)
    print(f"   {sum(learner.number for learner in learners):,} saves, every answered one in the database")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument(
        "--learners", type=int, nargs="+", default=LEARNERS, help="at once, one after another"
    )
    parser.add_argument("--data", choices=["dense", "text"], default="dense", help="what is suspended")
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
    print(f"commits on {options.db}, {options.data} suspend data, {options.workers} workers ({GOAL})")
    measure(options, database)
    print(f"yardstick {yardstick():.0f} ms; {machine()}")


if __name__ == "__main__":
    main()
