"""Judges files, each in a process of its own, and says what that took: `python -m … FILE…`, a line each."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from repository.management.commands.package_check import peak_bytes
from repository.packages.check import check_upload

#: Seconds of processor after which the system ends a judgement that does not.
MOST_SECONDS = 60


def measure(path: Path) -> dict[str, object]:
    """Verdict, codes, processor seconds, and the memory that judging took beyond what the program had."""
    before = _memory_now()
    with path.open("rb") as file:
        report = check_upload(file, filename=path.name)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "file": path.name,
        "verdict": report.verdict,
        "codes": [finding.code for finding in report.findings],
        "cpu": round(used.ru_utime + used.ru_stime, 3),
        "peak_mb": round((peak_bytes() - before) / 1024 / 1024, 1),
    }


def _memory_now() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main(names: list[str]) -> None:
    for name in names:
        child = (
            os.fork()
        )  # a child's high-water mark begins with what it has, its processor time with nothing
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
            print(json.dumps(measure(Path(name))), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit(f"{name}: ended with {status}")


if __name__ == "__main__":
    main(sys.argv[1:])
